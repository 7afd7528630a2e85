/** Casework's tables that can be exported in the background: the list of cases with the filters of its page. */
import { z } from 'zod'
import { rangeOf } from '#kernel/division'
import { DivisionCode } from '#kernel/schema'
import { labelOf } from '#kernel/terms'
import { type ExportKinds, exportKind } from '#platform/table-export'
import { type ExportedCase, eachExportCase } from './cases/store/export-cases.ts'
import { type CaseFilter, countCases } from './cases/store/lists.ts'
import { originLabel, resultLabel } from './procedure/rules/case-words.ts'

const empty = z.literal('').transform(() => undefined)
const yes = z.union([empty, z.literal('yes')]).optional()
const states = ['running', 'ended', 'granted', 'refused', 'rejected_at_intake', 'discarded', 'withdrawn', 'terminated'] as const

const Filter = z.object({
  q: z.string().max(40).optional(),
  township: z.union([empty, DivisionCode]).optional(),
  village: z.union([empty, DivisionCode]).optional(),
  programme: z.union([empty, z.enum(['urban', 'rural'])]).optional(),
  step: z.string().max(40).optional(),
  state: z.union([empty, z.enum(states)]).optional(),
  related: yes,
  unserved: yes,
  cleanUp: z.union([empty, z.uuid()]).optional(),
})
type Filter = z.infer<typeof Filter>

const given = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text)

function filterOf(params: Filter): CaseFilter {
  const area = params.village ?? params.township
  return {
    q: given(params.q),
    ...(area === undefined ? { lo: null, hi: null } : rangeOf(area)),
    programme: params.programme ?? null,
    step: given(params.step),
    state: params.state ?? null,
    related: params.related === 'yes',
    overdue: false,
    unserved: params.unserved === 'yes',
    cleanUp: params.cleanUp ?? null,
    doneBy: null,
    today: '',
    sort: 'village',
    after: null,
    limit: 0,
  }
}

function rowOf({ subjects: _subjects, ...row }: ExportedCase): Record<string, string | number | null> {
  return {
    ...row,
    programme: labelOf('programme', row.programme),
    origin: originLabel(row.origin),
    related: row.related ? '是' : '否',
    result: row.result === null ? '在办' : resultLabel(row.result),
  }
}

/** Kinds of casework: the cases of the list. */
export const caseExports: ExportKinds = {
  cases: exportKind<Filter>({
    label: '案件清单',
    permission: 'export.cases',
    params: Filter,
    columns: [
      { header: '案件编号', key: 'case_no', kind: 'text', width: 16 },
      { header: '户号', key: 'household_no', kind: 'text', width: 22 },
      { header: '救助项目', key: 'programme', kind: 'text' },
      { header: '来源', key: 'origin', kind: 'text', width: 12 },
      { header: '乡镇（街道）', key: 'township', kind: 'text', width: 18 },
      { header: '村（社区）', key: 'village', kind: 'text', width: 18 },
      { header: '申请人', key: 'applicant_name', kind: 'text', width: 14 },
      { header: '人数', key: 'members', kind: 'number', width: 6 },
      { header: '近亲属备案', key: 'related', kind: 'text' },
      { header: '申请日期', key: 'opened_on', kind: 'date', width: 12 },
      { header: '受理日期', key: 'accepted_on', kind: 'date', width: 12 },
      { header: '办理期限', key: 'total_due_on', kind: 'date', width: 12 },
      { header: '所在步骤', key: 'at_steps', kind: 'text', width: 24 },
      { header: '办理结果', key: 'result', kind: 'text', width: 12 },
      { header: '办结日期', key: 'ended_on', kind: 'date', width: 12 },
      { header: '决定文号', key: 'decision_no', kind: 'text', width: 20 },
      { header: '月补助金额', key: 'amount', kind: 'money', width: 12 },
      { header: '发放起始', key: 'from_month', kind: 'text' },
    ],
    describe(params) {
      const parts = [
        params.programme === undefined ? '' : labelOf('programme', params.programme),
        params.state === undefined ? '' : resultLabel(params.state),
        params.related === 'yes' ? '近亲属备案' : '',
        params.unserved === 'yes' ? '决定待送达' : '',
        params.village !== undefined ? `村（社区）${params.village}` : '',
        params.village === undefined && params.township !== undefined ? `乡镇（街道）${params.township}` : '',
      ].filter((part) => part !== '')
      return parts.length === 0 ? '辖区内全部案件' : parts.join('，')
    },
    count: (tx, params) => countCases(tx, filterOf(params)),
    async *batches(tx, _keys, params) {
      for await (const rows of eachExportCase(tx, filterOf(params))) {
        yield { rows: rows.map(rowOf), subjects: rows.flatMap((row) => row.subjects) }
      }
    },
  }),
}

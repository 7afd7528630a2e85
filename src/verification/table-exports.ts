/** Verification's tables that can be exported in the background: the list of households with the filters of its page. */
import { z } from 'zod'
import { rangeOf } from '#kernel/division'
import { labelOf } from '#kernel/terms'
import { type Tx, wholeScope } from '#platform/db'
import { type ExportKinds, exportKind } from '#platform/table-export'
import { currentCampaign } from './actions/list-households.ts'
import { type CommissionState, type Conclusion, HouseholdFilter } from './contract/index.ts'
import {
  countHouseholdRows,
  type ListFilter,
  type ListRow,
  listHeadIndexes,
  listHouseholdRows,
  searchHouseholds,
} from './store/pages.ts'

const PAGE = 500

const stateLabels: Readonly<Partial<Record<CommissionState, string>>> = {
  commissioned: '已委托',
  querying: '查询中',
  report_signed: '报告已签发',
  objected: '异议复核中',
  reviewed: '已复核',
  closed: '办结',
  suspended: '中止',
  terminated: '终止',
}
const conclusionLabels: Readonly<Record<Conclusion, string>> = {
  consistent: '一致',
  inconsistent: '不一致',
  undetermined: '无法认定',
}
const findingLabels = { A: '有待处置的 A 类疑点', B: '有待处置的 B 类疑点', C: '有疑点' } as const

/** The page's address: an empty text is no filter. Filters are kept with the export, so none may hold a citizen number. */
const Filter = z.preprocess(
  (given) => Object.fromEntries(Object.entries(given as Record<string, unknown>).filter(([, value]) => value !== '')),
  HouseholdFilter.extend({
    q: HouseholdFilter.shape.q.refine(
      (word) => word === undefined || !/\d{15}/.test(word),
      '导出条件中不能有身份证号，请改用姓名或户号',
    ),
  }),
)
type Filter = z.infer<typeof HouseholdFilter>

function searched(tx: Tx, word: string | undefined): Promise<string[]> | null {
  const text = word ?? ''
  if (text === '') return null
  const letters = /^[A-Za-z]+$/.test(text) ? text.toLowerCase() : ''
  return searchHouseholds(tx, { text, chars: [...text], letters, numberIndex: null })
}

async function filterOf(tx: Tx, params: Filter): Promise<ListFilter> {
  const place = params.village ?? params.township
  const { lo, hi } = place === undefined ? wholeScope('') : rangeOf(place)
  return {
    campaignId: await currentCampaign({ tx }, params.campaignId),
    lo,
    hi,
    programme: params.programme ?? null,
    kind: params.kind ?? null,
    state: params.state ?? null,
    conclusion: params.conclusion ?? null,
    finding: params.finding ?? null,
    rule: params.rule ?? null,
    toSign: params.toSign === 'yes',
    among: await searched(tx, params.q),
  }
}

function rowOf(row: ListRow): Record<string, string | number | null> {
  const { ordinal: _place, ...plain } = row
  return {
    ...plain,
    programme: labelOf('programme', row.programme),
    kind: labelOf('household_kind', row.kind),
    state: stateLabels[row.state as CommissionState] ?? row.state,
    conclusion: row.conclusion === null ? null : conclusionLabels[row.conclusion as Conclusion],
  }
}

/** Kinds of the verification: the households of its list. */
export const verificationExports: ExportKinds = {
  verification: exportKind<Filter>({
    label: '家庭核对清单',
    permission: 'export.households',
    params: Filter as z.ZodType<Filter>,
    columns: [
      { header: '户号', key: 'household_no', kind: 'text', width: 22 },
      { header: '户主', key: 'head_name', kind: 'text', width: 12 },
      { header: '乡镇（街道）', key: 'township_name', kind: 'text', width: 18 },
      { header: '村（社区）', key: 'village_name', kind: 'text', width: 18 },
      { header: '救助项目', key: 'programme', kind: 'text' },
      { header: '家庭类型', key: 'kind', kind: 'text', width: 14 },
      { header: '人数', key: 'members', kind: 'number' },
      { header: '核对状态', key: 'state', kind: 'text', width: 12 },
      { header: '结论', key: 'conclusion', kind: 'text' },
      { header: '待处置 A 类', key: 'open_a', kind: 'number' },
      { header: '待处置 B 类', key: 'open_b', kind: 'number' },
      { header: '疑点', key: 'findings', kind: 'number' },
      { header: '未答来源', key: 'open_pairs', kind: 'number' },
      { header: '月人均核定（元）', key: 'per_capita', kind: 'money', width: 14 },
      { header: '报告编号', key: 'report_no', kind: 'text', width: 24 },
      { header: '报告日期', key: 'reported_on', kind: 'date', width: 12 },
    ],
    describe(params) {
      const parts = [
        params.programme === undefined ? '' : labelOf('programme', params.programme),
        params.kind === undefined ? '' : labelOf('household_kind', params.kind),
        params.state === undefined ? '' : (stateLabels[params.state] ?? params.state),
        params.conclusion === undefined ? '' : conclusionLabels[params.conclusion],
        params.finding === undefined ? '' : findingLabels[params.finding],
        params.rule === undefined ? '' : `规则 ${params.rule}`,
        params.village !== undefined ? `村（社区）${params.village}` : '',
        params.village === undefined && params.township !== undefined ? `乡镇（街道）${params.township}` : '',
        params.q === undefined ? '' : '有搜索词',
      ].filter((part) => part !== '')
      return parts.length === 0 ? '辖区内全部家庭' : parts.join('，')
    },
    count: async (tx, params) => countHouseholdRows(tx, await filterOf(tx, params)),
    async *batches(tx, _keys, params) {
      const filter = await filterOf(tx, params)
      let after = 0
      for (;;) {
        const rows = await listHouseholdRows(tx, filter, after, PAGE)
        if (rows.length === 0) return
        after = rows.at(-1)?.ordinal ?? after
        yield {
          rows: rows.map(rowOf),
          subjects: await listHeadIndexes(
            tx,
            rows.map((row) => row.household_no),
          ),
        }
      }
    },
  }),
}

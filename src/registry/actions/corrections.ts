/** What one person corrected in the rows of a household, for whoever looks back. */
import { maskAccount } from '#kernel/bank-account'
import { maskIdNumber } from '#kernel/id-number'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { type Correction, listCorrections } from '../contract/household.ts'
import { type CorrectionRow, listCorrections as listRows } from '../store/corrections.ts'
import { listSubjectIndexes } from '../store/household-rows.ts'
import { CORE_TABLES } from '../tables.ts'
import { maskPhone } from './household-file.ts'

const MASKS: Readonly<Record<string, (text: string) => string>> = {
  id_number: maskIdNumber,
  phone: maskPhone,
  identifier: maskAccount,
}

function viewOf({ keys }: ActionContext, row: CorrectionRow): Correction {
  const table = CORE_TABLES.find(({ name }) => name === row.table_name)
  const changes = JSON.parse(keys.openText(row.changes)) as { column: string; before: string; after: string }[]
  const shown = (column: string, text: string): string => (text === '' ? '' : (MASKS[column]?.(text) ?? text))
  return {
    correctionId: row.correction_id,
    tableLabel: table?.label ?? '',
    changes: changes.map(({ column, before, after }) => ({
      column,
      label: table?.columns.find(({ name }) => name === column)?.label ?? column,
      before: shown(column, before),
      after: shown(column, after),
    })),
    reason: keys.openText(row.reason),
    byName: row.by_name,
    at: row.at,
  }
}

const about = new WeakMap<object, { divisionCode: string; subjects: Buffer[] }>()

export const listCorrectionsAction: Action = routeAction(listCorrections, {
  async run(context, { householdNo, limit }) {
    const rows = await listRows(context.tx, householdNo, limit)
    const reply = { rows: rows.map((row) => viewOf(context, row)), total: rows[0]?.total ?? 0 }
    const [first] = rows
    if (first !== undefined) {
      about.set(reply, { divisionCode: first.division_code, subjects: await listSubjectIndexes(context.tx, householdNo) })
    }
    return reply
  },
  journal: ({ householdNo }, output) => ({
    chain: `household:${householdNo}`,
    ...about.get(output),
    basis: '社会救助暂行办法：申请人家庭经济状况的审核确认',
    purpose: '查看登记更正记录',
    detail: {},
  }),
})

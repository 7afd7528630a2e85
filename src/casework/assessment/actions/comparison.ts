/** A case beside what its household got before. */
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { chinaDate } from '#platform/clock'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { type ComparedSide, type Comparison, compareCase } from '../contract/comparison.ts'
import type { SheetFigures, SheetView } from '../contract/sheet.ts'
import { findEarlierAid, findEarlierDecision } from '../store/comparison.ts'
import { makeSheet } from './make-sheet.ts'
import { findSheet } from './sheet-record.ts'

const unknown: ComparedSide = {
  persons: null,
  income: null,
  perCapita: null,
  standard: null,
  base: null,
  topUp: null,
  total: null,
  tier: null,
}

/** The figures of a sheet; amounts only where it found the household eligible. */
function sideOf(figures: SheetFigures | null | undefined): ComparedSide {
  if (figures === null || figures === undefined) return unknown
  const { counted, countableIncome, perCapita, standard, eligible, base, topUp, total, tier } = figures
  const sums = eligible ? { base, topUp, total } : {}
  return { ...unknown, persons: counted, income: countableIncome, perCapita, standard, tier, ...sums }
}

async function sheetOf(context: ActionContext, file: CaseFile): Promise<Pick<SheetView, 'figures'>> {
  return findSheet(file)?.sheet.view ?? (await makeSheet(context, file)).view
}

async function beforeOf(context: ActionContext, file: CaseFile): Promise<Comparison['before']> {
  const { household_no: householdNo, opened_at: openedAt } = file.row
  if (householdNo === null) return null
  const decision = await findEarlierDecision(context.tx, householdNo, openedAt)
  if (decision !== undefined) {
    const earlier = await loadCaseFile(context, decision.case_no)
    const { persons, base, top_up: topUp, amount: total, tier } = decision
    const side = { ...sideOf(findSheet(earlier)?.sheet.view.figures), persons, base, topUp, total, tier }
    return { ...side, source: 'decision', caseNo: decision.case_no, on: chinaDate(decision.at) }
  }
  const aid = await findEarlierAid(context.tx, householdNo, file.row.case_no)
  if (aid === undefined) return null
  const { persons, amount: total, tier, from_month: month } = aid
  return { ...unknown, persons, total, tier, source: 'roll', caseNo: null, on: `${month}-01` }
}

export const compareCaseAction: Action = routeAction(compareCase, {
  async run(context, { caseNo }) {
    const file = await loadCaseFile(context, caseNo)
    const before = await beforeOf(context, file)
    const reply: Comparison = { caseNo, now: sideOf((await sheetOf(context, file)).figures), before }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo }, output) => noteOn(output, caseNo, '与上次救助对比'),
})

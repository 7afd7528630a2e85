/** Reading the sheet of a case, trying entries on it, and confirming it. */
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { readSheet, SheetOrder, type SheetView, trySheet } from '../contract/sheet.ts'
import { keepFacts } from '../rules/kept-facts.ts'
import { conclusionOf, leadsOf, pillarsOf, settlementFault } from '../rules/sheet.ts'
import { figuresOf } from '../rules/sheet-figures.ts'
import { setCase } from '../store/cases.ts'
import { findPlaces } from '../store/open-case.ts'
import { loadCaseFile } from './case-file.ts'
import { noteOn, remember } from './case-note.ts'
import type { CaseFile } from './file-model.ts'
import { handler } from './handler.ts'
import { keepRecord } from './keep-record.ts'
import { findSheet, type KeptSheet } from './sheet-record.ts'
import { gatherSheet } from './sheet-sources.ts'

const NOTHING: SheetOrder = { settled: [], amended: [], imputed: [] }

/** The sheet as it is from today's records with a person's entries. Problem 422 for an entry the facts do not allow. */
export async function makeSheet(context: ActionContext, file: CaseFile, order: SheetOrder = NOTHING): Promise<KeptSheet> {
  const gathered = await gatherSheet(context, file, order)
  const fault = settlementFault(gathered.sources)
  if (fault !== null) throw new Problem('casework.settled', fault, { status: 422 })
  const { row, pack, parameters } = file
  const pillars = pillarsOf(gathered.sources)
  const places = await findPlaces(context.tx, row.division_code)
  const { assessed } = gathered
  const view: KeptSheet['view'] = {
    caseNo: row.case_no,
    householdNo: row.household_no,
    applicantName: row.applicant_name,
    programme: row.programme,
    members: row.members,
    villageName: places?.village ?? '',
    pack: { id: pack.id, on: pack.on, hash: pack.hash },
    reportNo: gathered.report?.reportNo ?? null,
    asOf: gathered.asOf,
    pillars,
    conclusion: conclusionOf(pillars),
    figures: assessed === null ? null : figuresOf(assessed.assessment),
    exclusions: leadsOf(parameters.exclusions, gathered.sources.findings),
    restsOnImputed: gathered.restsOnImputed,
    notes: [...gathered.notes],
  }
  return { view, order, facts: assessed === null ? null : keepFacts(assessed.household) }
}

const draft = (sheet: KeptSheet): SheetView => ({ ...sheet.view, state: 'draft', confirmedBy: null, confirmedAt: null })

/** Whether one of the three tests is not met by today's records; a failed vote alone ends in a new investigation. */
export async function findsTestNotMet(context: ActionContext, file: CaseFile): Promise<boolean> {
  const { view } = await makeSheet(context, file)
  return view.pillars.some(({ pillar, finding }) => pillar !== 'deliberation' && finding === 'not_met')
}

/** `sheet.assess`: keeps the sheet with its facts, sets the case's amount, and takes a person's confirmation of imputed income. */
export const assessHandler = handler<SheetOrder>({
  form: SheetOrder,
  provides: ['sheet-complete', 'imputed-confirmed'],
  async run(context, file, order) {
    const sheet = await makeSheet(context, file, order)
    await keepRecord(context, file, { step: 'sheet', kind: 'sheet', body: sheet })
    if (order.imputedReason !== undefined) {
      await keepRecord(context, file, { step: 'sheet', kind: 'imputed', body: { reason: order.imputedReason } })
    }
    const { figures } = sheet.view
    const none = { base: null, top_up: null, amount: null, tier: null, covered: null }
    const amount =
      figures?.eligible === true
        ? { base: figures.base, top_up: figures.topUp, amount: figures.total, tier: figures.tier, covered: figures.counted }
        : none
    await setCase(context.tx, file.row.case_no, amount)
    return { detail: { conclusion: sheet.view.conclusion, pack: sheet.view.pack.hash } }
  },
})

export const readSheetAction: Action = routeAction(readSheet, {
  async run(context, { caseNo, as }) {
    const file = await loadCaseFile(context, caseNo)
    const kept = as === 'kept' ? findSheet(file) : undefined
    const reply: SheetView =
      kept === undefined
        ? draft(await makeSheet(context, file))
        : { ...kept.sheet.view, state: 'confirmed', confirmedBy: kept.byName, confirmedAt: kept.at }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo }, output) => noteOn(output, caseNo, '查看综合测评表'),
})

export const trySheetAction: Action = routeAction(trySheet, {
  kind: 'read',
  async run(context, { caseNo, ...order }) {
    const file = await loadCaseFile(context, caseNo)
    const reply = draft(await makeSheet(context, file, order))
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo }, output) => noteOn(output, caseNo, '试算综合测评表'),
})

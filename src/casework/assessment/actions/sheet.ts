/** Reading the sheet of a case, trying entries on it, and confirming it. */
import { type Action, routeAction } from '#platform/action'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import { handler } from '../../procedure/actions/handler.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { setCase } from '../../procedure/store/cases.ts'
import { readSheet, SheetOrder, type SheetView, trySheet } from '../contract/sheet.ts'
import { makeSheet } from './make-sheet.ts'
import { findSheet, type KeptSheet } from './sheet-record.ts'

const draft = (sheet: KeptSheet): SheetView => ({ ...sheet.view, state: 'draft', confirmedBy: null, confirmedAt: null })

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

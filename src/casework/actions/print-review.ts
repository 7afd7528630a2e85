/** The sheet and the letters of a decision as PDF; each printing is filed with the case. */
import { composeFilingQr, type FormDocuments, renderPdf, templateText } from '#documents'
import { maskIdNumber } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { chinaDate, nowIso } from '#platform/clock'
import { clauseOf } from '#policy'
import { loadHouseholdBatch } from '#registry'
import { printReviewPaper, type ReviewPaper } from '../contract/decision.ts'
import type { SheetView } from '../contract/sheet.ts'
import { confirmationPaper, type ReviewGround, refusalPaper, sheetPaper } from '../rules/papers-review.ts'
import { findStandingDecision } from '../store/decisions.ts'
import { findDistrictName } from '../store/intake.ts'
import { findPlaces } from '../store/open-case.ts'
import { insertPapers } from '../store/papers.ts'
import { loadCaseFile } from './case-file.ts'
import { noteOn, remember } from './case-note.ts'
import type { KeptRefusal } from './decide-case.ts'
import { type CaseFile, standingRecords } from './file-model.ts'
import { makeSheet } from './make-sheet.ts'
import { findSheet } from './sheet-record.ts'

const FILED: Readonly<Record<ReviewPaper, string>> = { 'three-plus-one': 'sheet', confirmation: 'granted', refusal: 'refused' }
const programmes = { urban: '城市最低生活保障', rural: '农村最低生活保障' } as const

async function groundOf(context: ActionContext, file: CaseFile, form: ReviewPaper, serialNo: string): Promise<ReviewGround> {
  const { tx, keys, actor, today } = context
  const { row, parameters } = file
  const district = await findDistrictName(tx, row.division_code)
  const places = await findPlaces(tx, row.division_code)
  const batch = row.household_no === null ? undefined : await loadHouseholdBatch(tx, keys, [row.household_no])
  const head = batch?.persons.find((person) => person.relation === 'head') ?? batch?.persons[0]
  const address = `${places?.township ?? ''}${places?.village ?? ''}${batch?.households[0]?.address ?? ''}`
  const qrText = composeFilingQr({ caseNo: row.case_no, form, version: 1, page: null }) ?? serialNo
  return {
    face: { serialNo, formVersion: '1', unit: `${district}民政局`, qrText, sealImage: null },
    applicant: { name: row.applicant_name, idNumber: maskIdNumber(head?.id_number ?? ''), address },
    programmeName: programmes[row.programme],
    remedies: {
      reviewBody: `${district}人民政府`,
      reviewDays: parameters.remedies.reconsideration_days,
      court: `${district}人民法院`,
      suitMonths: parameters.remedies.litigation_months,
      clause: clauseOf(file.pack, 'remedies'),
    },
    contact: { name: actor.name, telephone: '', address: '' },
    on: today,
  }
}

async function sheetOf(context: ActionContext, file: CaseFile): Promise<SheetView> {
  const kept = findSheet(file)
  if (kept !== undefined) return { ...kept.sheet.view, state: 'confirmed', confirmedBy: kept.byName, confirmedAt: kept.at }
  return { ...(await makeSheet(context, file)).view, state: 'draft', confirmedBy: null, confirmedAt: null }
}

async function letterOf(context: ActionContext, file: CaseFile, form: 'confirmation' | 'refusal', ground: ReviewGround) {
  const decision = await findStandingDecision(context.tx, file.row.case_no)
  const wanted = form === 'confirmation' ? 'granted' : 'refused'
  if (decision?.result !== wanted) {
    throw new Problem('casework.no-decision', '该案还没有这种决定，不能打印告知书', { status: 409 })
  }
  const issued = { ...ground, on: chinaDate(decision.at), face: { ...ground.face, serialNo: decision.decision_no } }
  if (form === 'refusal') {
    const refusal = standingRecords(file, 'refusal')[0]?.body as unknown as KeptRefusal
    const reason = file.moves.findLast((move) => move.command === 'refuse')?.reason ?? null
    return refusalPaper(issued, {
      appliedOn: chinaDate(file.row.opened_at),
      facts: refusal.facts,
      rule: refusal.rule,
      otherHelp: refusal.otherHelp,
      reason: reason === null ? '' : context.keys.openText(reason),
    })
  }
  const { figures } = findSheet(file)?.sheet.view ?? {}
  return confirmationPaper(issued, {
    base: decision.base,
    topUp: decision.top_up,
    amount: decision.amount,
    persons: decision.persons,
    tier: decision.tier,
    fromMonth: decision.from_month ?? '',
    validTo: decision.valid_to,
    facts: figures?.trace.find((step) => step.text.includes('人均'))?.text ?? '经测评符合条件',
    clause: clauseOf(file.pack, `standard.${file.row.programme}`),
  })
}

export const printReviewPaperAction: Action = routeAction(printReviewPaper, {
  async run(context, { caseNo, form }): Promise<Download> {
    const { tx, actor, clock } = context
    const file = await loadCaseFile(context, caseNo)
    const filed = { subjectNo: null, signature: null, signedOn: null, sha256: null, fileName: null }
    const [paperNo = ''] = await insertPapers(
      tx,
      { caseNo, divisionCode: file.row.division_code, by: actor.userId, at: nowIso(clock) },
      [{ ...filed, form: FILED[form], templateHash: templateText(form).sha256 }],
    )
    const ground = await groundOf(context, file, form, paperNo)
    const document: FormDocuments[ReviewPaper] =
      form === 'three-plus-one' ? sheetPaper(ground, await sheetOf(context, file)) : await letterOf(context, file, form, ground)
    const body = await renderPdf(form, document as never)
    const reply: Download = { fileName: `${caseNo}-${form}.pdf`, mediaType: 'application/pdf', body }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, form }, output) => noteOn(output as object, caseNo, '打印测评表或告知书', { form }),
})

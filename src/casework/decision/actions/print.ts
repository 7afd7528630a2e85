/** The sheet and the letters of a decision as PDF; each printing is filed with the case. */
import { sealImageOf } from '#identity'
import { divisionAt } from '#kernel/division'
import { maskIdNumber } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { chinaDate } from '#platform/clock'
import { clauseOf } from '#policy'
import { loadHouseholdBatch } from '#registry'
import { makeSheet } from '../../assessment/actions/make-sheet.ts'
import { findSheet } from '../../assessment/actions/sheet-record.ts'
import type { SheetView } from '../../assessment/contract/sheet.ts'
import { findPlaces } from '../../cases/store/open-case.ts'
import { findDistrictName } from '../../intake/store/intake.ts'
import { findLastTelephone } from '../../notice/store/notices.ts'
import { printForm } from '../../papers/actions/print-form.ts'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn } from '../../procedure/actions/case-note.ts'
import { type CaseFile, standingRecords } from '../../procedure/actions/file-model.ts'
import { printReviewPaper } from '../contract/decision.ts'
import { confirmationPaper, type ReviewGround, refusalPaper, sheetPaper } from '../rules/papers.ts'
import { findStandingDecision } from '../store/decisions.ts'
import type { KeptRefusal } from './decide-case.ts'

const programmes = { urban: '城市最低生活保障', rural: '农村最低生活保障' } as const

async function groundOf(context: ActionContext, file: CaseFile, serialNo: string): Promise<ReviewGround> {
  const { tx, keys, actor, today } = context
  const { row, parameters } = file
  const district = await findDistrictName(tx, row.division_code)
  const places = await findPlaces(tx, row.division_code)
  const batch = row.household_no === null ? undefined : await loadHouseholdBatch(tx, keys, [row.household_no])
  const head = batch?.persons.find((person) => person.relation === 'head') ?? batch?.persons[0]
  const address = `${places?.township ?? ''}${places?.village ?? ''}${batch?.households[0]?.address ?? ''}`
  return {
    face: { serialNo, formVersion: '', unit: `${district}民政局`, qrText: '', sealImage: null },
    applicant: { name: row.applicant_name, idNumber: maskIdNumber(head?.id_number ?? ''), address },
    programmeName: programmes[row.programme],
    remedies: {
      reviewBody: `${district}人民政府`,
      reviewDays: parameters.remedies.reconsideration_days,
      court: `${district}人民法院`,
      suitMonths: parameters.remedies.litigation_months,
      clause: clauseOf(file.pack, 'remedies'),
    },
    contact: { name: actor.name, telephone: await findLastTelephone(tx, row.division_code), address: '' },
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
  const sealImage = await sealImageOf(context, divisionAt(file.row.division_code, 'district'))
  const face = { ...ground.face, serialNo: decision.decision_no, sealImage }
  const issued = { ...ground, on: chinaDate(decision.at), face }
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
    const file = await loadCaseFile(context, caseNo)
    return printForm(context, file, form, async (paperNo) => {
      const ground = await groundOf(context, file, paperNo)
      return form === 'three-plus-one' ? sheetPaper(ground, await sheetOf(context, file)) : letterOf(context, file, form, ground)
    })
  },
  journal: ({ caseNo, form }, output) => noteOn(output as object, caseNo, '打印测评表或告知书', { form }),
})

/** Decisions: granting, refusing, taking back. What they rest on is kept sealed with them. */
import { Problem } from '#kernel/problem'
import { CODE_LISTS } from '#kernel/terms'
import type { ActionContext } from '#platform/action'
import { instantMs, nowIso } from '#platform/clock'
import { clauseOf, confirmedPack, resolveAssess, signable } from '#policy'
import { type Aid, loadHouseholdBatch, setAid } from '#registry'
import { confirmedFigures, findSheet } from '../../assessment/actions/sheet-record.ts'
import { isFull } from '../../assessment/rules/sheet-figures.ts'
import { type CaseFile, standingRecords } from '../../procedure/actions/file-model.ts'
import { dueOn } from '../../procedure/rules/deadlines.ts'
import { nextNumber } from '../../procedure/store/cases.ts'
import type { Refusal } from '../contract/moves.ts'
import { firstMonth, lastDay, mayBeUndone } from '../rules/terms.ts'
import { findStandingDecision, insertDecision, isOnRoll, undoDecision } from '../store/decisions.ts'
import { stopAid } from './old-grant.ts'

const NO_AID: Aid = { aidFrom: null, aidTo: null, tier: null, approvedAmount: null }
const NUMBER_WIDTH = 6

/** The next number of a kind in a year: JD2026000001. */
async function numberOf({ tx, today }: ActionContext, kind: string): Promise<string> {
  const series = `${kind}${today.slice(0, 4)}`
  return `${series}${String(await nextNumber(tx, series)).padStart(NUMBER_WIDTH, '0')}`
}

function householdOf(file: CaseFile): string {
  const { household_no: householdNo } = file.row
  if (householdNo === null) throw new Problem('casework.no-household', '该案还没有登记家庭，不能作出决定', { status: 409 })
  return householdNo
}

/** The code of a tier by its name or code; null where the registry's list has none. */
function tierCode(tier: string | null): string | null {
  if (tier === null) return null
  const found = Object.entries(CODE_LISTS.tier).find(([code, label]) => code === tier || label === tier)
  return found?.[0] ?? null
}

async function aidOf(context: ActionContext, householdNo: string): Promise<Aid> {
  const { households } = await loadHouseholdBatch(context.tx, context.keys, [householdNo])
  const [row] = households
  if (row === undefined) return NO_AID
  return { aidFrom: row.aid_from, aidTo: row.aid_to, tier: row.tier, approvedAmount: row.approved_amount }
}

/** Grants as the confirmed sheet says; writes the decision and the household's aid. */
export async function grant(context: ActionContext, file: CaseFile, note: string): Promise<void> {
  const { tx, keys, actor, clock, today } = context
  const householdNo = householdOf(file)
  const { standing, figures } = confirmedFigures(file)
  const review = signable(await confirmedPack(tx, file.pack), today)
  if (!review.ok) throw new Problem('casework.pack-not-reviewed', review.warnings.join('；'), { status: 409 })
  const fromMonth = firstMonth(today, resolveAssess(file.pack).payment_start)
  const aidBefore = await aidOf(context, householdNo)
  const { aidFrom, aidTo, approvedAmount } = aidBefore
  const grounds = {
    sheet: standing.recordId,
    pack: { hash: file.row.pack_hash, on: file.row.pack_on },
    facts: standing.sheet.facts,
    figures,
    conclusion: standing.sheet.view.conclusion,
    pillars: standing.sheet.view.pillars.map(({ pillar, finding, why }) => ({ pillar, finding, why })),
    note,
    aidBefore,
  }
  await insertDecision(tx, {
    decision_no: await numberOf(context, 'JD'),
    case_no: file.row.case_no,
    household_no: householdNo,
    result: 'granted',
    base: figures.base,
    top_up: figures.topUp,
    amount: figures.total,
    persons: figures.counted,
    tier: figures.tier,
    from_month: fromMonth,
    valid_to: lastDay(fromMonth, isFull(figures), file.parameters.validity_months),
    certificate_no: await numberOf(context, 'DBZ'),
    grounds: keys.seal(JSON.stringify(grounds)),
    by_user: actor.userId,
    at: nowIso(clock),
    letter_due_on: null,
    prior: aidFrom === null ? null : { from: aidFrom, to: aidTo, amount: approvedAmount },
  })
  await setAid(tx, householdNo, { aidFrom: fromMonth, aidTo: null, tier: tierCode(figures.tier), approvedAmount: figures.total })
}

/** What a refusal says: facts, rule, and how it can be attacked; the letter has to go out by a day. */
export interface KeptRefusal extends Refusal {
  readonly remedies: { readonly reconsiderationDays: number; readonly litigationMonths: number; readonly clause: string }
  readonly letterDueOn: string | null
}

/** A refusal with remedies and the letter's day, by the case's pack. */
export function refusalOf(file: CaseFile, form: Refusal, today: string): KeptRefusal {
  const { remedies, clocks } = file.parameters
  const letter = clocks.refusal_letter
  return {
    ...form,
    remedies: {
      reconsiderationDays: remedies.reconsideration_days,
      litigationMonths: remedies.litigation_months,
      clause: clauseOf(file.pack, 'remedies'),
    },
    letterDueOn: letter === null ? null : dueOn(letter, today).date,
  }
}

/** Writes the refusal as a decision, with the letter's number; the old grant of who had to apply anew ends by it. */
export async function refuse(context: ActionContext, file: CaseFile): Promise<void> {
  const { tx, keys, actor, clock } = context
  const [record] = standingRecords(file, 'refusal')
  if (record === undefined) throw new Problem('casework.no-grounds', '不予批准须写明事实、依据和救济途径', { status: 409 })
  const refusal = record.body as unknown as KeptRefusal
  const sheet = findSheet(file)
  const grounds = {
    refusal,
    sheet: sheet?.recordId ?? null,
    facts: sheet?.sheet.facts ?? null,
    figures: sheet?.sheet.view.figures ?? null,
    pack: { hash: file.row.pack_hash, on: file.row.pack_on },
  }
  await insertDecision(tx, {
    decision_no: await numberOf(context, 'BY'),
    case_no: file.row.case_no,
    household_no: householdOf(file),
    result: 'refused',
    base: 0,
    top_up: 0,
    amount: 0,
    persons: 0,
    tier: null,
    from_month: null,
    valid_to: null,
    certificate_no: null,
    grounds: keys.seal(JSON.stringify(grounds)),
    by_user: actor.userId,
    at: nowIso(clock),
    letter_due_on: refusal.letterDueOn,
    prior: null,
  })
  if (file.row.origin === 'clean_up') await stopAid(context, householdOf(file))
}

/** Whether the standing decision may still be taken back: young, told to nobody, on no roll. */
export async function isWithinUndo({ tx, clock }: ActionContext, file: CaseFile): Promise<boolean> {
  const decision = await findStandingDecision(tx, file.row.case_no)
  if (decision === undefined || decision.notified_at !== null) return false
  if (!mayBeUndone(instantMs(decision.at), clock.nowMs(), file.parameters.undo_minutes)) return false
  return !(await isOnRoll(tx, decision.decision_no, false))
}

/** Takes the decision back and gives the household the aid it had before. */
export async function takeBack(context: ActionContext, file: CaseFile): Promise<void> {
  const { tx, keys, clock } = context
  const decision = await findStandingDecision(tx, file.row.case_no)
  if (decision === undefined || !(await undoDecision(tx, decision.decision_no, nowIso(clock)))) {
    throw new Problem('casework.no-decision', '没有可以撤回的决定', { status: 409 })
  }
  const { aidBefore } = JSON.parse(keys.openText(decision.grounds)) as { aidBefore: Aid }
  await setAid(tx, decision.household_no, aidBefore)
}

/** Clearing: a person says what the field check showed; class A takes two. Everything is kept, nothing is overwritten. */
import { randomUUID } from 'node:crypto'
import { attachFiles, type FileOwner } from '#files'
import { Problem } from '#kernel/problem'
import type { StoredFile } from '#kernel/schema'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { loadHouseholdBatch } from '#registry'
import {
  clearFinding,
  confirmClearing,
  type Finding,
  listExemptions,
  reopenFinding,
  withdrawExemption,
} from '../contract/household.ts'
import { recountOpen } from '../jobs/open-counts.ts'
import { type ClearingCommand, decideClearing, type ClearingStep as Step, teaches } from '../rules/findings/clearing.ts'
import { isUuid } from '../rules/uuid.ts'
import {
  type FindingKey,
  type FindingRow,
  findExemptionRow,
  findFindingRow,
  insertClearingStep,
  insertExemption,
  listClearingOf,
  listExemptionRows,
  lockCommission,
  withdrawExemptionRow,
} from '../store/household-page.ts'
import { findMissedRow, lockMissed } from '../store/missed.ts'
import { exemptionView, findingKeyOf, findingView, historyOf } from './finding-view.ts'
import { missedFinding, missedPartsOf, missedSubject } from './missed-persons.ts'
import { findingPartsOf, getCommission } from './open-household.ts'

type Wish = {
  [T in ClearingCommand['type']]: Omit<Extract<ClearingCommand, { type: T }>, 'by' | 'evidence'>
}[ClearingCommand['type']]

type Wanted = { key: FindingKey; wish: Wish; evidence: readonly StoredFile[] }

function checked<R>(finding: R | undefined): R {
  if (finding !== undefined) return finding
  throw new Problem('verification.not-found', '没有这条疑点，或报告已更新，请刷新页面', { status: 404 })
}

/** What the files under a finding belong to: its household, or the campaign when it is beyond the roll. */
export function ownerOf({ campaignId, householdNo }: FindingKey, divisionCode: string): FileOwner {
  if (householdNo === '') return { kind: 'campaign', no: campaignId, divisionCode }
  return { kind: 'household', no: householdNo, divisionCode }
}

/** Decides a step from the history of a finding and stores it; gives the step as decided and its instant. */
async function sign(context: ActionContext, finding: FindingRow, steps: readonly Step[], wanted: Wanted) {
  const { tx, actor, clock } = context
  const { key, wish, evidence } = wanted
  const command = { ...wish, by: actor.userId, evidence: evidence.map((file) => file.sha256) } as ClearingCommand
  const decided = decideClearing(finding.class, steps, command)
  if (!decided.ok) throw new Problem(decided.refusal.code, decided.refusal.message, { status: 409 })
  const { step, outcome, reason, teach = false } = decided.value
  const at = nowIso(clock)
  const signed = { by_user: actor.userId, by_name: actor.name, by_role: actor.role, at, divisionCode: finding.division_code }
  const kept = await attachFiles(context, ownerOf(key, finding.division_code), evidence, { path: ['evidence'] })
  await insertClearingStep(tx, key, { step, outcome, reason, evidence: kept, teach, ...signed })
  return { decided: decided.value, at }
}

/** A step under a finding beyond the roll: it belongs to no household, and its reason is kept for nobody else. */
async function takeStepBeyondRoll(context: ActionContext, { key, wish, evidence }: Wanted): Promise<Finding> {
  await lockMissed(context.tx, key)
  const finding = checked(await findMissedRow(context.tx, key))
  const before = await missedPartsOf(context, key.campaignId)
  const { steps } = historyOf(finding, before.clearing)
  const own = wish.type === 'clear' ? { ...wish, teach: false } : wish
  await sign(context, finding, steps, { key, wish: own, evidence })
  const after = { ...before, clearing: await listClearingOf(context.tx, key.campaignId, ['']) }
  const view = missedFinding(finding, after)
  const chain = `campaign:${key.campaignId}`
  about.set(view, { chain, divisionCode: finding.division_code, subjects: missedSubject(finding, after) })
  return view
}

/** Decides a step from what is stored, stores it, and gives the finding as it stands then. */
function takeStep(context: ActionContext, findingId: string, wish: Wish, evidence: readonly StoredFile[]): Promise<Finding> {
  const wanted = { key: findingKeyOf(findingId), wish, evidence }
  return wanted.key.householdNo === '' ? takeStepBeyondRoll(context, wanted) : takeStepInHousehold(context, wanted)
}

async function takeStepInHousehold(context: ActionContext, wanted: Wanted): Promise<Finding> {
  const { tx, actor, keys } = context
  const { key } = wanted
  // The lock is the first statement on the line: those sent behind it see what was committed before it was given.
  const [, commission, found, batch] = await Promise.all([
    lockCommission(tx, key.campaignId, key.householdNo),
    getCommission(context, key.campaignId, key.householdNo),
    findFindingRow(tx, key),
    loadHouseholdBatch(tx, keys, [key.householdNo]),
  ])
  const finding = checked(found)
  const parts = await findingPartsOf(context, commission, batch)
  const { steps } = historyOf(finding, parts.clearing)
  const { decided, at } = await sign(context, finding, steps, wanted)
  const history = [...steps, decided]
  if (teaches(finding.class, history)) {
    const first = history.findLast((each) => each.step === 'first')
    const facts = {
      exemptionId: randomUUID(),
      reason: first?.reason ?? decided.reason,
      by: actor.name,
      at,
      divisionCode: finding.division_code,
    }
    await insertExemption(tx, key, facts)
  }
  const [after] = await Promise.all([
    findingPartsOf(context, commission, batch),
    recountOpen(tx, key.campaignId, [key.householdNo]),
  ])
  const view = findingView(finding, after)
  const people = [...batch.persons, ...batch.supporters.map((row) => ({ ...row, person_no: row.supporter_no }))]
  const concerned = people.filter((row) => row.person_no === finding.person)
  const subjects = concerned.map((row) => keys.blindIndex('id', row.id_number))
  about.set(view, { divisionCode: finding.division_code, subjects })
  return view
}

/** Division and keyed index of the person a step is about, kept beside the reply. */
const about = new WeakMap<object, { chain?: string; divisionCode: string; subjects: Buffer[] }>()

const journal = (purpose: string) => (_input: unknown, output: object) => {
  const { householdNo = '', rule = '', subjectNo = null } = output as Partial<Finding>
  const basis = '核对疑点须由人核实处置'
  return { chain: `household:${householdNo}`, ...about.get(output), basis, purpose, detail: { rule, subjectNo } }
}

export const clearFindingAction: Action = routeAction(clearFinding, {
  run: (context, { findingId, outcome, reason, teach, seen, evidence }) =>
    takeStep(context, findingId, { type: 'clear', outcome, reason, teach, seen }, evidence),
  journal: journal('处置疑点'),
})

export const confirmClearingAction: Action = routeAction(confirmClearing, {
  run: (context, { findingId, agree, reason, seen }) =>
    takeStep(context, findingId, { type: 'confirm', agree, reason, seen }, []),
  journal: journal('复核疑点处置'),
})

export const reopenFindingAction: Action = routeAction(reopenFinding, {
  run: (context, { findingId, reason, seen }) => takeStep(context, findingId, { type: 'reopen', reason, seen }, []),
  journal: journal('重新打开疑点'),
})

export const listExemptionsAction: Action = routeAction(listExemptions, {
  transaction: 'read',
  run: async ({ tx }, input) => ({
    rows: (await listExemptionRows(tx, input.householdNo ?? null)).map((row) => exemptionView(row, null)),
  }),
  journal: () => null,
})

export const withdrawExemptionAction: Action = routeAction(withdrawExemption, {
  async run({ tx, actor, clock }, { exemptionId, reason }) {
    const known = isUuid(exemptionId) ? await findExemptionRow(tx, exemptionId) : undefined
    if (known === undefined) throw new Problem('verification.not-found', '没有这条留存理由', { status: 404 })
    await withdrawExemptionRow(tx, exemptionId, actor.userId, nowIso(clock), reason)
    const row = await findExemptionRow(tx, exemptionId)
    return exemptionView(row ?? known, null)
  },
  journal: (input, output) => ({
    chain: `household:${'householdNo' in output ? output.householdNo : ''}`,
    basis: '核对疑点须由人核实处置',
    purpose: '撤回留存理由',
    detail: { exemption: input.exemptionId },
  }),
})

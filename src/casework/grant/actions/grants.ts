/** A household's running grant: proposing to suspend, stop or resume it, deciding as a second person, and what follows. */
import type { Role } from '#identity'
import { roleLabel } from '#identity'
import { addMonths, monthOf } from '#kernel/dates'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type JournalNote, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { caseworkParametersOf, clauseOf, packAt, packInForce, type ResolvedPack } from '#policy'
import { listSubjectIndexes, loadHouseholdFile, setAid } from '#registry'
import { nextNumber } from '../../procedure/store/cases.ts'
import { endProposedStop, findReapplication } from '../../re-registration/store/clean-up.ts'
import {
  decideGrantChange,
  type GrantChange,
  type GrantChangeKind,
  proposeGrantChange,
  readGrant,
  withdrawGrantChange,
} from '../contract/grant.ts'
import {
  changeLabel,
  earliestMonth,
  groundOf,
  lastMonth,
  type MonthTerms,
  monthFault,
  offeredChanges,
  stateLabel,
  stateOf,
} from '../rules/grant.ts'
import {
  type ChangeRow,
  decideChange,
  findChange,
  findGrant,
  findLastPaid,
  insertChange,
  listChangesOf,
  lockGrant,
  lockMonth,
  type StandingGrant,
} from '../store/grants.ts'

const basis = '社会救助暂行办法 第十三条'
const NUMBER_WIDTH = 6

export interface GrantDoor {
  readonly packId: string
}

const about = new WeakMap<object, Pick<JournalNote, 'chain' | 'divisionCode' | 'subjects'>>()

async function rememberHousehold(
  context: ActionContext,
  reply: object,
  householdNo: string,
  divisionCode: string,
): Promise<void> {
  const subjects = await listSubjectIndexes(context.tx, householdNo)
  about.set(reply, { chain: `household:${householdNo}`, divisionCode, subjects })
}

const noteOf = (reply: object, purpose: string, detail: Record<string, unknown> = {}): JournalNote => ({
  chain: 'system:casework',
  ...about.get(reply),
  basis,
  purpose,
  detail,
})

export async function packNow({ tx, today }: ActionContext, packId: string): Promise<ResolvedPack> {
  return packAt(await packInForce(tx, packId), today)
}

/** Whose decision it is under a pack. */
function deciderOf(pack: ResolvedPack): Role {
  return caseworkParametersOf(pack).decided_by === 'district' ? 'district_approver' : 'township_head'
}

/** A change as pages show it. */
export function changeView({ actor }: ActionContext, row: ChangeRow, decider: Role): GrantChange {
  const { divisionCode: _d, programme: _p, decisionNo: _n, priorTo: _t, remedies: _r, proposedBy, ...shown } = row
  const mine = proposedBy === actor.userId
  return {
    ...shown,
    kindLabel: changeLabel(row.kind),
    mine,
    decidable: row.outcome === null && !mine && actor.role === decider,
  }
}

/** A grant with its state and what a change of it has to go by. */
export async function standingOf(context: ActionContext, householdNo: string) {
  const { tx, keys, today } = context
  const now = monthOf(today)
  const changes = await listChangesOf(tx, keys, householdNo)
  const found = await findGrant(tx, householdNo, [now, addMonths(`${now}-01`, 1).slice(0, 7)])
  const confirmed = changes.flatMap(({ kind, fromMonth, outcome, decidedAt }) =>
    outcome === 'confirmed' && decidedAt !== null ? [{ kind, fromMonth, decidedAt }] : [],
  )
  const { state, since } = stateOf(found ?? null, confirmed)
  // ended otherwise than by a change
  const isOver = found?.stopped === true && state === 'running'
  const terms: MonthTerms = { now, paid: await findLastPaid(tx, householdNo), begins: found?.fromMonth ?? null, since }
  return { grant: isOver ? undefined : found, state: isOver ? ('none' as const) : state, since, changes, terms }
}

export function readGrantAction({ packId }: GrantDoor): Action {
  return routeAction(readGrant, {
    async run(context, { householdNo }) {
      const { tx, keys, today, actor } = context
      const file = await loadHouseholdFile(tx, keys, householdNo, today)
      const { grant, state, since, changes, terms } = await standingOf(context, householdNo)
      const pack = await packNow(context, packId)
      const decider = deciderOf(pack)
      const isProposer = actor.role === 'township_clerk' || actor.role === 'district_approver'
      const isFree = changes.every(({ outcome }) => outcome !== null)
      const reply = {
        householdNo,
        state,
        stateLabel: stateLabel(state),
        since,
        grant: grant === undefined ? null : shownGrant(grant),
        changes: changes.map((row) => changeView(context, row, decider)),
        offered: isProposer && isFree ? offeredChanges(state, caseworkParametersOf(pack)) : [],
        earliest: earliestMonth(terms),
        deciderLabel: roleLabel(decider),
      }
      await rememberHousehold(context, reply, householdNo, file.villageCode)
      return reply
    },
    journal: (_input, output) => noteOf(output, '查看保障待遇'),
  })
}

function shownGrant({ decisionNo, caseNo, amount, persons, fromMonth }: StandingGrant) {
  return { decisionNo, caseNo, amount, persons, fromMonth }
}

function refuse(message: string, status = 409): never {
  throw new Problem('casework.grant', message, { status })
}

const refusePlace = (field: string, message: string): never => {
  throw new Problem('input.invalid', message, { status: 422, details: { issues: [{ path: [field], message }] } })
}

async function changeNumber({ tx, today }: ActionContext): Promise<string> {
  const series = `BG${today.slice(0, 4)}`
  return `${series}${String(await nextNumber(tx, series)).padStart(NUMBER_WIDTH, '0')}`
}

/** What one person asks to be done with a household's grant; `fromMonth` may follow from what the grant allows. */
interface Proposal {
  readonly householdNo: string
  readonly kind: GrantChangeKind
  readonly ground: string
  readonly facts: string
  readonly caseNo: string | null
  fromMonth(terms: MonthTerms): string
}

/** Writes a proposal for another person to decide; gives its number. */
export async function proposeChange(context: ActionContext, packId: string, asked: Proposal): Promise<string> {
  const { tx, keys, actor, clock } = context
  const { householdNo, kind, facts, caseNo } = asked
  await lockGrant(tx, householdNo)
  const { grant, state, changes, terms } = await standingOf(context, householdNo)
  const open = changes.find(({ outcome }) => outcome === null)
  if (open !== undefined) refuse(`该户已有待决定的${changeLabel(open.kind)}（${open.changeNo}），请等决定作出后再提出`)
  const pack = await packNow(context, packId)
  const parameters = caseworkParametersOf(pack)
  if (!offeredChanges(state, parameters).some((each) => each.kind === kind)) {
    refuse(`该户现为“${stateLabel(state)}”，不能提出${changeLabel(kind)}`)
  }
  const ground = groundOf(parameters.grant_grounds, kind, asked.ground)
  if (ground === undefined) return refusePlace('ground', `请从列表中选择${changeLabel(kind)}的事由`)
  const fromMonth = asked.fromMonth(terms)
  const fault = monthFault(fromMonth, terms)
  if (fault !== null) refusePlace('fromMonth', fault)
  const last = changes.find(({ outcome }) => outcome === 'confirmed')
  const changeNo = await changeNumber(context)
  await insertChange(tx, keys, {
    ...{ changeNo, householdNo, kind, fromMonth, facts, caseNo },
    ground: ground.code,
    groundLabel: ground.label,
    clause: ground.clause,
    decisionNo: grant?.decisionNo ?? last?.decisionNo ?? null,
    amount: grant?.amount ?? last?.amount ?? 0,
    persons: grant?.persons ?? last?.persons ?? 0,
    remedies: {
      reconsiderationDays: parameters.remedies.reconsideration_days,
      litigationMonths: parameters.remedies.litigation_months,
      clause: clauseOf(pack, 'remedies'),
    },
    proposedBy: actor.userId,
    proposedAt: nowIso(clock),
  })
  return changeNo
}

export function proposeGrantChangeAction({ packId }: GrantDoor): Action {
  return routeAction(proposeGrantChange, {
    async run(context, { householdNo, kind, ground, fromMonth, facts, caseNo = null }) {
      const { tx, keys, today } = context
      const file = await loadHouseholdFile(tx, keys, householdNo, today)
      const changeNo = await proposeChange(context, packId, {
        ...{ householdNo, kind, ground, facts, caseNo },
        fromMonth: () => fromMonth,
      })
      const reply = { changeNo }
      await rememberHousehold(context, reply, householdNo, file.villageCode)
      return reply
    },
    journal: ({ kind, ground, fromMonth }, output) =>
      noteOf(output, `提出${changeLabel(kind)}`, { kind, ground, fromMonth, ...(output as object) }),
  })
}

/** A change in sight. Problem 404. */
export async function getChange({ tx, keys }: ActionContext, changeNo: string): Promise<ChangeRow> {
  const row = await findChange(tx, keys, changeNo)
  if (row === undefined) throw new Problem('casework.not-found', '没有这项变动，或不在您的辖区内', { status: 404 })
  return row
}

/** What a confirmed change leaves in the household's row: a stopped grant has a last month, a resumed one that was stopped has the one it had. */
async function applyTo(context: ActionContext, { kind, householdNo, fromMonth }: ChangeRow, stopped: ChangeRow | undefined) {
  const { tx, keys, today } = context
  if (kind !== 'stop' && stopped === undefined) return
  const { aidFrom, tier, approvedAmount } = await loadHouseholdFile(tx, keys, householdNo, today)
  if (aidFrom === null) return
  const aidTo = kind === 'stop' ? lastMonth(fromMonth, aidFrom) : (stopped?.priorTo ?? null)
  await setAid(tx, householdNo, { aidFrom, aidTo, tier, approvedAmount })
}

/** Refuses to confirm what no longer fits: another state, another grant, an application in a clean-up, a month that is over or was paid. */
async function checkFits(context: ActionContext, change: ChangeRow, pack: ResolvedPack): Promise<ChangeRow | undefined> {
  // the month's rolls are not confirmed meanwhile
  await lockMonth(context.tx, change.fromMonth)
  const { grant, state, changes, terms } = await standingOf(context, change.householdNo)
  if (!offeredChanges(state, caseworkParametersOf(pack)).some(({ kind }) => kind === change.kind)) {
    refuse(`该户现为“${stateLabel(state)}”，${changeLabel(change.kind)}已不适用，请驳回`)
  }
  if ((grant?.decidedAt ?? '') > change.proposedAt) refuse('提出之后该户已有新的批准决定，请驳回，需要时重新提出')
  const anew = await findReapplication(context.tx, change.changeNo)
  if (anew !== null) refuse(`提出之后该户已在全面清理中重新申请（${anew}），待遇以该案的决定为准，请驳回`)
  const fault = monthFault(change.fromMonth, terms)
  if (fault !== null) refuse(`${fault}；请驳回后按新的生效月重新提出`)
  const [last] = changes.filter(({ outcome }) => outcome === 'confirmed')
  return state === 'stopped' ? last : undefined
}

export function decideGrantChangeAction({ packId }: GrantDoor): Action {
  return routeAction(decideGrantChange, {
    async run(context, { changeNo, confirm, reason }) {
      const { tx, keys, actor, clock } = context
      const pack = await packNow(context, packId)
      const decider = deciderOf(pack)
      await lockGrant(tx, (await getChange(context, changeNo)).householdNo)
      const change = await getChange(context, changeNo)
      if (change.outcome !== null) refuse('这项变动已有决定，请刷新页面')
      if (change.proposedBy === actor.userId) refuse('由您提出的变动，须由另一人决定')
      if (actor.role !== decider) refuse(`这项变动由${roleLabel(decider)}决定`, 403)
      if (confirm) await applyTo(context, change, await checkFits(context, change, pack))
      const outcome = confirm ? 'confirmed' : 'refused'
      if (!(await decideChange(tx, keys, { changeNo, outcome, answer: reason, by: actor.userId, at: nowIso(clock) }))) {
        refuse('这项变动已有决定，请刷新页面')
      }
      await endProposedStop(tx, changeNo, confirm)
      const reply = changeView(context, await getChange(context, changeNo), decider)
      await rememberHousehold(context, reply, change.householdNo, change.divisionCode)
      return reply
    },
    journal: ({ changeNo, confirm }, output) =>
      noteOf(output, confirm ? '决定待遇变动' : '驳回待遇变动', { changeNo, kind: (output as GrantChange).kind }),
  })
}

export function withdrawGrantChangeAction({ packId }: GrantDoor): Action {
  return routeAction(withdrawGrantChange, {
    async run(context, { changeNo, reason }) {
      const { tx, keys, actor, clock } = context
      const change = await getChange(context, changeNo)
      if (change.proposedBy !== actor.userId) refuse('只有提出人可以撤回；不同意的，由决定人驳回')
      const order = { changeNo, outcome: 'withdrawn', answer: reason, by: actor.userId, at: nowIso(clock) } as const
      if (!(await decideChange(tx, keys, order))) refuse('这项变动已有决定，不能撤回')
      await endProposedStop(tx, changeNo, false)
      const reply = changeView(context, await getChange(context, changeNo), deciderOf(await packNow(context, packId)))
      await rememberHousehold(context, reply, change.householdNo, change.divisionCode)
      return reply
    },
    journal: ({ changeNo }, output) => noteOf(output, '撤回待遇变动', { changeNo }),
  })
}

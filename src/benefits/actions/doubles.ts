/** People and accounts in two households that are paid: found when they are asked for, held back from payment until two persons decide. */
import { randomUUID } from 'node:crypto'
import { lockMonth } from '#casework'
import { monthOf } from '#kernel/dates'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { inWholeDistrict, listMemberIndexesOf } from '#registry'
import { type Double, decideDoubles, listDoubles, proposeDoubles, undoDoubles } from '../contract/double.ts'
import { verdictLabels } from '../contract/double-labels.ts'
import { doubleLabel, doubleText, fitsKind, paysUnder } from '../rules/double-words.ts'
import {
  type DoubleQuery,
  type DoubleRow,
  insertDoubles,
  listDoubleRows,
  listHeldNumbers,
  lockProposals,
  type ProposalRow,
  saveDoubles,
  undoProposal,
} from '../store/doubles.ts'
import type { Area } from '../store/payments.ts'

const basis = '民发〔2021〕57号 第二十五条'
const chain = 'system:payment'

function textOf({ kind, who, many, other_no: no, other_name: name, other_township: township, within }: DoubleRow): string {
  return doubleText({ kind, who, many, other: name === null ? null : { no, name, township, within } })
}

function decidedOf({ keys }: ActionContext, row: DoubleRow): Double['decided'] {
  const { verdict, proposal, reason, answer } = row
  if (verdict === null || proposal === null || reason === null) return null
  return {
    proposalId: proposal,
    verdict,
    verdictLabel: verdictLabels[verdict],
    reason: keys.openText(reason),
    proposedByName: row.proposed_by_name,
    proposedAt: row.proposed_at,
    pays: paysUnder(verdict),
    answer: answer === null ? '' : keys.openText(answer),
    decidedByName: row.decided_by_name,
    decidedAt: row.decided_at,
  }
}

function waitingOf({ keys, actor }: ActionContext, row: DoubleRow): Double['waiting'] {
  if (row.next === null) return null
  return {
    proposalId: row.next,
    verdict: row.next_verdict,
    verdictLabel: verdictLabels[row.next_verdict],
    reason: keys.openText(row.next_reason),
    proposedByName: row.next_by_name,
    proposedAt: row.next_at,
    mine: row.next_by === actor.userId,
  }
}

function viewOf(context: ActionContext, row: DoubleRow): Double {
  const decided = decidedOf(context, row)
  return {
    householdNo: row.household_no,
    kind: row.kind,
    kindLabel: doubleLabel(row.kind),
    text: textOf(row),
    otherNo: row.within ? row.other_no : null,
    waiting: waitingOf(context, row),
    decided,
    holds: decided?.pays !== true,
  }
}

const findDoubles = ({ tx }: ActionContext, month: string, area: Area, query: DoubleQuery): Promise<DoubleRow[]> =>
  inWholeDistrict(tx, () => listDoubleRows(tx, month, area, query))

/** Households of an area that a double keeps from being paid in a month. One statement for any number of them. */
export const heldByDoubles = ({ tx }: ActionContext, month: string, area: Area): Promise<string[]> =>
  inWholeDistrict(tx, () => listHeldNumbers(tx, month, area))

/** The doubles that keep these households from being paid, by household. */
export async function doublesOf(
  context: ActionContext,
  month: string,
  area: Area,
  householdNos: readonly string[],
): Promise<ReadonlyMap<string, readonly Double[]>> {
  const rows = await findDoubles(context, month, area, { householdNos, state: 'held', limit: null })
  return Map.groupBy(
    rows.map((row) => viewOf(context, row)),
    ({ householdNo }) => householdNo,
  )
}

/** Whom a reply is about, kept between run and journal. */
const about = new WeakMap<object, { readonly households: readonly string[]; readonly subjects: readonly Buffer[] }>()

async function remember({ tx }: ActionContext, reply: object, householdNos: readonly string[]): Promise<void> {
  const households = [...new Set(householdNos)]
  about.set(reply, { households, subjects: await listMemberIndexesOf(tx, households) })
}

function noteOf(output: object, purpose: string, detail: Record<string, unknown>) {
  const { households = [], subjects = [] } = about.get(output) ?? {}
  return { chain, basis, purpose, subjects, detail: { ...detail, households } }
}

export const listDoublesAction: Action = routeAction(listDoubles, {
  async run(context, { month = monthOf(context.today), township, households, state, limit }) {
    const householdNos = households === undefined ? null : households.split(',')
    const area = rangeOf(township ?? context.actor.divisionCode)
    const rows = await findDoubles(context, month, area, { householdNos, state: state ?? null, limit })
    const reply = { month, rows: rows.map((row) => viewOf(context, row)), total: rows[0]?.total ?? 0 }
    await remember(
      context,
      reply,
      reply.rows.map(({ householdNo }) => householdNo),
    )
    return reply
  },
  journal: (_, output) => noteOf(output, '查看重复登记', {}),
})

/** Why nothing can be proposed of a household now. */
function refusalOf(rows: readonly DoubleRow[]): string {
  if (rows.length === 0) return '没有与其他在保家庭重复，或已经处理，请刷新页面'
  return rows.every(({ next }) => next !== null) ? '已有一项处理等待另一人确认' : '这一项处理不适用于该户的重复，请另选'
}

export const proposeDoublesAction: Action = routeAction(proposeDoubles, {
  async run(context, { month, householdNos, verdict, reason }) {
    const { tx, keys, actor, clock } = context
    await lockMonth(tx, month)
    const asked = [...new Set(householdNos)]
    const area = rangeOf(actor.divisionCode)
    const rows = await findDoubles(context, month, area, { householdNos: asked, state: 'held', limit: null })
    const byHousehold = Map.groupBy(rows, ({ household_no: no }) => no)
    const fit = rows.filter(({ next, kind }) => next === null && fitsKind(verdict, kind))
    const proposals = new Map(fit.map(({ household_no: no }) => [no, randomUUID()]))
    const entries = fit.map((row) => ({
      decisionId: randomUUID(),
      proposalId: proposals.get(row.household_no) ?? randomUUID(),
      row,
    }))
    await insertDoubles(tx, entries, { verdict, reason: keys.seal(reason), by: actor.userId, at: nowIso(clock) })
    const refused = asked
      .filter((no) => !proposals.has(no))
      .map((no) => ({ householdNo: no, message: refusalOf(byHousehold.get(no) ?? []) }))
    const reply = { proposed: proposals.size, refused }
    await remember(context, reply, [...proposals.keys()])
    return reply
  },
  journal: ({ month, verdict }, output) => noteOf(output, '提出重复登记的处理', { month, verdict }),
})

/** Why a proposal cannot be decided by this person now; null when it can. */
function undecidable({ open, proposedBy }: ProposalRow, userId: string): string | null {
  if (!open) return '已经处理过，请刷新页面'
  return proposedBy === userId ? '您提出了这项处理，须由另一人确认' : null
}

export const decideDoublesAction: Action = routeAction(decideDoubles, {
  async run(context, { proposalIds, confirm, reason }) {
    const { tx, keys, actor, clock } = context
    const rows = await lockProposals(tx, proposalIds)
    const judged = rows.map((row) => ({ ...row, message: undecidable(row, actor.userId) }))
    const fit = judged.filter(({ message }) => message === null)
    const ids = fit.map(({ proposalId }) => proposalId)
    await saveDoubles(tx, keys, ids, { confirm, reason, by: actor.userId, at: nowIso(clock) })
    const refused = judged.flatMap(({ householdNo, message }) => (message === null ? [] : [{ householdNo, message }]))
    const reply = { decided: fit.length, refused }
    await remember(
      context,
      reply,
      fit.map(({ householdNo }) => householdNo),
    )
    return reply
  },
  journal: ({ confirm }, output) => noteOf(output, confirm ? '确认重复登记的处理' : '驳回重复登记的处理', {}),
})

export const undoDoublesAction: Action = routeAction(undoDoubles, {
  async run(context, { proposalId, reason }) {
    const { tx, keys, actor, clock } = context
    const undone = await undoProposal(tx, proposalId, actor.userId, nowIso(clock), keys.seal(reason))
    if (undone === undefined) {
      throw new Problem('payment.double-undone', '这项处理不存在、还没有确认，或已经撤销，请刷新页面', { status: 409 })
    }
    const reply = { undone: undone.count }
    await remember(context, reply, [undone.householdNo])
    return reply
  },
  journal: (_, output) => noteOf(output, '撤销重复登记的处理', {}),
})

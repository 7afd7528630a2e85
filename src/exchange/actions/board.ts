/** The centre's board: reading how nodes stand. It shows counts, keys and rights, no person. */
import { roleLabel } from '#identity'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Actor, routeAction } from '#platform/action'
import { chinaDate, instantMs, isoInstant } from '#platform/clock'
import { isUnit, lookupNames, recordNames, recordTypeOf } from '#sources/contract'
import { type ChangeRow, listNodeTasks, NodeChange, type NodeRow, type NodeTask, openNode, readBoard } from '../contract/board.ts'
import { centreKeys } from '../node.ts'
import { isKeyDue, lateSinceOf, liesWith, lineOf, taskRanks, termsView } from '../rules/node-standing.ts'
import { itemLabel } from '../rules/rights.ts'
import {
  type BoardDay,
  type BoardRow,
  type KeyRow,
  listBoardRows,
  listKeyRows,
  listOutages,
  listParkedOf,
  listPurposes,
  listReceiptRows,
  listStrays,
  listStuckOf,
  type ParkedOnBoard,
} from '../store/board.ts'
import { type ChangeRowStored, listChanges } from '../store/changes.ts'
import { listRights } from '../store/nodes.ts'
import { sumStrays } from '../store/parked.ts'
import { listStatements } from '../store/statements.ts'
import { listOpenTasks, type TaskRow } from '../store/tasks.ts'
import { listTerms } from '../store/terms.ts'
import { rightsTo } from './enrol.ts'

const LIST_LENGTH = 100
const SHORT_LENGTH = 20

/** The instant of a look and its day. */
export function dayOf({ clock }: Pick<ActionContext, 'clock'>): BoardDay {
  const at = isoInstant(clock.nowMs())
  return { at, today: chinaDate(at) }
}

/** A node that is known; Problem 404 otherwise. */
async function getBoardRow(context: ActionContext, day: BoardDay, unit: string): Promise<BoardRow> {
  const [row] = await listBoardRows(context.tx, day, unit)
  if (row === undefined) throw new Problem('exchange.node_unknown', `没有登记节点 ${unit}，或不在您的辖区内`, { status: 404 })
  return row
}

const msOf = (at: string | null): number | null => (at === null ? null : instantMs(at))
const textOf = (ms: number | null): string | null => (ms === null ? null : isoInstant(ms))

function lineView(row: BoardRow, atMs: number): Pick<NodeRow, 'link' | 'since'> {
  const { state, silent_minutes: silentMinutes } = row
  const times = { revokedAt: msOf(row.revoked_at), seenAt: msOf(row.seen_at), outSince: msOf(row.out_since) }
  const facts = { state, silentMinutes, enrolledAt: instantMs(row.enrolled_at), backAt: msOf(row.back_at), ...times }
  const { link, since } = lineOf(facts, atMs)
  return { link, since: textOf(since) }
}

/** A node as it is shown. */
export function nodeView(row: BoardRow, at: string): NodeRow {
  const atMs = instantMs(at)
  const keySince = row.keys === 0 ? null : row.key_since
  return {
    unit: row.unit,
    nodeId: row.node_id,
    name: row.name,
    kind: row.kind,
    suite: row.suite,
    via: row.via,
    ...lineView(row, atMs),
    seenAt: row.seen_at,
    open: row.open,
    oldestAt: row.oldest_at,
    lateSince: textOf(lateSinceOf(msOf(row.oldest_at), row.answer_hours, atMs)),
    asked: row.asked,
    answered: row.answered,
    medianMinutes: row.median,
    p95Minutes: row.p95,
    askedToday: row.asked_today,
    countedAt: row.counted_at,
    unreceipted: row.unreceipted,
    parked: row.parked,
    keySince,
    keyUntil: row.key_until,
    keyDue: row.state === 'active' && isKeyDue(msOf(keySince), msOf(row.key_until), row.key_days, atMs),
    tasks: row.tasks,
    statedAt: row.stated_at,
    differences: row.differences,
    terms: termsView(row),
  }
}

function taskView(row: TaskRow, actor: Actor): NodeTask {
  const role = taskRanks[row.rank] ?? ''
  return {
    taskNo: row.task_no,
    unit: row.unit,
    name: row.name ?? '无法辨认的来源',
    cause: row.cause,
    since: row.since,
    raisedAt: row.raised_at,
    rank: row.rank,
    whom: row.rank === 0 && row.responsible_name !== null ? row.responsible_name : roleLabel(role),
    mine: liesWith(row, actor),
  }
}

function parkedView(row: ParkedOnBoard) {
  return {
    parkedNo: row.parked_no,
    sender: row.sender,
    fault: row.fault,
    reason: row.reason,
    size: row.size,
    at: row.at,
    ofRequest: row.of_request,
    state: row.state,
    settledBy: row.settled_by,
    settledAt: row.settled_at,
    settledReason: row.settled_reason,
  }
}

/** A change as it is shown: what it gives is read again, as it was checked when it was asked for. */
export function changeView(row: ChangeRowStored, actor: Actor): ChangeRow {
  return {
    changeNo: row.change_no,
    unit: row.unit,
    name: row.name ?? row.unit,
    what: NodeChange.parse(row.what),
    reason: row.reason,
    askedBy: row.asked_by_name,
    askedAt: row.asked_at,
    mine: row.asked_by === actor.userId,
    state: row.state,
    decidedBy: row.decided_by_name,
    decidedAt: row.decided_at,
    refusal: row.refusal,
  }
}

export const readBoardAction: Action = routeAction(readBoard, {
  async run(context) {
    const { tx, actor } = context
    const day = dayOf(context)
    const rows = await listBoardRows(tx, day, null)
    const tasks = await listOpenTasks(tx, day.today, null)
    const strays = await listStrays(tx, LIST_LENGTH)
    const counted = await sumStrays(tx)
    const changes = await listChanges(tx, null)
    return {
      at: day.at,
      rows: rows.map((row) => nodeView(row, day.at)),
      tasks: tasks.map((row) => taskView(row, actor)),
      strays: strays.map(parkedView),
      strayCalls: { count: counted.calls, since: counted.since },
      changes: changes.map((row) => changeView(row, actor)),
    }
  },
  journal: () => null,
})

export const listNodeTasksAction: Action = routeAction(listNodeTasks, {
  transaction: 'read',
  async run({ tx, actor, today }) {
    const rows = await listOpenTasks(tx, today, null)
    return { rows: rows.map((row) => taskView(row, actor)).filter((task) => task.mine) }
  },
  journal: () => null,
})

function keyView({ signing, box, valid_from: from, valid_to: until }: KeyRow, at: string) {
  const isComing = from !== null && instantMs(from) > instantMs(at)
  const hasEnded = until !== null && instantMs(until) <= instantMs(at)
  const state = hasEnded ? ('ended' as const) : isComing ? ('coming' as const) : ('holds' as const)
  return { signing, box, from, until, state }
}

/** What may be granted for a node: what a unit of the district holds; of any other node everything. */
function itemsOf(unit: string): { item: string; label: string }[] {
  const items = isUnit(unit)
    ? rightsTo(unit, ['']).map((right) => right.item)
    : [...new Set([...recordNames.map((name) => recordTypeOf(name).category as string), ...lookupNames])]
  return items.map((item) => ({ item, label: itemLabel(item) }))
}

export const openNodeAction: Action = routeAction(openNode, {
  async run(context, { unit }) {
    const { tx, actor } = context
    const day = dayOf(context)
    const row = await getBoardRow(context, day, unit)
    const rights = await listRights(tx, unit)
    const stuck = await listStuckOf(tx, unit, day.at, LIST_LENGTH)
    const terms = await listTerms(tx, unit, SHORT_LENGTH)
    return {
      at: day.at,
      row: nodeView(row, day.at),
      keys: (await listKeyRows(tx, unit)).map((key) => keyView(key, day.at)),
      centreKeys: centreKeys(context, row.suite).publicTexts,
      rights: rights.map((right) => ({ ...right, label: itemLabel(right.item) })),
      items: itemsOf(unit),
      purposes: await listPurposes(tx),
      parked: (await listParkedOf(tx, unit, row.node_id, LIST_LENGTH)).map(parkedView),
      stuck: stuck.map(({ id, kind, created_at: createdAt, expires_at: expiresAt, why }) => ({
        id,
        kind,
        createdAt,
        expiresAt,
        why,
      })),
      receipts: await listReceiptRows(tx, unit, SHORT_LENGTH),
      statements: (await listStatements(tx, unit, SHORT_LENGTH)).map(({ direction, at, ours, differences }) => ({
        direction,
        at,
        differences: direction === 'in' && ours === null ? null : differences.map(({ message }) => message),
      })),
      outages: await listOutages(tx, unit, SHORT_LENGTH),
      terms: terms.map((each) => ({ ...termsView(each), setBy: each.set_by_name, setAt: each.set_at })),
      tasks: (await listOpenTasks(tx, day.today, unit)).map((task) => taskView(task, actor)),
      changes: (await listChanges(tx, unit)).map((change) => changeView(change, actor)),
    }
  },
  journal: () => null,
})

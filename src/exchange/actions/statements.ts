/** Statements of the centre, and the comparison of what nodes state with the centre's own books. Nothing is ever repaired here. */

import { Problem } from '#kernel/problem'
import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import {
  type ChannelStand,
  ChannelWalk,
  compareStand,
  type Difference,
  EnvelopeFault,
  encodeLines,
  Header,
  lanes,
  mirrored,
  type OwnStand,
  openByAge,
  openMessage,
  ReconciliationHead,
  signerOf,
} from '#wire'
import { centreKeys, type ExchangeDeps, instant, peersOf } from '../node.ts'
import { findLastAnchor, findNewestSeal } from '../store/anchors.ts'
import { listStandings, loadSuites } from '../store/nodes.ts'
import { lockOutChannels, writeOutbox } from '../store/outbox.ts'
import {
  findLastStated,
  insertStatement,
  listBookRows,
  listStands,
  listStatementDue,
  listUncompared,
  loadNodeNow,
  type StandAt,
  type StatedRow,
} from '../store/statements.ts'
import { numberMessages } from './number-messages.ts'

const DAY_MS = 86_400_000
/** A statement is due when the last one is so old: the job runs every few minutes. */
const DUE_MS = DAY_MS - 15 * 60_000
const WALK_PAGE = 2000
const COMPARE_AT_ONCE = 50

const toTable = { sent: 'out', received: 'in' } as const
const fromTable = { out: 'sent', in: 'received' } as const

async function standsOf(tx: Tx, unit: string, at: readonly StandAt[]): Promise<ChannelStand[]> {
  const rows = await listStands(tx, unit, at)
  return rows.map(({ lane, direction, seq, hash, types }) => ({
    lane,
    direction: fromTable[direction],
    seq,
    hash: hash ?? '',
    types,
  }))
}

/** What was sent up to the last receipt, what was received up to the last message: the node has all of it. */
async function centreStands(tx: Tx, unit: string): Promise<ChannelStand[]> {
  const standings = await listStandings(tx, unit)
  const at = standings.flatMap(({ lane, received, receipted }): StandAt[] => [
    { lane, direction: 'out', seq: receipted },
    { lane, direction: 'in', seq: received },
  ])
  return standsOf(tx, unit, at)
}

/**
 * Writes a statement to a node into the outbox; the node states its own books in return. Do it last in a transaction: it holds
 * the channel. Problem 404 for a node that is not registered.
 */
export async function sendStatement(tx: Tx, unit: string, deps: ExchangeDeps): Promise<void> {
  const suite = (await loadSuites(tx, [unit])).get(unit)
  if (suite === undefined) throw new Problem('exchange.node_unknown', `节点 ${unit} 未登记或已吊销`, { status: 404 })
  const at = instant(deps)
  const now = await loadNodeNow(tx, unit)
  const open = openByAge(now.open, deps.clock.nowMs(), isoInstant)
  const anchor = (await findLastAnchor(tx)) ?? null
  const head: ReconciliationHead = {
    kind: 'reconciliation',
    from: now.stated_at,
    to: at,
    channels: await centreStands(tx, unit),
    open,
    parked: now.parked,
    found: now.found,
    log: null,
    anchor,
    journal: (await findNewestSeal(tx)) ?? null,
    asks: true,
  }
  const body = encodeLines([JSON.stringify(head)], suite)
  const facts = { auth: '', purpose: '对账', legalBasis: '', caseNo: '', operator: 'system:exchange', expires: null }
  const place = { kind: 'reconciliation', campaign: null, batch: null, round: null }
  const channels = await lockOutChannels(tx, [{ unit, lane: 'single' }], '', at)
  const outgoing = { unit, lane: 'single', type: 'statement', place, idem: body.root, body, facts } as const
  const messages = numberMessages([outgoing], channels, deps)
  await writeOutbox(tx, messages)
  const id = messages.find((message) => message.header.type === 'statement')?.header.id ?? ''
  await insertStatement(tx, { unit, direction: 'out', id, at, said: head, ours: null, differences: [] })
}

/** Units whose last statement is a day old. */
export function listUnitsDue(tx: Tx, deps: ExchangeDeps): Promise<string[]> {
  return listStatementDue(tx, isoInstant(deps.clock.nowMs() - DUE_MS), instant(deps))
}

/** Walks through the own books from the number of the statement before to that of this one. */
async function walk(tx: Tx, unit: string, at: StandAt, from: ChannelStand | undefined): Promise<ChannelWalk['fault']> {
  const start = Math.min(from?.seq ?? 0, at.seq)
  const walked = new ChannelWalk({ seq: start, hash: start === 0 ? '' : start === from?.seq ? from.hash : null })
  for (let after = start; ; ) {
    const rows = await listBookRows(tx, { unit, ...at }, after, WALK_PAGE)
    for (const row of rows) walked.add(row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < WALK_PAGE) break
    after = last.seq
  }
  walked.finish(at.seq)
  return walked.fault
}

/** The centre's own books at the numbers a node speaks of. */
async function ownStands(tx: Tx, unit: string, said: readonly ChannelStand[]): Promise<OwnStand[]> {
  const before = await findLastStated(tx, unit)
  const at = said.map(({ lane, direction, seq }): StandAt => ({ lane, direction: toTable[mirrored(direction)], seq }))
  const rows = await listStands(tx, unit, at)
  const own: OwnStand[] = []
  for (const { lane, direction, seq, hash, types, last } of rows) {
    const from = before.find((each) => each.lane === lane && mirrored(each.direction) === fromTable[direction])
    const upTo = Math.min(seq, last)
    const fault = await walk(tx, unit, { lane, direction, seq: upTo }, from)
    own.push({ lane, direction: fromTable[direction], seq, hash: hash ?? '', types, last, fault })
  }
  return own
}

/** Where the own books differ from a statement. */
export function differencesOf(own: readonly OwnStand[], said: readonly ChannelStand[]): Difference[] {
  return said.flatMap((theirs) => {
    const ours = own.find((each) => each.lane === theirs.lane && each.direction === mirrored(theirs.direction))
    return ours === undefined ? [] : compareStand(ours, theirs)
  })
}

function readHead(row: StatedRow, deps: ExchangeDeps): ReconciliationHead | string {
  try {
    const header = Header.parse(JSON.parse(row.header))
    signerOf({ header, body: row.body }, peersOf(row.suite, row.keys))
    const [line = ''] = openMessage(header, row.body, centreKeys(deps, header.suite))
    const read = ReconciliationHead.safeParse(JSON.parse(line))
    return read.success ? read.data : '对账报文的格式未知'
  } catch (error) {
    if (error instanceof EnvelopeFault || error instanceof SyntaxError) return `对账报文无法使用：${error.message}`
    throw error
  }
}

async function compareOne(tx: Tx, row: StatedRow, deps: ExchangeDeps): Promise<number> {
  const head = readHead(row, deps)
  const kept = { unit: row.unit, direction: 'in', id: row.id, at: row.delivered_at } as const
  if (typeof head === 'string') {
    const { chan, seq } = JSON.parse(row.header) as Header
    const lane = lanes.find((each) => each === 'single' && chan.endsWith('#single')) ?? 'batch'
    const differences: Difference[] = [{ code: 'altered', lane, direction: 'received', seq, message: head }]
    await insertStatement(tx, { ...kept, said: {}, ours: null, differences })
    return 1
  }
  const ours = await ownStands(tx, row.unit, head.channels)
  const differences = differencesOf(ours, head.channels)
  await insertStatement(tx, { ...kept, said: head, ours, differences })
  return differences.length
}

/**
 * Compares the statements of nodes that nobody has compared yet with the own books, each at the numbers it names. What
 * differs is kept with both sides' words and stays for a person. Gives how many were compared and how many differences found.
 */
export async function compareStatements(tx: Tx, deps: ExchangeDeps): Promise<{ compared: number; differences: number }> {
  const rows = await listUncompared(tx, COMPARE_AT_ONCE)
  let differences = 0
  for (const row of rows) differences += await compareOne(tx, row, deps)
  return { compared: rows.length, differences }
}

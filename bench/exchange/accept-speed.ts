/** How fast one writer's messages are accepted durably at a gateway: signatures checked, stored, receipts signed, one commit a call. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LineServer } from '#exchange/line'
import {
  encodeLines,
  exchangePaths,
  generateNodeKeys,
  ownKeys,
  peerKeys,
  type SuiteName,
  writeFrame,
  writeFrames,
} from '#exchange/wire'
import { monotonicMs } from '#platform/clock'
import { systemClock } from '../../apps/gateway/clock.ts'
import { type Behaviour, SqliteLedger } from '../../apps/gateway/ledger/sqlite-ledger.ts'
import { itemOf } from './items.ts'

export interface Speed {
  per_second: number
  floor_per_second: number
  ratio: number
}

export function speedOf(perSecond: number, floor: number): Speed {
  return {
    per_second: Math.round(perSecond),
    floor_per_second: Math.round(floor),
    ratio: Number((perSecond / floor).toFixed(2)),
  }
}

const behaviour: Behaviour = {
  begin: () => undefined,
  follow: () => 'open',
  finish: () => undefined,
  credit: () => ({ batch: 256, single: 256, bytes: 1 << 26 }),
}

function ledgerOf(dir: string, suite: SuiteName, nodeId: string, other: string) {
  const keys = { mine: generateNodeKeys(suite), theirs: generateNodeKeys(suite) }
  const make = (id: string, peer: string, own: typeof keys.mine, its: typeof keys.mine) =>
    new SqliteLedger(
      {
        nodeId: id,
        stateDir: join(dir, id),
        own: [ownKeys(own)],
        neighbours: [{ nodeId: peer, suite, peers: [peerKeys(ownKeys(its).publicTexts)] }],
        far: [],
        clock: systemClock,
        say: () => undefined,
        diskUsed: () => 0,
      },
      () => behaviour,
    )
  return { receiver: make(nodeId, other, keys.mine, keys.theirs), sender: make(other, nodeId, keys.theirs, keys.mine) }
}

/** The floor: rows of the same size, as many a commit, in a file with the same settings. */
function floorOf(dir: string, { messages, bytes, together }: AcceptLoad): number {
  const db = new DatabaseSync(join(dir, 'floor.db'))
  db.exec(
    'pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; create table inbox (seq integer primary key, body blob)',
  )
  const insert = db.prepare('insert into inbox (body) values (?)')
  const bodies = Array.from({ length: messages }, (_, i) => Buffer.from(itemOf(i, bytes)))
  const started = monotonicMs()
  for (let i = 0; i < messages; i += together) {
    db.exec('begin immediate')
    for (const body of bodies.slice(i, i + together)) insert.run(body)
    db.exec('commit')
  }
  const perSecond = (messages * 1000) / (monotonicMs() - started)
  db.close()
  return perSecond
}

/** Messages of so many bytes, so many in a call. */
export interface AcceptLoad {
  messages: number
  bytes: number
  together: number
}

/** Measures one suite. */
export async function measureAccept(suite: SuiteName, load: AcceptLoad): Promise<Speed> {
  const { messages, bytes, together } = load
  const dir = mkdtempSync(join(tmpdir(), 'yingbao-accept-'))
  const { receiver, sender } = ledgerOf(dir, suite, 'unit', 'centre')
  const frameOf = (i: number): Buffer =>
    writeFrame(sender.post('unit', 'single', { type: 'request' }, (name) => encodeLines([itemOf(i, bytes)], name)))
  try {
    const calls = sender.transaction(() =>
      Array.from({ length: messages / together }, (_, call) =>
        writeFrames(Array.from({ length: together }, (_frame, i) => frameOf(call * together + i))),
      ),
    )
    const line = new LineServer(receiver, { clock: systemClock, say: () => undefined })
    const started = monotonicMs()
    for (const call of calls) {
      const { status } = await line.handle(exchangePaths.messages, call)
      if (status !== 200) throw new Error(`a message was not accepted: ${status}`)
    }
    const perSecond = (messages * 1000) / (monotonicMs() - started)
    return speedOf(perSecond, floorOf(dir, load))
  } finally {
    receiver.close()
    sender.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

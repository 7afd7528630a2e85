/** The audit of the fault bench finds what it looks for: planted doublets and losses are counted, a clean campaign is not. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { units } from '#sources/contract'
import { type TestDb, testDb } from '#testkit/db'
import { LedgerFile } from '../apps/gateway/ledger/ledger-file.ts'
import { LEDGER_FILE, SCHEMA } from '../apps/gateway/ledger/schema.ts'
import { type Asked, askedBy, doubledInCentre, gatewaysFaults, lostInCentre } from './faults-audit.ts'

let db: TestDb
/** last numbers of the channels */
const last = { out: 0, in: 0 }
const folder = mkdtempSync(join(tmpdir(), 'yingbao-audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  db = await testDb()
  await db.ownerPool.pool.query(
    `insert into exchange_node (unit, node_id, centre_id, name, kind, suite, enrolled_at) values ('tax', 'n', 'c', '税务', 'unit', 'ED1', now())`,
  )
})

interface Written {
  campaign: string
  idem: string
  batch?: number
  answered?: boolean
}

async function write(direction: 'out' | 'in', row: { id: string; corr: string | null } & Written): Promise<void> {
  last[direction] += 1
  await db.ownerPool.pool.query(
    `insert into exchange_message (unit, lane, direction, id, seq, type, kind, corr, idem, campaign, batch, round, hash, header, body, created_at)
     values ('tax', 'batch', $1, $2, $3, $4, 'records', $5, $6, $7, $8, 1, '', '{}', '', now())`,
    [
      direction,
      row.id,
      last[direction],
      direction === 'out' ? 'request' : 'answer',
      row.corr,
      row.idem,
      row.campaign,
      row.batch ?? 1,
    ],
  )
}

/** A request, with its answer unless told otherwise. */
async function ask(written: Written): Promise<void> {
  const id = randomUUID()
  await write('out', { ...written, id, corr: null })
  if (written.answered !== false) await write('in', { ...written, id: randomUUID(), corr: id })
}

async function found(campaign: string, calm: Asked): Promise<Record<string, number>> {
  const doubled = await doubledInCentre(db.ownerPool, campaign, calm)
  const { channel_gaps, ...lost } = await lostInCentre(db.ownerPool, campaign, calm)
  const all = { ...doubled, ...Object.fromEntries(Object.entries(lost).map(([what, n]) => [`lost_${what}`, n])) }
  return Object.fromEntries(Object.entries(all).filter(([, n]) => n > 0))
}

test('questions asked again in other words, unanswered and never asked ones are counted', async () => {
  const [calm, same, twice, silent, short] = Array.from({ length: 5 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
    string,
  ]
  for (const campaign of [calm, same, twice, silent, short]) await ask({ campaign, idem: `${campaign} a` })
  for (const campaign of [calm, same, twice]) await ask({ campaign, idem: `${campaign} b`, batch: 2 })
  await ask({ campaign: twice, idem: 'the same in other words', batch: 2 })
  await ask({ campaign: silent, idem: 'nobody answers', batch: 2, answered: false })
  const asked = await askedBy(db.ownerPool, calm)
  expect(asked.size).toBe(2)
  expect(await found(same, asked)).toEqual({})
  expect(await found(twice, asked)).toEqual({ more_than_calm: 1 })
  expect(await found(silent, asked)).toEqual({ lost_unanswered: 1 })
  expect(await found(short, asked)).toEqual({ lost_less_than_calm: 1 })
})

test('a gap in a channel is a loss', async () => {
  const campaign = randomUUID()
  const gaps = async () => (await lostInCentre(db.ownerPool, campaign, new Map())).channel_gaps ?? 0
  const before = await gaps()
  last.out += 3
  await ask({ campaign, idem: 'after a gap' })
  expect((await gaps()) - before).toBe(3)
})

test('a gateway that answered twice or not at all is found', () => {
  for (const { name } of units) {
    mkdirSync(join(folder, 'gateways'), { recursive: true })
    new LedgerFile(join(folder, 'gateways', name), LEDGER_FILE, SCHEMA).close()
  }
  expect(gatewaysFaults(folder)).toEqual({ doubled: 0, lost: 0 })
  const store = new DatabaseSync(join(folder, 'gateways/tax', LEDGER_FILE))
  const inbox = store.prepare(
    `insert into inbox (chan, seq, sender, id, hash, type, header, received, lane, state)
     values ('a>b', ?, 'a', ?, '', 'request', json_object('idem', ?), '', 'batch', ?)`,
  )
  inbox.run(1, 'one', 'same', 'answered')
  inbox.run(2, 'two', 'same', 'answered')
  inbox.run(3, 'three', 'other', 'open')
  store.exec(
    `insert into outbox (chan, seq, id, receiver, hash, type, corr, header, created, size)
     values ('b>a', 1, 'a', 'a', '', 'answer', 'one', '{}', '', 0)`,
  )
  const log = store.prepare(`insert into log (seq, entry, entry_hash, prev, hash) values (?, ?, '', ?, ?)`)
  for (const n of [1, 2]) log.run(n, JSON.stringify({ event: 'answer', message: 'one' }), '', String(n))
  store.close()
  expect(gatewaysFaults(folder)).toEqual({ doubled: 2, lost: 1 })
})

/** Anchors: signed roots that name each other, made while traffic runs, never in its way. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#platform/log'
import { testDb } from '#testkit/db'
import { basis, CentreRig, grounds } from '#testkit/exchange-rig'
import { HandNode } from '#testkit/hand-node'
import { encodeLines } from '#wire'
import { anchorHash, anchorText } from './evidence/check.ts'
import { ANCHOR_NONCE } from './evidence/files.ts'
import { anchorsJob, enqueueRequests } from './index.ts'
import { centreKeys } from './node.ts'
import { findOldestUnanchored, listAnchors } from './store/anchors.ts'

let rig: CentreRig
beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.enrol('tax', { kind: 'package', dir: '/nowhere' })
})
afterAll(() => rig.close())

const errors: string[] = []
const log = { ...silentLog, error: (text: string) => void errors.push(text) }
const anchor = (nowMs = rig.deps.clock.nowMs()) =>
  anchorsJob.run({ db: rig.db.pool, keys: rig.deps.keys, clock: { nowMs: () => nowMs }, log } as never, {})
const anchors = () => rig.db.as(undefined, (tx) => listAnchors(tx, 1, 99))
const head = (batch: number) => ({ kind: 'prepare', campaign: 'anchors', batch, round: 0, basis }) as const
const question = (batch: number) => [{ unit: 'tax', head: head(batch), lines: [] }]

test('each names the one before, its root is that of its lines, and the centre has signed it', async () => {
  await rig.ask(question(1))
  await anchor()
  await anchor()
  await rig.ask(question(2))
  await anchor()
  const [first, second, ...more] = await anchors()
  expect(more).toEqual([])
  if (!first || !second) throw new Error('no anchors')
  const { heads, ...shown } = first
  expect(second.prev).toBe(anchorHash(shown))
  expect([first.prev, first.no, second.no]).toEqual(['', 1, 2])
  const { publicTexts } = centreKeys(rig.deps, 'ED1')
  expect(publicTexts.suite).toBe('ED1')
  for (const each of [first, second]) {
    expect(encodeLines(each.heads, 'ED1', ANCHOR_NONCE).root).toBe(each.root)
    expect(centreKeys(rig.deps, 'ED1').sign(anchorText(each))).toBe(each.sig)
  }
  expect(heads).toEqual([expect.stringContaining('"chan":"tax batch out"')])
})

test('neither waits for a transaction that is sending nor keeps it waiting', async () => {
  const before = (await anchors()).length
  await rig.db.as(undefined, async (tx) => {
    await enqueueRequests(tx, question(3), grounds, rig.deps)
    // the channel is locked until the commit; the anchor is of what is committed
    const pool = rig.db.ownerPool.pool
    await anchor()
    const { rows } = await pool.query(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    expect(rows[0].n).toBe(0)
    await tx.query('select seq from exchange_channel where unit = $1 for update', ['tax'])
  })
  expect((await anchors()).length).toBe(before)
  await anchor()
  const made = await anchors()
  expect(made.length).toBe(before + 1)
  expect(made.at(-1)?.heads.join()).toContain('"seq":3')
  // while the heads are read by an open transaction, sending goes on
  await rig.db.as(undefined, async (tx) => {
    await tx.query('select heads from exchange_anchor')
    await rig.ask(question(4))
  })
  expect(await rig.db.as(undefined, findOldestUnanchored)).not.toBe(null)
  await anchor()
  expect(await rig.db.as(undefined, findOldestUnanchored)).toBe(null)
})

test('what lay at a unit for hours is no backlog: its age counts from when it came in', async () => {
  await rig.startServer()
  const unit = new HandNode((await rig.enrol('banks', { kind: 'package', dir: '/nowhere' })).config, () => rig.url)
  const created = new Date(rig.deps.clock.nowMs() - 4 * 3_600_000).toISOString()
  expect((await unit.send(unit.next(['{}'], { created }))).receipts).toHaveLength(1)
  await anchor()
  expect(errors).toEqual([])
})

test('a backlog is told by its age', async () => {
  await rig.ask(question(5))
  await anchor()
  expect(errors).toEqual([])
  await rig.ask(question(6))
  await anchor(rig.deps.clock.nowMs() + 2 * 3_600_000)
  expect(errors).toEqual(['logs were not anchored for long'])
})

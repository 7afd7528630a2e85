/** What may be sent to the centre by somebody it does not know, and what is kept of it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDb } from '#testkit/db'
import { CentreRig } from '#testkit/exchange-rig'
import { HandNode } from '#testkit/hand-node'
import { exchangePaths, MAX_UNKNOWN_BYTES, writeFrame, writeFrames } from '#wire'
import { parkedMessages } from './index.ts'
import { sumStrays } from './store/parked.ts'

const everything = { kind: 'package', dir: '/nowhere' } as const

let rig: CentreRig
let unit: HandNode
beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.startServer()
  unit = new HandNode((await rig.enrol('tax', everything)).config, () => rig.url)
})
afterAll(() => rig.close())

/** A call of this size that begins with one message of a node. */
function largeCall(node: HandNode): Buffer {
  const lines = Array.from({ length: 6000 }, (_, i) => `{"n":"${String(i).padStart(60, '0')}"}`)
  const call = writeFrames([writeFrame(node.seal(lines))])
  return Buffer.concat([call, Buffer.alloc(Math.max(0, 2 * MAX_UNKNOWN_BYTES - call.length))])
}

const codeOf = async (node: HandNode, path: string, bytes: Buffer): Promise<string> => {
  const { status, bytes: said } = await node.call(path, bytes)
  return `${status} ${JSON.parse(said.toString('utf8')).code}`
}

test('a large call is taken of a registered node that signed its first message, and of nobody else', async () => {
  const foreign = new HandNode({ ...unit.id, nodeId: '629901.nobody' }, () => rig.url)
  expect(await codeOf(foreign, exchangePaths.messages, largeCall(foreign))).toBe('403 unknown_sender')
  const forged = new HandNode({ ...unit.id, keys: (await rig.enrol('market', everything)).config.keys }, () => rig.url)
  expect(await codeOf(forged, exchangePaths.messages, largeCall(forged))).toBe('403 unknown_sender')
  expect(await codeOf(unit, exchangePaths.hello, largeCall(unit))).toBe('403 unknown_sender')
  expect(await codeOf(unit, exchangePaths.messages, Buffer.alloc(2 * MAX_UNKNOWN_BYTES))).toBe('403 unknown_sender')
  // taken and looked at whole: only what is wrong with it is said
  expect(await codeOf(unit, exchangePaths.messages, largeCall(unit))).toBe('400 malformed')
})

test('of calls that cannot be used a bounded number is kept, a share of each sender; the older ones are counted', async () => {
  await rig.db.ownerPool.pool.query(
    `insert into exchange_parked (sender, fault, reason, bytes, digest, at)
     select 'x.flood', 'unknown_sender', '未登记', decode(repeat('00', 1000), 'hex'), n::text, now() from generate_series(1, 450) n`,
  )
  await rig.db.ownerPool.pool.query(
    `insert into exchange_parked (sender, unit, request, fault, reason, bytes, digest, at)
     values ('629901.tax', 'tax', gen_random_uuid(), 'sealed', '无法解封', '', 'request', now() - interval '9 days')`,
  )
  const before = await rig.db.as(undefined, (tx) => parkedMessages(tx, 'open', 1000))
  const strays = before.filter((row) => row.request === null).length
  const nobody = new HandNode({ ...unit.id, nodeId: '629901.late' }, () => rig.url)
  await expect(nobody.send(nobody.seal(['{}']))).rejects.toThrow('unknown_sender')
  const kept = await rig.db.as(undefined, (tx) => parkedMessages(tx, 'open', 1000))
  expect(kept.filter((row) => row.request === null)).toHaveLength(200)
  const senders = new Set(kept.map((row) => row.sender))
  expect(senders).toEqual(new Set(['x.flood', '629901.late', '629901.nobody', '629901.tax', '']))
  expect(kept.some((row) => row.request !== null)).toBe(true)
  expect(await rig.db.as(undefined, sumStrays)).toEqual({
    calls: strays + 1 - 200,
    since: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  })
})

test('what belongs to a request cannot be taken away', async () => {
  const gone = await rig.db.as(undefined, (tx) => tx.execute('delete from exchange_parked where request is not null'))
  expect(gone).toBe(0)
})

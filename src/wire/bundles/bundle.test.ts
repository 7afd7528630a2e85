import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { LineNodes, type NodesPlan, upTo } from '#testkit/line-nodes'
import { systemClock } from '../../../apps/gateway/clock.ts'
import { suiteNames } from '../contract.ts'
import { writeFrame } from '../envelope/envelope.ts'
import { BundleFolder, takeBundles } from './bundle-folder.ts'
import { readBundle } from './bundle-read.ts'
import { type BundleOrder, writeBundle } from './bundle-write.ts'

const clock = systemClock
const open: LineNodes[] = []
afterEach(() => {
  for (const nodes of open.splice(0)) nodes.close()
})

function pair(plan: NodesPlan = {}) {
  const nodes = new LineNodes(['629901.centre', '629901.police', '629901.tax'], plan)
  open.push(nodes)
  const [centre, police, tax] = nodes.nodes
  if (!centre || !police || !tax) throw new Error('nodes')
  const dir = join(nodes.dir, 'stick')
  const write = async (from: typeof centre, to: typeof centre, order: Partial<BundleOrder> = {}) => {
    const written = await writeBundle(from.ledger, { to: to.nodeId, dir, ...order }, clock)
    return (written?.files ?? []).map((name) => join(dir, name))
  }
  return { centre, police, tax, dir, write }
}

/** The same file, changed since long ago: nobody can still be writing it. */
function old(path: string): string {
  utimesSync(path, 0, 0)
  return path
}

test.each(suiteNames)('a bundle brings messages of both lanes, the one that answers it brings receipts (%s)', async (suite) => {
  const { centre, police, write } = pair({ suite })
  centre.post('629901.police', 'batch', 5)
  centre.post('629901.police', 'single', 2)
  const [file = ''] = await write(centre, police)
  expect(basename(file)).toMatch(/^629901\.centre-629901\.police-\d{8}T\d{9}Z-1of1\.ybx$/)
  const report = await readBundle(police.ledger, file, clock)
  expect(report).toMatchObject({ state: 'taken', from: '629901.centre', messages: 7 })
  expect(police.effects.batch.get('629901.centre')).toEqual(upTo(5))
  expect(police.effects.single.get('629901.centre')).toEqual(upTo(2))

  police.post('629901.centre', 'batch', 3)
  const back = await write(police, centre, report.manifest && { answers: report.manifest })
  expect(await readBundle(centre.ledger, back[0] ?? '', clock)).toMatchObject({ state: 'taken', messages: 3, receipts: 7 })
  const { batch, single } = await centre.ledger.standing('629901.police')
  expect([batch.receipted, single.receipted, batch.received.seq]).toEqual([5, 2, 3])
  expect(await write(centre, police, { after: { batch: 5, single: 2 } })).toHaveLength(1)
})

test('a lost stick discloses neither content nor headers of messages', async () => {
  const { centre, police, write } = pair()
  centre.post('629901.police', 'batch', 3)
  const frames = await centre.ledger.listOutgoing('629901.police', 'batch', { seq: 0 }, { messages: 3, bytes: 1e9 })
  const [file = ''] = await write(centre, police)
  const bytes = readFileSync(file)
  for (const frame of frames) {
    expect(bytes.includes(frame.header.id)).toBe(false)
    expect(bytes.includes(frame.body)).toBe(false)
    expect(bytes.includes(writeFrame(frame).subarray(0, 200))).toBe(false)
  }
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a later file waits for an earlier one and is taken when that has come', async () => {
  const { centre, police, write } = pair()
  centre.post('629901.police', 'batch', 6, 3000)
  const files = await write(centre, police, { fileBytes: 10_000 })
  expect(files.map((file) => file.slice(-9))).toEqual(['-1of3.ybx', '-2of3.ybx', '-3of3.ybx'])
  const [first = '', second = '', third = ''] = files
  expect(await readBundle(police.ledger, second, clock)).toMatchObject({ state: 'waiting', code: 'gap', messages: 0 })
  const late = await takeBundles(police.ledger, [third, second], clock)
  expect([...late.values()].map(({ code }) => code)).toEqual(['gap', 'gap'])
  expect(await readBundle(police.ledger, first, clock)).toMatchObject({ state: 'taken', messages: 2 })
  const rest = await takeBundles(police.ledger, [third, second], clock)
  expect([...rest.values()].map(({ state }) => state)).toEqual(['taken', 'taken'])
  expect(police.effects.batch.get('629901.centre')).toEqual(upTo(6))
})

test('a gap in one lane does not hold up the other', async () => {
  const { centre, police, write } = pair()
  centre.post('629901.police', 'batch', 4)
  centre.post('629901.police', 'single', 1)
  const [file = ''] = await write(centre, police, { after: { batch: 2 } })
  expect(await readBundle(police.ledger, file, clock)).toMatchObject({ state: 'waiting', code: 'gap', messages: 1 })
  expect(police.effects.single.get('629901.centre')).toEqual([1])
})

test('the same file twice, and the same messages by two bundles, count once', async () => {
  const { centre, police, write } = pair()
  centre.post('629901.police', 'batch', 4)
  const [first = ''] = await write(centre, police)
  centre.post('629901.police', 'batch', 2)
  const [second = ''] = await write(centre, police)
  expect((await readBundle(police.ledger, first, clock)).state).toBe('taken')
  expect(await readBundle(police.ledger, first, clock)).toMatchObject({ state: 'repeated', messages: 0 })
  expect(await readBundle(police.ledger, second, clock)).toMatchObject({ state: 'taken', messages: 2 })
  expect(police.effects.batch.get('629901.centre')).toEqual(upTo(6))
})

test.each([
  ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length - 20)],
  ['altered', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 60), Buffer.from([(bytes[60] ?? 0) ^ 1]), bytes.subarray(61)])],
  ['altered', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 90), bytes.subarray(91)])],
  ['not_a_bundle', (bytes: Buffer) => Buffer.concat([Buffer.from('PK'), bytes])],
  ['truncated', () => Buffer.alloc(0)],
])('%s: refused whole, told, and set aside', async (code, spoil) => {
  const { centre, police, write } = pair()
  centre.post('629901.police', 'batch', 3, 5000)
  const [file = ''] = await write(centre, police)
  writeFileSync(file, spoil(readFileSync(file)))
  const report = (await takeBundles(police.ledger, [old(file)], clock)).get(file)
  expect(report).toMatchObject({ state: 'refused', code, messages: 0 })
  expect(report?.message).toMatch(/[\u4e00-\u9fff]/)
  expect(police.effects.batch.size).toBe(0)
  expect(readdirSync(join(file, '../refused'))).toEqual([basename(file)])
  expect(police.said.join()).toContain(code)
})

test('a file that changed a moment ago may still be on its way: it stays', async () => {
  const { centre, police, write } = pair()
  centre.post('629901.police', 'batch', 3)
  const [file = ''] = await write(centre, police)
  const whole = readFileSync(file)
  writeFileSync(file, whole.subarray(0, 100))
  expect(await readBundle(police.ledger, file, clock)).toMatchObject({ state: 'waiting', code: 'writing' })
  writeFileSync(file, whole)
  expect((await readBundle(police.ledger, file, clock)).state).toBe('taken')
  copyFileSync(file, `${file}.part`)
  expect(await readBundle(police.ledger, `${file}.part`, clock)).toMatchObject({ state: 'waiting', code: 'part' })
})

test('for another node, of an unknown node, under another key: refused', async () => {
  const { centre, police, tax, write } = pair()
  const strangers = pair()
  centre.post('629901.police', 'batch', 1)
  strangers.centre.post('629901.police', 'batch', 1)
  const [file = ''] = await write(centre, police)
  const [forged = ''] = await strangers.write(strangers.centre, strangers.police)
  expect(await readBundle(tax.ledger, file, clock)).toMatchObject({ state: 'refused', code: 'addressee' })
  expect(await readBundle(police.ledger, forged, clock)).toMatchObject({ state: 'refused', code: 'signature' })
  const other = new LineNodes(['111111.centre', '629901.police'])
  open.push(other)
  other.nodes[0]?.post('629901.police', 'batch', 1)
  const [unknown = ''] = await write(other.nodes[0] ?? centre, police)
  expect(await readBundle(police.ledger, unknown, clock)).toMatchObject({ state: 'refused', code: 'unknown_sender' })
  expect(police.effects.batch.size).toBe(0)
})

test('a node whose own database is an old copy takes nothing', async () => {
  const { centre, police, write } = pair()
  centre.post('629901.police', 'batch', 2)
  const [file = ''] = await write(centre, police)
  await readBundle(police.ledger, file, clock)
  police.post('629901.centre', 'batch', 1)
  const [back = ''] = await write(police, centre)
  const now = await centre.ledger.standing('629901.police')
  centre.ledger.standing = async () => ({ ...now, batch: { ...now.batch, sent: { seq: 1, head: '' } } })
  expect(await readBundle(centre.ledger, back, clock)).toMatchObject({ state: 'refused', code: 'ahead' })
  expect(centre.effects.batch.size).toBe(0)
})

test('when the disk is nearly full the file waits', async () => {
  let used = 0.95
  const { centre, police, write } = pair({ diskUsed: () => used })
  police.post('629901.centre', 'batch', 2)
  const [file = ''] = await write(police, centre)
  expect(await readBundle(centre.ledger, file, clock)).toMatchObject({ state: 'waiting', code: 'full', messages: 0 })
  used = 0.5
  await new Promise((resolve) => setTimeout(resolve, 1100))
  expect((await readBundle(centre.ledger, file, clock)).state).toBe('taken')
})

test('nothing to carry writes nothing; what could not be written whole leaves nothing', async () => {
  const { centre, police, dir, write } = pair()
  expect(await write(centre, police)).toEqual([])
  await expect(writeBundle(centre.ledger, { to: 'nobody', dir }, clock)).rejects.toThrow('未登记')
  centre.post('629901.police', 'batch', 4, 3000)
  const spy = centre.ledger.listOutgoing.bind(centre.ledger)
  centre.ledger.listOutgoing = async (to, lane, after, credit) => {
    if (after.seq > 0) throw new Error('disk gone')
    return (await spy(to, lane, after, credit)).slice(0, 2)
  }
  await expect(writeBundle(centre.ledger, { to: '629901.police', dir, fileBytes: 4000 }, clock)).rejects.toThrow('disk gone')
  expect(readdirSync(dir)).toEqual([])
})

test('watched folders: taken, answered, moved away; refused files are set aside; the drop then is quiet', async () => {
  const { centre, police, write, dir } = pair()
  const drop = { in: join(dir, 'in'), out: join(dir, 'out') }
  const said: string[] = []
  const parts = { clock, neighbours: ['629901.centre'], say: (text: string) => void said.push(text), ...drop }
  const folder = new BundleFolder({ ledger: police.ledger, ...parts })
  centre.post('629901.police', 'batch', 3)
  const [file = ''] = await write(centre, police)
  mkdirSync(drop.in, { recursive: true })
  copyFileSync(file, join(drop.in, basename(file)))
  writeFileSync(join(drop.in, 'x.ybx'), 'nonsense')
  old(join(drop.in, 'x.ybx'))
  await folder.round()
  police.post('629901.centre', 'batch', 1)
  await folder.round()
  expect(readdirSync(drop.out)).toEqual([])
  await folder.round()
  const [back = ''] = readdirSync(drop.out)
  expect(await readBundle(centre.ledger, join(drop.out, back), clock)).toMatchObject({ state: 'taken', messages: 1, receipts: 3 })
  expect(readdirSync(join(drop.in, 'done'))).toEqual([basename(file)])
  expect(readdirSync(join(drop.in, 'refused'))).toEqual(['x.ybx'])
  for (let i = 0; i < 4; i += 1) await folder.round()
  expect(readdirSync(drop.out)).toEqual([back])
  expect(said.join('\n')).toContain('不是离线包文件')
})

/** A copy of a file on another stick, with that share of its bytes. */
function carried(file: string, share: number): string {
  const bytes = readFileSync(file)
  writeFileSync(`${file}.carried.ybx`, bytes.subarray(0, Math.round(share * bytes.length)))
  return `${file}.carried.ybx`
}

/** Whatever is carried when: files in any order, again, cut short, answered or not. */
test('random cuts, orders and repeats of files: everything arrives once and in order', async () => {
  const { centre, police, write } = pair()
  let posted = 0
  const step = fc.record({
    pick: fc.nat(),
    keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    post: fc.nat({ max: 3 }),
    size: fc.constantFrom(2500, 6000, 20_000),
    back: fc.boolean(),
  })
  const run = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
    const sticks: string[] = []
    for (const { pick, keep, post, size, back } of steps) {
      centre.post('629901.police', 'batch', post, 2000)
      posted += post
      sticks.push(...(await write(centre, police, { fileBytes: size })))
      const file = sticks[pick % Math.max(1, sticks.length)]
      if (file === undefined) continue
      const { manifest } = await readBundle(police.ledger, carried(file, keep), clock)
      if (!back || !manifest) continue
      for (const answer of await write(police, centre, { answers: manifest })) await readBundle(centre.ledger, answer, clock)
    }
    await takeBundles(police.ledger, sticks, clock)
    expect(police.effects.batch.get('629901.centre') ?? []).toEqual(upTo(posted))
  })
  await fc.assert(run, { numRuns: 8 })
  expect((await centre.ledger.standing('629901.police')).batch.receipted).toBeGreaterThan(0)
}, 60_000)

test('a bundle larger than memory should hold goes file by file', async () => {
  const { centre, police, write } = pair()
  centre.post('629901.police', 'batch', 30, 400_000)
  const files = await write(centre, police, { fileBytes: 3_000_000 })
  expect(files.length).toBeGreaterThan(2)
  for (const file of files) expect(statSync(file).size).toBeLessThan(3_100_000)
  const reports = await takeBundles(police.ledger, files.reverse(), clock)
  expect([...reports.values()].every(({ state }) => state === 'taken')).toBe(true)
  expect(police.effects.batch.get('629901.centre')).toEqual(upTo(30))
})

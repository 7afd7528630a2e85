import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDb } from '#testkit/db'
import { basis, CentreRig, grounds } from '#testkit/exchange-rig'
import { HandNode, placeOf, receiptFor } from '#testkit/hand-node'
import {
  AcceptedBody,
  ErrorBody,
  type Frame,
  generateNodeKeys,
  openRelay,
  publicHalf,
  readFrame,
  type Sealed,
  writeFrame,
} from '#wire'
import {
  findReceiptFrame,
  giveUpParked,
  giveUpRequest,
  loadAnswers,
  parkedMessages,
  pendingRequests,
  registerNode,
  resendParked,
  revokeNode,
  stuckRequests,
  unitStates,
} from './index.ts'

const centreId = '629901.centre'
let rig: CentreRig
/** relay of the city, played by hand */
let city: HandNode
/** a unit of another district, reached through it */
let far: HandNode

async function registered(nodeId: string, kind: 'relay' | 'node', via?: string, suite: 'ED1' | 'GM1' = 'ED1'): Promise<HandNode> {
  const keys = generateNodeKeys(suite)
  const rights = [{ item: 'vehicle', purpose: grounds.purpose }]
  const registration = { nodeId, centreId, name: nodeId, kind, keys: publicHalf(keys), rights, ...(via ? { via } : {}) }
  const centreKeys = await rig.db.as(undefined, (tx) => registerNode(tx, registration, rig.deps))
  return new HandNode({ nodeId, centreId, keys, centreKeys }, () => rig.url)
}

beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.startServer()
  city = await registered('629900.city', 'relay')
  far = await registered('629902.police', 'node', '629900.city', 'GM1')
})
afterAll(() => rig.close())

const head = (batch: number) => ({ kind: 'prepare', campaign: 'far', batch, round: 0, basis }) as const

/** Everything that lies in the city's outbox of the batch lane after a number, as frames inside. */
async function inside(after = 0): Promise<Frame[]> {
  const { messages } = await city.poll()
  return messages
    .filter(({ header }) => header.type === 'relay' && header.seq > after)
    .map(({ header, body }) => readFrame(openRelay(header, body)))
}

async function lastHop(): Promise<number> {
  return (await city.poll()).messages.at(-1)?.header.seq ?? 0
}

const statementLine = (batch: number): string =>
  JSON.stringify({ kind: 'statement', campaign: 'far', batch, round: 0, unit: 'police', asOf: basis.asOf, received: 1, open: 0 })

function answerTo(request: Frame, batch: number): Sealed {
  const { id, idem } = request.header
  return far.next([statementLine(batch)], { type: 'statement', corr: id, idem })
}

async function ask(batch: number): Promise<Frame> {
  const before = await lastHop()
  await rig.ask([{ unit: '629902.police', head: head(batch), lines: [] }])
  const [request] = await inside(before)
  if (!request) throw new Error('the request did not go out')
  return request
}

/** What goes back to the far node after the city has handed something over, opened. */
async function repliesTo(...carried: Sealed[]): Promise<(AcceptedBody | ErrorBody)[]> {
  const before = await lastHop()
  const { refused } = await city.send(...carried)
  expect(refused).toBeNull()
  const frames = (await inside(before)).filter(({ header }) => header.seq === 0)
  return frames.map((frame) => (frame.header.type === 'error' ? ErrorBody : AcceptedBody).parse(far.open(frame)))
}

const faults = async (): Promise<string[]> =>
  (await rig.db.as(undefined, (tx) => parkedMessages(tx))).map((row) => row.fault).sort()

describe('a node behind a relay', () => {
  test('is asked and answers end to end: its receipt comes back, and its own is kept', async () => {
    const request = await ask(1)
    expect(request.header).toMatchObject({ to: '629902.police', suite: 'GM1', seq: 1 })
    expect(far.read(request)).toHaveLength(1)
    const receipt = { kind: 'receipts', refused: null, credit: { batch: 8, single: 8, bytes: 1e6 } } as const
    const accepted = far.control({ ...receipt, receipts: [receiptFor(request.header)] })
    const answer = answerTo(request, 1)
    const replies = await repliesTo(city.carry(accepted), city.carry(writeFrame(answer)))
    expect(replies).toMatchObject([{ kind: 'receipts', receipts: [{ id: answer.header.id, hash: answer.hash, seq: 1 }] }])
    const kept = await rig.db.as(undefined, (tx) => findReceiptFrame(tx, '629902.police', 'batch', 1))
    expect(kept?.frame.equals(accepted)).toBe(true)
    const state = (await rig.db.as(undefined, unitStates)).find((row) => row.unit === '629902.police')
    expect(state).toMatchObject({ sent: 1, receipted: 1, received: 1, owed: 0, via: '629900.city' })
    const [loaded] = await rig.db.as(undefined, (tx) => loadAnswers(tx, { campaign: 'far' }, rig.deps))
    expect(loaded).toMatchObject({ kind: 'statement', unit: 'police', node: '629902.police', batch: 1 })
  })

  test('that repeats an answer through another hop message gets its receipt again, and nothing is stored twice', async () => {
    const request = await ask(2)
    const answer = answerTo(request, 2)
    await repliesTo(city.carry(writeFrame(answer)))
    const replies = await repliesTo(city.carry(writeFrame(answer)))
    expect(replies).toMatchObject([{ receipts: [{ id: answer.header.id }] }])
    const { rows } = await rig.db.ownerPool.pool.query(
      `select count(*)::int as n from exchange_message where unit = '629902.police' and direction = 'in'`,
    )
    expect(rows[0].n).toBe(2)
  })

  test('is asked for what is missing, while the hop goes on', async () => {
    const request = await ask(3)
    const missing = answerTo(request, 3)
    const next = far.seal(['{}'], { type: 'answer' })
    const replies = await repliesTo(city.carry(writeFrame(next)))
    expect(replies).toMatchObject([{ kind: 'error', code: 'order', expect: missing.header.seq, chan: missing.header.chan }])
    expect(await faults()).toEqual([])
    const filled = await repliesTo(city.carry(writeFrame(missing)), city.carry(writeFrame(next)))
    expect(filled).toMatchObject([{ receipts: [{ id: missing.header.id }, { id: next.header.id }] }])
    far.sent.batch = placeOf(next.header)
  })

  test('that misses messages gets them again from its number on, but not those that are still on their way', async () => {
    const { messages } = await city.poll()
    const hops = messages.map(({ header }) => header)
    const newest = hops.at(-1)
    if (!newest) throw new Error('nothing waits')
    await city.poll({ batch: placeOf(newest) }, { receipts: hops.map(receiptFor) })
    const last = newest.seq
    await ask(4)
    const chan = `${centreId}>629902.police`
    const gap = { kind: 'error', code: 'order', message: '报文序号应为 2', id: null, chan, expect: 2 } as const
    await city.send(city.carry(far.control(gap)), city.carry(far.control(gap)))
    const again = (await inside(last)).filter(({ header }) => header.type === 'request')
    expect(again.map(({ header }) => header.seq)).toEqual([4, 2, 3])
    await city.send(city.carry(far.control(gap)))
    expect((await inside(last)).filter(({ header }) => header.type === 'request')).toHaveLength(3)
  })

  test('is told when what came is forged; bytes that are unusable are parked and the hop goes on', async () => {
    const before = (await faults()).length
    const honest = far.seal(['{}'], { type: 'answer' })
    const forged = { header: { ...honest.header, purpose: '改' }, body: honest.body }
    const replies = await repliesTo(
      city.carry(writeFrame(forged)),
      city.carry(Buffer.from('no frame at all')),
      city.carry(writeFrame(honest)),
    )
    far.sent.batch = placeOf(honest.header)
    expect(replies).toMatchObject([
      { kind: 'error', code: 'signature' },
      { kind: 'receipts', receipts: [{ id: honest.header.id }] },
    ])
    expect((await faults()).slice(before)).toEqual(['malformed', 'signature'])
  })

  test('may not speak for others, nor be spoken for by another way; nothing is passed on by the centre', async () => {
    const tax = (await rig.enrol('tax', { kind: 'package', dir: '/nowhere' })).config
    const direct = new HandNode(tax, () => rig.url)
    const elsewhere = new HandNode({ ...far.id, centreId: '629903.centre' }, () => rig.url)
    const onward = elsewhere.seal(['{}'], { type: 'answer' })
    const replies = await repliesTo(
      city.carry(writeFrame(direct.seal(['{}'], { type: 'answer' }))),
      city.carry(writeFrame(onward)),
    )
    expect(replies).toMatchObject([{ kind: 'error', code: 'no_route', id: onward.header.id }])
    await direct.send(direct.carry(writeFrame(far.seal(['{}'], { type: 'answer' }))))
    expect(await faults()).toEqual(['malformed', 'no_route', 'signature', 'unknown_sender', 'unknown_sender'])
    const stored = await rig.db.ownerPool.pool.query(`select from exchange_message where type = 'answer' and direction = 'in'`)
    expect(stored.rowCount).toBe(2)
  })
})

describe('what could not be used', () => {
  test('is taken again when its sender is registered, and only once', async () => {
    const stranger = new HandNode(
      { nodeId: '629904.police', centreId, keys: generateNodeKeys('ED1'), centreKeys: city.id.centreKeys },
      () => rig.url,
    )
    const message = stranger.seal(['{}'], { type: 'answer' })
    await city.send(city.carry(writeFrame(message)))
    const parked = (await rig.db.as(undefined, (tx) => parkedMessages(tx))).find((row) => row.sender === '629904.police')
    if (!parked) throw new Error('nothing is parked')
    const resend = () => rig.db.as(undefined, (tx) => resendParked(tx, parked.parked_no, '王敏', rig.deps))
    await expect(resend()).rejects.toThrow('未登记')
    const registration = { nodeId: '629904.police', centreId, name: '邻区公安', kind: 'node', via: '629900.city' } as const
    await rig.db.as(undefined, (tx) => registerNode(tx, { ...registration, keys: publicHalf(stranger.id.keys) }, rig.deps))
    const before = await lastHop()
    await resend()
    const [reply] = await inside(before)
    expect(reply && AcceptedBody.parse(stranger.open(reply)).receipts).toMatchObject([{ id: message.header.id }])
    await expect(resend()).rejects.toThrow('已有人处理')
    expect(await rig.db.as(undefined, (tx) => parkedMessages(tx, 'resent'))).toMatchObject([{ settled_by: '王敏' }])
  })

  test('a request that a unit refuses for good stays visible until it is given up with a reason', async () => {
    const request = await ask(5)
    const body = { kind: 'refused', campaign: 'far', batch: 5, round: 0, unit: 'police', code: 'unusable', message: '无法读取' }
    const { id, idem } = request.header
    await city.send(city.carry(writeFrame(far.next([JSON.stringify(body)], { type: 'refused', corr: id, idem }))))
    const parked = (await rig.db.as(undefined, (tx) => parkedMessages(tx))).find((row) => row.request === id)
    expect(parked).toMatchObject({ unit: '629902.police', campaign: 'far', fault: 'unusable', reason: '无法读取' })
    const give = (reason: string) =>
      rig.db.as(undefined, (tx) => giveUpParked(tx, parked?.parked_no ?? 0, '王敏', reason, rig.deps))
    await expect(rig.db.as(undefined, (tx) => resendParked(tx, parked?.parked_no ?? 0, '王敏', rig.deps))).rejects.toThrow(
      '重新发起',
    )
    await expect(give(' ')).rejects.toThrow('理由')
    await give('改由人工核实')
    await expect(give('再次')).rejects.toThrow('已有人处理')
    const settled = (await rig.db.as(undefined, (tx) => parkedMessages(tx, 'given_up'))).find((row) => row.request === id)
    expect(settled).toMatchObject({ settled_by: '王敏', settled_reason: '改由人工核实' })
    const [answer] = await rig.db.as(undefined, (tx) => loadAnswers(tx, { campaign: 'far', batch: 5 }, rig.deps))
    expect(answer).toMatchObject({ kind: 'refused', code: 'unusable' })
  })

  test('a request whose far node could not read it goes out once more', async () => {
    const request = await ask(6)
    const { id, chan } = request.header
    const error = { kind: 'error', code: 'sealed', message: '无法解封', id, chan, expect: null } as const
    await city.send(city.carry(far.control(error)))
    const parked = (await rig.db.as(undefined, (tx) => parkedMessages(tx))).find((row) => row.request === id)
    const before = await lastHop()
    await rig.db.as(undefined, (tx) => resendParked(tx, parked?.parked_no ?? 0, '王敏', rig.deps))
    expect((await inside(before)).map(({ header }) => header.id)).toEqual([id])
  })

  test('a relay that does not pass a request on says so itself: the request stays visible; other than that it carries only', async () => {
    const request = await ask(8)
    const { id, chan } = request.header
    const error = { kind: 'error', code: 'no_pass', message: '本节点不转送', id, chan, expect: null } as const
    const own = city.seal(['{}'], { type: 'answer', seq: 1, prev: '' })
    const foreign = { ...error, chan: `${centreId}>629901.tax`, message: '冒称' }
    await city.send(city.carry(city.control(error)), city.carry(writeFrame(own)), city.carry(city.control(foreign)))
    const parked = (await rig.db.as(undefined, (tx) => parkedMessages(tx))).filter((row) => row.sender === '629900.city')
    expect(parked.map((row) => [row.fault, row.unit, row.request, row.campaign]).sort()).toEqual([
      ['malformed', null, null, null],
      ['no_pass', null, null, null],
      ['no_pass', '629902.police', id, 'far'],
    ])
  })

  test('a request to a node that was revoked is given up: it counts as not answered', async () => {
    await rig.enrol('banks', { kind: 'package', dir: '/nowhere' })
    const [sent] = await rig.ask([{ unit: 'banks', head: { ...head(7), campaign: 'gone' }, lines: [] }])
    const now = () => new Date().toISOString()
    expect(await rig.db.as(undefined, (tx) => stuckRequests(tx, now()))).toEqual([])
    await rig.db.as(undefined, (tx) => revokeNode(tx, 'banks', rig.deps))
    const [stuck] = await rig.db.as(undefined, (tx) => stuckRequests(tx, now()))
    expect(stuck).toMatchObject({ unit: 'banks', id: sent?.id, campaign: 'gone', why: 'revoked' })
    const give = () =>
      rig.db.as(undefined, (tx) => giveUpRequest(tx, { unit: 'banks', id: sent?.id ?? '' }, '王敏', '单位已退出', rig.deps))
    await give()
    await expect(give()).rejects.toThrow('已撤销')
    expect(await rig.db.as(undefined, (tx) => stuckRequests(tx, now()))).toEqual([])
    const open = await rig.db.as(undefined, (tx) => pendingRequests(tx, { campaign: 'gone' }))
    expect(open.map((request) => request.cancelled)).toEqual([true])
    expect((await rig.db.as(undefined, (tx) => parkedMessages(tx, 'given_up'))).map((row) => row.request)).toContain(sent?.id)
  })
})

test('a way through a node that is no direct relay is refused at registration', async () => {
  await expect(registered('629905.police', 'node', '629902.police')).rejects.toThrow('不是直接相连的中转节点')
  await expect(registered('629905.police', 'node', '629999.city')).rejects.toThrow('未登记')
})

import { existsSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type LineNode, LineNodes, upTo } from '#testkit/line-nodes'
import { NatsCluster } from '#testkit/nats-cluster'
import { systemClock } from '../../../apps/gateway/clock.ts'
import { lanes, writeFrame } from '../envelope/envelope.ts'
import { connectBroker, NatsLine } from './nats.ts'
import { inboxOf, nodeToken, subjectOf } from './nats-subjects.ts'

const ids = ['629901.centre', '629901.police', '629901.tax'] as const
const [CENTRE, POLICE, TAX] = ids
let cluster: NatsCluster
let nodes: LineNodes
let end = new AbortController()
let lines: Promise<void>[] = []

beforeAll(async () => {
  expect(existsSync('/usr/sbin/nats-server')).toBe(true)
  cluster = await NatsCluster.start(3, ids)
  nodes = new LineNodes(ids)
})
afterEach(() => stop())
afterAll(async () => {
  nodes.close()
  await cluster.close()
})

function node(id: string): LineNode {
  const found = nodes.nodes.find(({ nodeId }) => nodeId === id)
  if (!found) throw new Error(id)
  return found
}

async function run(id: string, others: readonly string[], signal = end.signal): Promise<void> {
  const { ledger, said } = node(id)
  const access = await cluster.access(id)
  const say = (text: string) => void said.push(text)
  const line = new NatsLine({ ledger, access, listNeighbours: async () => others, clock: systemClock, say, signal })
  lines.push(line.run())
}

async function stop(): Promise<void> {
  end.abort()
  await Promise.all(lines)
  end = new AbortController()
  lines = []
}

/** Waits until a node has receipts for everything it sent to another. */
async function receipted(from: string, to: string, ms = 60_000): Promise<void> {
  const late = performance.now() + ms
  for (;;) {
    const standing = await node(from).ledger.standing(to)
    if (lanes.every((lane) => standing[lane].receipted === standing[lane].sent.seq)) return
    if (performance.now() > late)
      throw new Error(`${from} has no receipts of ${to}: ${JSON.stringify(standing)}\n${node(from).said.join('\n')}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const seen = (at: string, from: string, lane: 'batch' | 'single' = 'batch') => node(at).effects[lane].get(from)

test('a server of the cluster is killed while messages travel both ways: each has its effect once and in order', async () => {
  await run(CENTRE, [POLICE])
  await run(POLICE, [CENTRE])
  const victim = await cluster.leader()
  for (let i = 0; i < 10; i += 1) {
    node(CENTRE).post(POLICE, 'batch', 150, 1000)
    node(POLICE).post(CENTRE, 'batch', 100, 1000)
    node(CENTRE).post(POLICE, 'single', 5)
    await new Promise((resolve) => setTimeout(resolve, 100))
    if (i === 2) await cluster.kill(victim)
    if (i === 7) cluster.run(victim)
  }
  await receipted(CENTRE, POLICE)
  await receipted(POLICE, CENTRE)
  expect(seen(POLICE, CENTRE)).toEqual(upTo(1500))
  expect(seen(POLICE, CENTRE, 'single')).toEqual(upTo(50))
  expect(seen(CENTRE, POLICE)).toEqual(upTo(1000))
})

test('a message larger than a payload goes in parts', async () => {
  await run(CENTRE, [TAX])
  await run(TAX, [CENTRE])
  const before = seen(TAX, CENTRE)?.length ?? 0
  node(CENTRE).post(TAX, 'batch', 1, 5_000_000)
  node(CENTRE).post(TAX, 'batch', 2)
  await receipted(CENTRE, TAX)
  expect(seen(TAX, CENTRE)).toEqual(upTo(before + 3))
})

test('what lay at the broker while a node was away, and what was published again since, counts once', async () => {
  const away = new AbortController()
  await run(CENTRE, [TAX])
  await run(TAX, [CENTRE], away.signal)
  node(CENTRE).post(TAX, 'batch', 1)
  await receipted(CENTRE, TAX)
  away.abort()
  await lines.pop()
  const before = seen(TAX, CENTRE)?.length ?? 0
  node(CENTRE).post(TAX, 'batch', 20)
  await new Promise((resolve) => setTimeout(resolve, 500))
  await stop()
  await run(CENTRE, [TAX])
  await run(TAX, [CENTRE])
  await receipted(CENTRE, TAX)
  expect(seen(TAX, CENTRE)).toEqual(upTo(before + 20))
})

test('the broker lets a node write under its own name and read its own consumers only', async () => {
  const broker = await connectBroker('tax', await cluster.access(TAX), inboxOf(TAX))
  const own = `$JS.API.CONSUMER.INFO.YINGBAO.${nodeToken(TAX)}-first`
  expect((await broker.request(own)).json<{ name: string }>().name).toBe('629901_tax-first')
  const refused = [
    subjectOf(CENTRE, POLICE, 'batch'),
    `$JS.API.CONSUMER.INFO.YINGBAO.${nodeToken(POLICE)}-first`,
    `$JS.API.CONSUMER.MSG.NEXT.YINGBAO.${nodeToken(POLICE)}-batch`,
    '$JS.API.STREAM.INFO.YINGBAO',
    '$JS.API.STREAM.PURGE.YINGBAO',
    `$JS.API.CONSUMER.DELETE.YINGBAO.${nodeToken(TAX)}-first`,
  ]
  const replies = await Promise.allSettled(refused.map((subject) => broker.request(subject, '', { timeout: 1000 })))
  expect(replies.map(({ status }) => status)).toEqual(refused.map(() => 'rejected'))
  const refusal = await new Promise((resolve) => {
    broker.subscribe(`${inboxOf(POLICE)}.>`, { callback: (error) => resolve(error?.message) })
  })
  expect(refusal).toMatch(/Permissions Violation/i)
  await broker.close()
  await expect(connectBroker('x', await cluster.access('629901.nobody'))).rejects.toThrow(/Authorization/i)
})

test('a message that another node signed, or that is for another node, is parked and the channel goes on', async () => {
  const broker = await connectBroker('tax', await cluster.access(TAX), inboxOf(TAX))
  node(POLICE).post(CENTRE, 'batch', 1)
  const { batch } = await node(POLICE).ledger.standing(CENTRE)
  const [foreign] = await node(POLICE).ledger.listOutgoing(
    CENTRE,
    'batch',
    { seq: batch.sent.seq - 1 },
    { messages: 1, bytes: 1e6 },
  )
  if (!foreign) throw new Error('no frame')
  const before = seen(CENTRE, POLICE)?.length
  broker.publish(subjectOf(CENTRE, TAX, 'batch'), writeFrame(foreign))
  broker.publish(subjectOf(CENTRE, TAX, 'batch'), 'nonsense')
  await broker.flush()
  await run(CENTRE, [TAX])
  await run(TAX, [CENTRE])
  node(TAX).post(CENTRE, 'batch', 1)
  await receipted(TAX, CENTRE)
  expect(seen(CENTRE, POLICE)?.length).toBe(before)
  expect(seen(CENTRE, TAX)).toEqual([1])
  expect(node(CENTRE).said.filter((text) => text.startsWith('消息总线上的报文不能接收'))).toHaveLength(2)
  await broker.close()
})

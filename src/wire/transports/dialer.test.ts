import { afterEach, expect, test } from 'vitest'
import { LineNodes, upTo } from '#testkit/line-nodes'
import { systemClock } from '../../../apps/gateway/clock.ts'
import { readFrame, readFrames, writeFrames } from '../envelope/envelope.ts'
import { controlBody } from '../protocol/control.ts'
import { exchangePaths, PollBody } from '../protocol/frames.ts'
import { Dialer } from './dialer.ts'
import { HttpLine } from './http-line.ts'
import { type Listening, listen } from './http-server.ts'
import { type Answering, type LineReply, LineServer } from './listener.ts'

const open: { close(): void | Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** A unit that dials a centre; `pass` sees each poll of the unit with the reply to it, and may change it. */
async function dialled(pass: (poll: PollBody, reply: LineReply) => LineReply = (_poll, reply) => reply) {
  const nodes = new LineNodes(['629901.centre', '629901.police'])
  open.push(nodes)
  const [centre, police] = nodes.nodes
  if (!centre || !police) throw new Error('nodes')
  const polls: PollBody[] = []
  const server = new LineServer(centre.ledger, { clock: systemClock, say: () => undefined })
  const handle: LineServer['handle'] = async (path, bytes, caller) => {
    const reply = await server.handle(path, bytes, caller)
    if (path !== exchangePaths.poll) return reply
    const poll = PollBody.parse(controlBody(readFrame(bytes), centre.ledger.own('ED1')))
    polls.push(poll)
    return pass(poll, reply)
  }
  const line: Answering = {
    handle,
    knownCaller: server.knownCaller.bind(server),
    refuseTooLarge: server.refuseTooLarge.bind(server),
    refuseUnknown: server.refuseUnknown.bind(server),
  }
  const listening: Listening = await listen(line, { host: '127.0.0.1', port: 0 }, () => undefined)
  const ending = new AbortController()
  const run = (): void => {
    const { ledger } = police
    const parts = { ledger, neighbour: centre.nodeId, clock: systemClock, say: (text: string) => void police.said.push(text) }
    const running = new Dialer({
      ...parts,
      line: new HttpLine(`http://127.0.0.1:${listening.port}`),
      signal: ending.signal,
    }).run()
    open.push({
      async close() {
        ending.abort()
        // the call that waits for a message is answered
        centre.post(police.nodeId, 'batch', 1)
        await Promise.all([running, listening.close()])
      },
    })
  }
  const receipted = (count: number) =>
    expect.poll(async () => (await centre.ledger.standing(police.nodeId)).batch.receipted, { timeout: 15_000 }).toBe(count)
  return { centre, police, polls, run, receipted }
}

test('while messages are taken those after them are on their way, and each is taken once, in order', async () => {
  const { centre, police, polls, run, receipted } = await dialled()
  centre.post(police.nodeId, 'batch', 700)
  centre.post(police.nodeId, 'single', 3)
  run()
  await receipted(700)
  expect(police.effects.batch.get(centre.nodeId)).toEqual(upTo(700))
  expect(police.effects.single.get(centre.nodeId)).toEqual(upTo(3))
  const ahead = polls.filter((poll) => poll.inHand !== undefined)
  expect(ahead.length).toBeGreaterThan(3)
  for (const { inHand, stored, waitMs } of ahead) {
    expect(inHand?.batch).toBeGreaterThan(stored.batch.seq)
    expect(waitMs).toBe(0)
  }
})

test('for a few messages nobody asks twice', async () => {
  const { centre, police, polls, run, receipted } = await dialled()
  centre.post(police.nodeId, 'batch', 5)
  run()
  await receipted(5)
  expect(polls.filter((poll) => poll.inHand !== undefined)).toEqual([])
})

test('when a message in hand is unusable, what came after it is fetched again and nothing is taken twice', async () => {
  let altered = 0
  const { centre, police, run, receipted } = await dialled((poll, reply) => {
    const frames = readFrames(reply.bytes)
    const bad = frames[40]
    if (altered > 0 || poll.inHand !== undefined || bad === undefined) return reply
    altered += 1
    bad.writeUInt8(bad.readUInt8(bad.length - 1) ^ 1, bad.length - 1)
    return { ...reply, bytes: writeFrames(frames) }
  })
  centre.post(police.nodeId, 'batch', 400)
  run()
  await receipted(400)
  expect(altered).toBe(1)
  expect(police.effects.batch.get(centre.nodeId)).toEqual(upTo(400))
  expect(police.ledger.parking.list(9).map(({ code }) => code)).toEqual(['digest'])
})

test('when the call ahead fails, what is in hand is taken and the rest follows', async () => {
  let failed = 0
  const { centre, police, polls, run, receipted } = await dialled((poll, reply) => {
    if (poll.inHand === undefined || failed > 1) return reply
    failed += 1
    return { status: 503, type: 'text/plain', bytes: Buffer.from('') }
  })
  centre.post(police.nodeId, 'batch', 400)
  run()
  await receipted(400)
  expect(failed).toBe(2)
  expect(police.effects.batch.get(centre.nodeId)).toEqual(upTo(400))
  const after = polls.findIndex((poll) => poll.inHand !== undefined) + 1
  expect(polls[after]?.stored.batch.seq).toBe(128)
})

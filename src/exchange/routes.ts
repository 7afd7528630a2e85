/** The exchange's HTTP endpoints: hello, poll, messages. Units are known by the signature of their frames, nothing else. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import {
  EnvelopeFault,
  exchangePaths,
  FRAME_TYPE,
  Hello,
  MAX_FRAME_BYTES,
  MAX_SKEW_MS,
  openMessage,
  PollBody,
  SCHEMA_VERSION,
  SUITE,
  writeFrame,
  writeFrames,
} from '#exchange/wire'
import { instantMs } from '#platform/clock'
import { type Db, withTransaction } from '#platform/db'
import type { Log } from '#platform/log'
import { type Call, errorBody, exchangeScope, Rejection, readCall, receive, replyFrame } from './actions/receive.ts'
import { OutboxBell } from './jobs/outbox-bell.ts'
import { centreKeys, type ExchangeDeps, instant } from './node.ts'
import { noteReceipts, takeOutbox, unitRows } from './store.ts'

/** What the endpoints need. */
export interface ExchangeServer extends ExchangeDeps {
  db: Db
  log: Log
}

/** A running exchange endpoint. */
export interface ExchangeEndpoint {
  /** Ends waiting calls and listening. */
  close(): Promise<void>
}

/** Bytes handed out in one reply at most, whatever credit the unit gives. */
const REPLY_BYTES = 32 * 1024 * 1024

function bodyOf(call: Call, server: ExchangeServer): unknown {
  const lines = openMessage(call.header, call.body, centreKeys(server, call.header.suite))
  return JSON.parse(lines[0] ?? 'null')
}

/** Calls (not messages that lay in a queue) are refused when the clocks differ too much, so an old one is no use to anybody. */
function checkClock(call: Call, server: ExchangeServer): void {
  if (Math.abs(server.clock.nowMs() - instantMs(call.header.created)) > MAX_SKEW_MS) {
    throw new Rejection('clock', 409, '双方时钟相差超过 10 分钟，请先校时')
  }
}

async function hello(server: ExchangeServer, bytes: Uint8Array): Promise<Buffer> {
  const call = await readCall(server.db, bytes, server)
  if (call.header.type !== 'hello') throw new Rejection('type', 400, '此地址只接收 hello 报文')
  checkClock(call, server)
  const theirs = Hello.parse(bodyOf(call, server))
  if (!theirs.suites.includes(SUITE)) throw new Rejection('suite', 409, `对方不支持密码套件 ${SUITE}`)
  const row = await withTransaction(server.db, exchangeScope, async (tx) => {
    await noteReceipts(tx, call.node.unit, theirs.seen, instant(server), 0)
    return (await unitRows(tx)).find((unit) => unit.unit === call.node.unit)
  })
  const ours: Hello = {
    kind: 'hello',
    suites: [SUITE],
    schemaVers: [SCHEMA_VERSION],
    seen: row?.received ?? 0,
    sent: row?.sent ?? 0,
  }
  return replyFrame(call.node, 'hello', ours, call.header.id, server)
}

async function nextFrames(server: ExchangeServer, unit: string, poll: PollBody): Promise<Buffer[]> {
  return withTransaction(server.db, exchangeScope, async (tx) => {
    const at = instant(server)
    const channel = await noteReceipts(tx, unit, poll.after, at)
    if (!channel || poll.after > channel.seq) throw new Rejection('ahead', 409, '单位已收序号超过中心已发序号，已报警')
    if (poll.after > 0 && channel.hash !== poll.head) throw new Rejection('chain', 409, '单位已收报文与中心所发不一致，已报警')
    if (channel.seq === poll.after || poll.credit === 0) return []
    const rows = await takeOutbox(tx, unit, poll.after, poll.credit, Math.min(poll.creditBytes, REPLY_BYTES), at)
    return rows.map((row) => writeFrame({ header: JSON.parse(row.header), body: row.body }))
  })
}

async function poll(server: ExchangeServer, bell: OutboxBell, bytes: Uint8Array): Promise<Buffer> {
  const call = await readCall(server.db, bytes, server)
  if (call.header.type !== 'accepted') throw new Rejection('type', 400, '此地址只接收 accepted 报文')
  checkClock(call, server)
  const body = PollBody.parse(bodyOf(call, server))
  const wake = bell.next(call.node.unit, body.waitMs)
  try {
    const frames = await nextFrames(server, call.node.unit, body)
    if (frames.length > 0 || body.waitMs === 0) return writeFrames(frames)
    await wake.rung
  } finally {
    wake.cancel()
  }
  return writeFrames(await nextFrames(server, call.node.unit, body))
}

async function answer(
  server: ExchangeServer,
  reply: FastifyReply,
  bytes: unknown,
  work: (bytes: Buffer) => Promise<Buffer>,
): Promise<FastifyReply> {
  try {
    if (!Buffer.isBuffer(bytes)) throw new EnvelopeFault('malformed', '请求正文不是报文帧')
    const frames = await work(bytes)
    return await reply.type(FRAME_TYPE).send(frames)
  } catch (error) {
    if (error instanceof z.ZodError)
      return reply.status(400).send(errorBody(new EnvelopeFault('malformed', '报文内容格式有误'), null))
    if (!(error instanceof Rejection || error instanceof EnvelopeFault)) throw error
    server.log.warn('a message of a unit was not taken', { reason: error.message })
    return reply.status(error instanceof Rejection ? error.status : 400).send(errorBody(error, null))
  }
}

/**
 * Adds the endpoints to a server and starts listening for what is to go out. Close it before the server: waiting calls
 * end then.
 */
export function exchangeRoutes(app: FastifyInstance, server: ExchangeServer): ExchangeEndpoint {
  const bell = new OutboxBell(server.db, server.log)
  const listening = bell.run()
  app.register((scope, _options, ready) => {
    scope.addContentTypeParser(FRAME_TYPE, { parseAs: 'buffer', bodyLimit: MAX_FRAME_BYTES }, (_request, body, done) =>
      done(null, body),
    )
    const at = (path: string, work: (bytes: Buffer) => Promise<Buffer>): void => {
      scope.post(path, { bodyLimit: MAX_FRAME_BYTES }, (request, reply) => answer(server, reply, request.body, work))
    }
    at(exchangePaths.hello, (bytes) => hello(server, bytes))
    at(exchangePaths.poll, (bytes) => poll(server, bell, bytes))
    at(exchangePaths.messages, (bytes) => receive(server.db, bytes, server))
    ready()
  })
  return {
    async close() {
      bell.stop()
      await listening
    },
  }
}

/** The HTTP side of a listening node: plain on a closed net or behind a proxy, or mutual TLS 1.3. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { MAX_FRAME_BYTES, MAX_UNKNOWN_BYTES } from '../protocol/frames.ts'
import type { TlsTexts } from './http-line.ts'
import type { Answering, Caller, LineReply } from './listener.ts'

export interface ListeningPlan {
  host: string
  /** 0: any free port */
  port: number
  /** with it only callers with a certificate of the same authority come in */
  tls?: TlsTexts
}

/** A listening node. */
export interface Listening {
  port: number
  /** Takes no new calls and lets those under way end, for some seconds at most. */
  close(): Promise<void>
}

/** Calls that wait for a message are woken by whoever closes; the others end by themselves. */
const LAST_CALLS_MS = 5000

/** Bytes of large bodies that are on their way, by the node that sends them. */
type Load = Map<string, number>

class Busy extends Error {
  override readonly name = 'Busy'
}

/** Puts a large body on a node's account: at once never more than one frame may be, in however many calls. Gives how to take it off. */
function reserve(load: Load, from: string, bytes: number): () => void {
  const others = load.get(from) ?? 0
  if (others > 0 && others + bytes > MAX_FRAME_BYTES) throw new Busy()
  load.set(from, others + bytes)
  return () => {
    const left = (load.get(from) ?? 0) - bytes
    if (left > 0) load.set(from, left)
    else load.delete(from)
  }
}

/** A body of which nothing comes for so long is given up, with what it held. */
const SILENT_MS = 30_000

type Cut = LineReply & { cut?: true }

/**
 * Takes a body and answers it. A little is taken of everybody; the rest only when what came shows whose it is, and never more than a frame
 * may be: nothing of a larger one is kept.
 */
async function answerTo(request: IncomingMessage, line: Answering, caller: Caller, load: Load): Promise<Cut> {
  const path = request.url ?? ''
  const announced = Number(request.headers['content-length'] ?? MAX_FRAME_BYTES)
  if (announced > MAX_FRAME_BYTES) return { ...(await line.refuseTooLarge(caller)), cut: true }
  request.setTimeout(SILENT_MS, () => request.destroy())
  const parts: Buffer[] = []
  let size = 0
  let release: (() => void) | undefined
  try {
    for await (const part of request) {
      parts.push(part as Buffer)
      size += (part as Buffer).length
      if (size > MAX_FRAME_BYTES) return { ...(await line.refuseTooLarge(caller)), cut: true }
      if (release !== undefined || size <= MAX_UNKNOWN_BYTES) continue
      const head = Buffer.concat(parts)
      const from = await line.knownCaller(path, head, caller)
      if (from === null) return { ...(await line.refuseUnknown(path, head, caller)), cut: true }
      release = reserve(load, from, announced)
    }
    request.setTimeout(0)
    return await line.handle(path, Buffer.concat(parts), caller)
  } finally {
    release?.()
  }
}

function callerOf(request: IncomingMessage, isSecure: boolean): Caller {
  if (!isSecure) return {}
  const { subject } = (request.socket as TLSSocket).getPeerCertificate()
  return { certificate: String(subject?.CN ?? '') }
}

function fail(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  response.end(JSON.stringify({ kind: 'error', code, message, id: null, chan: null, expect: null }))
}

function answering(
  line: Answering,
  isSecure: boolean,
  say: (text: string) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const load: Load = new Map()
  return async (request, response) => {
    try {
      const { status, type, bytes, cut } = await answerTo(request, line, callerOf(request, isSecure), load)
      const ending = cut === true ? { connection: 'close' } : {}
      response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...ending })
      response.end(bytes)
    } catch (error) {
      if (error instanceof Busy) return fail(response, 503, 'busy', '正在接收本单位的其他报文，请稍后重试')
      say(`节点来电未能处理：${error instanceof Error ? error.message : String(error)}`)
      fail(response, 503, 'unavailable', '本节点暂时无法处理，请稍后重试')
    }
  }
}

/** Starts listening. Throws when the port is taken. */
export async function listen(line: Answering, plan: ListeningPlan, say: (text: string) => void): Promise<Listening> {
  const { tls } = plan
  const answer = answering(line, tls !== undefined, say)
  const underWay = new Set<Promise<void>>()
  const taking: RequestListener = (request, response) => {
    const work = answer(request, response).finally(() => underWay.delete(work))
    underWay.add(work)
  }
  const server: Server = tls
    ? createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }, taking)
    : createServer(taking)
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(plan.port, plan.host, () => resolve())
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await Promise.race([Promise.all(underWay), wait(LAST_CALLS_MS, undefined, { ref: false })])
      server.closeAllConnections()
      await closed
    },
  }
}

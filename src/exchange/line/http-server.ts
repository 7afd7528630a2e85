/** The HTTP side of a listening node: plain on a closed net or behind a proxy, or mutual TLS 1.3. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { MAX_FRAME_BYTES } from '#exchange/wire'
import type { TlsTexts } from './http-line.ts'
import type { Caller, LineServer } from './listener.ts'

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

/** The whole body; null as soon as it is seen to be larger than a frame may be: nothing of it is kept. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_FRAME_BYTES) return null
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    if (size > MAX_FRAME_BYTES) return null
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
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
  line: Pick<LineServer, 'handle' | 'refuseTooLarge'>,
  isSecure: boolean,
  say: (text: string) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      const caller = callerOf(request, isSecure)
      const body = await bodyOf(request)
      const reply = body === null ? line.refuseTooLarge(caller) : line.handle(request.url ?? '', body, caller)
      const { status, type, bytes } = await reply
      const ending = body === null ? { connection: 'close' } : {}
      response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...ending })
      response.end(bytes)
    } catch (error) {
      say(`节点来电未能处理：${error instanceof Error ? error.message : String(error)}`)
      fail(response, 503, 'unavailable', '本节点暂时无法处理，请稍后重试')
    }
  }
}

/** Starts listening. Throws when the port is taken. */
export async function listen(
  line: Pick<LineServer, 'handle' | 'refuseTooLarge'>,
  plan: ListeningPlan,
  say: (text: string) => void,
): Promise<Listening> {
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

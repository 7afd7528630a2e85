/** For tests: a sharing platform that listens on a port of its own, checks every call as its scheme does, and fails when told to. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** A call as it came in. */
export interface PlatformCallSeen {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: Buffer
  /** name in the client's certificate; empty without one */
  client: string
}

/** What a scheme answers. */
export interface PlatformReplyGiven {
  status: number
  body: object | Buffer
}

/** Checks a call and answers it. */
export type PlatformScheme = (call: PlatformCallSeen) => PlatformReplyGiven

/** What goes wrong with the next call: a status, a body that is no answer, half a body, no answer at all. */
export type PlatformTrouble = { status: number; headers?: Record<string, string> } | 'garbage' | 'cut' | 'silence'

/** Reads JSON that a client sent; an empty object when it is none. */
export function jsonOf(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>
  } catch {
    return {}
  }
}

async function seenCall(request: IncomingMessage): Promise<PlatformCallSeen> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const url = new URL(request.url ?? '/', 'http://platform')
  const socket = request.socket as Partial<TLSSocket>
  const client = String(socket.getPeerCertificate?.().subject?.CN ?? '')
  const { method = '', headers } = request
  return { method, path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(parts), client }
}

function send(response: ServerResponse, { status, body }: PlatformReplyGiven): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes)
}

/** A running platform. */
export class SharingPlatform {
  readonly #scheme: PlatformScheme
  readonly #secure: boolean
  readonly #server: Server
  readonly #open = new Set<ServerResponse>()
  /** calls in the order in which they came, those in trouble too */
  readonly seen: PlatformCallSeen[] = []
  /** what goes wrong with the next calls outside the session, one after another; undefined is no trouble */
  readonly troubles: (PlatformTrouble | undefined)[] = []
  /** path of the call for a session */
  sessionPath = '/session'

  private constructor(scheme: PlatformScheme, tls: { ca: string; cert: string; key: string } | undefined) {
    this.#scheme = scheme
    this.#secure = tls !== undefined
    const answer: RequestListener = (request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
    }
    this.#server = tls
      ? createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: true }, answer)
      : createServer(answer)
  }

  /** Starts a platform; with certificates it takes only clients of the same authority. */
  static async start(scheme: PlatformScheme, tls?: { ca: string; cert: string; key: string }): Promise<SharingPlatform> {
    const platform = new SharingPlatform(scheme, tls)
    await new Promise<void>((resolve) => platform.#server.listen(0, '127.0.0.1', resolve))
    return platform
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo
    return `${this.#secure ? 'https' : 'http'}://127.0.0.1:${port}`
  }

  /** Calls with this path. */
  callsTo(path: string): PlatformCallSeen[] {
    return this.seen.filter((call) => call.path === path)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await seenCall(request)
    this.seen.push(call)
    const reply = this.#scheme(call)
    const trouble = call.path === this.sessionPath ? undefined : this.troubles.shift()
    if (trouble === undefined) send(response, reply)
    else this.#fail(trouble, response)
  }

  #fail(trouble: PlatformTrouble, response: ServerResponse): void {
    if (trouble === 'silence') {
      this.#open.add(response)
    } else if (trouble === 'garbage') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>系统维护中</html>')
    } else if (trouble === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 5000 })
      response.write('{"code":"0","data":[{"xh":"1"', () => response.destroy())
    } else {
      response.writeHead(trouble.status, trouble.headers).end('{}')
    }
  }

  async stop(): Promise<void> {
    for (const response of this.#open) response.destroy()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

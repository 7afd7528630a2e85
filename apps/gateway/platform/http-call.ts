/** One call to a platform over HTTP, with the bytes as they went out and came back. */
import { Agent, type RequestOptions, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'

/** What goes out. */
export interface PlatformCall {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body: Buffer
}

/** What came back, and both as bytes. */
export interface PlatformReply {
  status: number
  /** header `retry-after` as it came; empty when there is none */
  retryAfter: string
  body: Buffer
  sent: Buffer
  received: Buffer
}

/** No whole answer came. */
export class CallLost extends Error {
  override readonly name = 'CallLost'
  /** what went out, and what came of the answer before it broke off */
  readonly sent: Buffer
  readonly received: Buffer

  constructor(message: string, sent: Buffer, received: Buffer) {
    super(message)
    this.sent = sent
    this.received = received
  }
}

/** Certificate of the client, its key, and the authority of the server, as PEM text. */
export interface ClientCertificate {
  cert: string
  key: string
  ca: string
}

/** The head of a message as it stands on the line. */
function headText(first: string, headers: readonly [string, string][]): Buffer {
  return Buffer.from(`${first}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []))
}

/** Connections to one platform. */
export class PlatformLine {
  readonly #base: URL
  readonly #agent: Agent

  constructor(base: string, certificate?: ClientCertificate) {
    this.#base = new URL(base)
    const secure = this.#base.protocol === 'https:'
    this.#agent = secure ? new SecureAgent({ keepAlive: true, ...certificate }) : new Agent({ keepAlive: true })
  }

  /**
   * Sends a call and waits for the whole reply. Throws CallLost when none comes in time, it breaks off, or it is longer
   * than `maxBytes`.
   */
  send(call: PlatformCall, limits: { waitMs: number; maxBytes: number; signal: AbortSignal }): Promise<PlatformReply> {
    const url = new URL(this.#base.pathname.replace(/\/$/, '') + call.path, this.#base)
    const headers = { host: url.host, ...call.headers, 'content-length': String(call.body.length) }
    const target = `${url.pathname}${url.search}`
    const sent = Buffer.concat([headText(`${call.method} ${target} HTTP/1.1`, Object.entries(headers)), call.body])
    const options: RequestOptions = { method: call.method, agent: this.#agent, headers, signal: limits.signal }
    return new Promise((resolve, reject) => {
      const ask = url.protocol === 'https:' ? secureRequest : request
      let seen = (): Buffer => Buffer.alloc(0)
      const lost = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer)
        reject(new CallLost(error.code ?? error.message, sent, seen()))
      }
      const outgoing = ask(url, options, (response) => {
        const line = `HTTP/${response.httpVersion} ${response.statusCode ?? 0} ${response.statusMessage ?? ''}`
        const head = headText(line, pairs(response.rawHeaders))
        const parts: Buffer[] = []
        let size = 0
        seen = () => Buffer.concat([head, ...parts])
        response.on('data', (part: Buffer) => {
          parts.push(part)
          size += part.length
          if (size > limits.maxBytes) outgoing.destroy(new Error('answer too long'))
        })
        response.on('error', lost)
        response.on('end', () => {
          clearTimeout(timer)
          if (!response.complete) return
          const status = response.statusCode ?? 0
          const retryAfter = response.headers['retry-after'] ?? ''
          resolve({ status, retryAfter, body: Buffer.concat(parts), sent, received: seen() })
        })
      })
      const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), limits.waitMs)
      outgoing.on('error', lost)
      outgoing.end(call.body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

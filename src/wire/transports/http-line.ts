/** One POST over connections that stay open, with or without mutual TLS: what a node needs of HTTP, without the weight of fetch. */
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import { MAX_FRAME_BYTES } from '../protocol/frames.ts'

/** No answer came: the line or the other side is down. */
export class LineFault extends Error {
  override readonly name = 'LineFault'
}

/** A reply with its status. */
export interface HttpReply {
  status: number
  bytes: Buffer
}

/** PEM texts for mutual TLS: whom to believe, and who this node is. */
export interface TlsTexts {
  ca: string
  cert: string
  key: string
}

interface Limits {
  waitMs: number
  signal: AbortSignal
}

/** Connections to one server. */
export class HttpLine {
  readonly #base: URL
  readonly #agent: Agent
  readonly #send: typeof request

  /** @param tls for https addresses: TLS 1.3 with this node's certificate */
  constructor(base: string, tls?: TlsTexts) {
    this.#base = new URL(base)
    const isSecure = this.#base.protocol === 'https:'
    this.#agent = isSecure ? new SecureAgent({ keepAlive: true, minVersion: 'TLSv1.3', ...tls }) : new Agent({ keepAlive: true })
    this.#send = isSecure ? secureRequest : request
  }

  /**
   * Posts a body and waits for the whole reply, for `waitMs` at most. A connection that the server closed while it lay
   * idle is replaced once. Throws LineFault, and RangeError for a reply beyond the largest frame.
   */
  async post(path: string, type: string, body: Uint8Array, limits: Limits): Promise<HttpReply> {
    try {
      return await this.#post(path, type, body, limits)
    } catch (error) {
      if (!(error instanceof LineFault) || error.cause !== 'idle') throw error
      return this.#post(path, type, body, limits)
    }
  }

  #post(path: string, type: string, body: Uint8Array, { waitMs, signal }: Limits): Promise<HttpReply> {
    const headers = { 'content-type': type, 'content-length': body.byteLength }
    const options: RequestOptions = { method: 'POST', agent: this.#agent, headers, signal }
    return new Promise((resolve, reject) => {
      const call = this.#send(new URL(path, this.#base), options, (response) => {
        readReply(response)
          .then(resolve, reject)
          .finally(() => clearTimeout(timer))
      })
      const timer = setTimeout(() => call.destroy(new Error('no answer in time')), waitMs)
      call.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer)
        const isIdle = call.reusedSocket && error.code === 'ECONNRESET'
        reject(new LineFault(`对方没有应答：${error.code ?? error.message}`, isIdle ? { cause: 'idle' } : undefined))
      })
      call.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function readReply(response: IncomingMessage): Promise<HttpReply> {
  const parts: Buffer[] = []
  let size = Number(response.headers['content-length'] ?? 0)
  try {
    if (size > MAX_FRAME_BYTES) throw new RangeError('对方的回复超出限度')
    size = 0
    for await (const part of response) {
      size += (part as Buffer).length
      if (size > MAX_FRAME_BYTES) throw new RangeError('对方的回复超出限度')
      parts.push(part as Buffer)
    }
  } catch (error) {
    // an announced length is refused before anything is read: the connection would stay open, and full
    response.destroy()
    if (error instanceof RangeError) throw error
    throw new LineFault(`对方的回复中断：${error instanceof Error ? error.message : String(error)}`)
  }
  return { status: response.statusCode ?? 0, bytes: Buffer.concat(parts) }
}

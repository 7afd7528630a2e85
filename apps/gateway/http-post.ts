/** One POST over connections that stay open: what a gateway needs of HTTP, without the weight of fetch. */
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'

/** No answer came: the line or the other side is down. */
export class LineFault extends Error {
  override readonly name = 'LineFault'
}

/** A reply with its status. */
export interface HttpReply {
  status: number
  bytes: Buffer
}

/** Connections to one server. */
export class Line {
  readonly #base: URL
  readonly #agent: Agent

  constructor(base: string) {
    this.#base = new URL(base)
    this.#agent = this.#base.protocol === 'https:' ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  }

  /**
   * Posts a body and waits for the whole reply, for `waitMs` at most. A connection that the server closed while it lay
   * idle is replaced once. Throws LineFault, and RangeError for a reply beyond `maxBytes`.
   */
  async post(path: string, type: string, body: Uint8Array, limits: { waitMs: number; maxBytes: number; signal: AbortSignal }) {
    try {
      return await this.#post(path, type, body, limits)
    } catch (error) {
      if (!(error instanceof LineFault) || error.cause !== 'idle') throw error
      return this.#post(path, type, body, limits)
    }
  }

  #post(
    path: string,
    type: string,
    body: Uint8Array,
    { waitMs, maxBytes, signal }: { waitMs: number; maxBytes: number; signal: AbortSignal },
  ): Promise<HttpReply> {
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      headers: { 'content-type': type, 'content-length': body.byteLength },
      signal,
    }
    return new Promise((resolve, reject) => {
      const send = this.#base.protocol === 'https:' ? secureRequest : request
      const call = send(new URL(path, this.#base), options, (response) => {
        readReply(response, maxBytes)
          .then(resolve, reject)
          .finally(() => clearTimeout(timer))
      })
      const timer = setTimeout(() => call.destroy(new Error('no answer in time')), waitMs)
      call.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer)
        const isIdle = call.reusedSocket && error.code === 'ECONNRESET'
        reject(new LineFault(`中心没有应答：${error.code ?? error.message}`, isIdle ? { cause: 'idle' } : undefined))
      })
      call.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function readReply(response: IncomingMessage, maxBytes: number): Promise<HttpReply> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of response) {
      size += (part as Buffer).length
      if (size > maxBytes) throw new RangeError('中心的回复超出限度')
      parts.push(part as Buffer)
    }
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw new LineFault(`中心的回复中断：${error instanceof Error ? error.message : String(error)}`)
  }
  return { status: response.statusCode ?? 0, bytes: Buffer.concat(parts) }
}

/** An HTTP line that can be cut, slowed, and that sends calls twice: what stands between two nodes of the bench. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** Where a line leads. */
export interface Target {
  host: string
  port: number
}

interface Reply {
  status: number
  type: string
  bytes: Buffer
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** One line from a dialler to a target. */
export class FaultyLine {
  readonly #target: Target
  readonly #random: () => number
  readonly #sockets = new Set<Socket>()
  #agent = new Agent({ keepAlive: true })
  #isCut = false
  #delayMs = 0
  #duplicates = 0
  /** calls that were sent twice */
  duplicated = 0
  readonly #server = createServer((call, reply) => {
    this.#pass(call, reply).catch(() => call.socket.destroy())
  })

  constructor(target: Target, random: () => number) {
    this.#target = target
    this.#random = random
    this.#server.requestTimeout = 0
    this.#server.on('connection', (socket) => {
      if (this.#isCut) socket.destroy()
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined)
    })
  }

  /** Listens on any free port of an address; gives the port. */
  listen(host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, host, () => resolve((this.#server.address() as AddressInfo).port))
    })
  }

  async #pass(call: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await bytesOf(call)
    if (this.#delayMs > 0) await wait(this.#delayMs * this.#random() * 2)
    const isTwice = this.#random() < this.#duplicates
    if (isTwice) {
      this.duplicated += 1
      await this.#send(call, body)
    }
    const { status, type, bytes } = await this.#send(call, body)
    if (this.#delayMs > 0) await wait(this.#delayMs * this.#random())
    reply.writeHead(status, { 'content-type': type, 'content-length': bytes.length })
    reply.end(bytes)
  }

  #send(call: IncomingMessage, body: Buffer): Promise<Reply> {
    const { method, url: path, headers } = call
    const kept = { 'content-type': headers['content-type'] ?? '', 'content-length': body.length }
    return new Promise((resolve, reject) => {
      const out = request({ ...this.#target, method, path, agent: this.#agent, headers: kept }, (response) => {
        bytesOf(response).then(
          (bytes) => resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type'] ?? ''), bytes }),
          reject,
        )
      })
      const leave = (): void => void out.destroy()
      call.socket.once('close', leave)
      out.on('close', () => call.socket.off('close', leave))
      out.on('error', reject)
      out.end(body)
    })
  }

  /** Every call that is under way ends without an answer, and none comes through. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
    this.#agent.destroy()
    this.#agent = new Agent({ keepAlive: true })
  }

  mend(): void {
    this.#isCut = false
  }

  disturb(delayMs: number, duplicates: number): void {
    this.#delayMs = delayMs
    this.#duplicates = duplicates
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

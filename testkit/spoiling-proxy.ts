/** For tests: a line between a gateway and the centre that alters what passes, as a thief or a broken device would. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  canonicalJson,
  exchangePaths,
  FRAME_TYPE,
  type Frame,
  type Header,
  readFrame,
  readFrames,
  writeFrame,
  writeFrames,
} from '#wire'
import type { OwnKeys } from '#wire/contract'
import { HttpLine } from '#wire/server'

/** What passes on: other bytes, a body that is announced to be so large, a reply without asking, or nothing at all. */
type Spoilt = Buffer | { announced: number } | { reply: Buffer } | 'cut'

/** What is done to calls and to replies; left out: nothing. */
export interface Spoiling {
  call?: (path: string, bytes: Buffer) => Spoilt
  reply?: (path: string, bytes: Buffer) => Spoilt
}

/** The same header with other members, signed again by whoever has the keys. */
export function resigned({ header, body }: Frame, own: OwnKeys, change: { [member: string]: unknown }): Frame {
  const unsigned = { ...header, ...change } as Header
  return { header: { ...unsigned, sig: own.sign(canonicalJson({ ...unsigned, sig: undefined })) }, body }
}

/** Alters every message of a run of frames. */
function eachFrame(bytes: Buffer, alter: (frame: Frame) => Frame): Buffer {
  return writeFrames(readFrames(bytes).map((frame) => writeFrame(alter(readFrame(frame)))))
}

/** Whether a reply of a poll carries messages. */
export function hasMessages(path: string, bytes: Buffer): boolean {
  return path === exchangePaths.poll && bytes.length > 0
}

/** Alters the messages of the gateway. */
export const callsSpoilt = (alter: (frame: Frame) => Frame): Spoiling => ({
  call: (path, bytes) => (path === exchangePaths.messages ? eachFrame(bytes, alter) : bytes),
})

/** Alters the messages of the centre. */
export const repliesSpoilt = (alter: (frame: Frame) => Frame): Spoiling => ({
  reply: (path, bytes) => (hasMessages(path, bytes) ? eachFrame(bytes, alter) : bytes),
})

/** Says something else without signing it. */
export const forged = ({ header, body }: Frame): Frame => ({ header: { ...header, purpose: '另有用途' }, body })

/** The first time the gateway's messages go through and the reply is lost; when they come again they say something else. */
export function replayedCall(own: OwnKeys): Spoiling {
  let calls = 0
  const isMessages = (path: string) => path === exchangePaths.messages
  return {
    call(path, bytes) {
      if (!isMessages(path)) return bytes
      calls += 1
      return calls === 1 ? bytes : eachFrame(bytes, (frame) => resigned(frame, own, { purpose: '另有用途' }))
    },
    reply: (path, bytes) => (isMessages(path) && calls === 1 ? 'cut' : bytes),
  }
}

/** The gateway gets the centre's messages, and then once the same again with other content. */
export function replayedReply(centre: OwnKeys): Spoiling {
  let kept: Buffer | undefined
  let isDone = false
  return {
    call(path, bytes) {
      if (path !== exchangePaths.poll || !kept || isDone) return bytes
      isDone = true
      return { reply: eachFrame(kept, (frame) => resigned(frame, centre, { purpose: '另有用途' })) }
    },
    reply(path, bytes) {
      if (hasMessages(path, bytes)) kept = bytes
      return bytes
    },
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** One proxy before one server. */
export class SpoilingProxy {
  readonly #target: () => string
  readonly #end = new AbortController()
  #server: Server | undefined
  #line: HttpLine | undefined
  spoiling: Spoiling = {}

  constructor(target: () => string) {
    this.#target = target
  }

  /** Starts it; gives its address. */
  async start(): Promise<string> {
    const server = createServer((call, reply) => void this.#pass(call, reply).catch(() => reply.destroy()))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async #pass(call: IncomingMessage, reply: ServerResponse): Promise<void> {
    const path = call.url ?? ''
    const body = await bodyOf(call)
    const sent = this.spoiling.call?.(path, body) ?? body
    if (sent === 'cut') return void reply.destroy()
    if ('reply' in sent) return void reply.writeHead(200, { 'content-type': FRAME_TYPE }).end(sent.reply)
    const { status, bytes } = 'announced' in sent ? await this.#announce(path, sent.announced) : await this.#forward(path, sent)
    const back = status === 200 ? (this.spoiling.reply?.(path, bytes) ?? bytes) : bytes
    if (back === 'cut' || 'reply' in back) return void reply.destroy()
    if ('announced' in back) return void reply.writeHead(200, { 'content-length': back.announced }).write('x')
    reply.writeHead(status, { 'content-type': FRAME_TYPE, 'content-length': back.length }).end(back)
  }

  #forward(path: string, body: Buffer): Promise<{ status: number; bytes: Buffer }> {
    this.#line ??= new HttpLine(this.#target())
    return this.#line.post(path, FRAME_TYPE, body, { waitMs: 60_000, signal: this.#end.signal })
  }

  #announce(path: string, length: number): Promise<{ status: number; bytes: Buffer }> {
    const headers = { 'content-type': FRAME_TYPE, 'content-length': length }
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, this.#target()), { method: 'POST', headers }, (reply) => {
        bodyOf(reply).then((bytes) => resolve({ status: reply.statusCode ?? 0, bytes }), reject)
      })
      call.on('error', reject)
      call.write('x')
    })
  }

  close(): void {
    this.#end.abort()
    this.#line?.close()
    this.#server?.closeAllConnections()
    this.#server?.close()
  }
}

import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangePaths, FRAME_TYPE, MAX_FRAME_BYTES, MAX_UNKNOWN_BYTES } from '../protocol/frames.ts'
import { type AuthorityTexts, issueCertificate, makeAuthority } from './certificates.ts'
import { HttpLine, LineFault, type TlsTexts } from './http-line.ts'
import { type Listening, listen } from './http-server.ts'
import type { Answering, Caller } from './listener.ts'

const now = Date.parse('2026-10-12T01:00:00Z')
const started = Date.now()
const limits = { waitMs: 5000, signal: new AbortController().signal }

/** Answers with the certificate's name and the body's length: what reaches a listener of the line. */
const echo: Answering = {
  knownCaller: async (_path, _head, caller = {}) => caller.certificate ?? '629901.police',
  refuseUnknown: async (_path, head) => ({
    status: 403,
    type: 'application/json',
    bytes: Buffer.from(`unknown after ${head.length}`),
  }),
  refuseTooLarge: async () => ({ status: 413, type: 'application/json', bytes: Buffer.from('too large') }),
  handle: async (path: string, bytes: Uint8Array, caller: Caller = {}) => ({
    status: 200,
    type: FRAME_TYPE,
    bytes: Buffer.from(`${path} ${caller.certificate ?? 'none'} ${bytes.length}`),
  }),
}

async function said(line: HttpLine): Promise<string> {
  const { status, bytes } = await line.post(exchangePaths.hello, FRAME_TYPE, Buffer.from('abc'), limits)
  line.close()
  return `${status} ${bytes.toString('utf8')}`
}

describe('mutual TLS', () => {
  let authority: AuthorityTexts
  let listening: Listening
  let unit: TlsTexts
  beforeAll(async () => {
    authority = await makeAuthority('629901', started)
    const tls = await issueCertificate(authority, '629901.centre', ['127.0.0.1', 'centre.test'], started)
    unit = await issueCertificate(authority, '629901.police', [], started)
    listening = await listen(echo, { host: '127.0.0.1', port: 0, tls }, () => undefined)
  })
  afterAll(() => listening.close())
  const url = (host = '127.0.0.1') => `https://${host}:${listening.port}`

  test('both sides show certificates of the installation, and the listener knows whose it is', async () => {
    expect(await said(new HttpLine(url(), unit))).toBe('200 /exchange/hello 629901.police 3')
  })

  test('without a certificate nobody comes in', async () => {
    await expect(said(new HttpLine(url(), { ca: authority.cert, cert: '', key: '' }))).rejects.toThrow(LineFault)
  })

  test('a certificate of another authority is not believed by either side', async () => {
    const other = await makeAuthority('629902', started)
    const stranger = await issueCertificate(other, '629901.police', [], started)
    await expect(said(new HttpLine(url(), { ...stranger, ca: authority.cert }))).rejects.toThrow(LineFault)
    await expect(said(new HttpLine(url(), { ...unit, ca: other.cert }))).rejects.toThrow(LineFault)
  })

  test('an expired certificate is refused', async () => {
    const expired = await issueCertificate(authority, '629901.police', [], now - 900 * 86_400_000)
    await expect(said(new HttpLine(url(), expired))).rejects.toThrow(LineFault)
  })
})

test('a reply that is announced larger than a frame may be is not read, and its connection does not stay open', async () => {
  const closed = Promise.withResolvers<void>()
  const server = createServer((_request, response) => {
    response.on('close', () => closed.resolve())
    response.writeHead(200, { 'content-length': MAX_FRAME_BYTES + 1 }).write('x')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await expect(said(new HttpLine(`http://127.0.0.1:${port}`))).rejects.toThrow(RangeError)
  await closed.promise
  server.close()
})

describe('a body larger than a frame may be', () => {
  let listening: Listening
  beforeAll(async () => {
    listening = await listen(echo, { host: '127.0.0.1', port: 0 }, () => undefined)
  })
  afterAll(() => listening.close())

  test('is refused by its announced length, before any of it is read', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': FRAME_TYPE, 'content-length': 1024 ** 3 }
      const call = request({ port: listening.port, path: exchangePaths.messages, method: 'POST', headers }, (reply) =>
        resolve(reply.statusCode),
      )
      call.on('error', reject)
      call.write('x')
    })
    expect(status).toBe(413)
  })

  test('is cut off where its length is not announced, and the server goes on', async () => {
    const part = Buffer.alloc(16 * 1024 * 1024)
    const status = await new Promise<number | undefined>((resolve) => {
      const headers = { 'content-type': FRAME_TYPE, 'transfer-encoding': 'chunked' }
      const call = request({ port: listening.port, path: exchangePaths.messages, method: 'POST', headers }, (reply) =>
        resolve(reply.statusCode),
      )
      call.on('error', () => resolve(413))
      let sent = 0
      const more = (): void => {
        while (sent <= MAX_FRAME_BYTES + part.length) {
          sent += part.length
          if (!call.write(part)) return void call.once('drain', more)
        }
      }
      more()
    })
    expect(status).toBe(413)
    expect(await said(new HttpLine(`http://127.0.0.1:${listening.port}`))).toBe('200 /exchange/hello none 3')
  })
})

/** Posts a body of some size in parts, and gives what the server says, which may be before it is all sent. */
function pour(port: number, bytes: number): Promise<{ status: number | undefined; text: string }> {
  const part = Buffer.alloc(64 * 1024)
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': FRAME_TYPE, 'content-length': bytes }
    const call = request({ port, path: exchangePaths.messages, method: 'POST', headers }, async (reply) => {
      let text = ''
      for await (const more of reply) text += String(more)
      call.destroy()
      resolve({ status: reply.statusCode, text })
    })
    call.on('error', (error) => call.destroyed || reject(error))
    let sent = 0
    const more = (): void => {
      while (sent < bytes && !call.destroyed) {
        sent += part.length
        if (!call.write(part)) return void call.once('drain', more)
      }
      call.end()
    }
    more()
  })
}

describe('a large body', () => {
  let listening: Listening
  let known: string | null = null
  beforeAll(async () => {
    const line: Answering = { ...echo, knownCaller: async () => known }
    listening = await listen(line, { host: '127.0.0.1', port: 0 }, () => undefined)
  })
  afterAll(() => listening.close())

  test('of somebody unknown is refused after some KiB, however large it is to be', async () => {
    known = null
    const replies = await Promise.all([1, 2, 3, 4].map(() => pour(listening.port, MAX_FRAME_BYTES)))
    for (const { status, text } of replies) {
      expect(status).toBe(403)
      const taken = Number(text.replace('unknown after ', ''))
      expect(taken).toBeGreaterThan(MAX_UNKNOWN_BYTES)
      expect(taken).toBeLessThanOrEqual(MAX_UNKNOWN_BYTES + 256 * 1024)
    }
  })

  test('of a known node is taken whole', async () => {
    known = '629901.police'
    const bytes = 8 * 1024 * 1024
    expect(await pour(listening.port, bytes)).toEqual({ status: 200, text: `/exchange/messages none ${bytes}` })
  })

  test('waits while another of the same node fills what it may send at once', async () => {
    known = '629901.police'
    const headers = { 'content-type': FRAME_TYPE, 'content-length': MAX_FRAME_BYTES }
    const first = request({ port: listening.port, path: exchangePaths.messages, method: 'POST', headers })
    first.on('error', () => undefined)
    first.write(Buffer.alloc(1024 * 1024))
    await expect.poll(async () => (await pour(listening.port, 128 * 1024)).text).toContain('"busy"')
    first.destroy()
    await expect.poll(async () => (await pour(listening.port, 128 * 1024)).status).toBe(200)
  })
})

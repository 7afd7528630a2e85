import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangePaths, FRAME_TYPE, MAX_FRAME_BYTES } from '#exchange/wire'
import { type AuthorityTexts, issueCertificate, makeAuthority } from './certificates.ts'
import { HttpLine, LineFault, type TlsTexts } from './http-line.ts'
import { type Listening, listen } from './http-server.ts'
import type { Caller, LineServer } from './listener.ts'

const now = Date.parse('2026-10-12T01:00:00Z')
const started = Date.now()
const limits = { waitMs: 5000, signal: new AbortController().signal }

/** Answers with the certificate's name and the body's length: what reaches a listener of the line. */
const echo: Pick<LineServer, 'handle' | 'refuseTooLarge'> = {
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

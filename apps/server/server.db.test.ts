import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { addPartner } from '#dci'
import { makeDemoUsers } from '#identity'
import { defineRoute } from '#kernel/route'
import { type Action, RawJson, routeAction } from '#platform/action'
import { systemClock } from '#platform/clock'
import { openDb } from '#platform/db'
import { createLog, silentLog } from '#platform/log'
import { prepareQueue } from '#platform/queue'
import { type TestDb, testDb } from '#testkit/db'
import { openCentreLine } from '../run/centre-endpoint.ts'
import { jobs } from './jobs.ts'
import { type RunningServer, startServer } from './main.ts'
import { runMessageBus } from './message-bus.ts'
import { API_VERSION } from './openapi.ts'

let db: TestDb
let server: RunningServer
let dir: string
const passwords = new Map<string, string>()
const logged: string[] = []

const echo = defineRoute({
  name: 'test.echo',
  method: 'POST',
  path: '/api/test/:id',
  permission: 'registry.correct',
  params: z.object({ id: z.string() }),
  body: z.object({ note: z.string().min(2, '请写至少 2 个字'), fail: z.string().optional() }),
  output: z.object({ id: z.string(), note: z.string().nullable(), n: z.int().nullable(), kind: z.enum(['a', 'b']) }),
})
const raw = defineRoute({
  name: 'test.raw',
  method: 'GET',
  path: '/api/test-raw',
  permission: 'signed-in',
  output: z.object({ a: z.int() }),
})
const upload = defineRoute({
  name: 'test.upload',
  method: 'POST',
  path: '/api/test-files',
  permission: 'files.take',
  query: z.object({ name: z.string() }),
  upload: true,
  output: z.object({ sha256: z.string(), size: z.int() }),
})
const download = defineRoute({
  name: 'test.download',
  method: 'GET',
  path: '/api/test-files/:sha256',
  permission: 'registry.read',
  params: z.object({ sha256: z.string() }),
  download: true,
  output: z.unknown(),
})
const note = { chain: 'test', basis: '办法', purpose: '测试' }

const testActions: Action[] = [
  routeAction(echo, {
    async run(_, input) {
      if (input.fail?.startsWith('sql ') === true) throw Object.assign(new Error('refused'), { code: input.fail.slice(4) })
      if (input.fail !== undefined) throw new Error(`inner detail ${input.fail}`)
      return { id: input.id, note: input.note, n: null, kind: 'a', secret: 'undeclared' } as {
        id: string
        note: string
        n: null
        kind: 'a'
      }
    },
    journal: () => note,
  }),
  routeAction(raw, { run: async () => new RawJson('{"a":1}'), journal: () => null }),
  routeAction(upload, {
    transaction: 'own',
    run: ({ blobs }, input) => blobs.store(input.upload.stream, 3_000_000),
    journal: () => note,
  }),
  routeAction(download, {
    async run({ blobs }, input) {
      const chunks: Buffer[] = []
      for await (const chunk of blobs.read(input.sha256)) chunks.push(chunk)
      return { fileName: '名单 1.bin', mediaType: 'application/octet-stream', body: Buffer.concat(chunks) }
    },
    journal: () => note,
  }),
]

beforeAll(async () => {
  db = await testDb()
  for (const user of await makeDemoUsers(db.pool, {
    district: '999901000000',
    township: '999901001000',
    village: '999901001001',
    unitCode: 'police',
  })) {
    passwords.set(user.account, user.password)
  }
  dir = mkdtempSync(path.join(tmpdir(), 'yingbao-server-'))
  mkdirSync(path.join(dir, 'web/assets'), { recursive: true })
  writeFileSync(path.join(dir, 'web/index.html'), '<!doctype html><title>应保</title>')
  writeFileSync(path.join(dir, 'web/assets/main-abc.js'), 'export {}')
  await prepareQueue(db.url, jobs)
  server = await startServer({
    db: db.pool,
    workerDb: db.workerPool,
    keys: db.keys,
    clock: systemClock,
    log: createLog('info', {}, (line) => logged.push(line)),
    host: '127.0.0.1',
    port: 0,
    webRoot: path.join(dir, 'web'),
    dataDir: dir,
    jobsUrl: db.urls.worker,
    actions: testActions,
  })
})

afterAll(async () => {
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

const own = { 'x-requested-with': 'yingbao' }

async function call(
  method: string,
  url: string,
  options: { cookie?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}${url}`, {
    method,
    headers: {
      ...own,
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text }, headers: response.headers }
}

async function cookieOf(account: string): Promise<string> {
  const answer = await call('POST', '/api/session', { body: { account, password: passwords.get(account) } })
  expect(answer.status).toBe(200)
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

test('nobody who is no listed proxy is believed about the address he calls from', async () => {
  const headers = { 'content-type': 'application/json', 'x-requested-with': 'yingbao', 'x-forwarded-for': '203.0.113.9' }
  const body = JSON.stringify({ account: 'forwarded', password: 'x' })
  expect((await fetch(`${server.url}/api/session`, { method: 'POST', headers, body })).status).toBe(401)
  const last = `select detail->>'address' as address from journal where chain = 'system:refused' order by seq desc limit 1`
  expect((await db.ownerPool.pool.query(last)).rows).toEqual([{ address: '127.0.0.1' }])
})

test.each(['hello', 'poll', 'messages'])('the port of the pages has no exchange: /exchange/%s takes nothing', async (name) => {
  const headers = { 'content-type': 'application/vnd.yingbao.frames' }
  const reply = await fetch(`${server.url}/exchange/${name}`, { method: 'POST', headers, body: 'x' })
  expect([reply.ok, reply.headers.get('content-type')]).toEqual([false, expect.stringContaining('application/problem+json')])
})

test('sign in, look, sign out; the cookie is out of reach of scripts and other sites', async () => {
  const answer = await call('POST', '/api/session', { body: { account: 'township', password: passwords.get('township') } })
  const setCookie = answer.headers.get('set-cookie') ?? ''
  expect(setCookie).toMatch(/HttpOnly/)
  expect(setCookie).toMatch(/SameSite=Strict/)
  const cookie = setCookie.split(';')[0] ?? ''
  const session = await call('GET', '/api/session', { cookie })
  expect([session.status, session.body.account, session.body.scopeCode]).toEqual([200, 'township', '999901001000'])
  expect((await call('DELETE', '/api/session', { cookie })).body).toEqual({ signedOut: true })
  expect((await call('GET', '/api/session', { cookie })).status).toBe(401)
  expect((await call('GET', '/api/session')).body).toMatchObject({
    code: 'identity.signed-out',
    status: 401,
    message: '请先登录',
  })
})

test('a change must come from our own pages', async () => {
  const cookie = await cookieOf('township')
  const body = { note: '好的' }
  expect((await call('POST', '/api/test/1', { cookie, body, headers: { 'x-requested-with': '' } })).body.code).toBe(
    'identity.foreign-request',
  )
  expect((await call('POST', '/api/test/1', { cookie, body, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
  expect((await call('POST', '/api/test/1', { cookie, body })).status).toBe(200)
})

test('replies carry declared fields only, nulls stay null; JSON from the database passes as it is', async () => {
  const cookie = await cookieOf('township')
  expect((await call('POST', '/api/test/x', { cookie, body: { note: '好的' } })).body).toEqual({
    id: 'x',
    note: '好的',
    n: null,
    kind: 'a',
  })
  expect((await call('GET', '/api/test-raw', { cookie })).body).toEqual({ a: 1 })
})

test('problems are Chinese JSON, and what went wrong inside stays inside', async () => {
  const cookie = await cookieOf('township')
  const invalid = await call('POST', '/api/test/x', { cookie, body: { note: 'x' } })
  expect([invalid.status, invalid.body.code]).toEqual([422, 'input.invalid'])
  expect(invalid.headers.get('content-type')).toContain('application/problem+json')
  expect(invalid.body.details).toEqual({ issues: [{ path: ['note'], message: '请写至少 2 个字' }] })
  const fault = await call('POST', '/api/test/x', { cookie, body: { note: '好的', fail: '629901199001011234' } })
  expect([fault.status, fault.body.code]).toEqual([500, 'server.fault'])
  expect(JSON.stringify(fault.body)).not.toContain('inner detail')
  const line = logged.find((text) => text.includes('inner detail')) ?? ''
  expect(line).toContain(String(fault.body.requestId))
  expect(line).not.toContain('629901199001011234')
  const broken = await fetch(`${server.url}/api/test/x`, {
    method: 'POST',
    headers: { ...own, cookie, 'content-type': 'application/json' },
    body: '{',
  })
  expect([broken.status, ((await broken.json()) as { message: string }).message]).toEqual([400, '提交的内容不是有效的 JSON'])
  const large = await call('POST', '/api/test/x', { cookie, body: { note: 'x'.repeat(1_100_000) } })
  expect([large.status, large.body.message]).toEqual([413, '提交的内容过大，请分次提交'])
  expect((await call('GET', '/api/nowhere', { cookie })).body.code).toBe('server.not-found')
  const noRole = await call('POST', '/api/test/x', { cookie: await cookieOf('auditor'), body: { note: '好的' } })
  expect([noRole.status, noRole.body.code]).toEqual([403, 'identity.not-permitted'])
})

test('what cannot be stored, read or decoded is refused in Chinese, at the anonymous door too', async () => {
  const cookie = await cookieOf('township')
  for (const account of ['town\u0000ship', 'town\ud800ship', { $ne: null }, 5]) {
    const answer = await call('POST', '/api/session', { body: { account, password: 'x\u0000' } })
    expect([answer.status, answer.body.code], JSON.stringify(account)).toEqual([422, 'input.invalid'])
    expect(answer.body.message).toMatch(/“(账号名|口令)”：/)
  }
  expect((await call('POST', '/api/test/x', { cookie, body: { note: '好\u0000的' } })).body.message).toBe(
    '填写的内容有误。“备注”：含有无法保存的字符（空字符或不完整的字符），请删去后重新填写',
  )
  for (const url of ['/api/test/%FF', '/api/test-raw?q=%ED%A0%80', '/%C0%AE%C0%AE', '/assets/%E7%8E']) {
    const answer = await call('GET', url, { cookie })
    expect(answer.headers.get('content-type'), url).toContain('application/problem+json')
    expect(answer.status, url).toBe(400)
    expect(answer.body.message, url).toMatch(/^地址/)
  }
})

test('a request that is none gets our form of error, and the line is closed', async () => {
  const { hostname, port } = new URL(server.url)
  const said = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = ''
      const socket = connect(Number(port), hostname, () => socket.write(text))
      socket.setEncoding('utf8')
      socket.on('data', (part) => {
        answer += part
      })
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
    })
  expect(await said('HALLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*\r\n[\s\S]*"message":"请求的格式有误，服务器未处理"/)
  expect(await said(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 [\s\S]*请求头过大/)
})

test('what the database refuses of a form is no fault of the server, and a file is not kept under a key', async () => {
  const cookie = await cookieOf('centre')
  for (const [fail, status, code] of [
    ['sql 22P02', 422, 'input.invalid'],
    ['sql 42501', 403, 'identity.out-of-scope'],
    ['sql 53100', 503, 'server.busy'],
    ['sql XX000', 500, 'server.fault'],
  ] as const) {
    const answer = await call('POST', '/api/test/x', { cookie, body: { note: '好的', fail } })
    expect([answer.status, answer.body.code, /[a-z]{3}/.test(String(answer.body.message).slice(0, 12))], fail).toEqual([
      status,
      code,
      false,
    ])
  }
  const file = await call('GET', `/api/test-files/${'0'.repeat(64)}`, { cookie, headers: { 'idempotency-key': 'abcdefgh-9' } })
  expect([file.status, file.body.message]).toEqual([400, '这项操作的结果是文件，不保存答复，请去掉操作编号后重试'])
})

test('a repeated write with the same key is done once', async () => {
  const cookie = await cookieOf('centre')
  const send = () => call('POST', '/api/test/k', { cookie, body: { note: '一次' }, headers: { 'idempotency-key': 'abcdefgh-1' } })
  const answers = await Promise.all([send(), send(), send()])
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200])
  const { rows } = await db.ownerPool.pool.query(
    `select count(*)::int as n from journal where action = 'test.echo' and actor = 'demo-centre'`,
  )
  expect(rows[0].n).toBe(1)
})

test('files: streamed in, sealed on disk, streamed out, refused when too large', async () => {
  const cookie = await cookieOf('centre')
  const content = Buffer.alloc(2_500_000, 'ab')
  const put = (bytes: Buffer) =>
    fetch(`${server.url}/api/test-files?name=a`, {
      method: 'POST',
      headers: { ...own, cookie, 'content-type': 'application/json' },
      body: new Uint8Array(bytes),
    })
  const stored = (await (await put(content)).json()) as { sha256: string; size: number }
  expect(stored.size).toBe(content.length)
  const got = await fetch(`${server.url}/api/test-files/${stored.sha256}`, { headers: { cookie } })
  expect(Buffer.from(await got.arrayBuffer()).equals(content)).toBe(true)
  expect(got.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('名单 1.bin')}`)
  const large = await put(Buffer.alloc(3_500_000))
  expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([413, 'blob.too-large'])
  expect((await call('GET', `/api/test-files/${'0'.repeat(64)}`, { cookie })).status).toBe(404)
})

test('pages: files, the fallback, and headers on everything', async () => {
  const asset = await fetch(`${server.url}/assets/main-abc.js`)
  expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
  const deep = await fetch(`${server.url}/households/H1`)
  expect([deep.status, await deep.text(), deep.headers.get('cache-control')]).toEqual([
    200,
    '<!doctype html><title>应保</title>',
    'no-cache',
  ])
  expect((await fetch(`${server.url}/assets/none.js`)).status).toBe(404)
  expect((await fetch(`${server.url}/..%2f..%2fpackage.json`)).status).not.toBe(200)
  for (const response of [asset, deep, await fetch(`${server.url}/api/nowhere`)]) {
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('health and the description of the API', async () => {
  expect((await call('GET', '/api/health')).body).toEqual({ status: 'ok' })
  const document = (await call('GET', '/api/openapi.json')).body as {
    info: { version: string }
    servers: { url: string }[]
    paths: Record<string, Record<string, Record<string, unknown>>>
  }
  expect(document).toMatchObject({ info: { version: API_VERSION }, servers: [{ url: '/api/v2' }] })
  expect(document.paths['/session']?.post?.operationId).toBe('identity.sign-in')
  expect(document.paths['/test/{id}']?.post?.['x-permission']).toBe('registry.correct')
})

test('the API under its version is the same API, another version is refused', async () => {
  expect((await call('GET', '/api/v2/openapi.json')).body).toEqual((await call('GET', '/api/openapi.json')).body)
  const cookie = await cookieOf('centre')
  expect(await call('GET', '/api/v2/test-raw?x=1', { cookie })).toMatchObject({ status: 200, body: { a: 1 } })
  expect((await call('GET', '/api/v2/test-raw')).status).toBe(401)
  expect(await call('GET', '/api/v3/session')).toMatchObject({
    status: 404,
    body: { code: 'api.version-not-supported', message: expect.stringContaining('/api/v2/openapi.json') },
  })
})

test('the queue seals the journal', async () => {
  const { rows } = await db.ownerPool.pool.query(`select name from pgboss.queue order by 1`)
  expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining(['journal.seal', 'runner.sweep']))
})

test('the message bus waits for a database that is away, and ends when told to', async () => {
  const away = openDb({ url: 'postgresql://127.0.0.1:9/nothing' })
  const centre = openCentreLine({ db: away, keys: db.keys, clock: systemClock, log: silentLog })
  const end = new AbortController()
  const said: string[] = []
  const bus = runMessageBus({
    ledger: centre.ledger,
    access: { servers: ['127.0.0.1:9'], tls: { ca: '', cert: '', key: '' } },
    db: away,
    clock: systemClock,
    log: createLog('warn', {}, (line) => void said.push(line)),
    signal: end.signal,
  })
  await expect.poll(() => said.join()).toContain('ECONNREFUSED')
  end.abort()
  await expect(bus).resolves.toBeUndefined()
  await centre.close()
  await away.close()
})

test('the edge for outside partners is closed until one is registered, then open', async () => {
  const get = () => fetch(`${server.url}/dci/v1/.well-known/jwks.json`)
  const closed = await get()
  expect([closed.status, await closed.json()]).toMatchObject([404, { errors: [{ code: 'err.request.not_found' }] }])
  const clock = systemClock
  const partner = { id: 'p', name: '合作方', division: '629901000000', ourId: 'us', roles: ['asker'], needsSignature: false }
  await addPartner({ db: db.pool, keys: db.keys, clock, log: createLog('error') }, partner, { loopback: false })
  expect((await get()).status).toBe(200)
})

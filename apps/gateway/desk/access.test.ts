import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { generateNodeKeys, publicHalf } from '#wire'
import { systemClock } from '../clock.ts'
import { readGatewayConfig } from '../config.ts'
import { runDeskAccount } from './account-command.ts'
import { changeConfig } from './config-file.ts'
import { checkPassword, hashPassword } from './password.ts'
import type { DeskParts } from './port.ts'
import { serveDesk } from './serve-desk.ts'
import { isSameText, Sessions, Throttle } from './sessions.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-desk-access-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const keys = generateNodeKeys('ED1')
const file = join(folder, 'gateway.json')
const config = {
  ...{ unit: 'police', nodeId: '629901.police', centreId: '629901.centre', centreUrl: 'http://127.0.0.1:8080', keys },
  ...{ centreKeys: publicHalf(keys), rights: [], stateDir: 'state', source: { kind: 'package', dir: 'data' } },
}

async function run(input: string, ...argv: string[]) {
  let out = ''
  let err = ''
  const stdin = (async function* () {
    yield input
  })()
  const io = { stdin, stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } }
  return { code: await runDeskAccount(argv, io), out, err }
}

describe('desk-account', () => {
  test('keeps the hash of a password, replaces it, removes the account; the file before stays', async () => {
    writeFileSync(file, JSON.stringify(config))
    expect(await run('a long password\n', '--config', file, '--name', '李专员')).toMatchObject({ code: 0 })
    const [account] = readGatewayConfig(file).desk?.accounts ?? []
    expect(readFileSync(file, 'utf8')).not.toContain('a long password')
    expect(await checkPassword('a long password', account?.password ?? '')).toBe(true)
    expect(await checkPassword('a long passwort', account?.password ?? '')).toBe(false)
    await run('another password\r\n', '--config', file, '--name', '李专员')
    expect(readGatewayConfig(file).desk?.accounts).toHaveLength(1)
    await run('', '--config', file, '--name', '李专员', '--remove')
    expect(readGatewayConfig(file).desk).toMatchObject({ host: '127.0.0.1', port: 8090, accounts: [] })
    expect(readdirSync(folder).filter((name) => name.endsWith('.old'))).toHaveLength(3)
  })

  test('says what is wrong', async () => {
    expect(await run('short\n', '--config', file, '--name', 'x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('至少 10 个字符'),
    })
    expect(await run('', '--name', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('--config') })
    const absent = await run('a long password\n', '--config', join(folder, 'absent.json'), '--name', 'x')
    expect(absent).toMatchObject({ code: 2, err: expect.stringContaining('absent.json') })
  })
})

test('a change that would make the configuration unusable is not written', () => {
  writeFileSync(file, JSON.stringify(config))
  expect(() => changeConfig(file, '1', (raw) => ({ ...raw, manual: ['boats'] }))).toThrow('没有记录类型“boats”')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(config)
  const openNet = { desk: { host: '0.0.0.0', port: 1 } }
  expect(() => changeConfig(file, '1', (raw) => ({ ...raw, ...openNet }))).toThrow('必须配置 tls 证书')
})

describe('sessions', () => {
  test('end after half an hour of rest or ten hours, and at once when told', () => {
    const sessions = new Sessions()
    const token = sessions.begin('李', 0)
    expect(sessions.find(token, 29 * 60_000)).toMatchObject({ officer: '李' })
    expect(sessions.find(token, 58 * 60_000)).toMatchObject({ officer: '李' })
    expect(sessions.find(token, 89 * 60_000)).toBeUndefined()
    const other = sessions.begin('王', 0)
    for (let at = 0; at <= 600; at += 20) sessions.find(other, at * 60_000)
    expect(sessions.find(other, 601 * 60_000)).toBeUndefined()
    const third = sessions.begin('赵', 0)
    sessions.end(third)
    expect(sessions.find(third, 1)).toBeUndefined()
    expect(sessions.find(undefined, 1)).toBeUndefined()
  })

  test('texts are compared whole', () => {
    expect([isSameText('abc', 'abc'), isSameText('abd', 'abc'), isSameText('ab', 'abc')]).toEqual([true, false, false])
  })

  test('after five wrong passwords there is a wait, longer each time, for the account and the address; a right one ends it', () => {
    const throttle = new Throttle()
    const keysOf = ['name 李', 'address 1']
    for (let i = 0; i < 4; i++) throttle.fail(keysOf, 0)
    expect(throttle.waitMs(keysOf, 0)).toBe(0)
    throttle.fail(keysOf, 0)
    expect(throttle.waitMs(keysOf, 0)).toBe(30_000)
    throttle.fail(keysOf, 0)
    expect(throttle.waitMs(['address 1', 'name 王'], 0)).toBe(60_000)
    for (let i = 0; i < 20; i++) throttle.fail(keysOf, 0)
    expect(throttle.waitMs(keysOf, 0)).toBe(15 * 60_000)
    throttle.succeed(keysOf)
    expect(throttle.waitMs(keysOf, 0)).toBe(0)
  })
})

describe('a desk that is open', () => {
  const said: string[] = []
  const post = (url: string, password: string): Promise<Response> => {
    const body = new URLSearchParams({ name: '李专员', password })
    return fetch(`${url}/sign-in`, { method: 'POST', body, redirect: 'manual' })
  }

  test('says at the gateway what failed, without numbers; many wrong passwords at the same time are no way round the wait', async () => {
    const broken = (): never => {
      throw new Error('没有这一行：11010519491231002X')
    }
    const store = { source: config.source, intake: undefined, register: { countOpen: () => 0 } }
    const ledger = { note: () => undefined, readLog: () => ({ entries: [], intact: true }) }
    const parts = { config, store, ledger, line: broken, clock: systemClock, say: (text: string) => said.push(text) }
    const accounts = [{ name: '李专员', password: await hashPassword('a long password') }]
    const desk = await serveDesk(parts as unknown as DeskParts, { host: '127.0.0.1', port: 0, accounts })
    try {
      const cookie = (await post(desk.url, 'a long password')).headers.get('set-cookie')?.split(';')[0] ?? ''
      expect((await fetch(desk.url, { headers: { cookie } })).status).toBe(500)
      expect(said).toEqual(['前置机页面 GET / 出错：没有这一行：***'])
      const many = await Promise.all(Array.from({ length: 12 }, () => post(desk.url, 'a wrong password')))
      expect(many.map(({ status }) => status).sort()).toEqual([...Array(5).fill(401), ...Array(7).fill(429)])
    } finally {
      await desk.close()
    }
  })
})

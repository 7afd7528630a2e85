import { expect, test } from 'vitest'
import { givenLogins, neededUrl, readConfig } from './config.ts'

test('an installation is a demo only where that is said', () => {
  expect(readConfig({}).profile).toBe('production')
  expect(readConfig({}, 'demo').profile).toBe('demo')
  expect(readConfig({ YINGBAO_PROFILE: 'production' }, 'demo').profile).toBe('production')
})

test('nobody is believed about addresses unless he is listed, by address or network', () => {
  expect(readConfig({ YINGBAO_SECURE_COOKIES: 'yes' }).proxies).toEqual([])
  expect(readConfig({ YINGBAO_PROXIES: '10.1.2.3, 10.2.0.0/16,fd00::/8' }).proxies).toEqual([
    '10.1.2.3',
    '10.2.0.0/16',
    'fd00::/8',
  ])
})

test.each(['true', '10.1.2', '10.1.2.3/33', '10.1.2.3/0', 'fd00::/129', '10.1.2.3/8/8', '10.1.2.3,', 'proxy.example'])(
  'a list of proxies with “%s” is refused in Chinese',
  (list) =>
    expect(() => readConfig({ YINGBAO_PROXIES: list })).toThrow(/YINGBAO_PROXIES 的“.*”无效，应为反向代理的 IP 地址或网段/),
)

test('units dial a port of their own over mutual TLS; without TLS it is on the machine itself unless its host is named', () => {
  expect(readConfig({ HOST: '10.1.1.1' }).exchange).toBeUndefined()
  const env = { HOST: '10.1.1.1', YINGBAO_EXCHANGE_PORT: '8443' }
  expect(readConfig(env).exchange).toMatchObject({
    host: '10.1.1.1',
    port: 8443,
    isSecure: true,
    names: ['127.0.0.1', 'localhost'],
  })
  expect(readConfig({ ...env, YINGBAO_EXCHANGE_TLS: 'no' }).exchange).toMatchObject({ host: '127.0.0.1', isSecure: false })
  expect(readConfig({ ...env, YINGBAO_EXCHANGE_TLS: 'no', YINGBAO_EXCHANGE_HOST: '10.1.1.2' }).exchange?.host).toBe('10.1.1.2')
})

test('log-ins are given both and beside the owner, or not at all; a process names the one it misses', () => {
  const [owner, app, worker] = ['postgres://o@h/y', 'postgres://a@h/y', 'postgres://w@h/y']
  const given = { YINGBAO_APP_DATABASE_URL: app, YINGBAO_WORKER_DATABASE_URL: worker }
  expect(givenLogins(readConfig({ DATABASE_URL: owner }))).toBeUndefined()
  expect(givenLogins(readConfig({ DATABASE_URL: owner, ...given }))).toEqual({ app, worker })
  for (const half of [given, { DATABASE_URL: owner, YINGBAO_APP_DATABASE_URL: app }]) {
    expect(() => givenLogins(readConfig(half))).toThrow(/同时给出/)
  }
  expect(neededUrl(readConfig(given), 'worker')).toBe(worker)
  expect(() => neededUrl(readConfig({ DATABASE_URL: owner }), 'app')).toThrow(/YINGBAO_APP_DATABASE_URL/)
})

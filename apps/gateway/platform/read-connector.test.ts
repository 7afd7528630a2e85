import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Connector, factMarks, PlatformSource } from '#sources/contract'
import { unitConfig, vehicleMapping } from '#testkit/platform-unit'
import { ConfigFault, readGatewayConfig } from '../config.ts'
import { planPlatform, readConnector, shippedConnectors } from './read-connector.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-connector-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const record = { path: '/q', ask: { sfzh: '{asked.id}', PAGE: '{page.number}', PAGENUM: '{page.size}' }, ...vehicleMapping }
const source = {
  kind: 'platform',
  connector: 'client-id-nonce',
  url: 'http://127.0.0.1:9',
  values: { clientId: 'c', secret: 's' },
  records: { vehicles: record },
}

/** What the configuration's fault says. */
function faultOf(change: object): string {
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify({ ...unitConfig(source, 'state'), source: { ...source, ...change } }))
  try {
    readGatewayConfig(file)
  } catch (error) {
    if (error instanceof ConfigFault) return error.message
    throw error
  }
  return 'no fault'
}

/** A description in a file, changed. */
function described(change: (connector: Connector) => void): string {
  const connector = readConnector('client-id-nonce')
  change(connector)
  const file = join(folder, 'changed.json')
  writeFileSync(file, JSON.stringify(connector))
  return file
}

describe('connectors that come with the gateway', () => {
  test('five, each with the source of every fact', () => {
    expect(shippedConnectors()).toEqual(['client-id-nonce', 'envelope', 'gjgxjhpt', 'sha1-secret', 'token-sign'])
    for (const name of shippedConnectors()) {
      const { connector, facts } = readConnector(name)
      expect(connector).toBe(name)
      for (const { mark, source: where } of facts) {
        expect(factMarks).toContain(mark)
        expect(where).not.toBe('')
      }
    }
  })

  test('the marriage register needs no more than the keys', () => {
    const marriages = PlatformSource.parse({
      kind: 'platform',
      connector: 'gjgxjhpt',
      url: 'http://127.0.0.1:9',
      values: { rid: 'r', appKey: 'k' },
      records: { marriages: { service: 'marriage', values: { sid: 's_1' } } },
    })
    const plan = planPlatform(marriages, 'civil_affairs').services.get('civil_affairs/marriages')
    expect(plan).toMatchObject({ values: { rid: 'r', appKey: 'k', sid: 's_1' }, path: '/httpproxy' })
  })
})

describe('a configuration that does not fit is told in Chinese, with where and how to mend it', () => {
  test('the whole fits', () => expect(faultOf({})).toBe('no fault'))
  test('connector', () => {
    expect(faultOf({ connector: 'nowhere' })).toMatch(/没有名为“nowhere”的连接器，可用：client-id-nonce/)
    expect(faultOf({ connector: 'absent.yaml' })).toMatch(new RegExp(`找不到连接器文件 ${folder}/absent.yaml`))
    writeFileSync(join(folder, 'broken.yaml'), 'connector: [')
    expect(faultOf({ connector: 'broken.yaml' })).toMatch(/broken.yaml 无法读取/)
    writeFileSync(join(folder, 'partial.yaml'), 'connector: partial')
    expect(faultOf({ connector: 'partial.yaml' })).toMatch(/partial.yaml：title 有误/)
  })
  test('address and values', () => {
    expect(faultOf({ url: 'ftp://x' })).toMatch(/source.url 有误：须以 http:\/\//)
    expect(faultOf({ values: { clientId: 'c' } })).toMatch(/需要 secret（签名认证令牌密钥）/)
  })
  test('records, columns, services', () => {
    expect(faultOf({ records: { boats: record } })).toMatch(/没有记录类型“boats”/)
    expect(faultOf({ records: { vehicles: { ...record, codes: { colour: {} } } } })).toMatch(/没有列“colour”/)
    const { plate_no: _, ...columns } = record.columns
    expect(faultOf({ records: { vehicles: { ...record, columns } } })).toMatch(/缺少必填列 plate_no（号牌号码）/)
    expect(faultOf({ records: { vehicles: { ...record, service: 'x' } } })).toMatch(/没有服务“x”.*可用：无/)
    const { path: __, ...pathless } = record
    expect(faultOf({ records: { vehicles: pathless } })).toMatch(/缺少 path/)
  })
  test('names without a value', () => {
    expect(faultOf({ records: { vehicles: { ...record, ask: { a: '{nobody}' } } } })).toMatch(/ask 用到“{nobody}”，但没有这个值/)
    expect(faultOf({ limits: { persons: 5 } })).toMatch(/ask 用到“{asked.id}”/)
    const unsigned = described((connector) => connector.call.steps.splice(0, 1))
    expect(faultOf({ connector: unsigned })).toMatch(/call.steps 用到“{timestamp}”/)
  })
  test('a code that means two things', () => {
    const double = described((connector) => connector.answer.codes.none?.push('200'))
    expect(faultOf({ connector: double })).toMatch(/代码“200”同时列在 found 和 none 下/)
  })
  test('certificate and envelope', () => {
    const values = { service: 's' }
    expect(faultOf({ connector: 'envelope', values })).toMatch(/凭客户端证书登录/)
    const tls = { cert: 'a', key: 'b', ca: 'c' }
    expect(faultOf({ connector: 'envelope', values, tls, url: 'https://x' })).toMatch(/source.peer 须给出/)
  })
})

test('paths of connector and certificates are relative to the configuration', () => {
  const own = described(() => undefined)
  const tls = { cert: 'a.crt', key: 'a.key', ca: '/etc/ca.crt' }
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify({ ...unitConfig(source, 'state'), source: { ...source, connector: 'changed.json', tls } }))
  expect(readGatewayConfig(file).source).toMatchObject({
    connector: own,
    tls: { cert: join(folder, 'a.crt'), key: join(folder, 'a.key'), ca: '/etc/ca.crt' },
  })
})

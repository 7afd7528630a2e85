import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { generateNodeKeys, publicHalf } from '#wire'
import { readGatewayConfig } from './config.ts'
import { runGateway } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-gateway-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const io = { stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } }
  return { code: await runGateway(argv, io), out, err }
}

const keys = generateNodeKeys('ED1')
const config = {
  unit: 'police',
  nodeId: '629901.police',
  centreId: '629901.centre',
  centreUrl: 'http://127.0.0.1:8080',
  keys,
  centreKeys: publicHalf(keys),
  rights: [],
  stateDir: 'state',
  source: { kind: 'csv', records: { vehicles: { file: 'cars.csv', columns: { plate_no: '号牌' }, codes: {} } } },
}

function file(content: unknown): string {
  const path = join(folder, 'gateway.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

test('help is in Chinese and English', async () => {
  const { code, out } = await run('--help')
  expect(code).toBe(0)
  expect(out).toContain('成员单位前置机')
  expect(out).toContain("A member unit's gateway")
})

test('bad arguments and unusable configurations end with 2 and say where', async () => {
  expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('--config') })
  expect(await run('--nonsense')).toMatchObject({ code: 2 })
  expect(await run('--config', join(folder, 'absent.json'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('absent.json'),
  })
  expect(await run('--config', file('{'))).toMatchObject({ code: 2, err: expect.stringContaining('JSON') })
  expect(await run('--config', file({ ...config, unit: 'army' }))).toMatchObject({
    code: 2,
    err: expect.stringContaining('unit'),
  })
  const unknownRecord = { ...config, source: { kind: 'csv', records: { boats: { file: 'x.csv' } } } }
  expect(await run('--config', file(unknownRecord))).toMatchObject({ code: 2, err: expect.stringContaining('boats') })
  const unknownColumn = { ...config, source: { kind: 'csv', records: { vehicles: { file: 'x.csv', codes: { colour: {} } } } } }
  expect(await run('--config', file(unknownColumn))).toMatchObject({ code: 2, err: expect.stringContaining('colour') })
})

test('a gateway without any way to the centre does not start, and is told which there are', async () => {
  const { centreUrl: _, ...rest } = config
  expect(await run('--config', file(rest))).toMatchObject({ code: 2, err: expect.stringContaining('centreUrl、bundles 或 nats') })
})

test('every link of a gateway has the suite of its keys, and a node stands in one place', async () => {
  const other = publicHalf(generateNodeKeys('GM1'))
  const asker = { nodeId: '620102.centre', ...publicHalf(keys) }
  const fault = async (change: object) => (await run('--config', file({ ...config, ...change }))).err
  expect(await fault({ centreKeys: other })).toContain('centreKeys 的密码套件是 GM1')
  expect(await fault({ askers: [{ ...other, nodeId: asker.nodeId }] })).toContain('620102.centre 的密码套件是 GM1')
  expect(await fault({ askers: [asker, asker] })).toContain('620102.centre 出现了两次')
})

test('paths in a configuration are relative to it', () => {
  const read = readGatewayConfig(file(config))
  expect(read.stateDir).toBe(join(folder, 'state'))
  expect(read.source).toMatchObject({ records: { vehicles: { file: join(folder, 'cars.csv'), columns: { plate_no: '号牌' } } } })
})

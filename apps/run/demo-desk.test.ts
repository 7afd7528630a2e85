import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { DeskConfig } from '../../src/sources/contract/desk-config.ts'
import { checkPassword } from '../gateway/desk/password.ts'
import { openDemoDesk } from './demo-desk.ts'

const dir = mkdtempSync(join(tmpdir(), 'yingbao-demo-desk-'))
const file = join(dir, 'police.json')
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** What enrolling writes at every start, and the desk it is given; with what is told of it. */
async function start(wished: number): Promise<{ told: string; desk: DeskConfig; unit: unknown }> {
  writeFileSync(file, JSON.stringify({ unit: 'police' }))
  const told = await openDemoDesk(file, wished)
  const { desk, unit } = JSON.parse(readFileSync(file, 'utf8')) as { desk: unknown; unit: unknown }
  return { told, desk: DeskConfig.parse(desk), unit }
}

it('tells address, name and a password that opens the page; later starts keep the account and tell no password', async () => {
  const first = await start(0)
  const [, port, password = ''] = /^http:\/\/127\.0\.0\.1:(\d+) ，账号 李专员，口令 (\S+)（只显示这一次）$/.exec(first.told) ?? []
  expect(first).toMatchObject({ unit: 'police', desk: { host: '127.0.0.1', port: Number(port) } })
  expect(await checkPassword(password, first.desk.accounts[0]?.password ?? '')).toBe(true)
  const second = await start(0)
  expect(second.told).toMatch(/账号 李专员，口令见首次启动时的显示$/)
  expect(second.desk.accounts).toEqual(first.desk.accounts)
})

it('takes another port when the wished one is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const taken = (server.address() as { port: number }).port
  const { desk } = await start(taken)
  expect([desk.port > 0, desk.port === taken]).toEqual([true, false])
  server.close()
})

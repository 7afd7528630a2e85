import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { generateNodeKeys, publicHalf } from '#wire'
import { systemClock } from '../clock.ts'
import { readGatewayConfig } from '../config.ts'
import type { LogFacts } from '../ledger/log-entry.ts'
import { UnitRegister } from '../store/unit-register.ts'
import { changeMapping } from './pages/mapping-page.ts'
import type { Visit } from './visit.ts'

const id = '11010519491231002X'
const keys = generateNodeKeys('ED1')
const head = 'source_record_id,as_of_date,id_number,name,death_date,cancelled_on,station'
const row = ['D1', '2026-09-01', id, '张三', '2026-01-02', '', '']

let dir = ''
let register: UnitRegister
let noted: string[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-mapping-'))
  register = new UnitRegister(join(dir, 'state'))
  noted = []
})
afterEach(() => {
  register.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Sends the form of the deaths with a table or file typed in; gives status and text of the page. */
async function tried(source: object, place: string, number = id): Promise<{ status: number; text: string }> {
  const configFile = join(dir, 'gateway.json')
  const nodes = { nodeId: '629901.police', centreId: '629901.centre', centreUrl: 'http://127.0.0.1:1' }
  const raw = { unit: 'police', ...nodes, keys, centreKeys: publicHalf(keys), rights: [], stateDir: 'state', source }
  writeFileSync(configFile, JSON.stringify(raw))
  const config = readGatewayConfig(configFile)
  const ledger = { note: (event: string, { persons = '' }: LogFacts) => noted.push(`${event} ${persons}`) }
  const form = new FormData()
  for (const [name, value] of Object.entries({ do: 'try', id: number, place })) form.set(name, value)
  const parts = { config, configFile, ledger, store: { source: config.source, register }, clock: systemClock }
  const visit = { parts, officer: '李专员', csrf: '', menu: [], query: new URLSearchParams(), form, name: 'deaths' }
  const reply = await changeMapping(visit as unknown as Visit)
  if (!('page' in reply)) throw new Error('no page')
  return { status: reply.status, text: reply.page.text }
}

test('what is typed as a table never becomes another query: it is tried only when it could be saved', async () => {
  const url = join(dir, 'unit.sqlite')
  const db = new DatabaseSync(url)
  db.exec(`create table deaths (${head}); create table others (${head})`)
  db.prepare('insert into deaths values (?, ?, ?, ?, ?, ?, ?)').run(...row)
  db.close()
  const source = { kind: 'sql', driver: 'sqlite', url, records: { deaths: { table: 'others' } } }
  const refused = await tried(source, '(select * from deaths)')
  expect(refused.status).toBe(422)
  expect(refused.text).toContain('没有试查')
  expect(refused.text).toContain('表名只能由字母、数字、下划线组成')
  expect(noted).toEqual([])
  expect((await tried(source, 'deaths')).text).toContain('找到 1 行，各列都能读懂')
  expect(noted).toEqual([`desk_test_query ${id}`])
})

test('a path that is typed in is looked for beside the configuration, as it is once saved; whoever a sample row names is logged', async () => {
  writeFileSync(join(dir, 'new.csv'), `${head}\n${row.join(',')}\n`)
  const source = { kind: 'csv', records: { deaths: { file: 'old.csv' } } }
  expect((await tried(source, 'new.csv')).text).toContain('找到 1 行，各列都能读懂')
  expect((await tried(source, 'new.csv', '')).text).toContain('取了第一行作样例')
  expect(noted).toEqual([`desk_test_query ${id}`, `desk_test_query ${id}`])
})

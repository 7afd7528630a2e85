import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDb } from '#testkit/db'
import { approver, centre, ImportOffice } from '#testkit/import-office'
import type { ImportRest } from './contract/imports.ts'
import { CORE_TABLES } from './tables.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const FILES = ['manifest.json', ...CORE_TABLES.map(({ file }) => file)]
const sample = (): Record<string, string> =>
  Object.fromEntries(FILES.map((file) => [file, readFileSync(join(SAMPLE, file), 'utf8')]))

describe('a withdrawal', async () => {
  const db = await testDb()
  let restsOn: () => Promise<ImportRest[]> = async () => []
  const office = new ImportOffice(db, { restsOn: () => restsOn() })
  const [header = '', ...lines] = (sample()['persons.csv'] ?? '').split('\n')
  let calls = 0

  beforeAll(async () => {
    const { importId } = await office.check(sample())
    await office.commit(importId)
  })
  afterAll(() => office.close())

  /** An import of one person's telephone, written, and a correction of the same person. */
  async function written(): Promise<{ importId: string; correct(): Promise<unknown> }> {
    calls += 1
    const key = ['H001001000005-1', 'H001001000005-2', 'H001001000009-1'][calls - 1] ?? ''
    const line = lines.find((each) => each.startsWith(`${key},`))?.split(',') ?? []
    const { importId } = await office.check({ 'persons.csv': `${header}\n${line.with(15, `1380000333${calls}`).join(',')}\n` })
    await office.commit(importId)
    const fields = { marital_status: line[7] === '20' ? '10' : '20' }
    const correct = () => office.do(centre, 'registry.correct-field', { table: 'persons', key, fields, reason: '对照证件更正' })
    return { importId, correct }
  }
  const ask = (importId: string) => office.do(centre, 'registry.withdraw-import', { importId, reason: '传错了文件' })
  const settle = (importId: string, accept: boolean) =>
    office.do(approver, 'registry.confirm-withdrawal', { importId, accept, reason: '情况属实' })

  it('is not confirmed where a correction came since it was asked, but can be refused', async () => {
    const { importId, correct } = await written()
    await ask(importId)
    office.clock.advance(1000)
    expect(await correct()).toMatchObject({ accepted: true })
    await expect(settle(importId, true)).rejects.toThrow(/不能撤回.*更正登记信息 1 项.*不撤回/)
    await settle(importId, false)
    expect(await office.read(importId)).toMatchObject({ state: 'done', withdrawal: null, note: 'approver未同意撤回：情况属实' })
  })

  it('ends with a sentence where a correction came after it was confirmed', async () => {
    const { importId, correct } = await written()
    await ask(importId)
    await settle(importId, true)
    expect(await office.read(importId)).toMatchObject({ next: '正在撤回，请稍候' })
    office.clock.advance(1000)
    expect(await correct()).toMatchObject({ accepted: true })
    await office.work(importId)
    const left = await office.read(importId)
    expect(left).toMatchObject({ state: 'done', withdrawal: null, next: null })
    expect(left.note).toMatch(/没有撤回.*更正登记信息/)
  })

  it('says what can be done about what rests on the import: open it, or where it has no page hand in a new file', async () => {
    const { importId, correct } = await written()
    const rest = { kind: 'campaign', label: '核对', count: 1 } as const
    restsOn = async () => [{ ...rest, href: '/campaigns/1' }] as ImportRest[]
    await expect(ask(importId)).rejects.toThrow(/核对 1 项。请先处理这些工作，或用新的文件更正/)
    restsOn = async () => []
    office.clock.advance(1000)
    await correct()
    await expect(ask(importId)).rejects.toThrow(/更正登记信息 1 项。请用新的文件更正/)
  })

  it('is tried again, and ends with a sentence when the last try fails', async () => {
    const { importId } = await office.check({ 'persons.csv': `${header}\n${lines.at(20)?.split(',').with(15, '13800004444')}\n` })
    await office.commit(importId)
    await ask(importId)
    await settle(importId, true)
    restsOn = async () => Promise.reject(new Error('torn'))
    await expect(office.work(importId)).rejects.toThrow('torn')
    restsOn = async () => []
    expect(await office.read(importId)).toMatchObject({ state: 'done', next: '正在撤回，请稍候' })
    restsOn = async () => Promise.reject(new Error('torn'))
    await expect(office.work(importId, { isLastTry: true })).rejects.toThrow('torn')
    restsOn = async () => []
    const left = await office.read(importId)
    expect(left).toMatchObject({ state: 'done', withdrawal: null, may: { withdraw: true } })
    expect(left.note).toMatch(/没有撤回：办理时中断/)
    // a job that comes late takes nothing back that nobody confirms any more
    await office.work(importId)
    expect((await office.read(importId)).state).toBe('done')
    expect((await office.withdraw(importId)).state).toBe('withdrawn')
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TestNode } from '#testkit/played-node'
import { peerKeys, publicHalf } from '#wire'
import { Bell } from '../bell.ts'
import { systemClock } from '../clock.ts'
import { DeskBook } from '../gateway-desk-book.ts'
import { SqliteLedger } from '../ledger/sqlite-ledger.ts'
import { LogDigest, type LogFilter } from './log-digest.ts'
import { chainFault, chainLines, logCsv } from './log-export.ts'
import type { DeskParts } from './port.ts'

const [zhang, li] = ['11010519491231002X', '110105197001010016']
const unit = new TestNode('629901.police')
let nowMs = Date.parse('2026-09-30T02:00:00.000Z')
const clock = { ...systemClock, nowMs: () => nowMs }

let dir = ''
let ledger: SqliteLedger
let book: DeskBook
let digest: LogDigest
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-desk-log-'))
  nowMs = Date.parse('2026-09-30T02:00:00.000Z')
  const plan = { nodeId: unit.nodeId, stateDir: dir, own: [unit.own], neighbours: [], far: [], clock, say: () => undefined }
  ledger = new SqliteLedger(plan, () => ({
    begin: () => undefined,
    follow: () => 'done',
    finish: () => undefined,
    credit: () => ({ batch: 0, single: 0, bytes: 0 }),
  }))
  book = new DeskBook(ledger, new Bell())
  digest = new LogDigest(book, clock)
})
afterEach(() => {
  ledger.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Logs an answer as the gateway does, so many days before the last day. */
function answered(daysAgo: number, persons: string, change: Record<string, string> = {}): void {
  nowMs = Date.parse('2026-09-30T02:00:00.000Z') - daysAgo * 86_400_000
  const said = { from: '629901.centre', operator: '王核对', purpose: '低保核对', subject: 'police/vehicles', code: 'answered' }
  book.note(change.event ?? 'answer', { ...said, persons, ...change })
  nowMs = Date.parse('2026-09-30T02:00:00.000Z')
}

const all: LogFilter = { from: '', to: '', event: '', subject: '', operator: '', purpose: '' }

describe('the digest', () => {
  test('counts requests, persons and states by days of the wall clock, refusals by code', async () => {
    answered(40, `${zhang} H 1 A1`)
    answered(8, `${zhang} N 0 A1\n${li} AE 0 `)
    answered(0, `${zhang} H 2 A1`)
    answered(0, '', { event: 'refused', code: 'no_right' })
    answered(0, `${zhang} H 1 A1`, { event: 'correction' })
    answered(0, '', { event: 'reconciliation', code: 'reconciled' })
    expect(await digest.volume(1)).toEqual({ requests: 2, persons: 1, states: { H: 1 }, refused: { no_right: 1 } })
    expect(await digest.volume(30)).toEqual({
      requests: 3,
      persons: 3,
      states: { N: 1, A: 1, E: 1, H: 1 },
      refused: { no_right: 1 },
    })
    nowMs += 15 * 3_600_000 // past midnight of the unit's day
    expect(await digest.volume(1)).toMatchObject({ requests: 0 })
  })

  test('filters by day, event, record type, operator and purpose, newest first; new entries are seen', async () => {
    answered(2, `${zhang} H 1 A1`, { operator: '赵一' })
    answered(1, `${zhang} H 1 A1`, { subject: 'police/register police/deaths', purpose: '临时救助核对' })
    const daysOf = async (change: Partial<LogFilter>) => (await digest.find({ ...all, ...change })).map(({ day }) => day)
    expect(await daysOf({})).toEqual(['2026-09-29', '2026-09-28'])
    expect(await daysOf({ from: '2026-09-29' })).toEqual(['2026-09-29'])
    expect(await daysOf({ to: '2026-09-28' })).toEqual(['2026-09-28'])
    expect(await daysOf({ operator: '赵' })).toEqual(['2026-09-28'])
    expect(await daysOf({ subject: 'police/deaths' })).toEqual(['2026-09-29'])
    expect(await daysOf({ purpose: '临时' })).toEqual(['2026-09-29'])
    expect(await daysOf({ event: 'refused' })).toEqual([])
    answered(0, '', { event: 'refused', code: 'expired' })
    expect(await daysOf({ event: 'refused' })).toEqual(['2026-09-30'])
  })

  test('a person is found by the whole number, with the person’s own states; the digest names nobody', async () => {
    answered(1, `${zhang} HN 3 A1+A2\n${li} A 0 `)
    answered(0, `${li}`, { subject: 'deaths' })
    expect(await digest.findPerson(zhang)).toMatchObject([{ states: 'HN', rows: 3, papers: 'A1+A2', entry: { persons: 2 } }])
    expect((await digest.findPerson(li)).map(({ states, entry }) => [states, entry.subject])).toEqual([
      ['', 'deaths'],
      ['A', 'police/vehicles'],
    ])
    expect(await digest.findPerson(zhang.slice(0, 17))).toEqual([])
    expect(JSON.stringify(await digest.entries())).not.toContain(zhang)
  })
})

describe('exports', () => {
  const parts = () => ({ ledger: book, signer: unit.own, config: { nodeId: unit.nodeId }, clock }) as unknown as DeskParts

  async function exported(): Promise<string> {
    let text = ''
    for await (const line of chainLines(parts())) text += line
    return text
  }

  test('the chain is proven by the public key; whatever is altered, left out or cut shows', async () => {
    for (let i = 0; i < 3; i++) answered(i, `${zhang} H 1 A1`)
    const text = await exported()
    const keys = peerKeys(publicHalf(unit.texts))
    const lines = text.trimEnd().split('\n')
    expect(chainFault(text, keys)).toBeNull()
    expect(text).not.toContain(zhang)
    expect(chainFault(text.replace('低保核对', '其他核对'), keys)).toContain('第 1 条的内容')
    expect(chainFault([lines[0], ...lines.slice(2)].join('\n'), keys)).toContain('缺失或插入')
    expect(chainFault([...lines.slice(0, 2), lines[3]].join('\n'), keys)).toContain('结尾有缺失')
    expect(chainFault(lines.slice(0, 3).join('\n'), keys)).toContain('不完整')
    expect(chainFault(text, peerKeys(publicHalf(new TestNode('x').texts)))).toContain('签名与单位公钥不符')
  })

  test('the table has a mark for the spreadsheet, no person and no formula', async () => {
    answered(0, `${zhang} H 1 A1`, { operator: '=HYPERLINK("x")' })
    const csv = logCsv(await digest.find(all))
    expect(csv.startsWith('\uFEFF序号,')).toBe(true)
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`)
    expect(csv).not.toContain(zhang)
  })
})

import { describe, expect, test } from 'vitest'
import {
  type AuthorisationFacts,
  type Basis,
  type RecordName,
  type RecordsHead,
  subjectsLine,
  termsCells,
} from '#sources/contract'
import { answerRecords } from './answer-records.ts'
import type { Found, PreparedStore, RecordStanding } from './store/unit-store.ts'

const basis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张' }
const id = '11010519491231002X'
const paper: AuthorisationFacts & { no: string } = {
  no: 'A1',
  signature: 'signed',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
}
const fine: RecordStanding = { silent: null, incomplete: null }

/** A store that notes which numbers it was asked for. */
function storeOf(rows: readonly Found[], more: Partial<PreparedStore> = {}): PreparedStore & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    statement: { records: [], files: [], issues: [], quarantine: [] },
    standing: () => fine,
    listed: () => new Map(),
    byNumber: (_, ids) => {
      asked.push(...ids)
      return Promise.resolve(rows.filter((row) => ids.includes(row.id)))
    },
    registerBy: () => Promise.resolve([]),
    all: () => [],
    ...more,
  }
}

const row = (change: Partial<Found> = {}): Found => ({
  id,
  name: '张三',
  former: '',
  cells: '["R1","张三"]',
  ...change,
})

const headOf = (records: RecordName[]): RecordsHead => ({
  kind: 'records',
  campaign: 'c',
  batch: 1,
  round: 1,
  basis,
  scheme: 'dibao',
  records,
  wants: [records.map((_, i) => i)],
  papers: [],
})

async function answer(
  store: PreparedStore,
  change: { names?: string[]; papers?: (typeof paper)[]; records?: RecordName[]; revoked?: string[] } = {},
) {
  const signed = change.papers ?? [paper]
  const papers = signed.map(({ no }, terms) => ({ no, terms, docHash: null }))
  const line = subjectsLine([{ i: 7, idNumber: id, names: change.names ?? ['張三'], want: 0, papers }])
  const head = { ...headOf(change.records ?? ['police/vehicles']), papers: signed.map(termsCells) }
  const result = await answerRecords(head, [line], store, new Set(change.revoked))
  return result.lines.flatMap((each) => JSON.parse(each))
}

describe('the state of a pair', () => {
  test('hit: number and name, with its rows', async () => {
    expect(await answer(storeOf([row()]))).toEqual([{ i: 7, s: 'H', r: { 0: [['R1', '张三']] } }])
  })
  test('hit by another known name, a former name, a placeholder', async () => {
    expect(await answer(storeOf([row({ name: '李四' })]), { names: ['张三', '李四'] })).toMatchObject([{ s: 'H' }])
    expect(await answer(storeOf([row({ name: '李四', former: '张三' })]), { records: ['police/register'] })).toMatchObject([
      { s: 'H' },
    ])
    expect(await answer(storeOf([row({ name: '张?' })]))).toMatchObject([{ s: 'H' }])
  })
  test('mismatch: the smallest record id by code point, nothing of the other person', async () => {
    const rows = [row({ cells: '["R9"]', name: '李四' }), row({ cells: '["R10"]', name: '李四' })]
    expect(await answer(storeOf(rows))).toEqual([{ i: 7, s: 'M', m: { 0: 'R10' } }])
  })
  test('a hit among rows of other names gives only its own rows', async () => {
    const rows = [row({ name: '李四', cells: '["R2"]' }), row()]
    expect(await answer(storeOf(rows))).toEqual([{ i: 7, s: 'H', r: { 0: [['R1', '张三']] } }])
  })
  test('none is said in words; the register says that the number is not there', async () => {
    expect(await answer(storeOf([]))).toEqual([{ none: [7] }])
    expect(await answer(storeOf([]), { records: ['police/register'] })).toEqual([{ i: 7, s: 'I' }])
  })
  test('cut off or stale: a hit counts, an absence does not', async () => {
    const stale = { standing: () => ({ silent: null, incomplete: 'stale' as const }) }
    expect(await answer(storeOf([row()], stale))).toMatchObject([{ s: 'H' }])
    expect(await answer(storeOf([], stale))).toEqual([{ i: 7, s: 'E', why: { 0: 'stale' } }])
    expect(await answer(storeOf([row({ name: '李四' })], stale))).toMatchObject([{ s: 'M' }])
  })
  test('unanswered as a whole, or for this person', async () => {
    const timeout = { standing: () => ({ silent: { letter: 'T' as const, reason: 'not_answered' as const }, incomplete: null }) }
    expect(await answer(storeOf([row()], timeout))).toEqual([{ i: 7, s: 'T', why: { 0: 'not_answered' } }])
    const listed = { listed: () => new Map([[id, 'P' as const]]) }
    expect(await answer(storeOf([row()], listed))).toEqual([{ i: 7, s: 'P', why: { 0: 'person_unanswered' } }])
  })
  test('only faulty rows: neither hit nor none', async () => {
    expect(await answer(storeOf([row({ faulty: true })]))).toEqual([{ i: 7, s: 'E', why: { 0: 'faulty_rows' } }])
  })
})

describe('authorisation comes first', () => {
  test('a pair that is not covered is never looked up', async () => {
    const store = storeOf([row()])
    expect(await answer(store, { papers: [] })).toEqual([{ i: 7, s: 'A' }])
    expect(await answer(store, { papers: [{ ...paper, items: ['finance'] }] })).toEqual([{ i: 7, s: 'A' }])
    expect(await answer(store, { papers: [{ ...paper, valid_to: '2026-09-29' }] })).toEqual([{ i: 7, s: 'A' }])
    expect(store.asked).toEqual([])
  })
  test('a withdrawn paper refuses, another one still covers', async () => {
    const store = storeOf([row()])
    expect(await answer(store, { revoked: ['A1'] })).toEqual([{ i: 7, s: 'A', why: { 0: 'revoked' } }])
    expect(store.asked).toEqual([])
    expect(await answer(store, { papers: [paper, { ...paper, no: 'A2' }], revoked: ['A1'] })).toMatchObject([{ s: 'H' }])
  })
  test("the bureau's own data need no paper", async () => {
    expect(await answer(storeOf([row()]), { papers: [], records: ['civil_affairs/other_aid'] })).toMatchObject([{ s: 'H' }])
  })
  test('each record type is judged by its own category', async () => {
    const store = storeOf([row()])
    const papers = [{ ...paper, items: ['vehicle'] }]
    expect(await answer(store, { papers, records: ['police/register', 'police/vehicles'] })).toEqual([
      { i: 7, s: 'AH', r: { 1: [['R1', '张三']] } },
    ])
  })
})

test('what only a person can look up is pending, and asked of a person exactly where an authorisation covers it', async () => {
  const store = storeOf([row()])
  const head = { ...headOf(['police/vehicles']), papers: [termsCells(paper), termsCells({ ...paper, items: ['finance'] })] }
  const subject = (i: number, papers: readonly string[]) => {
    return { i, idNumber: id, names: ['张三'], want: 0, papers: papers.map((no, terms) => ({ no, terms, docHash: null })) }
  }
  const byHand = new Set<RecordName>(['police/vehicles'])
  const result = await answerRecords(head, [subjectsLine([subject(7, ['A1', 'A2']), subject(8, [])])], store, new Set(), byHand)
  expect(result.lines.flatMap((each) => JSON.parse(each))).toEqual([
    { i: 7, s: 'P', why: { 0: 'not_answered' } },
    { i: 8, s: 'A' },
  ])
  const asked = { record: 'police/vehicles', i: 7, place: 0, idNumber: id, names: ['张三'] }
  expect(result.byHand).toEqual([{ ...asked, papers: 'A1+A2', covering: ['A1'] }])
  expect(store.asked).toEqual([])
})

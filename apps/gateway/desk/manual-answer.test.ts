import { describe, expect, test } from 'vitest'
import { type Basis, RecordsAnswerHead, readRecordsAnswer, recordTypeOf } from '#sources/contract'
import type { HandAnswer, KeptQuestion, ManualPerson } from '../store/unit-register.ts'
import { correctedLines, loggedPerson, readHandRows } from './manual-answer.ts'

const basis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张' }
const person: ManualPerson = { idNumber: '11010519491231002X', names: ['張三'], papers: ['A1'] }
const custody = recordTypeOf('police/custody')
const row = {
  source_record_id: 'H1',
  as_of_date: '2026-09-30',
  name: '张三',
  state: 'prison',
  from_date: '2026-01-01',
  to_date: '',
  place: '',
}
const question: KeptQuestion = {
  ...{
    id: 1,
    header: '{}',
    request: 'r',
    record: 'police/custody',
    subject: 7,
    place: 1,
    asOf: '2026-09-30',
    campaign: 'c',
    batch: 2,
    round: 1,
  },
  ...{ at: '', state: 'open', result: '', by: '', settledAt: '' },
}
const head = {
  kind: 'records',
  campaign: 'c',
  batch: 2,
  round: 1,
  unit: 'police',
  records: ['police/vehicles', 'police/custody'],
  asked: 3,
}
const stored = [
  JSON.stringify(head),
  JSON.stringify([
    { i: 6, s: 'HP', r: { 0: [['V1']] }, why: { 1: 'not_answered' } },
    { i: 7, s: 'NP', why: { 1: 'not_answered' } },
  ]),
  JSON.stringify({ none: [9] }),
]

function hit(change: Partial<typeof row> = {}): HandAnswer {
  const read = readHandRows(custody, [{ ...row, ...change }], person, basis)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.answer
}

const subjectsOf = (lines: readonly string[]) =>
  readRecordsAnswer(RecordsAnswerHead.parse(JSON.parse(lines[0] ?? '')), 'police', lines.slice(1))

describe('what a person typed', () => {
  test('is read by the rules of rows; each fault names row, column and how to mend it', () => {
    const read = readHandRows(custody, [row, { ...row, name: '', state: 'jail', from_date: '2026-02-30' }], person, basis)
    expect('faults' in read && read.faults.map(({ row: at, column }) => `${at} ${column}`)).toEqual([
      '2 name',
      '2 state',
      '2 from_date',
    ])
    expect(readHandRows(custody, [], person, basis)).toEqual({ faults: [{ row: 1, column: '', text: '请至少填写一行' }] })
  })

  test('another name on the record is a mismatch without its rows; a name in another script is the same', () => {
    expect(hit()).toMatchObject({
      kind: 'rows',
      letter: 'H',
      rows: [['H1', '2026-09-30', '张三', 'prison', '2026-01-01', null, null]],
    })
    expect(hit({ name: '李四' })).toMatchObject({ kind: 'rows', letter: 'M', rows: [], recordId: 'H1' })
  })

  test('a record of two persons must name the one asked about', () => {
    const marriage = {
      ...{ source_record_id: 'M1', as_of_date: '2026-09-30', event_date: '2020-01-01', event: 'marriage' },
      ...{ party_a_id: '110105197001010016', party_a_name: '李四', party_b_id: '110105197001010016', party_b_name: '李四' },
    }
    const read = readHandRows(recordTypeOf('civil_affairs/marriages'), [marriage], person, basis)
    expect('faults' in read && read.faults.map(({ text }) => text).join('')).toContain('号码')
  })
})

describe('the corrected answer', () => {
  test('replaces the one letter and keeps everything else', () => {
    const { subjects, none } = subjectsOf(correctedLines(stored, question, 'police', hit()))
    expect(none).toEqual([9])
    expect(subjects[0]).toEqual({ i: 6, states: 'HP', rows: { 0: [['V1']] }, mismatch: {}, why: { 1: 'not_answered' } })
    expect(subjects[1]).toMatchObject({ i: 7, states: 'NH', mismatch: {}, why: {} })
    expect(subjects[1]?.rows[1]?.[0]?.[3]).toBe('prison')
  })

  test('says none, mismatch, refusal and withdrawal in the letters of the wire', () => {
    const of = (answer: HandAnswer, change: Partial<KeptQuestion> = {}) =>
      subjectsOf(correctedLines(stored, { ...question, ...change }, 'police', answer)).subjects[1]
    expect(of({ kind: 'none' })).toMatchObject({ states: 'NN', why: {} })
    expect(of(hit({ name: '李四' }))).toMatchObject({ states: 'NM', mismatch: { 1: 'H1' }, rows: {} })
    expect(of({ kind: 'refused' })).toMatchObject({ states: 'NE', why: { 1: 'person_unanswered' } })
    expect(of({ kind: 'revoked' })).toMatchObject({ states: 'NA', why: { 1: 'revoked' } })
  })

  test('two corrections of one request stand together', () => {
    const once = correctedLines(stored, question, 'police', hit())
    const twice = subjectsOf(correctedLines(once, { ...question, subject: 6 }, 'police', { kind: 'none' }))
    expect(twice.subjects.map(({ states }) => states)).toEqual(['HN', 'NH'])
  })

  test('stands alone when the first answer is no longer kept; the register knows no "none"', () => {
    const register = { ...question, record: 'police/register' as const }
    const { subjects } = subjectsOf(correctedLines(undefined, register, 'police', { kind: 'none' }))
    expect(subjects).toMatchObject([{ i: 7, states: 'I' }])
    expect(loggedPerson(question, person, hit())).toBe('11010519491231002X H 1 A1')
  })
})

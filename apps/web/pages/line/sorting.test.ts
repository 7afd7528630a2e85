import { expect, it } from 'vitest'
import type { NodeRow } from '#exchange/contract'
import { chosenRows } from './sorting.ts'

const plain: NodeRow = {
  unit: '',
  nodeId: '',
  name: '',
  kind: 'unit',
  suite: 'ED1',
  via: null,
  link: 'online',
  since: null,
  seenAt: null,
  open: 0,
  oldestAt: null,
  lateSince: null,
  asked: 0,
  answered: 0,
  medianMinutes: null,
  p95Minutes: null,
  askedToday: 0,
  countedAt: null,
  unreceipted: 0,
  parked: 0,
  keySince: null,
  keyUntil: null,
  keyDue: false,
  tasks: 0,
  statedAt: null,
  differences: null,
  terms: {
    fromOn: '2026-01-01',
    carrier: 'line',
    requestsPerDay: null,
    answerHours: 48,
    silentMinutes: 5,
    outageMinutes: 120,
    escalateDays: 2,
    keyDays: 365,
    responsibleName: null,
    source: '约定',
    mark: 'proposal',
    own: false,
  },
}
const row = (name: string, change: Partial<NodeRow>): NodeRow => ({ ...plain, nodeId: name, name, ...change })
const at = (hour: number): string => `2026-06-22T0${hour}:00:00.000Z`
const rows = [
  row('a', { p95Minutes: 5 }),
  row('b', { link: 'silent', oldestAt: at(3) }),
  row('c', { lateSince: at(4), oldestAt: at(2), p95Minutes: 90 }),
  row('d', { tasks: 1, parked: 2, link: 'silent' }),
  row('e', { link: 'revoked' }),
]
const names = (search: Parameters<typeof chosenRows>[1]): string =>
  chosenRows(rows, search)
    .map((each) => each.name)
    .join('')

it('puts first whoever needs a person, and those shut out last', () => {
  expect(names({})).toBe('dcbae')
})

it('sorts by the figure that was chosen; what has none comes last', () => {
  expect(names({ sort: 'oldest' })).toBe('cbade')
  expect(names({ sort: 'slow' })).toBe('cabde')
  expect(names({ sort: 'quota' })).toBe('abcde')
})

it('narrows to late, off line, parked, and to a word', () => {
  expect(names({ show: 'late' })).toBe('c')
  expect(names({ show: 'offline' })).toBe('db')
  expect(names({ show: 'parked' })).toBe('d')
  expect(names({ q: ' a ' })).toBe('a')
  expect(names({ show: 'nonsense' })).toBe('dcbae')
})

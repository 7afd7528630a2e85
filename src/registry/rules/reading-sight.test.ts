import { expect, it } from 'vitest'
import type { LedgerReading } from '../contract/readings.ts'
import { readingFor } from './reading-sight.ts'

const NUMBER = '629901195503121114'
const line = {
  key: '证号',
  label: '证号',
  seen: 1,
  samples: [NUMBER],
  choices: null,
  proposed: null,
  answer: null,
  optional: false,
}
const reading: LedgerReading = {
  known: false,
  fields: [],
  questions: [{ id: 'columns', kind: 'columns', title: '', detail: '', lines: [line], answered: false }],
  sheets: [
    {
      name: '春山村',
      hidden: false,
      use: 'ledger',
      why: '',
      headerFrom: 1,
      headerTo: 1,
      columns: [{ at: 0, path: ['证号'], hidden: false, field: 'persons.id_number', sample: [NUMBER] }],
      rows: 1,
      skipped: [{ row: 3, use: 'note', why: '', text: `联系人 ${NUMBER}` }],
      skippedTotal: 1,
      top: [{ row: 2, use: 'data', cells: ['甲', NUMBER, '2026-09-30', '1,260.00'] }],
    },
  ],
}

it('shows a workbook whole to whoever goes on with it, with masked numbers to whoever confirms it, and to nobody else', () => {
  expect(readingFor('whole', reading)).toEqual(reading)
  expect(readingFor('none', reading)).toBeNull()
  const seen = readingFor('masked', reading)
  expect(JSON.stringify(seen)).not.toContain(NUMBER)
  expect(seen?.sheets[0]?.top[0]?.cells).toEqual(['甲', '****1114', '2026-09-30', '1,260.00'])
  expect(seen?.questions[0]?.lines[0]?.samples).toEqual(['****1114'])
})

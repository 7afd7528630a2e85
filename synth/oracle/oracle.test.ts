import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decode, parseCsv } from './csv-text.ts'
import { runOracle } from './index.ts'
import { nameComparer } from './names.ts'
import { readField, readId } from './reading.ts'
import referencePack from './reference-values.json' with { type: 'json' }

const sample = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const asOf = '2026-09-30'

function answers(name: string): Record<string, string>[] {
  const records = parseCsv(decode(readFileSync(join(sample, 'answers', name))) ?? '') ?? []
  const header = records[0]?.fields ?? []
  return records.slice(1).map(({ fields }) => Object.fromEntries(header.map((column, i) => [column, fields[i] ?? ''])))
}

describe('the oracle on the sample district', () => {
  const result = runOracle(sample, referencePack, asOf)

  it('finds every row of the answer key and no other', () => {
    const key = (f: Record<string, string> | (typeof result.findings)[number]): string =>
      [f.household_no, f.person, f.rule, f.class, f.source, f.source_record_id].join(',')
    expect(result.findings.map(key)).toEqual(answers('findings.csv').map(key))
  })

  it('gives the values and limits the rules name', () => {
    const wanted = answers('findings.csv')
    const given = result.findings.map((f, i) => ({
      value: f.value === '' ? '' : wanted[i]?.value,
      limit: f.limit === '' ? '' : wanted[i]?.limit,
    }))
    expect(result.findings.map(({ value, limit }) => ({ value, limit }))).toEqual(given)
  })

  it('lists every import error', () => {
    const rows = result.importErrors.map((e) => ({ ...e, row: String(e.row) }))
    expect(rows).toEqual(answers('import-errors.csv'))
  })

  it('gives every total', () => {
    const wanted = answers('totals.csv')
    expect(result.totals.map((row) => Object.fromEntries(Object.keys(wanted[0] ?? {}).map((c) => [c, row[c]])))).toEqual(wanted)
  })
})

describe('reading', () => {
  it.each([
    ['11010519491231002X', '11010519491231002X', undefined],
    ['11010519491231002x', '11010519491231002X', 'IDQ-3'],
    ["'11010519491231002X", '11010519491231002X', 'IDQ-3'],
    ['110105491231002', '11010519491231002X', 'IDQ-3'],
    ['1.2E+17', '', 'IDQ-3'],
    ['110105194912310021', '', 'IDQ-1'],
    ['110105194902300021', '', 'IDQ-2'],
  ])('number %s', (raw, value, code) => {
    expect(readId(raw, asOf, 120)).toMatchObject({ value, ...(code === undefined ? {} : { code }) })
  })

  it.each([
    ['money', '¥1,234.50元', '1234.50', 'MONEY_NORMALISED'],
    ['money', '1.2E+05', '', 'MONEY_INVALID'],
    ['money', '-0.01', '', 'MONEY_NEGATIVE'],
    ['date', '2026年9月3日', '2026-09-03', 'DATE_NORMALISED'],
    ['date', '20230230', '', 'DATE_INVALID'],
    ['month', '2026/9', '2026-09', 'DATE_NORMALISED'],
    ['decimal', '62.505', '', 'NUMBER_INVALID'],
  ])('%s %s', (type, raw, value, code) => {
    const column = { name: 'x', type, codes: '', required: false, past: false }
    expect(readField(column, raw, asOf, 120)).toMatchObject({ value, code })
  })
})

describe('names', () => {
  const same = nameComparer(referencePack.verify.name_variants)
  it.each([
    ['阿依·古丽', '阿依•古丽', true],
    ['乙華山', '乙华山', true],
    ['丙?', '丙䶮', true],
    ['甲春山', '甲春', false],
    ['子晓', '子小', false],
    ['??', '甲乙', false],
  ])('%s and %s', (x, y, equal) => {
    expect(same(x, y)).toBe(equal)
  })
})

import { describe, expect, it } from 'vitest'
import { column, columnPosition, isRefused, namedValues, type ReadContext, readHeader, readRow, type Table } from './table.ts'

const table: Table = {
  name: 'example',
  label: '例',
  key: 'no',
  columns: [
    column('no', 'key', '编号', { required: true }),
    column('born', 'date', '出生', { notAfterAsOf: true }),
    column('month', 'month', '月份'),
    column('amount', 'money', '金额'),
    column('area', 'decimal', '面积'),
    column('count', 'int', '人数'),
    column('division', 'division', '区划'),
    column('yes', 'yesno', '是否'),
    column('gender', 'code', '性别', { codes: 'gender' }),
    column('items', 'codes', '项目', { codes: 'auth_item' }),
    column('record', 'record', '记录'),
    column('id', 'id', '号码'),
    column('link', 'idlink', '关联号码'),
  ],
}
const ctx: ReadContext = { asOf: '2026-09-30', maxAge: 120, divisions: new Set(['629901001001']), isCore: true }
const header = readHeader(
  table,
  table.columns.map(({ name }) => name),
).index

/** Reads one field of an otherwise empty row: value, then code and severity if there is an issue. */
function read(name: string, raw: string, context = ctx): unknown[] {
  const fields = table.columns.map((each) => (each.name === name ? raw : each.name === 'no' ? '1' : ''))
  const reading = readRow(table, header, fields, context)
  const issue = reading.issues.find((each) => each.column === name)
  const value = reading.values[columnPosition(table, name)]
  return issue === undefined ? [value, reading.normalised] : [value, reading.normalised, issue.code, issue.severity]
}

describe('readRow', () => {
  it.each<[string, string, unknown[]]>([
    ['no', ' x ', ['x', 1]],
    ['no', '\u200b', [null, 0, 'REQUIRED_EMPTY', 'error']],
    ['born', '2026-09-30', ['2026-09-30', 0]],
    ['born', '2026-10-01', [null, 0, 'DATE_FUTURE', 'error']],
    ['born', '2026/10/1', [null, 0, 'DATE_FUTURE', 'error']],
    ['born', '1962/2/3', ['1962-02-03', 1, 'DATE_NORMALISED', 'warn']],
    ['born', ' 1962-02-03', ['1962-02-03', 1]],
    ['born', '１９６２－０２－０３', ['1962-02-03', 1, 'DATE_NORMALISED', 'warn']],
    ['born', '20230230', [null, 0, 'DATE_INVALID', 'error']],
    ['born', '1899-01-01', [null, 0, 'DATE_INVALID', 'error']],
    ['month', '202509', ['2025-09', 1, 'DATE_NORMALISED', 'warn']],
    ['month', '2025-09', ['2025-09', 0]],
    ['month', '2025-13', [null, 0, 'DATE_INVALID', 'error']],
    ['amount', '1234.5', [123450, 0]],
    ['amount', '1,234.50', [123450, 1, 'MONEY_NORMALISED', 'warn']],
    ['amount', '￥1234.50元', [123450, 1, 'MONEY_NORMALISED', 'warn']],
    ['amount', '１２３４', [123400, 1, 'MONEY_NORMALISED', 'warn']],
    ['amount', ' 1234 ', [123400, 1]],
    ['amount', '12,34', [null, 0, 'MONEY_INVALID', 'error']],
    ['amount', '1.2E+05', [null, 0, 'MONEY_INVALID', 'error']],
    ['amount', '-1', [null, 0, 'MONEY_NEGATIVE', 'error']],
    ['amount', '-1,000.00', [null, 0, 'MONEY_NEGATIVE', 'error']],
    ['amount', '-0', [0, 0]],
    ['amount', '', [null, 0]],
    ['area', '62.50', [6250, 0]],
    ['area', '-1', [null, 0, 'NUMBER_INVALID', 'error']],
    ['count', '3', [3, 0]],
    ['count', '３', [3, 1]],
    ['count', '3.0', [null, 0, 'NUMBER_INVALID', 'error']],
    ['division', '629901001001', ['629901001001', 0]],
    ['division', '629901001002', ['629901001002', 0, 'DIVISION_UNKNOWN', 'warn']],
    ['division', '62990100100', [null, 0, 'DIVISION_INVALID', 'error']],
    ['yes', 'yes', ['yes', 0]],
    ['yes', 'Yes', [null, 0, 'CODE_UNKNOWN', 'error']],
    ['gender', '１', ['1', 1]],
    ['gender', '3', [null, 0, 'CODE_UNKNOWN', 'error']],
    ['gender', 'toString', [null, 0, 'CODE_UNKNOWN', 'error']],
    ['items', 'identity;vehicle', [['identity', 'vehicle'], 0]],
    ['items', 'identity； vehicle;', [['identity', 'vehicle'], 1]],
    ['items', 'all', [['all'], 0]],
    ['items', 'all;x', [null, 0, 'CODE_UNKNOWN', 'error']],
    ['record', 'police/vehicles', ['police/vehicles', 0]],
    ['record', 'vehicles', [null, 0, 'CODE_UNKNOWN', 'error']],
    ['id', '11010519491231002x', ['11010519491231002X', 1, 'IDQ-3', 'warn']],
    ['id', '1.2E+17', [null, 0, 'IDQ-3', 'error']],
    ['link', '11010519491231002x', ['11010519491231002X', 1]],
    ['link', '123', [null, 1]],
  ])('%s "%s"', (name, raw, expected) => {
    expect(read(name, raw)).toEqual(expected)
  })

  it('reports warnings in core files only', () => {
    const source: ReadContext = { asOf: ctx.asOf, maxAge: 120, isCore: false }
    expect(read('amount', '1,234', source)).toEqual([123400, 1])
    expect(read('division', '629901001002', source)).toEqual(['629901001002', 0])
    expect(read('amount', 'x', source)).toEqual([null, 0, 'MONEY_INVALID', 'error'])
  })

  it('finds columns by cleaned name, the first of a repeated one', () => {
    const found = readHeader(table, ['\ufeffno ', 'other', 'no', 'born'])
    expect(found.index.positions.slice(0, 2)).toEqual([0, 3])
    expect(found.missing).toContain('month')
    expect(found.missing).not.toContain('no')
  })

  it('gives nothing but COLUMN_COUNT for a row of another width', () => {
    const reading = readRow(table, header, ['1'], ctx)
    expect(reading.issues).toEqual([{ column: '', code: 'COLUMN_COUNT', severity: 'error' }])
    expect(isRefused(reading)).toBe(true)
  })

  it('names the values', () => {
    const values = readRow(table, header, ['7', '', '', '1.5', ...new Array<string>(9).fill('')], ctx).values
    expect(namedValues(table, values)).toMatchObject({ no: '7', amount: 150, gender: null })
  })
})

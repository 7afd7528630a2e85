import ExcelJS from 'exceljs'
import { expect, test } from 'vitest'
import { CODE_LISTS } from '#kernel/terms'
import type { ActionContext, Download } from '#platform/action'
import { CORE_TABLES, sealedColumns } from '#registry'
import { recordCatalogue } from '#sources/contract'
import { downloadDataStandardAction } from './actions/data-standard.ts'
import type { DataElement } from './contract/data-standard.ts'
import { dataStandard, mappedTables, mappingLines } from './data-standard.ts'
import { dataElements, mappedLists, mappingFaults, standardCounts } from './rules/data-standard.ts'

const tables = mappedTables()
const { elements: lines, codes } = mappingLines()
const standard = dataStandard()

test('every column and every code list has its line, and no line names what is not there', () => {
  expect(mappingFaults(tables, lines, codes)).toEqual([])
  const own = CORE_TABLES.flatMap((table) => table.columns.map(({ name }) => `${table.name} ${name}`))
  const records = [...recordCatalogue.values()].flatMap(({ name, table }) =>
    table.columns.map((column) => `${name} ${column.name}`),
  )
  expect(standard.elements.map(({ table, column }) => `${table} ${column}`)).toEqual(expect.arrayContaining([...own, ...records]))
  expect(standard.lists.map(({ list }) => list)).toEqual(Object.keys(CODE_LISTS))
})

const [line] = lines
const [code] = codes
if (line === undefined || code === undefined) throw new Error('the mapping is empty')

test.each([
  ['a column without a line', lines.slice(1), codes, 'divisions code has no line'],
  ['a line of no column', [...lines, { ...line, column: 'colour' }], codes, 'divisions colour names no column'],
  ['a line of no table', [...lines, { ...line, table: 'police/boats' }], codes, 'police/boats code names no column'],
  ['a list without a line', lines, codes.filter(({ list }) => list !== 'gender'), 'gender has no line'],
  ['a line of no code', lines, [...codes, { ...code, list: 'gender', code: '7' }], 'gender 7 names no code'],
  ['two lines of a list', lines, [...codes, code], 'programme  has two lines'],
  [
    'an identifier nobody read',
    [{ ...line, standard_id: 'X1', mark: 'known' as const }, ...lines.slice(1)],
    codes,
    'X1 is given, but no source that was read',
  ],
])('%s is told', (_, elements, codeLines, fault) => {
  expect(mappingFaults(tables, elements, codeLines)).toContain(fault)
})

const isSensitive = ({ sensitivity }: DataElement) => sensitivity === 'identifier' || sensitivity === 'sensitive'
const places = (elements: readonly DataElement[]) => elements.map(({ table, column }) => `${table} ${column}`).sort()

test('what is called sensitive is what the product encrypts, and numbers are what it masks', () => {
  const own = new Set<string>(CORE_TABLES.map(({ name }) => name))
  const sealed = CORE_TABLES.flatMap(({ name }) => sealedColumns(name).map((column) => `${name} ${column}`)).sort()
  expect(places(standard.elements.filter((each) => own.has(each.table) && isSensitive(each)))).toEqual(sealed)
  const records = standard.elements.filter(({ table }) => recordCatalogue.has(table))
  const numbers = records.filter(({ sensitivity }) => sensitivity === 'identifier')
  expect(places(numbers)).toEqual(places(records.filter(({ protection }) => protection === 'masked')))
  expect(standard.elements.filter((each) => isSensitive(each) && each.protection === 'scoped')).toEqual([])
})

test('the figures shown are the blanks there are', () => {
  const { elementIds, references, listIds, codes: mapped } = standard.counts
  const columns = tables.reduce((sum, { table }) => sum + table.columns.length, 0)
  expect(elementIds).toMatchObject({ total: columns, blank: standard.elements.filter((each) => each.standardId === null).length })
  expect(references.known).toBe(standard.elements.filter((each) => each.reference !== null).length)
  expect(listIds).toMatchObject({
    total: Object.keys(CODE_LISTS).length,
    blank: codes.filter((row) => row.code === null && row.standard_id === null).length,
  })
  expect(mapped.known).toBe(codes.filter((row) => row.standard_code !== null).length)
  expect(mapped.total).toBe(Object.values(CODE_LISTS).reduce((sum, list) => sum + Object.keys(list).length, 0))
})

test('an identifier that is filled in is shown and counted', () => {
  const filled = lines.map((row) =>
    row.table === '*' && row.column === 'name' ? { ...row, standard_id: 'X1', standard_name: '姓名' } : row,
  )
  const elements = dataElements(tables, filled, () => '标准正文')
  const counts = standardCounts(
    elements,
    mappedLists(codes, () => '标准正文'),
  )
  const named = [...recordCatalogue.values()].filter(({ table }) => table.columns.some(({ name }) => name === 'name')).length
  expect(counts.elementIds).toMatchObject({ known: named, blank: elements.length - named })
  expect(elements.find(({ table, column }) => table === 'police/deaths' && column === 'name')).toMatchObject({
    standardName: '姓名',
  })
})

test('lengths and units come from the type where it fixes them', () => {
  const find = (table: string, column: string) => standard.elements.find((each) => each.table === table && each.column === column)
  expect(find('persons', 'id_number')).toMatchObject({ maxLength: 18, reference: 'GB 11643-1999', protection: 'sealed' })
  expect(find('persons', 'gender')).toMatchObject({ maxLength: 1, codeList: 'gender', codeListLabel: '性别' })
  expect(find('natural_resources/titles', 'unit_no')).toMatchObject({ maxLength: 28, reference: 'GB/T 37346-2019' })
  expect(find('banks/deposits', 'balance')).toMatchObject({ unit: '元', maxLength: null, protection: 'answer' })
})

test('the workbook holds every element and every code, and says what is missing', async () => {
  const { body, fileName } = (await downloadDataStandardAction.run({} as ActionContext, {})) as Download
  expect(fileName).toBe(`数据标准对照-${standard.compiledOn}.xlsx`)
  const book = new ExcelJS.Workbook()
  await book.xlsx.read(body as never)
  expect(book.getWorksheet('数据元')?.rowCount).toBe(standard.elements.length + 1)
  expect(book.getWorksheet('代码')?.rowCount).toBe(standard.counts.codes.total + 1)
  const notes = book.getWorksheet('说明')?.getColumn(2).values.join(' ') ?? ''
  expect(notes).toContain(`空缺 ${standard.counts.elementIds.blank} 项`)
})

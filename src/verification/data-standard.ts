/** Reads the mapping to the ministry's standards from its folder, once. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { CsvParser } from '#kernel/csv'
import { DateText } from '#kernel/schema'
import { CORE_TABLES, sealedColumns } from '#registry'
import { manifestTable, recordCatalogue, recordLabel, unansweredTable } from '#sources/contract'
import { type DataStandard, ElementClass, Sensitivity, StandardMark } from './contract/data-standard.ts'
import {
  type CodeRow,
  dataElements,
  type ElementRow,
  type MappedTable,
  mappedLists,
  standardCounts,
} from './rules/data-standard.ts'
import { isMasked } from './rules/findings/finding-facts.ts'

const folder = join(import.meta.dirname, 'standards/mzt-073-2024')
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')

const Blank = z.string().transform((text) => (text === '' ? null : text))

const ElementLine = z.object({
  table: z.string().min(1),
  column: z.string().min(1),
  class: ElementClass,
  definition: z.string().min(2),
  length: Blank.transform((text) => (text === null ? null : Number(text))).pipe(z.int().positive().nullable()),
  unit: Blank,
  standard_id: Blank,
  standard_name: Blank,
  reference: Blank,
  sensitivity: Sensitivity,
  source: Blank,
  mark: StandardMark,
})

const CodeLine = z.object({
  list: z.string().min(1),
  code: Blank,
  standard_id: Blank,
  standard_name: Blank,
  reference: Blank,
  standard_code: Blank,
  standard_label: Blank,
  source: Blank,
  mark: StandardMark,
})

const Head = z.object({
  compiled_on: DateText,
  standards: z.array(
    z.object({
      number: z.string(),
      title: z.string(),
      issued_on: DateText.nullable(),
      in_force_on: DateText.nullable(),
      replaces: z.string(),
      known: z.string(),
      source: z.string(),
      mark: StandardMark,
    }),
  ),
  classes: z.array(z.object({ code: ElementClass, label: z.string(), earlier: z.string(), mark: StandardMark })),
  sources: z.record(z.string(), z.object({ title: z.string(), address: z.string() })),
})

/** Lines of a CSV file by the names of its header. Throws with file and row for a line that does not fit. */
function linesOf<T>(file: string, schema: z.ZodType<T>): T[] {
  const parser = new CsvParser()
  const [header, ...records] = [...parser.push(Buffer.from(textOf(file))), ...parser.end()]
  return records.map(({ row, fields }) => {
    const line = schema.safeParse(Object.fromEntries((header?.fields ?? []).map((name, i) => [name, fields[i]])))
    if (!line.success) throw new Error(`${file} row ${row}: ${z.prettifyError(line.error)}`)
    return line.data
  })
}

/** Every table whose columns are mapped: the district's own, the units' statements, the units' records. */
export function mappedTables(): MappedTable[] {
  const own = CORE_TABLES.map((table): MappedTable => {
    const sealed = new Set(sealedColumns(table.name))
    return { table, label: table.label, record: false, protection: ({ name }) => (sealed.has(name) ? 'sealed' : 'scoped') }
  })
  const statements = [manifestTable, unansweredTable].map(
    (table): MappedTable => ({ table, label: table.label, record: false, protection: () => 'answer' }),
  )
  const records = [...recordCatalogue.values()].map(
    ({ name, table }): MappedTable => ({
      table,
      label: recordLabel(name),
      record: true,
      protection: (column) => (isMasked(column) ? 'masked' : 'answer'),
    }),
  )
  return [...own, ...statements, ...records]
}

/** The lines as they stand in the files. */
export function mappingLines(): { elements: ElementRow[]; codes: CodeRow[] } {
  return { elements: linesOf('elements.csv', ElementLine), codes: linesOf('code-lists.csv', CodeLine) }
}

function readStandard(): DataStandard {
  const head = Head.parse(parse(textOf('standard.yaml')))
  const sourceTitle = (key: string): string => {
    const source = head.sources[key]
    if (source === undefined) throw new Error(`data standard: no source ${key} in standard.yaml`)
    return source.title
  }
  const lines = mappingLines()
  const elements = dataElements(mappedTables(), lines.elements, sourceTitle)
  const lists = mappedLists(lines.codes, sourceTitle)
  return {
    compiledOn: head.compiled_on,
    standards: head.standards.map(({ issued_on, in_force_on, source: _, ...rest }) => ({
      ...rest,
      issuedOn: issued_on,
      inForceOn: in_force_on,
    })),
    classes: head.classes,
    sources: Object.values(head.sources),
    counts: standardCounts(elements, lists),
    elements,
    lists,
  }
}

let known: DataStandard | undefined

/** The mapping as the pages and the workbook show it. */
export function dataStandard(): DataStandard {
  known ??= readStandard()
  return known
}

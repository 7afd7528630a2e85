/** Documents made from code: glossary, code lists, tables of the district package, parameters of the reference pack. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parse } from 'yaml'
import type { Column } from '#kernel/column'
import { CODE_LISTS, GLOSSARY } from '#kernel/terms'
import { recordCatalogue } from '#sources/contract'
import { CORE_TABLES } from '../src/registry/tables.ts'

const note = (source: string): string => `<!-- Generated from ${source} by npm run gen; do not edit. -->\n\n`
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |\n`

/** docs/glossary.md: one concept, one word. */
export function glossary(): string {
  const rows = GLOSSARY.map((term) => row(term.zh, `\`${term.word}\``, term.meaning, term.source ?? ''))
  return `# Glossary\n\n${note('src/kernel/terms.ts')}One concept, one word, in code, tables, messages and documents.\n\n| 中文 | Word | Meaning | Source |\n|---|---|---|---|\n${rows.join('')}`
}

/** docs/code-lists.md: every code list with its Chinese labels. */
export function codeLists(): string {
  const lists = Object.entries(CODE_LISTS).map(([name, codes]) => {
    const rows = Object.entries(codes).map(([code, label]) => row(`\`${code}\``, label))
    return `## ${name}\n\n| Code | 中文 |\n|---|---|\n${rows.join('')}`
  })
  return `# Code lists\n\n${note('src/kernel/terms.ts')}Codes are written exactly as here; a value outside its list is refused (\`CODE_UNKNOWN\`).\n\n${lists.join('\n')}`
}

function columnRow(column: Column): string {
  const type = column.codes ? `${column.type} \`${column.codes}\`` : column.type === 'person' ? 'name' : column.type
  const marks = [column.required ? 'req' : '', column.notAfterAsOf ? '≤A' : ''].filter((mark) => mark !== '').join(' ')
  return row(`\`${column.name}\``, type, marks, column.label)
}

function table(title: string, columns: readonly Column[]): string {
  return `### ${title}\n\n| Column | Type | | 中文 |\n|---|---|---|---|\n${columns.map(columnRow).join('')}\n`
}

/** docs/package-tables.md: all tables of a district package, column by column. */
export function packageTables(): string {
  const core = CORE_TABLES.map((each) => {
    const references = each.references.map((reference) => `\`${reference.column}\` → ${reference.tables.join(' or ')}`)
    return `${table(`${each.file} ${each.label} (key: \`${each.key}\`)`, each.columns)}${references.length > 0 ? `References: ${references.join(', ')}.\n\n` : ''}`
  })
  const records = [...recordCatalogue.values()].map((each) =>
    table(`${each.name} ${each.label} (category \`${each.category}\`)`, each.table.columns),
  )
  const legend =
    '**req** = must not be empty, **≤A** = a date after the as-of date is refused. Types: [package-format.md](package-format.md).'
  return `# Tables of the district package\n\n${note('src/registry/tables.ts and src/sources/contract/catalogue.ts')}${legend}\n\n## Core files\n\n${core.join('')}## Source records\n\n${records.join('')}`
    .trimEnd()
    .concat('\n')
}

type PackEntry = { label: string; unit: string; clause: string; mark: string; values: { from: string; value: unknown }[] }

function parameterRows(file: string): string {
  const entries = parse(readFileSync(file, 'utf8')) as Record<string, PackEntry>
  const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
  return Object.entries(entries)
    .map(([name, entry]) => {
      const values = entry.values.map((dated) => `${shown(dated.value)} (from ${dated.from})`)
      return row(`\`${name}\``, entry.label, values.join('; '), entry.unit, entry.clause, entry.mark)
    })
    .join('')
}

/** docs/parameters.md: values of the built-in reference pack, with clause and mark. */
export function parameters(): string {
  const head = '| Name | 中文 | Value | Unit | Clause | Mark |\n|---|---|---|---|---|---|\n'
  const parts = ['verify', 'assess', 'casework'].map((part) => {
    return `## ${part}\n\n${head}${parameterRows(`packs/reference/${part}.params.yaml`)}`
  })
  const marks =
    'Marks: `sourced` read in a source, `known` reliably known, `uncertain` to be checked, `proposal` our own example.'
  return `# Parameters of the reference pack\n\n${note('packs/reference')}The values are an example for checking the programs, not law. ${marks}\n\n${parts.join('\n')}`
}

type Level = { level: number; name: string; what: string }

/** ARCHITECTURE.md with its table of levels brought up to date between two marks; null when there is no such file or mark. */
export function architectureLevels(path: string): string | null {
  if (!existsSync(path)) return null
  const text = readFileSync(path, 'utf8')
  const [begin, end] = ['<!-- levels:begin -->', '<!-- levels:end -->']
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) return null
  const { levels } = createRequire(import.meta.url)('./levels.cjs') as { levels: Level[] }
  const rows = levels.map(({ level, name, what }) =>
    row(String(level), existsSync(`src/${name}`) ? `\`src/${name}\`` : `${name} (later)`, what),
  )
  return `${text.slice(0, from)}${begin}\n| Level | Capability | What |\n|---|---|---|\n${rows.join('')}${text.slice(to)}`
}

/**
 * A household as a family declares it, before it is judged: rows as texts by column name of the package.
 *
 * E1 A section that is left out stays as it is, as does the household's own row when no column of it is given; a section that is given replaces all rows of its table in the household. Papers are added
 *    or renewed and never dropped: an authorisation ends by withdrawal.
 * E2 A row without a key is a new one and gets its number here. A key that begins with "+" is a name for this declaration alone, by which
 *    its other rows may refer to the new row.
 * E3 A row with the key of a row of the household stands in its place; columns it does not give keep their value.
 */
import { Problem } from '#kernel/problem'
import { type CoreTable, type CoreTableName, coreTable } from '../tables.ts'

/** Texts by column name of the package, as a clerk types them. */
export type RowTexts = Readonly<Record<string, string>>

export interface HouseholdDeclaration {
  /** null: not in the registry yet */
  readonly householdNo: string | null
  readonly household: RowTexts
  readonly persons?: readonly RowTexts[]
  readonly supporters?: readonly RowTexts[]
  readonly authorisations?: readonly RowTexts[]
  readonly incomes?: readonly RowTexts[]
  readonly assets?: readonly RowTexts[]
  readonly expenditures?: readonly RowTexts[]
}

type SectionName = Exclude<keyof HouseholdDeclaration, 'householdNo' | 'household'>

export interface Section {
  readonly name: SectionName
  readonly table: CoreTable
}

const section = (name: SectionName, table: CoreTableName): Section => ({ name, table: coreTable(table) })

/** The sections beside the household's own row, in reading order. */
export const SECTIONS: readonly Section[] = [
  section('persons', 'persons'),
  section('supporters', 'supporters'),
  section('authorisations', 'authorisations'),
  section('incomes', 'declared_income'),
  section('assets', 'declared_assets'),
  section('expenditures', 'declared_expenditure'),
]

/** A declared row with its place in the section, the key it was given with, and the key it has. */
export interface DeclaredRow {
  readonly table: CoreTable
  /** place in its section, from 1 */
  readonly row: number
  /** as it was given; empty when it was given without one */
  readonly given: string
  readonly key: string
  readonly texts: RowTexts
}

const MOST_ROWS = 500

/** Refuses what is no declaration at all: columns that do not exist, too many rows, nobody. */
export function checkShape(declaration: HouseholdDeclaration): void {
  checkColumns(coreTable('households'), declaration.household, '')
  for (const { name, table } of SECTIONS) {
    const rows = declaration[name] ?? []
    if (rows.length > MOST_ROWS) {
      throw new Problem('registry.too-many-rows', `${table.label}一次最多登记 ${MOST_ROWS} 行，请核对`, { status: 422 })
    }
    for (const [i, texts] of rows.entries()) checkColumns(table, texts, `第 ${i + 1} 行`)
  }
  const nobody = declaration.householdNo === null ? (declaration.persons ?? []) : declaration.persons
  if (nobody?.length === 0) {
    throw new Problem('registry.no-members', '请至少登记一名家庭成员', { status: 422 })
  }
}

function checkColumns(table: CoreTable, texts: RowTexts, where: string): void {
  const unknown = Object.keys(texts).find((column) => !table.columns.some(({ name }) => name === column))
  if (unknown === undefined) return
  throw new Problem('registry.unknown-column', `${table.label}${where}没有“${unknown}”这一列，请核对列名`, { status: 422 })
}

/** True for a key that names a new row within its declaration. */
export function isNewKey(key: string): boolean {
  return key === '' || key.startsWith('+')
}

const HEAD: Readonly<Partial<Record<CoreTableName, string>>> = {
  authorisations: 'SQN',
  declared_income: 'SRN',
  declared_assets: 'CCN',
  declared_expenditure: 'ZCN',
}

const DIGITS = 7

/** Number of a household that comes by declaration; `division` is that of its village. */
export function householdNumber(division: string, no: number): string {
  return `H${division.slice(6, 12)}N${String(no).padStart(DIGITS, '0')}`
}

/** Number of a new row of a household. */
export function rowNumber(table: CoreTableName, householdNo: string, no: number): string {
  if (table === 'persons') return `${householdNo}-N${no}`
  if (table === 'supporters') return `${householdNo}-SN${no}`
  return `${HEAD[table] ?? 'N'}${String(no).padStart(DIGITS, '0')}`
}

/** How many numbers the new rows of a declaration need, its household included. */
export function countNewRows(declaration: HouseholdDeclaration): number {
  const rows = SECTIONS.flatMap(({ name, table }) => (declaration[name] ?? []).map((texts) => texts[table.key] ?? ''))
  return rows.filter(isNewKey).length + (declaration.householdNo === null ? 1 : 0)
}

/** Whether the household's own row is declared: one without any column stays as it is. */
function givesHousehold({ householdNo, household }: HouseholdDeclaration): boolean {
  return householdNo === null || Object.keys(household).length > 0
}

/** Names of new rows with the numbers they got. */
export type GivenNumbers = ReadonlyMap<string, string>

/** The rows of a declaration with their numbers; references to new rows by name become their numbers. Takes numbers from `numbers`. */
export function numberRows(
  declaration: HouseholdDeclaration,
  householdNo: string,
  numbers: readonly number[],
): { rows: DeclaredRow[]; given: GivenNumbers } {
  const given = new Map<string, string>()
  let next = 0
  const bare = SECTIONS.flatMap(({ name, table }) =>
    (declaration[name] ?? []).map((texts, i) => {
      const own = (texts[table.key] ?? '').trim()
      const key = isNewKey(own) ? rowNumber(table.name, householdNo, numbers[next++] ?? 0) : own
      if (own.startsWith('+')) {
        if (given.has(own)) throw repeatedName(own)
        given.set(own, key)
      }
      return { table, row: i + 1, given: own, key, texts }
    }),
  )
  const rows = bare.map((row) => ({ ...row, texts: withReferences(row, householdNo, given) }))
  const { household } = declaration
  const own = { table: coreTable('households'), row: 1, given: declaration.householdNo ?? '', key: householdNo }
  const first = { ...own, texts: { ...household, household_no: householdNo } }
  return { rows: givesHousehold(declaration) ? [first, ...rows] : rows, given }
}

function repeatedName(name: string): Problem {
  return new Problem('registry.repeated-name', `新登记的行“${name}”出现了两次，请给每一行不同的编号`, { status: 422 })
}

function withReferences(row: DeclaredRow, householdNo: string, given: GivenNumbers): RowTexts {
  const texts: Record<string, string> = { ...row.texts, [row.table.key]: row.key }
  if (row.table.columns.some(({ name }) => name === 'household_no')) texts.household_no = householdNo
  for (const { column } of row.table.references) {
    const named = texts[column]?.trim()
    if (named !== undefined && given.has(named)) texts[column] = given.get(named) ?? named
  }
  return texts
}

/** From what the registry knows to a draft, and from a draft to what a family declares. */
import type { HouseholdDeclaration, RowTexts } from '#registry'
import { DRAFT_COLUMNS, type Draft, type DraftRow, type RowSection, type SectionName } from '../contract/draft.ts'

const KEYS: Readonly<Record<Exclude<RowSection, 'relatives'>, string>> = {
  members: 'person_no',
  supporters: 'supporter_no',
  incomes: 'line_no',
  assets: 'line_no',
  expenditures: 'line_no',
}

const registryColumns = (section: SectionName): string[] =>
  DRAFT_COLUMNS[section].flatMap(({ name, own }) => (own === true ? [] : [name]))

function knownRow(section: SectionName, id: string, texts: RowTexts): DraftRow {
  const entries = registryColumns(section).flatMap((name) => {
    const text = texts[name] ?? ''
    return text === '' ? [] : [[name, text] as const]
  })
  return { id, values: Object.fromEntries(entries), known: entries.map(([name]) => name) }
}

/** A draft that starts from what the registry knows: everything in it waits to be confirmed, whether somebody counts is asked anew. */
export function draftFrom(declaration: HouseholdDeclaration, household: Readonly<Record<string, string>>): Draft {
  const rows = (section: Exclude<RowSection, 'relatives'>, list: readonly RowTexts[] | undefined): DraftRow[] =>
    (list ?? []).map((texts) => {
      const row = knownRow(section, texts[KEYS[section]] ?? '', texts)
      if (section !== 'members') return row
      const { counted: _, ...values } = row.values
      return { ...row, values, known: row.known.filter((name) => name !== 'counted') }
    })
  const own = knownRow('household', 'household', declaration.household)
  return {
    household: {
      id: 'household',
      values: { ...own.values, ...household },
      known: own.known.filter((name) => !Object.hasOwn(household, name)),
    },
    members: rows('members', declaration.persons),
    supporters: rows('supporters', declaration.supporters),
    incomes: rows('incomes', declaration.incomes),
    assets: rows('assets', declaration.assets),
    expenditures: rows('expenditures', declaration.expenditures),
    relatives: [],
  }
}

function textsOf(section: SectionName, row: DraftRow): RowTexts {
  return Object.fromEntries(registryColumns(section).map((name) => [name, row.values[name] ?? '']))
}

/** A signed authorisation as the registry takes it. */
export interface SignedAuthorisation {
  readonly subject: string
  readonly signature: 'signed' | 'guardian'
  readonly signedOn: string
}

/** What the registry cannot be without and the draft does not ask. */
export interface DeclarationFrame {
  readonly householdNo: string | null
  readonly divisionCode: string
  readonly programme: string
  readonly authorisations: readonly SignedAuthorisation[]
}

/** The household as it is declared; texts and numbers as they were typed. */
export function declarationOf(draft: Draft, frame: DeclarationFrame): HouseholdDeclaration {
  const rows = (section: Exclude<RowSection, 'relatives'>): RowTexts[] =>
    draft[section].map((row) => ({ ...textsOf(section, row), [KEYS[section]]: row.id }))
  const place = { programme: frame.programme, division_code: frame.divisionCode }
  return {
    householdNo: frame.householdNo,
    household: { ...textsOf('household', draft.household), ...place, ...(frame.householdNo === null ? { kind: 'new' } : {}) },
    persons: rows('members'),
    supporters: rows('supporters'),
    incomes: rows('incomes'),
    assets: rows('assets'),
    expenditures: rows('expenditures'),
    ...(frame.authorisations.length === 0
      ? {}
      : {
          authorisations: frame.authorisations.map(({ subject, signature, signedOn }) => ({
            subject_no: subject,
            signature,
            signed_on: signedOn,
            items: 'all',
          })),
        }),
  }
}

const SECTION_OF: Readonly<Record<string, SectionName>> = {
  households: 'household',
  persons: 'members',
  supporters: 'supporters',
  declared_income: 'incomes',
  declared_assets: 'assets',
  declared_expenditure: 'expenditures',
}

/** The part of the draft a table of the registry stands for; undefined for papers. */
export function sectionOfTable(table: string): SectionName | undefined {
  return SECTION_OF[table]
}

/** The draft with the numbers the registry gave its new rows, references included. */
export function withNumbers(draft: Draft, numbers: Readonly<Record<string, string>>): Draft {
  const numbered = (id: string): string => numbers[id] ?? id
  const rows = (section: RowSection): DraftRow[] => {
    const references = DRAFT_COLUMNS[section].flatMap(({ name, kind }) => (kind === 'member' ? [name] : []))
    return draft[section].map((row) => ({
      ...row,
      id: numbered(row.id),
      values: { ...row.values, ...Object.fromEntries(references.map((name) => [name, numbered(row.values[name] ?? '')])) },
    }))
  }
  return {
    household: draft.household,
    members: rows('members'),
    supporters: rows('supporters'),
    incomes: rows('incomes'),
    assets: rows('assets'),
    expenditures: rows('expenditures'),
    relatives: rows('relatives'),
  }
}

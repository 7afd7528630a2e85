/**
 * Changes of an application as it is written: each is made by itself. A place that somebody else changed since it was read is not
 * overwritten: both values come back and a person chooses. What was known to the registry is confirmed by being typed or confirmed.
 */
import { birthDateOf, readIdNumber, sexOf } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import {
  ACCOUNT_COLUMNS,
  DRAFT_COLUMNS,
  type Draft,
  type DraftChange,
  type DraftConflict,
  type DraftRow,
  ROW_SECTIONS,
  SECTION_LABELS,
  type SectionName,
} from '../contract/draft.ts'
import { isAccountKept, KEPT_ACCOUNT } from './account-gaps.ts'
import { readIdCard } from './id-card.ts'

/** An application without a word in it. */
export function emptyDraft(values: Readonly<Record<string, string>>): Draft {
  const none = { supporters: [], incomes: [], assets: [], expenditures: [], relatives: [] }
  return { household: { id: 'household', values: { ...values }, known: [] }, members: [], ...none }
}

/** Two values for one place; who saved the other and when is known to whoever loaded the draft. */
export type Collision = Omit<DraftConflict, 'by' | 'at'>

export interface Changed {
  readonly draft: Draft
  readonly conflicts: readonly Collision[]
  /** what a card said that cannot be right */
  readonly faults: readonly string[]
}

const MOST_ROWS = 200

/** Rows of a section; the household is one row. */
export function rowsOf(draft: Draft, section: SectionName): readonly DraftRow[] {
  return section === 'household' ? [draft.household] : draft[section]
}

function put(draft: Draft, section: SectionName, rows: readonly DraftRow[]): Draft {
  if (section !== 'household') return { ...draft, [section]: rows }
  return { ...draft, household: rows[0] ?? draft.household }
}

function columnOf(section: SectionName, name: string) {
  const column = DRAFT_COLUMNS[section].find((each) => each.name === name)
  if (column === undefined)
    throw new Problem('casework.unknown-column', `${SECTION_LABELS[section]}没有“${name}”这一项`, { status: 422 })
  return column
}

interface Place {
  readonly section: SectionName
  readonly row: string
  readonly column: string
}

function conflictAt(place: Place, mine: string, theirs: string, gone: boolean): Collision {
  return { ...place, columnLabel: columnOf(place.section, place.column).label, mine, theirs, gone }
}

/** The account of a registered household is no part of what one person types. */
function refuseKeptAccount(draft: Draft, { section, column }: Place): void {
  if (section !== 'household' || !ACCOUNT_COLUMNS.has(column) || !isAccountKept(draft)) return
  throw new Problem('casework.account-kept', `${columnOf(section, column).label}不在申请中更改：${KEPT_ACCOUNT}`, { status: 409 })
}

/** Sets one column; gives the conflict instead when somebody else changed it. */
function setAt(draft: Draft, place: Place, value: string, seen: string): { draft: Draft; conflict: Collision | null } {
  columnOf(place.section, place.column)
  refuseKeptAccount(draft, place)
  const rows = rowsOf(draft, place.section)
  const row = rows.find(({ id }) => id === place.row)
  if (row === undefined) return { draft, conflict: conflictAt(place, value, '', true) }
  const now = row.values[place.column] ?? ''
  if (now !== seen && now !== value) return { draft, conflict: conflictAt(place, value, now, false) }
  const next = {
    ...row,
    values: { ...row.values, [place.column]: value },
    known: row.known.filter((name) => name !== place.column),
  }
  return {
    draft: put(
      draft,
      place.section,
      rows.map((each) => (each === row ? next : each)),
    ),
    conflict: null,
  }
}

function add(draft: Draft, section: (typeof ROW_SECTIONS)[number], id: string): Draft {
  const rows = draft[section]
  if (ROW_SECTIONS.some((name) => draft[name].some((row) => row.id === id))) return draft
  if (rows.length >= MOST_ROWS) {
    throw new Problem('casework.too-many-rows', `${SECTION_LABELS[section]}最多登记 ${MOST_ROWS} 行`, { status: 422 })
  }
  return put(draft, section, [...rows, { id, values: {}, known: [] }])
}

/** Takes a row away; gives the conflict instead when somebody else wrote in it since it was read. */
function remove(draft: Draft, { section, row: id, seen }: Extract<DraftChange, { do: 'remove' }>) {
  const row = draft[section].find((each) => each.id === id)
  const columns = seen === undefined || row === undefined ? [] : DRAFT_COLUMNS[section]
  const changed = columns.filter(({ name }) => (row?.values[name] ?? '') !== (seen?.[name] ?? ''))
  if (changed.length > 0) {
    const theirs = changed.map(({ name, label }) => `${label} ${row?.values[name] ?? ''}`).join('，')
    const conflict = {
      section,
      row: id,
      column: '',
      columnLabel: SECTION_LABELS[section],
      mine: '移除这一行',
      theirs,
      gone: false,
    }
    return { draft, conflict }
  }
  return {
    draft: put(
      draft,
      section,
      draft[section].filter((each) => each.id !== id),
    ),
    conflict: null,
  }
}

function confirmed(draft: Draft, { section, row: id }: Extract<DraftChange, { do: 'confirm' }>): Draft {
  return put(
    draft,
    section,
    rowsOf(draft, section).map((row) => (row.id === id ? { ...row, known: [] } : row)),
  )
}

type Reading = { on: string; maxAge: number }

/** Sex and birth date as a typed citizen number says them, where nothing stands yet. */
function takeNumber(draft: Draft, { section, row, column }: Place, value: string, { on, maxAge }: Reading): Draft {
  const number = section === 'members' && column === 'id_number' ? readIdNumber(value, on, maxAge).value : null
  if (number === null) return draft
  const told = { gender: sexOf(number), birth_date: birthDateOf(number) }
  return Object.entries(told).reduce((next, [name, says]) => {
    const stands = rowsOf(next, section).find(({ id }) => id === row)?.values[name] ?? ''
    return stands === '' ? setAt(next, { section, row, column: name }, says, '').draft : next
  }, draft)
}

type Card = Extract<DraftChange, { do: 'card' }>

/** Lays what a card says over a person's row; what differs from what stands there is asked. */
function takeCard(draft: Draft, card: Card, on: string, maxAge: number): Changed {
  const read = readIdCard(card.text, on, maxAge)
  const found = { name: read.name, gender: read.gender, birth_date: read.birthDate, id_number: read.idNumber }
  const known = new Set(DRAFT_COLUMNS[card.section].map(({ name }) => name))
  let next = draft
  const conflicts: Collision[] = []
  for (const [column, value] of Object.entries(found)) {
    if (value === undefined || !known.has(column)) continue
    const set = setAt(next, { section: card.section, row: card.row, column }, value, '')
    next = set.draft
    if (set.conflict !== null) conflicts.push(set.conflict)
  }
  if (read.address !== undefined && (next.household.values.address ?? '') === '') {
    next = setAt(next, { section: 'household', row: 'household', column: 'address' }, read.address, '').draft
  }
  return { draft: next, conflicts, faults: read.faults }
}

type Step = { readonly draft: Draft; readonly conflict?: Collision | null } & Partial<Pick<Changed, 'conflicts' | 'faults'>>

function applyOne(draft: Draft, change: DraftChange, reading: Reading): Step {
  switch (change.do) {
    case 'set': {
      const { draft: next, conflict } = setAt(draft, change, change.value.trim(), change.seen)
      return { draft: takeNumber(next, change, change.value, reading), conflict }
    }
    case 'add':
      return { draft: add(draft, change.section, change.row) }
    case 'remove':
      return remove(draft, change)
    case 'confirm':
      return { draft: confirmed(draft, change) }
    case 'card':
      return takeCard(draft, change, reading.on, reading.maxAge)
  }
}

/** The draft after the changes, what was not overwritten, and what a card said wrongly. `on` is today. */
export function applyChanges(draft: Draft, changes: readonly DraftChange[], reading: Reading): Changed {
  let next = draft
  const conflicts: Collision[] = []
  const faults: string[] = []
  for (const change of changes) {
    const step = applyOne(next, change, reading)
    next = step.draft
    conflicts.push(...(step.conflict == null ? [] : [step.conflict]), ...(step.conflicts ?? []))
    faults.push(...(step.faults ?? []))
  }
  return { draft: next, conflicts, faults }
}

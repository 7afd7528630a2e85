/**
 * Answering the few questions beyond the subjects: the register book, children, parents, links of officials, deaths,
 * the disabled federation's list, other aid. Each gives the fewest columns, or only yes and no.
 */

import { z } from 'zod'
import { monthOf } from '#kernel/dates'
import { foldName, type NameVariants, nameVariants, sameFolded } from '#kernel/person-name'
import { type Cell, type LookupHead, LookupPerson, lookupColumns, type RecordName, recordTypeOf } from '#sources/contract'
import { cellsOf, type Found, type PreparedService, type PreparedStore } from './store/unit-store.ts'

/** Lines of the answer after its head; `answered` false when a record type it rests on is unanswered as a whole. */
export interface LookupResult {
  lines: string[]
  answered: boolean
  /** numbers asked about, for the log; empty where the question names none */
  asked: string[]
  rows: number
}

/** A row of a look-up: a question wants few of its columns; the number is always there. */
interface Named {
  of(column: string): Cell
}

const register: RecordName = 'police/register'

/** Names the columns of rows of a record type. */
function naming(record: RecordName): (found: Found) => Named {
  const places = new Map(recordTypeOf(record).answerColumns.map((column, i) => [column, i]))
  return (found) => {
    const cells = cellsOf(found)
    return {
      of(column) {
        const place = places.get(column)
        if (place !== undefined) return cells[place] ?? null
        return column === 'id_number' ? found.id : null
      },
    }
  }
}

function rowLine(head: LookupHead, row: Named): string {
  return JSON.stringify(lookupColumns[head.lookup].map((column) => row.of(column)))
}

const Text = z.string()
const texts = (items: readonly string[]): string[] => items.map((item) => Text.parse(JSON.parse(item)))
const persons = (items: readonly string[]): LookupPerson[] => items.map((item) => LookupPerson.parse(JSON.parse(item)))

async function registerRows(head: LookupHead, values: readonly string[], store: PreparedStore): Promise<Named[]> {
  const keep = (found: readonly Found[], wanted: (row: Named) => boolean): Named[] =>
    found
      .filter((each) => !each.faulty)
      .map(naming(register))
      .filter(wanted)
  switch (head.lookup) {
    case 'register_books':
      return keep(await store.registerBy('register_household_no', values), (row) => row.of('register_type') === 'family')
    case 'register_children': {
      const found = [...(await store.registerBy('father_id', values)), ...(await store.registerBy('mother_id', values))]
      return keep([...new Map(found.map((each) => [each.cells, each])).values()], () => true)
    }
    default:
      return keep(await store.byNumber(register, [...new Set(values)]), (row) => row.of('state') === 'normal')
  }
}

/** Rows with the number and the same name of each person asked about, by the person's place. */
async function matching(
  record: RecordName,
  asked: readonly LookupPerson[],
  variants: NameVariants,
  store: PreparedStore,
): Promise<Named[][]> {
  const found = await store.byNumber(record, [...new Set(asked.map((person) => person.id))])
  const byId = Map.groupBy(found, (row) => row.id)
  const named = naming(record)
  return asked.map((person) => {
    const name = foldName(person.name, variants)
    return (byId.get(person.id) ?? []).filter((row) => !row.faulty && sameFolded(row.name, name)).map(named)
  })
}

/** The record type a look-up rests on, at this unit. */
function recordOf(head: LookupHead, unit: string): RecordName | undefined {
  if (head.lookup.startsWith('register_')) return unit === 'police' ? register : undefined
  if (head.lookup === 'deaths') {
    if (unit === 'police') return 'police/deaths'
    return unit === 'civil_affairs' ? 'civil_affairs/funerals' : undefined
  }
  if (head.lookup === 'disability_list') return unit === 'disabled_federation' ? 'disabled_federation/certificates' : undefined
  return unit === 'civil_affairs' ? 'civil_affairs/other_aid' : undefined
}

function isActiveAid(row: Named, projects: readonly string[], month: string): boolean {
  const to = row.of('to_month')
  if (row.of('state') !== 'active' || !projects.includes(String(row.of('project'))) || String(row.of('from_month')) > month)
    return false
  return to === null || String(to) >= month
}

async function disabilityLines(head: LookupHead, record: RecordName, store: PreparedStore): Promise<string[]> {
  const lines: string[] = []
  const named = naming(record)
  for await (const found of store.all(record)) {
    const row = named(found)
    const valid = row.of('state') === 'valid' && String(row.of('valid_to')) >= head.basis.asOf
    const inDistrict = String(row.of('division_code')).startsWith(head.districtPrefix ?? '')
    if (valid && inDistrict && (head.grades ?? []).includes(String(row.of('grade')))) lines.push(rowLine(head, row))
  }
  return lines
}

/**
 * Answers a look-up from accepted rows; a service that is asked person by person leaves it unanswered. Throws for a look-up
 * this unit has no record type for.
 */
export async function answerLookup(
  head: LookupHead,
  items: readonly string[],
  unit: string,
  store: PreparedStore | PreparedService,
): Promise<LookupResult> {
  const record = recordOf(head, unit)
  if (!record) throw new RangeError(`本单位没有“${head.lookup}”所查的记录类型`)
  if ('ask' in store || store.standing(record).silent) return { lines: [], answered: false, asked: [], rows: 0 }
  if (head.lookup === 'disability_list') {
    const lines = await disabilityLines(head, record, store)
    return { lines, answered: true, asked: [], rows: lines.length }
  }
  if (head.lookup === 'register_books' || head.lookup === 'register_children' || head.lookup === 'register_persons') {
    const values = texts(items)
    const lines = (await registerRows(head, values, store)).map((row) => rowLine(head, row))
    const asked = head.lookup === 'register_books' ? [] : values
    return { lines, answered: true, asked, rows: lines.length }
  }
  const people = persons(items)
  const asked = people.map((person) => person.id)
  const rows = await matching(record, people, nameVariants(head.basis.nameVariants), store)
  if (head.lookup === 'register_officials') {
    const lines = rows.flat().flatMap((row) => (row.of('state') === 'normal' ? [rowLine(head, row)] : []))
    return { lines, answered: true, asked, rows: lines.length }
  }
  const month = monthOf(head.basis.asOf)
  const isYes = (row: Named): boolean => head.lookup === 'deaths' || isActiveAid(row, head.projects ?? [], month)
  const lines = rows.flatMap((each, index) => (each.some(isYes) ? [String(index)] : []))
  return { lines, answered: true, asked, rows: lines.length }
}

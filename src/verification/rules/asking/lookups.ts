/**
 * Look-ups beyond the subjects themselves. What must be asked is found by running the very rules that need it over
 * look-ups that write down every question: so the questions and the rules cannot drift apart.
 */

import { compareCodePoints } from '#kernel/text'
import type { LookupAnswer } from '#sources/contract'
import type { DossierLookups, OfficialLinks, RegisterExtract } from '../household/dossier.ts'

/** What a batch must still ask of the register and of the lists of deaths. */
export interface LookupNeeds {
  /** register household numbers (户号) */
  books: Set<string>
  /** citizen numbers of members whose children are looked for */
  parents: Set<string>
  /** citizen numbers of parents of minors */
  persons: Set<string>
  /** number and name, by `deathKey` */
  deaths: Map<string, { id: string; name: string }>
}

/** What the units answered to the look-ups of a batch. */
export interface LookupAnswers {
  books: ReadonlyMap<string, readonly RegisterExtract[]>
  children: ReadonlyMap<string, readonly RegisterExtract[]>
  persons: ReadonlyMap<string, readonly RegisterExtract[]>
  /** positions of the persons asked about, as the lists of deaths answered */
  deadPositions: ReadonlySet<number>
  /** keys of number and name known to be dead */
  dead: ReadonlySet<string>
  /** citizen numbers that belong to a listed person of any household */
  listed: ReadonlySet<string>
}

/** Key of a person in the list of deaths; a number holds no bar. */
export function deathKey(id: string, name: string): string {
  return `${id}|${name}`
}

export function emptyNeeds(): LookupNeeds {
  return { books: new Set(), parents: new Set(), persons: new Set(), deaths: new Map() }
}

export const emptyLookupAnswers: LookupAnswers = {
  books: new Map(),
  children: new Map(),
  persons: new Map(),
  deadPositions: new Set(),
  dead: new Set(),
  listed: new Set(),
}

const none: readonly RegisterExtract[] = []

/** Look-ups answered from `answers`; where `needs` is given every question is written down there. */
export function lookupsOf(answers: LookupAnswers, officials: readonly OfficialLinks[], needs?: LookupNeeds): DossierLookups {
  return {
    officials,
    registerBook(number) {
      needs?.books.add(number)
      return answers.books.get(number) ?? none
    },
    registerChildren(parentId) {
      needs?.parents.add(parentId)
      return answers.children.get(parentId) ?? none
    },
    registerPerson(idNumber) {
      needs?.persons.add(idNumber)
      return answers.persons.get(idNumber) ?? none
    },
    dead(idNumber, name) {
      const key = deathKey(idNumber, name)
      needs?.deaths.set(key, { id: idNumber, name })
      return answers.dead.has(key)
    },
    listedAnywhere: (idNumber) => answers.listed.has(idNumber),
  }
}

function extracts(answer: LookupAnswer): RegisterExtract[] {
  return (answer.rows as unknown as RegisterExtract[]).toSorted((a, b) =>
    compareCodePoints(a.source_record_id, b.source_record_id),
  )
}

function childrenByParent(rows: readonly RegisterExtract[]): Map<string, RegisterExtract[]> {
  const children = new Map<string, RegisterExtract[]>()
  for (const row of rows) {
    for (const parent of new Set([row.father_id, row.mother_id])) {
      if (parent === null) continue
      const known = children.get(parent)
      if (known === undefined) children.set(parent, [row])
      else known.push(row)
    }
  }
  return children
}

/** Adds what one unit answered to one look-up; rows stand in order of record id. */
export function takeLookup(known: LookupAnswers, answer: LookupAnswer): LookupAnswers {
  switch (answer.lookup) {
    case 'register_books':
      return { ...known, books: Map.groupBy(extracts(answer), (row) => row.register_household_no) }
    case 'register_children':
      return { ...known, children: childrenByParent(extracts(answer)) }
    case 'register_persons':
      return { ...known, persons: Map.groupBy(extracts(answer), (row) => row.id_number) }
    case 'deaths':
      return { ...known, deadPositions: new Set([...known.deadPositions, ...answer.yes]) }
    default:
      return known
  }
}

/** Turns the positions the lists of deaths named into keys, by the list of persons that was asked. */
export function withDeaths(known: LookupAnswers, asked: readonly { id: string; name: string }[]): LookupAnswers {
  const dead = asked.flatMap(({ id, name }, position) => (known.deadPositions.has(position) ? [deathKey(id, name)] : []))
  return { ...known, dead: new Set(dead) }
}

/**
 * The questions of a batch, round by round, as bodies of messages to the units.
 *
 * Q1 round 1 asks the register about every subject: it gives the names a person is known by;
 * Q2 round 2 asks all other record types under all these names, and looks up the register books and links;
 * Q3 round 3 asks whether persons beyond the roll, whom a rule would name, have died;
 * Q4 a message to a unit names only subjects of whom that unit is really asked something.
 */

import type { AuthorisationRow } from '#registry'
import {
  type Basis,
  type LookupHead,
  type PaperCells,
  type RecordName,
  type RecordsHead,
  recordNames,
  recordTypeOf,
  type Subject,
  type SubjectPaper,
  subjectsLine,
  termsCells,
  type UnitName,
  units,
} from '#sources/contract'
import type { LookupNeeds } from './lookups.ts'
import type { PlannedSubject } from './plan.ts'

/** The body of one request: its head and its lines, and the unit it goes to. */
export interface Question {
  unit: UnitName
  head: RecordsHead | LookupHead
  lines: readonly string[]
  /** numbers of the authorisations it rests on; none for look-ups, which have a legal basis of their own */
  papers: readonly string[]
}

/** Where the questions belong and what they serve. */
export interface QuestionPlace {
  campaign: string
  batch: number
  basis: Basis
  scheme: string
}

const register: RecordName = 'police/register'

/** What the papers of a batch say, each different thing once. */
class PaperTerms {
  readonly list: PaperCells[] = []
  readonly #places = new Map<string, number>()

  /** A paper of a subject with the place of what it says. */
  of(paper: AuthorisationRow): SubjectPaper {
    const cells = termsCells(paper)
    const text = JSON.stringify(cells)
    let terms = this.#places.get(text)
    if (terms === undefined) {
      terms = this.list.push(cells) - 1
      this.#places.set(text, terms)
    }
    return { no: paper.authorisation_no, terms, docHash: paper.doc_hash }
  }
}

/** The subjects of a round, line by line. A line does not depend on the unit, so units with the same subjects share it. */
class Roll {
  readonly #households: readonly (readonly Subject[])[]
  readonly #papers = new PaperTerms()
  /** the different sets of bits asked of subjects; a subject's `want` is the place of its set */
  readonly #classes: readonly number[]
  readonly #lines = new Map<string, Pick<Question, 'lines' | 'papers'>>()

  /** @param mask bits of the record types this round asks */
  constructor(subjects: readonly PlannedSubject[], names: readonly (readonly string[])[], mask: number) {
    this.#classes = [...new Set(subjects.map((subject) => subject.asked & mask))]
    const place = new Map(this.#classes.map((bits, want) => [bits, want]))
    const households = new Map<string, Subject[]>()
    subjects.forEach((subject, i) => {
      const papers = subject.authorisations.map((paper) => this.#papers.of(paper))
      const want = place.get(subject.asked & mask) ?? 0
      const asked = { i, idNumber: subject.idNumber, want, names: names[i] ?? [subject.name], papers }
      const group = households.get(subject.householdNo)
      if (group === undefined) households.set(subject.householdNo, [asked])
      else group.push(asked)
    })
    this.#households = [...households.values()]
  }

  /** Lines and papers for a unit: only subjects of whom one of its record types is asked. The same subjects are the same arrays. */
  #linesFor(unitMask: number): Pick<Question, 'lines' | 'papers'> {
    const included = this.#classes.map((bits) => (bits & unitMask) !== 0)
    const name = included.join()
    const known = this.#lines.get(name)
    if (known !== undefined) return known
    const papers = new Set<string>()
    const lines = this.#households.flatMap((group) => {
      const asked = group.filter((subject) => included[subject.want])
      for (const subject of asked) for (const paper of subject.papers) papers.add(paper.no)
      return asked.length === 0 ? [] : [subjectsLine(asked)]
    })
    const made = { lines, papers: [...papers] }
    this.#lines.set(name, made)
    return made
  }

  /** Asks one unit for some of its record types about the subjects that may be asked; undefined when nobody may. */
  ask(place: QuestionPlace, round: number, unit: UnitName, records: readonly RecordName[]): Question | undefined {
    const bits = records.map((record) => 1 << recordNames.indexOf(record))
    const { lines, papers: numbers } = this.#linesFor(bits.reduce((all, bit) => all | bit, 0))
    if (lines.length === 0) return undefined
    const wants = this.#classes.map((asked) => bits.flatMap((bit, index) => (asked & bit ? [index] : [])))
    const { campaign, batch, basis, scheme } = place
    const papers = this.#papers.list
    const head: RecordsHead = { kind: 'records', campaign, batch, round, basis, scheme, records: [...records], wants, papers }
    return { unit, head, lines, papers: numbers }
  }
}

const registerBit = 1 << recordNames.indexOf(register)

/** Round 1: the register about every subject. */
export function registerQuestions(place: QuestionPlace, subjects: readonly PlannedSubject[]): Question[] {
  const question = new Roll(subjects, [], registerBit).ask(place, 1, 'police', [register])
  return question === undefined ? [] : [question]
}

/** Round 2, first part: every other record type of every unit, under all names known after round 1. */
export function recordQuestions(
  place: QuestionPlace,
  subjects: readonly PlannedSubject[],
  names: readonly (readonly string[])[],
): Question[] {
  const roll = new Roll(subjects, names, ~registerBit)
  return units.flatMap(({ name, records }) => {
    const others = records.filter((record) => record !== register)
    const question = others.length === 0 ? undefined : roll.ask(place, 2, name, others)
    return question === undefined ? [] : [question]
  })
}

/** 异地协查: one node is asked for some of its record types about some subjects; the subjects say what may be asked of them. */
export function farQuestion(
  place: QuestionPlace,
  subjects: readonly PlannedSubject[],
  names: readonly (readonly string[])[],
  records: readonly RecordName[],
): Pick<Question, 'head' | 'lines' | 'papers'> {
  const [first = register] = records
  const question = new Roll(subjects, names, ~0).ask(place, 1, recordTypeOf(first).unit, records)
  if (question === undefined) throw new RangeError('a question to a far node about nobody')
  return question
}

function lookUp(
  place: QuestionPlace,
  round: number,
  unit: UnitName,
  lookup: LookupHead['lookup'],
  items: readonly unknown[],
  more: Partial<LookupHead> = {},
): Question {
  const { campaign, batch, basis } = place
  const head: LookupHead = { kind: 'lookup', campaign, batch, round, basis, lookup, ...more }
  return { unit, head, lines: items.map((item) => JSON.stringify(item)), papers: [] }
}

/** Round 2, second part: register books, children and parents, as the rules on the family need them. */
export function registerLookups(place: QuestionPlace, needs: LookupNeeds): Question[] {
  const questions: Question[] = []
  const add = (lookup: LookupHead['lookup'], items: readonly string[]): void => {
    if (items.length > 0) questions.push(lookUp(place, 2, 'police', lookup, items))
  }
  add('register_books', [...needs.books].sort())
  add('register_children', [...needs.parents].sort())
  add('register_persons', [...needs.persons].sort())
  return questions
}

/** The persons of a look-up in the order they are asked: answers name them by position. */
export function deathItems(needs: LookupNeeds): { id: string; name: string }[] {
  return [...needs.deaths.keys()].sort().flatMap((key) => needs.deaths.get(key) ?? [])
}

/** Round 3: the lists of deaths of the police and of the funeral homes. */
export function deathLookups(place: QuestionPlace, persons: readonly { id: string; name: string }[]): Question[] {
  if (persons.length === 0) return []
  return (['police', 'civil_affairs'] as const).map((unit) => lookUp(place, 3, unit, 'deaths', persons))
}

/** The district's own round 1: officials' register links, and the federation's list of severely disabled persons. */
export function districtQuestions(
  place: QuestionPlace,
  officials: readonly { id: string; name: string }[],
  list: { grades: readonly string[]; districtPrefix: string } | null,
): Question[] {
  const questions = officials.length === 0 ? [] : [lookUp(place, 1, 'police', 'register_officials', officials)]
  if (list === null) return questions
  const more = { grades: [...list.grades], districtPrefix: list.districtPrefix }
  return [...questions, lookUp(place, 1, 'disabled_federation', 'disability_list', [], more)]
}

/** The district's round 2: who of the listed persons has died, who receives other aid that shows he is not left out. */
export function missedQuestions(
  place: QuestionPlace,
  persons: readonly { id: string; name: string }[],
  projects: readonly string[],
): Question[] {
  if (persons.length === 0) return []
  return [
    lookUp(place, 2, 'police', 'deaths', persons),
    lookUp(place, 2, 'civil_affairs', 'deaths', persons),
    lookUp(place, 2, 'civil_affairs', 'aid_active', persons, { projects: [...projects] }),
  ]
}

/** Puts the dossiers of a batch together: the registry's rows and the units' answers, household by household. */
import type { HouseholdBatch } from '#registry'
import type { PlannedSubject } from '../asking/plan.ts'
import type { AnswerBook } from '../found/answer-book.ts'
import type { Dossier, DossierLookups, SubjectAnswers } from './dossier.ts'

/** What the dossiers of a batch are made from. */
export interface DossierParts {
  asOf: string
  districtCode: string
  rows: HouseholdBatch
  subjects: readonly PlannedSubject[]
  book: AnswerBook
  lookups: DossierLookups
}

type Rows = { household_no: string }

function byHousehold<R extends Rows>(rows: readonly R[]): (householdNo: string) => readonly R[] {
  const groups = Map.groupBy(rows, (row) => row.household_no)
  return (householdNo) => groups.get(householdNo) ?? []
}

/** What the registry says of a household: the part of its dossier that no answer changes. */
type Registered = Omit<Dossier, 'asOf' | 'districtCode' | 'answers' | 'supporterAnswers' | 'lookups'>

/** A batch is put together several times on its way; what the registry says of it is sorted once. */
const sorted = new WeakMap<HouseholdBatch, readonly Registered[]>()

function registeredOf(rows: HouseholdBatch): readonly Registered[] {
  const known = sorted.get(rows)
  if (known !== undefined) return known
  const made = sortByHousehold(rows)
  sorted.set(rows, made)
  return made
}

function sortByHousehold(rows: HouseholdBatch): Registered[] {
  const persons = byHousehold(rows.persons)
  const supporters = byHousehold(rows.supporters)
  const incomes = byHousehold(rows.incomes)
  const assets = byHousehold(rows.assets)
  const expenditures = byHousehold(rows.expenditures)
  const payments = byHousehold(rows.payments)
  const filings = byHousehold(rows.filings)
  const papers = Map.groupBy(rows.authorisations, (paper) => paper.subject_no)
  const queries = Map.groupBy(rows.queries, (query) => query.subject_no)
  const personNos = new Set(rows.persons.map((person) => person.person_no))
  const sameNumber = Map.groupBy(rows.sameNumber, (other) => other.id_number)
  const sameAccount = new Map(rows.sameAccount.map((same) => [same.household_no, same.others]))
  return rows.households.map((household): Registered => {
    const no = household.household_no
    const listed = persons(no)
    const owed = supporters(no)
    const numbers = [...listed.map((person) => person.person_no), ...owed.map((supporter) => supporter.supporter_no)]
    const owing = owed.map((supporter) => supporter.supporter_no).filter((subject) => !personNos.has(subject))
    const asked = [...listed.map((person) => person.person_no), ...owing]
    const ids = [...new Set(listed.map((person) => person.id_number))]
    return {
      household,
      persons: listed,
      supporters: owed,
      authorisations: [...new Set(numbers)].flatMap((subject) => papers.get(subject) ?? []),
      incomes: incomes(no),
      assets: assets(no),
      expenditures: expenditures(no),
      payments: payments(no),
      filings: filings(no),
      queries: asked.flatMap((subject) => queries.get(subject) ?? []),
      sameNumber: ids.flatMap((id) => (sameNumber.get(id) ?? []).filter((other) => other.household_no !== no)),
      sameAccount: sameAccount.get(no) ?? [],
    }
  })
}

const nobody: ReadonlyMap<string, SubjectAnswers> = new Map()

/** The dossiers of all households of a batch, in the order of the registry's rows. */
export function buildDossiers(parts: DossierParts): Dossier[] {
  const { asOf, districtCode, rows, subjects, book, lookups } = parts
  const answers = new Map<string, Map<string, SubjectAnswers>>()
  const supporterAnswers = new Map<string, Map<string, SubjectAnswers>>()
  subjects.forEach((subject, item) => {
    const side = subject.kind === 'person' ? answers : supporterAnswers
    const own = side.get(subject.householdNo)
    if (own === undefined) side.set(subject.householdNo, new Map([[subject.subjectNo, book.answers(item)]]))
    else own.set(subject.subjectNo, book.answers(item))
  })
  return registeredOf(rows).map((registered) => {
    const no = registered.household.household_no
    return {
      asOf,
      districtCode,
      ...registered,
      answers: answers.get(no) ?? nobody,
      supporterAnswers: supporterAnswers.get(no) ?? nobody,
      lookups,
    }
  })
}

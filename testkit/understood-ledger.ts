/** Reads tables of cells as a ledger's sheets, for the tests of how they are understood. */
import { checkCharacter } from '#kernel/id-number'
import { CORE_TABLES } from '#registry'
import { Assembly, type CoreRow } from '../src/ledgers/rules/core-rows.ts'
import { LEDGER_TABLES, ledgerFields } from '../src/ledgers/rules/fields.ts'
import type { Grid } from '../src/ledgers/rules/grid.ts'
import { Places } from '../src/ledgers/rules/places.ts'
import type { Answers, SavedShape } from '../src/ledgers/rules/plan-sheets.ts'
import { settledLines } from '../src/ledgers/rules/questions.ts'
import type { Registered } from '../src/ledgers/rules/registered.ts'
import { type SavedBook, type Understood, understand } from '../src/ledgers/rules/understand.ts'
import { type LearntWord, Words } from '../src/ledgers/rules/words.ts'
import { ownWords } from '../src/ledgers/words/words-file.ts'

const FIELDS = ledgerFields(CORE_TABLES.filter(({ name }) => (LEDGER_TABLES as readonly string[]).includes(name)))
const DIVISIONS = [
  { code: '629901100000', name: '戊辰镇', level: 'township', formerly: [] },
  { code: '629901100200', name: '春山村', level: 'village', formerly: ['老春山村'] },
  { code: '629901100201', name: '秋水村', level: 'village', formerly: [] },
  { code: '629901101000', name: '己巳乡', level: 'township', formerly: [] },
  { code: '629901101200', name: '春山村', level: 'village', formerly: [] },
  { code: '629901101201', name: '松岭社区', level: 'village', formerly: [] },
]
export const NOTHING: Registered = {
  households: new Map(),
  byNumber: new Map(),
  members: new Map(),
  payments: new Map(),
  byAccount: new Map(),
}

interface More {
  readonly answers?: Answers
  readonly learnt?: readonly LearntWord[]
  readonly saved?: ReadonlyMap<string, SavedShape>
  readonly book?: SavedBook
  readonly fileName?: string
  readonly registered?: Registered
}

export function id(birth: string, serial: string): string {
  const digits = `629901${birth}${serial}`
  return digits + checkCharacter(digits)
}
export const A = id('19600105', '011')
export const B = id('19620305', '022')
export const C = id('19900708', '013')
export const D = id('19550105', '031')

export function reading(grids: readonly Grid[], more: More = {}) {
  const words = new Words(ownWords(), FIELDS, more.learnt ?? [])
  const places = new Places(DIVISIONS, words)
  const understood = understand({
    grids,
    fileName: more.fileName ?? '农村低保台账.xlsx',
    words,
    places,
    answers: more.answers ?? {},
    saved: more.saved ?? new Map(),
    savedBook: () => more.book,
    digest: (text) => String(text.length),
    fields: FIELDS,
    asOf: '2026-09-30',
  })
  return { understood, places }
}

/** Confirms what is proposed, then gives the rows by table. */
export function rows(grids: readonly Grid[], more: More = {}): Record<string, CoreRow[]> {
  const first = reading(grids, more).understood
  const proposed = Object.fromEntries(first.reading.questions.map((question) => [question.id, settledLines(question)]))
  const { understood, places } = reading(grids, { ...more, answers: { ...proposed, ...more.answers } })
  const { told, constants } = understood
  const registered = more.registered ?? NOTHING
  const assembly = new Assembly(told, {
    asOf: '2026-09-30',
    maxAge: 120,
    constants,
    registered,
    places,
    madeNumber: (text) => `<${text}>`,
  })
  return Object.fromEntries(Map.groupBy(assembly.rows(), ({ table }) => table))
}

export const kinds = ({ reading: { questions } }: Understood): string[] => questions.map(({ kind }) => kind)
export const persons = (all: Record<string, CoreRow[]>) =>
  (all.persons ?? []).map(({ given, at }) => `${given.household_no} ${given.name} ${given.relation} ${at.row}`)
export const codes = (all: readonly CoreRow[] = []) =>
  all.flatMap(({ issues }) => issues.map(({ column, code }) => `${column} ${code}`))

/**
 * A workbook understood: its sheets as read, what is asked, and what it tells once nothing is open.
 *
 * U1 A shape that was answered before is not asked again: only words, places and months that are new.
 * U2 Whatever is asked is asked at once, and what a person answered is taken as it is.
 */
import { isMonth } from '#kernel/dates'
import type { LedgerReading, ReadQuestion } from '#registry/contract'
import type { ColumnPlan } from './columns.ts'
import type { Constants } from './core-rows.ts'
import type { Told } from './drafts.ts'
import type { LedgerField } from './fields.ts'
import { gather } from './gather.ts'
import type { Grid } from './grid.ts'
import { yearIn } from './months.ts'
import { type PlanContext, planSheets, shapesOf } from './plan-sheets.ts'
import {
  type ConstantNeed,
  columnsCard,
  constantsCard,
  headerCard,
  hiddenCard,
  missingCard,
  placesCard,
  settledLines,
  type UnknownPlace,
  wordsCard,
} from './questions.ts'
import type { ReadingOf, SheetPlan } from './row-facts.ts'
import { type SheetScan, scanSheet, type UnknownWord } from './scan.ts'
import { sheetView } from './sheet-view.ts'
import { monthValue } from './values.ts'

/** What was answered about whole workbooks of these shapes before: constants, hidden content. */
export interface SavedBook {
  readonly constant: Readonly<Record<string, string>>
  readonly hidden: Readonly<Record<string, string>>
}

export interface UnderstandInput extends PlanContext {
  readonly grids: readonly Grid[]
  readonly fields: readonly LedgerField[]
  readonly asOf: string
  readonly savedBook: (shapes: readonly string[]) => SavedBook | undefined
}

export interface Understood {
  readonly reading: LedgerReading
  readonly plans: readonly SheetPlan[]
  readonly constants: Constants
  readonly told: Told
  /** Rows that the spreadsheet does not show are left out. */
  readonly leaveHidden: boolean
}

function has(plans: readonly SheetPlan[], field: string): boolean {
  return plans.some((plan) => plan.use !== 'none' && plan.columns.some((column) => column.field === field))
}

/** The programme that titles, names of sheets or of the file speak of; null for none or both. */
function programmeOf(plans: readonly SheetPlan[], { words, fileName }: UnderstandInput): string | null {
  const text = [fileName, ...plans.flatMap(({ layout, grid }) => [grid.name, ...layout.titles])].join(' ')
  const found = Object.entries(words.data.programme_titles).filter(([, titles]) => titles.some((title) => text.includes(title)))
  return found.length === 1 ? (found[0]?.[0] ?? null) : null
}

/** What an amount lacks to have a month: its year, or the month itself. */
function monthLack(plan: SheetPlan, { month }: ColumnPlan): 'year' | 'month' | null {
  const hasMonths = plan.columns.some(({ field }) => field === 'payments.month')
  const named = month ?? plan.month
  if (month === null && hasMonths) return null
  if (named === null) return 'month'
  return (named.year ?? yearIn(plan.layout.titles.join(' ')) ?? yearIn(plan.grid.name)) === null ? 'year' : null
}

function monthLacks(plans: readonly SheetPlan[]): ReadonlySet<'year' | 'month' | null> {
  const used = plans.filter(({ use }) => use !== 'none')
  return new Set(
    used.flatMap((plan) =>
      plan.columns.filter(({ field }) => field === 'payments.amount').map((column) => monthLack(plan, column)),
    ),
  )
}

/** What households and members have to have and no column says, with what to propose. */
function wantedConstants(plans: readonly SheetPlan[]): ConstantNeed[] {
  const uses = new Set(plans.map(({ use }) => use))
  const isTold = uses.has('ledger') || uses.has('households')
  const all: readonly (ConstantNeed & { readonly field: string; readonly isWanted: boolean })[] = [
    { key: 'applied_on', proposed: 'aid-from', field: 'households.applied_on', isWanted: isTold },
    { key: 'aid_from', proposed: null, field: 'households.aid_from', isWanted: isTold },
    { key: 'counted', proposed: 'yes', field: 'persons.counted', isWanted: isTold || uses.has('persons') },
    { key: 'paid_on', proposed: 'month-end', field: 'payments.paid_on', isWanted: has(plans, 'payments.amount') },
  ]
  return all.filter(({ field, isWanted }) => isWanted && !has(plans, field)).map(({ key, proposed }) => ({ key, proposed }))
}

/** A rule holds for the next file too; a day or a month that was typed was that file's. */
function isRule(answer: string | undefined): boolean {
  return answer !== undefined && !/\d/.test(answer)
}

/**
 * A remembered programme holds only where the file says the same: ledgers of both programmes may have one shape. Without a title it is asked each
 * time.
 */
function constantNeeds(plans: readonly SheetPlan[], input: UnderstandInput, saved: SavedBook | undefined): ConstantNeed[] {
  const known = saved?.constant ?? {}
  const needs = wantedConstants(plans).filter(({ key }) => !isRule(known[key]))
  const isTold = plans.some(({ use }) => use === 'ledger' || use === 'households')
  if (isTold && !has(plans, 'households.programme')) {
    const programme = programmeOf(plans, input)
    if (programme === null || programme !== known.programme) needs.unshift({ key: 'programme', proposed: programme })
  }
  const lacks = monthLacks(plans)
  if (lacks.has('year')) needs.push({ key: 'year', proposed: input.asOf.slice(0, 4) })
  if (lacks.has('month')) needs.push({ key: 'month', proposed: null })
  return needs
}

/** What is missing for a sheet to be read at all, as a sentence; '' when nothing is. */
function missingIn(columns: readonly ColumnPlan[]): string {
  const fields = new Set(columns.map(({ field }) => field))
  if (fields.has('divisions.code')) return ''
  const isNumbered = fields.has('persons.id_number') || fields.has('head.id_number')
  if (isNumbered || fields.has('households.household_no') || fields.has('payments.account_no')) return ''
  return '还没有指明身份证号（或保障证号）是哪一列，没有它分不清是哪一户、哪个人。'
}

/** Labels of the columns that the nearest known shape has and this one lacks. */
function lackingColumns(plan: SheetPlan, input: UnderstandInput): string[] {
  const keys = new Set(plan.layout.keys)
  for (const { columns } of input.saved.values()) {
    const wanted = Object.entries(columns).filter(([, field]) => field !== '')
    const lacking = wanted.filter(([key]) => !keys.has(key)).map(([key]) => key)
    const isNear = wanted.length >= 4 && lacking.length > 0 && lacking.length * 4 <= wanted.length
    if (isNear) return lacking
  }
  return []
}

function columnQuestions(plans: readonly SheetPlan[], scans: readonly SheetScan[], input: UnderstandInput): ReadQuestion[] {
  const questions: ReadQuestion[] = []
  for (const shape of shapesOf(plans)) {
    const own = plans.filter((plan) => plan.shape === shape && plan.use !== 'none')
    const [first] = own
    if (first === undefined) continue
    const id = `columns:${input.digest(shape)}`
    const said = input.answers[id]
    const missing = missingIn(first.columns)
    if (input.saved.has(input.digest(shape)) && missing === '') continue
    const question = columnsCard(
      id,
      own,
      own.map(({ index }) => scans[index]).filter((scan) => scan !== undefined),
      input.fields,
      missing,
      said,
    )
    questions.push(missing === '' ? question : { ...question, answered: false })
    const lacking = lackingColumns(first, input)
    if (lacking.length > 0)
      questions.push(missingCard(`missing:${input.digest(shape)}`, lacking, input.answers[`missing:${input.digest(shape)}`]))
  }
  return questions
}

function unknownPlaces(told: Told, input: UnderstandInput): UnknownPlace[] {
  const unknown = new Map<string, UnknownPlace>()
  for (const draft of told.households) {
    if (!draft.isTold || (draft.given.division_code ?? '') !== '') continue
    const { code, key } = input.places.find(draft.place)
    if (code !== null) continue
    const known = unknown.get(key)
    if (known === undefined) unknown.set(key, { key, said: draft.place, seen: 1 })
    else known.seen++
  }
  return [...unknown.values()]
}

function wordsOf(scans: readonly SheetScan[]): UnknownWord[] {
  const all = new Map<string, UnknownWord>()
  for (const { field, word, seen } of scans.flatMap(({ words }) => words)) {
    const key = `${field}=${word}`
    const known = all.get(key)
    if (known === undefined) all.set(key, { field, word, seen })
    else known.seen += seen
  }
  return [...all.values()]
}

/** The sheet a person may show the header of, where none was found: the one with the most rows. */
function headerQuestion(plans: readonly SheetPlan[], answers: UnderstandInput['answers']): ReadQuestion[] {
  if (plans.some(({ use }) => use !== 'none')) return []
  const largest = plans.reduce<SheetPlan | null>(
    (best, plan) => (best === null || plan.grid.rows.length > best.grid.rows.length ? plan : best),
    null,
  )
  return largest === null ? [] : [headerCard(largest, answers[`header:${largest.grid.name}`])]
}

/** Lines in which a month is typed. */
const TYPED_MONTHS: ReadonlySet<string> = new Set(['aid_from', 'month'])

/** The card stays open while a month that was typed is none. */
function withMonths(question: ReadQuestion | null): ReadQuestion | null {
  if (question === null) return null
  const isNone = question.lines.some(
    ({ key, answer }) => TYPED_MONTHS.has(key) && answer !== null && !isMonth(monthValue(answer)),
  )
  return isNone ? { ...question, answered: false, detail: `月份请写成 2026-09。${question.detail}` } : question
}

function constantsOf(values: Readonly<Record<string, string>>): Constants {
  return {
    programme: values.programme ?? '',
    appliedOn: values.applied_on ?? 'aid-from',
    paidOn: values.paid_on ?? 'month-end',
    aidFrom: monthValue(values.aid_from ?? ''),
    counted: values.counted ?? 'yes',
  }
}

/** Hidden columns are those of the shape; hidden rows are other ones in each file, so that they are asked about each time. */
function isHiddenKnown(card: ReadQuestion | null, saved: SavedBook | undefined): boolean {
  return (card?.lines ?? []).every(({ key }) => key !== 'rows' && saved?.hidden[key] === 'yes')
}

/** Understands a workbook. Words and places that were answered are in `words` and `places` already. */
export function understand(input: UnderstandInput): Understood {
  const plans = planSheets(input.grids, input)
  const saved = input.savedBook(shapesOf(plans))
  const said = input.answers
  const constantQuestion = withMonths(constantsCard(constantNeeds(plans, input, saved), input.asOf, said.constant))
  const constant = { ...saved?.constant, ...(constantQuestion === null ? {} : settledLines(constantQuestion)), ...said.constant }
  const leaveHidden = said.hidden?.rows === 'no'
  const year = constant.year === undefined ? null : Number(constant.year)
  const fields = new Map(input.fields.map((field) => [field.field, field]))
  const reading: ReadingOf = { words: input.words, fields, year, month: monthValue(constant.month ?? '') }
  const scans = plans.map((plan) => scanSheet(plan, reading, leaveHidden))
  const told = gather(plans, reading, leaveHidden)
  const hidden = hiddenCard(plans, scans, said.hidden)
  const questions = [
    ...headerQuestion(plans, said),
    ...columnQuestions(plans, scans, input),
    ...[isHiddenKnown(hidden, saved) ? null : hidden, constantQuestion].filter((one) => one !== null),
    ...[
      wordsCard(input.words, wordsOf(scans), fields, said.words),
      placesCard(input.places, unknownPlaces(told, input), said.places),
    ].filter((one) => one !== null),
  ]
  return {
    reading: {
      known: saved !== undefined,
      sheets: plans.map((plan, index) => sheetView(plan, scans[index])),
      questions,
      fields: input.fields.map(({ field, label, group }) => ({ field, label, group })),
    },
    plans,
    constants: constantsOf(constant),
    told,
    leaveHidden,
  }
}

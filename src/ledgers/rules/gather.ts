/**
 * Which rows are one household, and what they say of it.
 *
 * G1 Rows with the same household number, else the same number of the head, are one household wherever they stand.
 * G2 Without either, a household begins at a head's name of its own, at a member who is the head, or where the cells of the household are filled anew
 *    in a sheet that fills them once a household; rows in between belong to it.
 * G3 Two different values of one household's column refuse the household; two different heads under one number refuse both.
 */
import { type At, type DivisionDraft, type HouseholdDraft, headMember, newDraft, type PaymentRow, type Told } from './drafts.ts'
import { Filled, type GridRow } from './grid.ts'
import { headerTexts, verdictOn } from './layout.ts'
import { factsOf, type ReadingOf, type RowFacts, type SheetPlan } from './row-facts.ts'

/** Columns a household has once. */
const ONCE: ReadonlySet<string> = new Set([
  'head.name',
  'head.id_number',
  'count.persons',
  'households.approved_amount',
  'households.account_no',
  'households.account_holder',
  'households.bank_name',
  'households.aid_from',
  'households.tier',
  'households.address',
  'households.applied_on',
  'payments.amount',
])

/** Rows of data of a sheet, filled, with those hidden left out where a person said so. */
export function* dataRows(
  plan: SheetPlan,
  { words }: ReadingOf,
  leaveHidden: boolean,
): Generator<{ row: GridRow; filled: { cells: string[]; continued: ReadonlySet<number> } }> {
  const { grid, layout } = plan
  const header = headerTexts(grid, layout)
  const filling = new Filled(grid.merges)
  for (let index = 0; index < grid.rows.length; index++) {
    const row = grid.rows.at(index)
    const filled = filling.fill(row, false)
    if (index < layout.dataFrom || (leaveHidden && row.hidden)) continue
    if (verdictOn(words, layout, header, row).use === 'data') yield { row, filled }
  }
}

interface Track {
  current: HouseholdDraft | null
  /** Whom the last row with columns of the head named there. */
  head: { readonly id: string; readonly name: string }
  /** The household's cells are filled once a household, not on every row. */
  readonly isSparse: boolean
  readonly hasRelation: boolean
  readonly hasHead: boolean
}

const NOBODY = { id: '', name: '' }

/**
 * Whether the columns of the head are blank in the row, and one of its members is the head whom the last row that filled them named: by number, or
 * by name where a number is missing.
 */
function isHeadNamedAbove({ head }: Track, facts: RowFacts): boolean {
  if (facts.headId + facts.headName !== '') return false
  const own = facts.members.find(({ given }) => given.relation === 'head')?.given
  if (own === undefined) return false
  if (head.id !== '' && own.id_number) return head.id.toUpperCase() === own.id_number.toUpperCase()
  return head.name !== '' && head.name === own.name
}

/** Whether the columns of the head say the same as in the last row that filled them. */
function isHeadRepeated({ head }: Track, { headId, headName }: RowFacts): boolean {
  return headId + headName !== '' && headId.toUpperCase() === head.id.toUpperCase() && headName === head.name
}

function isHead(facts: RowFacts): boolean {
  return facts.members.some(({ given }) => given.relation === 'head')
}

/** Fields of the row that a household has once and that are filled anew. */
function freshFacts(facts: RowFacts): number {
  return [...facts.fresh].filter((field) => ONCE.has(field)).length
}

function hasHeadMember(draft: HouseholdDraft): boolean {
  return draft.members.some(({ given }) => given.relation === 'head')
}

/** Whether a head is another one than the household's: by number, or by name where a number is missing. */
function isOtherHead({ headId, headName }: HouseholdDraft, id: string, name: string): boolean {
  if (headId !== '' && id !== '') return headId.toUpperCase() !== id.toUpperCase()
  return headName !== '' && name !== '' && headName !== name
}

class Gathering {
  readonly #reading: ReadingOf
  readonly #sheets: readonly SheetPlan[]
  readonly #households: HouseholdDraft[] = []
  readonly #byKey = new Map<string, HouseholdDraft>()
  readonly #payments: PaymentRow[] = []
  readonly #divisions: DivisionDraft[] = []

  constructor(reading: ReadingOf, sheets: readonly SheetPlan[]) {
    this.#reading = reading
    this.#sheets = sheets
  }

  sheet(plan: SheetPlan, leaveHidden: boolean): void {
    const track = this.#trackOf(plan, leaveHidden)
    for (const { row, filled } of dataRows(plan, this.#reading, leaveHidden)) {
      const facts = factsOf(plan, row, filled, this.#reading)
      const at = { sheet: plan.index, row: row.row }
      if (plan.use === 'divisions') this.#divisions.push({ at, given: facts.division })
      else if (plan.use === 'payments') this.#payment(facts, at)
      else this.#row(plan, track, facts, at)
    }
  }

  #trackOf(plan: SheetPlan, leaveHidden: boolean): Track {
    const once = plan.columns.filter(({ field }) => ONCE.has(field ?? ''))
    let bare = 0
    for (const { row, filled } of dataRows(plan, this.#reading, leaveHidden)) {
      const isBare = once.every(({ at }) => (row.cells[at] ?? '').trim() === '' || filled.continued.has(at))
      if (isBare) bare++
    }
    const has = (field: string): boolean => plan.columns.some((column) => column.field === field)
    return {
      current: null,
      head: NOBODY,
      isSparse: once.length > 0 && bare > 0,
      hasRelation: has('persons.relation'),
      hasHead: has('head.name'),
    }
  }

  #payment(facts: RowFacts, at: At): void {
    const [member] = facts.members
    const account = facts.payments[0]?.given.account_no ?? facts.household.account_no ?? ''
    const idNumber = facts.headId || (member?.given.id_number ?? '')
    for (const payment of facts.payments) this.#payments.push({ ...payment, at, no: facts.no, idNumber, account })
  }

  #draft(key: string, no: string, at: At): HouseholdDraft {
    const known = key === '' ? undefined : this.#byKey.get(key)
    if (known !== undefined) return known
    const made = newDraft(no, at)
    this.#households.push(made)
    if (key !== '') this.#byKey.set(key, made)
    return made
  }

  /** The household of a row. */
  #householdOf(track: Track, facts: RowFacts, at: At): HouseholdDraft {
    if (facts.no !== '') return this.#draft(`no ${facts.no}`, facts.no, at)
    if (facts.headId !== '') {
      const key = `id ${facts.headId.toUpperCase()}`
      const isCarried = track.current !== null && track.current.headId.toUpperCase() === facts.headId.toUpperCase()
      return isCarried && track.current !== null ? track.current : this.#draft(key, '', at)
    }
    return track.current === null || this.#beginsNew(track, track.current, facts) ? this.#draft('', '', at) : track.current
  }

  #beginsNew(track: Track, current: HouseholdDraft, facts: RowFacts): boolean {
    const isSecondHead = isHead(facts) && hasHeadMember(current) && !isHeadNamedAbove(track, facts)
    if (track.isSparse) {
      const fresh = freshFacts(facts)
      return isSecondHead || (fresh > 0 && fresh * 2 >= current.foundAt.size)
    }
    if (track.hasHead && facts.headName !== '') return facts.headName !== current.headName || isSecondHead
    return track.hasRelation ? isHead(facts) && current.members.length > 0 : true
  }

  #row(plan: SheetPlan, track: Track, facts: RowFacts, at: At): void {
    const draft = this.#householdOf(track, facts, at)
    const goesOn = track.current === draft && (isHeadNamedAbove(track, facts) || isHeadRepeated(track, facts))
    if (draft.rows.length === 0) track.head = NOBODY
    track.current = draft
    draft.rows.push(at)
    if (plan.use !== 'persons') draft.isTold = true
    // further rows of a household that uses the number of this one are no other household each
    if (draft.clashes.length === 0 || !goesOn) this.#head(draft, facts, at)
    if (facts.headId + facts.headName !== '') track.head = { id: facts.headId, name: facts.headName }
    this.#household(draft, facts, at)
    for (const member of facts.members) draft.members.push({ at, ...member })
    for (const payment of facts.payments) this.#ownPayment(draft, payment, at)
    if (facts.count !== '') draft.count = facts.count
    if (facts.village !== '' && draft.place.village === '') draft.place = { township: facts.township, village: facts.village }
    else if (draft.place.township === '') draft.place = { ...draft.place, township: facts.township }
  }

  #name(at: At): string {
    const sheet = this.#sheets.find(({ index }) => index === at.sheet)?.grid.name ?? ''
    return sheet === '' ? `第 ${at.row} 行` : `工作表“${sheet}”第 ${at.row} 行`
  }

  #conflict(draft: HouseholdDraft, column: string, first: At, at: At): void {
    if (draft.issues.some((issue) => issue.column === column && issue.code === 'VALUE_CONFLICT')) return
    draft.issues.push({ column, code: 'VALUE_CONFLICT', severity: 'error', note: `见${this.#name(first)}和${this.#name(at)}` })
  }

  #head(draft: HouseholdDraft, facts: RowFacts, at: At): void {
    const head = facts.members.find(({ given }) => given.relation === 'head')
    const id = facts.headId || (head?.given.id_number ?? '')
    const name = facts.headName || (head?.given.name ?? '')
    if (isOtherHead(draft, id, name)) {
      this.#conflict(draft, 'household_no', draft.foundAt.get('head') ?? draft.at, at)
      draft.clashes.push(at)
      if (facts.members.length === 0) draft.members.push(headMember(at, name, id))
      return
    }
    draft.headId ||= id
    draft.headName ||= name
    if (id + name !== '' && !draft.foundAt.has('head')) draft.foundAt.set('head', at)
  }

  #household(draft: HouseholdDraft, { household, householdIssues }: RowFacts, at: At): void {
    for (const [column, value] of Object.entries(household)) {
      const known = draft.given[column]
      if (known === undefined || known === '') {
        draft.given[column] = value
        if (value !== '') draft.foundAt.set(column, at)
      } else if (value !== '' && value !== known) {
        this.#conflict(draft, column, draft.foundAt.get(column) ?? draft.at, at)
      }
    }
    for (const issue of householdIssues) {
      if (!draft.issues.some(({ column, code }) => column === issue.column && code === issue.code)) draft.issues.push(issue)
    }
  }

  /** A payment beside the household's other columns: the same month once, whichever of its rows repeat it. */
  #ownPayment(draft: HouseholdDraft, payment: RowFacts['payments'][number], at: At): void {
    const same = draft.payments.findLast(({ month }) => month === payment.month)
    const clash = draft.clashes.at(-1)
    const isOfAnother = clash !== undefined && clash.sheet === at.sheet && clash.row === at.row
    if (same === undefined || isOfAnother) draft.payments.push({ at, ...payment })
    else if (same.given.amount !== payment.given.amount && !same.issues.some(({ code }) => code === 'VALUE_CONFLICT')) {
      same.issues.push({
        column: 'amount',
        code: 'VALUE_CONFLICT',
        severity: 'error',
        note: `见${this.#name(same.at)}和${this.#name(at)}`,
      })
    }
  }

  told(): Told {
    const columns = new Set(
      this.#sheets.flatMap((plan) => (plan.use === 'none' ? [] : plan.columns.map(({ field }) => field ?? ''))),
    )
    return { divisions: this.#divisions, households: this.#households, payments: this.#payments, columns }
  }
}

/** Puts the households of a workbook together. */
export function gather(sheets: readonly SheetPlan[], reading: ReadingOf, leaveHidden: boolean): Told {
  const gathering = new Gathering(reading, sheets)
  const order = ['divisions', 'households', 'ledger', 'persons', 'payments']
  for (const use of order) for (const plan of sheets) if (plan.use === use) gathering.sheet(plan, leaveHidden)
  return gathering.told()
}

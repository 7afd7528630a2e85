import { appendAll, type Entry } from '#journal'
import { today } from '#platform/clock'
import type { Tx } from '#platform/db'
import { LIMITS, type RecordType, type Right, type SearchCode } from '../contract/index.ts'
import { referenceOf, repeatedReferences } from '../rules/item-form.ts'
import { ItemFault, PapersFault, readItem, rightFor, type SearchPlan } from '../rules/read-item.ts'
import { numbersAsked } from '../rules/read-query.ts'
import { type DciRecord, groupRecord, type MemberRow, memberRecord } from '../rules/record-of.ts'
import type { InboundRow, ItemOutcome } from '../store/messages.ts'
import { listRights, type PartnerRow } from '../store/partners.ts'
import { countRecipients, limitTime, listGroups, listMembers, listMembersOf, type RecipientQuery } from '../store/recipients.ts'
import { type DciDeps, instant } from './deps.ts'
import { type Outcome, type Written, writeHeader } from './write-message.ts'

/** Answers searches: rights, look-up, the fewest attributes, and an entry in the journal for every person shown or asked about. */

/** One item's answer on one page. */
export type SearchAnswer = Readonly<Record<string, unknown>> & { readonly reference_id: string; readonly status: 'succ' | 'rjct' }

/** What a message is answered with, and what became of its items. */
export interface Work {
  readonly answers: readonly Written[]
  readonly items: readonly ItemOutcome[]
}

interface SearchResult {
  /** Answers page by page: the first page has every item, later ones those that go on. */
  readonly pages: readonly (readonly SearchAnswer[])[]
  readonly outcomes: readonly ItemOutcome[]
}

interface Shown {
  readonly householdNo: string
  readonly divisionCode: string
  readonly subjects: readonly Buffer[]
}

interface Page {
  readonly records: readonly DciRecord[]
  readonly shown: readonly Shown[]
}

const DEFAULT_MS = 10_000

/** Looks up recipients for one partner within one transaction. */
export class Lookup {
  readonly #deps: DciDeps
  readonly #tx: Tx
  readonly #partner: PartnerRow
  readonly #rights: readonly Right[]
  readonly #today: string

  private constructor(deps: DciDeps, tx: Tx, partner: PartnerRow, rights: readonly Right[]) {
    this.#deps = deps
    this.#tx = tx
    this.#partner = partner
    this.#rights = rights
    this.#today = today(deps.clock)
  }

  static async open(deps: DciDeps, tx: Tx, partner: PartnerRow): Promise<Lookup> {
    await limitTime(tx, deps.searchMs ?? DEFAULT_MS)
    return new Lookup(deps, tx, partner, await listRights(tx, partner.partner_id))
  }

  /** Reads an item; throws ItemFault. */
  read(item: unknown, repeated: ReadonlySet<string>): SearchPlan {
    return readItem(item, repeated, { rights: this.#rights, today: this.#today })
  }

  /** The right for a purpose, as it stands today. */
  rightFor(purpose: string, recordType: RecordType): Right | undefined {
    return rightFor(this.#rights, purpose, recordType, this.#today)
  }

  count(plan: SearchPlan): Promise<number> {
    return countRecipients(this.#tx, this.#deps.keys, plan.recordType, this.#query(plan, 1), LIMITS.records)
  }

  #query(plan: SearchPlan, page: number): RecipientQuery {
    const { condition, sort, pageSize } = plan
    return { condition, sort, limit: pageSize, offset: (page - 1) * pageSize, month: this.#today.slice(0, 7) }
  }

  /** Numbers of the households in which the persons of a condition receive aid. */
  async households(plan: Pick<SearchPlan, 'condition' | 'sort' | 'pageSize'>): Promise<string[]> {
    const { condition, sort, pageSize } = plan
    const query = { condition, sort, limit: pageSize, offset: 0, month: this.#today.slice(0, 7) }
    const rows = await listMembers(this.#tx, this.#deps.keys, query)
    return [...new Set(rows.map((row) => row.household_no))]
  }

  /** A page of records, with whom it shows. */
  page(plan: SearchPlan, page: number): Promise<Page> {
    return plan.recordType === 'Member' ? this.#members(plan, page) : this.#groups(plan, page)
  }

  async #members(plan: SearchPlan, page: number): Promise<Page> {
    const rows = await listMembers(this.#tx, this.#deps.keys, this.#query(plan, page))
    return {
      records: rows.map((row) => memberRecord(row, plan.right, this.#today)),
      shown: rows.map((row) => shownMember(row)),
    }
  }

  async #groups(plan: SearchPlan, page: number): Promise<Page> {
    const rows = await listGroups(this.#tx, this.#deps.keys, this.#query(plan, page))
    const memberRight = plan.right.attributes.includes('member_list') ? this.rightFor(plan.right.purpose, 'Member') : undefined
    const numbers = rows.map((row) => row.household_no)
    const members = await listMembersOf(this.#tx, this.#deps.keys, numbers)
    const byHousehold = Map.groupBy(members, (member) => member.household_no)
    return {
      records: rows.map((row) => groupRecord(row, plan.right, this.#today, byHousehold.get(row.household_no) ?? [], memberRight)),
      shown: rows.map((row) => ({
        householdNo: row.household_no,
        divisionCode: row.division_code,
        subjects: (byHousehold.get(row.household_no) ?? []).map((member) => member.id_number_index),
      })),
    }
  }

  /** Writes into the journal who was shown, and who was asked about without being found. */
  async journal(
    action: string,
    plan: Pick<SearchPlan, 'grounds' | 'condition' | 'recordType'>,
    shown: readonly Shown[],
  ): Promise<void> {
    const asked = numbersAsked(plan.condition).map((number) => this.#deps.keys.blindIndex('id', number))
    const seen = new Set(shown.flatMap(({ subjects }) => subjects.map((subject) => subject.toString('hex'))))
    const notFound = asked.filter((index) => !seen.has(index.toString('hex')))
    const detail = {
      partner: this.#partner.partner_id,
      unitName: this.#partner.name,
      authorisation: plan.grounds.reference,
      recordType: plan.recordType,
    }
    const entry = (chain: string, divisionCode: string, subjects: readonly Buffer[], found: boolean): Entry => ({
      chain,
      role: 'partner',
      action,
      divisionCode,
      subjects,
      basis: plan.grounds.reference,
      purpose: plan.grounds.purpose,
      detail: { ...detail, found },
    })
    await appendAll(this.#tx, [
      ...shown.map((one) => entry(`household:${one.householdNo}`, one.divisionCode, one.subjects, true)),
      ...(notFound.length === 0 ? [] : [entry(`dci:${this.#partner.partner_id}`, this.#partner.division_code, notFound, false)]),
    ])
  }
}

function shownMember(row: MemberRow): Shown {
  return { householdNo: row.household_no, divisionCode: row.division_code, subjects: [row.id_number_index] }
}

/** What is shown to somebody without the papers; the code beside it says that this is not "has none". */
const NOTHING = { version: '1.0.0', reg_type: 'Social', reg_records: [] } as const

/** A refused item, as the answer gives it. */
export function refusedItem(item: unknown, code: string, message: string, at: string): SearchAnswer {
  return {
    reference_id: referenceOf(item),
    timestamp: at,
    status: 'rjct',
    status_reason_code: code,
    status_reason_message: message.slice(0, LIMITS.reason),
  }
}

function answerOf(plan: SearchPlan, page: number, total: number, records: readonly DciRecord[], at: string): SearchAnswer {
  return {
    reference_id: plan.referenceId,
    timestamp: at,
    status: 'succ',
    data: { version: '1.0.0', reg_type: 'Social', reg_record_type: plan.recordType, reg_records: records },
    pagination: { page_size: plan.pageSize, page_number: page, total_count: total },
  }
}

async function answerPlan(lookup: Lookup, plan: SearchPlan, whole: boolean, at: string): Promise<SearchAnswer[]> {
  const total = await lookup.count(plan)
  if (total > LIMITS.records) {
    throw new ItemFault('rjct.search.too_many_records_found', `查到的记录超过 ${LIMITS.records} 条，请缩小范围`)
  }
  const last = whole ? Math.max(plan.pageNumber, Math.ceil(total / plan.pageSize)) : plan.pageNumber
  const answers: SearchAnswer[] = []
  const shown: Shown[] = []
  for (let page = plan.pageNumber; page <= last; page += 1) {
    const found = await lookup.page(plan, page)
    shown.push(...found.shown)
    answers.push(answerOf(plan, page, total, found.records, at))
  }
  await lookup.journal('dci.search', plan, shown)
  return answers
}

/**
 * Answers the items of a search. `whole`: every page from the asked one on (asynchronous answers), else only that page. With too many
 * faulty items nothing is looked up: `pages` is empty.
 */
async function answerSearch(lookup: Lookup, items: readonly unknown[], whole: boolean, at: string): Promise<SearchResult> {
  const repeated = repeatedReferences(items)
  const read = items.map((item) => {
    try {
      return { item, plan: lookup.read(item, repeated) }
    } catch (error) {
      if (error instanceof ItemFault) return { item, fault: error }
      throw error
    }
  })
  const faults = read.filter((one) => one.fault !== undefined).length
  if (faults >= LIMITS.faultyItems) return { pages: [], outcomes: [] }
  const answers: SearchAnswer[][] = []
  for (const { item, plan, fault } of read) {
    try {
      if (fault !== undefined) throw fault
      answers.push(await answerPlan(lookup, plan, whole, at))
    } catch (error) {
      if (!(error instanceof ItemFault)) throw error
      const answer = refusedItem(item, error.code, error.message, at)
      answers.push([error instanceof PapersFault ? { ...answer, data: NOTHING } : answer])
    }
  }
  const longest = Math.max(...answers.map((pages) => pages.length))
  const pages = Array.from({ length: longest }, (_, n) => answers.flatMap((one) => one[n] ?? []))
  return { pages, outcomes: answers.flatMap(([first]) => (first === undefined ? [] : [outcomeOf(first)])) }
}

/** The items of a message that is refused as a whole. */
export function refusedOutcomes(row: InboundRow): ItemOutcome[] {
  return row.items.map((item) => ({ ...item, status: 'rjct' }))
}

/** The messages that answer a search, one a page; with too many faulty items one that refuses it. */
export async function writeSearchAnswers(
  deps: DciDeps,
  tx: Tx,
  partner: PartnerRow,
  row: InboundRow,
  search: { readonly items: readonly unknown[]; readonly whole: boolean },
): Promise<Work> {
  const { pages, outcomes } = await answerSearch(await Lookup.open(deps, tx, partner), search.items, search.whole, instant(deps))
  const names = { transaction_id: row.transaction_id, correlation_id: row.correlation_id }
  const write = (page: readonly SearchAnswer[], outcome: Outcome): Written => ({
    header: writeHeader(deps, partner, 'on-search', page.length, outcome),
    message: { ...names, search_response: page },
  })
  if (pages.length > 0) return { answers: pages.map((page) => write(page, { status: 'succ' })), items: outcomes }
  const reason = `有误的事项达到 ${LIMITS.faultyItems} 项，整条退回`
  return { answers: [write([], { status: 'rjct', code: 'rjct.errors.too_many', reason })], items: refusedOutcomes(row) }
}

/** What txn/status tells of an answer. */
export function outcomeOf(answer: SearchAnswer): ItemOutcome {
  const code = answer.status_reason_code as SearchCode | undefined
  return {
    referenceId: answer.reference_id,
    timestamp: String(answer.timestamp),
    status: answer.status,
    ...(code === undefined ? {} : { code }),
  }
}

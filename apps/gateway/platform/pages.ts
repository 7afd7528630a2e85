/** Puts the pages of an answer together; only a whole answer counts. */
import type { Connector } from '#sources/contract'
import type { PageRead } from './answer-reading.ts'
import { type Question, type ServiceCall, Unanswered } from './service-call.ts'
import type { Json } from './templates.ts'

type Paging = Connector['paging']
type Page = Question['page']

/** What a connector says of pages. */
export interface PageRules {
  paging: Paging
  empty: 'none' | 'failed'
  maxPages: number
}

const wrong = (why: string): Unanswered => new Unanswered(why, 'E', false)

/** The pages of one answer as they come. */
class PageCollector {
  readonly #rules: PageRules
  readonly #size: number
  readonly #cursors = new Set<string>()
  readonly rows: Json[] = []
  #pages = 0
  page: Page
  isWhole = false

  constructor(rules: PageRules) {
    const { paging } = rules
    this.#rules = rules
    this.#size = paging.style === 'single' ? 0 : paging.size
    this.page = { number: paging.style === 'page' ? paging.first : 1, size: this.#size, cursor: '' }
  }

  /** Takes the page that was asked for. Throws Unanswered when it does not fit what came before. */
  take(got: PageRead): void {
    this.#pages += 1
    if (got.outcome === 'none') this.#takeNone()
    else this.#takeRows(got)
  }

  #takeNone(): void {
    if (this.#pages > 1) throw wrong('pages end early')
    this.isWhole = true
  }

  #takeRows(got: PageRead): void {
    if (got.page !== null && got.page !== String(this.page.number)) throw wrong('another page than asked for')
    for (const row of got.rows) this.rows.push(row)
    const { length } = this.rows
    if (got.total !== null && length > got.total) throw wrong('more rows than announced')
    this.isWhole = this.#isLast(got)
    if (!this.isWhole) this.#goOn(got)
    else if (got.total !== null && length < got.total) throw wrong('fewer rows than announced')
    else if (length === 0 && this.#rules.empty === 'failed') throw wrong('an empty answer')
  }

  #isLast(got: PageRead): boolean {
    const { style } = this.#rules.paging
    if (style === 'single') return true
    if (style === 'cursor') return got.next === ''
    return got.total === null ? got.rows.length < this.#size : this.rows.length >= got.total
  }

  #goOn(got: PageRead): void {
    if (got.rows.length === 0 || this.#pages >= this.#rules.maxPages || this.#cursors.has(got.next))
      throw wrong('pages do not end')
    if (this.#rules.paging.style === 'cursor') this.#cursors.add(got.next)
    this.page = { number: this.page.number + 1, size: this.#size, cursor: got.next }
  }
}

/** Rows of all pages of an answer; none when the platform says so. Throws Unanswered when a page is missing, repeated or another. */
export async function allPages(call: ServiceCall, rules: PageRules, question: Omit<Question, 'page'>): Promise<readonly Json[]> {
  const collector = new PageCollector(rules)
  while (!collector.isWhole) collector.take(await call.page({ ...question, page: collector.page }))
  return collector.rows
}

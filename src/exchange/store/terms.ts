/** SQL of what is agreed with nodes. */
import type { Sql } from '#platform/db'

/** What holds for a node. */
export interface TermRow {
  term_unit: string
  from_on: string
  carrier: 'line' | 'bundle'
  requests_per_day: number | null
  answer_hours: number
  silent_minutes: number
  outage_minutes: number
  escalate_days: number
  key_days: number
  responsible: string | null
  responsible_name: string | null
  source: string
  mark: 'sourced' | 'known' | 'uncertain' | 'proposal'
}

/** Columns of `TermRow` of the rows `t`. */
export const termColumns = `t.unit as term_unit, t.from_on, t.carrier, t.requests_per_day, t.answer_hours, t.silent_minutes, t.outage_minutes,
  t.escalate_days, t.key_days, t.responsible, t.responsible_name, t.source, t.mark`

/** The terms that hold for a unit on a day: its own, else those of the district. */
export const termsOn = (unit: string, day: string): string =>
  `select * from exchange_term x where x.unit in (${unit}, '') and x.from_on <= ${day}::date
    order by x.unit = '', x.from_on desc, x.term_no desc limit 1`

/** What was agreed with a unit or holds for all, newest first. */
export function listTerms(sql: Sql, unit: string, limit: number): Promise<(TermRow & { set_by_name: string; set_at: string })[]> {
  return sql.query(
    `select ${termColumns}, t.set_by_name, t.set_at from exchange_term t where t.unit in ($1, '')
      order by t.unit = '', t.from_on desc, t.term_no desc limit $2`,
    [unit, limit],
  )
}

/** Terms as they are written. */
export interface NewTerms extends Omit<TermRow, 'term_unit'> {
  unit: string
  set_by: string
  set_by_name: string
  set_at: string
}

export async function insertTerms(sql: Sql, terms: NewTerms): Promise<void> {
  await sql.execute(
    `insert into exchange_term (unit, from_on, carrier, requests_per_day, answer_hours, silent_minutes, outage_minutes, escalate_days,
       key_days, responsible, responsible_name, source, mark, set_by, set_by_name, set_at)
     select unit, from_on, carrier, requests_per_day, answer_hours, silent_minutes, outage_minutes, escalate_days, key_days, responsible,
       responsible_name, source, mark, set_by, set_by_name, set_at from jsonb_populate_record(null::exchange_term, $1::jsonb)`,
    [JSON.stringify(terms)],
  )
}

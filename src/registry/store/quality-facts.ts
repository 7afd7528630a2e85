import type { Sql } from '#platform/db'
import type { AccountFacts, PaperFacts } from '../rules/quality-checks.ts'

/** SQL of the facts the quality rules judge: accounts of households, papers of authorisations. Nothing is judged here. */

/** Facts that `rows` rows of a division share. */
export type Grouped<F> = F & { code: string; rows: number }

/** One household or paper with its facts. */
export type Single<F> = F & { household_no: string; division_code: string; authorisation_no: string | null }

const ACCOUNTS = `
  select h.household_no, h.division_code, null::text as authorisation_no, h.account_index is not null as "hasAccount",
    h.account_holder_index is not null or h.account_holder is not null as "hasHolder",
    exists (
      select from person p where p.household_no = h.household_no and case when h.account_holder_index is null
        then p.name = h.account_holder else p.id_number_index = h.account_holder_index end
    ) as "holderIsListed",
    h.account_proxy_filed is not distinct from 'yes' as "proxyFiled", h.account_card_fails as "cardFails"
  from household h`

const PAPERS = `
  select a.household_no, a.division_code, a.authorisation_no, s.scan_id is not null as "hasScan",
    coalesce(s.number_differs, false) as "numberDiffers", s.pages
  from authorisation a left join authorisation_scan s
    on s.authorisation_no = a.authorisation_no and s.subject_no = a.subject_no and s.replaced_at is null
  where a.signature <> 'missing'`

/** By township, or by village of the township $1. */
function grouped(facts: string, columns: readonly string[]): string {
  return `select case when $1::text is null then left(division_code, 9) || '000' else division_code end as code, ${columns.join(', ')},
      count(*)::int as rows
    from (${facts}) f where $1::text is null or left(division_code, 9) = left($1, 9) group by ${['code', ...columns].join(', ')}`
}

const ACCOUNT_COLUMNS = ['"hasAccount"', '"hasHolder"', '"holderIsListed"', '"proxyFiled"', '"cardFails"']
const PAPER_COLUMNS = ['"hasScan"', '"numberDiffers"', 'pages']

export async function countAccountFacts(sql: Sql, township: string | null): Promise<Grouped<AccountFacts>[]> {
  return await sql.query<Grouped<AccountFacts>>(grouped(ACCOUNTS, ACCOUNT_COLUMNS), [township], { named: false })
}

export async function countPaperFacts(sql: Sql, township: string | null): Promise<Grouped<PaperFacts>[]> {
  return await sql.query<Grouped<PaperFacts>>(grouped(PAPERS, PAPER_COLUMNS), [township], { named: false })
}

const ONE_BY_ONE = (facts: string): string =>
  `select * from (${facts}) f where left(division_code, 9) = left($1, 9) order by division_code, household_no, authorisation_no`

export async function listAccountFacts(sql: Sql, township: string): Promise<Single<AccountFacts>[]> {
  return await sql.query<Single<AccountFacts>>(ONE_BY_ONE(ACCOUNTS), [township], { named: false })
}

export async function listPaperFacts(sql: Sql, township: string): Promise<Single<PaperFacts>[]> {
  return await sql.query<Single<PaperFacts>>(ONE_BY_ONE(PAPERS), [township], { named: false })
}

/** Households of a township whose division no list in force has. */
export async function listStrayHouseholds(
  sql: Sql,
  township: string,
): Promise<{ household_no: string; division_code: string }[]> {
  return await sql.query<{ household_no: string; division_code: string }>(
    `select household_no, division_code from household h
     where left(division_code, 9) = left($1, 9) and not exists (select from division d where d.code = h.division_code)
     order by division_code, household_no`,
    [township],
  )
}

/** SQL of looking for households before anything is entered: a bounded number of rows whatever the word. */
import type { Sql, Tx } from '#platform/db'

/** A search word in the forms the columns are compared with. */
export interface HouseholdWord {
  readonly text: string
  readonly chars: readonly string[]
  /** letters only, lower case; empty when the word is none */
  readonly letters: string
  readonly numberIndex: Buffer | null
  readonly limit: number
}

export interface FoundRow {
  household_no: string
  head_name: string
  division_code: string
  village_name: string
  township_name: string
  programme: 'urban' | 'rural'
  kind: 'new' | 'existing'
  aid_from: string | null
  aid_to: string | null
  tier: string | null
  approved_amount: number | null
  persons: number
  matched: { subjectNo: string; name: string; role: 'member' | 'listed' | 'supporter' }[]
}

const PERSON = `household_no, person_no as subject_no, name, case when counted = 'yes' then 'member' else 'listed' end as role from person`
const SUPPORTER = `household_no, supporter_no as subject_no, name, 'supporter' as role from supporter`

/** No branch gives more rows than this; the page shows far fewer. */
const MOST = 200

const bySubject = (condition: string): string =>
  [PERSON, SUPPORTER].map((from) => `(select ${from} where ${condition} order by household_no limit ${MOST})`).join(' union all ')

const SEARCH = `
  with hit as (
    (select household_no, null as subject_no, null as name, null as role from household
      where household_no = $1 or household_no like $2 || '%' order by household_no limit ${MOST})
    union all ${bySubject('$3::bytea is not null and id_number_index = $3')}
    union all ${bySubject(`$4 <> '' and (initials like $4 || '%' or pinyin like $4 || '%')`)}
    union all ${bySubject(`$4 = '' and name_chars @> $5::text[] and name like '%' || $2 || '%'`)}
  ), found as (
    select household_no, coalesce(jsonb_agg(distinct jsonb_build_object('subjectNo', subject_no, 'name', name, 'role', role))
      filter (where subject_no is not null), '[]') as matched
    from hit group by household_no order by household_no limit $6
  )
  select h.household_no, h.head_name, h.division_code, coalesce(v.name, h.division_code) as village_name,
    coalesce(t.name, h.township_code) as township_name, h.programme, h.kind, h.aid_from, h.aid_to, h.tier, h.approved_amount,
    h.persons_count as persons, f.matched
  from found f join household h using (household_no)
  left join division v on v.code = h.division_code left join division t on t.code = h.township_code
  order by h.household_no`

/** Households in scope that a word names, by number, name, pinyin or citizen number of anybody in them. */
export function searchHouseholdRows(sql: Sql, word: HouseholdWord): Promise<FoundRow[]> {
  const like = word.text.replace(/[\\%_]/g, '\\$&')
  return sql.query<FoundRow>(SEARCH, [word.text, like, word.numberIndex, word.letters, word.chars, word.limit], { named: false })
}

export interface SamePersonRow {
  id_number_index: Buffer
  household_no: string
  role: 'member' | 'listed' | 'supporter'
  kind: 'new' | 'existing'
  within: boolean
}

/**
 * Everybody in sight who carries one of these numbers, with whether the household lies in the range of the transaction's caller. Run it
 * with the whole district in sight.
 */
export function listSamePersons(tx: Tx, indexes: readonly Buffer[]): Promise<SamePersonRow[]> {
  return tx.query<SamePersonRow>(
    `select s.id_number_index, s.household_no, s.role, h.kind, s.division_code >= $2 and s.division_code < $3 as within
     from (
       select id_number_index, household_no, division_code, case when counted = 'yes' then 'member' else 'listed' end as role
         from person where id_number_index = any($1)
       union all
       select id_number_index, household_no, division_code, 'supporter' from supporter where id_number_index = any($1)
     ) s join household h using (household_no)
     order by s.household_no, s.role limit 500`,
    [indexes, tx.scope.lo, tx.scope.hi],
  )
}

export interface OfficialMatchRow {
  official_no: string
  name: string
  role: string
  post: string | null
  unit: string | null
  division_code: string
  in_office_from: string
  in_office_to: string | null
  subject_no: string | null
  relation: string | null
  filed_on: string | null
}

/** Officials who carry the number of somebody in the household, and those a filing ties to it. Run it with the whole district in sight. */
export function listOfficialMatches(sql: Sql, householdNo: string): Promise<OfficialMatchRow[]> {
  return sql.query<OfficialMatchRow>(
    `select o.official_no, o.name, o.role, o.post, o.unit, o.division_code, o.in_office_from, o.in_office_to, m.subject_no, m.relation,
       m.filed_on
     from (
       select o.official_no, p.person_no as subject_no, 'self' as relation, null::date as filed_on
         from person p join official o using (id_number_index) where p.household_no = $1
       union all
       select o.official_no, s.supporter_no, 'self', null from supporter s join official o using (id_number_index) where s.household_no = $1
       union all
       select official_no, null, relation, filed_on from relative_filing where household_no = $1
     ) m join official o using (official_no)
     order by o.official_no, m.subject_no nulls last, m.filed_on`,
    [householdNo],
  )
}

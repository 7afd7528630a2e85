/** SQL of the boards and lists: campaigns, progress by place, the household list, units. All under the reader's scope. */
import { nameOf } from '#platform/actor-name'
import type { Tx } from '#platform/db'
import type { Area } from './statistics.ts'

export interface CampaignRow {
  campaign_id: string
  label: string
  as_of: string
  pack_id: string
  pack_hash: string
  scheme: string
  state: string
  started_at: string | null
  created_at: string
  created_by_name: string
  finished_at: string | null
  households: number
  persons: number
  supporters: number
  reported: number
}

const campaignSelect = `
  select c.campaign_id, c.label, c.as_of, c.pack_id, c.pack_hash, c.scheme, c.state, c.started_at, c.created_at, c.finished_at,
    ${nameOf('(select u.display_name from app_user u where u.user_id = c.created_by)', 'c.created_by')} as created_by_name,
    m.households, m.persons, m.supporters, m.reported
  from campaign c cross join lateral (
    select count(*) as households, count(report_no) as reported, coalesce(sum(persons), 0)::bigint as persons,
      coalesce(sum(supporters), 0)::bigint as supporters
    from commission m where m.campaign_id = c.campaign_id
  ) m`

/** Campaigns over areas, newest first; single commissions belong to their cases. */
export function listCampaignRows(tx: Tx): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(`${campaignSelect} where c.kind = 'district' order by c.campaign_no desc`)
}

export function findCampaignRow(tx: Tx, campaignId: string): Promise<CampaignRow | undefined> {
  return tx.maybe<CampaignRow>(`${campaignSelect} where c.campaign_id = $1`, [campaignId])
}

export interface PlaceRow {
  code: string
  name: string
  households: number
  states: Record<string, number>
  reported: number
  consistent: number
  inconsistent: number
  undetermined: number
  open_a: number
  open_b: number
  returned: number
}

/** Progress per township, or per village of one township. */
export function listProgress(tx: Tx, campaignId: string, township: string | null): Promise<PlaceRow[]> {
  return tx.query<PlaceRow>(
    `with village as (
       select c.division_code, c.state, count(*) as n, count(c.report_no) as reported,
         count(*) filter (where c.conclusion = 'consistent') as consistent,
         count(*) filter (where c.conclusion = 'inconsistent') as inconsistent,
         count(*) filter (where c.conclusion = 'undetermined') as undetermined,
         count(*) filter (where c.open_a > 0) as open_a,
         count(*) filter (where c.open_b > 0) as open_b,
         count(*) filter (where h.incomplete) as returned
       from commission c join household h using (household_no)
       where c.campaign_id = $1 and ($2::text is null or left(c.division_code, 9) = left($2::text, 9)) group by 1, 2
     ), place as (
       select case when $2::text is null then left(division_code, 9) || '000' else division_code end as code, state, sum(n)::bigint as n,
         sum(reported) as reported, sum(consistent) as consistent, sum(inconsistent) as inconsistent,
         sum(undetermined) as undetermined, sum(open_a) as open_a, sum(open_b) as open_b, sum(returned) as returned
       from village group by 1, 2
     )
     select p.code, coalesce(d.name, p.code) as name, sum(n)::bigint as households, jsonb_object_agg(p.state, n) as states,
       sum(reported)::bigint as reported, sum(consistent)::bigint as consistent, sum(inconsistent)::bigint as inconsistent,
       sum(undetermined)::bigint as undetermined, sum(open_a)::bigint as open_a, sum(open_b)::bigint as open_b,
       sum(returned)::bigint as returned
     from place p left join division d on d.code = p.code
     group by p.code, d.name order by p.code`,
    [campaignId, township],
  )
}

/** What the household list is cut to. */
export interface ListFilter {
  campaignId: string
  lo: string
  hi: string
  programme: string | null
  kind: string | null
  state: string | null
  conclusion: string | null
  finding: string | null
  rule: string | null
  /** only households whose findings were cleared since their newest report: a new version waits for its signature */
  toSign: boolean
  /** households among which the search word was found; null = no search */
  among: readonly string[] | null
}

export interface ListRow {
  household_no: string
  ordinal: number
  head_name: string
  township_name: string
  village_name: string
  programme: 'urban' | 'rural'
  kind: 'new' | 'existing'
  members: number
  state: string
  conclusion: string | null
  open_a: number
  open_b: number
  findings: number
  open_pairs: number
  per_capita: number | null
  report_no: string | null
  reported_on: string | null
}

const listWhere = `
  m.campaign_id = $1 and m.division_code >= $2 and m.division_code < $3
  and ($4::text is null or h.programme = $4) and ($5::text is null or h.kind = $5)
  and ($6::text is null or m.state = $6) and ($7::text is null or m.conclusion = $7)
  and ($8::text is null or case $8 when 'A' then m.open_a > 0 when 'B' then m.open_b > 0 else m.findings > m.open_a + m.open_b end)
  and ($9::text is null or exists (select 1 from finding f where f.campaign_id = m.campaign_id and f.household_no = m.household_no
    and f.version = m.version and f.rule = $9))
  and ($10::text[] is null or m.household_no = any($10))
  and (not $11::boolean or m.open_a = 0 and m.state = 'report_signed' and exists (select 1 from clearing_step s
    where s.campaign_id = m.campaign_id and s.household_no = m.household_no and s.at > (select max(r.signed_at) from report r
      where r.campaign_id = m.campaign_id and r.household_no = m.household_no)))`

function listValues(filter: ListFilter): unknown[] {
  const { campaignId, lo, hi, programme, kind, state, conclusion, finding, rule, among, toSign } = filter
  return [campaignId, lo, hi, programme, kind, state, conclusion, finding, rule, among, toSign]
}

/** A page of households in order of place, after an ordinal. */
export function listHouseholdRows(tx: Tx, filter: ListFilter, after: number, limit: number): Promise<ListRow[]> {
  return tx.query<ListRow>(
    `select m.household_no, m.ordinal, h.head_name, coalesce(t.name, h.township_code) as township_name,
       coalesce(v.name, division_name_on(m.division_code, 'infinity'), m.division_code) as village_name, h.programme, h.kind, h.persons_count as members, m.state, m.conclusion,
       m.open_a, m.open_b, m.findings, m.open_pairs, m.per_capita, m.report_no, m.reported_on
     from commission m join household h on h.household_no = m.household_no
     left join division t on t.code = h.township_code left join division v on v.code = m.division_code
     where ${listWhere} and m.ordinal > $12 order by m.ordinal limit $13`,
    [...listValues(filter), after, limit],
    { named: false },
  )
}

export async function countHouseholdRows(tx: Tx, filter: ListFilter): Promise<number> {
  const row = await tx.one<{ total: number }>(
    `select count(*) as total from commission m join household h on h.household_no = m.household_no where ${listWhere}`,
    listValues(filter),
  )
  return row.total
}

/** What a search word may be looked for as. */
export interface SearchWord {
  /** the word as typed */
  text: string
  /** its single characters, for names */
  chars: readonly string[]
  /** lower-case letters, for pinyin and initials; empty when it holds other characters */
  letters: string
  /** keyed index of a whole citizen number, or null */
  numberIndex: Buffer | null
}

const searchLimit = 500

/** Households of which a listed person or the number fits the word; at most 500. */
export async function searchHouseholds(tx: Tx, word: SearchWord): Promise<string[]> {
  const rows = await tx.query<{ household_no: string }>(
    `select household_no from (
       select household_no from household where household_no = $1 or household_no like $2 || '%'
       union
       select household_no from person where $3::bytea is not null and id_number_index = $3
       union
       select household_no from person where $4 <> '' and (initials like $4 || '%' or pinyin like $4 || '%')
       union
       select household_no from person where $4 = '' and name_chars @> $5::text[] and name like '%' || $2 || '%'
     ) found order by household_no limit ${searchLimit}`,
    [word.text, word.text.replace(/[\\%_]/g, '\\$&'), word.numberIndex, word.letters, word.chars],
    { named: false },
  )
  return rows.map((row) => row.household_no)
}

/** Keyed indexes of the heads of households, for the journal. */
export async function listHeadIndexes(tx: Tx, householdNos: readonly string[]): Promise<Buffer[]> {
  const rows = await tx.query<{ id_number_index: Buffer }>(
    `select id_number_index from person where household_no = any($1) and relation = 'head'`,
    [householdNos],
  )
  return rows.map((row) => row.id_number_index)
}

/** Persons who may have been left out, and those among them of whom nobody has noted an outcome. */
export function countMissed(tx: Tx, campaignId: string, { lo, hi }: Area): Promise<{ persons: number; open: number }> {
  return tx.one(
    `select count(*) as persons, count(*) filter (where s.step is distinct from 'first') as open
     from finding f left join lateral (
       select step from clearing_step s where s.campaign_id = f.campaign_id and s.household_no = '' and s.rule = f.rule
         and s.person = f.person and s.source = f.source and s.source_record_id = f.source_record_id
       order by step_no desc limit 1
     ) s on true
     where f.campaign_id = $1 and f.household_no = '' and f.division_code >= $2 and f.division_code < $3`,
    [campaignId, lo, hi],
  )
}

/** Counts of subjects per record type and state letter, from the counts the batches left. */
export function countAnswerStates(tx: Tx, campaignId: string): Promise<{ record: string; state: string; subjects: number }[]> {
  return tx.query(
    `select record, state, sum(subjects)::bigint as subjects from answer_count where campaign_id = $1 group by record, state`,
    [campaignId],
  )
}

/** The same over every campaign that began since an instant. */
export function countAnswersSince(tx: Tx, since: string): Promise<{ record: string; state: string; subjects: number }[]> {
  return tx.query(
    `select a.record, a.state, sum(a.subjects)::bigint as subjects
       from campaign c join answer_count a using (campaign_id) where c.created_at >= $1 group by a.record, a.state`,
    [since],
  )
}

/** What each unit stated of its record types in a campaign. */
export function listRecordStatements(
  tx: Tx,
  campaignId: string,
): Promise<
  { unit: string; record: string; state: string; as_of: string | null; stale: boolean; cut_off: boolean; faulty: number }[]
> {
  return tx.query(
    `select s.unit, r ->> 'record' as record, r ->> 'state' as state, r ->> 'asOfDate' as as_of,
       (r ->> 'stale')::boolean as stale, (r ->> 'cutOff')::boolean as cut_off,
       coalesce((select sum((f ->> 'quarantined')::int) from jsonb_array_elements(s.files) f
         where f ->> 'file' = 'sources/' || (r ->> 'record') || '.csv'), 0)::int as faulty
     from source_statement s cross join jsonb_array_elements(s.records) r where s.campaign_id = $1`,
    [campaignId],
  )
}

import type { Sql } from '#platform/db'

/** SQL of subscriptions. */

export interface SubscriptionRow {
  readonly code: string
  readonly partner_id: string
  readonly division_code: string
  readonly reference_id: string
  readonly event_type: string
  readonly record_type: string
  readonly purpose: string
  readonly reference: string
  readonly subject_index: Buffer
  readonly sealed: Buffer
  /** Where notices go; null: they wait until an address is registered. */
  readonly address: string | null
  readonly valid_from: string
  readonly valid_to: string | null
  readonly seen: Buffer
  readonly created_at: string
  readonly ended_at: string | null
}

/** Stores a subscription; false when the partner has the same one already. */
export async function insertSubscription(sql: Sql, row: SubscriptionRow): Promise<boolean> {
  const inserted = await sql.execute(
    `insert into dci_subscription (code, partner_id, division_code, reference_id, event_type, record_type, purpose, reference,
       subject_index, sealed, address, valid_from, valid_to, seen, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing`,
    [
      row.code,
      row.partner_id,
      row.division_code,
      row.reference_id,
      row.event_type,
      row.record_type,
      row.purpose,
      row.reference,
      row.subject_index,
      row.sealed,
      row.address,
      row.valid_from,
      row.valid_to,
      row.seen,
      row.created_at,
    ],
  )
  return inserted === 1
}

export function listSubscriptions(sql: Sql, codes: readonly string[]): Promise<SubscriptionRow[]> {
  return sql.query<SubscriptionRow>('select * from dci_subscription where code = any($1)', [codes])
}

export async function endSubscriptions(sql: Sql, codes: readonly string[], at: string): Promise<void> {
  await sql.execute('update dci_subscription set ended_at = $2 where code = any($1) and ended_at is null', [codes, at])
}

/** Ends a partner's subscriptions whose time is over: the same ones may be made again. */
export async function endExpired(sql: Sql, partnerId: string, at: string): Promise<void> {
  await sql.execute(
    'update dci_subscription set ended_at = valid_to where partner_id = $1 and ended_at is null and valid_to <= $2',
    [partnerId, at],
  )
}

/** SHA-256 of what an event type is about: the aid of the person's households, or who lives in them. */
const STATE = `
  select s.code, sha256(convert_to(coalesce(string_agg(
      case s.event_type when 'NewHouseHoldMember' then h.household_no || ':' || (
          select string_agg(m.person_no, ',' order by m.person_no) from person m where m.household_no = h.household_no and m.counted = 'yes')
        else concat_ws('|', h.household_no, h.programme, h.aid_from, h.aid_to, p.aid_from, p.aid_to) end,
      ';' order by h.household_no), ''), 'UTF8')) as state
  from dci_subscription s
  left join (person p join household h on h.household_no = p.household_no and h.aid_from is not null)
    on p.id_number_index = s.subject_index and p.counted = 'yes'`

/** What the registry knows of the subjects of these subscriptions now, as a digest. */
export function listStates(sql: Sql, codes: readonly string[]): Promise<{ code: string; state: Buffer }[]> {
  return sql.query(`${STATE} where s.code = any($1) group by s.code`, [codes])
}

/** Open subscriptions of a partner whose state is no longer the one it knows, locked; with `needsAddress` those alone that have one. */
export async function takeChanged(
  sql: Sql,
  partnerId: string,
  at: string,
  limits: { readonly most: number; readonly needsAddress: boolean },
): Promise<(SubscriptionRow & { state: Buffer })[]> {
  return sql.query(
    `with now_known as (
       ${STATE} where s.partner_id = $1 and s.ended_at is null and s.valid_from <= $2 and (s.valid_to is null or s.valid_to > $2)
       group by s.code)
     select s.*, n.state from dci_subscription s join now_known n on n.code = s.code
     where s.seen <> n.state and s.ended_at is null and (s.address is not null or not $4)
     order by s.code limit $3 for update of s skip locked`,
    [partnerId, at, limits.most, limits.needsAddress],
  )
}

export async function saveSeen(sql: Sql, code: string, state: Buffer): Promise<void> {
  await sql.execute('update dci_subscription set seen = $2 where code = $1', [code, state])
}

import type { Sql } from '#platform/db'
import type { Right } from '../contract/index.ts'

/** SQL of partners and their rights. */

export interface PartnerRow {
  readonly partner_id: string
  readonly name: string
  readonly division_code: string
  readonly our_id: string
  readonly is_asker: boolean
  readonly is_registry: boolean
  readonly secret_hash: string
  readonly sign_keys: Readonly<Record<string, string>>
  readonly needs_signature: boolean
  /** Texts that stand for "not signed" in this partner's messages. */
  readonly signature_stubs: readonly string[]
  readonly callbacks: readonly string[]
  readonly per_minute: number
  readonly registry_uri: string | null
  readonly token_uri: string | null
  readonly our_client_id: string | null
  readonly our_secret: Buffer | null
  readonly disabled: boolean
  readonly created_at: string
}

/** The partner, also a disabled one; undefined when there is none of that id. */
export function findPartner(sql: Sql, partnerId: string): Promise<PartnerRow | undefined> {
  return sql.maybe<PartnerRow>('select * from dci_partner where partner_id = $1', [partnerId])
}

export function listPartners(sql: Sql): Promise<PartnerRow[]> {
  return sql.query<PartnerRow>('select * from dci_partner order by partner_id')
}

/** Whether anybody is registered: without partners the edge is closed. */
export async function hasPartners(sql: Sql): Promise<boolean> {
  return (await sql.one<{ known: boolean }>('select exists (select from dci_partner) as known')).known
}

export async function insertPartner(sql: Sql, row: PartnerRow): Promise<void> {
  await sql.execute(
    `insert into dci_partner (partner_id, name, division_code, our_id, is_asker, is_registry, secret_hash, sign_keys, needs_signature,
       signature_stubs, callbacks, per_minute, registry_uri, token_uri, our_client_id, our_secret, disabled, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      row.partner_id,
      row.name,
      row.division_code,
      row.our_id,
      row.is_asker,
      row.is_registry,
      row.secret_hash,
      JSON.stringify(row.sign_keys),
      row.needs_signature,
      row.signature_stubs,
      row.callbacks,
      row.per_minute,
      row.registry_uri,
      row.token_uri,
      row.our_client_id,
      row.our_secret,
      row.disabled,
      row.created_at,
    ],
  )
}

/** Takes a partner's access away, or gives it back; false when there is none of that id. */
export async function setDisabled(sql: Sql, partnerId: string, disabled: boolean): Promise<boolean> {
  return (await sql.execute('update dci_partner set disabled = $2 where partner_id = $1', [partnerId, disabled])) === 1
}

/** Sets the texts that stand for "not signed" in a partner's messages. */
export async function saveStubs(sql: Sql, partnerId: string, stubs: readonly string[]): Promise<void> {
  await sql.execute('update dci_partner set signature_stubs = $2 where partner_id = $1', [partnerId, stubs])
}

export async function listRights(sql: Sql, partnerId: string): Promise<Right[]> {
  return sql.query<Right>(
    `select purpose, record_type as "recordType", attributes, queries, events, valid_to as "validTo" from dci_right
     where partner_id = $1 order by purpose, record_type`,
    [partnerId],
  )
}

/** Sets what a partner may ask for one purpose and kind of record. */
export async function saveRight(sql: Sql, partnerId: string, right: Right): Promise<void> {
  await sql.execute(
    `insert into dci_right (partner_id, purpose, record_type, attributes, queries, events, valid_to) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (partner_id, purpose, record_type) do update
       set attributes = excluded.attributes, queries = excluded.queries, events = excluded.events, valid_to = excluded.valid_to`,
    [partnerId, right.purpose, right.recordType, right.attributes, right.queries, right.events, right.validTo],
  )
}

/** Names of partners as the journal names them (`dci:<id>`). */
export function listPartnerNames(sql: Sql, partnerIds: readonly string[]): Promise<{ partner_id: string; name: string }[]> {
  return sql.query('select partner_id, name from dci_partner where partner_id = any($1)', [partnerIds])
}

/** Names and places of the divisions, upper ones first. */
export function listDivisions(sql: Sql): Promise<{ code: string; name: string; level: string; parent_code: string | null }[]> {
  return sql.query('select code, name, level, parent_code from division order by code')
}

/** SQL of the check: rows as they are hashed, heads and seals, in one snapshot. */
import type { Scope, Sql } from '#platform/db'
import type { ChainHead, ChainRow } from '../chain.ts'

/** Begins a transaction in which every statement sees the same moment. It ends with the session. */
export async function openSnapshot(sql: Sql, { lo, hi, actor }: Scope): Promise<void> {
  await sql.query('begin isolation level repeatable read, read only', [], { named: false })
  await sql.query(
    `select set_config('app.scope_lo', $1, true), set_config('app.scope_hi', $2, true), set_config('app.actor', $3, true)`,
    [lo, hi, actor],
  )
}

/** Where a page of rows begins: behind this row. */
export interface ChainPlace {
  readonly chain: string
  readonly seq: number
  readonly entry_id: number
}

const field = (text: string): string => `octet_length(${text})::text || ':' || ${text}`

/** Written out here and not by the database's own function, which whoever alters rows could alter as well. */
const said = [
  'chain',
  'seq::text',
  `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  'actor',
  'role',
  'action',
  'division_code',
  `array_to_string(subjects, ',')`,
  'basis',
  'purpose',
  'detail::text',
]
  .map(field)
  .join(' || ')

/** The next rows of all chains (or one) in the order chain, number; two of one number in the order they were written. */
export function listChainTexts(
  sql: Sql,
  after: ChainPlace,
  limit: number,
  only: string | null,
): Promise<(ChainRow & ChainPlace)[]> {
  return sql.query(
    `select chain, seq, entry_id, encode(prev_hash, 'hex') as prev, encode(hash, 'hex') as hash, ${said} as said from journal
     where (chain, seq, entry_id) > ($1, $2, $3) and ($5::text is null or chain = $5) order by chain, seq, entry_id limit $4`,
    [after.chain, after.seq, after.entry_id, limit, only],
  )
}

export function listHeads(sql: Sql, only: string | null): Promise<ChainHead[]> {
  return sql.query<ChainHead>(
    `select chain, seq, encode(hash, 'hex') as hash from journal_head where $1::text is null or chain = $1`,
    [only],
  )
}

export interface SealRow {
  readonly seal_no: number
  /** xid8 as text. */
  readonly tx_from: string
  readonly tx_to: string
  readonly entries: number
  readonly root: Buffer
  readonly prev_root: Buffer
  readonly signature: Buffer
}

/** Seals after a number, in order. */
export function listSeals(sql: Sql, after: number, limit: number): Promise<SealRow[]> {
  return sql.query<SealRow>('select * from journal_seal where seal_no > $1 order by seal_no limit $2', [after, limit])
}

/** The hashes of the rows below some seals, in the order in which they were sealed. */
export async function listSealedHashes(sql: Sql, seals: readonly SealRow[]): Promise<ReadonlyMap<number, Buffer[]>> {
  const rows = await sql.query<{ seal_no: number; hash: Buffer }>(
    `select s.seal_no, j.hash from unnest($1::bigint[], $2::text[], $3::text[]) as s(seal_no, tx_from, tx_to)
     join journal j on j.tx >= s.tx_from::xid8 and j.tx < s.tx_to::xid8 order by s.seal_no, j.entry_id`,
    [seals.map((seal) => seal.seal_no), seals.map((seal) => seal.tx_from), seals.map((seal) => seal.tx_to)],
  )
  const hashes = new Map<number, Buffer[]>()
  for (const { seal_no, hash } of rows) {
    const own = hashes.get(seal_no)
    if (own === undefined) hashes.set(seal_no, [hash])
    else own.push(hash)
  }
  return hashes
}

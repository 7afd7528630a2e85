import type { Sql, Tx } from '#platform/db'
import type { SealRow } from './check.ts'

/** All SQL of the journal. The application role may insert and select, nothing else; the database numbers and links the rows. */

export interface EntryRow {
  readonly chain: string
  readonly actor: string
  readonly role: string
  readonly action: string
  readonly divisionCode: string
  readonly subjects: readonly Buffer[]
  readonly basis: string
  readonly purpose: string
  readonly detail: string
}

function byteaArray(subjects: readonly Buffer[]): string {
  return `{${subjects.map((subject) => `"\\\\x${subject.toString('hex')}"`).join(',')}}`
}

/** Appends rows in one statement; chains are locked in the order of their names, so that two writers never wait for each other in a ring. */
export async function insertEntries(sql: Sql, rows: readonly EntryRow[]): Promise<void> {
  const column = (pick: (row: EntryRow) => string): string[] => rows.map(pick)
  await sql.execute(
    `insert into journal (chain, seq, actor, role, action, division_code, subjects, basis, purpose, detail, prev_hash, hash)
     select chain, 0, actor, role, action, division_code, subjects::bytea[], basis, purpose, detail::jsonb, '', ''
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       with ordinality as e (chain, actor, role, action, division_code, subjects, basis, purpose, detail, n)
     order by chain collate "C", n`,
    [
      column((row) => row.chain),
      column((row) => row.actor),
      column((row) => row.role),
      column((row) => row.action),
      column((row) => row.divisionCode),
      column((row) => byteaArray(row.subjects)),
      column((row) => row.basis),
      column((row) => row.purpose),
      column((row) => row.detail),
    ],
  )
}

/** Whether the links hold over the last rows of the chains that name a person, as the database itself computes them. */
export async function chainsHold(sql: Sql, subjects: readonly Buffer[]): Promise<boolean> {
  const row = await sql.one<{ broken: number }>(
    `select count(*) as broken from journal j
     where j.subjects && $1::bytea[] and (j.hash <> journal_hash(j)
       or (j.seq > 1 and j.prev_hash is distinct from (select b.hash from journal b where b.chain = j.chain and b.seq = j.seq - 1)))`,
    [subjects],
  )
  return row.broken === 0
}

export interface LookRow {
  readonly entry_id: number
  readonly at: string
  readonly chain: string
  readonly actor: string
  readonly role: string
  readonly action: string
  readonly division_code: string
  readonly basis: string
  readonly purpose: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Entries that name a person, newest first. */
export function listLooksOf(sql: Sql, subjects: readonly Buffer[], before: number | null, limit: number): Promise<LookRow[]> {
  return sql.query<LookRow>(
    `select entry_id, at, chain, actor, role, action, division_code, basis, purpose, detail from journal
     where subjects && $1::bytea[] and ($2::bigint is null or entry_id < $2) order by entry_id desc limit $3`,
    [subjects, before, limit],
  )
}

export async function countLooksOf(sql: Sql, subjects: readonly Buffer[]): Promise<number> {
  return (await sql.one<{ n: number }>('select count(*) as n from journal where subjects && $1::bytea[]', [subjects])).n
}

// Seals ------------------------------------------------------------------------------------------------------------------------------------

/** One sealer at a time; released with the transaction. False when another one is at work. */
export async function lockSealing(tx: Tx): Promise<boolean> {
  return (await tx.one<{ got: boolean }>(`select pg_try_advisory_xact_lock(hashtext('journal seal')) as got`)).got
}

export function findLastSeal(sql: Sql): Promise<SealRow | undefined> {
  return sql.maybe<SealRow>('select * from journal_seal order by seal_no desc limit 1')
}

/** Number and hexadecimal root of the newest seal; undefined before the first. */
export function findNewestSeal(sql: Sql): Promise<{ no: number; root: string } | undefined> {
  return sql.maybe(`select seal_no as no, encode(root, 'hex') as root from journal_seal order by seal_no desc limit 1`)
}

/** Every transaction below this number is over for everybody. */
export async function settledBelow(sql: Sql): Promise<string> {
  return (await sql.one<{ xmin: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xmin')).xmin
}

export async function listHashes(sql: Sql, from: string, to: string): Promise<Buffer[]> {
  const rows = await sql.query<{ hash: Buffer }>(
    'select hash from journal where tx >= $1::xid8 and tx < $2::xid8 order by entry_id',
    [from, to],
  )
  return rows.map((row) => row.hash)
}

export async function insertSeal(sql: Sql, seal: SealRow): Promise<void> {
  await sql.execute(
    `insert into journal_seal (seal_no, tx_from, tx_to, entries, root, prev_root, signature) values ($1, $2::xid8, $3::xid8, $4, $5, $6, $7)`,
    [seal.seal_no, seal.tx_from, seal.tx_to, seal.entries, seal.root, seal.prev_root, seal.signature],
  )
}

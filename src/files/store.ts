import type { Sql, Tx } from '#platform/db'

/** All SQL of files. Who sees a file stands at its table (db/migrations/0025_stored_files.sql). */

/** What a file belongs to. A `campaign` has the findings beyond the roll; a `scan` is a stack of papers. */
export interface FileOwner {
  readonly kind: 'case' | 'household' | 'campaign' | 'notice' | 'scan' | 'import'
  readonly no: string
  readonly divisionCode: string
}

export interface FileRow {
  readonly fileId: string
  readonly sha256: string
  readonly name: string
  readonly size: number
  /** null: stored before contents were looked at */
  readonly mediaType: string | null
  readonly takenBy: string
  readonly ownerKind: FileOwner['kind'] | null
  readonly ownerNo: string | null
}

const COLUMNS = `file_id as "fileId", sha256, name, size, media_type as "mediaType", taken_by as "takenBy", owner_kind as "ownerKind",
  owner_no as "ownerNo"`

export interface NewFile {
  readonly fileId: string
  readonly sha256: string
  readonly name: string
  readonly size: number
  readonly mediaType: string
  readonly kind: string
  readonly by: string
  readonly at: string
  readonly divisionCode: string
}

export async function insertFile(sql: Sql, file: NewFile): Promise<void> {
  await sql.execute(
    `insert into stored_file (file_id, sha256, name, size, media_type, kind, taken_by, taken_at, division_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [file.fileId, file.sha256, file.name, file.size, file.mediaType, file.kind, file.by, file.at, file.divisionCode],
  )
}

/** How many files a person has handed in that belong to nothing yet. */
export async function countWaiting(sql: Sql, by: string): Promise<number> {
  const row = await sql.one<{ n: number }>(
    'select count(*)::int as n from stored_file where taken_by = $1 and owner_kind is null',
    [by],
  )
  return row.n
}

/** Files with one of the contents that already belong to the owner or that the person handed in, the owner's first, then those that wait. */
export function listCandidates(sql: Sql, owner: FileOwner, by: string, hashes: readonly string[]): Promise<FileRow[]> {
  return sql.query<FileRow>(
    `select ${COLUMNS} from stored_file
     where sha256 = any($1) and (owner_kind = $2 and owner_no = $3 or taken_by = $4)
     order by (owner_kind = $2 and owner_no = $3) desc nulls last, owner_kind is null desc, taken_at desc`,
    [hashes, owner.kind, owner.no, by],
  )
}

/** Lets files that wait belong to an owner; gives those that still waited. */
export async function attachWaiting(tx: Tx, owner: FileOwner, fileIds: readonly string[], at: string): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `update stored_file set owner_kind = $2, owner_no = $3, division_code = $4, attached_at = $5
     where file_id = any($1) and owner_kind is null returning file_id as id`,
    [fileIds, owner.kind, owner.no, owner.divisionCode, at],
  )
  return new Set(rows.map(({ id }) => id))
}

/** The same file once more, for another owner: who handed a file in may use it twice. Gives its id there, also where somebody was quicker. */
export async function copyTo(tx: Tx, owner: FileOwner, fileId: string, at: string): Promise<string> {
  const made = await tx.maybe<{ id: string }>(
    `insert into stored_file (file_id, sha256, name, size, media_type, kind, taken_by, taken_at, division_code, owner_kind, owner_no, attached_at)
     select gen_random_uuid(), sha256, name, size, media_type, kind, taken_by, taken_at, $4, $2, $3, $5 from stored_file where file_id = $1
     on conflict do nothing returning file_id as id`,
    [fileId, owner.kind, owner.no, owner.divisionCode, at],
  )
  if (made !== undefined) return made.id
  const there = await tx.one<{ id: string }>(
    `select file_id as id from stored_file
     where owner_kind = $2 and owner_no = $3 and sha256 = (select sha256 from stored_file where file_id = $1)`,
    [fileId, owner.kind, owner.no],
  )
  return there.id
}

/** Files of an owner, in the caller's sight. */
export function listOwned(sql: Sql, kind: FileOwner['kind'], no: string): Promise<FileRow[]> {
  return sql.query<FileRow>(
    `select ${COLUMNS} from stored_file where owner_kind = $1 and owner_no = $2 order by attached_at, file_id`,
    [kind, no],
  )
}

/** The newest file with a content that a person handed in himself. */
export function findTakenBy(sql: Sql, by: string, sha256: string): Promise<FileRow | undefined> {
  return sql.maybe<FileRow>(
    `select ${COLUMNS} from stored_file where taken_by = $1 and sha256 = $2 order by taken_at desc limit 1`,
    [by, sha256],
  )
}

/** Takes away what was handed in before an instant and never named by anything; gives how many. */
export function deleteForgotten(sql: Sql, before: string): Promise<number> {
  return sql.execute('delete from stored_file where owner_kind is null and taken_at < $1', [before])
}

/** Those of the contents that nothing refers to. */
export async function listUnused(sql: Sql, hashes: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ sha256: string }>(
    `select h as sha256 from unnest($1::text[]) h where not exists (select from stored_content c where c.sha256 = h)`,
    [hashes],
  )
  return rows.map((row) => row.sha256)
}

export interface CarriedFile {
  readonly caseNo: string
  readonly sha256: string
  readonly name: string
  readonly size: number
  readonly by: string
  readonly at: string
  readonly divisionCode: string
}

/** Files that sealed records of cases name and that had no row of their own. */
export async function insertCarried(sql: Sql, files: readonly CarriedFile[]): Promise<void> {
  const column = <K extends keyof CarriedFile>(key: K) => files.map((file) => file[key])
  await sql.execute(
    `insert into stored_file (file_id, sha256, name, size, kind, taken_by, taken_at, division_code, owner_kind, owner_no, attached_at)
     select gen_random_uuid(), f.sha256, f.name, f.size, 'paper', f.by, f.at, f.division, 'case', f.no, f.at
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[], $7::text[]) as f(no, sha256, name, size, by, at, division)
     on conflict do nothing`,
    [column('caseNo'), column('sha256'), column('name'), column('size'), column('by'), column('at'), column('divisionCode')],
  )
}

export async function isCarried(sql: Sql, what: string): Promise<boolean> {
  return (await sql.maybe('select from stored_file_carried where what = $1', [what])) !== undefined
}

export async function saveCarried(sql: Sql, what: string, at: string): Promise<void> {
  await sql.execute('insert into stored_file_carried (what, at) values ($1, $2) on conflict do nothing', [what, at])
}

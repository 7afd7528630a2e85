import type { Sql } from '#platform/db'

/** All SQL of documents: the templates of the district. */

export interface VersionRow {
  readonly template: string
  readonly version: number
  readonly sha256: string
  readonly note: string
  readonly made_by: string
  readonly made_by_name: string
  readonly made_at: string
}

/** Versions of one template or of all, newest first, without their texts. */
export function listVersions(sql: Sql, template: string | null): Promise<VersionRow[]> {
  return sql.query<VersionRow>(
    `select template, version, sha256, note, made_by, made_by_name, made_at from template_version
     where $1::text is null or template = $1 order by template, version desc`,
    [template],
  )
}

export interface ReleaseRow {
  readonly template: string
  readonly version: number
  readonly reason: string
  readonly by_name: string
  readonly at: string
}

/** Releases of one template or of all, newest first. */
export function listReleases(sql: Sql, template: string | null): Promise<ReleaseRow[]> {
  return sql.query<ReleaseRow>(
    `select template, version, reason, by_name, at from template_release
     where $1::text is null or template = $1 order by release_no desc`,
    [template],
  )
}

export function findVersionText(
  sql: Sql,
  template: string,
  version: number,
): Promise<{ body: string; sha256: string } | undefined> {
  return sql.maybe('select body, sha256 from template_version where template = $1 and version = $2', [template, version])
}

/** Keeps a text as the next version; gives its number. */
export async function insertVersion(
  sql: Sql,
  row: {
    readonly template: string
    readonly body: string
    readonly sha256: string
    readonly note: string
    readonly by: string
    readonly byName: string
    readonly at: string
  },
): Promise<number> {
  const made = await sql.one<{ version: number }>(
    `insert into template_version (template, version, body, sha256, note, made_by, made_by_name, made_at)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7::timestamptz from template_version where template = $1 returning version`,
    [row.template, row.body, row.sha256, row.note, row.by, row.byName, row.at],
  )
  return made.version
}

export async function insertRelease(
  sql: Sql,
  row: {
    readonly template: string
    readonly version: number
    readonly reason: string
    readonly by: string
    readonly byName: string
    readonly at: string
  },
): Promise<void> {
  await sql.execute(
    'insert into template_release (template, version, reason, by_user, by_name, at) values ($1, $2, $3, $4, $5, $6)',
    [row.template, row.version, row.reason, row.by, row.byName, row.at],
  )
}

/** The district's own texts in force, by template. */
export function listTextsInForce(sql: Sql): Promise<{ template: string; body: string; sha256: string }[]> {
  return sql.query(
    `select v.template, v.body, v.sha256 from (
       select distinct on (template) template, version from template_release order by template, release_no desc
     ) r join template_version v on v.template = r.template and v.version = r.version`,
  )
}

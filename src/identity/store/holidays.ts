import type { Sql } from '#platform/db'

/** All SQL of holiday notices. */

export interface NoticeRow {
  readonly year: number
  readonly version: number
  readonly off_days: string
  readonly work_days: string
  readonly source: string
  readonly entered_by_name: string
  readonly entered_at: string
}

const COLUMNS = 'year, version, off_days, work_days, source, entered_by_name, entered_at'

/** The notice in force of every year that has one. */
export function listNoticesInForce(sql: Sql): Promise<NoticeRow[]> {
  return sql.query<NoticeRow>(`select distinct on (year) ${COLUMNS} from holiday_notice order by year, version desc`)
}

/** Versions of a year, newest first. */
export function listNoticeVersions(sql: Sql, year: number): Promise<NoticeRow[]> {
  return sql.query<NoticeRow>(`select ${COLUMNS} from holiday_notice where year = $1 order by version desc`, [year])
}

export interface NewNotice {
  readonly year: number
  readonly off: string
  readonly work: string
  readonly source: string
  readonly by: string
  readonly byName: string
  readonly at: string
}

/** Enters the next version of a year; gives its number. */
export async function insertNotice(sql: Sql, notice: NewNotice): Promise<number> {
  const row = await sql.one<{ version: number }>(
    `insert into holiday_notice (year, version, off_days, work_days, source, entered_by, entered_by_name, entered_at)
     select $1::int, coalesce(max(version), 0) + 1, $2::text, $3::text, $4::text, $5::text, $6::text, $7::timestamptz
     from holiday_notice where year = $1 returning version`,
    [notice.year, notice.off, notice.work, notice.source, notice.by, notice.byName, notice.at],
  )
  return row.version
}

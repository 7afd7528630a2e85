/** SQL of alarms: what was found not to be as it was sealed or signed, until a person has settled it. */
import type { Sql } from '#platform/db'

export interface Alarm {
  readonly kind: 'report' | 'journal' | 'seal' | 'anchor'
  /** number of a report, name of a chain, number of a seal … */
  readonly subject: string
  /** What does not hold, as a Chinese sentence. */
  readonly fault: string
  /** 12-digit division the document concerns. */
  readonly divisionCode: string
}

export interface AlarmRow {
  readonly alarm_id: number
  readonly kind: Alarm['kind']
  readonly subject: string
  readonly fault: string
  readonly found_at: string
  readonly settled_by_name: string | null
  readonly settled_at: string | null
  readonly settled_reason: string | null
}

/** Keeps those that are not open already; gives them. */
export function insertAlarms(sql: Sql, alarms: readonly Alarm[]): Promise<Pick<AlarmRow, 'kind' | 'subject' | 'fault'>[]> {
  return sql.query(
    `insert into proof_alarm (kind, subject, fault, division_code)
     select distinct * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as a(kind, subject, fault, division_code)
     on conflict do nothing returning kind, subject, fault`,
    [
      alarms.map(({ kind }) => kind),
      alarms.map(({ subject }) => subject),
      alarms.map(({ fault }) => fault),
      alarms.map(({ divisionCode }) => divisionCode),
    ],
  )
}

const COLUMNS = 'alarm_id, kind, subject, fault, found_at, settled_by_name, settled_at, settled_reason'

/** Open ones first, then the newest. */
export function listAlarmRows(sql: Sql, limit: number): Promise<AlarmRow[]> {
  return sql.query<AlarmRow>(`select ${COLUMNS} from proof_alarm order by settled_at is not null, alarm_id desc limit $1`, [
    limit,
  ])
}

export async function countOpenAlarms(sql: Sql): Promise<number> {
  return (await sql.one<{ n: number }>('select count(*) as n from proof_alarm where settled_at is null')).n
}

/** Settles an open one; undefined when it is not there or settled already. */
export function settleAlarmRow(
  sql: Sql,
  alarmId: number,
  by: { readonly userId: string; readonly name: string },
  at: string,
  reason: string,
): Promise<AlarmRow | undefined> {
  return sql.maybe<AlarmRow>(
    `update proof_alarm set settled_by = $2, settled_by_name = $3, settled_at = $4, settled_reason = $5
     where alarm_id = $1 and settled_at is null returning ${COLUMNS}`,
    [alarmId, by.userId, by.name, at, reason],
  )
}

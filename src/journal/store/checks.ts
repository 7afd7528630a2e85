/** SQL of the checks that were made, and of what they counted. */
import type { Sql } from '#platform/db'
import type { ProofCheck } from '../contract.ts'

export async function insertCheck(sql: Sql, check: ProofCheck): Promise<void> {
  await sql.execute(
    `insert into journal_check (by_user, started_at, ended_at, entries, chains, seals, last_seal, anchors, reports, faults, failure)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      check.by,
      check.startedAt,
      check.endedAt,
      check.entries,
      check.chains,
      check.seals,
      check.lastSeal,
      check.anchors,
      check.reports,
      check.faults,
      check.failure,
    ],
  )
}

export function findLastCheck(sql: Sql): Promise<ProofCheck | undefined> {
  return sql.maybe<ProofCheck>(
    `select by_user as by, started_at as "startedAt", ended_at as "endedAt", entries, chains, seals, last_seal as "lastSeal", anchors, reports,
       faults, failure from journal_check order by check_id desc limit 1`,
  )
}

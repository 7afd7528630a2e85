/** SQL of the units' statements about their own data. */

import type { Keys } from '#platform/crypto'
import type { CopyValue, Tx } from '#platform/db'
import type { StatementAnswer } from '#sources/contract'

export async function hasStatements(tx: Tx, campaignId: string): Promise<boolean> {
  const row = await tx.one<{ known: boolean }>('select exists (select 1 from source_statement where campaign_id = $1) as known', [
    campaignId,
  ])
  return row.known
}

/** Stores what each unit said of its record types and files: one statement for all units. */
export async function insertStatements(
  tx: Tx,
  campaignId: string,
  statements: readonly StatementAnswer[],
  receivedAt: string,
): Promise<void> {
  await tx.execute(
    `insert into source_statement (campaign_id, unit, received_at, files, records)
     select $1::uuid, s.unit, $2::timestamptz, s.files, s.records
     from unnest($3::text[], $4::jsonb[], $5::jsonb[]) as s(unit, files, records)`,
    [
      campaignId,
      receivedAt,
      statements.map((statement) => statement.unit),
      statements.map((statement) => JSON.stringify(statement.files)),
      statements.map((statement) => JSON.stringify(statement.records)),
    ],
  )
}

function* issueRows(campaignId: string, statements: readonly StatementAnswer[]): Iterable<CopyValue[]> {
  for (const { unit, issues } of statements) {
    for (const { file, row, column, code, severity, message } of issues) {
      yield [campaignId, unit, file, row, column, code, severity, message]
    }
  }
}

export async function copySourceIssues(tx: Tx, campaignId: string, statements: readonly StatementAnswer[]): Promise<void> {
  await tx.copyIn(
    'copy source_issue (campaign_id, unit, file, row, column_name, code, severity, message) from stdin',
    issueRows(campaignId, statements),
  )
}

function* quarantineRows(keys: Keys, campaignId: string, statements: readonly StatementAnswer[]): Iterable<CopyValue[]> {
  for (const { unit, quarantine } of statements) {
    for (const { file, row, codes, raw } of quarantine) yield [campaignId, unit, file, row, codes.join(';'), keys.seal(raw)]
  }
}

/** Keeps the units' faulty rows, sealed, so that a corrected file can be sent again. */
export async function copySourceQuarantine(
  tx: Tx,
  keys: Keys,
  campaignId: string,
  statements: readonly StatementAnswer[],
): Promise<void> {
  await tx.copyIn(
    'copy source_quarantine (campaign_id, unit, file, row, codes, raw_sealed) from stdin',
    quarantineRows(keys, campaignId, statements),
  )
}

/**
 * The peers' way, done fairly: one prepared, indexed query per person and source, 16 in flight; one insert per report.
 * Measured on a sample and extrapolated to all subjects.
 */
import { recordNames } from '../src/exchange/contract/index.ts'
import { monotonicMs } from '../src/platform/clock.ts'
import type { Db } from '../src/platform/db.ts'
import type { Asked } from './district-floor.ts'
import { tableOf } from './reference-store.ts'

export interface PeersFigures {
  sample_persons: number
  sample_seconds: number
  extrapolated_seconds: number
}

const inFlight = 16
const reportBytes = 2000

async function eachInFlight<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const take = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next++]
      if (item !== undefined) await work(item)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, take))
}

/** Measures at least `persons` subjects (whole households) and extrapolates. */
export async function measurePeers(db: Db, asked: readonly Asked[], persons: number): Promise<PeersFigures> {
  const households = Map.groupBy(asked, (each) => each.householdNo)
  const sample: Asked[][] = []
  let size = 0
  for (const members of households.values()) {
    if (size >= persons) break
    sample.push(members)
    size += members.length
  }
  const named = (name: string, text: string, values: unknown[]) => db.pool.query({ name, text, values })
  await db.pool.query('create unlogged table peer_report (household text primary key, report jsonb)')
  const texts = recordNames.map((record) => ({
    name: `peer_${record}`,
    text: `select line from ${tableOf(record)} where id = $1`,
  }))
  const started = monotonicMs()
  await eachInFlight(sample, async (members) => {
    const found: string[] = []
    for (const member of members) {
      for (const { name, text } of texts) {
        const { rows } = await named(name, text, [member.idNumber])
        for (const row of rows as { line: string }[]) found.push(row.line)
      }
    }
    const report = JSON.stringify({ household: members[0]?.householdNo, found }).slice(0, reportBytes)
    await named('peer_insert', 'insert into peer_report (household, report) values ($1, to_jsonb($2::text))', [
      members[0]?.householdNo,
      report,
    ])
  })
  const seconds = (monotonicMs() - started) / 1000
  return {
    sample_persons: size,
    sample_seconds: Number(seconds.toFixed(2)),
    extrapolated_seconds: Number(((seconds * asked.length) / size).toFixed(1)),
  }
}

/**
 * The peers' way, done fairly: one call per person and unit that may be asked, by prepared, indexed queries, 16 in flight; one insert
 * per report. Measured on a sample and extrapolated to all pairs, in two forms:
 *
 * service  every unit is a process of its own, as in the product, and each query is a call to it: nobody's case system
 *          reads the police's tables from inside its own database
 * sql      the units' rows lie in the case system's own database: what no district has, the least it could ever cost
 */
import { Agent, get } from 'node:http'
import { recordNames, recordTypeOf, type UnitName } from '#sources/contract'
import { monotonicMs } from '../src/platform/clock.ts'
import type { Db } from '../src/platform/db.ts'
import { type Asked, required } from './district-material.ts'
import { tableOf } from './reference-store.ts'
import type { UnitServices } from './unit-services.ts'

export interface PeersFigures {
  sample_persons: number
  sample_pairs: number
  sample_seconds: number
  extrapolated_seconds: number
}

const inFlight = 16
const reportBytes = 2000

/** One query: what a unit holds of a person, as text. */
type Query = (unit: UnitName, idNumber: string) => Promise<string>

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

const pairsOf = (asked: readonly Asked[]): number => asked.reduce((sum, { units }) => sum + units.length, 0)

/** Whole households, at least so many persons. */
function sampleOf(asked: readonly Asked[], persons: number): Asked[][] {
  const households: Asked[][] = []
  let size = 0
  for (const members of Map.groupBy(asked, (each) => each.householdNo).values()) {
    if (size >= persons) break
    households.push(members)
    size += members.length
  }
  return households
}

async function measure(db: Db, table: string, asked: readonly Asked[], persons: number, query: Query): Promise<PeersFigures> {
  const households = sampleOf(asked, persons)
  const sampled = households.flat()
  await db.pool.query(`create table ${table} (household text primary key, report jsonb)`)
  const text = `insert into ${table} (household, report) values ($1, to_jsonb($2::text))`
  const started = monotonicMs()
  await eachInFlight(households, async (members) => {
    const found: string[] = []
    for (const { units, idNumber } of members) for (const unit of units) found.push(await query(unit, idNumber))
    const household = members[0]?.householdNo
    const report = JSON.stringify({ household, found }).slice(0, reportBytes)
    await db.pool.query({ name: table, text, values: [household, report] })
  })
  const seconds = (monotonicMs() - started) / 1000
  return {
    sample_persons: sampled.length,
    sample_pairs: pairsOf(sampled),
    sample_seconds: Number(seconds.toFixed(2)),
    extrapolated_seconds: Number(((seconds * pairsOf(asked)) / pairsOf(sampled)).toFixed(1)),
  }
}

/** The form without any line between the case system and the sources. */
export function measurePeersSql(db: Db, asked: readonly Asked[], persons: number): Promise<PeersFigures> {
  const texts = new Map(
    [...Map.groupBy(recordNames, (record) => recordTypeOf(record).unit)].map(([unit, records]) => [
      unit,
      records.map((record) => `select line from ${tableOf(record)} where id = $1`).join(' union all '),
    ]),
  )
  return measure(db, 'peer_report_sql', asked, persons, async (unit, idNumber) => {
    const { rows } = await db.pool.query<{ line: string }>({
      name: `peer_${unit}`,
      text: required(texts, unit, 'the query'),
      values: [idNumber],
    })
    return rows.map(({ line }) => line).join('\n')
  })
}

function fetchText(agent: Agent, port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = get({ agent, port, path, host: '127.0.0.1' }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`HTTP ${response.statusCode}`))))
    })
    call.on('error', reject)
  })
}

/** The form with a process per unit; they answer from the very stores the product's gateways have prepared. */
export async function measurePeers(
  db: Db,
  services: UnitServices,
  asked: readonly Asked[],
  persons: number,
): Promise<PeersFigures> {
  const agent = new Agent({ keepAlive: true })
  try {
    return await measure(db, 'peer_report', asked, persons, (unit, idNumber) =>
      fetchText(agent, services.of(unit).port, `/${idNumber}`),
    )
  } finally {
    agent.destroy()
  }
}

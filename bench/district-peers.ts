/**
 * The peers' way, done fairly: one indexed, prepared query per person and source, 16 in flight; one insert per report.
 * Measured on a sample and extrapolated to all subjects, in two forms:
 *
 * service  every unit is a process of its own, as in the product, and each query is a call to it: nobody's case system
 *          reads the police's tables from inside its own database
 * sql      the units' rows lie in the case system's own database: what no district has, the least it could ever cost
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { type RecordName, recordNames, recordTypeOf, type UnitName, units } from '../src/exchange/contract/index.ts'
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

/** One query: the rows of a person in a source, as texts. */
type Query = (record: RecordName, idNumber: string) => Promise<string[]>

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

/** Whole households, at least so many persons. */
function sampleOf(asked: readonly Asked[], persons: number): { households: Asked[][]; size: number } {
  const households: Asked[][] = []
  let size = 0
  for (const members of Map.groupBy(asked, (each) => each.householdNo).values()) {
    if (size >= persons) break
    households.push(members)
    size += members.length
  }
  return { households, size }
}

async function measure(db: Db, table: string, asked: readonly Asked[], persons: number, query: Query): Promise<PeersFigures> {
  const { households, size } = sampleOf(asked, persons)
  await db.pool.query(`create table ${table} (household text primary key, report jsonb)`)
  const text = `insert into ${table} (household, report) values ($1, to_jsonb($2::text))`
  const started = monotonicMs()
  await eachInFlight(households, async (members) => {
    const found: string[] = []
    for (const member of members) {
      for (const record of recordNames) found.push(...(await query(record, member.idNumber)))
    }
    const household = members[0]?.householdNo
    const report = JSON.stringify({ household, found }).slice(0, reportBytes)
    await db.pool.query({ name: table, text, values: [household, report] })
  })
  const seconds = (monotonicMs() - started) / 1000
  return {
    sample_persons: size,
    sample_seconds: Number(seconds.toFixed(2)),
    extrapolated_seconds: Number(((seconds * asked.length) / size).toFixed(1)),
  }
}

/** The form without any line between the case system and the sources. */
export function measurePeersSql(db: Db, asked: readonly Asked[], persons: number): Promise<PeersFigures> {
  return measure(db, 'peer_report_sql', asked, persons, async (record, idNumber) => {
    const text = `select line from ${tableOf(record)} where id = $1`
    const { rows } = await db.pool.query<{ line: string }>({ name: `peer_${record}`, text, values: [idNumber] })
    return rows.map((row) => row.line)
  })
}

interface UnitService {
  child: ChildProcess
  port: number
}

async function startUnit(gatewaysDir: string, unit: UnitName): Promise<UnitService> {
  const prepared = join(gatewaysDir, unit, 'prepared')
  const [store] = readdirSync(prepared).filter((name) => name.endsWith('.db'))
  if (store === undefined) throw new Error(`unit ${unit} has no prepared store`)
  const program = join(import.meta.dirname, 'peer-unit.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, join(prepared, store)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  return { child, port: Number(String(line).trim()) }
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

/**
 * The form with a process per unit; they answer from the very stores the product's gateways have prepared.
 * @param gatewaysDir folder of the gateways' state, which must have stopped
 */
export async function measurePeers(db: Db, gatewaysDir: string, asked: readonly Asked[], persons: number): Promise<PeersFigures> {
  const services = new Map<UnitName, UnitService>()
  const agent = new Agent({ keepAlive: true })
  try {
    for (const { name } of units) services.set(name, await startUnit(gatewaysDir, name))
    return await measure(db, 'peer_report', asked, persons, async (record, idNumber) => {
      const { unit } = recordTypeOf(record)
      const text = await fetchText(agent, services.get(unit)?.port ?? 0, `/rows_${record.replace('/', '_')}?${idNumber}`)
      return (JSON.parse(text) as unknown[]).map((row) => JSON.stringify(row))
    })
  } finally {
    agent.destroy()
    for (const { child } of services.values()) child.kill()
  }
}

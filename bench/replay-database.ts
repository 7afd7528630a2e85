import { randomUUID } from 'node:crypto'
import { systemClock } from '#platform/clock'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import type { Household } from '#policy'
import { keepFacts } from '#policy'
import { doReplay, type ReplayContext } from '#revisions/server'
import { openInstallation } from '../apps/run/installation.ts'

/** The replay as the product does it: facts sealed in the database, loaded as a set, assessed under both sides, the households that change kept. */

export interface DatabaseReplay {
  readonly households: number
  readonly seconds: number
  /** of this process; PostgreSQL has its own */
  readonly cpu_seconds: number
  readonly statements: number
  readonly winners: number
  readonly losers: number
  readonly kept_rows: number
}

interface Side {
  readonly pack: string
  readonly on: string
}

const VILLAGES = 700
const DISTRICT = '999901'

function villageOf(i: number, townships: number): string {
  const township = String((i % townships) + 1).padStart(3, '0')
  const village = String((Math.floor(i / townships) % Math.ceil(VILLAGES / townships)) + 1).padStart(3, '0')
  return `${DISTRICT}${township}${village}`
}

/** A finished campaign with the facts of every household, by COPY. */
async function plant(tx: Tx, keys: ReplayContext['keys'], households: readonly Household[], townships: number): Promise<void> {
  const campaignId = randomUUID()
  await tx.execute(
    `insert into campaign (campaign_id, label, scheme, purpose, legal_basis, as_of, pack_id, pack_hash, pack_label, parameters, guardian_age,
       district_code, areas, state, created_by, created_at)
     values ($1, '测算', 'dibao', '测算', '测算', '2026-09-30', 'reference', 'x', '参照包', '{}', 18, $2, '[]', 'finished', 'system:bench', now())`,
    [campaignId, DISTRICT],
  )
  function* rows() {
    for (const [i, household] of households.entries()) {
      const facts = keys.seal(JSON.stringify(keepFacts(household)))
      yield [campaignId, `H${String(i).padStart(6, '0')}`, villageOf(i, townships), 1, facts]
    }
  }
  await tx.copyIn('copy replay_fact (campaign_id, household_no, division_code, version, sealed) from stdin', rows())
}

async function ask(tx: Tx, before: Side, after: Side): Promise<string> {
  const replayId = randomUUID()
  const side = ({ pack, on }: Side) => JSON.stringify({ packId: pack, on, revisionId: null })
  await tx.execute(
    `insert into replay_run (replay_id, before_side, after_side, division_code, asked_by, asked_by_name, asked_at)
     values ($1, $2, $3, $4, 'system:bench', '测算', now())`,
    [replayId, side(before), side(after), `${DISTRICT}000000`],
  )
  return replayId
}

/** Plants a district on a throw-away database and replays it once, cold. */
export async function replayFromDatabase(
  households: readonly Household[],
  townships: number,
  before: Side,
  after: Side,
): Promise<DatabaseReplay> {
  const { workerDb, keys, stop } = await openInstallation({})
  const inside = <T>(work: (tx: Tx) => Promise<T>) => withTransaction(workerDb, wholeScope('system:bench'), work)
  try {
    await inside((tx) => plant(tx, keys, households, townships))
    const replayId = await inside((tx) => ask(tx, before, after))
    const context = { workerDb, keys, clock: systemClock, signal: new AbortController().signal }
    const [begun, sent, cpu] = [performance.now(), workerDb.statements.count, process.cpuUsage()]
    const result = await doReplay(context, replayId)
    const seconds = Number(((performance.now() - begun) / 1000).toFixed(3))
    const spent = process.cpuUsage(cpu)
    const cpu_seconds = Number(((spent.user + spent.system) / 1_000_000).toFixed(3))
    const statements = workerDb.statements.count - sent
    if (result === null) throw new Error('the replay was not done')
    const { n } = await inside((tx) =>
      tx.one<{ n: number }>('select count(*)::int as n from replay_row where replay_id = $1', [replayId]),
    )
    const { winners, losers } = result
    return { households: result.households, seconds, cpu_seconds, statements, winners, losers, kept_rows: n }
  } finally {
    await stop()
  }
}

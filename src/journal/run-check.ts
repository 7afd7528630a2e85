/** The check of everything that proves something: nightly as a job, and on the command line. */
import { z } from 'zod'
import { type Clock, nowIso } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { type Db, wholeScope, withTransaction } from '#platform/db'
import { type Job, job } from '#platform/job'
import { type Alarm, EVERYWHERE, raiseAlarms } from './alarms.ts'
import { type JournalCheck, type KeptSeal, type SealKeeper, verifyJournal } from './check.ts'
import type { ProofCheck } from './contract.ts'
import { alarmsOf } from './fault-words.ts'
import { insertCheck } from './store/checks.ts'

/** Signed documents as a capability above checks them: how many, what does not hold, which seals they name. */
export interface DocumentCheck {
  readonly documents: number
  readonly alarms: readonly Alarm[]
  readonly kept: readonly KeptSeal[]
}

/** What is checked beside the journal; the capabilities that know it are above. */
export interface ProofDoors {
  readonly keepers: readonly SealKeeper[]
  readonly documents: (db: Db, keys: Keys, signal?: AbortSignal) => Promise<DocumentCheck>
}

export interface CheckPlan {
  /** Connections of requests: what was found is written by them. */
  readonly db: Db
  /** Connections that row-level security does not bind: what is checked is read by them. */
  readonly workerDb: Db
  readonly keys: Keys
  readonly clock: Clock
  readonly by: string
  readonly brought?: readonly KeptSeal[]
  readonly signal?: AbortSignal
  readonly onRows?: (rows: number) => void
}

/** So many findings become alarms of their own; the rest is told as a number. */
const SINGLY = 200

function shortened(alarms: readonly Alarm[]): Alarm[] {
  if (alarms.length <= SINGLY) return [...alarms]
  const fault = `共发现 ${alarms.length} 处不符，以上只列出前 ${SINGLY} 处；请运行 yingbao journal verify 查看全部`
  return [...alarms.slice(0, SINGLY), { kind: 'journal', subject: '全部', fault, divisionCode: EVERYWHERE }]
}

const nothing: JournalCheck = {
  ...{ rows: 0, chains: 0, seals: 0, lastSeal: 0, kept: 0 },
  ...{ chainFaults: [], sealFaults: [], keptFaults: [] },
}

interface Outcome {
  readonly check: JournalCheck
  readonly reports: number
  readonly alarms: readonly Alarm[]
  readonly failure: string | null
}

async function look(doors: ProofDoors, { workerDb, keys, brought, signal, onRows }: CheckPlan): Promise<Outcome> {
  const documents = await doors.documents(workerDb, keys, signal)
  const check = await verifyJournal(workerDb, keys.signing.publicKey, {
    keepers: doors.keepers,
    brought: [...(brought ?? []), ...documents.kept],
    ...(signal === undefined ? {} : { signal }),
    ...(onRows === undefined ? {} : { onRows }),
  })
  return { check, reports: documents.documents, alarms: [...documents.alarms, ...alarmsOf(check)], failure: null }
}

/** Checks all, keeps the outcome, and raises what was found. */
export async function runCheck(doors: ProofDoors, plan: CheckPlan): Promise<{ check: ProofCheck; alarms: readonly Alarm[] }> {
  const startedAt = nowIso(plan.clock)
  const unfinished = (error: unknown): Outcome => {
    const failure = `检查中断：${error instanceof Error ? error.message : String(error)}`
    const alarm: Alarm = {
      kind: 'journal',
      subject: '检查',
      fault: '夜间存证检查没有完成，请管理员查看服务日志',
      divisionCode: EVERYWHERE,
    }
    return { check: nothing, reports: 0, alarms: [alarm], failure }
  }
  const { check, reports, alarms, failure } = await look(doors, plan).catch(unfinished)
  const kept: ProofCheck = {
    by: plan.by,
    startedAt,
    endedAt: nowIso(plan.clock),
    entries: check.rows,
    chains: check.chains,
    seals: check.seals,
    lastSeal: check.lastSeal,
    anchors: check.kept,
    reports,
    faults: alarms.length,
    failure,
  }
  await raiseAlarms(plan.db, shortened(alarms))
  await withTransaction(plan.db, wholeScope('system:proofs'), (tx) => insertCheck(tx, kept))
  return { check: kept, alarms }
}

/** Every night at an hour when nobody works: everything, whole. */
export function checkJob(doors: ProofDoors): Job<Record<string, never>> {
  return job({
    name: 'journal.check',
    cron: '30 1 * * *',
    retries: 1,
    // 100,000 rows a second on two free cores: a thousand million rows.
    maxSeconds: 3 * 3600,
    input: z.object({}).transform((): Record<string, never> => ({})),
    async run({ db, workerDb, keys, clock, log, signal }) {
      const { check } = await runCheck(doors, { db, workerDb, keys, clock, by: 'system:journal', signal })
      if (check.faults > 0) log.error('what is stored is not what was sealed or signed', { faults: check.faults })
      return null
    },
  })
}

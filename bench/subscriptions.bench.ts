/**
 * `yingbao bench subscriptions`: how soon a change in a unit's data is a task for a person. The police's gateway watches the members
 * of a district through files, as it comes; deaths are written into its data at moments spread over a minute.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { keepAllWatched } from '#casework/server'
import { instantMs, nowIso, today } from '#platform/clock'
import { packageRoot } from '#platform/config'
import { generateDistrict } from '#synth'
import { asOf, buildPlant, inside, type Plant, prepareCampaign } from './district-run.ts'
import { machineOf } from './processes.ts'

const bar = 60
/** Moments at which changes are written, and the time they are spread over. */
const moments = 30
const spreadMs = 60_000
/** Two looks of a gateway, and the reading of its files. */
const firstLooksMs = 40_000
const patienceMs = 180_000
const lookMs = 250

interface Watched {
  subject_no: string
  name: string
  idNumber: string
}

async function listWatched(plant: Plant): Promise<{ watches: number; persons: Watched[] }> {
  const { keys } = plant.installation
  const rows = await inside(plant.installation, (tx) =>
    tx.query<{ subject_no: string; name: string; sealed: Buffer }>(
      `select s.subject_no, p.name, p.sealed from exchange_subscription s join person p on p.person_no = s.subject_no
        where s.unit = 'police' and s.ended_at is null order by s.subject_no`,
    ),
  )
  const { n } = await inside(plant.installation, (tx) =>
    tx.one<{ n: number }>('select count(*)::int as n from exchange_subscription where ended_at is null'),
  )
  const open = ({ sealed, ...row }: (typeof rows)[number]): Watched => {
    return { ...row, idNumber: (JSON.parse(keys.openText(sealed)) as { id_number: string }).id_number }
  }
  return { watches: n, persons: rows.map(open) }
}

async function untilDelivered(plant: Plant): Promise<void> {
  for (;;) {
    const { n } = await inside(plant.installation, (tx) =>
      tx.one<{ n: number }>(
        `select count(*)::int as n from exchange_message where direction = 'out' and type = 'subscription' and delivered_at is null`,
      ),
    )
    if (n === 0) return
    await wait(lookMs)
  }
}

/** Writes deaths into the police's data, a few at a moment; gives when each was written. */
async function writeDeaths(file: string, persons: readonly Watched[]): Promise<Map<string, number>> {
  const [header = ''] = readFileSync(file, 'utf8').split('\n')
  const columns = header.split(',').map((column) => column.replace(/[^a-z_]/g, ''))
  const written = new Map<string, number>()
  const each = Math.ceil(persons.length / moments)
  for (let start = 0; start < persons.length; start += each) {
    const some = persons.slice(start, start + each)
    const lines = some.map(({ subject_no: no, idNumber, name }) => {
      const row: Record<string, string> = {
        ...{ source_record_id: `BENCH${no}`, as_of_date: asOf, id_number: idNumber, name, death_date: asOf },
      }
      return columns.map((column) => row[column] ?? '').join(',')
    })
    const at = instantMs(nowIso())
    appendFileSync(file, `${lines.join('\n')}\n`)
    for (const { subject_no: no } of some) written.set(no, at)
    await wait(spreadMs / moments)
  }
  return written
}

async function delays(plant: Plant, written: ReadonlyMap<string, number>): Promise<{ tasks: number; seconds: number[] }> {
  for (let waited = 0; ; waited += lookMs) {
    const rows = await inside(plant.installation, (tx) =>
      tx.query<{ subject_no: string; raised_at: string }>(
        `select subject_no, raised_at from change_task where record = 'police/deaths' order by raised_at`,
      ),
    )
    if (rows.length >= written.size || waited > patienceMs) {
      const seconds = rows.flatMap(({ subject_no: no, raised_at: at }) => {
        const from = written.get(no)
        return from === undefined ? [] : [(instantMs(at) - from) / 1000]
      })
      return { tasks: rows.length, seconds: seconds.sort((a, b) => a - b) }
    }
    await wait(lookMs)
  }
}

const percentile = (sorted: readonly number[], share: number): number | null => {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return value === undefined ? null : Number(value.toFixed(2))
}

/** Runs the bench. */
export async function runSubscriptionsBench(
  options: Readonly<Record<string, number>>,
  say: (text: string) => void,
): Promise<object> {
  const dir = join(packageRoot, 'var/bench/subscriptions')
  const packageDir = `${dir}-package`
  await rm(packageDir, { recursive: true, force: true })
  await generateDistrict({ seed: 7, households: options.households ?? 0, out: packageDir, asOf })
  const plant = await buildPlant(packageDir, dir)
  try {
    await prepareCampaign(plant, '629901')
    const { installation } = plant
    const signal = new AbortController().signal
    const watching = performance.now()
    await keepAllWatched({ ...installation, today: today(installation.clock), signal })
    const watchSeconds = (performance.now() - watching) / 1000
    const { watches, persons } = await listWatched(plant)
    say(`已订阅 ${persons.length} 人（${watches} 项），等待首次查看……`)
    await untilDelivered(plant)
    await wait(firstLooksMs)
    const file = join(packageDir, 'sources/police/deaths.csv')
    const dead = readFileSync(file, 'utf8')
    const living = persons.filter(({ idNumber }) => !dead.includes(idNumber)).slice(0, options.changes)
    say(`写入 ${living.length} 条变动……`)
    const { tasks, seconds } = await delays(plant, await writeDeaths(file, living))
    const p95 = percentile(seconds, 0.95)
    return {
      persons: persons.length,
      watches,
      subscribe_seconds: Number(watchSeconds.toFixed(2)),
      changes: living.length,
      tasks,
      p50_seconds: percentile(seconds, 0.5),
      p95_seconds: p95,
      max_seconds: percentile(seconds, 1),
      bar_p95_seconds: bar,
      met: tasks === living.length && p95 !== null && p95 < bar,
      machine: machineOf(),
    }
  } finally {
    await plant.stop()
  }
}

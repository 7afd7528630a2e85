/**
 * The floor: the least anyone could do for the same promise. Only pairs that are authorised are asked; a unit gets one sealed and
 * signed question a batch and gives one sealed and signed answer, both kept on both sides before anything rests on them; the rows
 * that the run left (masks, findings, figures, reports) are written again as durably, a transaction a batch. Nothing is planned,
 * parsed, compared, explained or proved: those rows are there before it begins.
 */
import { Agent, request } from 'node:http'
import { availableParallelism } from 'node:os'
import { type UnitName, units } from '#sources/contract'
import { monotonicMs } from '../src/platform/clock.ts'
import { type Db, wholeScope, withTransaction } from '../src/platform/db.ts'
import { type Asked, type BatchRows, kept, required } from './district-material.ts'
import { cpuOf, usageOf } from './processes.ts'
import { closedMessage, openedMessage } from './sealed-message.ts'
import type { UnitServices } from './unit-services.ts'

export interface FloorFigures {
  seconds: number
  cpu_seconds: Record<string, number>
  cpu_seconds_total: number
  batches: number
  messages: number
  pairs: number
  answer_lines: number
  bytes_written: number
}

/** Where the floor runs. */
export interface FloorPlace {
  db: Db
  postgresPid: number | undefined
  services: UnitServices
}

const scope = wholeScope('system:floor')
/** Batches at once: as many as there are cores. */
const together = availableParallelism()

async function prepare(db: Db): Promise<void> {
  await withTransaction(db, scope, async (tx) => {
    for (const table of kept) {
      await tx.execute(`drop table if exists floor_${table}`)
      await tx.execute(`create table floor_${table} (like ${table})`)
    }
    await tx.execute('drop table if exists floor_message')
    await tx.execute('create table floor_message (batch int, unit text, question bytea, answer bytea)')
  })
}

function post(agent: Agent, port: number, body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length }
    const call = request({ host: '127.0.0.1', port, method: 'POST', agent, headers }, async (response) => {
      const parts: Buffer[] = []
      for await (const part of response) parts.push(part as Buffer)
      if (response.statusCode === 200) resolve(Buffer.concat(parts))
      else reject(new Error(`HTTP ${response.statusCode}`))
    })
    call.on('error', reject)
    call.end(body)
  })
}

/** Numbers that each unit is asked about, as the one line of a question. */
function questionsOf(asked: readonly Asked[]): Map<UnitName, { ids: string; persons: number }> {
  const questions = new Map<UnitName, { ids: string; persons: number }>()
  for (const { name } of units) {
    const ids = asked.filter((each) => each.units.includes(name)).map(({ idNumber }) => idNumber)
    if (ids.length > 0) questions.set(name, { ids: JSON.stringify(ids), persons: ids.length })
  }
  return questions
}

interface Counts {
  messages: number
  pairs: number
  lines: number
  bytes: number
}

class Floor {
  readonly #place: FloorPlace
  readonly #agent = new Agent({ keepAlive: true })
  readonly counts: Counts = { messages: 0, pairs: 0, lines: 0, bytes: 0 }

  constructor(place: FloorPlace) {
    this.#place = place
  }

  async #ask(unit: UnitName, bound: string, question: Buffer): Promise<Buffer> {
    const { own, of } = this.#place.services
    const service = of(unit)
    const answer = await post(this.#agent, service.port, question)
    const { plain, bound: answered } = openedMessage(answer, own, service.keys)
    if (answered !== `answer ${bound}`) throw new Error(`${bound}: ${answered} is the answer to another question`)
    if (plain.length > 0) for (let at = 0; at >= 0; at = plain.indexOf(10, at + 1)) this.counts.lines += 1
    return answer
  }

  /** One batch: questions kept, asked, answers kept together with what rests on them. */
  async batch(batchNo: number, asked: readonly Asked[], rows: BatchRows): Promise<void> {
    const { db, services } = this.#place
    const questions = [...questionsOf(asked)].map(([unit, { ids, persons }]) => {
      const bound = `${batchNo} ${unit}`
      this.counts.pairs += persons
      return { unit, bound, message: closedMessage(Buffer.from(ids), bound, services.own, services.of(unit).keys) }
    })
    this.counts.messages += questions.length
    const text = `insert into floor_message (batch, unit, question) select $1, * from unnest($2::text[], $3::bytea[])`
    await withTransaction(db, scope, (tx) =>
      tx.execute(text, [batchNo, questions.map(({ unit }) => unit), questions.map(({ message }) => message)]),
    )
    const answers = await Promise.all(questions.map(({ unit, bound, message }) => this.#ask(unit, bound, message)))
    await withTransaction(db, scope, async (tx) => {
      await tx.execute(
        `update floor_message m set answer = a.answer from unnest($2::text[], $3::bytea[]) a (unit, answer) where m.batch = $1 and m.unit = a.unit`,
        [batchNo, questions.map(({ unit }) => unit), answers],
      )
      for (const [table, lines] of rows) {
        await tx.copyInText(`copy floor_${table} from stdin`, [lines])
        this.counts.bytes += Buffer.byteLength(lines)
      }
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

function cpuSeconds({ services, postgresPid }: FloorPlace): Record<string, number> {
  const { user, system } = process.cpuUsage()
  return {
    centre: (user + system) / 1_000_000,
    units: services.pids.reduce((sum, pid) => sum + cpuOf(pid), 0),
    postgres: usageOf(postgresPid).cpu,
  }
}

/** Measures the floor. @param rows what each batch of the run wrote */
export async function measureFloor(
  place: FloorPlace,
  asked: readonly Asked[],
  rows: ReadonlyMap<number, BatchRows>,
): Promise<FloorFigures> {
  await prepare(place.db)
  const batches = [...Map.groupBy(asked, (each) => each.batchNo)]
  const count = batches.length
  const floor = new Floor(place)
  const before = cpuSeconds(place)
  const started = monotonicMs()
  const take = async (): Promise<void> => {
    for (let next = batches.shift(); next !== undefined; next = batches.shift()) {
      const [batchNo, inBatch] = next
      await floor.batch(batchNo, inBatch, required(rows, batchNo, 'what was written'))
    }
  }
  try {
    await Promise.all(Array.from({ length: together }, take))
  } finally {
    floor.close()
  }
  const seconds = (monotonicMs() - started) / 1000
  const after = cpuSeconds(place)
  const cpu = Object.entries(after).map(([name, at]) => [name, Number((at - (before[name] ?? 0)).toFixed(2))] as const)
  const { messages, pairs, lines, bytes } = floor.counts
  return {
    seconds: Number(seconds.toFixed(2)),
    cpu_seconds: Object.fromEntries(cpu),
    cpu_seconds_total: Number(cpu.reduce((sum, [, each]) => sum + each, 0).toFixed(2)),
    batches: count,
    messages,
    pairs,
    answer_lines: lines,
    bytes_written: bytes,
  }
}

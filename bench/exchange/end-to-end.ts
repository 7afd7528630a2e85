/** Items from the centre's outbox to the unit's store and back into the centre's inbox, durable on both sides, and the raw floor of it. */
import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import pg from 'pg'
import { monotonicMs, systemClock } from '#platform/clock'
import { packageRoot } from '#platform/config'
import { loadCentreTls } from '../../apps/run/exchange-tls.ts'
import { type Speed, speedOf } from './accept-speed.ts'
import { itemsOf } from './items.ts'
import { type ExchangePlant, untilAnswered } from './plant.ts'

/** What is sent. */
export interface Load {
  messages: number
  /** items in a message */
  items: number
  /** bytes of an item */
  bytes: number
  /** messages written in one transaction */
  together: number
}

function bodiesOf({ messages, items, bytes }: Load, from: number): string[][] {
  return Array.from({ length: messages }, (_, i) => itemsOf((from + i) * items, items, bytes))
}

function inGroups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
}

/** Items a second, there and back, while the unit is connected. */
export async function measureProduct(plant: ExchangePlant, load: Load, from: number): Promise<number> {
  const before = await plant.answered()
  const bodies = bodiesOf(load, from)
  const started = monotonicMs()
  for (const group of inGroups(bodies, load.together)) await plant.send('batch', group)
  await untilAnswered(plant, before + load.messages)
  return (load.messages * load.items * 1000) / (monotonicMs() - started)
}

function post(agent: Agent, port: number, body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length }
    const call = request({ host: '127.0.0.1', port, method: 'POST', agent, headers }, async (response) => {
      const parts: Buffer[] = []
      for await (const part of response) parts.push(part as Buffer)
      resolve(Buffer.concat(parts))
    })
    call.on('error', reject)
    call.end(body)
  })
}

const FLOOR_IN_FLIGHT = 4

/**
 * The floor: the same bytes written to PostgreSQL with the same grouping, carried over mutual TLS into SQLite, an answer as
 * long stored there and in PostgreSQL. Same stores, same durability; no signature, no seal, no order, no log.
 */
export async function measureFloor(plant: ExchangePlant, load: Load): Promise<number> {
  const tls = await loadCentreTls(plant.dir, ['127.0.0.1'], systemClock)
  const planFile = join(plant.dir, 'floor.json')
  writeFileSync(planFile, JSON.stringify({ tls, file: join(plant.dir, `floor-${monotonicMs()}.db`) }))
  const child = fork(join(packageRoot, 'bench/exchange/floor-unit.ts'), [planFile], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const port = await new Promise<number>((resolve) => child.once('message', (value) => resolve(Number(value))))
  const agent = new Agent({ keepAlive: true, ...plant.tls, maxSockets: FLOOR_IN_FLIGHT })
  const pool = new pg.Pool({ connectionString: plant.installation.urls.owner, max: FLOOR_IN_FLIGHT })
  await pool.query('drop table if exists bench_floor')
  await pool.query('create table bench_floor (id bigint generated always as identity primary key, way text, body bytea)')
  const bodies = bodiesOf(load, 0).map((lines) => Buffer.from(lines.join('\n')))
  const groups = inGroups(bodies, load.together)
  const write = (way: string, group: readonly Buffer[]) =>
    pool.query('insert into bench_floor (way, body) select $1, unnest($2::bytea[])', [way, group])
  const started = monotonicMs()
  const work = async (): Promise<void> => {
    for (let group = groups.shift(); group; group = groups.shift()) {
      await write('out', group)
      const answers: Buffer[] = []
      for (const body of group) answers.push(await post(agent, port, body))
      await write('in', answers)
    }
  }
  await Promise.all(Array.from({ length: FLOOR_IN_FLIGHT }, work))
  const perSecond = (load.messages * load.items * 1000) / (monotonicMs() - started)
  agent.destroy()
  await pool.end()
  child.kill('SIGKILL')
  return perSecond
}

/** The product beside its floor. */
export async function measureEndToEnd(plant: ExchangePlant, load: Load, from: number): Promise<Speed> {
  const product = await measureProduct(plant, load, from)
  return speedOf(product, await measureFloor(plant, load))
}

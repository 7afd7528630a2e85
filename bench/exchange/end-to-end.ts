/** Items from the centre's outbox to the unit's store and back into the centre's inbox, durable on both sides, and the raw floor of it. */
import { join } from 'node:path'
import pg from 'pg'
import { monotonicMs, systemClock } from '#platform/clock'
import { TAKE_AT_ONCE } from '#wire/server'
import { loadCentreTls } from '../../apps/run/exchange-tls.ts'
import { type Speed, speedOf } from './accept-speed.ts'
import { carriedTogether } from './carried-together.ts'
import { FloorLine } from './floor-line.ts'
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

const FLOOR_IN_FLIGHT = 4

/**
 * The floor: the same bytes written to PostgreSQL with the same grouping, carried over mutual TLS into SQLite, up to as many a commit as
 * the product takes, an answer as long stored there and in PostgreSQL. Same stores, same durability; no signature, no seal, no order, no log.
 */
export async function measureFloor(plant: ExchangePlant, load: Load): Promise<number> {
  const tls = await loadCentreTls(plant.dir, ['127.0.0.1'], systemClock)
  const plan = { tls, file: join(plant.dir, `floor-${monotonicMs()}.db`), echoes: true }
  const line = await FloorLine.start(join(plant.dir, 'floor.json'), plan, plant.tls, FLOOR_IN_FLIGHT)
  const pool = new pg.Pool({ connectionString: plant.installation.urls.owner, max: FLOOR_IN_FLIGHT })
  await pool.query('drop table if exists bench_floor')
  await pool.query('create table bench_floor (id bigint generated always as identity primary key, way text, body bytea)')
  const bodies = bodiesOf(load, 0).map((lines) => Buffer.from(lines.join('\n')))
  const groups = inGroups(bodies, load.together)
  const write = async (way: string, group: readonly Buffer[]): Promise<void> => {
    await pool.query('insert into bench_floor (way, body) select $1, unnest($2::bytea[])', [way, group])
  }
  const carry = async (call: readonly Buffer[]): Promise<void> => {
    const answers = await line.post(call)
    const size = answers.length / call.length
    await write(
      'in',
      call.map((_, i) => answers.subarray(i * size, (i + 1) * size)),
    )
  }
  const grouping = { atOnce: FLOOR_IN_FLIGHT, together: TAKE_AT_ONCE }
  const started = monotonicMs()
  try {
    await carriedTogether(groups, grouping, { write: (group) => write('out', group), carry })
    return (load.messages * load.items * 1000) / (monotonicMs() - started)
  } finally {
    line.close()
    await pool.end()
  }
}

/** The product beside its floor. */
export async function measureEndToEnd(plant: ExchangePlant, load: Load, from: number): Promise<Speed> {
  const product = await measureProduct(plant, load, from)
  return speedOf(product, await measureFloor(plant, load))
}

/** The plant under faults: every process may be killed at any moment and comes back by itself. */
import { setTimeout as wait } from 'node:timers/promises'
import { nowIso } from '#platform/clock'
import { type Db, openDb } from '#platform/db'
import { units } from '#sources/contract'
import { keepDatabase } from '../apps/run/kept-database.ts'
import type { Supervised } from '../apps/run/supervised.ts'
import { buildPlant, type Plant } from './district-run.ts'

export const kinds = ['server', 'worker', 'gateway', 'database'] as const
export type Kind = (typeof kinds)[number]

/** A plant with a look behind the scenes. */
export interface FaultyPlant extends Plant {
  /** connections as the owner, for looking only */
  owner: Db
}

/** Builds the plant with its database kept running. */
export async function buildFaultyPlant(packageDir: string, dir: string): Promise<FaultyPlant> {
  const plant = await buildPlant(packageDir, dir, 'error')
  const installation = keepDatabase(plant.installation, dir)
  const owner = openDb({ url: installation.urls.owner, max: 2, applicationName: 'yingbao-bench' })
  const { server, workers, gateways } = plant
  return {
    ...plant,
    installation,
    owner,
    stop: async () => {
      await Promise.allSettled([server, ...workers, ...gateways].map((child) => child.stop()))
      await owner.close()
      await installation.stop()
    },
  }
}

/** A process that is going to be killed. */
export interface Victim {
  kind: Kind
  /** the unit of a gateway, the place of a worker, else the kind */
  name: string
  pid(): number | undefined
  /** whether it has come back from its last death and works */
  isReady(): Promise<boolean>
}

const untilReadyMs = 25

async function countOf(owner: Db, text: string, values: unknown[]): Promise<number> {
  const { rows } = await owner.pool.query<{ n: number }>(text, values)
  return Number(rows[0]?.n ?? 0)
}

/** Every process of the plant that may be killed, by kind. */
export class Victims {
  readonly #plant: FaultyPlant
  readonly #diedAt = new Map<string, string>()

  constructor(plant: FaultyPlant) {
    this.#plant = plant
  }

  /** The victim of a kind; `chance` in [0, 1) picks the gateway or the worker. */
  of(kind: Kind, chance: number): Victim {
    const { server, workers, gateways, installation } = this.#plant
    switch (kind) {
      case 'server':
        return { kind, name: kind, pid: () => server.pid, isReady: () => this.#serverAnswers() }
      case 'worker': {
        const place = Math.floor(chance * workers.length)
        const worker = workers[place] as Supervised
        const name = `worker ${place + 1}`
        return { kind, name, pid: () => worker.pid, isReady: () => this.#workerConnected(name) }
      }
      case 'database':
        return { kind, name: kind, pid: () => installation.postgresPid, isReady: async () => true }
      case 'gateway': {
        const place = Math.floor(chance * gateways.length)
        const gateway = gateways[place] as Supervised
        const unit = units[place]?.name ?? ''
        return { kind, name: unit, pid: () => gateway.pid, isReady: () => this.#gatewaySeen(unit) }
      }
    }
  }

  async #serverAnswers(): Promise<boolean> {
    return (await fetch(`${this.#plant.url}/api/health`)).ok
  }

  /** The other worker's connections are older, or younger by its own death: those since this one's death are enough. */
  async #workerConnected(name: string): Promise<boolean> {
    const text = `select count(*)::int as n from pg_stat_activity where application_name = 'yingbao-worker' and backend_start > $1`
    return (await countOf(this.#plant.owner, text, [this.#diedAt.get(name) ?? '-infinity'])) > 0
  }

  async #gatewaySeen(unit: string): Promise<boolean> {
    const text = 'select count(*)::int as n from exchange_node where unit = $1 and last_seen_at > $2'
    return (await countOf(this.#plant.owner, text, [unit, this.#diedAt.get(unit) ?? '-infinity'])) > 0
  }

  /** Waits until the victim works again after its last death. */
  async ready(victim: Victim): Promise<void> {
    while (!(await victim.isReady().catch(() => false))) await wait(untilReadyMs)
  }

  /** kill -9; false when there was nothing to kill. */
  kill(victim: Victim): boolean {
    const pid = victim.pid()
    if (pid === undefined) return false
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      return false
    }
    this.#diedAt.set(victim.name, nowIso())
    return true
  }
}

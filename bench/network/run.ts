/** Asks over the network while its processes are killed, its lines cut, slowed and calls sent twice, until all is answered. */
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { type Audit, auditNetwork } from './audit.ts'
import { type Chunks, sendBatches } from './load.ts'
import { type Network, type PlaceName, places, untilUp } from './plant.ts'

export interface FaultsPlan {
  /** batches for each of the two units */
  batches: number
  chunks: readonly Chunks[]
  kills: number
  cuts: number
  random: () => number
  say(text: string): void
  /** so long all may take after the last fault */
  limitMs: number
}

/** A fault as it happened. */
export interface Fault {
  what: 'kill' | 'cut'
  who: string
  at_seconds: number
  /** seconds from the fault's end until an answer came that had waited for it */
  resumed_seconds: number | null
}

export interface FaultsFigures extends Audit {
  kills: number
  cuts: number
  duplicated_calls: number
  seconds: number
  faults: Fault[]
}

const BATCHES_AT_ONCE = 10
const CUT_MS = [300, 2500] as const
const DELAY_MS = 15
const DUPLICATES = 0.05
const LOOK_MS = 50

/** How many requests of all and of each unit are answered. */
async function answeredOf(network: Network): Promise<number> {
  const text = `select count(*)::int as n from exchange_message where type = 'request' and answered_at is not null`
  return withTransaction(
    network.installation.workerDb,
    wholeScope('system:bench'),
    async (tx) => (await tx.one<{ n: number }>(text)).n,
  )
}

class Run {
  readonly #network: Network
  readonly #plan: FaultsPlan
  readonly #faults: Fault[] = []
  readonly #started = monotonicMs()
  #sent = 0

  constructor(network: Network, plan: FaultsPlan) {
    this.#network = network
    this.#plan = plan
  }

  #seconds(from: number): number {
    return Number(((monotonicMs() - from) / 1000).toFixed(2))
  }

  /** Who is killed next: every place in turn, and the database of the centre. */
  #victim(i: number): { who: string; kill(): void } {
    const names = [...places, 'database'] as const
    const who = names[i % names.length] ?? 'centre'
    if (who !== 'database') return { who, kill: () => this.#network.processes[who].kill() }
    return { who, kill: () => process.kill(this.#network.installation.postgresPid ?? 0, 'SIGKILL') }
  }

  /** Progress after a fault, in seconds; null when nothing was left to answer. */
  async #resumed(total: number): Promise<number | null> {
    const from = monotonicMs()
    const before = await this.#answered()
    while (monotonicMs() - from < this.#plan.limitMs) {
      const now = await this.#answered()
      if (now > before) return this.#seconds(from)
      if (now >= total) return null
      await wait(LOOK_MS)
    }
    throw new Error('nothing moved any more after a fault')
  }

  async #answered(): Promise<number> {
    for (;;) {
      const count = await answeredOf(this.#network).catch(() => undefined)
      if (count !== undefined) return count
      await wait(LOOK_MS)
    }
  }

  async #sending(): Promise<void> {
    const { batches, chunks } = this.#plan
    while (this.#sent < batches) {
      const count = Math.min(BATCHES_AT_ONCE, batches - this.#sent)
      try {
        await sendBatches(this.#network, chunks, this.#sent, count)
        this.#sent += count
      } catch {
        // The database was away: the same batches again, and none of them counts twice.
        await wait(LOOK_MS)
      }
      await wait(LOOK_MS)
    }
  }

  async #fault(i: number, what: Fault['what'], total: number): Promise<void> {
    const at = this.#seconds(this.#started)
    if (what === 'kill') {
      const { who, kill } = this.#victim(i)
      kill()
      this.#faults.push({ what, who, at_seconds: at, resumed_seconds: await this.#resumed(total) })
      return
    }
    const who = places[i % places.length] as PlaceName
    this.#network.net.cut(who)
    await wait(CUT_MS[0] + this.#plan.random() * (CUT_MS[1] - CUT_MS[0]))
    this.#network.net.mend(who)
    this.#faults.push({ what, who, at_seconds: at, resumed_seconds: await this.#resumed(total) })
  }

  async #faulting(total: number): Promise<void> {
    const { kills, cuts, random } = this.#plan
    const order: Fault['what'][] = [...Array<'kill'>(kills).fill('kill'), ...Array<'cut'>(cuts).fill('cut')]
    order.sort(() => random() - 0.5)
    const turn = { kill: 0, cut: 0 }
    for (const what of order) {
      await wait(100 + random() * 400)
      await this.#fault(turn[what], what, total)
      turn[what] += 1
    }
  }

  async #drained(total: number): Promise<void> {
    const until = monotonicMs() + this.#plan.limitMs
    while ((await this.#answered()) < total) {
      if (monotonicMs() > until) {
        this.#plan.say(`在时限内只答复了 ${await this.#answered()} / ${total} 批`)
        return
      }
      await wait(LOOK_MS)
    }
  }

  async run(): Promise<FaultsFigures> {
    const { batches, say, chunks } = this.#plan
    const total = batches * 2
    await untilUp(this.#network)
    this.#network.net.disturb(DELAY_MS, DUPLICATES)
    const sending = this.#sending()
    await this.#faulting(total)
    await sending
    this.#network.net.disturb(0, 0)
    await this.#drained(total)
    const seconds = this.#seconds(this.#started)
    await wait(1500)
    await Promise.all(places.map((place) => this.#network.processes[place].stop()))
    say('全部答复，核对各节点的账册……')
    const audit = await auditNetwork(this.#network, batches, chunks[0]?.length ?? 1)
    const count = (what: Fault['what']): number => this.#faults.filter((fault) => fault.what === what).length
    return {
      ...audit,
      kills: count('kill'),
      cuts: count('cut'),
      duplicated_calls: this.#network.net.duplicated(),
      seconds,
      faults: this.#faults,
    }
  }
}

/** Runs the faults on a network that is started. */
export function runFaults(network: Network, plan: FaultsPlan): Promise<FaultsFigures> {
  return new Run(network, plan).run()
}

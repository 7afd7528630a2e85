/** Asks over the network while its processes are killed, its lines cut, slowed and calls sent twice, until all is answered. */
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { type Audit, auditNetwork } from './audit.ts'
import { type Chunks, sendBatches } from './load.ts'
import { asked, type Network, type PlaceName, places, untilUp } from './plant.ts'

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

/** How many requests to one unit, or to both, are answered. */
async function answeredOf(network: Network, unit: string | null): Promise<number> {
  const text = `select count(*)::int as n from exchange_message
    where type = 'request' and answered_at is not null and ($1::text is null or unit = $1)`
  return withTransaction(
    network.installation.workerDb,
    wholeScope('system:bench'),
    async (tx) => (await tx.one<{ n: number }>(text, [unit])).n,
  )
}

/** The unit whose answers wait while a place is away; null: those of both. */
function hitBy(who: string): string | null {
  if (who === 'centre' || who === 'database') return null
  return who === 'near' ? asked[0].unit : asked[1].unit
}

class Run {
  readonly #network: Network
  readonly #plan: FaultsPlan
  readonly #faults: Fault[] = []
  readonly #started = monotonicMs()
  #sent = 0
  /** faults that have begun: each lets a further part of the batches out, so that something waits for its end */
  #begun = 0

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
    const pid = this.#network.installation.postgresPid
    if (pid === undefined) throw new Error('the database is not one that this bench started')
    return { who, kill: () => process.kill(pid, 'SIGKILL') }
  }

  /** Seconds until an answer came that waited for the place that was away; null when none was left to come. */
  async #resumed(who: string): Promise<number | null> {
    const from = monotonicMs()
    const unit = hitBy(who)
    const total = unit === null ? this.#plan.batches * 2 : this.#plan.batches
    const before = await this.#answered(unit)
    if (before >= total) return null
    while (monotonicMs() - from < this.#plan.limitMs) {
      if ((await this.#answered(unit)) > before) return this.#seconds(from)
      await wait(LOOK_MS)
    }
    throw new Error(`nothing moved any more after ${who} was away`)
  }

  async #answered(unit: string | null = null): Promise<number> {
    for (;;) {
      const count = await answeredOf(this.#network, unit).catch(() => undefined)
      if (count !== undefined) return count
      await wait(LOOK_MS)
    }
  }

  /** Batches that may be out by now: they are spread over the faults, so that every fault hits work. */
  #allowed(): number {
    const { batches, kills, cuts } = this.#plan
    return Math.ceil((batches * (this.#begun + 1)) / (kills + cuts + 1))
  }

  async #sending(): Promise<void> {
    const { batches, chunks } = this.#plan
    while (this.#sent < batches) {
      if (this.#sent >= this.#allowed()) {
        await wait(LOOK_MS)
        continue
      }
      const count = Math.min(BATCHES_AT_ONCE, this.#allowed() - this.#sent, batches - this.#sent)
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

  async #fault(i: number, what: Fault['what']): Promise<void> {
    this.#begun += 1
    const at = this.#seconds(this.#started)
    if (what === 'kill') {
      const { who, kill } = this.#victim(i)
      kill()
      this.#faults.push({ what, who, at_seconds: at, resumed_seconds: await this.#resumed(who) })
      return
    }
    const who = places[i % places.length] as PlaceName
    this.#network.net.cut(who)
    await wait(CUT_MS[0] + this.#plan.random() * (CUT_MS[1] - CUT_MS[0]))
    this.#network.net.mend(who)
    this.#faults.push({ what, who, at_seconds: at, resumed_seconds: await this.#resumed(who) })
  }

  async #faulting(): Promise<void> {
    const { kills, cuts, random } = this.#plan
    const order: Fault['what'][] = [...Array<'kill'>(kills).fill('kill'), ...Array<'cut'>(cuts).fill('cut')]
    order.sort(() => random() - 0.5)
    const turn = { kill: 0, cut: 0 }
    for (const what of order) {
      await wait(100 + random() * 400)
      await this.#fault(turn[what], what)
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
    await this.#faulting()
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

/** `yingbao bench exchange`: the exchange's speeds beside the raw floor of the same run, each with the bar it must meet. */
import { join } from 'node:path'
import { packageRoot } from '#platform/config'
import type { SuiteName } from '#wire/contract'
import { measureAccept, type Speed } from './exchange/accept-speed.ts'
import { type Load, measureEndToEnd } from './exchange/end-to-end.ts'
import { measureIdle, measureResume } from './exchange/idle.ts'
import { buildExchangePlant, type ExchangePlant } from './exchange/plant.ts'
import { measureSignatures, type Signatures } from './exchange/signatures.ts'
import { machineOf } from './processes.ts'

const KIB = 1024
const acceptMessages = 4096
/** As many as a line hands over in one call. */
const acceptTogether = 64
const idleMessages = 300
const awayMs = 3000

/** What the issue of the bench asks of each measure, on the machine it runs on. */
const bars = {
  accept: { per_second: 2000, stretch: 6400 },
  batch: { per_second: 3000, stretch: 5000 },
  message: { per_second: 490, stretch: 1220 },
  large: { per_second: 150, stretch: 1200 },
  idle: { p50_ms: 5, p99_ms: 25, stretch: '2.5 / 17' },
  resume: { seconds: 5, stretch: 1 },
  ratio: 0.6,
} as const

const loads: Record<'batch' | 'message' | 'large', Load> = {
  batch: { messages: 300, items: 100, bytes: KIB, together: 4 },
  message: { messages: 6000, items: 1, bytes: KIB, together: 64 },
  large: { messages: 120, items: 16, bytes: 64 * KIB, together: 2 },
}

/** @param signing seconds that the signatures alone take of one; `ratio_at_most` is of a floor that did nothing else beside */
function judged(speed: Speed, signing: number, bar: { per_second: number; stretch: number }) {
  return {
    ...speed,
    ratio_at_most: Number((1 / (1 + signing * speed.floor_per_second)).toFixed(2)),
    bar: bar.per_second,
    stretch: bar.stretch,
    met: speed.per_second >= bar.per_second,
    ratio_met: speed.ratio >= bars.ratio,
  }
}

async function measureLine(plant: ExchangePlant, { itemSeconds }: Signatures, say: (text: string) => void) {
  plant.unit.start()
  say('先热身一遍……')
  await measureEndToEnd(plant, { ...loads.batch, messages: 40 }, 20_000_000)
  say('每批 100 条、逐条、64 KiB……')
  const measured = async (name: keyof typeof loads, from: number) =>
    judged(await measureEndToEnd(plant, loads[name], from), itemSeconds(loads[name].items), bars[name])
  const batch = await measured('batch', 0)
  const message = await measured('message', 1_000_000)
  const large = await measured('large', 2_000_000)
  say('空闲时的时延，断开后恢复……')
  const idle = await measureIdle(plant, idleMessages)
  const resume = {
    after_unit_seconds: await measureResume(plant, 'unit', awayMs, 3_000_000),
    after_centre_seconds: await measureResume(plant, 'centre', awayMs, 3_001_000),
  }
  return {
    batch_of_100_1kib: batch,
    message_by_message_1kib: message,
    batch_64kib: large,
    idle: {
      ...idle,
      bar_p50_ms: bars.idle.p50_ms,
      bar_p99_ms: bars.idle.p99_ms,
      stretch: bars.idle.stretch,
      met: idle.p50_ms <= bars.idle.p50_ms && idle.p99_ms <= bars.idle.p99_ms,
    },
    resume: {
      ...resume,
      bar_seconds: bars.resume.seconds,
      stretch: bars.resume.stretch,
      met: Math.max(resume.after_unit_seconds, resume.after_centre_seconds) <= bars.resume.seconds,
    },
  }
}

async function measureSuite(suite: SuiteName, say: (text: string) => void) {
  say(`套件 ${suite}`)
  const signatures = measureSignatures(suite)
  const acceptLoad = { messages: acceptMessages, bytes: KIB }
  const accepted = async (together: number) =>
    judged(await measureAccept(suite, { ...acceptLoad, together }), signatures.acceptSeconds(together), bars.accept)
  // a gateway that runs is warm
  await accepted(1)
  const accept = await accepted(1)
  const acceptMany = await accepted(acceptTogether)
  const plant = await buildExchangePlant(join(packageRoot, 'var/bench/exchange'), suite)
  try {
    return {
      signatures,
      durable_accept_1kib: accept,
      durable_accept_64_a_call_1kib: acceptMany,
      ...(await measureLine(plant, signatures, say)),
    }
  } finally {
    await plant.stop()
  }
}

/** Runs the bench for both suites; the bars are those of GM1, whose signatures cost the most. */
export async function runExchangeBench(_options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const GM1 = await measureSuite('GM1', say)
  const ED1 = await measureSuite('ED1', say)
  return { GM1, ED1, ratio_bar: bars.ratio, machine: machineOf() }
}

/** `yingbao bench outage`: what gathered while a unit was away for hours leaves, and with how much memory. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '#platform/clock'
import { packageRoot } from '#platform/config'
import { itemsOf } from './exchange/items.ts'
import { buildExchangePlant, type ExchangePlant } from './exchange/plant.ts'
import { machineOf, usageOf } from './processes.ts'

const secondsPerHour = 3600
const messagesTogether = 60
const lookMs = 500
const bars = { drain_seconds: 180, peak_mb: 300 }

/** Every second of the outage is one message of the requests of that second. */
async function gather(plant: ExchangePlant, seconds: number, perSecond: number, bytes: number): Promise<number> {
  let items = 0
  for (let second = 0; second < seconds; second += messagesTogether) {
    const count = Math.min(messagesTogether, seconds - second)
    const messages = Array.from({ length: count }, (_, i) => itemsOf((second + i) * perSecond, perSecond, bytes))
    items += await plant.send('batch', messages)
  }
  return items
}

async function drain(
  plant: ExchangePlant,
  messages: number,
  say: (text: string) => void,
): Promise<{ seconds: number; server: number; unit: number }> {
  const started = monotonicMs()
  plant.unit.start()
  const peak = { server: 0, unit: 0 }
  for (let told = 0; ; ) {
    const done = await plant.answered()
    peak.server = Math.max(peak.server, usageOf(plant.server.pid).peakMb)
    peak.unit = Math.max(peak.unit, usageOf(plant.unit.pid).peakMb)
    if (done >= messages) return { seconds: (monotonicMs() - started) / 1000, ...peak }
    if (done - told > messages / 10) {
      told = done
      say(`已答复 ${done} / ${messages} 批`)
    }
    await wait(lookMs)
  }
}

/** Runs the bench; the time of the outage is compressed, its volume is not. */
export async function runOutageBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const hours = options.hours ?? 0
  const perSecond = options['per-second'] ?? 0
  const bytes = options.bytes ?? 0
  const messages = hours * secondsPerHour
  const plant = await buildExchangePlant(join(packageRoot, 'var/bench/outage'), 'GM1')
  try {
    say(`线路中断 ${hours} 小时，每秒 ${perSecond} 条查询……`)
    const gathering = monotonicMs()
    const items = await gather(plant, messages, perSecond, bytes)
    const gathered = (monotonicMs() - gathering) / 1000
    say('线路恢复……')
    const { seconds, server, unit } = await drain(plant, messages, say)
    const peakMb = Math.round(Math.max(server, unit))
    return {
      items,
      messages,
      bytes_per_item: bytes,
      gather_seconds: Number(gathered.toFixed(1)),
      drain_seconds: Number(seconds.toFixed(1)),
      items_per_second: Math.round(items / seconds),
      peak_mb: peakMb,
      peak_mb_by: { server: Math.round(server), unit: Math.round(unit) },
      bar_drain_seconds: bars.drain_seconds,
      bar_peak_mb: bars.peak_mb,
      met: seconds < bars.drain_seconds && peakMb < bars.peak_mb,
      machine: machineOf(),
    }
  } finally {
    await plant.stop()
  }
}

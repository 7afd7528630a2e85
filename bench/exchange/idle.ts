/** How soon a single message is stored at an idle unit, and how soon work goes on when one side was away. */
import { setTimeout as wait } from 'node:timers/promises'
import { percentile } from '../api-load.ts'
import { itemsOf } from './items.ts'
import { type ExchangePlant, untilAnswered } from './plant.ts'

const now = (): number => performance.timeOrigin + performance.now()

/** The unit's next word that it has stored something. */
function nextStored(plant: ExchangePlant): Promise<number> {
  return new Promise((resolve) =>
    plant.unit.listen(({ at, taken }) => {
      if (taken > 0) resolve(at)
    }),
  )
}

/** Milliseconds from the commit at the centre to the commit at the unit, one message at a time. */
export async function measureIdle(plant: ExchangePlant, messages: number): Promise<{ p50_ms: number; p99_ms: number }> {
  const took: number[] = []
  for (let i = 0; i < messages; i += 1) {
    const stored = nextStored(plant)
    await plant.send('single', [itemsOf(10_000_000 + i, 1, 1024)])
    const committed = now()
    took.push(Math.max(0, (await stored) - committed))
    await wait(15)
  }
  took.sort((a, b) => a - b)
  return { p50_ms: percentile(took, 0.5), p99_ms: percentile(took, 0.99) }
}

async function untilHealthy(plant: ExchangePlant): Promise<void> {
  while (!(await plant.isUp())) await wait(10)
}

/**
 * Seconds from the moment the side that was killed is up again until the first message that waited is stored at the unit.
 * The unit is up when its process is started; the centre when its server answers.
 */
export async function measureResume(plant: ExchangePlant, who: 'unit' | 'centre', awayMs: number, from: number): Promise<number> {
  const before = await plant.answered()
  if (who === 'unit') await plant.unit.stop('SIGKILL')
  else plant.server.kill()
  await plant.send('batch', [itemsOf(from, 100, 1024)])
  const stored = nextStored(plant)
  if (who === 'unit') await wait(awayMs)
  else await untilHealthy(plant)
  const up = now()
  if (who === 'unit') plant.unit.start()
  const seconds = Number(((Math.max(up, await stored) - up) / 1000).toFixed(2))
  await untilAnswered(plant, before + 1)
  return seconds
}

/** `yingbao bench faults`: kill -9 of every kind of process while batches are open; the results stay identical. */
import { join } from 'node:path'
import { packageRoot } from '#platform/config'
import { benchPackage } from './district.bench.ts'
import { runFaults } from './faults-run.ts'
import { machineOf } from './processes.ts'

const districtCode = '629901'
/** so many batches that a campaign lasts over several kills */
const batches = 25
const smallestBatch = 5
const seed = 20_260_930

/** Runs the bench; the keys named in the issue of the bench are fixed. */
export async function runFaultsBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const households = options.households ?? 0
  const batchSize = Math.max(smallestBatch, Math.ceil(households / batches))
  const result = await runFaults({
    packageDir: await benchPackage(households, say),
    districtCode,
    dir: join(packageRoot, 'var/bench/faults'),
    kills: options.kills ?? 0,
    batchSize,
    seed,
    say,
  })
  return { households, batch_size: batchSize, ...result, machine: machineOf() }
}

/** `yingbao bench network-faults`: five nodes in places of their own, killed, cut off, slowed, calls sent twice. */
import { join } from 'node:path'
import { packageRoot } from '#platform/config'
import { randomSource } from './assess-households.ts'
import { benchPackage } from './district.bench.ts'
import { chunksOf } from './network/load.ts'
import { openNet } from './network/net.ts'
import { asked, startNetwork } from './network/plant.ts'
import { type FaultsFigures, runFaults } from './network/run.ts'
import { machineOf } from './processes.ts'

const households = 2500
const itemsPerBatch = 100
const chunks = 20
const limitMs = 300_000
const seed = 5

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** The figures as a table for a person. */
function tableOf({ faults }: FaultsFigures): string {
  const byWho = Map.groupBy(faults, ({ what, who }) => `${what} ${who}`)
  const lines = [...byWho].map(([name, list]) => {
    const resumed = list.flatMap(({ resumed_seconds: seconds }) => (seconds === null ? [] : [seconds])).sort((a, b) => a - b)
    const middle = resumed[Math.floor(resumed.length / 2)] ?? 0
    return `${name.padEnd(16)}${String(list.length).padStart(4)}${middle.toFixed(2).padStart(10)}${(resumed.at(-1) ?? 0).toFixed(2).padStart(10)}`
  })
  return ['fault              n    median       max  (seconds until the next answer)', ...lines].join('\n')
}

/** Runs the bench; `items` counts the persons asked about whose answer arrived. */
export async function runNetworkFaultsBench(
  options: Readonly<Record<string, number>>,
  say: (text: string) => void,
): Promise<object> {
  const { items = 0, kills = 0, cuts = 0 } = options
  const random = randomSource(seed)
  const packageDir = await benchPackage(households, say)
  const net = openNet(random)
  say(
    net.kind === 'namespaces'
      ? '各节点在独立的网络命名空间中运行'
      : `本机不允许网络命名空间（${net.why}），改用环回地址和可切断的代理`,
  )
  const network = await startNetwork(net, join(packageRoot, 'var/bench/network'), packageDir, 'GM1')
  try {
    const lines = await Promise.all(asked.map((unit) => chunksOf(packageDir, unit, chunks, itemsPerBatch)))
    const batches = Math.ceil(items / itemsPerBatch / asked.length)
    const figures = await runFaults(network, { batches, chunks: lines, kills, cuts, random, say, limitMs })
    say(tableOf(figures))
    const { lost, doubled, out_of_order: order, parked, faults, ...rest } = figures
    const resumed = faults.flatMap(({ resumed_seconds: seconds }) => (seconds === null ? [] : [seconds]))
    return {
      ...rest,
      lost: sum(lost),
      doubled: sum(doubled),
      out_of_order: sum(order),
      parked: sum(parked),
      longest_resume_seconds: Math.max(0, ...resumed),
      net: net.kind,
      lost_by: lost,
      doubled_by: doubled,
      out_of_order_by: order,
      parked_by: parked,
      faults,
      machine: machineOf(),
    }
  } finally {
    await network.stop()
  }
}

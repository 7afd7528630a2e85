/** The faults of the bench in short form, over loopback addresses: what runs everywhere. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { generateDistrict } from '#synth'
import { randomSource } from './assess-households.ts'
import { chunksOf } from './network/load.ts'
import { openNet } from './network/net.ts'
import { asked, startNetwork } from './network/plant.ts'
import { runFaults } from './network/run.ts'

const dir = mkdtempSync(join(tmpdir(), 'yingbao-network-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('five nodes, every process killed and every place cut off once: nothing lost, doubled or out of order', {
  timeout: 240_000,
}, async () => {
  const packageDir = join(dir, 'package')
  await generateDistrict({ seed: 3, households: 120, out: packageDir, asOf: '2026-09-30' })
  const random = randomSource(11)
  const network = await startNetwork(openNet(random, 'loopback'), join(dir, 'net'), packageDir, 'GM1')
  try {
    const chunks = await Promise.all(asked.map((unit) => chunksOf(packageDir, unit, 4, 20)))
    const plan = { batches: 100, chunks, kills: 6, cuts: 5, random, say: () => undefined, limitMs: 60_000 }
    const { items, kills, cuts, lost, doubled, out_of_order, parked } = await runFaults(network, plan)
    const zero = (counts: Record<string, number>) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
    expect({ items, kills, cuts }).toEqual({ items: 4000, kills: 6, cuts: 5 })
    expect({ lost: zero(lost), doubled: zero(doubled), out_of_order: zero(out_of_order), parked: zero(parked) }).toEqual({
      lost: {},
      doubled: {},
      out_of_order: {},
      parked: {},
    })
  } finally {
    await network.stop()
  }
})

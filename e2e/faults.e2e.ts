/** The short form of `yingbao bench faults`: each kind of process is killed once while a batch is open; nothing is lost or doubled. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { generateDistrict } from '#synth'
import { asOf } from '../bench/district-run.ts'
import { runFaults } from '../bench/faults-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-faults-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('kill -9 of server, worker, gateway and database: the same five files as an undisturbed run', async () => {
  const packageDir = join(folder, 'package')
  await generateDistrict({ seed: 21, households: 120, out: packageDir, asOf })
  const plan = {
    packageDir,
    districtCode: '629901',
    dir: join(folder, 'run'),
    kills: 4,
    batchSize: 15,
    seed: 7,
    say: () => undefined,
  }
  const { kills_by_kind, different, doubled_by, lost_by, journal_faults, moments, asked } = await runFaults(plan)
  expect(kills_by_kind).toEqual({ server: 1, worker: 1, gateway: 1, database: 1 })
  expect(moments.every(({ open }) => open.length > 0)).toBe(true)
  expect(asked).toBeGreaterThan(100)
  expect(different).toEqual([])
  expect(Object.entries({ ...doubled_by }).filter(([, n]) => n > 0)).toEqual([])
  expect(Object.entries({ ...lost_by }).filter(([, n]) => n > 0)).toEqual([])
  expect(journal_faults).toBe(0)
})

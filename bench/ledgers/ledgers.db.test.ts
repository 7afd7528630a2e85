/** Ledgers as bureaus keep them, brought in by two persons: what must come in is there as the key says, and nothing else is. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import type { Runtime } from '#runner'
import { testDb } from '#testkit/db'
import { LAYOUTS, makeLedgers } from '../../synth/ledgers/index.ts'
import { bringIn } from './bring-in.ts'
import { LedgerOffice } from './office.ts'
import { importBase } from './register-before.ts'

const BARS = { taken: 0.97, first: 10, known: 2 }

/** Some forty seconds on two cores. */
const PATIENCE = 400_000
const SEED = 3

const dir = mkdtempSync(join(tmpdir(), 'yingbao-ledgers-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test(
  'two ledgers of every layout come in as their keys say',
  async () => {
    const { pool, workerPool, keys } = await testDb()
    const clock = fixedClock('2026-10-12T01:00:00.000Z')
    const runtime: Runtime = { db: pool, workerDb: workerPool, keys, clock, log: silentLog, blobs: openBlobs(dir, keys) }
    const run = makeLedgers({ seed: SEED, files: 2 * LAYOUTS.length, shapes: 1, households: [3, 5] })
    await importBase(runtime, run)
    const result = await bringIn(new LedgerOffice(runtime), run.ledgers, { twice: 8 })
    const { tally } = result
    expect([...result.failures, ...tally.faults]).toEqual([])
    expect(tally.silentWrong).toBe(0)
    expect(tally.taken / tally.good).toBeGreaterThanOrEqual(BARS.taken)
    expect(tally.refusedRight).toBe(tally.refused)
    expect(tally.refused).toBeGreaterThan(20)
    expect(Object.values(result.decisions).filter(({ first, known }) => first > BARS.first || known > BARS.known)).toEqual([])
    expect(result.changedAgain).toEqual([])
  },
  PATIENCE,
)

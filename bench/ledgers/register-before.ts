/** The register as it must be before a run's ledgers come in. */
import { randomUUID } from 'node:crypto'
import { nowIso } from '#platform/clock'
import { loadPack } from '#policy'
import { importPackage } from '#registry'
import type { Installation } from '../../apps/run/installation.ts'
import { importLimits } from '../../apps/run/limits.ts'
import { LEDGER_AS_OF, type LedgerRun } from '../../synth/ledgers/index.ts'
import { textSource } from './text-source.ts'

/** Imports the package that the ledgers of a run rest on. */
export async function importBase(
  { workerDb, keys, clock }: Pick<Installation, 'workerDb' | 'keys' | 'clock'>,
  { base }: Pick<LedgerRun, 'base'>,
): Promise<void> {
  await importPackage(workerDb, keys, textSource(base()), {
    asOf: LEDGER_AS_OF,
    limits: importLimits(loadPack('reference'), LEDGER_AS_OF),
    actor: 'system:bench',
    now: () => nowIso(clock),
    newId: randomUUID,
  })
}

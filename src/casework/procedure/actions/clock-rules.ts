/** Clock rules of listed cases, by the pack each stands under; packs and procedures are kept in memory. */
import type { Tx } from '#platform/db'
import type { ClockRule } from '#policy'
import { parametersOf } from '#policy'
import type { CaseRow } from '../store/cases.ts'
import { getProcedure } from '../store/procedures.ts'

type UnderPack = Pick<CaseRow, 'pack_hash' | 'pack_on' | 'pack_id' | 'procedure_id' | 'procedure_version'>

/** The clock of a step; null where the pack sets none. */
export async function findClock(tx: Tx, row: UnderPack, step: string): Promise<ClockRule | null> {
  const procedure = await getProcedure(tx, row.procedure_id, row.procedure_version)
  const clock = procedure.steps.find((each) => each.id === step)?.clock ?? null
  return clock === null ? null : (await parametersOf(tx, row)).clocks[clock]
}

/** The clock from acceptance to decision. */
export async function findTotalClock(tx: Tx, row: UnderPack): Promise<ClockRule | null> {
  return (await parametersOf(tx, row)).clocks.total
}

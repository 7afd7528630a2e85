/** A case as its actions hold it, and what of its records still counts. */
import type { CaseworkParameters, ClockRule, ResolvedPack } from '#policy'
import type { CaseState } from '../rules/decide.ts'
import { type Procedure, stepOf } from '../rules/model.ts'
import type { CaseRow, MoveRow, StepRow } from '../store/cases.ts'
import type { StoredRecord } from '../store/records.ts'

/** Everything an action needs to know about a case before it moves. */
export interface CaseFile {
  readonly row: CaseRow
  readonly procedure: Procedure
  readonly state: CaseState
  readonly steps: readonly StepRow[]
  readonly moves: readonly MoveRow[]
  readonly records: readonly StoredRecord<Record<string, unknown>>[]
  readonly pack: ResolvedPack
  readonly parameters: CaseworkParameters
}

/** Records that still count: written after the step they belong to was last opened again. */
export function standingRecords(file: CaseFile, kind: string): readonly StoredRecord<Record<string, unknown>>[] {
  return file.records.filter((record) => record.kind === kind && counts(file, record))
}

/** Whether a record was written since its step was last opened again. */
export function counts(file: CaseFile, record: Pick<StoredRecord<unknown>, 'step' | 'caseVersion'>): boolean {
  return record.caseVersion >= openedAgainAt(file, record.step)
}

/** Version of the move by which a step was last opened again, directly or with what it stands behind; 0 if never. */
export function openedAgainAt(file: CaseFile, step: string): number {
  const at = file.procedure.steps.findIndex((each) => each.id === step)
  const reset = file.moves.filter(({ reopened }) => {
    if (reopened === null) return false
    const from = file.procedure.steps.findIndex((each) => each.id === reopened)
    return from === at || (from < at && isBehind(file.procedure, reopened, step))
  })
  return reset.at(-1)?.seq ?? 0
}

function isBehind(procedure: Procedure, from: string, step: string): boolean {
  const { after } = stepOf(procedure, step)
  return after.includes(from) || after.some((id) => isBehind(procedure, from, id))
}

/** The clock rule of a step under the case's pack. */
export function clockOf(file: Pick<CaseFile, 'procedure' | 'parameters'>, step: string): ClockRule | null {
  const { clock } = stepOf(file.procedure, step)
  return clock === null ? null : file.parameters.clocks[clock]
}

/** The sheet as a case keeps it: what was shown, what was entered, and the facts from which the same sums can be made again. */
import { Problem } from '#kernel/problem'
import { type Assessment, assessHousehold, assessmentBasis, factsAgain } from '#policy'
import { type CaseFile, standingRecords } from '../../procedure/actions/file-model.ts'
import type { SheetFigures, SheetOrder, SheetView } from '../contract/sheet.ts'
import { figuresOf } from '../rules/sheet-figures.ts'

/** Body of a record of kind 'sheet'. */
export interface KeptSheet {
  readonly view: Omit<SheetView, 'state' | 'confirmedBy' | 'confirmedAt'>
  readonly order: SheetOrder
  /** as `keepFacts` wrote them; null when nothing could be assessed */
  readonly facts: object | null
}

export interface StandingSheet {
  readonly recordId: string
  readonly byName: string | null
  readonly at: string
  readonly sheet: KeptSheet
}

/** The sheet that counts: the newest since its step was last opened again. */
export function findSheet(file: CaseFile): StandingSheet | undefined {
  const [record] = standingRecords(file, 'sheet')
  if (record === undefined) return undefined
  const { recordId, byName, at, body } = record
  return { recordId, byName, at, sheet: body as unknown as KeptSheet }
}

/** The assessment of a kept sheet made again from its facts under the case's pack. */
export function assessAgain(file: CaseFile, sheet: KeptSheet): Assessment | null {
  return sheet.facts === null ? null : assessHousehold(assessmentBasis(file.pack), factsAgain(sheet.facts))
}

/** The figures a decision rests on, made again and held against what was confirmed. Problem 409 when they differ or there are none. */
export function confirmedFigures(file: CaseFile): { standing: StandingSheet; figures: SheetFigures; assessment: Assessment } {
  const standing = findSheet(file)
  const assessment = standing === undefined ? null : assessAgain(file, standing.sheet)
  if (standing === undefined || assessment === null || !assessment.eligible) {
    throw new Problem('casework.no-amount', '没有已确认且核算为符合的测评表，不能据以决定金额', { status: 409 })
  }
  const figures = figuresOf(assessment)
  const kept = standing.sheet.view.figures
  const same = kept !== null && kept.base === figures.base && kept.topUp === figures.topUp && kept.total === figures.total
  if (!same || file.row.amount !== figures.total) {
    throw new Problem('casework.amount-differs', '按保存的事实重新核算，金额与测评表不一致，请退回综合测评重新确认', {
      status: 409,
    })
  }
  return { standing, figures, assessment }
}

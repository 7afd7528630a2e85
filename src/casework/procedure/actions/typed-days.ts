/** Refuses days typed into a form that cannot be, beside their field. */
import { isDate } from '#kernel/dates'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { chinaDate } from '#platform/clock'
import { findDraft } from '../../intake/store/intake.ts'
import { dayFault, type NamedDay } from '../rules/case-days.ts'
import { type CaseFile, standingRecords } from './file-model.ts'

/** The day the family applied: as the application says, or the day the case was opened. */
export async function appliedOn({ tx, keys }: ActionContext, { row }: Pick<CaseFile, 'row'>): Promise<NamedDay> {
  const stored = await findDraft(tx, keys, row.case_no, false)
  const on = stored?.draft.household.values.applied_on ?? ''
  return { on: isDate(on) ? on : chinaDate(row.opened_at), of: '申请日期' }
}

/** A day that the newest standing record of a kind holds; null without one. */
export function recordedDay(file: CaseFile, kind: string, field: string, of: string): NamedDay | null {
  const [record] = standingRecords(file, kind)
  const on = record?.body[field]
  return typeof on === 'string' && isDate(on) ? { on, of } : null
}

export interface TypedDay {
  readonly day: string
  /** of the form of a move, unless `direct` */
  readonly path: readonly (string | number)[]
  readonly direct?: true
  readonly what: string
  readonly after?: readonly (NamedDay | null)[]
}

/** Problem 422 with the sentence beside the field. */
export function refuseDay({ today }: Pick<ActionContext, 'today'>, { day, path, direct, what, after = [] }: TypedDay): void {
  const message = dayFault(what, day, today, after)
  if (message === null) return
  throw new Problem('casework.day', message, {
    status: 422,
    details: { issues: [{ path: direct === true ? [...path] : ['record', ...path], message }] },
  })
}

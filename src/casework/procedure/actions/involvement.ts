/** Whether somebody handled a case: then he does not answer what is said against it. */
import { stepOf } from '../rules/model.ts'
import type { CaseFile } from './file-model.ts'

const ANSWERS: ReadonlySet<string> = new Set(['answer', 'uphold'])

/** How a person took part in a case, in words; null when he did not. Answering an earlier objection is no part in it. */
export function involvementOf(file: CaseFile, person: { readonly userId: string; readonly name: string }): string | null {
  const move = file.moves.find((each) => each.by_user === person.userId && !ANSWERS.has(each.command))
  if (move !== undefined) {
    const step = stepOf(file.procedure, move.step)
    const label = step.moves.find((each) => each.command === move.command)?.label ?? move.command
    return `办理过该案的“${step.label}—${label}”`
  }
  const asked = file.records.some(({ kind, body }) => kind === 'visit_plan' && isAmong(body.investigators, person))
  return asked ? '是该案的入户调查人员' : null
}

function isAmong(list: unknown, person: { readonly userId: string; readonly name: string }): boolean {
  if (!Array.isArray(list)) return false
  return list.some((each: unknown) => {
    if (typeof each !== 'object' || each === null) return false
    const { userId, name } = each as { userId?: unknown; name?: unknown }
    return userId === person.userId || ((userId === null || userId === undefined) && name === person.name)
  })
}

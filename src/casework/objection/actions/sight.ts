/** Who objected is kept from whoever handled the case, and all of it from whoever does not deal with objections. */
import { isPermitted } from '#identity'
import type { ActionContext } from '#platform/action'
import type { ObjectionView } from '../../cases/contract/case.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { involvementOf } from '../../procedure/actions/involvement.ts'

/** The objections of a case as the caller may see them. */
export function objectionsInSight(
  { actor }: Pick<ActionContext, 'actor'>,
  file: CaseFile,
  objections: readonly ObjectionView[],
): ObjectionView[] {
  const deals = actor.role === 'system' || isPermitted(actor.role, 'casework.objections')
  const apart = involvementOf(file, actor) === null
  return objections.map((objection) => ({
    ...objection,
    from: !objection.named || (deals && apart) ? objection.from : '（保密）',
    text: deals ? objection.text : '（保密，由承办人员查看）',
  }))
}

/** Near relatives of officials: found by number and filing, declared, or entered; the case is marked by itself, the reasons are kept. */
import { Problem } from '#kernel/problem'
import { labelOf } from '#kernel/terms'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { clauseOf } from '#policy'
import { matchOfficials } from '#registry'
import { listRegisterKin } from '#verification'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { setCase } from '../../procedure/store/cases.ts'
import { type Draft, OFFICIAL_RELATIONS } from '../contract/draft.ts'
import { fileRelated, type RelatedReason } from '../contract/intake.ts'
import { type DeclaredLink, declaredLinks, isInCircle, relatedReasons, relationLabelOf } from '../rules/related.ts'

function circleOf(file: CaseFile) {
  return { circle: file.parameters.related_circle, clause: clauseOf(file.pack, 'related_circle') }
}

/** Writes reasons down and marks the case; without any it is not a related-party case. */
async function mark(context: ActionContext, file: CaseFile, step: string, reasons: readonly RelatedReason[]): Promise<void> {
  if (reasons.length === 0) return
  await setCase(context.tx, file.row.case_no, { related: true })
  await keepRecord(context, file, { step, kind: 'related', body: { reasons } })
}

/** Looks for near relatives at acceptance: registry, filings, declared. Gives the reasons; writes them down. */
export async function findRelatives(
  context: ActionContext,
  file: CaseFile,
  householdNo: string,
  draft: Draft,
): Promise<RelatedReason[]> {
  const known = await matchOfficials(context.tx, context.keys, householdNo, context.today)
  const names = new Map(draft.members.map(({ id, values }) => [id, values.name ?? '']))
  const reasons = relatedReasons(known, declaredLinks(draft.relatives, names), circleOf(file))
  await mark(context, file, 'intake', reasons)
  return reasons
}

/** Takes up whom the population register shows to be kin of an official in office, as the verification asked it. */
export async function takeUpRegisterLinks(
  context: ActionContext,
  file: CaseFile,
  campaignId: string,
  householdNo: string,
): Promise<void> {
  const { tx, keys, clock } = context
  const kin = await listRegisterKin(tx, keys, { clock }, campaignId, householdNo)
  const known = new Set(
    file.records
      .filter((each) => each.kind === 'related')
      .flatMap((each) => (each.body.reasons as RelatedReason[]).map((reason) => reason.text)),
  )
  const { clause } = circleOf(file)
  const reasons = kin.map((each): RelatedReason => {
    const post = labelOf('official_role', each.role)
    const text = `户籍登记显示：${each.subjectName}是备案人员${each.name}（${post}）的${each.kin}`
    return { by: 'register', official: each.name, post, relationLabel: each.kin, member: each.subjectName, text, clause }
  })
  await mark(
    context,
    file,
    'verification',
    reasons.filter(({ text }) => !known.has(text)),
  )
}

export const fileRelatedAction: Action = routeAction(fileRelated, {
  async run(context, { caseNo, note, ...link }) {
    const file = await loadCaseFile(context, caseNo, true)
    if (file.state.result !== null) throw new Problem('casework.ended', '该案已经办结，不能再登记近亲属备案', { status: 409 })
    if (!Object.hasOwn(OFFICIAL_RELATIONS, link.relation)) {
      throw new Problem('input.invalid', '请从列表中选择关系', {
        status: 422,
        details: { issues: [{ path: ['relation'], message: '请从列表中选择关系' }] },
      })
    }
    const { circle, clause } = circleOf(file)
    if (!isInCircle(link.relation, circle)) {
      const labels = circle.map(relationLabelOf).join('、')
      throw new Problem(
        'casework.not-in-circle',
        `“${relationLabelOf(link.relation)}”不在须备案的近亲属范围（${labels}）内（依据：${clause}）`,
        {
          status: 409,
        },
      )
    }
    const entered: DeclaredLink = { by: 'entered', ...link }
    const reasons = relatedReasons([], [entered], { circle, clause }).map((each) => ({ ...each, text: `${each.text}。${note}` }))
    const step = file.procedure.steps.find((each) => file.state.steps[each.id] === 'open')?.id ?? 'intake'
    await mark(context, file, step, reasons)
    const reply = { caseNo, related: true, reasons }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo }, output) => noteOn(output, caseNo, '登记近亲属备案'),
})

/** Proofs of an application: the checklist, attaching, and taking off what was attached wrongly. */
import { attachFiles } from '#files'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import type { Draft } from '../contract/draft.ts'
import { attachProof, voidProof } from '../contract/proof.ts'
import { insertProofs, voidProof as markVoid } from '../store/proofs.ts'
import { draftProofs, getDraft } from './draft.ts'

/** The case and its application, for a change of the checklist. Problem 409 once the case has ended. */
async function openFor(context: ActionContext, caseNo: string): Promise<{ file: CaseFile; draft: Draft }> {
  const file = await loadCaseFile(context, caseNo)
  if (file.state.result !== null) {
    throw new Problem('casework.ended', '该案已经办结，证明材料不能再增减', { status: 409 })
  }
  return { file, draft: (await getDraft(context, file, true)).draft }
}

async function replyOf(context: ActionContext, file: CaseFile, draft: Draft) {
  const reply = { proofs: await draftProofs(context, file, draft) }
  await remember(context, reply, file)
  return reply
}

export const attachProofAction: Action = routeAction(attachProof, {
  async run(context, { caseNo, code, subject, files, reason }) {
    const { tx, keys, actor, clock } = context
    const { file, draft } = await openFor(context, caseNo)
    const line = (await draftProofs(context, file, draft)).find((each) => each.code === code && each.subject === subject)
    if (line === undefined) {
      throw new Problem('casework.no-proof', '材料清单中没有这一项，申请内容可能已有改动，请刷新后重试', { status: 409 })
    }
    const owner = { kind: 'case', no: caseNo, divisionCode: file.row.division_code } as const
    const kept = await attachFiles(context, owner, files, { path: ['files'] })
    await insertProofs(tx, keys, {
      caseNo,
      code,
      subject,
      files: kept,
      reason: reason ?? null,
      by: actor.userId,
      at: nowIso(clock),
    })
    return replyOf(context, file, draft)
  },
  journal: ({ caseNo, code, files }, output) => noteOn(output, caseNo, '登记证明材料', { code, files: files.length }),
})

export const voidProofAction: Action = routeAction(voidProof, {
  async run(context, { caseNo, proofId, reason }) {
    const { tx, keys, actor, clock } = context
    const { file, draft } = await openFor(context, caseNo)
    if (!(await markVoid(tx, keys, { caseNo, proofId, by: actor.userId, at: nowIso(clock), reason }))) {
      throw new Problem('casework.no-proof', '没有这份材料，或已经作废，请刷新后核对', { status: 409 })
    }
    return replyOf(context, file, draft)
  },
  journal: ({ caseNo, proofId }, output) => noteOn(output, caseNo, '作废证明材料', { proofId }),
})

export const proofActions: readonly Action[] = [attachProofAction, voidProofAction]

/** Registering who has signed: papers of the case, and authorisations of the registry. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { nowIso } from '#platform/clock'
import { signAuthorisations } from '#registry'
import { insertPapers } from '../../papers/store/papers.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { formLabel } from '../../procedure/rules/case-words.ts'
import type { Signer } from '../contract/intake.ts'
import type { PaperSignature } from '../contract/moves.ts'
import type { SignedAuthorisation } from '../rules/draft-declaration.ts'
import { termsOf } from './draft.ts'

function refuse(at: number, field: string, message: string): never {
  throw new Problem('input.invalid', message, {
    status: 422,
    details: { issues: [{ path: ['record', 'papers', at, field], message }] },
  })
}

async function checkPaper(context: ActionContext, signers: readonly Signer[], paper: PaperSignature, at: number): Promise<void> {
  const signer = signers.find((each) => each.row === paper.subject)
  if (signer === undefined) refuse(at, 'subject', `第 ${at + 1} 份：此人不在须签字的名单中，请刷新后核对`)
  const where = `第 ${at + 1} 份（${signer.name}）`
  if (!signer.forms.some(({ form }) => form === paper.form)) refuse(at, 'form', `${where}：${formLabel(paper.form)}不须此人签字`)
  if (paper.signedOn > context.today) refuse(at, 'signedOn', `${where}：签字日期晚于今天，请核对`)
  if (signer.kind === 'guarded' && (paper.signature === 'signed' || paper.signature === 'fingerprint')) {
    refuse(at, 'signature', `${where}：未到可以自行签字的年龄，须由监护人代签`)
  }
}

/** Files signed papers with the case. Problem 422 naming the paper and what is wrong with it. */
export async function filePapers(
  context: ActionContext,
  file: CaseFile,
  signers: readonly Signer[],
  papers: readonly PaperSignature[],
): Promise<void> {
  if (papers.length === 0) return
  for (const [at, paper] of papers.entries()) await checkPaper(context, signers, paper, at)
  const { tx, actor, clock } = context
  const { case_no: caseNo, division_code: divisionCode } = file.row
  await insertPapers(
    tx,
    { caseNo, divisionCode, by: actor.userId, at: nowIso(clock) },
    papers.map(({ form, subject, signature, signedOn, file: scan }) => ({
      form,
      subjectNo: subject,
      signature,
      signedOn,
      sha256: scan?.sha256 ?? null,
      fileName: scan?.name ?? null,
      templateHash: null,
    })),
  )
  const notes = papers
    .filter(({ note }) => note !== '')
    .map(({ form, subject, signature, note }) => ({ form, subject, signature, note }))
  if (notes.length > 0) await keepRecord(context, file, { step: 'intake', kind: 'signing', body: { notes } })
}

/** The signed authorisations among the papers of the signers, as the registry takes them. */
export function signedAuthorisations(signers: readonly Signer[]): SignedAuthorisation[] {
  return signers.flatMap(({ row, forms }) =>
    forms.flatMap(({ form, signature, signedOn, standing }) => {
      if (form !== 'authorisation' || standing || signature === null || signature === 'refused' || signedOn === null) return []
      return [{ subject: row, signature: signature === 'guardian' ? ('guardian' as const) : ('signed' as const), signedOn }]
    }),
  )
}

/** Puts authorisations signed after acceptance into the registry. Problem 422 with what the registry's checks say. */
export async function registerAuthorisations(context: ActionContext, file: CaseFile, signers: readonly Signer[]): Promise<void> {
  const { household_no: householdNo } = file.row
  const signed = signedAuthorisations(signers)
  if (householdNo === null || signed.length === 0) return
  const { tx, keys, actor, clock, today } = context
  const papers = signed.map(({ subject, signature, signedOn }) => ({
    subjectNo: subject,
    signature,
    signedOn,
    validTo: null,
    items: ['all'],
  }))
  const options = { asOf: today, limits: termsOf(file, today).limits, by: actor.userId, at: nowIso(clock) }
  const outcome = await signAuthorisations(tx, keys, householdNo, papers, options)
  if (outcome.accepted) return
  const [issue] = outcome.issues
  throw new Problem('casework.authorisation', `授权书没有登记成功：${issue?.message ?? ''}${issue?.remedy ?? ''}`, {
    status: 422,
  })
}

/** What the application of a case holds: its draft, what it lacks, who counts, who signs. */
import { addMonths, monthOf } from '#kernel/dates'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { assessHousehold, assessmentBasis, clauseOf, verifyParametersOf } from '#policy'
import { loadHouseholdFile, readAccount } from '#registry'
import { listPapers } from '../../cases/store/open-case.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import type { Draft, DraftGap } from '../contract/draft.ts'
import type { MemberVerdict, Signer } from '../contract/intake.ts'
import type { ProofLine } from '../contract/proof.ts'
import { isAccountKept } from '../rules/account-gaps.ts'
import { gapsOf } from '../rules/draft-gaps.ts'
import { memberFacts, verdictsOf } from '../rules/members.ts'
import { proofLines } from '../rules/proofs.ts'
import { signersOf } from '../rules/signers.ts'
import { findDraft, type StoredDraft } from '../store/intake.ts'
import { readProofs } from '../store/proofs.ts'

const MEMBERSHIP = 'household.dependent_study_levels'

/** Ages and months the pack sets for an application; of the pack as the case stands under it. */
export function termsOf(file: CaseFile, today: string) {
  const { guardian_age: guardianAge, max_age: maxAge, income_months: months, ...limits } = verifyParametersOf(file.pack)
  const to = addMonths(`${monthOf(today)}-01`, -1).slice(0, 7)
  const from = addMonths(`${to}-01`, 1 - months).slice(0, 7)
  return {
    guardianAge,
    maxAge,
    period: { from, to },
    limits: {
      maxAge,
      idq9MinGap: limits.idq9_min_gap,
      idq9MaxGap: limits.idq9_max_gap,
      idq9SpouseMinAge: limits.idq9_spouse_min_age,
    },
  }
}

/** What the pack of the case says of each member, and what was entered. */
export function memberVerdicts(file: CaseFile, draft: Draft): MemberVerdict[] {
  const household = { programme: file.row.programme, members: draft.members.map(memberFacts) }
  const rulings = assessHousehold(assessmentBasis(file.pack), household).members
  return verdictsOf(draft.members, new Map(rulings.map((each) => [each.id, each])), clauseOf(file.pack, MEMBERSHIP))
}

/** Whether the registry has an account of a household whose draft shows none and may not take one. */
async function hasKeptAccount({ tx, keys }: ActionContext, file: CaseFile, draft: Draft): Promise<boolean> {
  const { household_no: householdNo } = file.row
  if (householdNo === null || !isAccountKept(draft) || (draft.household.values.account_no ?? '') !== '') return false
  return (await readAccount(tx, keys, householdNo)).accountMasked !== ''
}

/** Gaps of an application as of today. */
export async function draftGaps(context: ActionContext, file: CaseFile, draft: Draft): Promise<DraftGap[]> {
  const { today } = context
  const hasAccount = await hasKeptAccount(context, file, draft)
  return gapsOf(draft, { on: today, maxAge: termsOf(file, today).maxAge, hasAccount })
}

/** Subjects whose authorisation stands in the registry. */
async function standingAuthorisations(context: ActionContext, file: CaseFile): Promise<ReadonlySet<string>> {
  const { household_no: householdNo } = file.row
  if (householdNo === null) return new Set()
  const { authorisations } = await loadHouseholdFile(context.tx, context.keys, householdNo, context.today)
  return new Set(
    authorisations.flatMap((paper) => (paper.state === 'signed' || paper.state === 'guardian' ? [paper.subjectNo] : [])),
  )
}

/** Everybody who has to sign, with what is signed. */
export async function draftSigners(context: ActionContext, file: CaseFile, draft: Draft): Promise<Signer[]> {
  const papers = await listPapers(context.tx, file.row.case_no)
  const standing = await standingAuthorisations(context, file)
  return signersOf(draft, papers, { guardianAge: termsOf(file, context.today).guardianAge, on: context.today, standing })
}

/** The draft of a case. Problem 404 without one. */
export async function getDraft(context: ActionContext, file: CaseFile, lock = false): Promise<StoredDraft> {
  const stored = await findDraft(context.tx, context.keys, file.row.case_no, lock)
  if (stored === undefined) throw new Problem('casework.no-draft', '该案没有申请书，请退回受理步骤重新录入', { status: 404 })
  return stored
}

/** The checklist of a case as it stands. */
export async function draftProofs({ tx, keys }: ActionContext, file: CaseFile, draft: Draft): Promise<ProofLine[]> {
  return proofLines(draft, file.parameters.proofs, await readProofs(tx, keys, file.row.case_no))
}

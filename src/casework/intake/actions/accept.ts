/** Acceptance: the application is written into the registry; what the registry's checks say comes back place by place. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { nowIso } from '#platform/clock'
import { type DeclarationIssue, declareHousehold, nameIndex, readAccount } from '#registry'
import { renamePaperSubjects } from '../../papers/store/papers.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import type { Effect } from '../../procedure/actions/handler.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { setCase } from '../../procedure/store/cases.ts'
import type { Draft, DraftGap } from '../contract/draft.ts'
import type { AcceptIntake } from '../contract/moves.ts'
import type { ProofLine } from '../contract/proof.ts'
import { placeDoubt } from '../rules/application-place.ts'
import { declarationOf, sectionOfTable, withNumbers } from '../rules/draft-declaration.ts'
import { listHouseholdCases, saveDraft } from '../store/intake.ts'
import { renameProofSubjects } from '../store/proofs.ts'
import { draftDoubles } from './double-members.ts'
import { draftGaps, draftProofs, draftSigners, getDraft, memberVerdicts, termsOf } from './draft.ts'
import { refuseDoubles } from './memberships.ts'
import { sameElsewhere } from './open.ts'
import { findRelatives } from './related.ts'
import { signedAuthorisations } from './signatures.ts'

const pathOf = ({ section, row, column }: Pick<DraftGap, 'section' | 'row' | 'column'>): string[] => [
  'draft',
  section,
  row,
  ...(column === '' ? [] : [column]),
]

function refuseGaps(gaps: readonly DraftGap[]): void {
  if (gaps.length === 0) return
  const issues = gaps.map((gap) => ({ path: pathOf(gap), message: gap.message }))
  throw new Problem('casework.gaps', `申请内容还有 ${gaps.length} 处不完整，请按提示补齐`, { status: 422, details: { issues } })
}

/** A problem the registry told, at its place in the draft. */
function placed(draft: Draft, issue: DeclarationIssue): DraftGap {
  const section = sectionOfTable(issue.table)
  const message = [issue.message, issue.remedy].filter((text) => text !== '').join('。')
  if (section === undefined) return { section: 'household', row: '', column: '', message: `${issue.tableLabel}：${message}` }
  const row = section === 'household' ? 'household' : (draft[section][issue.row - 1]?.id ?? '')
  return { section, row, column: issue.column, message }
}

function refuseIssues(gaps: readonly DraftGap[]): never {
  const issues = gaps.map((gap) => ({ path: pathOf(gap), message: gap.message }))
  const text = gaps
    .slice(0, 3)
    .map(({ message }) => message)
    .join('；')
  throw new Problem('casework.not-registered', `申请内容没有通过登记检查：${text}`, { status: 422, details: { issues } })
}

function refuseWarnings(warnings: readonly string[], isSeen: boolean): void {
  if (warnings.length === 0 || isSeen) return
  const issues = warnings.map((message) => ({ path: ['record', 'warningsSeen'], message }))
  throw new Problem(
    'casework.warnings',
    `受理前请核对：${warnings.join('；')}。核对无误的，勾选“以上提示已逐条核对，仍予受理”再受理`,
    {
      status: 422,
      details: { issues },
    },
  )
}

/** Writes the household; the draft goes over to the numbers of the registry. */
async function register(context: ActionContext, file: CaseFile, draft: Draft) {
  const { tx, keys, actor, clock, today } = context
  const { row } = file
  const signers = await draftSigners(context, file, draft)
  const declaration = declarationOf(draft, {
    householdNo: row.household_no,
    divisionCode: row.division_code,
    programme: row.programme,
    authorisations: signedAuthorisations(signers),
  })
  const options = { asOf: today, limits: termsOf(file, today).limits, by: actor.userId, at: nowIso(clock) }
  const outcome = await declareHousehold(tx, keys, declaration, options)
  if (!outcome.accepted || outcome.householdNo === null) {
    refuseIssues(outcome.issues.filter(({ severity }) => severity === 'error').map((issue) => placed(draft, issue)))
  }
  const numbered = withNumbers(draft, outcome.numbers)
  await renamePaperSubjects(tx, row.case_no, outcome.numbers)
  await renameProofSubjects(tx, row.case_no, outcome.numbers)
  await saveDraft(tx, keys, {
    caseNo: row.case_no,
    divisionCode: row.division_code,
    draft: numbered,
    by: actor.userId,
    at: nowIso(clock),
  })
  return {
    draft: numbered,
    householdNo: outcome.householdNo,
    warnings: outcome.issues.map((issue) => placed(draft, issue).message),
  }
}

async function refuseRunning(context: ActionContext, file: CaseFile, householdNo: string): Promise<void> {
  const [other] = await listHouseholdCases(context.tx, [householdNo], file.row.scheme)
  if (other?.running_no == null || other.running_no === file.row.case_no) return
  throw new Problem('casework.running', `该家庭已有正在办理的案件 ${other.running_no}，请先办结或撤回其中一件`, { status: 409 })
}

/** What is kept of an accepted application: who counts and why, and what stays with the case. */
function acceptanceOf(
  file: CaseFile,
  draft: Draft,
  proofs: readonly ProofLine[],
  form: AcceptIntake,
  warnings: readonly string[],
): object {
  const verdicts = new Map(memberVerdicts(file, draft).map((each) => [each.row, each]))
  return {
    members: draft.members.map(({ id, values }) => {
      const verdict = verdicts.get(id)
      return {
        subjectNo: id,
        name: values.name ?? '',
        relation: values.relation ?? '',
        counted: values.counted === 'yes',
        ruled: verdict?.ruled ?? false,
        reason: verdict?.differs === true ? (values.why ?? '') : (verdict?.ruledReason ?? ''),
        clause: verdict?.clause ?? '',
        livesTogether: values.lives_together === 'yes',
        away: values.away ?? 'none',
        cannotLiveIndependently: values.cannot_live_independently === 'yes',
        disabilityClass: values.disability_class ?? '',
        disabilityGrade: values.disability_grade ?? '',
      }
    }),
    reason: draft.household.values.reason ?? '',
    noAccountReason: draft.household.values.no_account_reason ?? '',
    payeeReason: draft.household.values.payee_reason ?? '',
    phone: draft.household.values.phone ?? '',
    supporters: draft.supporters.length,
    proofs: proofs.map(({ code, label, subject, demand, state }) => ({ code, label, subject, demand, state })),
    warnings,
    note: form.note,
  }
}

/** Accepts an application. Problem 422 with every gap, with what the registry refuses, or with warnings nobody has seen. */
export async function acceptIntake(context: ActionContext, file: CaseFile, form: AcceptIntake): Promise<Effect> {
  const { draft } = await getDraft(context, file, true)
  refuseGaps(await draftGaps(context, file, draft))
  refuseDoubles(await draftDoubles(context, file, draft))
  const elsewhere = await sameElsewhere(context, draft, file.row.household_no)
  const made = await register(context, file, draft)
  const place = placeDoubt(draft)
  const { doubts } = await readAccount(context.tx, context.keys, made.householdNo)
  const warnings = [...elsewhere, ...(place === null ? [] : [place]), ...made.warnings, ...doubts]
  refuseWarnings(warnings, form.warningsSeen)
  await refuseRunning(context, file, made.householdNo)
  const head = made.draft.members.find(({ values }) => values.relation === 'head')?.values.name ?? file.row.applicant_name
  await setCase(context.tx, file.row.case_no, {
    household_no: made.householdNo,
    applicant_name: head,
    initials: nameIndex(head).initials,
    members: made.draft.members.filter(({ values }) => values.counted === 'yes').length,
  })
  const proofs = await draftProofs(context, file, made.draft)
  await keepRecord(context, file, {
    step: 'intake',
    kind: 'acceptance',
    body: acceptanceOf(file, made.draft, proofs, form, warnings),
  })
  const reasons = await findRelatives(context, file, made.householdNo, made.draft)
  return { detail: { householdNo: made.householdNo, related: reasons.length > 0 } }
}

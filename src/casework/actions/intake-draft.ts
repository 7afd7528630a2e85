/** The application of a case: its draft, what it lacks, who counts, who signs; saved change by change. */
import { addMonths, monthOf } from '#kernel/dates'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { assessHousehold, assessmentBasis, clauseOf, loadPack, resolveVerify } from '#policy'
import { loadHouseholdFile } from '#registry'
import type { Draft, DraftGap } from '../contract/draft.ts'
import { ROW_SECTIONS } from '../contract/draft.ts'
import { type DraftView, type MemberVerdict, openDraft, type Signer, saveDraft as saveDraftRoute } from '../contract/intake.ts'
import { applyChanges, rowsOf } from '../rules/draft-changes.ts'
import { gapsOf } from '../rules/draft-gaps.ts'
import { memberFacts, verdictsOf } from '../rules/members.ts'
import { signersOf } from '../rules/signers.ts'
import { findDraft, type StoredDraft, saveDraft } from '../store/intake.ts'
import { findPlaces, listPapers } from '../store/open-case.ts'
import { loadCaseFile } from './case-file.ts'
import { noteOn, remember } from './case-note.ts'
import type { CaseFile } from './file-model.ts'

const MEMBERSHIP = 'household.dependent_study_levels'

/** Ages and months the pack sets for an application; of the pack as the case stands under it. */
export function termsOf(file: CaseFile, today: string) {
  const { guardian_age: guardianAge, max_age: maxAge, income_months: months, ...limits } = verifyOf(file)
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

const verified = new Map<string, ReturnType<typeof resolveVerify>>()

function verifyOf({ row }: CaseFile): ReturnType<typeof resolveVerify> {
  const key = `${row.pack_id} ${row.pack_on}`
  const known = verified.get(key)
  if (known !== undefined) return known
  const read = resolveVerify(loadPack(row.pack_id), row.pack_on)
  verified.set(key, read)
  return read
}

/** What the pack of the case says of each member, and what was entered. */
export function memberVerdicts(file: CaseFile, draft: Draft): MemberVerdict[] {
  const household = { programme: file.row.programme, members: draft.members.map(memberFacts) }
  const rulings = assessHousehold(assessmentBasis(file.pack), household).members
  return verdictsOf(draft.members, new Map(rulings.map((each) => [each.id, each])), clauseOf(file.pack, MEMBERSHIP))
}

/** Gaps of an application as of today. */
export function draftGaps(file: CaseFile, draft: Draft, today: string): DraftGap[] {
  return gapsOf(draft, { on: today, maxAge: termsOf(file, today).maxAge })
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

/** Whether the application may still be written. */
function isEditable(file: CaseFile): boolean {
  const { intake } = file.state.steps
  return file.state.result === null && (intake === 'open' || intake === 'paused')
}

async function viewDraft(context: ActionContext, file: CaseFile, stored: StoredDraft): Promise<DraftView> {
  const { draft, revision, savedBy, savedByName, savedAt } = stored
  const { row } = file
  const places = await findPlaces(context.tx, row.division_code)
  const rows = (['household', ...ROW_SECTIONS] as const).flatMap((section) => rowsOf(draft, section))
  return {
    caseNo: row.case_no,
    applicantName: row.applicant_name,
    householdNo: row.household_no,
    villageName: places?.village ?? '',
    townshipName: places?.township ?? '',
    programme: row.programme,
    version: row.version,
    revision,
    savedBy: savedByName ?? savedBy,
    savedAt,
    editable: isEditable(file),
    draft,
    gaps: draftGaps(file, draft, context.today),
    verdicts: memberVerdicts(file, draft),
    signers: await draftSigners(context, file, draft),
    prefilled: rows.reduce((sum, each) => sum + (each.id.startsWith('+') ? 0 : Object.keys(each.values).length), 0),
    unconfirmed: rows.reduce((sum, each) => sum + each.known.length, 0),
    period: termsOf(file, context.today).period,
  }
}

export const openDraftAction: Action = routeAction(openDraft, {
  async run(context, { caseNo }) {
    const file = await loadCaseFile(context, caseNo)
    const view = await viewDraft(context, file, await getDraft(context, file))
    await remember(context, view, file)
    return view
  },
  journal: ({ caseNo }, output) => noteOn(output, caseNo, '查看申请内容'),
})

export const saveDraftAction: Action = routeAction(saveDraftRoute, {
  async run(context, { caseNo, changes }) {
    const { tx, keys, actor, clock, today } = context
    const file = await loadCaseFile(context, caseNo)
    if (!isEditable(file)) {
      throw new Problem('casework.not-editable', '该案已经受理或办结，申请内容不能再改；须改正的，请退回受理步骤', {
        status: 409,
      })
    }
    const { draft } = await getDraft(context, file, true)
    const changed = applyChanges(draft, changes, { on: today, maxAge: termsOf(file, today).maxAge })
    if (changed.faults.length > 0) {
      throw new Problem('casework.card', changed.faults.join('；'), { status: 422 })
    }
    const { division_code: divisionCode } = file.row
    await saveDraft(tx, keys, { caseNo, divisionCode, draft: changed.draft, by: actor.userId, at: nowIso(clock) })
    const view = await viewDraft(context, file, await getDraft(context, file))
    const reply = { view, conflicts: [...changed.conflicts] }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, changes }, output) =>
    noteOn(output, caseNo, '填写申请内容', { places: changes.map((each) => `${each.do} ${each.section}`) }),
})

/** The application as a page shows it, and saving it change by change. */
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { findPlaces } from '../../cases/store/open-case.ts'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { ROW_SECTIONS } from '../contract/draft.ts'
import { type DraftView, openDraft, saveDraft as saveDraftRoute } from '../contract/intake.ts'
import { applyChanges, rowsOf } from '../rules/draft-changes.ts'
import { type StoredDraft, saveDraft } from '../store/intake.ts'
import { draftDoubles } from './double-members.ts'
import { draftGaps, draftProofs, draftSigners, getDraft, memberVerdicts, termsOf } from './draft.ts'

/** Whether the application may still be written. */
function isEditable(file: CaseFile): boolean {
  const { intake } = file.state.steps
  return file.state.result === null && (intake === 'open' || intake === 'paused')
}

async function viewDraft(context: ActionContext, file: CaseFile, stored: StoredDraft): Promise<DraftView> {
  const { draft, revision, savedByName, savedAt } = stored
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
    savedBy: savedByName,
    savedAt,
    editable: isEditable(file),
    running: file.state.result === null,
    draft,
    gaps: await draftGaps(context, file, draft),
    verdicts: memberVerdicts(file, draft),
    signers: await draftSigners(context, file, draft),
    proofs: await draftProofs(context, file, draft),
    doubles: await draftDoubles(context, file, draft),
    unconfirmed: rows.reduce((sum, each) => sum + each.known.length, 0),
    today: context.today,
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
    const { draft, savedByName: by, savedAt: at } = await getDraft(context, file, true)
    const changed = applyChanges(draft, changes, { on: today, maxAge: termsOf(file, today).maxAge })
    if (changed.faults.length > 0) {
      throw new Problem('casework.card', changed.faults.join('；'), { status: 422 })
    }
    const { division_code: divisionCode } = file.row
    // what only collided changes nothing, and whoever saved last stays named
    if (changed.draft !== draft)
      await saveDraft(tx, keys, { caseNo, divisionCode, draft: changed.draft, by: actor.userId, at: nowIso(clock) })
    const view = await viewDraft(context, file, await getDraft(context, file))
    const reply = { view, conflicts: changed.conflicts.map((each) => ({ ...each, by, at })) }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, changes }, output) =>
    noteOn(output, caseNo, '填写申请内容', { places: changes.map((each) => `${each.do} ${each.section}`) }),
})

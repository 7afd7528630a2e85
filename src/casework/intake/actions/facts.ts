/** Facts that moves of intake and verification need. */
import type { ActionContext } from '#platform/action'
import type { Facts } from '../../procedure/actions/fact.ts'
import { type CaseFile, standingRecords } from '../../procedure/actions/file-model.ts'
import type { SignedForm } from '../contract/intake.ts'
import { missingProofs } from '../rules/proofs.ts'
import { isSigned } from '../rules/signers.ts'
import { findDraft } from '../store/intake.ts'
import { draftGaps, draftProofs, draftSigners, memberVerdicts } from './draft.ts'
import { attachedReport, findCaseReport, isNewer, listUnsigned } from './report.ts'

async function draftOf({ tx, keys }: ActionContext, file: CaseFile) {
  return (await findDraft(tx, keys, file.row.case_no))?.draft
}

const signed = (form: SignedForm) => async (context: ActionContext, file: CaseFile) => {
  const draft = await draftOf(context, file)
  return draft !== undefined && isSigned(await draftSigners(context, file, draft), form)
}

export const intakeFacts: Facts = {
  // the list belongs to this very move: the case has not moved since it was written
  'missing-listed': (_context, file) =>
    standingRecords(file, 'missing_items').some((record) => record.caseVersion === file.row.version),
  'application-complete': async (context, file) => {
    const draft = await draftOf(context, file)
    return draft !== undefined && (await draftGaps(context, file, draft)).length === 0
  },
  'application-signed': signed('application'),
  // signing starts the clock of acceptance: whoever has signed has applied
  'never-signed': (_context, file) => !file.moves.some(({ step, command }) => step === 'intake' && command === 'sign'),
  'undertaking-signed': signed('undertaking'),
  'members-explained': async (context, file) => {
    const draft = await draftOf(context, file)
    return draft !== undefined && draft.members.length > 0 && memberVerdicts(file, draft).every((each) => each.settled)
  },
  'proofs-in': async (context, file) => {
    const draft = await draftOf(context, file)
    return draft !== undefined && missingProofs(await draftProofs(context, file, draft)).length === 0
  },
  'authorised-by-all': async (context, file) =>
    file.row.household_no !== null && (await listUnsigned(context, file)).length === 0,
  'report-valid': async (context, file) => (await findCaseReport(context, file)) !== undefined,
  'report-attached': async (context, file) =>
    attachedReport(file) !== undefined && (await findCaseReport(context, file)) !== undefined,
  'report-newer': async (context, file) => isNewer(file, await findCaseReport(context, file)),
  'findings-answered': async (context, file) => (await findCaseReport(context, file))?.openFindings === 0,
}

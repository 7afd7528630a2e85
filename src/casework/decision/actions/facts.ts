/** Facts of sheet, township review, approval, decision and payment. */
import type { ActionContext } from '#platform/action'
import { type AccountView, readAccount } from '#registry'
import { findSheet } from '../../assessment/actions/sheet-record.ts'
import { failedByVoteOnly } from '../../assessment/rules/sheet.ts'
import { listUncleared } from '../../intake/actions/double-members.ts'
import type { Facts } from '../../procedure/actions/fact.ts'
import { type CaseFile, standingRecords } from '../../procedure/actions/file-model.ts'
import type { Approval, Decision } from '../contract/moves.ts'
import { findStandingDecision, isOnRoll } from '../store/decisions.ts'
import { tookPart } from '../store/samples.ts'
import { isWithinUndo, type KeptRefusal } from './decide-case.ts'

const LEAST_REASON = 4

/** Whoever signs has written the opinion himself. */
const writtenBySigner =
  (kind: string) =>
  ({ actor }: ActionContext, file: CaseFile): boolean =>
    standingRecords(file, kind)[0]?.byUser === actor.userId

/**
 * Whether a case is past the sample by what its own file says: visited where drawn or always to be visited. Null: where the pack asks for a share,
 * it has to have taken part in a draw.
 */
export function sampleStanding(file: CaseFile): boolean | null {
  const { sample } = file.parameters
  const { row } = file
  const always =
    (row.related && sample.always.includes('related_party')) ||
    (row.complained && sample.always.includes('complained')) ||
    (sample.always.includes('refused') && findSheet(file)?.sheet.view.conclusion === 'ineligible')
  if (standingRecords(file, 'sample_visit').length > 0) return true
  if (always || row.sampled) return false
  return sample.share.num === 0 ? true : null
}

async function isSampleVisited({ tx }: ActionContext, file: CaseFile): Promise<boolean> {
  return sampleStanding(file) ?? tookPart(tx, file.row.case_no)
}

function isImputedConfirmed(file: CaseFile): boolean {
  const sheet = findSheet(file)
  return sheet !== undefined && (!sheet.sheet.view.restsOnImputed || standingRecords(file, 'imputed').length > 0)
}

function isExplained(file: CaseFile): boolean {
  const sheet = findSheet(file)
  if (sheet === undefined) return false
  if (sheet.sheet.view.conclusion === 'eligible') return true
  const approval = standingRecords(file, 'approval')[0]?.body as Approval | undefined
  return (approval?.explanation ?? '').trim() !== ''
}

/** The account money would go to; undefined while the household is not registered. */
async function accountOf({ tx, keys }: ActionContext, file: CaseFile): Promise<AccountView | undefined> {
  return file.row.household_no === null ? undefined : readAccount(tx, keys, file.row.household_no)
}

/** Whether there is nothing doubtful about the account, or whoever decides says what was looked at. */
async function isAccountExplained(context: ActionContext, file: CaseFile): Promise<boolean> {
  const doubts = (await accountOf(context, file))?.doubts ?? []
  const decision = standingRecords(file, 'decision')[0]?.body as Decision | undefined
  return doubts.length === 0 || (decision?.accountReason ?? '').length >= LEAST_REASON
}

export const reviewFacts: Facts = {
  'sheet-complete': (_context, file) => {
    const pillars = findSheet(file)?.sheet.view.pillars ?? []
    return pillars.length > 0 && pillars.every(({ finding }) => finding !== 'undetermined')
  },
  'imputed-confirmed': (_context, file) => isImputedConfirmed(file),
  'opinion-written': writtenBySigner('opinion'),
  'leader-written': writtenBySigner('leader'),
  'head-written': writtenBySigner('head'),
  'amount-figured': (_context, file) => {
    const figures = findSheet(file)?.sheet.view.figures
    return figures?.eligible === true && figures.total > 0 && file.row.amount === figures.total
  },
  'members-single': async (context, file) => (await listUncleared(context, [file])).size === 0,
  'account-ready': async (context, file) => (await accountOf(context, file))?.faults.length === 0,
  'account-explained': isAccountExplained,
  'sample-visited': isSampleVisited,
  'eligible-or-explained': (_context, file) => isExplained(file),
  'refusal-grounded': (_context, file) => {
    const refusal = standingRecords(file, 'refusal')[0]?.body as KeptRefusal | undefined
    return refusal !== undefined && refusal.facts !== '' && refusal.rule !== '' && refusal.remedies.reconsiderationDays > 0
  },
  'not-to-be-listed': (_context, file) => findSheet(file)?.sheet.view.conclusion === 'ineligible',
  'not-by-vote': (_context, file) => {
    const sheet = findSheet(file)
    return sheet === undefined || !failedByVoteOnly(sheet.sheet.view.pillars)
  },
  'within-undo': isWithinUndo,
  'on-roll': async ({ tx }, file) => {
    const decision = await findStandingDecision(tx, file.row.case_no)
    return decision !== undefined && isOnRoll(tx, decision.decision_no, true)
  },
}

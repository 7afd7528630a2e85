/** Facts of deliberation. */
import type { ActionContext } from '#platform/action'
import { findsTestNotMet } from '../../assessment/actions/make-sheet.ts'
import type { Facts } from '../../procedure/actions/fact.ts'
import { type CaseFile, openedAgainAt, standingRecords } from '../../procedure/actions/file-model.ts'
import { bodyFaults } from '../rules/hearing.ts'
import { findSession, listSessionCases, type SessionCaseRow } from '../store/sessions.ts'

/** The sessions of the case since its deliberation was last opened. */
async function currentSessions(context: ActionContext, file: CaseFile): Promise<SessionCaseRow[]> {
  const again = openedAgainAt(file, 'deliberation')
  const since = file.moves.find((move) => move.seq === again)?.at ?? ''
  const rows = await listSessionCases(context.tx, { caseNo: file.row.case_no })
  return rows.filter((row) => row.at >= since)
}

async function currentSession(context: ActionContext, file: CaseFile): Promise<SessionCaseRow | undefined> {
  return (await currentSessions(context, file)).at(-1)
}

/** Whether the case was voted on since its deliberation was last opened: a second vote needs a new investigation. */
export async function isVoted(context: ActionContext, file: CaseFile): Promise<boolean> {
  return (await currentSessions(context, file)).some(({ outcome }) => outcome === 'passed' || outcome === 'failed')
}

async function hasBody(context: ActionContext, file: CaseFile): Promise<boolean> {
  const called = await currentSession(context, file)
  const session = called === undefined ? undefined : await findSession(context.tx, called.sessionId)
  if (called === undefined || session === undefined) return false
  const recused = new Set(called.recused.map((each) => each.memberId))
  const sitting = session.drawn.filter((member) => !recused.has(member.memberId))
  // A body may become even by a recusal: the number drawn is what has to be odd.
  return bodyFaults(sitting, { ...file.parameters.deliberation, odd: false }).length === 0
}

const outcomeIs =
  (...outcomes: (string | null)[]) =>
  async (context: ActionContext, file: CaseFile): Promise<boolean> => {
    const session = await currentSession(context, file)
    return session !== undefined && outcomes.includes(session.outcome)
  }

export const deliberationFacts: Facts = {
  'not-voted': async (context, file) => !(await isVoted(context, file)),
  'body-drawn': hasBody,
  'session-held': outcomeIs('passed', 'failed', 'no_quorum'),
  'vote-passed': outcomeIs('passed'),
  'vote-failed': outcomeIs('failed'),
  'tests-not-met': findsTestNotMet,
  reinvestigated: (_context, file) => file.moves.some((move) => move.step === 'deliberation' && move.command === 'reinvestigate'),
  'district-consulted': (_context, file) => standingRecords(file, 'consultation').length > 0,
}

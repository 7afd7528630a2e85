/** Facts of home visit and deliberation. */

import type { ActionContext } from '#platform/action'
import type { Visit, VisitPlan } from '../contract/moves-field.ts'
import { bodyFaults } from '../rules/hearing.ts'
import { findSession, listSessionCases, type SessionCaseRow } from '../store/sessions.ts'
import type { Facts } from './fact.ts'
import { type CaseFile, openedAgainAt, standingRecords } from './file-model.ts'
import { findsTestNotMet } from './make-sheet.ts'

function visitOf(file: CaseFile): Visit | undefined {
  const found = standingRecords(file, 'visit').find((record) => (record.body as Visit).absent !== true)
  return found?.body as Visit | undefined
}

/** Both sides signed: two investigators, and the household — or a witness where it refused. */
export function isSigned(visit: Pick<Visit, 'investigators' | 'household' | 'witness'>): boolean {
  const names = new Set(visit.investigators.filter((each) => each.kind !== 'refused').map((each) => each.name))
  const household = visit.household
  if (names.size < 2 || household === null) return false
  return household.kind !== 'refused' || visit.witness !== null
}

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

export const fieldFacts: Facts = {
  'two-investigators': (_context, file) => {
    const plan = standingRecords(file, 'visit_plan')[0]?.body as VisitPlan | undefined
    return plan !== undefined && new Set(plan.investigators.map((each) => each.name)).size >= 2
  },
  'visit-planned': (_context, file) => standingRecords(file, 'visit_plan').length > 0,
  'visit-signed': (_context, file) => {
    const visit = visitOf(file)
    return visit !== undefined && isSigned(visit)
  },
  'refusal-recorded': (_context, file) => standingRecords(file, 'non_cooperation').length > 0,
  'not-voted': async (context, file) => !(await isVoted(context, file)),
  'body-drawn': hasBody,
  'session-held': outcomeIs('passed', 'failed', 'no_quorum'),
  'vote-passed': outcomeIs('passed'),
  'vote-failed': outcomeIs('failed'),
  'tests-not-met': findsTestNotMet,
  reinvestigated: (_context, file) => file.moves.some((move) => move.step === 'deliberation' && move.command === 'reinvestigate'),
  'district-consulted': (_context, file) => standingRecords(file, 'consultation').length > 0,
}

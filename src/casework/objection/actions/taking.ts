/** Taking what somebody says against a case, and answering it: shared by the moves and the routes. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { nowIso } from '#platform/clock'
import type { CaseworkParameters } from '#policy'
import { nextPaperNumber } from '../../notice/actions/writing.ts'
import type { Statement } from '../../notice/contract/moves.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { involvementOf } from '../../procedure/actions/involvement.ts'
import { type DueDay, dueOn } from '../../procedure/rules/deadlines.ts'
import type { ObjectionKind } from '../contract/objection.ts'
import { insertObjection, listObjectionStates, type ObjectionState, saveAnswer } from '../store/objections.ts'

const SERIES: Readonly<Record<ObjectionKind, string>> = { objection: 'YY', report: 'JB', complaint: 'TS' }

export interface Taken {
  readonly objectionNo: string
  readonly due: DueDay | null
}

/** Writes an objection, report or complaint down and gives its receipt. */
export async function take(
  context: ActionContext,
  what: { kind: ObjectionKind; caseNo: string | null; noticeNo: string | null; divisionCode: string; statement: Statement },
  clocks: CaseworkParameters['clocks'],
): Promise<Taken> {
  const { tx, keys, actor, clock, today } = context
  const { kind, caseNo, noticeNo, divisionCode, statement } = what
  const rule = kind === 'objection' ? clocks.objection_answer : clocks.complaint_answer
  const due = rule === null ? null : dueOn(rule, today)
  const objectionNo = await nextPaperNumber(context, SERIES[kind], divisionCode)
  const { named, from, contact, text } = statement
  await insertObjection(tx, keys, {
    objectionNo,
    caseNo,
    noticeNo,
    divisionCode,
    kind,
    named,
    said: { from: named ? from : '', contact, text },
    receivedOn: today,
    dueOn: due?.date ?? null,
    takenBy: actor.userId,
    takenAt: nowIso(clock),
  })
  return { objectionNo, due }
}

/** Why somebody may not answer, in words; null when he may. */
export function answerRefusal(
  file: CaseFile | null,
  objection: Pick<ObjectionState, 'takenBy' | 'handler' | 'handlerName' | 'outcome'>,
  person: { readonly userId: string; readonly name: string },
): string | null {
  if (objection.outcome !== null) return '已经答复，不能再次答复'
  if (objection.takenBy === person.userId) return '您登记了这件反映，须由另一人答复'
  if (objection.handler !== null && objection.handler !== person.userId) {
    return `已指派给${objection.handlerName ?? '其他人员'}承办，由承办人答复`
  }
  const part = file === null ? null : involvementOf(file, person)
  return part === null ? null : `您${part}，须由未参与原办理的人员答复`
}

/** Refuses an answer by whoever was involved (409). */
export function checkAnswerer(
  file: CaseFile | null,
  objection: Parameters<typeof answerRefusal>[1],
  context: ActionContext,
): void {
  const refusal = answerRefusal(file, objection, context.actor)
  if (refusal !== null) throw new Problem('casework.answerer', refusal, { status: 409 })
}

/** Answers every open objection of a case with one text: what the moves “答复” and “异议成立” hold. */
export async function answerOpen(
  context: ActionContext,
  file: CaseFile,
  outcome: 'upheld' | 'rejected',
  text: string,
): Promise<string[]> {
  const { tx, keys, actor, clock } = context
  const open = (await listObjectionStates(tx, file.row.case_no)).filter((each) => each.outcome === null)
  for (const objection of open) {
    checkAnswerer(file, objection, context)
    await saveAnswer(tx, keys, { objectionNo: objection.objectionNo, outcome, text, by: actor.userId, at: nowIso(clock) })
  }
  return open.map(({ objectionNo }) => objectionNo)
}

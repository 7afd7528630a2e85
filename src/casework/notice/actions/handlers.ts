/** What the moves of a notice step do: write the list, the photo, the objection and its answer. */
import { randomUUID } from 'node:crypto'
import { attachFiles, PICTURES } from '#files'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { nowIso } from '#platform/clock'
import { answerOpen, take } from '../../objection/actions/taking.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { type Effect, handler, type MoveHandler, type MoveHandlers } from '../../procedure/actions/handler.ts'
import { dueAfterPause } from '../../procedure/rules/deadlines.ts'
import { AnswerForm, ProveForm, PublishForm, Statement } from '../contract/moves.ts'
import type { NoticeLevel } from '../contract/notice.ts'
import { noticePeriod, noticeRule, noticeStep } from '../rules/notice.ts'
import { isLateProof, proofFault } from '../rules/proof.ts'
import { findHanging, type Hanging, insertPosting } from '../store/notices.ts'
import { loadListing } from './listing.ts'
import { periodOf, placeAt, writeNotice } from './writing.ts'

async function getHanging(context: ActionContext, file: CaseFile, level: NoticeLevel): Promise<Hanging> {
  const hanging = await findHanging(context.tx, file.row.case_no, level)
  if (hanging !== undefined) return hanging
  throw new Problem('casework.no-notice', '该案没有正在张贴的公示，请刷新后再办', { status: 409 })
}

function publish(level: NoticeLevel): MoveHandler<PublishForm> {
  return {
    form: PublishForm,
    async run(context, file, { fromOn, fromMonth, telephone, address }) {
      const { today } = context
      const { line, stage, fault } = await loadListing(context.tx, file, level, { today, fromMonth: fromMonth ?? null })
      if (fault !== null) throw new Problem('casework.notice-faults', `不能列入公示名单：${fault}`, { status: 409 })
      const period = periodOf(file.parameters, { level, stage }, fromOn ?? today, today)
      const divisionCode = placeAt(level, file.row.division_code)
      const { noticeNo } = await writeNotice(context, { level, stage, divisionCode, telephone, address, period, lines: [line] })
      return { dues: { [noticeStep(level)]: period.toOn }, detail: { noticeNo } }
    },
  }
}

/**
 * Takes a photo as the notice's; gives the reason that stays with it. A day that cannot be, what is no photo, and what the caller never sent
 * is refused (422).
 */
export async function takeProof(
  context: ActionContext,
  notice: Pick<Hanging, 'noticeNo' | 'fromOn' | 'toOn' | 'divisionCode'>,
  form: ProveForm,
): Promise<string | null> {
  const { noticeNo, divisionCode, toOn } = notice
  const fault = proofFault(form, notice, context.today)
  if (fault !== null) {
    const issues = [{ path: ['record', fault.field], message: fault.message }]
    throw new Problem('casework.proof', fault.message, { status: 422, details: { issues } })
  }
  const photo = [{ sha256: form.sha256, name: '照片' }]
  await attachFiles(context, { kind: 'notice', no: noticeNo, divisionCode }, photo, {
    types: PICTURES,
    path: ['record', 'sha256'],
  })
  return isLateProof(form.postedOn, toOn, context.today) ? form.lateReason : null
}

/** A notice hung up late runs from the day it was hung up: the later of both last days. */
export function dueSincePosting(
  file: Pick<CaseFile, 'parameters'>,
  { level, stage, fromOn }: Pick<Hanging, 'level' | 'stage' | 'fromOn'>,
  postedOn: string,
  due: string | null,
): string | null {
  const rule = noticeRule(file.parameters, level, stage)
  if (rule === undefined || postedOn <= fromOn) return due
  const late = noticePeriod(rule, postedOn).toOn
  return due === null || late > due ? late : due
}

function prove(level: NoticeLevel): MoveHandler<ProveForm> {
  const step = noticeStep(level)
  return {
    form: ProveForm,
    async run(context, file, form): Promise<Effect> {
      const hanging = await getHanging(context, file, level)
      const lateReason = await takeProof(context, hanging, form)
      const { noticeNo, firstProofOn } = hanging
      const { postedOn, place, sha256 } = form
      const by = { by: context.actor.userId, at: nowIso(context.clock) }
      await insertPosting(context.tx, { postingId: randomUUID(), noticeNo, postedOn, place, sha256, lateReason, ...by })
      const before = file.steps.find((each) => each.step === step)?.due_on ?? null
      const due = firstProofOn === null ? dueSincePosting(file, hanging, postedOn, before) : before
      return { dues: due === null ? {} : { [step]: due }, detail: { noticeNo, postedOn } }
    },
  }
}

function object(level: NoticeLevel): MoveHandler<Statement> {
  return {
    form: Statement,
    async run(context, file, statement) {
      const { noticeNo } = await getHanging(context, file, level)
      const { case_no: caseNo, division_code: divisionCode } = file.row
      const what = { kind: 'objection', caseNo, noticeNo, divisionCode, statement } as const
      const { objectionNo } = await take(context, what, file.parameters.clocks)
      return { detail: { objectionNo } }
    },
  }
}

/** Days of the notice while its clock stood still are added, by the kind of days it is counted in. */
function resumed(file: CaseFile, level: NoticeLevel, stage: Hanging['stage'], today: string): Readonly<Record<string, string>> {
  const step = noticeStep(level)
  const row = file.steps.find((each) => each.step === step)
  const rule = noticeRule(file.parameters, level, stage)
  if (row === undefined || rule === undefined || row.due_on === null || row.stopped_on === null) return {}
  return { [step]: dueAfterPause(row.due_on, rule.unit, row.stopped_on, today).date }
}

function answer(level: NoticeLevel): MoveHandler<AnswerForm> {
  return {
    form: AnswerForm,
    provides: ['objection-answered'],
    async run(context, file, form) {
      const { stage } = await getHanging(context, file, level)
      const answered = await answerOpen(context, file, 'rejected', form.answer)
      return { dues: resumed(file, level, stage, context.today), detail: { answered } }
    },
  }
}

function uphold(): MoveHandler<AnswerForm> {
  return {
    form: AnswerForm,
    provides: ['objection-answered'],
    async run(context, file, form) {
      return { detail: { answered: await answerOpen(context, file, 'upheld', form.answer) } }
    },
  }
}

function ofLevel(level: NoticeLevel): MoveHandlers {
  const step = noticeStep(level)
  return {
    [`${step}.publish`]: handler(publish(level)),
    [`${step}.prove`]: handler(prove(level)),
    [`${step}.object`]: handler(object(level)),
    [`${step}.answer`]: handler(answer(level)),
    [`${step}.uphold`]: handler(uphold()),
  }
}

export const noticeHandlers: MoveHandlers = { ...ofLevel('village'), ...ofLevel('township'), ...ofLevel('district') }

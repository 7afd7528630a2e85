/** Objections to notices, and reports (举报) and complaints taken at the counter. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, InstantText, pageOf, pageQuery, Reason } from '#kernel/schema'
import { Clock } from '../../cases/contract/case.ts'
import { AnswerForm, Statement } from '../../notice/contract/moves.ts'

export const ObjectionKind = z.enum(['objection', 'report', 'complaint'])
export type ObjectionKind = z.infer<typeof ObjectionKind>
export const ObjectionOutcome = z.enum(['upheld', 'rejected'])

const Receipt = z.object({
  objectionNo: z.string(),
  dueOn: DateText.nullable(),
  provisional: z.boolean(),
  /** what was done with the case by itself, in words */
  followed: z.string(),
})

/** Takes an objection to a notice: the case's clock stops and its next step is locked until it is answered. */
export const registerObjection = defineRoute({
  name: 'casework.register-objection',
  method: 'POST',
  path: '/api/notices/:noticeNo/objections',
  permission: 'casework.object',
  params: z.object({ noticeNo: z.string() }),
  body: z.object({ caseNo: z.string().min(1, '请选择对哪一户有异议'), statement: Statement }),
  output: Receipt,
})

/** Takes a report or complaint at the counter, about a case or about a place. */
export const takeComplaint = defineRoute({
  name: 'casework.take-complaint',
  method: 'POST',
  path: '/api/complaints',
  permission: 'casework.object',
  body: z
    .object({
      kind: z.enum(['report', 'complaint']),
      caseNo: z.string().trim().max(40).optional(),
      division: DivisionCode.optional(),
      statement: Statement,
    })
    .refine(({ caseNo, division }) => (caseNo ?? '') !== '' || division !== undefined, {
      path: ['division'],
      message: '请填写所涉案件编号，或选择所涉村（社区）',
    }),
  output: Receipt,
})

export const ObjectionRow = z.object({
  objectionNo: z.string(),
  kind: ObjectionKind,
  caseNo: z.string().nullable(),
  noticeNo: z.string().nullable(),
  placeName: z.string(),
  named: z.boolean(),
  receivedOn: DateText,
  clock: Clock,
  handlerName: z.string().nullable(),
  takenByName: z.string(),
  outcome: ObjectionOutcome.nullable(),
  answeredAt: InstantText.nullable(),
})
export type ObjectionRow = z.infer<typeof ObjectionRow>

/** Objections, reports and complaints in the caller's scope, what is open and most urgent first. */
export const listObjections = defineRoute({
  name: 'casework.list-objections',
  method: 'GET',
  path: '/api/objections',
  permission: 'casework.objections',
  query: z.object({
    ...pageQuery,
    kind: ObjectionKind.optional(),
    state: z.enum(['open', 'overdue', 'answered']).optional(),
    township: DivisionCode.optional(),
    village: DivisionCode.optional(),
    mine: z.enum(['yes']).optional(),
    q: z.string().trim().max(40).optional(),
  }),
  output: pageOf(ObjectionRow).extend({ counts: z.object({ open: Count, overdue: Count, answered: Count }) }),
})

/** One of them in full: who said what, and what was answered. */
export const openObjection = defineRoute({
  name: 'casework.open-objection',
  method: 'GET',
  path: '/api/objections/:objectionNo',
  permission: 'casework.objections',
  params: z.object({ objectionNo: z.string() }),
  output: z.object({
    row: ObjectionRow,
    from: z.string(),
    contact: z.string(),
    text: z.string(),
    answer: z.string().nullable(),
    answeredByName: z.string().nullable(),
    /** why the caller may not answer it; null when he may */
    refusal: z.string().nullable(),
    /** steps an upheld objection may send the case back to */
    reopen: z.array(z.object({ step: z.string(), label: z.string() })),
    /** what follows for a household that was not granted anything; null for anything else */
    appeal: z
      .object({
        /** the remedies that stand beside the complaint, in words */
        remedies: z.string(),
        /** the case that was opened after it was upheld */
        openedNo: z.string().nullable(),
      })
      .nullable(),
    /** who may handle it: not involved in the case, not the one who took it */
    officers: z.array(z.object({ userId: z.string(), name: z.string(), roleLabel: z.string() })),
  }),
})

/** Gives it to somebody who was not involved. */
export const assignObjection = defineRoute({
  name: 'casework.assign-objection',
  method: 'POST',
  path: '/api/objections/:objectionNo/handler',
  permission: 'casework.assign-objection',
  params: z.object({ objectionNo: z.string() }),
  body: z.object({ userId: z.string().min(1, '请选择承办人') }),
  output: z.object({ objectionNo: z.string(), handlerName: z.string() }),
})

/** Answers in writing. For an objection to a notice the case moves on, or back to the chosen step. */
export const answerObjection = defineRoute({
  name: 'casework.answer-objection',
  method: 'POST',
  path: '/api/objections/:objectionNo/answer',
  permission: 'casework.answer',
  params: z.object({ objectionNo: z.string() }),
  body: AnswerForm.extend({
    outcome: ObjectionOutcome,
    /** step an upheld objection sends the case back to */
    reopen: z.string().max(40).optional(),
  }),
  output: z.object({ objectionNo: z.string(), outcome: ObjectionOutcome, followed: z.string() }),
})

/** Opens a new case of the household whose complaint against a decision was upheld. */
export const openAfterAppeal = defineRoute({
  name: 'casework.open-after-appeal',
  method: 'POST',
  path: '/api/objections/:objectionNo/case',
  permission: 'casework.open',
  params: z.object({ objectionNo: z.string() }),
  body: z.object({ reason: Reason }),
  output: z.object({ caseNo: z.string() }),
})

export const objectionRoutes = {
  registerObjection,
  takeComplaint,
  listObjections,
  openObjection,
  assignObjection,
  answerObjection,
  openAfterAppeal,
}

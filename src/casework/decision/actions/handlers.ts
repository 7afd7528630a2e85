/** Moves of sheet, township review, approval, decision and undo that hold a form. */
import { z } from 'zod'
import { assessHandler } from '../../assessment/actions/sheet.ts'
import { handler, type MoveHandler, type MoveHandlers } from '../../procedure/actions/handler.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { appliedOn, recordedDay, refuseDay } from '../../procedure/actions/typed-days.ts'
import { Approval, Decision, Refusal, ReviewOpinion, SampleVisit } from '../contract/moves.ts'
import { grant, refusalOf, refuse, takeBack } from './decide-case.ts'

/** One rank of the township signs: the opinion is kept as a record of its own. */
function opinionOf(step: 'opinion' | 'leader' | 'head'): MoveHandler<never> {
  return handler<ReviewOpinion>({
    form: ReviewOpinion,
    provides: [`${step}-written`],
    async run(context, file, form) {
      await keepRecord(context, file, { step, kind: step, body: form })
      return { detail: { agrees: form.agrees } }
    },
  })
}

const sampleVisit = handler<SampleVisit>({
  form: SampleVisit,
  async run(context, file, form) {
    const after = [recordedDay(file, 'visit', 'visitedOn', '入户调查日期'), await appliedOn(context, file)]
    refuseDay(context, { day: form.visitedOn, path: ['visitedOn'], what: '抽查日期', after })
    await keepRecord(context, file, { step: 'approval', kind: 'sample_visit', body: form })
    return { detail: { agrees: form.agrees } }
  },
})

const approve = handler<Approval>({
  form: Approval,
  async run(context, file, form) {
    await keepRecord(context, file, { step: 'approval', kind: 'approval', body: form })
    return {}
  },
})

const refuseHandler = handler<Refusal>({
  form: Refusal,
  provides: ['refusal-grounded', 'imputed-confirmed'],
  async run(context, file, form) {
    await keepRecord(context, file, { step: 'approval', kind: 'refusal', body: refusalOf(file, form, context.today) })
    if (form.imputedReason !== undefined) {
      await keepRecord(context, file, { step: 'approval', kind: 'imputed', body: { reason: form.imputedReason } })
    }
    return {}
  },
  async after(context, file) {
    await refuse(context, file)
    return file
  },
})

const decide = handler<Decision>({
  form: Decision,
  provides: ['account-explained'],
  async run(context, file, form) {
    await keepRecord(context, file, { step: 'decision', kind: 'decision', body: form })
    return {}
  },
  async after(context, file) {
    const note = file.records.find((record) => record.kind === 'decision')?.body.note
    await grant(context, file, typeof note === 'string' ? note : '')
    return file
  },
})

const undo = handler<Record<string, never>>({
  form: z.object({}),
  run: async () => ({}),
  async after(context, file) {
    await takeBack(context, file)
    return file
  },
})

export const reviewHandlers: MoveHandlers = {
  'sheet.assess': assessHandler,
  'opinion.agree': opinionOf('opinion'),
  'leader.agree': opinionOf('leader'),
  'head.agree': opinionOf('head'),
  'approval.sample-visit': sampleVisit,
  'approval.approve': approve,
  'approval.refuse': refuseHandler,
  'decision.decide': decide,
  'payment.undo': undo,
}

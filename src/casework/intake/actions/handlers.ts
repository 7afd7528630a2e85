/** What the moves of intake and verification write down. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { type CaseFile, clockOf, standingRecords } from '../../procedure/actions/file-model.ts'
import { type Effect, handler, type MoveHandlers } from '../../procedure/actions/handler.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { appliedOn, recordedDay, refuseDay } from '../../procedure/actions/typed-days.ts'
import type { NamedDay } from '../../procedure/rules/case-days.ts'
import { dueOn } from '../../procedure/rules/deadlines.ts'
import {
  AcceptIntake,
  AskMissing,
  CommissionVerification,
  DeclineIntake,
  ObjectToResult,
  Plain,
  SignPapers,
  SupplyMissing,
  TellResult,
} from '../contract/moves.ts'
import { acceptIntake } from './accept.ts'
import { commissionCase } from './commission.ts'
import { draftSigners, getDraft } from './draft.ts'
import { attachedReport, findCaseReport } from './report.ts'
import { filePapers, registerAuthorisations } from './signatures.ts'

/** The clock of acceptance runs from the first day something of the application was handed in. */
function startClock(file: CaseFile, today: string): Effect {
  const rule = clockOf(file, 'intake')
  const step = file.steps.find((each) => each.step === 'intake')
  if (rule === null || step === undefined || step.due_on !== null) return {}
  return { dues: { intake: dueOn(rule, today).date } }
}

function refusePath(path: readonly (string | number)[], message: string): never {
  throw new Problem('input.invalid', message, { status: 422, details: { issues: [{ path: ['record', ...path], message }] } })
}

/** The day of the report that the result was told by; null without one in use. */
async function reportedOn(context: ActionContext, file: CaseFile): Promise<NamedDay | null> {
  const report = await findCaseReport(context, file)
  return report === undefined ? null : { on: report.signedOn, of: '核对报告签发日期' }
}

const intakeMoves: MoveHandlers = {
  'intake.save': handler({ form: Plain, run: async ({ today }, file) => startClock(file, today) }),
  'intake.sign': handler<SignPapers>({
    form: SignPapers,
    async run(context, file, { papers }) {
      const { draft } = await getDraft(context, file)
      await filePapers(context, file, await draftSigners(context, file, draft), papers)
      return { ...startClock(file, context.today), detail: { papers: papers.length } }
    },
  }),
  'intake.ask-missing': handler<AskMissing>({
    form: AskMissing as never,
    provides: ['missing-listed'],
    async run(context, file, form) {
      const after = [await appliedOn(context, file)]
      refuseDay(context, { day: form.toldOn, path: ['toldOn'], what: '告知日期', after })
      if (standingRecords(file, 'missing_items').length > 0 && form.again.length < 4) {
        refusePath(['again'], '该案已经一次性告知过补正；再次要求补正的，请写明新发现的情况')
      }
      const rule = file.parameters.clocks.missing_items
      const due = rule === null ? null : dueOn(rule, form.toldOn).date
      await keepRecord(context, file, { step: 'intake', kind: 'missing_items', body: { ...form, dueOn: due } })
      return { detail: { items: form.items.length, ...(due === null ? {} : { dueOn: due }) } }
    },
  }),
  'intake.supply': handler<SupplyMissing>({
    form: SupplyMissing as never,
    async run(context, file, form) {
      const after = [recordedDay(file, 'missing_items', 'toldOn', '告知补正日期'), await appliedOn(context, file)]
      refuseDay(context, { day: form.receivedOn, path: ['receivedOn'], what: '收到日期', after })
      await keepRecord(context, file, { step: 'intake', kind: 'supplied', body: form })
      return {}
    },
  }),
  'intake.accept': handler<AcceptIntake>({ form: AcceptIntake as never, run: acceptIntake }),
  'intake.decline': handler<DeclineIntake>({
    form: DeclineIntake,
    async run(context, file, form) {
      await keepRecord(context, file, { step: 'intake', kind: 'not_accepted', body: form })
      return {}
    },
  }),
}

const verificationMoves: MoveHandlers = {
  'verification.commission': handler<CommissionVerification>({
    form: CommissionVerification as never,
    provides: ['authorised-by-all'],
    async run(context, file, { papers }) {
      const { draft } = await getDraft(context, file)
      await filePapers(context, file, await draftSigners(context, file, draft), papers)
      await registerAuthorisations(context, file, await draftSigners(context, file, draft))
      await commissionCase(context, file)
      return {}
    },
  }),
  'verification.report': handler({
    form: Plain,
    async run(context, file) {
      const report = await findCaseReport(context, file)
      return report === undefined ? {} : { detail: { reportNo: report.reportNo } }
    },
  }),
  'verification.tell': handler<TellResult>({
    form: TellResult as never,
    async run(context, file, form) {
      const after = [await reportedOn(context, file), await appliedOn(context, file)]
      refuseDay(context, { day: form.toldOn, path: ['toldOn'], what: '告知日期', after })
      await keepRecord(context, file, {
        step: 'verification',
        kind: 'told',
        body: { ...form, reportNo: attachedReport(file) ?? null },
      })
      return {}
    },
  }),
  'verification.object': handler<ObjectToResult>({
    form: ObjectToResult as never,
    async run(context, file, form) {
      const after = [await appliedOn(context, file)]
      refuseDay(context, { day: form.raisedOn, path: ['raisedOn'], what: '提出日期', after })
      await keepRecord(context, file, { step: 'verification', kind: 'result_objection', body: form })
      await commissionCase(context, file)
      const rule = file.parameters.clocks.recheck
      const reportNo = (await findCaseReport(context, file))?.reportNo ?? attachedReport(file) ?? null
      return { detail: { reportNo, ...(rule === null ? {} : { dueOn: dueOn(rule, context.today).date }) } }
    },
  }),
  'verification.recheck': handler({
    form: Plain,
    async run(context, file) {
      const report = await findCaseReport(context, file)
      return report === undefined ? {} : { detail: { reportNo: report.reportNo } }
    },
  }),
}

export const intakeHandlers: MoveHandlers = { ...intakeMoves, ...verificationMoves }

/** Papers of the intake as PDF, filled with what the case holds; each printing is filed with the case. */
import type { FormDocuments, PaperFace } from '#documents'
import { sealImageOf } from '#identity'
import { divisionAt } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { chinaDate } from '#platform/clock'
import { clauseOf } from '#policy'
import { findPlaces } from '../../cases/store/open-case.ts'
import type { SampleVisit } from '../../decision/contract/moves.ts'
import { findLastTelephone } from '../../notice/store/notices.ts'
import { courseDocument } from '../../papers/actions/course-print.ts'
import { printForm } from '../../papers/actions/print-form.ts'
import { isIssued } from '../../papers/rules/sealed-papers.ts'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn } from '../../procedure/actions/case-note.ts'
import { type CaseFile, standingRecords } from '../../procedure/actions/file-model.ts'
import { type CaseForm, CourseForm, type IntakeForm, printPaper, type RelatedReason } from '../contract/intake.ts'
import type { AskMissing, DeclineIntake } from '../contract/moves.ts'
import {
  applicationPaper,
  economicsPaper,
  type NoticeGround,
  noticePaper,
  type PaperGround,
  proxyPaper,
  type RelatedGround,
  relatedPaper,
} from '../rules/papers.ts'
import { findDistrictName } from '../store/intake.ts'
import { draftSigners, getDraft } from './draft.ts'

async function groundOf(
  context: ActionContext,
  file: CaseFile,
  { serialNo, sealImage }: Pick<PaperFace, 'serialNo' | 'sealImage'>,
): Promise<PaperGround> {
  const { tx, actor, today } = context
  const { division_code: division, programme, applicant_name: applicantName } = file.row
  const township = (await findPlaces(tx, division))?.township ?? ''
  const district = await findDistrictName(tx, division)
  const { draft } = await getDraft(context, file)
  const unit = `${district}${township}人民政府（办事处）`
  const face: PaperFace = { serialNo, formVersion: '', unit, qrText: '', sealImage }
  const telephone = await findLastTelephone(tx, division)
  return { face, draft, programme, applicantName, township, district, on: today, contactName: actor.name, telephone }
}

/** The newest body of a kind of record; null without one. */
function bodyOf<T>(file: CaseFile, kind: string): T | null {
  return (file.records.find((record) => record.kind === kind)?.body as T | undefined) ?? null
}

function noticeOf(context: ActionContext, file: CaseFile, form: IntakeForm, district: string): NoticeGround {
  const { total } = file.parameters.clocks
  const { reconsideration_days: reviewDays, litigation_months: suitMonths } = file.parameters.remedies
  const declined = bodyOf<DeclineIntake>(file, 'not_accepted')
  const reason = file.moves.find((move) => move.command === 'decline')?.reason ?? null
  const unit = total?.unit === 'calendar' ? '日' : '个工作日'
  return {
    acceptanceNo: file.row.accepted_on === null ? null : file.row.case_no,
    limitText: total === null ? null : `自受理之日起 ${total.days} ${unit}；需要延长的另行书面告知。`,
    missing: form === 'missing-items-notice' ? bodyOf<AskMissing & { dueOn: string | null }>(file, 'missing_items') : null,
    declined:
      form === 'rejection-notice' && declined !== null
        ? { ...declined, reason: reason === null ? '' : context.keys.openText(reason) }
        : null,
    remedies:
      form === 'rejection-notice'
        ? {
            reviewBody: `${district}人民政府`,
            reviewDays,
            court: `${district}人民法院`,
            suitMonths,
            clause: clauseOf(file.pack, 'remedies'),
          }
        : null,
  }
}

/** Whom the case is near to, and who has looked at it since. Problem 409 for a case without near relatives. */
function relatedGround(file: CaseFile): RelatedGround {
  const reasons = file.records.filter(({ kind }) => kind === 'related').flatMap(({ body }) => body.reasons as RelatedReason[])
  if (reasons.length === 0) throw new Problem('casework.not-related', '该案没有登记近亲属关系，不用备案表', { status: 409 })
  const opinion = standingRecords(file, 'opinion')[0]
  const visit = standingRecords(file, 'sample_visit')[0]?.body as SampleVisit | undefined
  return {
    reasons,
    people: file.row.covered,
    monthlyFen: file.row.amount,
    checker: opinion === undefined ? null : { name: opinion.byName, on: chinaDate(opinion.at), text: String(opinion.body.text) },
    visit: visit === undefined ? null : { name: visit.investigators.join('、'), on: visit.visitedOn, text: visit.found },
  }
}

interface Opening {
  readonly proxy?: { name: string; relation: string; reason: string }
}

async function documentOf(
  context: ActionContext,
  file: CaseFile,
  form: IntakeForm,
  ground: PaperGround,
): Promise<FormDocuments[IntakeForm]> {
  if (form === 'application') return applicationPaper(ground, await draftSigners(context, file, ground.draft))
  if (form === 'household-economics') return economicsPaper(ground)
  if (form === 'proxy') return proxyPaper(ground, bodyOf<Opening>(file, 'opening')?.proxy ?? null)
  if (form === 'related-party') return relatedPaper(ground, relatedGround(file))
  return noticePaper(ground, noticeOf(context, file, form, ground.district))
}

const courseForms: ReadonlySet<string> = new Set(CourseForm.options)
const isOfCourse = (form: CaseForm): form is CourseForm => courseForms.has(form)

/** What a paper of the case says now. */
export async function caseDocument<F extends CaseForm>(
  context: ActionContext,
  file: CaseFile,
  form: F,
  paperNo: string,
): Promise<FormDocuments[F]> {
  const wanted: CaseForm = form
  const facts = { accepted: file.row.accepted_on !== null, kinds: new Set(file.records.map(({ kind }) => kind)) }
  const sealImage = isIssued(form, facts) ? await sealImageOf(context, divisionAt(file.row.division_code, 'township')) : null
  const ground = await groundOf(context, file, { serialNo: paperNo, sealImage })
  const document = isOfCourse(wanted)
    ? await courseDocument(context, file, wanted, ground)
    : await documentOf(context, file, wanted, ground)
  return document as FormDocuments[F]
}

export const printPaperAction: Action = routeAction(printPaper, {
  kind: 'write',
  async run(context, { caseNo, form, large }): Promise<Download> {
    const file = await loadCaseFile(context, caseNo)
    return printForm(context, file, form, (paperNo) => caseDocument(context, file, form, paperNo), {
      largePrint: large === 'yes',
    })
  },
  journal: ({ caseNo, form }, output) => noteOn(output as object, caseNo, '打印材料', { form }),
})

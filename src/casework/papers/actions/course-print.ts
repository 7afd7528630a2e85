/** Papers of verification, visit, deliberation and review: what the case holds so far is gathered for each. */

import type { FormDocuments } from '#documents'
import { sealImages } from '#identity'
import { chineseDate } from '#kernel/chinese-date'
import { monthOf } from '#kernel/dates'
import { divisionAt } from '#kernel/division'
import { isPicture } from '#kernel/file-type'
import { formatYuan } from '#kernel/money'
import type { ActionContext } from '#platform/action'
import { smallContentOf } from '#platform/blobs'
import { chinaDate } from '#platform/clock'
import { loadHouseholdBatch } from '#registry'
import { recordTypeOf, unitLabel } from '#sources/contract'
import { schemeOf } from '#verification'
import { findSheet } from '../../assessment/actions/sheet-record.ts'
import { findPlaces, listCaseNotices, listCaseSessions } from '../../cases/store/open-case.ts'
import { type ReviewFormGround, reviewFormPaper, type Signed } from '../../decision/rules/review-form-paper.ts'
import { findStandingDecision } from '../../decision/store/decisions.ts'
import { memberKindLabels } from '../../deliberation/contract/deliberation.ts'
import type { SessionResult } from '../../deliberation/contract/moves.ts'
import { findSession } from '../../deliberation/store/sessions.ts'
import { findCaseReport } from '../../intake/actions/report.ts'
import type { CourseForm } from '../../intake/contract/intake.ts'
import { findingsWord } from '../../intake/rules/finding-words.ts'
import type { PaperGround } from '../../intake/rules/papers.ts'
import { levelLabel } from '../../notice/rules/notice.ts'
import { type CaseFile, standingRecords } from '../../procedure/actions/file-model.ts'
import type { Interview, Visit, VisitPlan } from '../../visit/contract/moves.ts'
import {
  cardPaper,
  deliberationPaper,
  inquiryPaper,
  interviewPaper,
  type OrderGround,
  orderPaper,
  type SessionGround,
  type VisitGround,
  visitPaper,
} from '../rules/course-papers.ts'

/** Photographs on one visit form: two sheets. */
const MOST_PHOTOS = 12
const LARGEST_PHOTO = 10 * 1024 * 1024

/** The newest standing body of a kind of record; null without one. */
function bodyOf<T>(file: CaseFile, kind: string, is: (body: T) => boolean = () => true): T | null {
  const bodies = standingRecords(file, kind).map(({ body }) => body as T)
  return bodies.find(is) ?? null
}

function sourcesOf(file: CaseFile): OrderGround['sources'] {
  const types = schemeOf(file.row.scheme).records.map(recordTypeOf)
  return [...Map.groupBy(types, ({ unit }) => unit)].map(([unit, records]) => ({
    unit: unitLabel(unit),
    records: records.map(({ label }) => label),
  }))
}

const conclusions = { consistent: 'meets', inconsistent: 'fails', undetermined: 'doubtful' } as const

async function orderGround(context: ActionContext, file: CaseFile): Promise<OrderGround> {
  const { household_no: householdNo } = file.row
  const batch = householdNo === null ? undefined : await loadHouseholdBatch(context.tx, context.keys, [householdNo])
  const report = await findCaseReport(context, file)
  const [commission] = standingRecords(file, 'commission')
  return {
    authorisations: (batch?.authorisations ?? []).map(({ authorisation_no: no, signed_on: signedOn }) => ({ no, signedOn })),
    sources: sourcesOf(file),
    asOf: commission === undefined ? null : String(commission.body.asOf),
    dueOn: file.steps.find(({ step }) => step === 'verification')?.due_on ?? null,
    commissionedBy: commission?.byName ?? null,
    report:
      report === undefined
        ? null
        : {
            no: report.reportNo,
            conclusion: conclusions[report.conclusion],
            signedOn: report.signedOn,
            validTo: report.validTo,
            hits: findingsWord(report).label,
          },
  }
}

async function pictureOf({ blobs }: ActionContext, sha256: string): Promise<Uint8Array | null> {
  const bytes = (await blobs.has(sha256)) ? await smallContentOf(blobs, sha256, LARGEST_PHOTO) : null
  return bytes !== null && isPicture(bytes) ? bytes : null
}

async function visitGround(context: ActionContext, file: CaseFile): Promise<VisitGround> {
  const { household_no: householdNo, related } = file.row
  const visit = bodyOf<Visit>(file, 'visit', (body) => !body.absent)
  const plan = bodyOf<VisitPlan>(file, 'visit_plan')
  const batch = householdNo === null ? undefined : await loadHouseholdBatch(context.tx, context.keys, [householdNo])
  const { aid_from: aidFrom = null, aid_to: aidTo = null, approved_amount: amount = null } = batch?.households[0] ?? {}
  const sum = amount === null ? '' : `，每月 ${formatYuan(amount)} 元`
  const photos: { slot: string; bytes: Uint8Array | null }[] = []
  for (const { slot, sha256 } of (visit?.photos ?? []).slice(0, MOST_PHOTOS)) {
    photos.push({ slot, bytes: await pictureOf(context, sha256) })
  }
  const isOlder = aidFrom !== null && aidTo === null && aidFrom < monthOf(chinaDate(file.row.opened_at))
  const onRolls = isOlder ? `是，自 ${aidFrom} 起${sum}` : null
  return { visit, investigators: plan?.investigators ?? [], onRolls, related, photos }
}

async function sessionGround({ tx }: ActionContext, file: CaseFile): Promise<SessionGround | null> {
  const session = (await listCaseSessions(tx, file.row.case_no)).at(-1)
  if (session === undefined) return null
  const body = bodyOf<SessionResult>(file, 'deliberation', ({ sessionId }) => sessionId === session.sessionId)
  const { yes, no, abstain, invalid } = session
  const isCounted = yes !== null && no !== null && abstain !== null && invalid !== null
  return {
    place: session.place,
    heldOn: body?.heldOn ?? session.heldOn,
    chair: (await findSession(tx, session.sessionId))?.chair ?? '',
    seed: session.seed,
    drawn: session.drawn.map(({ memberId, name, kind }) => ({
      memberId,
      name,
      role: (memberKindLabels as Readonly<Record<string, string>>)[kind] ?? kind,
    })),
    present: session.present,
    recused: session.recused,
    votes: isCounted ? { yes, no, abstain, invalid } : null,
    outcome: session.outcome,
    statement: body?.statement ?? '',
    questions: (body?.questions ?? []).map(({ asked, answered }) => `问：${asked} 答：${answered}`).join('\n'),
    conclusion: body?.conclusion ?? '',
  }
}

/** The newest standing opinion of a kind, in words. */
function signedOf(file: CaseFile, kind: string, words: (body: Record<string, unknown>) => string): Signed | null {
  const [record] = standingRecords(file, kind)
  if (record === undefined) return null
  return { name: record.byName, on: chinaDate(record.at), text: words(record.body) }
}

const saying = ({ text }: Record<string, unknown>): string => (typeof text === 'string' ? text : '')

async function reviewGround(context: ActionContext, file: CaseFile): Promise<ReviewFormGround> {
  const { tx } = context
  const { case_no: caseNo, division_code: division, accepted_on: acceptedOn } = file.row
  const sheet = findSheet(file)
  const session = (await listCaseSessions(tx, caseNo)).at(-1)
  const { yes = null, no = null, abstain = null } = session ?? {}
  const notices = await listCaseNotices(tx, caseNo)
  const decision = await findStandingDecision(tx, caseNo)
  const seals = await sealImages(context, [divisionAt(division, 'township'), divisionAt(division, 'district')])
  const head = signedOf(file, 'head', saying)
  const refused = signedOf(file, 'refusal', ({ facts }) => `不予批准：${String(facts)}`)
  return {
    village: (await findPlaces(tx, division))?.village ?? '',
    acceptanceNo: acceptedOn === null ? '' : caseNo,
    sheet:
      sheet === undefined ? null : { ...sheet.sheet.view, state: 'confirmed', confirmedBy: sheet.byName, confirmedAt: sheet.at },
    votes: yes === null || no === null || abstain === null ? null : { yes, no, abstain },
    notices: notices.map(({ level, fromOn, toOn, state }) => {
      const ended = state === 'closed' ? '，已结束' : state === 'withdrawn' ? '，已撤下' : ''
      return `${levelLabel(level)} ${chineseDate(fromOn)} 至 ${chineseDate(toOn)}${ended}`
    }),
    fromMonth: decision?.from_month ?? null,
    seals: {
      township: head === null ? null : (seals.get(divisionAt(division, 'township')) ?? null),
      district: decision === undefined ? null : (seals.get(divisionAt(division, 'district')) ?? null),
    },
    opinions: {
      handler: signedOf(file, 'opinion', saying),
      leader: signedOf(file, 'leader', saying),
      head,
      approval: refused ?? signedOf(file, 'approval', saying),
      decision: signedOf(file, 'decision', ({ note }) => (typeof note === 'string' && note !== '' ? note : '同意确认')),
    },
  }
}

/** Clause on which others are asked about a family, as the case's procedure has it. */
function inquiryClause({ procedure }: CaseFile): string | null {
  const move = procedure.steps.find(({ id }) => id === 'visit')?.moves.find(({ command }) => command === 'interview')
  return move?.clause ?? null
}

const isLetter = ({ kind }: Interview): boolean => kind === 'letter'

/** What a paper of the case's course says now. */
export async function courseDocument(
  context: ActionContext,
  file: CaseFile,
  form: CourseForm,
  ground: PaperGround,
): Promise<FormDocuments[CourseForm]> {
  switch (form) {
    case 'verification-order':
      return orderPaper(ground, await orderGround(context, file))
    case 'home-visit':
      return visitPaper(ground, await visitGround(context, file))
    case 'neighbour-interview':
      return interviewPaper(
        ground,
        bodyOf<Interview>(file, 'interview', (each) => !isLetter(each)),
      )
    case 'written-inquiry':
      return inquiryPaper(ground, bodyOf<Interview>(file, 'interview', isLetter), inquiryClause(file))
    case 'deliberation':
      return deliberationPaper(ground, file.row.members, await sessionGround(context, file))
    case 'review-form':
      return reviewFormPaper(ground, await reviewGround(context, file))
    case 'card-agreement':
      return cardPaper(ground)
  }
}

/** Objections to a report and their review by another person: upheld, the household is run again; rejected, a review report. */
import { randomUUID } from 'node:crypto'
import { attachFiles, showFile } from '#files'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { listSubjectIndexes } from '#registry'
import { raiseObjection, readObjectionFile, reviewObjection } from '../contract/report.ts'
import { schemeOf } from '../rules/household/schemes.ts'
import { isUuid } from '../rules/uuid.ts'
import { moveCommission } from '../store/campaigns.ts'
import { lockCommission } from '../store/household-page.ts'
import { answerObjection, findObjectionRow, insertObjection, listSigners, type ObjectionRow } from '../store/objections.ts'
import { reopenHouseholds } from '../store/reopened.ts'
import { findReport } from '../store/reports.ts'
import { objectionView, reportHeadView } from './household-parts.ts'
import { issueVersion } from './issue-report.ts'
import { getCommission } from './open-household.ts'

const basis = '社会救助暂行办法：对核对结果有异议的，应当复核'

/** The objection behind a reply, for the journal. */
const about = new WeakMap<object, { row: ObjectionRow; subjects: readonly Buffer[] }>()

function note(purpose: string, output: object) {
  const { row, subjects = [] } = about.get(output) ?? {}
  return {
    chain: `household:${row?.household_no ?? ''}`,
    ...(row === undefined ? {} : { divisionCode: row.division_code }),
    subjects,
    basis,
    purpose,
    detail: { reportNo: row?.report_no ?? '', objection: row?.objection_id ?? '' },
  }
}

async function getObjection(context: ActionContext, objectionId: string) {
  const known = isUuid(objectionId) ? await findObjectionRow(context.tx, objectionId) : undefined
  if (known === undefined) throw new Problem('verification.not-found', '没有这条异议，或不在您的辖区内', { status: 404 })
  return known
}

const ended = new Set(['suspended', 'terminated'])

export const raiseObjectionAction: Action = routeAction(raiseObjection, {
  async run(context, { reportNo, raisedBy, reason, evidence }) {
    const { tx, actor, clock } = context
    const report = await findReport(tx, reportNo)
    if (report === undefined) throw new Problem('verification.not-found', '没有这份报告，或不在您的辖区内', { status: 404 })
    if (report.superseded) throw new Problem('verification.superseded', '这份报告已有新版本，请对新版本提出异议', { status: 409 })
    const key = { campaignId: report.campaign_id, householdNo: report.household_no }
    await lockCommission(tx, key.campaignId, key.householdNo)
    const commission = await getCommission(context, key.campaignId, key.householdNo)
    if (ended.has(commission.state)) {
      throw new Problem('verification.ended', '该户的核对已中止或终止，不能登记异议', { status: 409 })
    }
    if (commission.state === 'objected') {
      throw new Problem('verification.objected', '这份报告已有异议在复核，请等待答复', { status: 409 })
    }
    const at = nowIso(clock)
    const objectionId = randomUUID()
    const place = { ...key, reportNo, divisionCode: report.division_code }
    const owner = { kind: 'household', no: key.householdNo, divisionCode: report.division_code } as const
    const kept = await attachFiles(context, owner, evidence, { path: ['evidence'] })
    await insertObjection(tx, { ...place, objectionId, raisedBy, reason, evidence: kept, enteredBy: actor.userId, at })
    if (commission.state !== 'querying') await moveCommission(tx, key, { state: 'objected', reason, at })
    const row = await getObjection(context, objectionId)
    const reply = objectionView(row, schemeOf(commission.scheme))
    about.set(reply, { row, subjects: [] })
    return reply
  },
  journal: (_input, output) => note('登记异议', output),
})

export const readObjectionFileAction: Action = routeAction(readObjectionFile, {
  async run(context, { objectionId, fileId }): Promise<Download> {
    const row = await getObjection(context, objectionId)
    const owner = { kind: 'household', no: row.household_no } as const
    const file = await showFile(
      context,
      owner,
      (each) => each.fileId === fileId && row.evidence.some((own) => own.fileId === fileId),
    )
    about.set(file, { row, subjects: await listSubjectIndexes(context.tx, row.household_no) })
    return file
  },
  journal: (_input, output) => note('查看异议材料', output),
})

/** The reviewer is nobody who entered the objection or signed under a finding of the household. */
async function refuseSamePerson(context: ActionContext, objection: ObjectionRow & { entered_by: string }): Promise<void> {
  const signers = await listSigners(context.tx, objection.campaign_id, objection.household_no)
  if (![objection.entered_by, ...signers].includes(context.actor.userId)) return
  throw new Problem('verification.same-person', '异议须由另一人复核：您登记过这条异议，或处置过该户的疑点', { status: 409 })
}

export const reviewObjectionAction: Action = routeAction(reviewObjection, {
  async run(context, { objectionId, outcome, answer }) {
    const { tx, actor, clock } = context
    const objection = await getObjection(context, objectionId)
    const key = { campaignId: objection.campaign_id, householdNo: objection.household_no }
    await lockCommission(tx, key.campaignId, key.householdNo)
    await refuseSamePerson(context, objection)
    const at = nowIso(clock)
    if (!(await answerObjection(tx, objectionId, { outcome, answer, by: actor.userId, at }))) {
      throw new Problem('verification.reviewed', '这条异议已经答复，请刷新页面', { status: 409 })
    }
    const commission = await getCommission(context, key.campaignId, key.householdNo)
    if (ended.has(commission.state)) {
      throw new Problem('verification.ended', '该户的核对已中止或终止，请先恢复再复核', { status: 409 })
    }
    const isRunning = commission.state === 'querying' || commission.state === 'commissioned'
    if (outcome === 'upheld' && !isRunning) await reopenHouseholds(tx, key.campaignId, [key.householdNo], at)
    const issued = outcome === 'rejected' && !isRunning ? await issueVersion(context, commission, 'reviewed') : undefined
    const row = await getObjection(context, objectionId)
    const report = issued === undefined ? null : reportHeadView(issued.report)
    const reply = { objection: objectionView(row, schemeOf(commission.scheme)), report, reviewedAt: at }
    about.set(reply, { row, subjects: issued?.subjects ?? [] })
    return reply
  },
  journal: (_input, output) => note('复核异议', output),
})

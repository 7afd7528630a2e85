/** Objections, reports and complaints: taking them, giving them to somebody not involved, answering them. */
import { roleLabel } from '#identity'
import { ancestors, isWithin, rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type InputOf, type JournalNote, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import { packInForce, resolveCasework } from '#policy'
import { listSubjectIndexes } from '#registry'
import { getNotice } from '../../notice/actions/view.ts'
import { levelOfStep, noticeStep } from '../../notice/rules/notice.ts'
import { listNoticeLines } from '../../notice/store/notices.ts'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { clockView } from '../../procedure/actions/clock-view.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { involvementOf } from '../../procedure/actions/involvement.ts'
import { makeMove } from '../../procedure/actions/move-case.ts'
import { stepOf, stepsBehind } from '../../procedure/rules/model.ts'
import { setCase } from '../../procedure/store/cases.ts'
import {
  answerObjection,
  assignObjection,
  listObjections,
  type ObjectionRow,
  openObjection,
  registerObjection,
  takeComplaint,
} from '../contract/objection.ts'
import {
  countObjections,
  findObjection,
  listFreeOfficers,
  listObjectionRows,
  listObjectionStates,
  type ObjectionFilter,
  readObjection,
  type Said,
  type StoredObjection,
  saveAnswer,
  saveHandler,
} from '../store/objections.ts'
import { appealView, isAppeal } from './appeal.ts'
import { answerRefusal, checkAnswerer, take } from './taking.ts'

const basis = '社会救助暂行办法 第十一条'
const ANSWERERS = ['township_clerk', 'township_leader', 'township_head', 'district_approver'] as const

const about = new WeakMap<object, { divisionCode: string; subjects: readonly Buffer[] }>()

async function rememberAbout(
  context: ActionContext,
  reply: object,
  divisionCode: string,
  householdNo: string | null,
): Promise<void> {
  const subjects = householdNo === null ? [] : await listSubjectIndexes(context.tx, householdNo)
  about.set(reply, { divisionCode, subjects })
}

function noteAbout(reply: object, objectionNo: string, purpose: string): JournalNote {
  return { chain: `objection:${objectionNo}`, ...about.get(reply), basis, purpose }
}

export const registerObjectionAction: Action = routeAction(registerObjection, {
  async run(context, { noticeNo, caseNo, statement }) {
    const notice = await getNotice(context, noticeNo)
    const line = (await listNoticeLines(context.tx, [noticeNo])).find((each) => each.caseNo === caseNo)
    if (line === undefined || notice.stage === 'long_term') {
      throw new Problem('casework.not-found', '这张公示单上没有这一户', { status: 404 })
    }
    if (line.state !== 'running' && line.state !== 'objected') {
      throw new Problem('casework.no-notice', '该户的公示已经结束，请按举报或投诉登记', { status: 409 })
    }
    const file = await loadCaseFile(context, caseNo, true)
    const reply =
      line.state === 'running'
        ? await objected(context, file, noticeStep(notice.level), statement)
        : await added(context, file, noticeNo, statement)
    await rememberAbout(context, reply, file.row.division_code, file.row.household_no)
    return reply
  },
  journal: (_, output) => noteAbout(output, 'objectionNo' in output ? output.objectionNo : '', '登记公示异议'),
})

type Statement = Parameters<typeof take>[1]['statement']

/** The first open objection stops the clock of the case. */
async function objected(context: ActionContext, file: CaseFile, step: string, statement: Statement) {
  const { case_no: caseNo, version } = file.row
  const reason = '收到公示异议，登记核实'
  const moved = await makeMove(context, caseNo, { step, command: 'object', version, reason, record: statement })
  const objectionNo = String(moved.moves.at(-1)?.detail.objectionNo ?? '')
  const stored = await readObjection(context.tx, objectionNo)
  return {
    objectionNo,
    dueOn: stored?.dueOn ?? null,
    provisional: clockView(stored?.dueOn ?? null, file.parameters.clocks.objection_answer, null, context.today).provisional,
    followed: '该户公示停表，答复之前不能进入下一步',
  }
}

async function added(context: ActionContext, file: CaseFile, noticeNo: string, statement: Statement) {
  const { case_no: caseNo, division_code: divisionCode } = file.row
  const taken = await take(context, { kind: 'objection', caseNo, noticeNo, divisionCode, statement }, file.parameters.clocks)
  return {
    objectionNo: taken.objectionNo,
    dueOn: taken.due?.date ?? null,
    provisional: taken.due?.provisional ?? false,
    followed: '该户公示已经停表，全部异议答复后再继续',
  }
}

/** What a complaint is about: a case, or a place in the caller's area. */
async function subjectOfComplaint(
  context: ActionContext,
  caseNo: string | undefined,
  division: string | undefined,
  packId: string,
) {
  if (caseNo !== undefined && caseNo !== '') {
    const file = await loadCaseFile(context, caseNo, true)
    return { file, divisionCode: file.row.division_code, clocks: file.parameters.clocks }
  }
  if (division === undefined || !isWithin(division, context.actor.divisionCode)) {
    throw new Problem('casework.place', '所选地区不在您的辖区内，请重新选择', { status: 422 })
  }
  return {
    file: null,
    divisionCode: division,
    clocks: resolveCasework(await packInForce(context.tx, packId), context.today).clocks,
  }
}

/** Taking a complaint needs the pack in force when it is about no case. */
export function takeComplaintAction({ packId }: { readonly packId: string }): Action {
  return routeAction(takeComplaint, {
    async run(context, { kind, caseNo, division, statement }) {
      const { file, divisionCode, clocks } = await subjectOfComplaint(context, caseNo, division, packId)
      const what = { kind, caseNo: file?.row.case_no ?? null, noticeNo: null, divisionCode, statement } as const
      const { objectionNo, due } = await take(context, what, clocks)
      const running = file !== null && file.state.result === null
      if (running) await setCase(context.tx, file.row.case_no, { complained: true })
      const followed = running ? '该案已标为有投诉举报，区级审批前必须入户' : file === null ? '已登记' : '所涉案件已办结，已登记'
      const reply = { objectionNo, dueOn: due?.date ?? null, provisional: due?.provisional ?? false, followed }
      await rememberAbout(context, reply, divisionCode, file?.row.household_no ?? null)
      return reply
    },
    journal: (_, output) => noteAbout(output, 'objectionNo' in output ? output.objectionNo : '', '登记投诉举报'),
  })
}

/** The clock of a row: by the case's pack, or by calendar days where there is no case. */
async function rowView(context: ActionContext, row: StoredObjection, unit: 'working' | 'calendar'): Promise<ObjectionRow> {
  const { objectionNo, kind, caseNo, noticeNo, placeName, named, receivedOn, handlerName, takenByName, outcome, answeredAt } = row
  const clock = clockView(outcome === null ? row.dueOn : null, { unit }, null, context.today)
  return {
    objectionNo,
    kind,
    caseNo,
    noticeNo,
    placeName,
    named,
    receivedOn,
    clock,
    handlerName,
    takenByName,
    outcome,
    answeredAt,
  }
}

type ListInput = InputOf<typeof listObjections>

function filterOf({ keys, actor, today }: ActionContext, input: ListInput): ObjectionFilter {
  const { cursor, limit, kind, state, township, village, mine, q } = input
  const at = readCursor(keys, listObjections.name, cursor)
  const place = village ?? township
  return {
    kind: kind ?? null,
    state: state ?? null,
    ...(place === undefined ? { lo: null, hi: null } : rangeOf(place)),
    handler: mine === 'yes' ? actor.userId : null,
    q: q === undefined || q === '' ? null : q,
    today,
    after: at === null ? null : { key: at[0], objectionNo: at[1] ?? '' },
    limit: limit + 1,
  }
}

/** Listing needs the units of the clocks of the pack in force. */
export function listObjectionsAction({ packId }: { readonly packId: string }): Action {
  return routeAction(listObjections, {
    async run(context, input) {
      const { tx, today, keys } = context
      const { limit, state } = input
      const filter = filterOf(context, input)
      const found = await listObjectionRows(tx, filter)
      const rows = found.slice(0, limit)
      const last = found.length > limit ? rows.at(-1) : undefined
      const counts = await countObjections(tx, filter)
      const { objection_answer: objection, complaint_answer: complaint } = resolveCasework(
        await packInForce(tx, packId),
        today,
      ).clocks
      const unitOf = (row: StoredObjection) => (row.kind === 'objection' ? objection : complaint)?.unit ?? 'calendar'
      return {
        rows: await Promise.all(rows.map((row) => rowView(context, row, unitOf(row)))),
        total: totalOf(counts, state),
        next: last === undefined ? null : writeCursor(keys, listObjections.name, [last.key, last.objectionNo]),
        counts,
      }
    },
    journal: (_, output) => ({
      chain: 'system:casework',
      basis,
      purpose: '查询异议与投诉举报',
      detail: { rows: 'rows' in output ? output.rows.length : 0 },
    }),
  })
}

function totalOf(
  counts: { open: number; overdue: number; answered: number },
  state: ObjectionFilter['state'] | undefined,
): number {
  if (state === null || state === undefined) return counts.open + counts.answered
  return counts[state]
}

async function getObjection(context: ActionContext, objectionNo: string, lock: boolean): Promise<StoredObjection> {
  const row = await (lock ? findObjection : readObjection)(context.tx, objectionNo)
  if (row === undefined) throw new Problem('casework.not-found', '没有这件异议或投诉举报，或不在您的辖区内', { status: 404 })
  return row
}

async function freeOfficers(context: ActionContext, row: StoredObjection, file: CaseFile | null) {
  const places = [row.divisionCode, ...ancestors(row.divisionCode)]
  const order = { roles: answerers(row, file), places, caseNo: row.caseNo, notUser: row.takenBy }
  const officers = await listFreeOfficers(context.tx, order)
  return officers.filter((officer) => file === null || involvementOf(file, officer) === null)
}

/** Steps an upheld objection may open again: done, and before the notice. */
function reopenChoices(file: CaseFile | null): { step: string; label: string }[] {
  if (file === null) return []
  const paused = file.procedure.steps.find((step) => levelOfStep(step.id) !== undefined && file.state.steps[step.id] === 'paused')
  if (paused === undefined) return []
  return file.procedure.steps
    .filter((step) => file.state.steps[step.id] === 'done' && stepsBehind(file.procedure, step.id).has(paused.id))
    .map((step) => ({ step: step.id, label: step.label }))
}

export const openObjectionAction: Action = routeAction(openObjection, {
  async run(context, { objectionNo }) {
    const { keys, actor } = context
    const stored = await getObjection(context, objectionNo, false)
    const file = stored.caseNo === null ? null : await loadCaseFile(context, stored.caseNo)
    const said = JSON.parse(keys.openText(stored.sealed)) as Said
    const hidden = stored.takenBy !== actor.userId && file !== null && involvementOf(file, actor) !== null
    const rule =
      file === null ? null : file.parameters.clocks[stored.kind === 'objection' ? 'objection_answer' : 'complaint_answer']
    const reply = {
      row: await rowView(context, stored, rule?.unit ?? 'calendar'),
      from: stored.named ? (hidden ? '（对原经办人员保密）' : said.from) : '未署名',
      contact: hidden ? '' : said.contact,
      text: said.text,
      answer: stored.answer === null ? null : keys.openText(stored.answer),
      answeredByName: stored.answeredByName,
      refusal: roleRefusal(stored, file, actor.role) ?? answerRefusal(file, stored, actor),
      reopen: stored.kind === 'objection' ? reopenChoices(file) : [],
      appeal: await appealView(context, stored, file),
      officers: (await freeOfficers(context, stored, file)).map(({ userId, name, role }) => ({
        userId,
        name,
        roleLabel: roleLabel(role),
      })),
    }
    await rememberAbout(context, reply, stored.divisionCode, file?.row.household_no ?? null)
    return reply
  },
  journal: ({ objectionNo }, output) => noteAbout(output, objectionNo, '查看异议与投诉举报'),
})

/** Who answers: an appeal against a decision of the district is answered there. */
function answerers(stored: StoredObjection, file: CaseFile | null): readonly string[] {
  if (!isAppeal(stored, file)) return ANSWERERS
  return stepOf(file.procedure, 'approval').level === 'district' ? ['district_approver'] : ANSWERERS
}

function roleRefusal(stored: StoredObjection, file: CaseFile | null, role: string): string | null {
  if (answerers(stored, file).includes(role)) return null
  return isAppeal(stored, file) ? '对区级决定的申诉，由区级未参与该案的人员答复' : '您的岗位不答复异议和投诉举报'
}

export const assignObjectionAction: Action = routeAction(assignObjection, {
  async run(context, { objectionNo, userId }) {
    const stored = await getObjection(context, objectionNo, true)
    if (stored.outcome !== null) throw new Problem('casework.answered', '已经答复，不能再指派', { status: 409 })
    const file = stored.caseNo === null ? null : await loadCaseFile(context, stored.caseNo)
    const officer = (await freeOfficers(context, stored, file)).find((each) => each.userId === userId)
    if (officer === undefined) {
      throw new Problem('casework.answerer', '承办人须未参与该案办理、也不是登记人，请另选一人', { status: 409 })
    }
    await saveHandler(context.tx, objectionNo, userId)
    const reply = { objectionNo, handlerName: officer.name }
    await rememberAbout(context, reply, stored.divisionCode, file?.row.household_no ?? null)
    return reply
  },
  journal: ({ objectionNo }, output) => noteAbout(output, objectionNo, '指派承办人'),
})

/** What follows from the last answer to the objections of a case: its notice goes on, or it goes back. */
async function follow(
  context: ActionContext,
  file: CaseFile,
  noticeNo: string,
  order: { answer: string; reopen?: string | undefined },
): Promise<string> {
  const notice = await getNotice(context, noticeNo)
  const all = await listObjectionStates(context.tx, file.row.case_no)
  const open = all.filter(({ outcome }) => outcome === null).length
  if (open > 0) return `已答复；该户还有 ${open} 件异议未答复，公示继续停表`
  if (notice.stage === 'long_term' || file.state.steps[noticeStep(notice.level)] !== 'paused')
    return '已答复；该案不在停表中，办理进度不变'
  const upheld = all.some((each) => each.noticeNo === noticeNo && each.outcome === 'upheld')
  const { case_no: caseNo, version } = file.row
  const step = noticeStep(notice.level)
  const record = { answer: order.answer }
  if (!upheld) {
    await makeMove(context, caseNo, { step, command: 'answer', version, reason: order.answer.slice(0, 2000), record })
    return '异议不成立，公示继续，停表的天数已顺延'
  }
  const more = order.reopen === undefined ? {} : { reopen: order.reopen }
  await makeMove(context, caseNo, { step, command: 'uphold', version, reason: order.answer.slice(0, 2000), record, ...more })
  return '异议成立，该户公示撤下，案件退回重办'
}

export const answerObjectionAction: Action = routeAction(answerObjection, {
  async run(context, { objectionNo, outcome, answer, reopen }) {
    const { tx, keys, actor, clock } = context
    const stored = await getObjection(context, objectionNo, false)
    const file = stored.caseNo === null ? null : await loadCaseFile(context, stored.caseNo, true)
    const wrongRole = roleRefusal(stored, file, actor.role)
    if (wrongRole !== null) throw new Problem('casework.answerer', wrongRole, { status: 409 })
    checkAnswerer(file, await getObjection(context, objectionNo, true), context)
    await saveAnswer(tx, keys, { objectionNo, outcome, text: answer, by: actor.userId, at: nowIso(clock) })
    const moves = stored.kind === 'objection' && stored.noticeNo !== null && file !== null
    const again = outcome === 'upheld' && isAppeal(stored, file) ? '申诉成立，可据此为该家庭重新开立案件' : '已答复'
    const followed = moves ? await follow(context, file, stored.noticeNo ?? '', { answer, reopen }) : again
    const reply = { objectionNo, outcome, followed }
    await rememberAbout(context, reply, stored.divisionCode, file?.row.household_no ?? null)
    return reply
  },
  journal: ({ objectionNo }, output) => noteAbout(output, objectionNo, '答复异议与投诉举报'),
})

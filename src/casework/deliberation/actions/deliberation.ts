/** Deliberations of a village: its pool, and sessions called for its cases with a body drawn by lot. */
import { randomUUID } from 'node:crypto'
import { chineseDate } from '#kernel/chinese-date'
import { readIdNumber } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { random, sha256 } from '#platform/crypto'
import { findPlaces } from '../../cases/store/open-case.ts'
import { findVillage } from '../../intake/store/intake.ts'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { makeMove } from '../../procedure/actions/move-case.ts'
import {
  addPoolMember,
  conveneSession,
  endPoolMember,
  listPool,
  readKinQuestions,
  readVillageDeliberation,
  type SessionView,
} from '../contract/deliberation.ts'
import { bodyFaults, drawBody } from '../rules/hearing.ts'
import {
  type Drawn,
  endPoolMemberOn,
  findSession,
  insertPoolMembers,
  insertSession,
  insertSessionCases,
  listPoolMembers,
  listSessionCases,
  listSessions,
  listWaiting,
  type SessionRow,
} from '../store/sessions.ts'
import { checkRecusals, findRecusals } from './recusals.ts'

/** So many of the newest sessions of a village are looked at. */
const OPEN_SESSIONS = 20
const basis = '民发〔2012〕220号：民主评议'
const note = (villageCode: string, purpose: string, detail: Record<string, unknown> = {}) => ({
  chain: `village:${villageCode}`,
  divisionCode: villageCode,
  basis,
  purpose,
  detail,
})

export const listPoolAction: Action = routeAction(listPool, {
  run: async ({ tx, today }, { villageCode }) => ({ rows: await listPoolMembers(tx, villageCode, today) }),
  journal: ({ villageCode }) => note(villageCode, '查看评议人员库'),
})

function numberOf(context: ActionContext, written: string): { sealed: Buffer; idIndex: Buffer | null } {
  const { keys, today } = context
  if (written === '') return { sealed: keys.seal('{}'), idIndex: null }
  const { value } = readIdNumber(written, today, 130)
  if (value === null) {
    throw new Problem('casework.id-number', '身份证号码有误：位数、校验码或出生日期不对，请对照证件重新填写；不确定的可留空', {
      status: 422,
    })
  }
  return { sealed: keys.seal(JSON.stringify({ id_number: value })), idIndex: keys.blindIndex('id', value) }
}

/** Refuses (422) a pool or session of a village that is none, or that ended. */
async function checkVillage({ tx }: ActionContext, villageCode: string): Promise<void> {
  if ((await findVillage(tx, villageCode)) !== undefined) return
  const message = `没有代码为 ${villageCode} 的村（社区），可能已撤并或代码有误，请从列表中重新选择`
  throw new Problem('casework.village', message, { status: 422, details: { issues: [{ path: ['villageCode'], message }] } })
}

export const addPoolMemberAction: Action = routeAction(addPoolMember, {
  async run(context, { villageCode, name, kind, idNumber, fromOn }) {
    await checkVillage(context, villageCode)
    const member = { memberId: randomUUID(), villageCode, name, kind, fromOn, ...numberOf(context, idNumber) }
    const [entered] = await insertPoolMembers(context.tx, [member])
    if (entered === undefined) throw new Error(`${member.memberId} was not entered`)
    return entered
  },
  journal: ({ villageCode, kind }) => note(villageCode, '登记评议人员', { kind }),
})

export const endPoolMemberAction: Action = routeAction(endPoolMember, {
  async run({ tx }, { villageCode, memberId, toOn }) {
    const ended = await endPoolMemberOn(tx, villageCode, memberId, toOn)
    if (ended === undefined) {
      throw new Problem('casework.no-pool-member', '没有这名评议人员，或结束日期早于开始日期', { status: 404 })
    }
    return ended
  },
  journal: ({ villageCode, memberId }) => note(villageCode, '评议人员离库', { memberId }),
})

async function sessionViews(context: ActionContext, sessions: readonly SessionRow[]): Promise<SessionView[]> {
  const cases = await listSessionCases(context.tx, { sessionIds: sessions.map((session) => session.sessionId) })
  return sessions.map((session) => ({
    ...session,
    cases: cases.filter((row) => row.sessionId === session.sessionId).map(({ sessionId: _session, at: _at, ...row }) => row),
  }))
}

/** The rule of the village's waiting cases; of a village where none waits, none is shown. */
async function ruleOf(context: ActionContext, caseNo: string | undefined) {
  if (caseNo === undefined) return undefined
  return (await loadCaseFile(context, caseNo)).parameters.deliberation
}

const share = ({ num, den }: { num: number; den: number }): string => `${num}/${den}`

export const readVillageDeliberationAction: Action = routeAction(readVillageDeliberation, {
  async run(context, { villageCode }) {
    const { tx, today } = context
    const waiting = await listWaiting(tx, villageCode)
    const pool = await listPoolMembers(tx, villageCode, today)
    const rule = await ruleOf(context, waiting[0]?.caseNo)
    const places = await findPlaces(tx, villageCode)
    return {
      villageName: places?.village ?? villageCode,
      waiting: waiting.map(({ householdNo: _household, ...row }) => row),
      pool,
      rule: {
        minMembers: rule?.min_members ?? 0,
        odd: rule?.odd ?? false,
        representatives: rule === undefined ? '' : share(rule.representatives),
        quorum: rule === undefined ? '' : share(rule.quorum),
        pass: rule === undefined ? '' : `${rule.pass_strict ? '超过' : '不少于'} ${share(rule.pass)}`,
        ballot: rule?.ballot ?? 'secret',
        drawn: rule?.drawn ?? null,
      },
      faults: rule === undefined ? [] : bodyFaults(pool, { ...rule, odd: false }),
      sessions: await sessionViews(context, await listSessions(tx, villageCode, OPEN_SESSIONS)),
    }
  },
  journal: ({ villageCode }) => note(villageCode, '查看民主评议'),
})

export const readKinQuestionsAction: Action = routeAction(readKinQuestions, {
  async run(context, { villageCode, chair }) {
    const { tx, today } = context
    const waiting = await listWaiting(tx, villageCode)
    const memberIds = (await listPoolMembers(tx, villageCode, today)).map(({ memberId }) => memberId)
    const called = await listSessions(tx, villageCode, OPEN_SESSIONS)
    const chairs = [...called.filter(({ state }) => state === 'convened').map((session) => session.chair), chair ?? '']
    const cases = waiting.map(({ caseNo }) => ({ caseNo, chairs: chairs.filter((name) => name !== '') }))
    const recusals = await findRecusals(context, { villageCode, memberIds }, cases)
    return {
      rows: waiting.flatMap(({ caseNo, applicantName }) =>
        (recusals.get(caseNo)?.unsure ?? []).map((each) => ({ caseNo, applicantName, ...each })),
      ),
    }
  },
  journal: ({ villageCode }) => note(villageCode, '查看评议人员的近亲属疑问'),
})

const digest = (text: string): string => sha256(text).toString('hex')

export const conveneSessionAction: Action = routeAction(conveneSession, {
  async run(context, { villageCode, cases, plannedOn, place, chair, seed }) {
    const { tx, today, actor, clock } = context
    await checkVillage(context, villageCode)
    if (plannedOn < today) {
      const message = `评议日期 ${chineseDate(plannedOn)} 早于今天（${chineseDate(today)}）：评议人员先抽取后开会，请填写今天或以后的日期`
      throw new Problem('casework.day', message, { status: 422, details: { issues: [{ path: ['plannedOn'], message }] } })
    }
    const [first] = cases
    const rule = await ruleOf(context, first?.caseNo)
    if (rule === undefined) throw new Problem('casework.not-found', '没有要评议的案件', { status: 404 })
    const waiting = new Map((await listWaiting(tx, villageCode)).map((row) => [row.caseNo, row.applicantName]))
    const stranger = cases.find((each) => !waiting.has(each.caseNo))
    if (stranger !== undefined) {
      throw new Problem('casework.not-waiting', `案件 ${stranger.caseNo} 不在本村待评议之列，请刷新后重新勾选`, { status: 409 })
    }
    const listed = await listPoolMembers(tx, villageCode, today)
    const memberIds = listed.map(({ memberId }) => memberId)
    const wanted = cases.map(({ caseNo }) => ({ caseNo, chairs: [chair] }))
    const recusals = await findRecusals(context, { villageCode, memberIds }, wanted)
    checkRecusals(recusals, (caseNo) => waiting.get(caseNo) ?? caseNo)
    // whoever is kin of one of the families is not drawn
    const out = new Set([...recusals.values()].flatMap(({ recused }) => recused.map(({ key }) => key)))
    const pool = listed
      .filter(({ memberId }) => !out.has(memberId))
      .map(({ memberId, name, kind }): Drawn => ({ memberId, name, kind }))
    const chosen = seed ?? random(8).toString('hex')
    const body = drawBody(pool, rule, chosen, digest)
    if (body.faults.length > 0) {
      throw new Problem(
        'casework.body',
        `抽取的评议人员不合规定：${body.faults.join('；')}${out.size === 0 ? '' : `（其中 ${out.size} 人因近亲属回避）`}。请先补充评议人员库`,
        { status: 409 },
      )
    }
    const sessionId = randomUUID()
    const drawn = body.members as readonly Drawn[]
    const session = {
      sessionId,
      villageCode,
      plannedOn,
      place,
      chair,
      ballot: rule.ballot,
      seed: chosen,
      pool,
      drawn: [...drawn],
    }
    await insertSession(tx, { ...session, byUser: actor.userId, at: nowIso(clock) })
    await insertSessionCases(
      tx,
      sessionId,
      cases.map(({ caseNo }) => ({
        caseNo,
        recused: (recusals.get(caseNo)?.recused ?? []).map(({ key, ...each }) => ({ memberId: key, ...each })),
      })),
    )
    for (const { caseNo, version } of cases) {
      await makeMove(context, caseNo, { step: 'deliberation', command: 'convene', version, record: { sessionId } })
    }
    const made = await findSession(tx, sessionId)
    const [view] = await sessionViews(context, made === undefined ? [] : [made])
    if (view === undefined) throw new Error('the session was not stored')
    return view
  },
  journal: ({ villageCode, cases }, output) =>
    note(villageCode, '召集民主评议', { seed: (output as SessionView).seed, cases: cases.map((each) => each.caseNo) }),
})

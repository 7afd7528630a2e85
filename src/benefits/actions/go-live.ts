/** The month from which a district pays by this system: proposed by one person, decided by another, fixed once a roll is confirmed. */
import { randomUUID } from 'node:crypto'
import { chineseDate } from '#kernel/chinese-date'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { keepMoneyFrom } from '#registry'
import { decideGoLive, type GoLiveProposal, proposeGoLive, readGoLive } from '../contract/go-live.ts'
import { countProposals } from '../store/doubles.ts'
import {
  countClearances,
  findGoLive,
  type GoLiveRow,
  type GoLiveState,
  insertGoLive,
  listGoLive,
  lockGoLive,
  saveGoLive,
} from '../store/go-live.ts'

const basis = '民发〔2021〕57号 第二十五条'
const chain = 'system:payment'

function viewOf({ proposedBy, ...row }: GoLiveRow, userId: string): GoLiveProposal {
  return { ...row, answer: row.outcome === 'refused' ? row.answer : '', mine: proposedBy === userId }
}

export const readGoLiveAction: Action = routeAction(readGoLive, {
  async run({ tx, keys, actor }) {
    const rows = (await listGoLive(tx, keys)).map((row) => viewOf(row, actor.userId))
    const confirmed = rows.filter(({ outcome }) => outcome === 'confirmed')
    const [newest] = rows
    return {
      current: confirmed.sort((a, b) => ((a.decidedAt ?? '') < (b.decidedAt ?? '') ? 1 : -1))[0] ?? null,
      waiting: rows.find(({ outcome }) => outcome === null) ?? null,
      refused: newest?.outcome === 'refused' ? newest : null,
      fixed: (await findGoLive(tx)).fixed,
      clearances: await countClearances(tx),
      doubles: await countProposals(tx),
    }
  },
  journal: () => null,
})

function refuse(code: string, message: string, status = 409): never {
  throw new Problem(code, message, { status })
}

function refuseFixed({ fixed, current }: GoLiveState): void {
  if (fixed) refuse('payment.go-live-fixed', `已有确认的名册，启用月份 ${chineseDate(current ?? '')} 不能再改`)
}

export const proposeGoLiveAction: Action = routeAction(proposeGoLive, {
  async run({ tx, actor, clock }, { month }) {
    await lockGoLive(tx)
    const state = await findGoLive(tx)
    refuseFixed(state)
    if (state.waiting) refuse('payment.go-live-waiting', '已有一个启用月份等待另一人确认或驳回')
    if (month === state.current) refuse('payment.go-live-same', `启用月份已经是 ${chineseDate(month)}，不需要再提出`)
    const proposalId = randomUUID()
    const at = nowIso(clock)
    await insertGoLive(tx, { proposalId, divisionCode: actor.divisionCode, month, by: actor.userId, at })
    return { proposalId }
  },
  journal: ({ month }) => ({ chain, basis, purpose: '提出启用月份', detail: { month } }),
})

export const decideGoLiveAction: Action = routeAction(decideGoLive, {
  async run({ tx, keys, actor, clock }, { proposalId, confirm, reason }) {
    await lockGoLive(tx)
    const row = (await listGoLive(tx, keys)).find((each) => each.proposalId === proposalId)
    if (row === undefined) refuse('payment.no-proposal', '没有这个启用月份的提议，请刷新页面', 404)
    if (row.outcome !== null) refuse('payment.go-live-decided', '这个启用月份已经处理过，请刷新页面')
    if (row.proposedBy === actor.userId) refuse('payment.go-live-own', '您提出了这个启用月份，由另一人确认或驳回')
    if (confirm) refuseFixed(await findGoLive(tx))
    const at = nowIso(clock)
    await saveGoLive(tx, keys, proposalId, { confirm, reason, by: actor.userId, at })
    if (confirm) await keepMoneyFrom(tx, row.month, at)
    const decided = (await listGoLive(tx, keys)).find((each) => each.proposalId === proposalId) ?? row
    return viewOf(decided, actor.userId)
  },
  journal: ({ confirm }, output) => ({
    chain,
    basis,
    purpose: confirm ? '确认启用月份' : '驳回启用月份',
    detail: { month: (output as GoLiveProposal).month },
  }),
})

/** Refuses a month for which no roll may be made or confirmed: there is no go-live month yet, or it is later. */
export async function checkPayable({ tx }: ActionContext, month: string): Promise<void> {
  await lockGoLive(tx)
  const { current, waiting } = await findGoLive(tx)
  if (current === null && waiting) refuse('payment.go-live-waiting', '启用月份还没有确认，确认后才能编制和确认名册', 422)
  if (current === null) refuse('payment.no-go-live', '还没有启用月份：本系统从哪个月起发放，须先提出并由另一人确认', 422)
  if (month < current)
    refuse(
      'payment.before-go-live',
      `${chineseDate(month)} 早于启用月份 ${chineseDate(current)}：以前的月份由原系统发放，不在本系统编制名册`,
      422,
    )
}

/** A go-live month as a demo or a test begins with it. */
export interface GivenGoLive {
  readonly divisionCode: string
  readonly month: string
  readonly proposedBy: string
  readonly decidedBy: string
  readonly at: string
}

/** Enters a go-live month as proposed by one person and confirmed by another, where there is none yet. For demos and planted districts. */
export async function giveGoLive(
  tx: Tx,
  keys: Keys,
  { divisionCode, month, proposedBy, decidedBy, at }: GivenGoLive,
): Promise<void> {
  await lockGoLive(tx)
  if ((await findGoLive(tx)).current !== null) return
  const proposalId = randomUUID()
  await insertGoLive(tx, { proposalId, divisionCode, month, by: proposedBy, at })
  await saveGoLive(tx, keys, proposalId, { confirm: true, reason: '演示数据自本月起发放', by: decidedBy, at })
  await keepMoneyFrom(tx, month, at)
}

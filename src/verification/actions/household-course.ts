/** The course of one household's commission: suspended, ended, resumed, run again; and its figures explained. */
import type { z } from 'zod'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { rerunHousehold, resumeHousehold, suspendHousehold, terminateHousehold } from '../contract/campaign.ts'
import { explainHousehold } from '../contract/household.ts'
import type { CommissionState } from '../contract/words.ts'
import { recallHousehold } from '../jobs/recall-household.ts'
import { explainFigures } from '../rules/report/explain.ts'
import { moveCommission } from '../store/campaigns.ts'
import { pauseClock, resumeClock } from '../store/clock.ts'
import type { CommissionRow } from '../store/household-page.ts'
import { lockCommission } from '../store/household-page.ts'
import { reopenHouseholds } from '../store/reopened.ts'
import { reportedCommission } from './household-findings.ts'
import { currentCampaign } from './list-households.ts'
import { getCommission } from './open-household.ts'

const grounds: Readonly<Record<string, string>> = {
  authorisation: '授权撤回或有争议',
  identity_conflict: '身份信息冲突',
  source_outage: '数据来源中断',
  applicant_withdrew: '申请人撤回',
  applicant_died: '申请人死亡',
  unit_withdrew: '委托单位撤回',
  refused: '拒绝配合核对',
}

const ended = new Set(['suspended', 'terminated'])

type Named = { readonly householdNo: string; readonly campaignId?: string | undefined }

async function locked(context: ActionContext, { householdNo, campaignId: named }: Named): Promise<CommissionRow> {
  const campaignId = await currentCampaign(context, named, householdNo)
  await lockCommission(context.tx, campaignId, householdNo)
  return getCommission(context, campaignId, householdNo)
}

type StateReply = { householdNo: string; state: z.infer<typeof CommissionState> }

const places = new WeakMap<object, string>()

async function move(
  context: ActionContext,
  commission: CommissionRow,
  state: z.infer<typeof CommissionState>,
  reason: string | null,
): Promise<StateReply> {
  const key = { campaignId: commission.campaign_id, householdNo: commission.household_no }
  await moveCommission(context.tx, key, { state, reason, at: nowIso(context.clock) })
  const reply = { householdNo: commission.household_no, state }
  places.set(reply, commission.division_code)
  return reply
}

type Noted = Named & { readonly ground?: string; readonly reason?: string }

const journal = (purpose: string) => (input: Noted, output: object) => {
  const divisionCode = places.get(output)
  return {
    chain: `household:${input.householdNo}`,
    ...(divisionCode === undefined ? {} : { divisionCode }),
    basis: '社会救助暂行办法：家庭经济状况核对',
    purpose,
    ...(input.reason === undefined
      ? {}
      : { detail: { ground: input.ground, reason: input.reason, campaignId: input.campaignId } }),
  }
}

async function stop(
  context: ActionContext,
  { ground, reason, ...named }: Named & { ground: string; reason: string },
  state: 'suspended' | 'terminated',
): Promise<StateReply> {
  const commission = await locked(context, named)
  if (commission.state === 'terminated') throw new Problem('verification.ended', '该户的核对已经终止', { status: 409 })
  if (commission.state === state) throw new Problem('verification.suspended', '该户的核对已经中止', { status: 409 })
  if (state === 'suspended') {
    const { campaign_id: campaignId, household_no: householdNo, division_code: divisionCode } = commission
    await pauseClock(context.tx, { campaignId, householdNo, divisionCode }, nowIso(context.clock))
  }
  return move(context, commission, state, `${grounds[ground] ?? ground}：${reason}`)
}

export const suspendHouseholdAction: Action = routeAction(suspendHousehold, {
  run: (context, input) => stop(context, input, 'suspended'),
  journal: journal('中止核对'),
})

export const terminateHouseholdAction: Action = routeAction(terminateHousehold, {
  run: (context, input) => stop(context, input, 'terminated'),
  journal: journal('终止核对'),
})

/** Where a suspended verification goes on: in the run under way, under the objection that is open, or at its report. */
function resumedState({ conclusion, version, in_force: inForce, objected_on: objectedOn }: CommissionRow) {
  if (conclusion === null || version > inForce) return 'querying'
  return objectedOn === null ? 'report_signed' : 'objected'
}

export const resumeHouseholdAction: Action = routeAction(resumeHousehold, {
  async run(context, input) {
    const commission = await locked(context, input)
    if (commission.state !== 'suspended')
      throw new Problem('verification.not-suspended', '只有中止的核对可以恢复', { status: 409 })
    await resumeClock(context.tx, commission.campaign_id, input.householdNo, nowIso(context.clock))
    return move(context, commission, resumedState(commission), null)
  },
  journal: journal('恢复核对'),
})

export const rerunHouseholdAction: Action = routeAction(rerunHousehold, {
  async run(context, input) {
    const { householdNo } = input
    const commission = await locked(context, input)
    if (ended.has(commission.state))
      throw new Problem('verification.ended', '该户的核对已中止或终止，不能重新核对', { status: 409 })
    if (commission.state === 'querying') throw new Problem('verification.running', '该户正在核对，请等待结果', { status: 409 })
    await reopenHouseholds(context.tx, commission.campaign_id, [householdNo], nowIso(context.clock))
    const reply: StateReply = { householdNo, state: 'querying' }
    places.set(reply, commission.division_code)
    return reply
  },
  journal: journal('重新核对一户'),
})

/** Keyed indexes of the people whose records are shown. */
const shown = new WeakMap<object, Buffer[]>()

export const explainHouseholdAction: Action = routeAction(explainHousehold, {
  async run(context, input) {
    const campaignId = await currentCampaign(context, input.campaignId, input.householdNo)
    const commission = await reportedCommission(context.tx, campaignId, input.householdNo)
    const { dossier, context: campaign } = await recallHousehold(context, campaignId, commission.batch_no, input.householdNo)
    const reply = { householdNo: input.householdNo, asOf: commission.as_of, ...explainFigures(dossier, campaign.rules) }
    places.set(reply, commission.division_code)
    shown.set(
      reply,
      [...dossier.persons, ...dossier.supporters].map((row) => context.keys.blindIndex('id', row.id_number)),
    )
    return reply
  },
  journal: (input, output) => ({ ...journal('查看数字来历')(input, output), subjects: shown.get(output) ?? [] }),
})

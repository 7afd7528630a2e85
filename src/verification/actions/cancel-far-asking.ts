/** 异地协查: an asking that is not answered is withdrawn. */
import { cancelRequests } from '#exchange'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { inWholeDistrict } from '#registry'
import { cancelFarAsking, type FarAskingState } from '../contract/far.ts'
import { groundsOf } from '../jobs/send.ts'
import { farStanding } from '../rules/asking/far-asking.ts'
import { campaignOf, commissionNamed, exchangeCampaign, loadAskings, type NamedHousehold, partsOf } from './far-askings.ts'

/** Why there is nothing to withdraw any more. */
const overWords: Record<Exclude<FarAskingState, 'sent'>, string> = {
  answered: '对方已经答复',
  refused: '对方已经回复未能答复',
  given_up: '已经放弃',
  cancelled: '已经撤销',
  expired: '已经到期',
}

function over(state: keyof typeof overWords): Problem {
  return new Problem('verification.asking-over', `这次协查${overWords[state]}，不用撤销。请刷新页面查看`, { status: 409 })
}

/** The asking of a household, while it waits. Problem 404 when there is none of this number, 409 when it does not wait any more. */
async function waitingAsking(context: ActionContext, householdNo: string, askingNo: number) {
  const askings = await loadAskings(context.tx, context, householdNo)
  if (!askings.rows.some((row) => row.asking_no === askingNo)) {
    throw new Problem('verification.no-asking', `本户没有编号为 ${askingNo} 的异地协查。请刷新页面后重试`, { status: 404 })
  }
  const { request, own, said } = partsOf(askings, askingNo)
  const { state } = farStanding(request, said, nowIso(context.clock))
  if (state !== 'sent') throw over(state)
  return { request, own }
}

async function withdraw(context: ActionContext, input: NamedHousehold & { askingNo: number; reason: string }) {
  const commission = await commissionNamed(context, input)
  const { request, own } = await waitingAsking(context, input.householdNo, input.askingNo)
  const { facts, scheme } = await campaignOf(context, commission)
  const grounds = { ...groundsOf(facts, scheme.purpose), operator: context.actor.userId, lane: 'single' } as const
  const at = { campaign: exchangeCampaign(input.householdNo), batch: input.askingNo }
  const cancelled = await inWholeDistrict(context.tx, () => cancelRequests(context.tx, at, input.reason, grounds, context))
  // the answer came in since it was looked at
  if (cancelled === 0) throw over('answered')
  return { commission, scheme, unitName: request.name, subjects: own.map((subject) => subject.id_number_index) }
}

/** What `run` found out, for the journal entry of the same call. */
const withdrawn = new WeakMap<object, Awaited<ReturnType<typeof withdraw>>>()

export const cancelFarAskingAction: Action = routeAction(cancelFarAsking, {
  async run(context, input) {
    const reply = { askingNo: input.askingNo }
    withdrawn.set(reply, await withdraw(context, input))
    return reply
  },
  journal(input, output) {
    const done = withdrawn.get(output)
    if (done === undefined) throw new Error('a withdrawal without its journal')
    return {
      chain: `household:${input.householdNo}`,
      divisionCode: done.commission.division_code,
      subjects: done.subjects.filter((index) => index !== null),
      basis: done.scheme.legalBasis,
      purpose: done.scheme.purpose,
      detail: { batch: input.askingNo, unitName: done.unitName, reason: input.reason },
    }
  },
})

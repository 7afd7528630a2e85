/** Failures of campaigns: shown to people, and tried again at their word. */
import { Problem } from '#kernel/problem'
import { type Action, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { listTroubles, retryCampaign as retryRoute, type Trouble } from '../contract/troubles.ts'
import { listTroubleRows, retryCampaign, type TroubleRow } from '../store/troubles.ts'
import { getCampaignRow } from './campaign-pages.ts'

const stepWords: Readonly<Record<string, string>> = {
  planned: '拟定查询',
  register: '查询户籍之后',
  records: '查询各单位之后',
  lookups: '比对与签发',
}

function partOf(row: TroubleRow): string {
  const step = stepWords[row.step ?? ''] ?? ''
  if (row.batch_no === null) return '成员单位准备数据，或批次收尾'
  if (row.batch_kind === 'district') return `全区名册（${step}）`
  return `${row.batch_kind === 'rerun' ? '重新核对' : `第 ${row.batch_no} 组`}（${step}）`
}

const view = (row: TroubleRow): Trouble => ({
  campaignId: row.campaign_id,
  title: row.label,
  caseNo: row.reference,
  part: partOf(row),
  again: row.batch_kind === 'rerun',
  households: row.households,
  householdNos: row.household_nos,
  reason: row.failure,
  tries: row.failures,
  failedAt: row.failed_at,
  retryAt: row.retry_at,
})

export const listTroublesAction: Action = routeAction(listTroubles, {
  transaction: 'read',
  run: async ({ tx }) => ({ rows: (await listTroubleRows(tx)).map(view) }),
  journal: () => null,
})

export const retryCampaignAction: Action = routeAction(retryRoute, {
  async run({ tx, clock }, { campaignId }) {
    await getCampaignRow(tx, campaignId)
    const parts = await retryCampaign(tx, campaignId, nowIso(clock))
    if (parts > 0) return { parts }
    throw new Problem('verification.no-trouble', '这个批次没有停下的部分，无需再试；请刷新页面', { status: 409 })
  },
  journal: (input, output, { actor }) => ({
    chain: `user:${actor.userId}`,
    basis: '社会救助暂行办法：家庭经济状况核对',
    purpose: '核对中断后再试一次',
    detail: { campaign: input.campaignId, parts: 'parts' in output ? output.parts : 0 },
  }),
})

/** Actions of the boards: campaigns, progress by place, member units. They show counts, no person. */
import type { z } from 'zod'
import { unitStates } from '#exchange'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { instantMs } from '#platform/clock'
import type { Tx } from '#platform/db'
import { packInForce } from '#policy'
import { isUnit, itemStates, recordTypeOf, type StateLetter, unitLabel, units } from '#sources/contract'
import {
  type Campaign,
  listCampaigns,
  listUnits,
  type ProgressRow,
  readProgress,
  remindUnits,
  startCampaign as startRoute,
  type UnitRecord,
  type UnitRow,
} from '../contract/campaign.ts'
import { isUuid } from '../rules/uuid.ts'
import { listAnswerMinutes, medianReportMinutes } from '../store/clock.ts'
import {
  type CampaignRow,
  countAnswerStates,
  countMissed,
  findCampaignRow,
  listCampaignRows,
  listProgress,
  listRecordStatements,
  type PlaceRow,
} from '../store/pages.ts'
import { listReminders, saveReminders } from '../store/reminders.ts'
import { passedReview } from './pack-review.ts'
import { startCampaign } from './start-campaign.ts'

type CampaignView = z.infer<typeof Campaign>

const stateWords: Readonly<Record<string, CampaignView['state']>> = {
  preparing: 'frozen',
  ready: 'frozen',
  running: 'running',
  finished: 'done',
  failed: 'closed',
}

export function campaignView(row: CampaignRow): CampaignView {
  return {
    campaignId: row.campaign_id,
    title: row.label,
    asOf: row.as_of,
    pack: row.pack_id,
    state: stateWords[row.state] ?? 'frozen',
    startedAt: row.started_at ?? row.created_at,
    startedBy: row.created_by_name,
    endedAt: row.finished_at,
    households: row.households,
    persons: row.persons,
    supporters: row.supporters,
    reported: row.reported,
  }
}

/** A campaign in the caller's sight; Problem 404 otherwise. */
export async function getCampaignRow(tx: Tx, campaignId: string): Promise<CampaignRow> {
  const row = isUuid(campaignId) ? await findCampaignRow(tx, campaignId) : undefined
  if (row === undefined) throw new Problem('verification.not-found', '没有这个核对批次', { status: 404 })
  return row
}

export async function getCampaignView(tx: Tx, campaignId: string): Promise<CampaignView> {
  return campaignView(await getCampaignRow(tx, campaignId))
}

export const listCampaignsAction: Action = routeAction(listCampaigns, {
  transaction: 'read',
  run: async ({ tx }) => ({ rows: (await listCampaignRows(tx)).map(campaignView) }),
  journal: () => null,
})

/** Areas of a new campaign: the townships asked for, inside the caller's own area. */
function areasOf(context: ActionContext, townships: readonly string[]): { lo: string; hi: string }[] {
  if (townships.length === 0) return [{ lo: context.scope.lo, hi: context.scope.hi }]
  return townships.map((code) => {
    const { lo, hi } = rangeOf(code)
    if (lo < context.scope.lo || hi > context.scope.hi) {
      throw new Problem('verification.out-of-scope', `区划 ${code} 不在您的辖区内`, { status: 403 })
    }
    return { lo, hi }
  })
}

export const startCampaignAction: Action = routeAction(startRoute, {
  async run(context, input) {
    const { tx, actor, keys, clock } = context
    const districtCode = actor.divisionCode.slice(0, 6)
    const campaignId = await startCampaign(
      tx,
      {
        label: input.title,
        scheme: 'dibao',
        asOf: input.asOf,
        pack: await packInForce(tx, input.pack),
        districtCode,
        areas: areasOf(context, input.townships),
        createdBy: actor.userId,
      },
      { keys, clock },
    )
    return getCampaignView(tx, campaignId)
  },
  journal: (input, output, { actor }) => ({
    chain: `user:${actor.userId}`,
    basis: '社会救助暂行办法：委托核对',
    purpose: '启动核对',
    detail: { campaign: 'campaignId' in output ? output.campaignId : '', asOf: input.asOf, pack: input.pack },
  }),
})

function progressRow(row: PlaceRow): ProgressRow {
  return {
    code: row.code,
    name: row.name,
    households: row.households,
    states: row.states,
    reported: row.reported,
    consistent: row.consistent,
    inconsistent: row.inconsistent,
    undetermined: row.undetermined,
    openA: row.open_a,
    openB: row.open_b,
    returned: row.returned,
  }
}

function totalOf(rows: readonly ProgressRow[]): ProgressRow {
  const total: ProgressRow = {
    code: '',
    name: '合计',
    households: 0,
    states: {},
    reported: 0,
    consistent: 0,
    inconsistent: 0,
    undetermined: 0,
    openA: 0,
    openB: 0,
    returned: 0,
  }
  const counts = ['households', 'reported', 'consistent', 'inconsistent', 'undetermined', 'openA', 'openB', 'returned'] as const
  const states: Record<string, number> = {}
  for (const row of rows) {
    for (const key of counts) total[key] += row[key]
    for (const [state, count] of Object.entries(row.states)) states[state] = (states[state] ?? 0) + (count ?? 0)
  }
  return { ...total, states }
}

export const readProgressAction: Action = routeAction(readProgress, {
  transaction: 'read',
  async run({ tx, scope, today }, input) {
    const { campaignId, township } = input
    const campaign = await getCampaignRow(tx, campaignId)
    const area = township === undefined ? scope : rangeOf(township)
    const [places, minutes, missed, passed] = await Promise.all([
      listProgress(tx, campaignId, township ?? null),
      medianReportMinutes(tx, campaignId, area),
      countMissed(tx, campaignId, area),
      passedReview(tx, { packId: campaign.pack_id, packHash: campaign.pack_hash, asOf: campaign.as_of }, today),
    ])
    const rows = places.map(progressRow)
    return {
      campaign: campaignView(campaign),
      rows,
      total: totalOf(rows),
      medianMinutes: tenth(minutes),
      missed,
      warnings: passed === null ? [] : [`${passed}。核算不受影响；复核确认前不得由人签发新报告，请政策管理人员复核。`],
    }
  },
  journal: () => null,
})

/** Rounded to tenths of a minute. */
function tenth(minutes: number | null | undefined): number | null {
  return minutes === null || minutes === undefined ? null : Math.round(minutes * 10) / 10
}

const silentStates = new Set<string>(['PENDING'])
const lateAfterMs = 2 * 24 * 3_600_000
const onlineWithinMs = 5 * 60_000

type Statement = Awaited<ReturnType<typeof listRecordStatements>>[number]

function remarkOf(statement: Statement | undefined): string | null {
  if (statement === undefined) return null
  const parts = [
    statement.state === 'answered' ? '' : '整类未反馈',
    statement.cut_off ? '反馈不完整（少于声明条数）' : '',
    statement.stale ? '数据时点过旧' : '',
    statement.faulty > 0 ? `有 ${statement.faulty} 行无法读取，已隔离` : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? null : parts.join('；')
}

function recordView(record: string, counts: ReadonlyMap<string, number>, statement: Statement | undefined): UnitRecord {
  const states: Record<string, number> = {}
  for (const [letter, state] of Object.entries(itemStates) as [StateLetter, string][]) {
    const count = counts.get(`${record}|${letter}`) ?? 0
    if (count > 0) states[state] = count
  }
  const asked = Object.entries(states).reduce((sum, [state, count]) => sum + (state === 'NOT_AUTHORISED' ? 0 : count), 0)
  return {
    record,
    name: recordTypeOf(record).table.label,
    asked,
    states,
    asOf: statement?.as_of ?? null,
    stale: statement?.stale ?? false,
    remark: remarkOf(statement),
  }
}

function mergeStates(records: readonly UnitRecord[]): Record<string, number> {
  const states: Record<string, number> = {}
  for (const record of records)
    for (const [state, count] of Object.entries(record.states)) states[state] = (states[state] ?? 0) + (count ?? 0)
  return states
}

interface Seen {
  last_seen_at: string | null
  owed: number
  oldest_owed_at: string | null
}

function linkOf(seen: Seen | undefined, nowMs: number): UnitRow['link'] {
  if (seen?.last_seen_at == null) return 'never'
  if (seen.oldest_owed_at !== null && nowMs - instantMs(seen.oldest_owed_at) > lateAfterMs) return 'late'
  return nowMs - instantMs(seen.last_seen_at) <= onlineWithinMs ? 'online' : 'silent'
}

export const listUnitsAction: Action = routeAction(listUnits, {
  transaction: 'read',
  async run({ tx, clock }, input) {
    const campaign = await getCampaignView(tx, input.campaignId)
    const counts = new Map(
      (await countAnswerStates(tx, input.campaignId)).map((row) => [`${row.record}|${row.state}`, row.subjects]),
    )
    const statements = new Map((await listRecordStatements(tx, input.campaignId)).map((row) => [row.record, row]))
    const seen = new Map((await unitStates(tx)).map((row) => [row.unit, row]))
    const minutes = await listAnswerMinutes(tx, input.campaignId)
    const reminders = new Map((await listReminders(tx, input.campaignId)).map((row) => [row.unit, row.reminded_at]))
    const rows = units.map(({ name, label, records }): UnitRow => {
      const views = records.map((record) => recordView(record, counts, statements.get(record)))
      const states = mergeStates(views)
      const asked = views.reduce((sum, view) => sum + view.asked, 0)
      const pending = Object.entries(states).reduce((sum, [state, count]) => sum + (silentStates.has(state) ? count : 0), 0)
      const unit = seen.get(name)
      return {
        unit: name,
        name: label,
        link: linkOf(unit, clock.nowMs()),
        lastSeenAt: unit?.last_seen_at ?? null,
        asked,
        answered: asked - pending,
        late: linkOf(unit, clock.nowMs()) === 'late' ? (unit?.owed ?? 0) : 0,
        states,
        remindedAt: reminders.get(name) ?? null,
        medianMinutes: tenth(minutes.get(name)),
        records: views,
      }
    })
    return { campaign, rows }
  },
  journal: () => null,
})

export const remindUnitsAction: Action = routeAction(remindUnits, {
  async run({ tx, clock, actor }, input) {
    await getCampaignView(tx, input.campaignId)
    const owing = new Set((await unitStates(tx)).filter((row) => row.owed > 0).map((row) => row.unit))
    const reminded = input.units.filter((unit) => isUnit(unit) && owing.has(unit))
    await saveReminders(tx, input.campaignId, reminded, actor.userId, clock.nowMs())
    return { reminded, skipped: input.units.filter((unit) => !reminded.includes(unit)) }
  },
  journal: (input, output, { actor }) => ({
    chain: `user:${actor.userId}`,
    basis: '成员单位反馈时限',
    purpose: '催办逾期未反馈的成员单位',
    detail: { campaign: input.campaignId, units: 'reminded' in output ? output.reminded.filter(isUnit).map(unitLabel) : [] },
  }),
})

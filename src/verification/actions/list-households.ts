/** The household list under a campaign: filters, search by name, pinyin or number, keyset paging. */
import type { z } from 'zod'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { readCursor, writeCursor } from '#platform/cursor'
import { CommissionState, Conclusion, type HouseholdFilter, type HouseholdRow, listHouseholds } from '../contract/index.ts'
import { type ClockReading, readClock } from '../rules/asking/clock.ts'
import { schemeOf } from '../rules/household/schemes.ts'
import { isUuid } from '../rules/uuid.ts'
import { findCampaignOf, findNewestCampaignId } from '../store/campaigns.ts'
import { type ClockRow, listClocks } from '../store/clock.ts'
import { countHouseholdRows, type ListFilter, type ListRow, listHouseholdRows, searchHouseholds } from '../store/pages.ts'

/**
 * The campaign that is named, otherwise the newest of the district; for a household that is not in that one, the newest it was asked in
 * by itself, for a case. Problem 404 while there is none.
 */
export async function currentCampaign(
  context: Pick<ActionContext, 'tx'>,
  campaignId: string | undefined,
  householdNo?: string,
): Promise<string> {
  if (campaignId !== undefined && isUuid(campaignId)) return campaignId
  const own = householdNo === undefined ? undefined : await findCampaignOf(context.tx, householdNo)
  if (own !== undefined) return own
  const newest = await findNewestCampaignId(context.tx)
  if (newest === undefined) throw new Problem('verification.no-campaign', '还没有核对批次', { status: 404 })
  return newest
}

/** The clock of a household as its rows say, on a day. */
export function clockOf(row: ClockRow & { state: string }, today: string): ClockReading {
  const { state, opened_on: openedOn, pauses, objected_on: objectedOn } = row
  return readClock(schemeOf(row.scheme), { state, openedOn, pauses, objectedOn }, today)
}

const noClock: ClockReading = { dueOn: null, daysLeft: null }

async function clocksOf({ tx, today }: ActionContext, campaignId: string, rows: readonly ListRow[]) {
  const found = await listClocks(
    tx,
    campaignId,
    rows.map((row) => row.household_no),
  )
  return new Map(found.map((row) => [row.household_no, clockOf(row, today)]))
}

const citizenNumber = /^\d{17}[\dXx]$/

async function searched(context: ActionContext, word: string | undefined): Promise<readonly string[] | null> {
  const text = word?.trim() ?? ''
  if (text === '') return null
  const number = citizenNumber.test(text) ? text.toUpperCase() : null
  return searchHouseholds(context.tx, {
    text,
    chars: [...text],
    letters: /^[A-Za-z]+$/.test(text) ? text.toLowerCase() : '',
    numberIndex: number === null ? null : context.keys.blindIndex('id', number),
  })
}

function rowView(row: ListRow, clock: ClockReading): z.infer<typeof HouseholdRow> {
  return {
    householdNo: row.household_no,
    headName: row.head_name,
    townshipName: row.township_name,
    villageName: row.village_name,
    programme: row.programme,
    kind: row.kind,
    members: row.members,
    state: CommissionState.parse(row.state),
    conclusion: row.conclusion === null ? null : Conclusion.parse(row.conclusion),
    openA: row.open_a,
    openB: row.open_b,
    findings: row.findings,
    openSources: row.open_pairs,
    perCapita: row.per_capita,
    reportNo: row.report_no,
    reportedOn: row.reported_on,
    ...clock,
  }
}

async function filterOf(context: ActionContext, input: z.infer<typeof HouseholdFilter>): Promise<ListFilter> {
  const place = input.village ?? input.township
  const { lo, hi } = place === undefined ? context.scope : rangeOf(place)
  const [campaignId, among] = await Promise.all([currentCampaign(context, input.campaignId), searched(context, input.q)])
  return {
    campaignId,
    lo,
    hi,
    programme: input.programme ?? null,
    kind: input.kind ?? null,
    state: input.state ?? null,
    conclusion: input.conclusion ?? null,
    finding: input.finding ?? null,
    rule: input.rule ?? null,
    toSign: input.toSign === 'yes',
    among,
  }
}

export const listHouseholdsAction: Action = routeAction(listHouseholds, {
  transaction: 'read',
  async run(context, input) {
    const filter = await filterOf(context, input)
    const after = Number(readCursor(context.keys, listHouseholds.name, input.cursor)?.[0] ?? 0)
    const [rows, total] = await Promise.all([
      listHouseholdRows(context.tx, filter, after, input.limit + 1),
      countHouseholdRows(context.tx, filter),
    ])
    const page = rows.slice(0, input.limit)
    const clocks = await clocksOf(context, filter.campaignId, page)
    const last = rows.length > input.limit ? page.at(-1) : undefined
    return {
      rows: page.map((row) => rowView(row, clocks.get(row.household_no) ?? noClock)),
      total,
      next: last === undefined ? null : writeCursor(context.keys, listHouseholds.name, [String(last.ordinal)]),
    }
  },
  journal: (input, output, { actor }) => ({
    chain: `user:${actor.userId}`,
    basis: '社会救助暂行办法：家庭经济状况核对',
    purpose: '查看家庭列表',
    detail: { q: input.q === undefined ? '' : '有搜索词', rows: 'rows' in output ? output.rows.length : 0 },
  }),
})

/** Replay: the whole district assessed under two packs or two days; who gains, who loses, what a month costs, by township. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, Fen, InstantText, pageOf, pageQuery } from '#kernel/schema'
import { PolicySide } from './revision.ts'

const totals = {
  households: Count,
  entering: Count,
  leaving: Count,
  more: Count,
  less: Count,
  same: Count,
  neither: Count,
  beforeFen: Fen,
  afterFen: Fen,
  differenceFen: Fen,
}

export const ReplayTownship = z.object({ code: DivisionCode, name: z.string(), ...totals })
export type ReplayTownship = z.infer<typeof ReplayTownship>

export const ReplayResult = z.object({
  ...totals,
  /** households that come in or get more */
  winners: Count,
  /** households that go out or get less */
  losers: Count,
  /** households whose facts come from a standing decision */
  decided: Count,
  /** households left out, because nobody of them can be assessed or somebody was not born on the earlier day */
  leftOut: Count,
  townships: z.array(ReplayTownship),
})
export type ReplayResult = z.infer<typeof ReplayResult>

const SideView = PolicySide.extend({ packLabel: z.string(), revisionTitle: z.string().nullable() })

export const ReplayView = z.object({
  replayId: z.uuid(),
  before: SideView,
  after: SideView,
  state: z.enum(['waiting', 'gathering', 'assessing', 'done', 'failed']),
  /** households whose facts are gathered, of those to be gathered */
  done: Count,
  expected: Count,
  /** the campaign the facts of undecided households come from */
  campaignLabel: z.string().nullable(),
  asOf: DateText.nullable(),
  beforeHash: z.string().nullable(),
  afterHash: z.string().nullable(),
  milliseconds: Count.nullable(),
  failure: z.string().nullable(),
  askedBy: z.string(),
  askedAt: InstantText,
  endedAt: InstantText.nullable(),
  result: ReplayResult.nullable(),
})
export type ReplayView = z.infer<typeof ReplayView>

export const listReplays = defineRoute({
  name: 'casework.list-replays',
  method: 'GET',
  path: '/api/replays',
  permission: 'policy.read',
  output: z.object({ rows: z.array(ReplayView.omit({ result: true })) }),
})

/** Asks for a replay; it is done in the background and kept. */
export const startReplay = defineRoute({
  name: 'casework.start-replay',
  method: 'POST',
  path: '/api/replays',
  permission: 'policy.read',
  body: z.object({ before: PolicySide, after: PolicySide }),
  output: ReplayView,
})

export const readReplay = defineRoute({
  name: 'casework.read-replay',
  method: 'GET',
  path: '/api/replays/:replayId',
  permission: 'policy.read',
  params: z.object({ replayId: z.uuid() }),
  output: ReplayView,
})

export const ReplayChange = z.enum(['entering', 'leaving', 'more', 'less'])
export type ReplayChange = z.infer<typeof ReplayChange>

export const ReplayHousehold = z.object({
  householdNo: z.string(),
  /** masked */
  name: z.string(),
  townshipName: z.string(),
  villageName: z.string(),
  change: ReplayChange,
  beforeFen: Fen,
  afterFen: Fen,
  /** why it is not aided on a side, in words; empty when it is */
  beforeWhy: z.array(z.string()),
  afterWhy: z.array(z.string()),
  decisionNo: z.string().nullable(),
})
export type ReplayHousehold = z.infer<typeof ReplayHousehold>

/** Households of a replay that flip or whose amount changes. */
export const listReplayHouseholds = defineRoute({
  name: 'casework.list-replay-households',
  method: 'GET',
  path: '/api/replays/:replayId/households',
  permission: 'policy.read',
  params: z.object({ replayId: z.uuid() }),
  query: z.object({ ...pageQuery, change: ReplayChange.optional(), township: DivisionCode.optional() }),
  output: pageOf(ReplayHousehold),
})

export const replayRoutes = { listReplays, startReplay, readReplay, listReplayHouseholds }

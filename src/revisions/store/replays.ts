/** SQL of replays: the facts they assess, what came out, and the households that change. A constant number of statements, whatever the district. */
import type { CopyValue, Sql, Tx } from '#platform/db'
import type { ReplayChange, ReplayResult, ReplayView } from '../contract/replay.ts'
import type { PolicySide } from '../contract/revision.ts'

export interface ReplayRunRow {
  replay_id: string
  division_code: string
  before_side: PolicySide
  after_side: PolicySide
  state: ReplayView['state']
  done: number
  expected: number
  result: ReplayResult | null
  before_hash: string | null
  after_hash: string | null
  campaign_id: string | null
  campaign_label: string | null
  as_of: string | null
  milliseconds: number | null
  failure: string | null
  asked_by_name: string
  asked_at: string
  ended_at: string | null
}

const runColumns = (
  result: string,
) => `r.replay_id, r.division_code, r.before_side, r.after_side, r.state, r.done, r.expected, ${result} as result, r.before_hash,
  r.after_hash, r.campaign_id, c.label as campaign_label, c.as_of, r.milliseconds, r.failure, r.asked_by_name, r.asked_at, r.ended_at`

export async function insertReplay(
  tx: Tx,
  run: { replayId: string; before: PolicySide; after: PolicySide; divisionCode: string; by: string; byName: string; at: string },
): Promise<void> {
  await tx.execute(
    `insert into replay_run (replay_id, before_side, after_side, division_code, asked_by, asked_by_name, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [run.replayId, JSON.stringify(run.before), JSON.stringify(run.after), run.divisionCode, run.by, run.byName, run.at],
  )
}

export function findReplay(tx: Sql, replayId: string): Promise<ReplayRunRow | undefined> {
  return tx.maybe<ReplayRunRow>(
    `select ${runColumns('r.result')} from replay_run r left join campaign c using (campaign_id) where r.replay_id = $1`,
    [replayId],
  )
}

/** Newest first, without their results. */
export function listReplayRows(tx: Sql): Promise<ReplayRunRow[]> {
  return tx.query<ReplayRunRow>(
    `select ${runColumns('null::jsonb')} from replay_run r left join campaign c using (campaign_id)
     order by r.asked_at desc, r.replay_id limit 100`,
  )
}

/** Takes a replay up, also one that a process left behind or that failed and is tried again; false when it is over. */
export async function beginReplay(tx: Tx, replayId: string): Promise<boolean> {
  const touched = await tx.execute(
    `update replay_run set state = 'gathering', done = 0, failure = null, ended_at = null
     where replay_id = $1 and state in ('waiting', 'gathering', 'assessing', 'failed')`,
    [replayId],
  )
  return touched > 0
}

export async function saveReplayProgress(
  tx: Tx,
  replayId: string,
  progress: { state: 'gathering' | 'assessing'; done: number; expected: number; campaignId: string | null },
): Promise<void> {
  await tx.execute('update replay_run set state = $2, done = $3, expected = $4, campaign_id = $5 where replay_id = $1', [
    replayId,
    progress.state,
    progress.done,
    progress.expected,
    progress.campaignId,
  ])
}

export async function finishReplay(
  tx: Tx,
  replayId: string,
  over: { result: ReplayResult; beforeHash: string; afterHash: string; milliseconds: number; at: string },
): Promise<void> {
  await tx.execute(
    `update replay_run set state = 'done', result = $2, before_hash = $3, after_hash = $4, milliseconds = $5, ended_at = $6
     where replay_id = $1`,
    [replayId, JSON.stringify(over.result), over.beforeHash, over.afterHash, over.milliseconds, over.at],
  )
}

export async function failReplay(tx: Tx, replayId: string, failure: string, at: string): Promise<void> {
  await tx.execute(
    `update replay_run set state = 'failed', failure = $2, ended_at = $3 where replay_id = $1 and state <> 'done'`,
    [replayId, failure, at],
  )
}

/** Versions of the facts that are kept of a campaign, by household number. */
export function listFactVersions(tx: Sql, campaignId: string): Promise<{ household_no: string; version: number }[]> {
  return tx.query('select household_no, version from replay_fact where campaign_id = $1', [campaignId])
}

/** Facts of a household to be kept. */
export interface NewFact {
  readonly householdNo: string
  readonly divisionCode: string
  readonly version: number
  readonly sealed: Buffer | null
}

/** Keeps facts of a campaign's households in place of older ones; by COPY, so with the role of bulk work. Two statements. */
export async function saveFacts(tx: Tx, campaignId: string, facts: readonly NewFact[]): Promise<void> {
  await tx.execute('delete from replay_fact where campaign_id = $1 and household_no = any($2)', [
    campaignId,
    facts.map(({ householdNo }) => householdNo),
  ])
  await tx.copyIn(
    'copy replay_fact (campaign_id, household_no, division_code, version, sealed) from stdin',
    facts.map(({ householdNo, divisionCode, version, sealed }): CopyValue[] => [
      campaignId,
      householdNo,
      divisionCode,
      version,
      sealed,
    ]),
  )
}

export interface FactRow {
  household_no: string
  division_code: string
  sealed: Buffer | null
  /** the standing decision they come from; null: the verification */
  decision_no: string | null
}

/**
 * The facts a replay assesses: of every household with a standing decision the sealed grounds of its newest one, of every other household of
 * the campaign what its verification left. One statement.
 */
export function loadFactRows(tx: Sql, campaignId: string | null): Promise<FactRow[]> {
  return tx.query<FactRow>(
    `with decided as (
       select distinct on (household_no) household_no, division_code, grounds as sealed, decision_no
       from case_decision where undone_at is null order by household_no, at desc, decision_no desc
     )
     select household_no, division_code, sealed, decision_no from decided
     union all
     select f.household_no, f.division_code, f.sealed, null from replay_fact f
     where f.campaign_id = $1 and not exists (select from decided d where d.household_no = f.household_no)
     order by household_no`,
    [campaignId],
  )
}

/** A household that changes. */
export interface NewReplayRow {
  readonly householdNo: string
  readonly divisionCode: string
  readonly change: ReplayChange
  readonly beforeFen: number
  readonly afterFen: number
  readonly beforeRefusals: number
  readonly afterRefusals: number
  readonly decisionNo: string | null
}

/** Keeps the households that change in place of those of an earlier try; by COPY. Two statements. */
export async function saveReplayRows(tx: Tx, replayId: string, rows: readonly NewReplayRow[]): Promise<void> {
  await tx.execute('delete from replay_row where replay_id = $1', [replayId])
  await tx.copyIn(
    `copy replay_row (replay_id, household_no, division_code, change, before_fen, after_fen, before_refusals, after_refusals, decision_no)
     from stdin`,
    rows.map((row): CopyValue[] => [
      replayId,
      row.householdNo,
      row.divisionCode,
      row.change,
      row.beforeFen,
      row.afterFen,
      row.beforeRefusals,
      row.afterRefusals,
      row.decisionNo,
    ]),
  )
}

export function listTownshipNames(tx: Sql): Promise<{ code: string; name: string }[]> {
  return tx.query(`select code, name from division where level = 'township'`)
}

export interface ReplayHouseholdRow {
  household_no: string
  head_name: string
  township_name: string
  village_name: string
  change: ReplayChange
  before_fen: number
  after_fen: number
  before_refusals: number
  after_refusals: number
  decision_no: string | null
}

export interface ReplayFilter {
  readonly replayId: string
  readonly change: ReplayChange | null
  readonly township: string | null
  readonly after: string | null
  readonly limit: number
}

/** A page of the households that change, by household number. */
export function listReplayHouseholdRows(tx: Sql, filter: ReplayFilter): Promise<ReplayHouseholdRow[]> {
  return tx.query<ReplayHouseholdRow>(
    `select r.household_no, coalesce(h.head_name, '') as head_name, coalesce(t.name, r.township_code) as township_name,
       coalesce(v.name, r.division_code) as village_name, r.change, r.before_fen, r.after_fen, r.before_refusals, r.after_refusals, r.decision_no
     from replay_row r left join household h using (household_no) left join division t on t.code = r.township_code
     left join division v on v.code = r.division_code
     where r.replay_id = $1 and ($2::text is null or r.change = $2) and ($3::text is null or r.township_code = $3)
       and ($4::text is null or r.household_no > $4)
     order by r.household_no limit $5`,
    [filter.replayId, filter.change, filter.township, filter.after, filter.limit],
  )
}

export async function countReplayHouseholds(tx: Sql, filter: ReplayFilter): Promise<number> {
  const row = await tx.one<{ n: number }>(
    `select count(*)::int as n from replay_row
     where replay_id = $1 and ($2::text is null or change = $2) and ($3::text is null or township_code = $3)`,
    [filter.replayId, filter.change, filter.township],
  )
  return row.n
}

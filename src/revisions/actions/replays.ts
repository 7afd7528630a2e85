/** Asking for a replay, and reading what came out. */
import { randomUUID } from 'node:crypto'
import { maskName } from '#kernel/person-name'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import type { Tx } from '#platform/db'
import { listReplayHouseholds, listReplays, type ReplayView, readReplay, startReplay } from '../contract/replay.ts'
import {
  countReplayHouseholds,
  findReplay,
  insertReplay,
  listReplayHouseholdRows,
  listReplayRows,
  type ReplayFilter,
  type ReplayRunRow,
} from '../store/replays.ts'
import { listRevisionRows } from '../store/revisions.ts'
import { packLabel, packOfSide, policyNote } from './packs.ts'
import { refusalWords } from './words.ts'

/** What the desk asks of the server around it. */
export interface ReplayDoor {
  /** Sends the job that does a replay, with the transaction; undefined where no job runs. */
  readonly sendReplay?: ((tx: Tx, replayId: string) => Promise<void>) | undefined
}

/** Titles of revisions by their ids. */
async function listTitles({ tx }: ActionContext): Promise<ReadonlyMap<string, string>> {
  return new Map((await listRevisionRows(tx, null)).map((row) => [row.revision_id, row.title]))
}

function viewOf(row: ReplayRunRow, titles: ReadonlyMap<string, string>): ReplayView {
  const side = (own: ReplayRunRow['before_side']) => ({
    ...own,
    packLabel: packLabel(own.packId),
    revisionTitle: own.revisionId === null ? null : (titles.get(own.revisionId) ?? '已删除的修订'),
  })
  return {
    replayId: row.replay_id,
    before: side(row.before_side),
    after: side(row.after_side),
    state: row.state,
    done: row.done,
    expected: row.expected,
    campaignLabel: row.campaign_label,
    asOf: row.as_of,
    beforeHash: row.before_hash,
    afterHash: row.after_hash,
    milliseconds: row.milliseconds,
    failure: row.failure,
    askedBy: row.asked_by_name,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
    result: row.result,
  }
}

async function getReplay(context: ActionContext, replayId: string): Promise<ReplayView> {
  const row = await findReplay(context.tx, replayId)
  if (row === undefined) throw new Problem('casework.no-replay', '没有这次测算，或不在您的辖区内', { status: 404 })
  return viewOf(row, await listTitles(context))
}

export const listReplaysAction: Action = routeAction(listReplays, {
  async run(context) {
    const titles = await listTitles(context)
    const rows = (await listReplayRows(context.tx)).map((row) => {
      const { result: _, ...view } = viewOf(row, titles)
      return view
    })
    return { rows }
  },
  journal: () => null,
})

export function startReplayAction({ sendReplay }: ReplayDoor): Action {
  return routeAction(startReplay, {
    async run(context, { before, after }) {
      const { tx, actor, clock } = context
      if (sendReplay === undefined) {
        throw new Problem('server.no-queue', '后台任务未启动，暂时不能测算，请联系系统管理员', { status: 503 })
      }
      await packOfSide(tx, before)
      await packOfSide(tx, after)
      if (JSON.stringify(before) === JSON.stringify(after)) {
        throw new Problem('casework.side', '两边完全相同，没有可比较的：请改变一边的政策包、日期或修订', { status: 422 })
      }
      const replayId = randomUUID()
      const by = { by: actor.userId, byName: actor.name, at: nowIso(clock) }
      await insertReplay(tx, { replayId, before, after, divisionCode: actor.divisionCode, ...by })
      await sendReplay(tx, replayId)
      return getReplay(context, replayId)
    },
    journal: ({ before, after }, output) =>
      policyNote('申请政策测算', { replay: (output as ReplayView).replayId, before, after }),
  })
}

export const readReplayAction: Action = routeAction(readReplay, {
  run: (context, { replayId }) => getReplay(context, replayId),
  journal: () => null,
})

export const listReplayHouseholdsAction: Action = routeAction(listReplayHouseholds, {
  async run(context, { replayId, change, township, cursor, limit }) {
    const { tx, keys } = context
    await getReplay(context, replayId)
    const after = readCursor(keys, listReplayHouseholds.name, cursor)?.[0] ?? null
    const filter: ReplayFilter = { replayId, change: change ?? null, township: township ?? null, after, limit: limit + 1 }
    const found = await listReplayHouseholdRows(tx, filter)
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    return {
      rows: rows.map((row) => ({
        householdNo: row.household_no,
        name: row.head_name === '' ? '' : maskName(row.head_name),
        townshipName: row.township_name,
        villageName: row.village_name,
        change: row.change,
        beforeFen: row.before_fen,
        afterFen: row.after_fen,
        beforeWhy: refusalWords(row.before_refusals),
        afterWhy: refusalWords(row.after_refusals),
        decisionNo: row.decision_no,
      })),
      total: await countReplayHouseholds(tx, filter),
      next: last === undefined ? null : writeCursor(keys, listReplayHouseholds.name, [last.household_no]),
    }
  },
  journal: ({ replayId }, output) =>
    policyNote('查看测算中变化的家庭（姓名遮掩）', { replay: replayId, rows: (output as { rows: unknown[] }).rows.length }),
})

/** What people decide about an import: answers, commit by one or two, dropping, and taking back by two. */

import { userNames } from '#identity'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type JournalNote, routeAction } from '#platform/action'
import { actorName } from '#platform/actor-name'
import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import {
  answerImport,
  commitImport,
  confirmImport,
  confirmWithdrawal,
  dropImport,
  type ImportRest,
  listWaitingImports,
  withdrawImport,
} from '../contract/imports.ts'
import { type LedgerReading, ReadAnswers } from '../contract/readings.ts'
import { forgetChecked } from '../store/apply-import.ts'
import {
  askWithdrawal,
  commitRun,
  confirmRun,
  confirmWithdrawn,
  dropRun,
  type ImportRunRow,
  listWaitingRuns,
  lockImportRun,
  refuseWithdrawal,
  saveAnswers,
  sendBack,
} from '../store/import-run.ts'
import { inWholeDistrict } from '../store/whole-district.ts'
import { restsOf } from './import-rests.ts'
import { DROPPABLE, getRun, getRunRow, isOwn } from './import-view.ts'
import { checkMay, type ImportDoor } from './imports.ts'

const BASIS = '社会救助暂行办法：建立社会救助信息管理系统'

function refuse(code: string, message: string, status = 409): never {
  throw new Problem(`registry.${code}`, message, { status })
}

function note(purpose: string, importId: string, detail: object = {}): JournalNote {
  return { chain: 'system:registry', basis: BASIS, purpose, detail: { importId, ...detail } }
}

const at = ({ clock }: ActionContext): string => isoInstant(clock.nowMs())

/** A run that its starter or the centre goes on with, held. */
async function lockOwn(context: ActionContext, importId: string): Promise<ImportRunRow> {
  const row = await getRunRow(context.tx, importId, lockImportRun)
  if (!isOwn(row, context.actor)) refuse('import-not-yours', '这次导入由上传的人或核对中心办理', 403)
  return row
}

/** Answers about a workbook, together with those given before; what was learned serves the next one of its shape. */
export function answerImportAction(door: ImportDoor): Action {
  return routeAction(answerImport, {
    async run(context, { importId, answers }) {
      const { tx, keys, actor } = context
      const row = await lockOwn(context, importId)
      if (row.reading === null || (row.state !== 'asking' && row.state !== 'checked')) {
        refuse('import-not-asking', '这次导入没有等待回答的问题，请刷新')
      }
      const before = row.answers === null ? {} : (JSON.parse(keys.openText(row.answers)) as ReadAnswers)
      const all: ReadAnswers = { ...before }
      for (const [question, lines] of Object.entries(answers)) all[question] = { ...all[question], ...lines }
      if (!ReadAnswers.safeParse(all).success) refuse('import-too-many-answers', '对这份表格的回答过多，请放弃后重新上传', 422)
      const reading = JSON.parse(keys.openText(row.reading)) as LedgerReading
      await door.ledgers.learn(tx, reading, all, actor.userId, at(context))
      await saveAnswers(tx, importId, keys.seal(JSON.stringify(all)))
      await door.sendImport(tx, importId)
      return await getRun(context, importId)
    },
    journal: ({ importId, answers }) => note('回答读取表格的问题', importId, { questions: Object.keys(answers).length }),
  })
}

/** Commits a checked run: written at once, or after a second person where money or removals hang on it. */
export function commitImportAction(door: ImportDoor): Action {
  return routeAction(commitImport, {
    async run(context, { importId }) {
      const { tx, actor } = context
      const row = await lockOwn(context, importId)
      await checkMay(context, row.complete)
      if (row.state !== 'checked') refuse('import-not-checked', '这次导入现在不能提交，请刷新后查看')
      if (row.blocked !== null) refuse('import-blocked', row.blocked, 422)
      await commitRun(tx, importId, row.needs_second ? 'confirming' : 'applying', actor.userId, at(context))
      if (!row.needs_second) await door.sendImport(tx, importId)
      return await getRun(context, importId)
    },
    journal: ({ importId }, output) => note('提交导入', importId, { state: 'state' in output ? output.state : '' }),
  })
}

/** The second person lets a run be written or sends it back. */
export function confirmImportAction(door: ImportDoor): Action {
  return routeAction(confirmImport, {
    async run(context, { importId, accept, reason }) {
      const { tx, keys, actor } = context
      const row = await getRunRow(tx, importId, lockImportRun)
      if (row.state !== 'confirming') refuse('import-not-waiting', '这次导入不在等待确认，请刷新')
      if (row.started_by === actor.userId || row.committed_by === actor.userId) {
        refuse('import-own', '您上传或提交了这次导入，须由另一人确认或退回')
      }
      if (accept) {
        await confirmRun(tx, importId, actor.userId, at(context))
        await door.sendImport(tx, importId)
      } else await sendBack(tx, importId, keys.seal(`${actor.name}退回：${reason}`))
      return await getRun(context, importId)
    },
    journal: ({ importId, accept, reason }) => note(accept ? '确认导入' : '退回导入', importId, { reason }),
  })
}

/** Throws a run away of which nothing was written. */
export const dropImportAction: Action = routeAction(dropImport, {
  async run(context, { importId }) {
    const row = await lockOwn(context, importId)
    if (!DROPPABLE.includes(row.state)) refuse('import-not-droppable', '这次导入正在进行或已经写入，不能放弃；已写入的请用“撤回”')
    await forgetChecked(context.tx, importId)
    await dropRun(context.tx, importId, at(context))
    return await getRun(context, importId)
  },
  journal: ({ importId }) => note('放弃导入', importId),
})

/** Refuses while something rests on a run. */
async function checkBare(
  tx: Tx,
  row: ImportRunRow,
  door: ImportDoor,
  remedyOf: (rests: readonly ImportRest[]) => string,
): Promise<void> {
  const rests = await inWholeDistrict(tx, () => restsOf(tx, row, door))
  if (rests.length === 0) return
  const what = rests.map(({ label, count }) => `${label} ${count} 项`).join('、')
  refuse('import-rested-on', `不能撤回，已有以这次导入为依据的工作：${what}。${remedyOf(rests)}`)
}

/** What is left to do: work without a page of its own cannot be taken back one by one. */
function remedyOf(rests: readonly ImportRest[]): string {
  return rests.some(({ href }) => href === null) ? '请用新的文件更正' : '请先处理这些工作，或用新的文件更正'
}

/** Asks for a run to be taken back on which nothing rests. */
export function withdrawImportAction(door: ImportDoor): Action {
  return routeAction(withdrawImport, {
    async run(context, { importId, reason }) {
      const { tx, keys, actor } = context
      const row = await lockOwn(context, importId)
      if (row.state !== 'done' || row.withdraw_by !== null) refuse('import-not-done', '这次导入没有写入，或已在撤回，请刷新')
      if (!row.traced) refuse('import-untraced', '这次导入没有留下逐行的变动记录，不能撤回')
      await checkBare(tx, row, door, remedyOf)
      await askWithdrawal(tx, importId, actor.userId, keys.seal(reason), at(context))
      return await getRun(context, importId)
    },
    journal: ({ importId, reason }) => note('申请撤回导入', importId, { reason }),
  })
}

/** The second person takes a run back or leaves it. */
export function confirmWithdrawalAction(door: ImportDoor): Action {
  return routeAction(confirmWithdrawal, {
    async run(context, { importId, accept, reason }) {
      const { tx, keys, actor } = context
      const row = await getRunRow(tx, importId, lockImportRun)
      if (row.state !== 'done' || row.withdraw_by === null || row.withdrawn_by !== null) {
        refuse('import-not-waiting', '这次导入不在等待撤回，请刷新')
      }
      if (row.withdraw_by === actor.userId) refuse('import-own', '您申请了撤回，须由另一人确认或退回')
      if (accept) {
        await checkBare(tx, row, door, () => '请选“不撤回”并说明原因')
        await confirmWithdrawn(tx, importId, actor.userId, at(context))
        await door.sendImport(tx, importId)
      } else await refuseWithdrawal(tx, importId, keys.seal(`${actor.name}未同意撤回：${reason}`))
      return await getRun(context, importId)
    },
    journal: ({ importId, accept, reason }) => note(accept ? '确认撤回导入' : '不同意撤回导入', importId, { reason }),
  })
}

/** Imports and withdrawals that wait for the caller. */
export const listWaitingImportsAction: Action = routeAction(listWaitingImports, {
  async run({ tx, actor }) {
    const rows = await listWaitingRuns(tx, actor.userId)
    const asked = rows.map((row) => {
      const what = row.state === 'confirming' ? ('commit' as const) : ('withdraw' as const)
      const by = (what === 'commit' ? row.committed_by : row.withdraw_by) ?? row.started_by
      const when = (what === 'commit' ? row.committed_at : row.withdraw_at) ?? row.started_at
      return { importId: row.import_id, name: row.name, what, by, askedAt: when }
    })
    const names = await userNames(tx, [...new Set(asked.map(({ by }) => by))])
    return {
      rows: asked.map(({ by, ...row }) => ({ ...row, askedBy: actorName(names, by) })),
      total: asked.length,
    }
  },
  journal: () => null,
})

/** Hints of member units as tasks: listed, and settled by a person. The product changes no aid because of them. */
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type JournalNote, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import { loadHints, watching } from '#verification'
import { HINT_NOTE } from '#verification/contract'
import { type ChangeTask, listChangeTasks, settleChangeTask } from '../contract/task.ts'
import { type ChangeTaskRow, countChangeTasks, listChangeTaskRows, lockChangeTask, settleChange } from '../store/tasks.ts'

/** Keyed indexes of the people shown, and where a settled hint stands, for the journal. */
const shown = new WeakMap<object, Buffer[]>()
const settled = new WeakMap<object, Pick<JournalNote, 'chain' | 'divisionCode' | 'subjects'>>()

async function viewsOf({ tx, keys, actor, today }: ActionContext, rows: readonly ChangeTaskRow[]): Promise<ChangeTask[]> {
  const hintNos = rows.map((row) => row.hint_no)
  const hints = await loadHints(tx, keys, hintNos, today)
  return rows.flatMap((row) => {
    const hint = hints.get(row.hint_no)
    if (hint === undefined) return []
    const { subjectName, title, facts, covered } = hint
    return [
      {
        hintNo: row.hint_no,
        householdNo: row.household_no,
        headName: row.head_name,
        caseNo: row.case_no,
        villageName: row.village_name,
        ...{ subjectName, title: `变动提示：${title}`, facts, covered },
        seenOn: row.seen_on,
        raisedAt: row.raised_at,
        assignedTo: row.assigned_name,
        mine: row.assigned_to === actor.userId,
        outcome: row.outcome,
        note: row.note === null ? null : keys.openText(row.note),
        settledBy: row.settled_by_name,
        settledAt: row.settled_at,
      },
    ]
  })
}

export const listChangeTasksAction: Action = routeAction(listChangeTasks, {
  transaction: 'read',
  async run(context, { cursor, limit, state }) {
    const { tx, keys } = context
    const at = readCursor(keys, listChangeTasks.name, cursor)
    const after = at === null ? null : Number(at[0])
    const isOpen = state === 'open'
    const [found, total] = await Promise.all([listChangeTaskRows(tx, isOpen, after, limit + 1), countChangeTasks(tx, isOpen)])
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    const next = last === undefined ? null : writeCursor(keys, listChangeTasks.name, [String(last.hint_no)])
    const output = { rows: await viewsOf(context, rows), total, next, note: HINT_NOTE }
    shown.set(
      output,
      rows.flatMap(({ id_number_index: index }) => index ?? []),
    )
    return output
  },
  journal: (_input, output) => ({
    chain: 'system:casework',
    subjects: shown.get(output) ?? [],
    basis: watching.clause,
    purpose: '查看变动提示',
  }),
})

export const settleChangeTaskAction: Action = routeAction(settleChangeTask, {
  async run({ tx, keys, actor, clock }, { hintNo, outcome, note }) {
    const task = await lockChangeTask(tx, hintNo)
    if (task === undefined) throw new Problem('casework.no-change-task', '没有这条变动提示，或不在您的辖区内', { status: 404 })
    if (task.outcome !== null)
      throw new Problem('casework.change-settled', '这条变动提示已由他人处理，请刷新页面', { status: 409 })
    const by = { by: actor.userId, byName: actor.name, at: nowIso(clock) }
    await settleChange(tx, hintNo, { outcome, note: keys.seal(note), ...by })
    const output = { hintNo }
    settled.set(output, {
      chain: `household:${task.household_no}`,
      divisionCode: task.division_code,
      subjects: task.id_number_index === null ? [] : [task.id_number_index],
    })
    return output
  },
  journal: ({ hintNo, outcome }, output) => ({
    chain: 'system:casework',
    ...settled.get(output),
    basis: watching.clause,
    purpose: '处理变动提示',
    detail: { hintNo, outcome },
  }),
})

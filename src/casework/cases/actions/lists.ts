/** The task list and the list of cases. */
import { addWorkingDays } from '#kernel/calendar'
import { rangeOf } from '#kernel/division'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { readCursor, writeCursor } from '#platform/cursor'
import { findClock, findTotalClock } from '../../procedure/actions/clock-rules.ts'
import { clockView } from '../../procedure/actions/clock-view.ts'
import { PROCEDURES } from '../../procedure/rules/styles/index.ts'
import { getProcedure } from '../../procedure/store/procedures.ts'
import { type CaseLine, listCases, listTasks, type Task } from '../contract/case.ts'
import {
  type CaseFilter,
  type CaseListRow,
  countCases,
  countTasks,
  listCaseRows,
  listTaskRows,
  type TaskFilter,
  type TaskRow,
} from '../store/lists.ts'

const basis = '社会救助暂行办法 第十一条'

async function taskView(context: ActionContext, row: TaskRow): Promise<Task> {
  const procedure = await getProcedure(context.tx, row.procedure_id, row.procedure_version)
  const rule = await findClock(context.tx, row, row.step)
  return {
    caseNo: row.case_no,
    step: row.step,
    stepLabel: procedure.steps.find((step) => step.id === row.step)?.label ?? row.step,
    state: row.state as Task['state'],
    applicantName: row.applicant_name,
    members: row.members,
    programme: row.programme,
    townshipName: row.township_name,
    villageName: row.village_name,
    related: row.related,
    clock: clockView(row.due_on, rule, row.stopped_on, context.today, row.state === 'posted'),
    since: row.since,
    returned: row.returned,
    assignedTo: row.assigned_name,
    mine: row.assigned_to === context.actor.userId,
  }
}

/** Labels of steps over all procedures the program knows and those of the page; an unknown one shows its id. */
async function stepCounts(context: ActionContext, counts: Record<string, number>, rows: readonly TaskRow[]) {
  const labels = new Map([...PROCEDURES.values()].flatMap(({ steps }) => steps.map((step) => [step.id, step.label] as const)))
  for (const row of rows) {
    const procedure = await getProcedure(context.tx, row.procedure_id, row.procedure_version)
    for (const step of procedure.steps) labels.set(step.id, step.label)
  }
  return Object.entries(counts)
    .map(([step, count]) => ({ step, label: labels.get(step) ?? step, count }))
    .sort((a, b) => b.count - a.count)
}

export const listTasksAction: Action = routeAction(listTasks, {
  transaction: 'read',
  async run(context, { cursor, limit, step, light, due, who, returned, q }) {
    const { tx, actor, today } = context
    const at = readCursor(context.keys, listTasks.name, cursor)
    const filter: TaskFilter = {
      role: actor.role,
      userId: actor.userId,
      step: step ?? null,
      who,
      light: light ?? null,
      due: due ?? null,
      returned: returned === 'yes',
      q: q === undefined || q === '' ? null : q,
      today,
      soon: addWorkingDays(today, 3).date,
      after: at === null ? null : { due: at[0], caseNo: at[1] ?? '', step: at[2] ?? '' },
      limit: limit + 1,
    }
    const [found, { steps, ...counts }] = await Promise.all([listTaskRows(tx, filter), countTasks(tx, filter)])
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    return {
      rows: await Promise.all(rows.map((row) => taskView(context, row))),
      total: counts.overdue + counts.today + counts.soon + counts.other,
      next: last === undefined ? null : writeCursor(context.keys, listTasks.name, [last.due, last.case_no, last.step]),
      counts,
      bySteps: await stepCounts(context, steps, rows),
    }
  },
  journal: ({ step }, output) => ({
    chain: 'system:casework',
    basis,
    purpose: '查看待办',
    detail: { step: step ?? '', rows: (output as { rows: unknown[] }).rows.length },
  }),
})

const areaOf = (code: string | undefined) => (code === undefined ? { lo: null, hi: null } : rangeOf(code))

async function lineOf(context: ActionContext, row: CaseListRow): Promise<CaseLine> {
  const procedure = await getProcedure(context.tx, row.procedure_id, row.procedure_version)
  const label = (id: string): string => procedure.steps.find((step) => step.id === id)?.label ?? id
  const rule = await findTotalClock(context.tx, row)
  return {
    caseNo: row.case_no,
    householdNo: row.household_no,
    applicantName: row.applicant_name,
    members: row.members,
    programme: row.programme,
    townshipName: row.township_name,
    villageName: row.village_name,
    at: row.result === null ? (row.at_steps ?? []).map(label) : [],
    clock: clockView(row.total_due_on, rule, row.stopped_on, context.today),
    related: row.related,
    result: row.result as CaseLine['result'],
    amount: row.decided_amount,
    openedAt: row.opened_at,
    endedAt: row.ended_at,
  }
}

export const listCasesAction: Action = routeAction(listCases, {
  transaction: 'read',
  async run(context, input) {
    const { tx, actor, today } = context
    const list = `${listCases.name} ${input.sort}`
    const at = readCursor(context.keys, list, input.cursor)
    const filter: CaseFilter = {
      q: input.q === undefined || input.q === '' ? null : input.q,
      ...areaOf(input.village ?? input.township),
      programme: input.programme ?? null,
      step: input.step ?? null,
      state: input.state ?? null,
      related: input.related === 'yes',
      overdue: input.overdue === 'yes',
      unserved: input.unserved === 'yes',
      cleanUp: input.cleanUp ?? null,
      doneBy: input.done === 'mine' ? actor.userId : null,
      today,
      sort: input.sort,
      after: at === null ? null : { key: at[0], caseNo: at[1] ?? '' },
      limit: input.limit + 1,
    }
    const [found, total] = await Promise.all([listCaseRows(tx, filter), countCases(tx, filter)])
    const rows = found.slice(0, input.limit)
    const last = found.length > input.limit ? rows.at(-1) : undefined
    return {
      rows: await Promise.all(rows.map((row) => lineOf(context, row))),
      total,
      next: last === undefined ? null : writeCursor(context.keys, list, [last.key, last.case_no]),
    }
  },
  journal: (_input, output) => ({
    chain: 'system:casework',
    basis,
    purpose: '查询案件列表',
    detail: { rows: (output as { rows: unknown[] }).rows.length },
  }),
})

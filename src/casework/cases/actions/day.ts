/** The first screen of a role: what its day holds. */
import { type Action, type ActionContext, routeAction } from '#platform/action'
import type { VisitPlan } from '../../visit/contract/moves.ts'
import { type DayRow, readDay } from '../contract/day.ts'
import { type DayList, figureRow, figuresOf, type Listed, listRow, listsOf } from '../rules/day.ts'
import { listNoticesToPhoto, listPlannedVisits, listUnsignedDrafts, readDayFigures } from '../store/day.ts'

/** A bound on what one look opens; a village has some dozens of visits planned at once, a whole district fewer than this. */
const MOST_VISITS = 10_000

/** Planned visits whose day has come, the oldest first. */
async function dueVisits({ tx, keys, today }: ActionContext): Promise<(Listed & { readonly day: string })[]> {
  const planned = (await listPlannedVisits(tx, MOST_VISITS)).map(({ caseNo, name, sealed }) => {
    const { plannedOn } = JSON.parse(keys.openText(sealed)) as VisitPlan
    return { no: caseNo, name, day: plannedOn }
  })
  return planned.filter(({ day }) => day <= today).sort((a, b) => a.day.localeCompare(b.day))
}

async function listed(context: ActionContext, key: DayList): Promise<DayRow> {
  const { tx, today } = context
  if (key === 'visits') {
    const visits = await dueVisits(context)
    return listRow(key, visits, { total: visits.length, late: visits.filter(({ day }) => day < today).length })
  }
  const rows = key === 'signatures' ? await listUnsignedDrafts(tx, today) : await listNoticesToPhoto(tx, today)
  return listRow(key, rows, rows[0] ?? { total: 0, late: 0 })
}

export const readDayAction: Action = routeAction(readDay, {
  transaction: 'read',
  async run(context) {
    const { tx, actor, today } = context
    const figures = figuresOf(actor.role)
    const counts = await readDayFigures(tx, figures, { userId: actor.userId, role: actor.role, today })
    const lists = await Promise.all(listsOf(actor.role).map((key) => listed(context, key)))
    return { rows: [...figures.map((key) => figureRow(key, counts.get(key) ?? 0)), ...lists] }
  },
  journal: (_input, output) => ({
    chain: 'system:casework',
    basis: '社会救助暂行办法 第十一条',
    purpose: '查看当日工作',
    detail: { named: (output as { rows: DayRow[] }).rows.reduce((sum, { items }) => sum + items.length, 0) },
  }),
})

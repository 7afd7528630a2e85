/** How the caller's own member unit stands. */
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { type OwnUnit, readOwnUnit } from '../contract/own-unit.ts'
import { listBoardRows, listParkedOf, listStuckOf } from '../store/board.ts'
import { dayOf, nodeView } from './board.ts'

const SHOWN = 20

async function ownUnit(context: ActionContext, unit: string): Promise<OwnUnit | null> {
  const { tx } = context
  const day = dayOf(context)
  const [row] = await listBoardRows(tx, day, unit)
  if (row === undefined) return null
  const view = nodeView(row, day.at)
  const stuck = await listStuckOf(tx, unit, day.at, SHOWN)
  const parked = await listParkedOf(tx, unit, row.node_id, SHOWN)
  return {
    unit,
    name: view.name,
    link: view.link,
    seenAt: view.seenAt,
    open: view.open,
    oldestAt: view.oldestAt,
    lateSince: view.lateSince,
    answerHours: view.terms.answerHours,
    asked: view.asked,
    answered: view.answered,
    askedToday: view.askedToday,
    stuck: stuck.map(({ id, created_at: createdAt, why }) => ({ id, createdAt, why })),
    failures: parked.filter(({ state }) => state === 'open').map(({ at, reason }) => ({ at, reason })),
  }
}

export const readOwnUnitAction: Action = routeAction(readOwnUnit, {
  transaction: 'read',
  async run(context) {
    const { unitCode } = context.actor
    return { unit: unitCode === null ? null : await ownUnit(context, unitCode) }
  },
  journal: () => null,
})

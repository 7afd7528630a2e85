/** Households that imported payments show as paid in a month: two persons count it as paid, or let the month be paid here all the same. */

import { lockMonth } from '#casework'
import { rangeOf } from '#kernel/division'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { listMemberIndexesOf } from '#registry'
import { decideClearances, proposeClearances } from '../contract/go-live.ts'
import { type ClearanceRow, insertClearances, listHeld, lockClearances, saveClearances } from '../store/go-live.ts'

const basis = '民发〔2021〕57号 第二十五条'
const chain = 'system:payment'

interface About {
  readonly households: readonly string[]
  readonly subjects: readonly Buffer[]
}

/** Whom a reply is about, kept between run and journal. */
const about = new WeakMap<object, About>()

async function remember({ tx }: ActionContext, reply: object, households: readonly string[]): Promise<void> {
  about.set(reply, { households, subjects: await listMemberIndexesOf(tx, households) })
}

function noteOf(output: object, purpose: string, detail: Record<string, unknown>) {
  const { households = [], subjects = [] } = about.get(output) ?? {}
  return { chain, basis, purpose, subjects, detail: { ...detail, households } }
}

export const proposeClearancesAction: Action = routeAction(proposeClearances, {
  async run(context, { month, householdNos, kind, reason }) {
    const { tx, keys, actor, clock } = context
    await lockMonth(tx, month)
    const area = rangeOf(actor.divisionCode)
    const asked = [...new Set(householdNos)]
    const held = new Map((await listHeld(tx, month, area, asked)).map(({ householdNo, waiting }) => [householdNo, waiting]))
    const fit = asked.filter((no) => held.get(no) === false)
    const message = (no: string) =>
      held.get(no) === true ? '已有一项处理等待另一人确认' : '不在“已在别处发放”的差异中，或已经处理，请刷新页面'
    const refused = asked.filter((no) => held.get(no) !== false).map((no) => ({ householdNo: no, message: message(no) }))
    const order = { month, householdNos: fit, kind, reason: keys.seal(reason), by: actor.userId, at: nowIso(clock) }
    const reply = { proposed: await insertClearances(tx, area, order), refused }
    await remember(context, reply, fit)
    return reply
  },
  journal: ({ month, kind }, output) => noteOf(output, '提出已在别处发放的处理', { month, kind }),
})

/** Why a clearance cannot be decided by this person now; null when it can. */
function refusalOf({ open, holds, proposedBy }: ClearanceRow, confirm: boolean, userId: string): string | null {
  if (!open) return '已经处理过，请刷新页面'
  if (proposedBy === userId) return '您提出了这项处理，须由另一人确认'
  return confirm && !holds ? '提出之后导入的发放记录有变动，请驳回后按现在的记录重新提出' : null
}

export const decideClearancesAction: Action = routeAction(decideClearances, {
  async run(context, { month, clearanceIds, confirm, reason }) {
    const { tx, keys, actor, clock } = context
    await lockMonth(tx, month)
    const rows = await lockClearances(tx, month, rangeOf(actor.divisionCode), clearanceIds)
    const judged = rows.map((row) => ({ ...row, message: refusalOf(row, confirm, actor.userId) }))
    const fit = judged.filter(({ message }) => message === null)
    const answer = { confirm, reason, by: actor.userId, at: nowIso(clock) }
    const decided = await saveClearances(
      tx,
      keys,
      fit.map(({ clearanceId }) => clearanceId),
      answer,
    )
    const refused = judged.flatMap(({ householdNo, message }) => (message === null ? [] : [{ householdNo, message }]))
    const reply = { decided, refused }
    await remember(
      context,
      reply,
      fit.map(({ householdNo }) => householdNo),
    )
    return reply
  },
  journal: ({ month, confirm }, output) =>
    noteOf(output, confirm ? '确认已在别处发放的处理' : '驳回已在别处发放的处理', { month }),
})

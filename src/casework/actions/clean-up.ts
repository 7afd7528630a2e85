/** 全面清理: the frozen list, its progress, opening cases from it, and settling old grants. Nothing is copied forward, nothing stops by itself. */
import { randomUUID } from 'node:crypto'
import { workingDaysBetween } from '#kernel/calendar'
import { addDays } from '#kernel/dates'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import { withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import { caseworkOf, packAt } from '#policy'
import { listSubjectIndexes } from '#registry'
import { packInForce } from '#verification'
import {
  type CleanUp,
  listCleanUpHouseholds,
  listCleanUps,
  openCleanUpCases,
  readCleanUp,
  settleOldGrant,
  startCleanUp,
} from '../contract/clean-up.ts'
import {
  type CleanUpRow,
  countListed,
  insertCleanUp,
  type ListedFilter,
  listCleanUpRows,
  listListed,
  listProgress,
  lockListed,
  saveSettlement,
} from '../store/clean-up.ts'
import { type IntakeDoor, openCaseFor } from './intake-open.ts'
import { stopAid } from './old-grant.ts'

const basis = '社会救助暂行办法 第十三条：定期核查；全面清理、重新申请'

function viewOf(row: CleanUpRow, today: string): CleanUp {
  const late = row.deadline_on < today
  const [from, to] = late ? [row.deadline_on, today] : [today, row.deadline_on]
  const days = workingDaysBetween(addDays(from, 1), addDays(to, 1))
  return {
    cleanUpId: row.clean_up_id,
    label: row.label,
    divisionCode: row.division_code,
    divisionName: row.division_name,
    frozenOn: row.frozen_on,
    deadlineOn: row.deadline_on,
    late,
    daysLeft: late ? -days : days,
    oldGrants: row.old_grants,
    households: row.households,
    applied: row.applied,
    decided: row.decided,
    settled: row.settled,
    open: row.open,
  }
}

async function getCleanUp(context: ActionContext, id: string): Promise<CleanUp> {
  const [row] = await listCleanUpRows(context.tx, id)
  if (row === undefined) throw new Problem('casework.no-clean-up', '没有这次清理，或其名单不在您的辖区内', { status: 404 })
  return viewOf(row, context.today)
}

const chainOf = (id: string): string => `clean-up:${id}`

export const listCleanUpsAction: Action = routeAction(listCleanUps, {
  run: async ({ tx, today }) => ({ rows: (await listCleanUpRows(tx)).map((row) => viewOf(row, today)) }),
  journal: () => null,
})

export function startCleanUpAction({ packId }: IntakeDoor): Action {
  return routeAction(startCleanUp, {
    async run({ tx, actor, clock, today }, { label, divisionCode, deadlineOn }) {
      if (deadlineOn <= today) {
        throw new Problem('input.invalid', '截止日期应晚于今天', {
          status: 422,
          details: { issues: [{ path: ['deadlineOn'], message: '截止日期应晚于今天' }] },
        })
      }
      const { lo, hi } = rangeOf(divisionCode)
      if (lo < tx.scope.lo || hi > tx.scope.hi) {
        throw new Problem('casework.out-of-scope', '清理范围超出您的辖区，请在本辖区内选择', { status: 403 })
      }
      const cleanUpId = randomUUID()
      const oldGrants = caseworkOf(packAt(await packInForce(tx, packId), today)).campaign_old_grant
      const at = nowIso(clock)
      const made = { id: cleanUpId, label, divisionCode, lo, hi, frozenOn: today, deadlineOn, oldGrants, by: actor.userId, at }
      const households = await insertCleanUp(tx, made)
      if (households === 0) {
        throw new Problem('casework.nobody', '这个范围内没有在保家庭，无须清理，请核对范围', { status: 409 })
      }
      return { cleanUpId, households }
    },
    journal: ({ divisionCode, label }, output) => {
      const { cleanUpId, households } = output as { cleanUpId: string; households: number }
      return { chain: chainOf(cleanUpId), divisionCode, basis, purpose: '启动全面清理', detail: { label, households } }
    },
  })
}

export const readCleanUpAction: Action = routeAction(readCleanUp, {
  async run(context, { cleanUpId, township }) {
    const view = await getCleanUp(context, cleanUpId)
    return { ...view, areas: await listProgress(context.tx, cleanUpId, township ?? null) }
  },
  journal: () => null,
})

function filterOf(id: string, area: string | undefined, state: ListedFilter['state'], limit: number): ListedFilter {
  const range = area === undefined ? { lo: null, hi: null } : rangeOf(area)
  return { id, lo: range.lo, hi: range.hi, state, q: null, after: null, limit }
}

export const listCleanUpHouseholdsAction: Action = routeAction(listCleanUpHouseholds, {
  async run(context, { cleanUpId, area, state, q, cursor, limit }) {
    await getCleanUp(context, cleanUpId)
    const filter: ListedFilter = {
      ...filterOf(cleanUpId, area, state, limit + 1),
      q: q === undefined || q === '' ? null : q,
      after: readCursor(context.keys, listCleanUpHouseholds.name, cursor)?.[0] ?? null,
    }
    const found = await listListed(context.tx, context.keys, filter)
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    return {
      rows,
      total: await countListed(context.tx, filter),
      next:
        last === undefined ? null : writeCursor(context.keys, listCleanUpHouseholds.name, [last.villageCode + last.householdNo]),
    }
  },
  journal: ({ cleanUpId, state }, output) => ({
    chain: chainOf(cleanUpId),
    basis,
    purpose: '查看清理名单',
    detail: { state, rows: (output as { rows: unknown[] }).rows.length },
  }),
})

/** Most cases one call opens. */
const MOST_CASES = 300

function inTransaction<T>(context: ActionContext, work: (own: ActionContext) => Promise<T>): Promise<T> {
  return withTransaction(context.db, context.scope, (tx) =>
    work({ ...context, tx, emit: (name, payload) => emit(tx, name, payload) }),
  )
}

/** Households to open: those named, or those of the village that have no case yet. */
async function chosen(context: ActionContext, id: string, village: string | undefined, named: readonly string[] | undefined) {
  return inTransaction(context, async (own) => {
    await getCleanUp(own, id)
    if (named !== undefined) return { householdNos: [...new Set(named)], left: 0 }
    const filter = filterOf(id, village, 'open', MOST_CASES)
    const rows = await listListed(own.tx, own.keys, filter)
    return { householdNos: rows.map((row) => row.householdNo), left: (await countListed(own.tx, filter)) - rows.length }
  })
}

export function openCleanUpCasesAction({ packId }: IntakeDoor): Action {
  return routeAction(openCleanUpCases, {
    transaction: 'own',
    async run(context, { cleanUpId, village, householdNos: named }) {
      const { householdNos, left } = await chosen(context, cleanUpId, village, named)
      const opened: { householdNo: string; caseNo: string }[] = []
      const refused: { householdNo: string; message: string }[] = []
      for (const householdNo of householdNos) {
        try {
          const { caseNo } = await inTransaction(context, async (own) => {
            const listed = await lockListed(own.tx, cleanUpId, householdNo)
            if (listed === undefined) throw new Problem('casework.not-listed', '该家庭不在这次清理的名单中', { status: 404 })
            if (listed.case_no !== null)
              throw new Problem('casework.applied', `该家庭已开立案件 ${listed.case_no}`, { status: 409 })
            return openCaseFor(own, packId, { householdNo, origin: 'clean_up' })
          })
          opened.push({ householdNo, caseNo })
        } catch (error) {
          if (!(error instanceof Problem)) throw error
          refused.push({ householdNo, message: error.message })
        }
      }
      return { opened, refused, left }
    },
    journal: ({ cleanUpId, village }, output) => {
      const { opened, refused } = output as { opened: { caseNo: string }[]; refused: unknown[] }
      return {
        chain: chainOf(cleanUpId),
        ...(village === undefined ? {} : { divisionCode: village }),
        basis,
        purpose: '清理中批量开立案件',
        detail: { cases: opened.map((each) => each.caseNo), refused: refused.length },
      }
    },
  })
}

const settledOf = new WeakMap<object, readonly Buffer[]>()

export const settleOldGrantAction: Action = routeAction(settleOldGrant, {
  async run(context, { cleanUpId, householdNo, settled, reason }) {
    const { tx, keys, actor, clock } = context
    const { deadlineOn, late, oldGrants } = await getCleanUp(context, cleanUpId)
    if (oldGrants === 'until_decision') {
      throw new Problem('casework.not-settled', '政策包规定原待遇发放至新的决定作出，到期不逐户处理；请通知该家庭重新申请', {
        status: 409,
      })
    }
    if (!late) {
      throw new Problem('casework.too-early', `清理截止日 ${deadlineOn} 之前，未重新申请的家庭仍可申请，到期后再逐户处理`, {
        status: 409,
      })
    }
    const listed = await lockListed(tx, cleanUpId, householdNo)
    if (listed === undefined)
      throw new Problem('casework.not-listed', '该家庭不在这次清理的名单中，或不在您的辖区内', { status: 404 })
    if (listed.case_no !== null) {
      throw new Problem('casework.applied', `该家庭已重新申请（${listed.case_no}），待遇以该案的决定为准`, { status: 409 })
    }
    if (listed.settled !== null) throw new Problem('casework.settled', '该家庭的原待遇已经处理过，请刷新页面', { status: 409 })
    if (settled === 'stopped') await stopAid(context, householdNo)
    const at = nowIso(clock)
    await saveSettlement(tx, { id: cleanUpId, householdNo, settled, reason: keys.seal(reason), by: actor.userId, at })
    const reply = { householdNo, settled }
    settledOf.set(reply, await listSubjectIndexes(tx, householdNo))
    return reply
  },
  journal: ({ cleanUpId, householdNo, settled }, output) => ({
    chain: chainOf(cleanUpId),
    subjects: settledOf.get(output as object) ?? [],
    basis,
    purpose: settled === 'kept' ? '清理到期后保留原待遇' : '清理到期后停发原待遇',
    detail: { householdNo, settled },
  }),
})

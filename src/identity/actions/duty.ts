import { randomUUID } from 'node:crypto'
import { chineseDate } from '#kernel/chinese-date'
import { isWithin, rangeOf, rankOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import type { Sql } from '#platform/db'
import { assignDuty, type DutyArea, endDuty, listDuty, listOfficers } from '../contract/duty.ts'
import { isPermitted } from '../contract/permissions.ts'
import { ROLES, roleLabel } from '../contract/roles.ts'
import {
  type DutyRow,
  findDuty,
  insertDuties,
  listDutyOf,
  listDutyRows,
  listOfficerRows,
  moveDutyRows,
  type NewDuty,
  saveDutyEnd,
} from '../store/duty.ts'
import { findUser } from '../store/users.ts'
import type { IdentityDoor } from './sign-in.ts'

/** Duty areas (分片包村). */

const BASIS = '社会救助暂行办法：乡镇（街道）负责申请受理、调查审核'

/** Somebody who answers for a village. */
export interface DutyOfficer {
  readonly userId: string
  readonly name: string
  /** Empty when the account lies outside the transaction's scope. */
  readonly roleLabel: string
  readonly posts: readonly string[]
}

/**
 * The users who answer for a village on a day, longest in duty first; empty when nobody does. Runs in any scope that contains the village:
 * the names stand with the duty, so that district staff are named to a village too.
 */
export async function dutyOfficers(sql: Sql, villageCode: string, on: string): Promise<DutyOfficer[]> {
  const rows = await listDutyOf(sql, villageCode, on)
  return rows.map((row) => ({
    userId: row.user_id,
    name: row.user_name,
    roleLabel: row.role === null ? '' : roleLabel(row.role),
    posts: row.posts ?? [],
  }))
}

/** Takes the duties of a village over to the one that continues it from a day; gives how many went over. For the registry. */
export function moveDuties(
  sql: Sql,
  village: { readonly from: string; readonly to: string; readonly on: string },
  entered: { readonly by: string; readonly at: string },
): Promise<number> {
  return moveDutyRows(sql, village.from, village.to, village.on, entered.by, entered.at)
}

function viewOf(row: DutyRow, names: ReadonlyMap<string, string>): DutyArea {
  return {
    dutyId: row.duty_id,
    villageCode: row.village_code,
    villageName: names.get(row.village_code) ?? row.village_code,
    userId: row.user_id,
    userName: row.user_name,
    roleLabel: row.role === null ? '' : roleLabel(row.role),
    posts: row.posts ?? [],
    from: row.valid_from,
    to: row.valid_to,
    note: row.note,
  }
}

export function listDutyAction(door: IdentityDoor): Action {
  return routeAction(listDuty, {
    async run({ tx, today }, input) {
      const range = input.township === undefined ? { lo: null, hi: null } : rangeOf(input.township)
      const on = input.on ?? today
      const rows = await listDutyRows(tx, { ...range, on, past: input.past === 'yes' })
      const names = await door.divisionNamesOf(tx, [...new Set(rows.map((row) => row.village_code))])
      return { on, rows: rows.map((row) => viewOf(row, names)) }
    },
    journal: () => null,
  })
}

/** Who may answer for a village: everybody who handles households. */
export const dutyRoles = Object.keys(ROLES).filter((role) => isPermitted(role, 'registry.read') && role !== 'inspector')

export const listOfficersAction: Action = routeAction(listOfficers, {
  async run({ tx }) {
    const rows = await listOfficerRows(tx, dutyRoles)
    return {
      rows: rows.map((row) => ({
        userId: row.user_id,
        name: row.display_name,
        roleLabel: roleLabel(row.role),
        divisionCode: row.division_code,
      })),
    }
  },
  journal: () => null,
})

export function assignDutyAction(door: IdentityDoor): Action {
  return routeAction(assignDuty, {
    async run({ tx, actor, clock }, input) {
      const user = await findUser(tx, input.userId)
      if (user === undefined || user.disabled || !dutyRoles.includes(user.role))
        throw new Problem('identity.no-officer', '这个人员的账号不存在、已停用或岗位不办理救助，请重新选择', { status: 422 })
      const known = await door.divisionNamesOf(tx, input.villageCodes)
      const at = isoInstant(clock.nowMs())
      const duties: NewDuty[] = []
      for (const villageCode of new Set(input.villageCodes)) {
        if (rankOf(villageCode) !== 'village' || !known.has(villageCode) || !isWithin(villageCode, actor.divisionCode))
          throw new Problem('identity.no-village', `${villageCode} 不是您辖区内的村（社区），请重新选择`, { status: 422 })
        const duty = { dutyId: randomUUID(), userId: user.user_id, userName: user.display_name, villageCode }
        duties.push({ ...duty, from: input.from, note: input.note, by: actor.userId, at })
      }
      return { assigned: await insertDuties(tx, duties) }
    },
    journal: (input) => ({
      chain: `user:${input.userId}`,
      basis: BASIS,
      purpose: '安排分片包村',
      detail: { villages: input.villageCodes, from: input.from },
    }),
  })
}

export const endDutyAction: Action = routeAction(endDuty, {
  async run({ tx }, input) {
    const duty = await findDuty(tx, input.dutyId)
    if (duty === undefined) throw new Problem('identity.no-duty', '没有这项包村安排，或不在您的辖区内', { status: 404 })
    if (duty.valid_to !== null && duty.valid_to <= input.on) return { ended: false }
    if (input.on <= duty.valid_from)
      throw new Problem('identity.bad-date', `结束日期应晚于开始日期 ${chineseDate(duty.valid_from)}`, { status: 422 })
    await saveDutyEnd(tx, input.dutyId, input.on)
    return { ended: true }
  },
  journal: (input) => ({
    chain: 'system:duty',
    basis: BASIS,
    purpose: '结束分片包村',
    detail: { dutyId: input.dutyId, on: input.on },
  }),
})

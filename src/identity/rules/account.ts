import { type DivisionRank, isWithin, rankOf } from '#kernel/division'
import { isRole, type Role, roleLabel } from '../contract/roles.ts'

/** What an account may look like, and who may touch whose. */

export type PlaceLevel = 'district' | 'township' | 'village'

const TOWNSHIP: ReadonlySet<Role> = new Set(['township_clerk', 'township_leader', 'township_head'])

/** The level of division a role works on. */
export function levelOf(role: Role): PlaceLevel {
  if (role === 'village_assistant') return 'village'
  return TOWNSHIP.has(role) ? 'township' : 'district'
}

const LEVEL_WORDS: Readonly<Record<PlaceLevel, string>> = {
  district: '区（县）',
  township: '乡镇（街道）',
  village: '村（社区）',
}

export interface Power {
  readonly role: Role
  readonly divisionCode: string
  readonly unitCode: string | null
}

/** Why a power cannot be asked for, as a sentence; null when it can. */
export function faultOfPower(power: Power, roleLabel: string, askersDivision: string): string | null {
  const level = levelOf(power.role)
  const rank: DivisionRank = rankOf(power.divisionCode)
  if (rank !== level) return `“${roleLabel}”的辖区应是${LEVEL_WORDS[level]}，请重新选择辖区`
  if (!isWithin(power.divisionCode, askersDivision)) return '所选辖区不在您管理的范围内，请重新选择'
  if ((power.role === 'unit_officer') !== (power.unitCode !== null)) {
    return power.unitCode === null ? '协查单位联络员应填写所属单位代码' : `“${roleLabel}”不填协查单位代码，请清空`
  }
  return null
}

interface ResetRule {
  readonly asks: readonly Role[]
  readonly confirms: readonly Role[]
}

/** Of those who work with households. */
const OF_WORKERS: ResetRule = { asks: ['district_admin'], confirms: ['security_admin'] }
const OF_ADMINISTRATORS: Readonly<Record<string, ResetRule>> = {
  district_admin: { asks: ['security_admin'], confirms: ['auditor', 'security_admin'] },
  security_admin: { asks: ['district_admin', 'security_admin'], confirms: ['auditor', 'security_admin'] },
  auditor: { asks: ['security_admin'], confirms: ['district_admin', 'security_admin'] },
}

const ruleOf = (role: string): ResetRule => OF_ADMINISTRATORS[role] ?? OF_WORKERS

/**
 * Why somebody may not ask for a new password of an account; null when he may. Whoever knows a password can sign in with it, so a second
 * person of another post confirms every one: nobody becomes another alone, and nobody needs it for himself.
 */
export function faultOfReset(by: { userId: string; role: string }, account: { userId: string; role: string }): string | null {
  if (by.userId === account.userId) return '不能重置自己的口令，请用“修改口令”'
  const { asks } = ruleOf(account.role)
  return isRole(by.role) && asks.includes(by.role)
    ? null
    : `这个岗位的口令由${asks.map(roleLabel).join('或')}重置，再由另一人确认`
}

/** Why somebody may not decide about a new password that was asked for; null when he may. */
export function faultOfDecision(
  by: { userId: string; role: string },
  reset: { askedBy: string; userId: string; role: string },
): string | null {
  const { confirms } = ruleOf(reset.role)
  const isSecond = by.userId !== reset.askedBy && by.userId !== reset.userId
  if (isSecond && isRole(by.role) && confirms.includes(by.role)) return null
  const which = isSecond ? '这个岗位的口令重置' : '自己提出的或给自己的口令重置'
  return `${which}由另一人（${confirms.map(roleLabel).join('或')}）确认`
}

/** Whether two powers are the same. */
export function isSamePower(a: Power, b: { role: string; divisionCode: string; unitCode: string | null }): boolean {
  return a.role === b.role && a.divisionCode === b.divisionCode && a.unitCode === b.unitCode
}

import { type DivisionRank, isWithin, rankOf } from '#kernel/division'
import type { Role } from '../contract/roles.ts'

/** What an account may look like, and who may touch whose. */

export type PlaceLevel = 'district' | 'township' | 'village'

const TOWNSHIP: ReadonlySet<Role> = new Set(['township_clerk', 'township_leader', 'township_head'])
/** The three administrators that the separation of duties keeps apart. */
const ADMINISTRATORS: ReadonlySet<string> = new Set(['district_admin', 'security_admin', 'auditor'])

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

/** Whether a role is one of the three that keep the system and open no household. */
export function isAdministrator(role: string): boolean {
  return ADMINISTRATORS.has(role)
}

/**
 * Why this administrator may not give a new password to this account; null when it may. Whoever can set a password can sign in with it: the
 * system administrator must not become the security administrator that way, and nobody needs it for himself.
 */
export function faultOfReset(by: { userId: string; role: string }, account: { userId: string; role: string }): string | null {
  if (by.userId === account.userId) return '不能重置自己的口令，请用“修改口令”'
  const isOne = isAdministrator(account.role)
  if (by.role === 'security_admin') return isOne ? null : '业务岗位的口令由系统管理员重置，您来确认'
  return isOne ? '系统管理员、安全管理员、审计管理员的口令由安全管理员重置' : null
}

/** Whether two powers are the same. */
export function isSamePower(a: Power, b: { role: string; divisionCode: string; unitCode: string | null }): boolean {
  return a.role === b.role && a.divisionCode === b.divisionCode && a.unitCode === b.unitCode
}

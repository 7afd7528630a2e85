import { expect, test } from 'vitest'
import { ROLES } from '../contract/roles.ts'
import { faultOfDecision, faultOfPower, faultOfReset, levelOf } from './account.ts'

const district = '999901000000'
const township = '999901001000'

test('a role works on one level of division', () => {
  expect(levelOf('village_assistant')).toBe('village')
  expect(levelOf('township_head')).toBe('township')
  expect(levelOf('policy_officer')).toBe('district')
  const power = { role: 'township_head', divisionCode: district, unitCode: null } as const
  expect(faultOfPower(power, '主要负责人', district)).toContain('应是乡镇（街道）')
  expect(faultOfPower({ ...power, divisionCode: township }, '主要负责人', district)).toBe(null)
  expect(faultOfPower({ ...power, divisionCode: township }, '主要负责人', '999902000000')).toContain('不在您管理的范围')
})

test('only a unit officer has a unit', () => {
  expect(faultOfPower({ role: 'unit_officer', divisionCode: district, unitCode: null }, '联络员', district)).toContain('单位代码')
  expect(faultOfPower({ role: 'leader', divisionCode: district, unitCode: 'police' }, '负责人', district)).toContain('清空')
})

test('no new password comes from one person: who asks and who confirms, for every role', () => {
  const people = Object.keys(ROLES).flatMap((role) => [0, 1].map((n) => ({ userId: `${role} ${n}`, role })))
  for (const account of people) {
    const askers = people.filter((by) => faultOfReset(by, account) === null)
    expect(askers.length, account.role).toBeGreaterThan(0)
    for (const asker of askers) {
      const reset = { askedBy: asker.userId, ...account }
      const seconds = people.filter((by) => faultOfDecision(by, reset) === null)
      expect(seconds.length, account.role).toBeGreaterThan(0)
      expect(seconds.some(({ userId }) => userId === asker.userId || userId === account.userId)).toBe(false)
    }
  }
  const admin = { userId: 'a', role: 'district_admin' }
  const security = { userId: 's', role: 'security_admin' }
  expect(faultOfReset(admin, { userId: 'x', role: 'auditor' })).toContain('安全管理员')
  expect(faultOfReset(security, { userId: 'x', role: 'township_clerk' })).toContain('系统管理员')
  expect(faultOfReset(security, security)).toContain('自己')
  expect(faultOfDecision(security, { askedBy: 's', userId: 'a', role: 'district_admin' })).toContain('审计管理员')
})

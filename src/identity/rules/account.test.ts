import { expect, test } from 'vitest'
import { faultOfPower, faultOfReset, levelOf } from './account.ts'

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

test('no administrator can sign in as the one who watches him', () => {
  const admin = { userId: 'a', role: 'district_admin' }
  const security = { userId: 's', role: 'security_admin' }
  for (const role of ['security_admin', 'auditor', 'district_admin'])
    expect(faultOfReset(admin, { userId: 'x', role })).not.toBe(null)
  expect(faultOfReset(admin, { userId: 'x', role: 'township_clerk' })).toBe(null)
  expect(faultOfReset(security, { userId: 'x', role: 'township_clerk' })).not.toBe(null)
  expect(faultOfReset(security, { userId: 'a', role: 'district_admin' })).toBe(null)
  expect(faultOfReset(security, security)).toContain('自己')
})

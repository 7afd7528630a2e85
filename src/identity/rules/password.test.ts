import { expect, test } from 'vitest'
import { faultOfPassword } from './password.ts'

const owner = { account: 'approver', name: '李审核' }
const common = new Set(['password', 'woaini', '1qaz2wsx3edc', 'minzhengju'])
const fault = (password: string) => faultOfPassword(password, owner, common)

test.each([
  ['1111111111', '重复'],
  ['abababababab', '重复'],
  ['abcabcabcabc', '重复'],
  ['aaaabbbbcc', '重复'],
  ['19850101123', '只有数字'],
  ['13912345678', '只有数字'],
  ['abcdefghij', '连续'],
  ['qwertyuiop12', '连续'],
  ['9876543210ab', '连续'],
  ['１２３４５６７８９０ab', '连续'],
  ['Approver#9x7', '账号、姓名'],
  ['李审核的口令很长呢', '账号、姓名'],
  ['yingbao#9x7k', '系统的名称'],
  ['P@ssw0rd2026!', '过于常见'],
  ['Password2026', '过于常见'],
  ['woaini#2026#', '过于常见'],
  ['MinZhengJu01', '过于常见'],
])('“%s” is refused: %s', (password, why) => expect(fault(password)).toContain(why))

test.each(['another-long-one', 'horse-battery-92', '松树下面有三只猫在睡', 'k7v9-qm2x-t4rd', 'xq82 kite lamp'])(
  '“%s” will do',
  (password) => expect(fault(password)).toBeNull(),
)

import { expect, test } from 'vitest'
import { z } from 'zod'
import { inputMessage, invalidInput, placeOf } from './input-message.ts'
import { Count, DateText, DivisionCode, MonthText, Reason } from './schema.ts'

const form = z.object({
  name: z.string().max(5),
  month: MonthText.optional(),
  on: DateText.optional(),
  village: DivisionCode.optional(),
  amount: Count.optional(),
  id: z.uuid().optional(),
  kind: z.enum(['signed', 'refused']).optional(),
  agree: z.boolean().optional(),
  reason: Reason.optional(),
  seen: z.array(z.string()).max(2).optional(),
  file: z.union([z.object({ sha256: z.string() }), z.null()]).optional(),
})

/** What a wrong value of one field is answered with. */
function messageOf(change: object): string {
  const read = form.safeParse({ name: '王', ...change }, { error: inputMessage })
  return read.success ? '' : invalidInput(read.error.issues).message
}

test.each([
  [{ name: 5 }, '“名称”：应为文字'],
  [{ name: undefined }, '“名称”：请填写'],
  [{ name: '一二三四五六' }, '“名称”：不超过 5 个字'],
  [{ month: '2026-13' }, '“月份”：月份应写成 YYYY-MM，且确有这个月'],
  [{ on: '2026-02-30' }, '“日期”：日期应写成 YYYY-MM-DD，且确有这一天'],
  [{ month: '' }, '“月份”：请选择月份'],
  [{ on: '' }, '“日期”：请选择日期'],
  [{ village: '' }, '“村（社区）”：请从列表中选择'],
  [{ village: '3408' }, '“村（社区）”：区划代码应为 12 位数字'],
  [{ amount: 2 ** 31 }, '“金额”：不能大于 2147483647'],
  [{ amount: -1 }, '“金额”：不能小于 0'],
  [{ amount: 1.5 }, '“金额”：应为整数'],
  [{ id: 'x' }, '“编号”：编号格式有误，请从页面上重新选择'],
  [{ kind: 'other' }, '“类别”：不是可选的值，请从页面给出的选项中选择'],
  [{ agree: 'yes' }, '“是否同意”：应为“是”或“否”'],
  [{ reason: '短' }, '“理由”：请写明理由，至少 4 个字'],
  [{ seen: ['a', 'b', 'c'] }, '“已看到的内容”：不超过 2 项'],
  [{ seen: ['a', 5] }, '“已看到的内容第 2 项”：应为文字'],
  [{ file: 5 }, '“文件”：不是可选的值，请从页面给出的选项中选择'],
])('%j is answered in Chinese, with place and remedy', (change, sentence) => {
  expect(messageOf(change)).toBe(`填写的内容有误。${sentence}`)
})

test('a place is told in words, and the parts of a request are none', () => {
  expect(placeOf(['members', 1, 'name'])).toBe('家庭成员第 2 项的名称')
  expect(placeOf(['toString', 'x'])).toBe('')
  const { details } = invalidInput([{ path: ['body', 'reason'], message: '请填写' }])
  expect(details.issues).toEqual([{ path: ['reason'], message: '请填写' }])
})

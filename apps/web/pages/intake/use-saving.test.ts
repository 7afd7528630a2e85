import { expect, test, vi } from 'vitest'
import { leftOf } from './use-saving.ts'

vi.mock('virtual:route-table', () => ({ routeTable: {} }))

const edit = (value: string, seen: string) =>
  ({ section: 'household', row: 'household', column: 'address', value, seen }) as const
const key = 'household household address'

test('what is typed on while it is being saved is typed over what was saved, so nobody collides with himself', () => {
  const sent = { [key]: edit('一组', '') }
  expect(leftOf(sent, sent, [])).toEqual({})
  expect(leftOf({ [key]: edit('一组五号', '') }, sent, [])).toEqual({ [key]: edit('一组五号', '一组') })
})

test('where somebody else wrote, what is typed on still collides', () => {
  const sent = { [key]: edit('一组', '') }
  const conflict = { ...edit('一组', ''), columnLabel: '家庭住址', mine: '一组', theirs: '二组', gone: false, by: '王敏', at: '' }
  expect(leftOf({ [key]: edit('一组五号', '') }, sent, [conflict])).toEqual({ [key]: edit('一组五号', '') })
})

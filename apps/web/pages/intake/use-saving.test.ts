import { expect, test, vi } from 'vitest'
import { CallProblem } from '../../client.ts'
import { changesOf, isRefused, isRemoved, leftOf, saveFirst } from './use-saving.ts'

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

test('a row is there before what is typed in it, and goes after, also when it is sent once more', () => {
  const add = { do: 'add', section: 'incomes', row: '+abcd' } as const
  const remove = { do: 'remove', section: 'incomes', row: '+efgh' } as const
  const sent = changesOf({ [key]: edit('一组', '') }, [remove, add])
  expect(sent.map((change) => change.do)).toEqual(['add', 'set', 'remove'])
})

test('what the server was not asked is kept for the next time, what it refused is not', () => {
  const problems = [0, 401, 429, 502].map((status) => new CallProblem(status, '', ''))
  expect([...problems, new TypeError('broken')].map(isRefused)).toEqual([false, false, false, false, false])
  expect([400, 409, 422].map((status) => isRefused(new CallProblem(status, '', '')))).toEqual([true, true, true])
})

test('a collision over removing a row is over once that row was removed, not before and not by another removal', () => {
  const conflict = {
    section: 'incomes',
    row: '+abcd',
    column: '',
    columnLabel: '',
    mine: '移除这一行',
    theirs: '',
    by: '',
    at: '',
  } as const
  const removal = (row: string) => ({ do: 'remove', section: 'incomes', row }) as const
  expect(isRemoved({ ...conflict, gone: false }, [])).toBe(false)
  expect(isRemoved({ ...conflict, gone: false }, [removal('+efgh')])).toBe(false)
  expect(isRemoved({ ...conflict, gone: false }, [removal('+abcd')])).toBe(true)
  expect(isRemoved({ ...conflict, column: 'amount', gone: false }, [removal('+abcd')])).toBe(false)
})

test('what rests on the application does not happen while it is not saved', async () => {
  await expect(saveFirst({ flush: async () => true })).resolves.toBeUndefined()
  await expect(saveFirst({ flush: async () => false })).rejects.toThrow('没有全部保存')
})

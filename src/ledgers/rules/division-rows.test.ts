import { expect, it } from 'vitest'
import { divisionOf } from './division-rows.ts'

it('reads level, kind and parent of a division from its code and name', () => {
  const read = (code: string, name: string, more = {}) => divisionOf({ at: { sheet: 0, row: 2 }, given: { code, name, ...more } })
  expect(read('629901', '甲子区')).toMatchObject({ code: '629901000000', level: 'district', kind: 'district', parent_code: '' })
  expect(read('629901001', '甲子街道')).toMatchObject({ level: 'township', kind: 'street', parent_code: '629901000000' })
  expect(read('629901001001', '春山社区')).toMatchObject({ level: 'village', kind: 'community', parent_code: '629901001000' })
  expect(read('629901100200', '秋水村', { kind: 'village', parent_code: '629901100' })).toMatchObject({
    kind: 'village',
    parent_code: '629901100000',
  })
})

import { expect, it } from 'vitest'
import { nameIndex } from './names.ts'

it('finds a name by pinyin, initials and characters, surnames read as surnames', () => {
  expect(nameIndex('曾春山')).toEqual({ pinyin: 'zengchunshan', initials: 'zcs', chars: ['曾', '春', '山'] })
  expect(nameIndex('阿依·古丽').initials).toBe('aygl')
  expect(nameIndex('').chars).toEqual([])
})

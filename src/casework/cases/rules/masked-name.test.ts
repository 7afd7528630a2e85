import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskNames, publishedName } from './masked-name.ts'

describe('names of a list', () => {
  test('keep surname and last character; compound surnames and single given names', () => {
    expect(maskNames(['王秀英', '欧阳娜', '赵云', '诸葛小明', '阿依古丽·买买提'])).toEqual([
      '王*英',
      '欧阳*',
      '赵*',
      '诸葛*明',
      '阿******提',
    ])
  })

  test('two names masked alike are told apart, the same name twice is not', () => {
    expect(maskNames(['王秀英', '李四海', '王桂英', '王秀英'])).toEqual(['王*英甲', '李*海', '王*英乙', '王*英甲'])
    expect(maskNames(['王秀英', '王秀英'])).toEqual(['王*英', '王*英'])
  })

  test('a minor stands by the surname only', () => {
    expect(publishedName('王小宝', true)).toBe('王某某')
    expect(publishedName('欧阳小宝', true)).toBe('欧阳某某')
    expect(publishedName('赵云', true)).toBe('赵某某')
    expect(publishedName('王小宝', false)).toBe('王小宝')
    expect(maskNames(['王某某', '王秀英'])).toEqual(['王某某', '王*英'])
  })

  test('no masked name shows the whole name, and different names never look alike', () => {
    const name = fc
      .tuple(fc.constantFrom('王', '赵', '欧阳'), fc.constantFrom('秀英', '桂英', '英', '小英', '大海'))
      .map(([a, b]) => a + b)
    fc.assert(
      fc.property(fc.array(name, { maxLength: 40 }), (names) => {
        const shown = maskNames(names)
        expect(shown.filter((each, at) => each === names[at])).toEqual([])
        expect(new Set(shown).size).toBe(new Set(names).size)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldName, maskName, nameVariants, sameFolded, sameName } from './person-name.ts'

const variants = nameVariants('張张劉刘華华蘭兰')
const same = (x: string, y: string) => sameName(x, y, variants)

describe('names', () => {
  it.each([
    ['阿依·古丽', '阿依•古丽'],
    ['阿依·古丽', '阿依．古丽'],
    ['阿依·古丽', '阿依･古丽'],
    ['乙華山', '乙华山'],
    ['丙?', '丙䶮'],
    ['丙？', '丙䶮'],
    ['丙\ue123', '丙䶮'],
    ['丙\u{f0001}', '丙䶮'],
    [' 甲　山\u200b', '甲山'],
    ['Maria', 'ＭＡＲＩＡ'],
    ['丙𠮷', '丙□'],
  ])('%s is %s', (x, y) => {
    expect(same(x, y)).toBe(true)
    expect(same(y, x)).toBe(true)
  })

  it.each([
    ['甲春山', '甲春'],
    ['子晓', '子小'],
    ['?', '䶮'],
    ['??', '丙?'],
    ['', ''],
    ['\u200b', ''],
    ['丙??', '??丁'],
  ])('%s is not %s', (x, y) => {
    expect(same(x, y)).toBe(false)
  })

  it('folds by the pairs, code point by code point', () => {
    expect(foldName('張華', variants)).toBe('张华')
    expect(foldName('a張.b', variants)).toBe('A张·B')
    expect(nameVariants('𠮷吉').get('𠮷')).toBe('吉')
  })

  it('every name with a readable character is itself, in either order', () => {
    const name = fc.string({ unit: fc.constantFrom('甲', '乙', '張', '·', '?', '□', 'a', '𠮷'), minLength: 1, maxLength: 6 })
    fc.assert(fc.property(name, (x) => same(x, x) === [...foldName(x, variants)].some((c) => c !== '?' && c !== '□')))
    fc.assert(fc.property(name, name, (x, y) => same(x, y) === same(y, x)))
    fc.assert(fc.property(name, (x) => foldName(foldName(x, variants), variants) === foldName(x, variants)))
  })

  it('compares folded names directly', () => {
    expect(sameFolded('张华', '张华')).toBe(true)
    expect(sameFolded('张华', '张')).toBe(false)
  })
})

describe('a masked name', () => {
  it.each([
    ['赵武', '赵*'],
    ['王秀英', '王*英'],
    ['欧阳修', '欧阳*'],
    ['欧阳春花', '欧阳*花'],
    ['欧阳', '欧*'],
    ['阿依古丽·买买提', '阿******提'],
    ['李', '李'],
    ['𠮷田花', '𠮷*花'],
  ])('%s → %s', (name, masked) => {
    expect(maskName(name)).toBe(masked)
  })
})

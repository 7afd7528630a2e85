import { describe, expect, it } from 'vitest'
import { countInCapitals, dateInWords, fenInCapitals } from './capitals.ts'

describe('C1, C2 amounts in capital numerals', () => {
  it.each([
    [0, '人民币零元整'],
    [1, '人民币壹分'],
    [10, '人民币壹角'],
    [15, '人民币壹角伍分'],
    [100, '人民币壹元整'],
    [105, '人民币壹元零伍分'],
    [1_000, '人民币壹拾元整'],
    [10_110, '人民币壹佰零壹元壹角'],
    [72_000, '人民币柒佰贰拾元整'],
    [100_300, '人民币壹仟零叁元整'],
    [1_000_001, '人民币壹万元零壹分'],
    [2_000_450, '人民币贰万零肆元伍角'],
    [11_000_000, '人民币壹拾壹万元整'],
    [10_500_000, '人民币壹拾万伍仟元整'],
    [123_456_789_01, '人民币壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分'],
    [1_000_000_000_000, '人民币壹佰亿元整'],
    [1_000_000_001_000, '人民币壹佰亿零壹拾元整'],
    [10_000_100_000_000, '人民币壹仟亿零壹佰万元整'],
    [1_000_000_000_000_000, '人民币壹拾万亿元整'],
  ])('%i fen is %s', (fen, text) => {
    expect(fenInCapitals(fen)).toBe(text)
  })

  it('reads every count back to the same number', () => {
    const values: Readonly<Record<string, number>> = { 拾: 10, 佰: 100, 仟: 1000 }
    const read = (text: string): number => {
      const [high, low] = text.includes('万') ? text.split('万') : ['', text]
      const group = (part: string): number => {
        let sum = 0
        let digit = 0
        for (const each of part) {
          const value = values[each]
          if (value === undefined) digit = '零壹贰叁肆伍陆柒捌玖'.indexOf(each)
          else {
            sum += digit * value
            digit = 0
          }
        }
        return sum + digit
      }
      return group(high ?? '') * 10_000 + group(low ?? '')
    }
    for (let count = 0; count < 200_000; count += 37) expect(read(countInCapitals(count))).toBe(count)
  })
})

describe('C3 what cannot be read is refused', () => {
  it.each([-1, 0.5, Number.NaN, 2 ** 60])('refuses %d', (value) => {
    expect(() => fenInCapitals(value)).toThrow('不能写成大写')
    expect(() => countInCapitals(value)).toThrow('不能写成大写')
  })
})

it.each([
  ['2026-09-15', '二〇二六年九月十五日'],
  ['2027-10-10', '二〇二七年十月十日'],
  ['2031-11-30', '二〇三一年十一月三十日'],
  ['2030-12-21', '二〇三〇年十二月二十一日'],
])('writes %s as %s', (date, words) => {
  expect(dateInWords(date)).toBe(words)
})

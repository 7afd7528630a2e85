import { describe, expect, it } from 'vitest'
import { checkCharacter } from './id-number.ts'
import { contradictions, nameFault, phoneFault } from './typed-person.ts'

describe('a name', () => {
  it.each([
    ...[
      '王秀英',
      '欧阳娜娜',
      '买买提·艾力',
      '阿依古丽•吐尔逊',
      '〇小明',
      '李□',
      '𠮷田',
      '㛃某',
      'Anna Müller',
      "Jean-Luc O'Neil",
      'José A. Núñez',
    ],
  ])('may be %s', (name) => {
    expect(nameFault(name)).toBe(null)
  })

  it.each([
    ['王😀', '😀'],
    ['王秀英1', '1'],
    ['王<b>', '<'],
    ['Иван', 'И'],
    ['王（男）', '（'],
    ['山田たろう', 'た'],
  ])('may not be %s', (name, character) => {
    expect(nameFault(name)).toBe(
      `姓名中的“${character}”不能使用：请照身份证件填写，只用汉字、字母和间隔号“·”；打不出的字用“□”代替`,
    )
  })

  it('has a character or letter', () => {
    expect(nameFault('··')).toMatch(/没有汉字或字母/)
  })
})

describe('a telephone', () => {
  it.each([
    ...[
      '13800001111',
      '138 0000 1111',
      '+8613800001111',
      '0937-1234567',
      '010-12345678',
      '(021)62345678',
      '0937-1234567转801',
      '０９３７－１２３４５６７',
    ],
  ])('may be %s', (text) => {
    expect(phoneFault(text)).toBe(null)
  })
  it.each([...['12345', '1234567', '138000011112', '12800001111', '0937-12345', '无', '13800001111/13900002222']])(
    'may not be %s',
    (text) => {
      expect(phoneFault(text)).toBe(`电话“${text}”有误：请填写 11 位手机号码，或带区号的固定电话，如 0937-1234567`)
    },
  )
})

it('sex and birth date are read from the number', () => {
  const digits = '62990119800615002'
  const idNumber = digits + checkCharacter(digits)
  expect(contradictions({ idNumber, gender: '2', birthDate: '1980-06-15' })).toEqual({})
  expect(contradictions({ idNumber, gender: '1', birthDate: '1980-06-16' })).toEqual({
    gender: '性别与公民身份号码不符：号码所示为“女”，请对照证件更正性别或号码',
    birthDate: '出生日期与公民身份号码不符：号码所示为 1980-06-15，请对照证件更正日期或号码',
  })
  expect(contradictions({ idNumber, gender: '9', birthDate: '' })).toEqual({})
})

import { expect, test } from 'vitest'
import { checkCharacter } from '#kernel/id-number'
import { readIdCard } from './id-card.ts'

const on = '2026-11-26'
const body = '62990119800101001'
const number = body + checkCharacter(body)
const read = (text: string) => readIdCard(text, on, 120)

test('reads a card line by line, with or without colons, in full width', () => {
  const card = `姓名：丁新来\n性别：男　民族：汉\n出生：1980年1月1日\n住址：某省某区甲子乡\n甲子村1组1号\n公民身份号码：${number}`
  expect(read(card)).toEqual({
    name: '丁新来',
    gender: '1',
    birthDate: '1980-01-01',
    address: '某省某区甲子乡甲子村1组1号',
    idNumber: number,
    faults: [],
  })
})

test('reads a card that is run together', () => {
  expect(read(`姓名 阿依古丽·买买提 性别 男 民族 维吾尔 出生 1980 01 01 住址 乙村 公民身份号码 ${number}`)).toMatchObject({
    name: '阿依古丽·买买提',
    birthDate: '1980-01-01',
    address: '乙村',
    idNumber: number,
  })
})

test('takes gender and birth from the number where the text has none, and a bare number without labels', () => {
  expect(read(`身份证号 ${number}`)).toEqual({ gender: '1', birthDate: '1980-01-01', idNumber: number, faults: [] })
  expect(read(`扫描结果 ${number} 结束`).idNumber).toBe(number)
})

test('says what cannot be right, and gives no number that is none', () => {
  const wrong = `${body}${checkCharacter(body) === '0' ? '1' : '0'}`
  expect(read(`姓名 丁新来 公民身份号码 ${wrong}`)).toMatchObject({ name: '丁新来', faults: [expect.stringContaining('校验位')] })
  expect(read(`公民身份号码 ${wrong}`).idNumber).toBeUndefined()
  const clash = read(`性别 女 出生 1981年1月1日 公民身份号码 ${number}`)
  expect(clash.faults).toEqual([expect.stringContaining('性别'), expect.stringContaining('出生日期')])
  expect(read('没有可以读的内容')).toEqual({ faults: [] })
})

import { expect, test } from 'vitest'
import { recordNames } from '#sources/contract'
import { askedUnits } from './asked-of.ts'

const bit = (record: string): number => 2 ** recordNames.indexOf(record as never)

/** Statuses with some letters set. */
const statuses = (letters: Record<string, string>): string => recordNames.map((record) => letters[record] ?? 'A').join('')

test('names units and kinds of record that were asked, and whether they answered; no other unit', () => {
  const asked = bit('police/vehicles') + bit('police/deaths') + bit('hrss/benefits') + bit('housing_fund/accounts')
  const answers = { 'police/vehicles': 'H', 'police/deaths': 'N', 'hrss/benefits': 'T', 'housing_fund/accounts': 'A' }
  expect(askedUnits(asked, statuses(answers))).toEqual([
    { unitName: '公安', records: ['死亡注销', '机动车'], outcome: 'answered' },
    { unitName: '人社', records: ['待遇发放'], outcome: 'not_answered' },
    { unitName: '公积金', records: ['账户'], outcome: 'refused' },
  ])
})

test('some of a unit’s kinds answered is partly; nothing compared yet is not answered, never none', () => {
  const asked = bit('police/vehicles') + bit('police/deaths')
  expect(askedUnits(asked, statuses({ 'police/vehicles': 'P', 'police/deaths': 'M' }))[0]?.outcome).toBe('partly')
  expect(askedUnits(asked, '')).toEqual([{ unitName: '公安', records: ['死亡注销', '机动车'], outcome: 'not_answered' }])
})

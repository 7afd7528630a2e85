import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatYuan, parseYuan } from '#kernel/money'
import { assessHousehold, assessmentBasis, householdOf, loadPack, packAt, parseExactJson } from '#policy'
import { figuresOf } from './sheet-figures.ts'

const basis = assessmentBasis(packAt(loadPack('reference'), '2026-09-15'))

const members = fc.array(fc.record({ age: fc.integer({ min: 0, max: 90 }), serious_illness: fc.boolean() }), {
  minLength: 1,
  maxLength: 5,
})
const contents = fc.record({
  programme: fc.constantFrom('urban', 'rural'),
  members: members.map((each) => each.map((one, k) => ({ ...one, id: `m${k}`, relation: k === 0 ? 'applicant' : 'child' }))),
  incomes: fc
    .array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 3 })
    .map((fen) => fen.map((each) => ({ item: 'wage', amount: formatYuan(each), months: 12, member: 'm0' }))),
})

it('base and top-ups add up to the total in whole fen, whatever the household', () => {
  let eligible = 0
  fc.assert(
    fc.property(contents, (content) => {
      const assessed = assessHousehold(basis, householdOf(basis, parseExactJson(JSON.stringify(content), 'household')))
      const figures = figuresOf(assessed)
      eligible += Number(figures.eligible)
      if (figures.eligible) expect(figures.base + figures.topUp).toBe(figures.total)
      expect(figures.topUps.reduce((sum, each) => sum + each.amount, 0)).toBe(figures.topUp)
      expect(figures.total).toBe(parseYuan(assessed.total))
      expect(Number.isSafeInteger(figures.total) && figures.total >= 0).toBe(true)
    }),
    { numRuns: 200 },
  )
  expect(eligible).toBeGreaterThan(10)
})

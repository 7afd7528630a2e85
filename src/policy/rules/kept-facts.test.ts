import { expect, it } from 'vitest'
import { formatYuan } from '#kernel/money'
import { assessHousehold, assessmentBasis, householdOf } from '../assess.ts'
import { parseExactJson } from '../exact-text.ts'
import { loadPack } from '../pack.ts'
import { packAt } from '../resolve.ts'
import type { Household } from './household.ts'
import { factsAgain, keepFacts, withImputed, withoutImputed } from './kept-facts.ts'

const basis = assessmentBasis(packAt(loadPack('reference'), '2026-09-15'))

let seed = 11
const next = (n: number): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed % n
}

function anyHousehold(): Household {
  const members = Array.from({ length: 1 + next(5) }, (_each, k) => ({
    id: `m${k}`,
    relation: k === 0 ? 'applicant' : k === 1 ? 'spouse' : 'child',
    age: k < 2 ? 20 + next(70) : next(18),
    serious_illness: next(4) === 0,
    ...(next(4) === 0 ? { disability: { class: 1 + next(7), grade: 1 + next(4) } } : {}),
  }))
  const incomes = Array.from({ length: next(4) }, () => ({
    item: ['wage', 'farm', 'rent'][next(3)],
    amount: formatYuan(next(400_000)),
    months: 1 + next(12),
    member: `m${next(members.length)}`,
  }))
  const assets = { dwellings: [{ area: 20 + next(80) }], monetary: formatYuan(next(900_000)) }
  const content = { programme: next(2) === 0 ? 'urban' : 'rural', members, incomes, assets }
  return householdOf(basis, parseExactJson(JSON.stringify(content), 'household'))
}

it('facts kept as JSON give the same assessment again, whatever the household', () => {
  for (let run = 0; run < 400; run++) {
    const household = anyHousehold()
    const again = factsAgain(JSON.parse(JSON.stringify(keepFacts(household))))
    const first = assessHousehold(basis, household)
    expect(assessHousehold(basis, again)).toEqual(first)
  }
})

it('imputed income is a line of its own that can be taken out again', () => {
  const household = anyHousehold()
  const imputed = withImputed(household, [{ member: 'm0', item: 'wage', amount: 900_000 }])
  expect(imputed.incomes?.at(-1)).toMatchObject({ ref: 'imputed:1', amount: 900_000 })
  expect(withoutImputed(imputed).incomes).toEqual(household.incomes)
  expect(assessHousehold(basis, imputed).eligible).toBe(false)
})

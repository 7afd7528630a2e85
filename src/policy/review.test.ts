import { describe, expect, it } from 'vitest'
import { assessHousehold, assessmentBasis, householdOf } from './assess.ts'
import { parseExactJson } from './exact-text.ts'
import { loadPack } from './pack.ts'
import { packAt, packHash, resolveAssess } from './resolve.ts'
import { signable } from './review.ts'
import { ExactNumber } from './rules/exact-value.ts'
import type { Pack, Parameter } from './rules/pack-model.ts'
import { packOfSnapshot, packSnapshot } from './snapshot.ts'

const builtIn = loadPack('reference')
const household = parseExactJson('{"programme":"urban","members":[{"id":"a","relation":"applicant","age":71}]}', 'household')

/** The reference pack with a higher urban standard from a later day on, as a new notice would bring it. */
function withNotice(from: string, value: string): Pack {
  const standard = builtIn.assess?.get('standard.urban') as Parameter
  const first = standard.values[0]
  if (first === undefined) throw new Error('the reference pack has a standard')
  const raised = { ...first, from, value: { value: new ExactNumber(value), unit: 'month' } }
  return {
    ...builtIn,
    assess: new Map([...(builtIn.assess ?? []), ['standard.urban', { ...standard, values: [first, raised] }]]),
  }
}

function totalOn(pack: Pack, on: string): string {
  const basis = assessmentBasis(packAt(pack, on))
  return assessHousehold(basis, householdOf(basis, household)).total
}

describe('dated values', () => {
  const pack = withNotice('2026-07-01', '770')

  it('hold from their day until the next one', () => {
    expect(totalOn(pack, '2026-06-30')).toBe('792.00')
    expect(totalOn(pack, '2026-07-01')).toBe('847.00')
  })

  it('leave the hash of earlier days as it was', () => {
    expect(packHash(pack, '2026-06-30')).toBe(packHash(builtIn, '2026-06-30'))
    expect(packHash(pack, '2026-07-01')).not.toBe(packHash(builtIn, '2026-07-01'))
  })
})

describe('a past case', () => {
  it('is computed again from its snapshot, byte for byte, after the pack has changed', () => {
    const on = '2026-08-15'
    const before = packAt(builtIn, on)
    const basis = assessmentBasis(before)
    const decided = JSON.stringify(assessHousehold(basis, householdOf(basis, household)))
    const stored = { hash: before.hash, snapshot: packSnapshot(before) }

    const changed = withNotice('2026-07-01', '770')
    expect(packHash(changed, on)).not.toBe(stored.hash)

    const again = packOfSnapshot(stored.snapshot)
    expect(again.hash).toBe(stored.hash)
    const basisAgain = assessmentBasis(again)
    expect(JSON.stringify(assessHousehold(basisAgain, householdOf(basisAgain, household)))).toBe(decided)
    expect(resolveAssess(again)).toEqual(resolveAssess(before))
  })

  it('is not computed from a snapshot that was changed', () => {
    const text = packSnapshot(packAt(builtIn, '2026-08-15'))
    expect(() => packOfSnapshot(text.replace('"value":720', '"value":730'))).toThrow('指纹')
    expect(() => packOfSnapshot(text.slice(0, -2))).toThrow('JSON')
  })
})

describe('a passed review date', () => {
  const pack = packAt(builtIn, '2028-02-01')

  it('warns and blocks the signature, never the calculation', () => {
    expect(signable(pack, '2027-12-31')).toEqual({ ok: true, overdue: [], warnings: [] })
    const late = signable(pack, '2028-01-01')
    expect(late.ok).toBe(false)
    expect(late.overdue.map(({ parameter }) => parameter)).toContain('assess.standard.urban')
    const basis = assessmentBasis(pack)
    const result = assessHousehold(basis, householdOf(basis, household))
    expect(result.total).toBe('792.00')
    expect(result.signable).toBe(false)
    expect(result.warnings[0]).toContain('复核期限 2027-12-31 已过')
  })

  it('a calculation with overrides is never signable', () => {
    const basis = assessmentBasis(packAt(builtIn, '2026-09-15'), parseExactJson('{"support":{"rate":0.3}}', 'params'))
    const result = assessHousehold(basis, householdOf(basis, household))
    expect(result.pack.overridden).toEqual(['support.rate'])
    expect(result.signable).toBe(false)
  })
})

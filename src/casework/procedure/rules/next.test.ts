import { describe, expect, it } from 'vitest'
import { newCase } from './decide.ts'
import { nextOf } from './next.ts'
import { PROCEDURES } from './styles/index.ts'

const place = { caseNo: 'AJ1', householdNo: 'H1', villageCode: '629901001001', due: () => null, month: null }

/** What comes next at the verification of a case where these facts hold. */
function nextAtVerification(...facts: string[]): string | undefined {
  const [procedure] = [...PROCEDURES.values()]
  if (procedure === undefined) throw new Error('no procedure')
  const begun = newCase(procedure)
  const state = { ...begun, steps: { ...begun.steps, intake: 'done' as const, verification: 'open' as const } }
  const known = { facts: new Set(facts), brought: () => [], place, barred: () => false }
  return nextOf(state, known).find(({ step }) => step === 'verification')?.what
}

describe('the next thing to be done', () => {
  it('is the answer that is waited for, not what needs it first', () => {
    expect(nextAtVerification('authorised-by-all', 'commissioned')).toMatch(/^等待成员单位答复/)
    expect(nextAtVerification('authorised-by-all', 'commissioned', 'report-valid', 'report-attached')).toMatch(/A 类疑点/)
    expect(nextAtVerification('authorised-by-all', 'report-valid', 'report-attached', 'findings-answered')).toBe('核对办结')
  })
})

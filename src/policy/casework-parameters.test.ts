import { describe, expect, it } from 'vitest'
import { isProblem } from '#kernel/problem'
import { loadPack } from './pack.ts'
import { caseworkOf, clauseOf, hashOf, packAt, resolveCasework } from './resolve.ts'
import { signable } from './review.ts'
import { CASEWORK_NAMES, CLOCKS, readCaseworkParameters } from './rules/casework-parameters.ts'
import { ExactNumber, type ExactObject, type ExactValue, isExactObject } from './rules/exact-value.ts'
import { ReadingFault } from './rules/reader.ts'
import { packOfSnapshot, packSnapshot } from './snapshot.ts'

const ON = '2026-09-15'
const reference = packAt(loadPack('reference'), ON)

/** The written tree of the reference pack's procedure. */
function tree(): Record<string, ExactValue> {
  const result: Record<string, ExactValue> = {}
  for (const [name, { value }] of reference.casework ?? []) {
    const [group, leaf] = name.split('.') as [string, string?]
    result[group] = leaf === undefined ? value : { ...((result[group] ?? {}) as ExactObject), [leaf]: value }
  }
  return result
}

function changed(place: string, value: ExactValue): ExactObject {
  const [group, leaf] = place.split('.') as [string, string?]
  const whole = tree()
  return { ...whole, [group]: leaf === undefined ? value : { ...(whole[group] as ExactObject), [leaf]: value } }
}

function faultOf(value: ExactValue): ReadingFault {
  try {
    readCaseworkParameters(value, '')
  } catch (error) {
    if (error instanceof ReadingFault) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const n = (text: string) => new ExactNumber(text)

describe('the procedure of the reference pack', () => {
  const casework = resolveCasework(loadPack('reference'), ON)

  it('is the three-notice procedure decided by the district', () => {
    expect(casework.procedure).toBe('dibao-2012')
    expect(casework.decided_by).toBe('district')
    expect(casework.notices).toEqual([
      { level: 'village', days: 7, unit: 'calendar' },
      { level: 'township', days: 7, unit: 'calendar' },
      { level: 'district', days: 7, unit: 'calendar' },
    ])
    expect(casework.deliberation).toMatchObject({ held: 'every', min_members: 7, odd: true, pass: { num: 1, den: 2 } })
    expect(casework.clocks.investigation).toEqual({ days: 10, unit: 'working', extension: 5 })
    expect(casework.clocks.missing_items).toBeNull()
    expect(casework.remedies).toEqual({ reconsideration_days: 60, litigation_months: 6 })
  })

  it('gives the clause of a parameter and all clauses of a group', () => {
    expect(clauseOf(reference, 'clocks.start_investigation')).toBe('民发〔2021〕57号 第十五条')
    expect(clauseOf(reference, 'remedies')).toBe('行政复议法 第二十条；行政诉讼法 第四十六条')
    expect(clauseOf(reference, 'standard.urban')).toBe('社会救助暂行办法 第十条')
    expect(clauseOf(reference, 'income_months')).toBe('民发〔2021〕57号 第十三条')
    expect(() => clauseOf(reference, 'clocks.coffee')).toThrow('没有参数“clocks.coffee”')
  })

  it('names every leaf of the tree, and only those', () => {
    const leaves = Object.entries(tree()).flatMap(([group, value]) => {
      const whole = CASEWORK_NAMES.includes(group) || !isExactObject(value)
      return whole ? [group] : Object.keys(value).map((leaf) => `${group}.${leaf}`)
    })
    expect(leaves.sort()).toEqual([...CASEWORK_NAMES].sort())
    expect(CASEWORK_NAMES.filter((name) => name.startsWith('clocks.'))).toHaveLength(CLOCKS.length)
  })
})

describe('a fault in the parameters of the procedure', () => {
  it.each<[string, ExactValue, string]>([
    ['decided_by', 'province', 'decided_by'],
    ['clocks.total', { days: n('0'), unit: 'working', extension: null }, 'clocks.total.days'],
    ['clocks.total', { days: n('30'), unit: 'weeks', extension: null }, 'clocks.total.unit'],
    ['clocks.total', { days: n('30'), unit: 'working' }, 'clocks.total.extension'],
    ['clocks.coffee', null, 'clocks.coffee'],
    ['notices', [{ level: 'village', days: n('7.5'), unit: 'calendar' }], 'notices[1].days'],
    ['deliberation.pass', { num: n('3'), den: n('2') }, 'deliberation.pass'],
    ['deliberation.quorum', { num: n('1'), den: n('0') }, 'deliberation.quorum.den'],
    ['sample.always', ['everybody'], 'sample.always[1]'],
    ['undo_minutes', n('-1'), 'undo_minutes'],
    ['validity_months.full', n('0'), 'validity_months.full'],
    ['related_circle', 'spouse', 'related_circle'],
  ])('is refused with its place: %s', (place, value, named) => {
    const fault = faultOf(changed(place, value))
    expect(fault.place).toBe(named)
    expect(fault.message).toMatch(/[一-鿿]/)
    expect(fault.message).toContain(named)
  })

  it.each<[string, ExactValue]>([
    ['proofs[1].demand', 'always'],
    ['proofs[1].part', 'relatives'],
    ['proofs[1].says', 'wage'],
  ])('a line of the checklist: %s', (place, value) => {
    const line = {
      code: 'wage',
      label: '收入证明',
      part: 'incomes',
      column: 'item',
      says: ['wage'],
      demand: 'required',
      clause: '规定',
    }
    const [, field = ''] = place.split('.')
    expect(faultOf(changed('proofs', [{ ...line, [field]: value }])).place).toBe(place)
    expect(faultOf(changed('proofs', [line, line])).message).toContain('重复')
  })

  it('a pack that was kept before there was a checklist is read, and asks for nothing', () => {
    const { proofs: _, ...before } = tree()
    expect(readCaseworkParameters(before, '').proofs).toEqual([])
  })

  it('an exclusion may be listed once', () => {
    const row = { code: 'vehicle', label: '车辆', clause: '规定', raised_by: ['VEH-1'] }
    expect(faultOf(changed('exclusions', [row, row])).message).toContain('重复')
  })
})

describe('hash and snapshot', () => {
  /** the hash of the reference pack before packs had parameters of the procedure */
  const BEFORE = 'b82b900737284c533d5fe06426261f857cdbc60c06f89903011fa88642f23a97'

  it('a pack without a procedure keeps the hash it had', () => {
    expect(hashOf({ ...reference, casework: null })).toBe(BEFORE)
    expect(reference.hash).not.toBe(BEFORE)
  })

  it('a snapshot of that time is still read, and says that it holds no procedure', () => {
    const old = packOfSnapshot(packSnapshot({ ...reference, casework: null, hash: BEFORE }))
    expect(old.hash).toBe(BEFORE)
    expect(old.casework).toBeNull()
    expect(old.assess?.get('standard.urban')?.origin).toBe('reference')
    try {
      caseworkOf(old)
      throw new Error('nothing was refused')
    } catch (error) {
      expect(isProblem(error) && error.code).toBe('policy.no_section')
    }
  })

  it('a snapshot keeps the procedure and the pack each value comes from', () => {
    const nanjing = packAt(loadPack('nanjing'), '2022-03-01')
    const again = packOfSnapshot(packSnapshot(nanjing))
    expect(again).toEqual(nanjing)
    expect(caseworkOf(again)).toEqual(caseworkOf(nanjing))
    expect(again.casework?.get('clocks.total')?.origin).toBe('national-2021')
  })

  it('a passed review date of the procedure blocks the signature', () => {
    expect(signable(reference, '2028-01-01').overdue.map(({ parameter }) => parameter)).toContain('casework.clocks.total')
  })
})

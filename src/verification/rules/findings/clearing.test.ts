import { describe, expect, it } from 'vitest'
import {
  blockingFindings,
  type ClearingCommand,
  type ClearingStep,
  decideClearing,
  disprovenRecords,
  type Exemption,
  exemptionsFor,
  maySign,
  recordKey,
  standingOf,
  teaches,
} from './clearing.ts'
import { findingOf } from './rule.ts'
import { ruleCards } from './rules.ts'

const first: ClearingStep = { by: 'a', step: 'first', outcome: 'not_true', reason: '车辆已卖出', evidence: ['f'], teach: true }
const confirmed: ClearingStep = { by: 'b', step: 'confirmed', outcome: null, reason: '已看过过户单', evidence: [] }
const sentBack: ClearingStep = { ...confirmed, step: 'sent_back' }
const clear: ClearingCommand = {
  type: 'clear',
  by: 'a',
  outcome: 'true',
  reason: '入户属实',
  evidence: ['f'],
  teach: false,
  seen: 0,
}
const confirm: ClearingCommand = { type: 'confirm', by: 'b', agree: true, reason: '材料齐全', seen: 1 }

const refusalOf = (cls: 'A' | 'B', history: ClearingStep[], command: ClearingCommand): string => {
  const result = decideClearing(cls, history, command)
  return result.ok ? `step ${result.value.step}` : result.refusal.code
}

describe('clearing', () => {
  it.each<[string, 'A' | 'B', ClearingStep[], ClearingCommand, string]>([
    ['the first signature', 'A', [], clear, 'step first'],
    ['K1: no reason', 'A', [], { ...clear, reason: ' 属实 ' }, 'clearing.reason'],
    ['K1: no evidence', 'B', [], { ...clear, evidence: [] }, 'clearing.evidence'],
    ['K2: the same person', 'A', [first], { ...confirm, by: 'a' }, 'clearing.same_person'],
    ['K2: another person', 'A', [first], confirm, 'step confirmed'],
    ['K2: class B needs nobody else', 'B', [first], confirm, 'clearing.not_waiting'],
    ['cleared twice', 'B', [first], { ...clear, seen: 1 }, 'clearing.not_open'],
    ['sent back', 'A', [first], { ...confirm, agree: false }, 'step sent_back'],
    ['K3: sent back is open again', 'A', [first, sentBack], { ...clear, seen: 2 }, 'step first'],
    ['reopened', 'A', [first, confirmed], { type: 'reopen', by: 'c', reason: '有新线索', seen: 2 }, 'step reopened'],
    ['nothing to reopen', 'A', [], { type: 'reopen', by: 'c', reason: '有新线索', seen: 0 }, 'clearing.open'],
    ['K5: a stale page', 'A', [first], { ...confirm, seen: 0 }, 'clearing.stale'],
    ['K4: a true finding teaches nothing', 'B', [], { ...clear, teach: true }, 'clearing.teach'],
  ])('%s', (_name, cls, history, command, expected) => {
    expect(refusalOf(cls, history, command)).toBe(expected)
  })

  it('stands as its history says', () => {
    expect(standingOf('A', []).state).toBe('open')
    expect(standingOf('A', [first])).toMatchObject({ state: 'awaiting_second', firstBy: 'a' })
    expect(standingOf('A', [first, confirmed])).toMatchObject({ state: 'cleared', outcome: 'not_true', reason: '车辆已卖出' })
    expect(standingOf('B', [first]).state).toBe('cleared')
    expect(standingOf('C', [first, { ...confirmed, step: 'reopened' }]).state).toBe('open')
  })

  it('disproves a record when every finding about it was cleared as not true, by as many as its class asks for', () => {
    const on = (cls: 'A' | 'B', history: ClearingStep[], id = 'V1') => ({
      class: cls,
      source: 'police/vehicles',
      source_record_id: id,
      history,
    })
    const disproven = (...findings: Parameters<typeof disprovenRecords>[0]) => [...disprovenRecords(findings)]
    const car = recordKey('police/vehicles', 'V1')
    expect(disproven(on('A', [first, confirmed]))).toEqual([car])
    expect(disproven(on('A', [first, confirmed]), on('B', [first]))).toEqual([car])
    expect(disproven(on('A', [first]))).toEqual([])
    expect(disproven(on('A', [first, confirmed, { ...confirmed, step: 'reopened' }]))).toEqual([])
    expect(disproven(on('A', [first, confirmed]), on('A', []))).toEqual([])
    expect(disproven(on('A', [{ ...first, outcome: 'true' }, confirmed]))).toEqual([])
    expect(disproven({ ...on('A', [first, confirmed]), source: '' })).toEqual([])
  })

  it('lets sign next who has not signed the first', () => {
    expect(maySign('A', [], 'a')).toBe(true)
    expect(maySign('A', [first], 'a')).toBe(false)
    expect(maySign('A', [first], 'b')).toBe(true)
    expect(maySign('A', [first, confirmed], 'c')).toBe(false)
  })

  it('blocks a report while a class A finding is not cleared', () => {
    const blocking = blockingFindings([
      { class: 'A', history: [first], no: 1 },
      { class: 'A', history: [first, confirmed], no: 2 },
      { class: 'B', history: [], no: 3 },
    ])
    expect(blocking.map((each) => each.no)).toEqual([1])
  })
})

describe('exemptions', () => {
  const card = ruleCards.get('VEH-1')
  if (card === undefined) throw new Error('VEH-1')
  const finding = findingOf(card, 'H1', { person: 'H1-1', text: '' })
  const exemption: Exemption = { household_no: 'H1', person: 'H1-1', rule: 'VEH-1', valid_to: '2026-12-31', withdrawn_on: null }

  it('come from a rejected finding whose reason was kept', () => {
    expect(teaches('A', [first])).toBe(false)
    expect(teaches('A', [first, confirmed])).toBe(true)
    expect(teaches('B', [{ ...first, outcome: 'other_aid' }])).toBe(false)
    expect(teaches('B', [{ ...first, teach: false }])).toBe(false)
  })

  it('are shown beside the same person and rule while in force', () => {
    expect(exemptionsFor(finding, [exemption], '2026-12-31')).toHaveLength(1)
    expect(exemptionsFor(finding, [exemption], '2027-01-01')).toHaveLength(0)
    expect(exemptionsFor(finding, [{ ...exemption, withdrawn_on: '2026-10-01' }], '2026-10-01')).toHaveLength(0)
    expect(exemptionsFor(finding, [{ ...exemption, person: 'H1-2' }], '2026-10-01')).toHaveLength(0)
    expect(exemptionsFor(finding, [{ ...exemption, rule: 'VEH-2' }], '2026-10-01')).toHaveLength(0)
  })
})

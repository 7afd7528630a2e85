import { describe, expect, it } from 'vitest'
import type { Assessment } from '#policy'
import {
  conclusionOf,
  type FindingOfSheet,
  failedByVoteOnly,
  leadsOf,
  pillarsOf,
  type SheetSources,
  settlementFault,
} from './sheet.ts'

const assessment = (reasons: { code: string; text: string; clause: string }[], more: object = {}): Assessment =>
  ({
    counted: 2,
    reasons,
    missing: [],
    trace: [{ step: 'income_test', text: '人均低于标准', clause: '第九条' }],
    ...more,
  }) as never

const finding = (more: Partial<FindingOfSheet> = {}): FindingOfSheet => ({
  rule: 'REG-1',
  ruleName: '户籍在区外',
  class: 'A',
  message: '户籍在外区',
  clause: '户籍规则',
  clearing: 'open',
  outcome: null,
  reason: null,
  sourceName: '公安 户籍',
  asOf: '2026-09-30',
  ...more,
})

const sources = (more: Partial<SheetSources> = {}): SheetSources => ({
  report: { reportNo: 'R1', missingSources: [] },
  findings: [],
  assessment: assessment([]),
  facts: { residence: [], income: [], assets: [], deliberation: [] },
  deliberation: { outcome: 'passed', overruled: false, called: true },
  settled: [],
  ...more,
})

const found = (more: Partial<SheetSources>) =>
  Object.fromEntries(pillarsOf(sources(more)).map((each) => [each.pillar, each.finding]))

describe('four findings', () => {
  it('are met when nothing speaks against them, and conclude as a conjunction', () => {
    const pillars = pillarsOf(sources())
    expect(pillars.map((each) => each.finding)).toEqual(['met', 'met', 'met', 'met'])
    expect(conclusionOf(pillars)).toBe('eligible')
  })

  it('S1: a silent source leaves its finding undetermined, never "none"', () => {
    const silent = (record: string) => ({
      report: { reportNo: 'R1', missingSources: [{ record, recordName: '存款', unitName: '银行' }] },
    })
    expect(found(silent('banks/deposits'))).toMatchObject({ assets: 'undetermined', income: 'met' })
    expect(found(silent('hrss/contributions'))).toMatchObject({ income: 'undetermined', assets: 'met' })
    expect(found(silent('police/register'))).toMatchObject({ residence: 'undetermined' })
    expect(found(silent('utilities/usage'))).toMatchObject({ residence: 'met', income: 'met', assets: 'met' })
  })

  it('S2: sums decide income and assets, and nobody settles against them', () => {
    const reasons = [{ code: 'INCOME_NOT_BELOW_STANDARD', text: '不低于标准', clause: '第九条' }]
    const settled = [{ pillar: 'income' as const, finding: 'met' as const, reason: '核实' }]
    const refused = sources({ assessment: assessment(reasons), settled })
    expect(found({ assessment: assessment(reasons), settled })).toMatchObject({ income: 'not_met', assets: 'met' })
    expect(settlementFault(refused)).toMatch(/家庭收入/)
    expect(settlementFault(sources({ assessment: null, settled }))).toBeNull()
    expect(found({ assessment: assessment([{ code: 'VEHICLE_ABOVE_LIMIT', text: '超限', clause: 'x' }]) })).toMatchObject({
      assets: 'not_met',
      income: 'met',
    })
  })

  it('S3: residence waits for a person while a finding of class A stands against it', () => {
    expect(found({ findings: [finding()] }).residence).toBe('undetermined')
    expect(found({ findings: [finding({ clearing: 'cleared', outcome: 'true' })] }).residence).toBe('undetermined')
    expect(found({ findings: [finding({ clearing: 'cleared', outcome: 'not_true' })] }).residence).toBe('met')
    expect(found({ findings: [finding({ class: 'B' })] }).residence).toBe('met')
    const settled = [{ pillar: 'residence' as const, finding: 'not_met' as const, reason: '户籍不在本区' }]
    expect(pillarsOf(sources({ settled }))[0]).toMatchObject({ finding: 'not_met', settledBy: 'person' })
  })

  it('S5: a failed vote is no ground by itself; the overrule of township and district stands for it', () => {
    const failed = pillarsOf(sources({ deliberation: { outcome: 'failed', overruled: false, called: true } }))
    expect(failedByVoteOnly(failed)).toBe(true)
    expect(conclusionOf(failed)).toBe('ineligible')
    expect(found({ deliberation: { outcome: 'failed', overruled: true, called: true } }).deliberation).toBe('met')
    expect(found({ deliberation: { outcome: null, overruled: false, called: false } }).deliberation).toBe('not_called')
    expect(found({ deliberation: { outcome: 'no_quorum', overruled: false, called: true } }).deliberation).toBe('undetermined')
    const settled = [{ pillar: 'deliberation' as const, finding: 'met' as const, reason: '改票' }]
    const rewritten = sources({ settled, deliberation: { outcome: 'failed', overruled: false, called: true } })
    expect(settlementFault(rewritten)).toMatch(/票数/)
  })
})

it('S4: grounds of exclusion are leads with their clause and change no finding', () => {
  const exclusions = [
    { code: 'vehicle', label: '拥有机动车', clause: '第五条', raised_by: ['VEH-1'] },
    { code: 'housing', label: '两套住房', clause: '第五条', raised_by: ['HOU-1'] },
  ]
  const findings = [finding({ rule: 'VEH-1', ruleName: '名下有机动车', message: '甘A12345' })]
  expect(leadsOf(exclusions, findings)).toMatchObject([{ code: 'vehicle', clause: '第五条', raisedBy: [{ state: '待处置' }] }])
  expect(found({ findings })).toMatchObject({ residence: 'met', assets: 'met' })
})

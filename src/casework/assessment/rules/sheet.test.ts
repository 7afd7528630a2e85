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

  it('S2: every reason by which the engine refuses stands against a test, told with its clause; nobody settles it away', () => {
    const tests = {
      NOBODY_COUNTED: 'residence',
      INCOME_NOT_BELOW_STANDARD: 'income',
      FAMILY_INCOME_ABOVE_LIMIT: 'income',
      NO_MATCHING_TIER: 'income',
      MONETARY_ABOVE_LIMIT: 'assets',
      DWELLINGS_ABOVE_LIMIT: 'assets',
      VEHICLE_ABOVE_LIMIT: 'assets',
      NON_RESIDENTIAL_ABOVE_LIMIT: 'assets',
    } as const
    for (const [code, pillar] of Object.entries(tests)) {
      const refused = assessment([{ code, text: '不符合', clause: '第九条' }], code === 'NOBODY_COUNTED' ? { counted: 0 } : {})
      const pillars = pillarsOf(sources({ assessment: refused }))
      expect(pillars.find((each) => each.pillar === pillar)).toMatchObject({ finding: 'not_met', why: ['不符合（第九条）'] })
      expect(conclusionOf(pillars), code).toBe('ineligible')
      const settled = [{ pillar, finding: 'met' as const, reason: '核实' }]
      expect(settlementFault(sources({ assessment: refused, settled })), code).toMatch(/更正事实/)
    }
  })

  it('S2: in a household in which nobody counts, income and assets are not tested', () => {
    const nobody = assessment([{ code: 'NOBODY_COUNTED', text: '没有计入的成员', clause: '第七条' }], { counted: 0 })
    expect(found({ assessment: nobody })).toMatchObject({ residence: 'not_met', income: 'not_called', assets: 'not_called' })
  })

  it('S2: a tier nobody has decided is a fact that is missing: neither met nor a refusal, and no person settles it without the tier', () => {
    const reasons = [{ code: 'NO_MATCHING_TIER', text: '没有认定保障类别', clause: '第十条' }]
    const open = assessment(reasons, { missing: [{ fact: 'tier', text: '缺少保障类别' }] })
    expect(found({ assessment: open }).income).toBe('undetermined')
    for (const finding of ['met', 'not_met'] as const) {
      const settled = [{ pillar: 'income' as const, finding, reason: '核实' }]
      expect(settlementFault(sources({ assessment: open, settled }))).toBe('“家庭收入”还不能认定：缺少保障类别')
    }
    const above = [{ code: 'INCOME_NOT_BELOW_STANDARD', text: '不低于标准', clause: '第九条' }, ...reasons]
    expect(found({ assessment: assessment(above, { missing: [{ fact: 'tier', text: '缺少保障类别' }] }) }).income).toBe('not_met')
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

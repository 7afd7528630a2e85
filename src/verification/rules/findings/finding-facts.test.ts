import { describe, expect, it } from 'vitest'
import { compareFacts, type DossierFacts, dossierOf } from '#testkit/dossier'
import { findingFacts } from './finding-facts.ts'
import { householdRules } from './rules.ts'

const facts: DossierFacts = {
  persons: [
    {
      row: { student_level: 'bachelor', top_ups: ['severe_disability'] },
      rows: {
        'police/vehicles': [{ plate_no: '甲A00001', brand: '甲牌' }],
        'banks/deposits': [{ account_no: '6222000011112222', balance: 9_000_000 }],
        'hrss/benefits': [{ monthly_amount: 120_000 }],
      },
      status: { 'disabled_federation/certificates': 'NOT_ANSWERED' },
    },
  ],
  supporters: [{ row: { monthly_income: 800_000 }, rows: { 'police/vehicles': [{ purchase_price: 20_000_000 }] } }],
  incomes: [{ item: 'pension', amount: 960_000 }],
  sameAccount: ['H3'],
}

const dossier = dossierOf(facts)
const { findings } = compareFacts(facts)

function of(rule: string) {
  const finding = findings.find((each) => each.rule === rule)
  if (finding === undefined) throw new Error(rule)
  return findingFacts(finding, dossier)
}

describe('declared beside found', () => {
  it('shows the record with labels and words', () => {
    const { found, declared, explanation } = of('VEH-1')
    expect(found).toContainEqual({ label: '车辆类型', value: '小型客车' })
    expect(found).toContainEqual({ label: '购置价', value: '30000.00 元' })
    expect(declared).toEqual([{ label: '申报车辆', value: '未申报' }])
    expect(explanation[1]).toContain('VEH-1 名下有机动车')
    expect(explanation[2]).toContain('残疾人证')
  })

  it('masks numbers and accounts', () => {
    const all = JSON.stringify(findings.map((finding) => findingFacts(finding, dossier)))
    expect(all).not.toContain('6222000011112222')
    expect(all).not.toContain(dossier.persons[0]?.id_number)
    expect(of('VEH-1').found.find((fact) => fact.label === '公民身份号码')?.value).toBe('110105********001X')
  })

  it('shows what was declared at the same rate', () => {
    expect(of('INC-1').declared).toEqual([
      { label: '申报职工养老金折算每月', value: '800.00 元' },
      { label: '申报职工养老金', value: '甲春山 2025-09 至 2026-08 共 9600.00 元' },
    ])
  })

  it('shows a supporter and another household', () => {
    expect(of('FAM-6').declared).toContainEqual({ label: '申报月收入', value: '8000.00 元' })
    expect(of('DUP-5').found).toContainEqual({ label: '相关编号', value: 'H3' })
  })

  it('shows the sums of a finding on the household', () => {
    expect(of('FIN-1').found).toContainEqual({ label: '查得', value: '90000.00' })
  })

  it('knows every rule that looks at one household', () => {
    const [finding] = findings
    if (finding === undefined) throw new Error('no finding')
    for (const { id } of householdRules) {
      const subject = id === 'FAM-6' ? 'H1-S1' : 'H1-1'
      expect([id, findingFacts({ ...finding, rule: id, person: subject }, dossier).declared.length > 0]).toEqual([id, true])
    }
  })
})

import { describe, expect, it } from 'vitest'
import { assessHousehold, assessmentBasis, loadPack, packAt } from '#policy'
import { AS_OF, type DossierFacts, dossierOf, rulesWith } from '#testkit/dossier'
import { recordKey } from '../findings/clearing.ts'
import { assessedHousehold, type FactsBeside } from './assessed.ts'

const ctx = rulesWith()
const facts = (dossier: DossierFacts, beside?: FactsBeside) => assessedHousehold(dossierOf(dossier), ctx, beside)
const head = { row: { relation: 'head', work_status: 'flexible', health: 'serious' } }

describe('facts of an assessment', () => {
  it('takes of each income the larger of declared and found, once, over the window', () => {
    const { household } = facts({
      persons: [head],
      incomes: [
        { item: 'wage', amount: 1_200_000, period_from: '2025-09', period_to: '2026-08' },
        { item: 'farm', amount: 60_000, period_from: '2025-09', period_to: '2026-08' },
      ],
    })
    expect(household.incomes).toEqual([
      { ref: 'H1-1:wage', item: 'wage', amount: 1_200_000, months: 12, member: 'H1-1' },
      { ref: 'H1-1:farm', item: 'farm', amount: 60_000, months: 12, member: 'H1-1' },
    ])
  })

  it('names whom it leaves out: who is not counted, and the dead', () => {
    const { household, notes } = facts({
      persons: [
        head,
        { row: { relation: 'spouse', counted: 'no' } },
        { row: { relation: 'parent' }, rows: { 'police/deaths': [{ death_date: '2026-05-01' }] } },
      ],
    })
    expect(household.members.map(({ id, relation }) => [id, relation])).toEqual([['H1-1', 'applicant']])
    expect(notes.join('；')).toMatch(/不计入共同生活成员，未列入核算；.* 已于 2026-05-01 死亡/)
  })

  it('knows custody, disability, illness and work from where they are known', () => {
    const { household } = facts({
      persons: [
        head,
        {
          row: { relation: 'child', work_status: 'unable' },
          rows: {
            'police/custody': [{ state: 'prison', from_date: '2026-01-01', to_date: null }],
            'disabled_federation/certificates': [
              { disability_class: '4', grade: '3', state: 'valid', valid_to: '2030-01-01' },
              { disability_class: '5', grade: '2', state: 'valid', valid_to: '2030-01-01' },
              { disability_class: '6', grade: '1', state: 'expired', valid_to: '2020-01-01' },
            ],
          },
        },
      ],
    })
    expect(household.members[0]).toMatchObject({ serious_illness: true, works: true, able_to_work: true })
    expect(household.members[1]).toMatchObject({
      relation: 'child',
      disability: { class: 5, grade: 2 },
      works: false,
      able_to_work: false,
      serving: true,
    })
  })

  it('counts property found, or declared where that is more', () => {
    const asset = (kind: string, more: object) => ({
      line_no: kind,
      household_no: 'H1',
      person_no: 'H1-1',
      kind,
      identifier: null,
      area: null,
      amount: null,
      ...more,
    })
    const { household } = facts({
      persons: [head],
      assets: [asset('dwelling', { area: 6_210 }), asset('deposit', { amount: 500_000 }), asset('vehicle', {})],
    })
    expect(household.assets).toMatchObject({ monetary: 500_000, non_residential: 0, vehicles: [{}] })
    expect(household.assets?.dwellings).toEqual([{ area: { n: 621n, d: 10n } }])
  })

  it('counts no vehicle and no shop that persons disproved, and names each; what was declared still counts', () => {
    const car = { source_record_id: 'V1', plate_no: 'P1', vehicle_type: 'van', vehicle_use: 'private', status: 'overdue' }
    const shop = { source_record_id: 'T1', unit_no: 'U1', house_use: 'shop', state: 'valid' }
    const owner = {
      ...head,
      rows: { 'police/vehicles': [car], 'natural_resources/titles': [shop] },
    }
    const before = facts({ persons: [owner] }).household.assets
    expect([before?.vehicles?.length, before?.non_residential]).toEqual([1, 1])
    const disproven = new Set([recordKey('police/vehicles', 'V1'), recordKey('natural_resources/titles', 'T1')])
    const { household, notes } = facts({ persons: [owner] }, { disproven })
    expect([household.assets?.vehicles, household.assets?.non_residential]).toEqual([[], 0])
    expect(notes).toEqual([
      expect.stringMatching(/不动产.*T1 经核实不属实，未计入财产/),
      expect.stringMatching(/机动车记录 V1 经核实不属实，未计入财产/),
    ])
    const stated = {
      line_no: '1',
      household_no: 'H1',
      person_no: 'H1-1',
      kind: 'vehicle',
      identifier: null,
      area: null,
      amount: 0,
    }
    expect(facts({ persons: [owner], assets: [stated] }, { disproven }).household.assets?.vehicles).toHaveLength(1)
  })

  it('leaves support to the supporters, and says what is missing of them', () => {
    const supporter = { relation: 'son', support_agreed: null, support_paid: null }
    const { household, notes } = facts({
      persons: [head],
      supporters: [
        { row: { ...supporter, monthly_income: 800_000, household_persons: 2, supported_count: 1 } },
        { row: { ...supporter, monthly_income: null, household_persons: null } },
      ],
    })
    expect(household.supporters).toMatchObject([{ monthly_income: 800_000, household_persons: 2, supported_count: 1 }])
    expect(household.incomes).toEqual([])
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(/未填月收入或家庭人口/)
  })

  it('assesses a single applicant only with the family’s figures', () => {
    const single = { household: { single_applicant: 'yes' }, persons: [head] }
    expect(facts(single)).toMatchObject({ notes: [expect.stringContaining('未按单人保核算')] })
    expect(facts(single).household.single_applicant).toBeUndefined()
    const { household } = facts(single, { family: { members: 3, monthlyIncome: 210_000 }, tier: 'A' })
    expect(household).toMatchObject({ single_applicant: true, family: { members: 3, monthly_income: 210_000 }, tier: 'A' })
  })

  it('is what the policy engine takes', () => {
    const { household } = facts({ persons: [head, { row: { relation: 'child' } }] })
    const result = assessHousehold(assessmentBasis(packAt(loadPack('reference'), AS_OF)), household)
    expect(result).toMatchObject({ eligible: true, counted: 2, missing: [] })
  })
})

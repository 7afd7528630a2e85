import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareFacts, type DossierFacts, dossierOf, findingsOf, rulesWith } from '#testkit/dossier'
import { compareHousehold } from './compare.ts'
import { ruleCards } from './rules.ts'

const silentBank: DossierFacts = { persons: [{ status: { 'banks/deposits': 'NOT_ANSWERED' } }] }

describe('conclusion', () => {
  it.each<[string, DossierFacts, string]>([
    ['everything answered, nothing found', {}, 'consistent'],
    ['a required source is silent', silentBank, 'undetermined'],
    ['a source that is not required is silent', { persons: [{ status: { 'utilities/usage': 'NOT_ANSWERED' } }] }, 'consistent'],
    [
      'a required source is silent about a person who is not counted',
      { persons: [{}, { ...silentBank.persons?.[0], row: { counted: 'no' } }] },
      'consistent',
    ],
    [
      'a required source is silent about a supporter',
      { supporters: [{ status: { 'banks/deposits': 'NOT_AUTHORISED' } }] },
      'consistent',
    ],
    ['a finding goes before silence', { ...silentBank, sameAccount: ['H3'] }, 'inconsistent'],
    [
      'class C concludes nothing',
      { persons: [{ rows: { 'police/register': [{ name: '甲新名', former_name: '甲春山' }] } }] },
      'consistent',
    ],
    [
      'an ignored rule concludes nothing',
      {
        queries: [
          {
            query_no: 'Q1',
            subject_no: 'H1-1',
            record: 'banks/deposits',
            queried_on: '2026-01-01',
            operator: null,
            purpose: null,
          },
        ],
      },
      'consistent',
    ],
    ['quarantined rows', { household: { incomplete: true } }, 'undetermined'],
    ['nobody counted', { persons: [{ row: { counted: 'no' } }] }, 'undetermined'],
  ])('%s', (_name, facts, conclusion) => {
    expect(compareFacts(facts).conclusion).toBe(conclusion)
  })
})

describe('statuses', () => {
  it('counts every listed person and supporter against all record types', () => {
    const facts: DossierFacts = {
      persons: [{ status: { 'banks/deposits': 'NOT_ANSWERED', 'police/register': 'ID_NOT_FOUND' } }, { row: { counted: 'no' } }],
      supporters: [{ status: { 'banks/deposits': 'NOT_AUTHORISED', 'hrss/benefits': 'NAME_MISMATCH' } }],
    }
    const { statuses, open } = compareFacts(facts)
    expect(statuses).toEqual({ HIT: 2, NO_RECORD: 84, NAME_MISMATCH: 1, ID_NOT_FOUND: 1, NOT_ANSWERED: 1, NOT_AUTHORISED: 1 })
    expect(open).toEqual([
      { subject: 'H1-1', record: 'banks/deposits', status: 'NOT_ANSWERED' },
      { subject: 'H1-1', record: 'police/register', status: 'ID_NOT_FOUND' },
      { subject: 'H1-S1', record: 'banks/deposits', status: 'NOT_AUTHORISED' },
      { subject: 'H1-S1', record: 'hrss/benefits', status: 'NAME_MISMATCH' },
    ])
  })
})

describe('findings', () => {
  it('stand in code point order of person, rule, record', () => {
    const person = (no: string) => ({
      row: { person_no: no, top_ups: ['elder'] },
      rows: { 'market/officers': [{ source_record_id: 'b', credit_code: 'C2' }, { source_record_id: 'B' }] },
    })
    const { findings } = compareFacts({ persons: [person('\u{20000}'), person('\uff01')] })
    expect(findings.map((f) => `${f.person}${f.source_record_id}`)).toEqual(['\uff01B', '\uff01b', '\u{20000}B', '\u{20000}b'])
  })

  it('name the record, its as-of date and the clause, and no citizen number', () => {
    const facts: DossierFacts = { persons: [{ rows: { 'police/vehicles': [{}] } }] }
    const [finding] = compareFacts(facts).findings
    expect(finding?.message).toContain('公安 机动车记录 R1，数据时点 2026-09-20')
    expect(finding?.message).toContain(ruleCards.get('VEH-1')?.clause)
    expect(finding?.message).not.toMatch(/\d{15}/)
  })

  it('are those of a pack: a parameter changes them', () => {
    const facts: DossierFacts = { persons: [{ rows: { 'police/vehicles': [{ vehicle_type: 'motorcycle' }] } }] }
    expect(findingsOf('VEH-1', facts)).toEqual([])
    expect(findingsOf('VEH-1', facts, rulesWith({ veh_exempt_types: [] }))).toEqual(['H1-1 R1 - -'])
  })
})

const yuan = fc.integer({ min: 0, max: 3_000_00 })
const month = fc.integer({ min: 0, max: 14 }).map((i) => `${2025 + Number(i > 5)}-${String(((i + 6) % 12) + 1).padStart(2, '0')}`)
const deposit = fc.record({ balance: yuan, account_no: fc.constantFrom('A1', 'A2', 'A3') })
const taxed = fc.record({
  income: yuan,
  month,
  payer: fc.constantFrom('甲厂', '乙厂'),
  item: fc.constantFrom('wage' as const, 'rent' as const),
})
const benefit = fc.record({
  monthly_amount: yuan,
  from_month: month,
  last_paid_month: month,
  benefit_no: fc.constantFrom('D1', 'D2'),
})
const numbered = <T extends object>(rows: T[]): (T & { source_record_id: string })[] =>
  rows.map((row, i) => ({ ...row, source_record_id: `N${String(i).padStart(3, '0')}` }))

const household = fc.record({
  deposits: fc.array(deposit, { maxLength: 6 }).map(numbered),
  tax: fc.array(taxed, { maxLength: 8 }).map(numbered),
  benefits: fc.array(benefit, { maxLength: 4 }).map(numbered),
  declared: fc.array(fc.record({ amount: yuan, item: fc.constantFrom('wage', 'pension', 'support') }), { maxLength: 4 }),
  paid: fc.integer({ min: 0, max: 100_00 }),
})
type Generated = typeof household extends fc.Arbitrary<infer T> ? T : never

function factsOf(g: Generated, turn: <T>(rows: T[]) => T[] = (rows) => rows): DossierFacts {
  return {
    persons: [
      { rows: { 'banks/deposits': turn(g.deposits), 'tax/personal_income': turn(g.tax), 'hrss/benefits': turn(g.benefits) } },
    ],
    incomes: turn(g.declared),
    supporters: [{ row: { support_paid: g.paid } }],
  }
}

describe('properties', () => {
  it('the order of answers does not matter', () => {
    fc.assert(
      fc.property(household, (g) => {
        const reversed = compareFacts(factsOf(g, (rows) => rows.toReversed()))
        expect(reversed).toEqual(compareFacts(factsOf(g)))
      }),
    )
  })

  it('finding more income never turns a failed comparison into a passed one', () => {
    fc.assert(
      fc.property(household, taxed, (g, more) => {
        const before = compareFacts(factsOf(g))
        const richer = { ...g, tax: [...g.tax, { ...more, payer: '丙厂', source_record_id: 'N999' }] }
        const after = compareFacts(factsOf(richer as Generated))
        if (before.conclusion === 'inconsistent') expect(after.conclusion).toBe('inconsistent')
        expect(after.totals.verified.income).toBeGreaterThanOrEqual(before.totals.verified.income)
      }),
    )
  })

  it('declared rows of persons who are not counted never enter', () => {
    fc.assert(
      fc.property(household, fc.integer({ min: 1, max: 9_000_000 }), (g, amount) => {
        const facts = factsOf(g)
        const beside: DossierFacts = {
          ...facts,
          persons: [...(facts.persons ?? []), { row: { counted: 'no' } }],
          incomes: [...(facts.incomes ?? []), { person_no: 'H1-2', item: 'wage', amount }],
        }
        expect(compareFacts(beside).totals).toEqual(compareFacts(facts).totals)
      }),
    )
  })

  it('declared and verified add up', () => {
    fc.assert(
      fc.property(household, (g) => {
        const { declared, verified } = compareFacts(factsOf(g)).totals
        for (const t of [declared, verified]) expect(t.income).toBe(t.wage + t.business + t.property + t.transfer + t.other)
        expect(verified.monetary).toBe(verified.deposit + verified.security + verified.insurance)
        expect(verified.deposit).toBeGreaterThanOrEqual(declared.deposit)
      }),
    )
  })

  it('a dossier is not changed by comparing', () => {
    const dossier = dossierOf({ persons: [{ rows: { 'police/vehicles': [{}, { plate_no: 'P2' }] } }], sameAccount: ['H9', 'H3'] })
    const copy = structuredClone({ ...dossier, lookups: null })
    compareHousehold(dossier, rulesWith())
    expect({ ...dossier, lookups: null }).toEqual(copy)
  })
})

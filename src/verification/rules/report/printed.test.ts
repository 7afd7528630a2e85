import { describe, expect, it } from 'vitest'
import { compareFacts, type DossierFacts, dossierOf, rulesWith } from '#testkit/dossier'
import { type PrintFacts, printedReport } from './printed.ts'
import { buildReport, type ReportFacts } from './report.ts'

const facts: DossierFacts = {
  persons: [
    {
      rows: { 'banks/deposits': [{ balance: 500_000 }], 'police/vehicles': [{}], 'tax/personal_income': [{ income: 10_000 }] },
      status: { 'securities/holdings': 'NOT_ANSWERED' },
    },
    { row: { counted: 'no' }, status: { 'police/register': 'NAME_MISMATCH' } },
  ],
  supporters: [{ status: { 'banks/deposits': 'NOT_AUTHORISED' } }],
  incomes: [{ amount: 12_000 }],
}

const about: ReportFacts = {
  reportNo: 'HD629901-0001-000001-1',
  reportVersion: 1,
  kind: 'result',
  applicationNo: 'H1',
  commissionNo: 'W1',
  acceptanceNo: null,
  project: { code: 'dibao', name: '最低生活保障' },
  commissioningUnit: { code: '629901001000', name: '甲子街道' },
  verifyingUnit: { code: '629901000000', name: '甲子区核对中心' },
  pack: { id: 'reference', label: '参照包', hash: 'ab' },
  startedOn: '2026-09-28',
  issuedOn: '2026-10-09',
  validTo: '2027-04-09',
  objectionDays: 10,
  objectionUntil: '2026-10-23',
  journalSeal: null,
  sourceAsOf: (record) => (record === 'banks/deposits' ? '2026-09-25' : null),
}

const handed: PrintFacts = {
  idMaskedOf: (no) => `masked ${no}`,
  packNote: null,
  place: '甲子区甲子街道子丑社区',
  signatures: [{ role: '签发人', name: '乙明', on: '2026-10-09' }],
  contentHash: 'a'.repeat(64),
  signature: 'b'.repeat(86),
  keyId: 'k1',
  qrText: 'YB1',
}

const document = buildReport(dossierOf(facts), compareFacts(facts), rulesWith(), about)
const paper = printedReport(document, handed)

describe('the printed report', () => {
  it('has every record type, and keeps the six states apart', () => {
    expect(paper.sources).toHaveLength(30)
    const of = (record: string) => paper.sources.find((each) => each.record === record)
    expect(of('持仓')).toMatchObject({ notAnswered: 1, hit: 0 })
    expect(of('存款理财')).toMatchObject({ hit: 1, notAuthorised: 1, asOf: '2026-09-25' })
    for (const source of paper.sources) {
      const { hit, noRecord, nameMismatch, idNotFound, notAuthorised, notAnswered } = source
      expect(hit + noRecord + nameMismatch + idNotFound + notAuthorised + notAnswered).toBe(3)
    }
  })

  it('adds money of a group, never areas, and marks the sum when a part is partial', () => {
    const property = paper.figures.filter((each) => each.group === 'property')
    const total = property.find((each) => each.total)
    const parts = property.filter((each) => !each.total && each.unit === 'fen')
    expect(total?.verified).toBe(parts.reduce((sum, each) => sum + each.verified, 0))
    expect(total?.partial).toBe(true)
    expect(property.at(-1)).toMatchObject({ unit: 'area', total: false })
  })

  it('gives the totals of the signed text', () => {
    const income = paper.figures.find((each) => each.group === 'income' && each.total)
    expect(income?.verified).toBe(Math.round(Number(document.result.verified.income) * 100))
    expect(income?.declared).toBe(Math.round(Number(document.result.declared.income) * 100))
  })

  it('names the person of each finding and the clause of its rule', () => {
    const vehicle = paper.findings.find((each) => each.rule === 'VEH-1')
    expect(vehicle).toMatchObject({ ruleName: '名下有机动车', subject: document.members[0]?.name, outcome: null })
    expect(vehicle?.clause).not.toBe('')
    expect(paper.findings).toHaveLength(document.findings.length)
  })

  it('takes masked numbers only as handed in', () => {
    expect(paper.applicant.idMasked).toBe(`masked ${document.applicant?.no}`)
    expect(paper.members.map((each) => each.identity)).toEqual(['HIT', 'NAME_MISMATCH'])
    expect(JSON.stringify(paper)).not.toMatch(/\d{17}[\dX]/)
  })

  it('says why there is no income per head when nobody is counted', () => {
    const nobody: DossierFacts = { persons: [{ row: { counted: 'no' } }] }
    const empty = printedReport(buildReport(dossierOf(nobody), compareFacts(nobody), rulesWith(), about), handed)
    expect(empty.perCapita).toBeNull()
    expect(empty.calculation[1]).toMatchObject({ label: '人均月收入', value: '—' })
  })
})

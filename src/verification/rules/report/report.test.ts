import { describe, expect, it } from 'vitest'
import { compareFacts, type DossierFacts, dossierOf, rulesWith } from '#testkit/dossier'
import { explainFigures } from './explain.ts'
import { buildReport, buildReportLine, type ReportFacts, reportLineOf } from './report.ts'

const facts: DossierFacts = {
  persons: [
    {
      rows: {
        'banks/deposits': [
          { balance: 500_000, account_no: '6222000011112222' },
          { balance: 100, account_kind: 'guardianship' },
        ],
        'police/vehicles': [{}],
        'tax/personal_income': [{ income: 10_000 }, { income: 5_000, month: '2026-02' }],
        'hrss/benefits': [{ monthly_amount: 10_000 }],
      },
      status: { 'securities/holdings': 'NOT_ANSWERED' },
    },
    { row: { counted: 'no' } },
  ],
  supporters: [
    { row: { support_paid: 1_000 }, status: { 'banks/deposits': 'NOT_AUTHORISED', 'hrss/benefits': 'NOT_AUTHORISED' } },
  ],
  incomes: [
    { amount: 12_000 },
    { item: 'scholarship', amount: 700 },
    { item: 'wage', amount: 200, period_from: '2026-08', period_to: '2026-09' },
  ],
}

const about: ReportFacts = {
  reportNo: '629901-2026-000001',
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
  journalSeal: { no: 7, root: 'ab'.repeat(32) },
  sourceAsOf: (record) => (record === 'banks/deposits' ? '2026-09-25' : null),
}

const dossier = dossierOf(facts)
const comparison = compareFacts(facts)
const document = buildReport(dossier, comparison, rulesWith(), about)

describe('the line of reports.jsonl', () => {
  const line = buildReportLine(dossier, comparison, 'reference', ['F00000001'])

  it('has the fields of the interchange in their order', () => {
    expect(Object.keys(line)).toEqual([
      ...['household_no', 'programme', 'kind', 'division_code', 'as_of', 'pack', 'members', 'incomplete', 'declared', 'verified'],
      ...['statuses', 'open', 'findings', 'conclusion'],
    ])
    const income = ['wage', 'business', 'property', 'transfer', 'other', 'income']
    const things = ['vehicle', 'business_capital', 'dwelling_area', 'medical', 'education']
    expect(Object.keys(line.declared)).toEqual([...income, 'deposit', 'security', 'insurance', ...things])
    expect(Object.keys(line.verified)).toEqual([
      ...income,
      'per_capita_monthly',
      'deposit',
      'security',
      'insurance',
      'monetary',
      ...things,
    ])
    expect(Object.keys(line.statuses)).toEqual([
      'HIT',
      'NO_RECORD',
      'NAME_MISMATCH',
      'ID_NOT_FOUND',
      'NOT_ANSWERED',
      'NOT_AUTHORISED',
    ])
  })

  it('writes amounts with two decimals and null for a household without members', () => {
    expect(line.verified.deposit).toBe('5000.00')
    const nobody: DossierFacts = { persons: [{ row: { counted: 'no' } }] }
    expect(buildReportLine(dossierOf(nobody), compareFacts(nobody), 'reference').verified.per_capita_monthly).toBeNull()
  })

  it('comes out of the stored document with the ids of its findings', () => {
    expect(reportLineOf(JSON.parse(JSON.stringify(document)), ['F00000001'])).toEqual(line)
    expect(JSON.stringify(reportLineOf(document, ['F00000001']))).toBe(JSON.stringify(line))
  })
})

describe('the signed document', () => {
  it('names whom the register knows, the periods, what stayed silent and what to do about it', () => {
    expect(document.members.map(({ no, counted, identity }) => [no, counted, identity])).toEqual([
      ['H1-1', true, 'HIT'],
      ['H1-2', false, 'HIT'],
    ])
    expect(document.periods.income).toEqual({ from: '2025-09', to: '2026-08' })
    expect(document.partial).toEqual(['security'])
    expect(document.missing).toEqual(['庚远：2 类信息未授权，未查询', '证券 持仓：甲春山 未反馈'])
    expect(document.objection.notice).toContain('2026-10-23')
    expect(document.sources.find((source) => source.record === 'banks/deposits')).toEqual({
      record: 'banks/deposits',
      as_of: '2026-09-25',
      HIT: 1,
      NO_RECORD: 1,
      NOT_AUTHORISED: 1,
    })
  })

  it('holds no citizen number and no account', () => {
    const text = JSON.stringify(document)
    for (const secret of [...dossier.persons, ...dossier.supporters].map((row) => row.id_number))
      expect(text).not.toContain(secret)
    expect(text).not.toContain('6222000011112222')
  })

  it('says why it cannot conclude', () => {
    const silent: DossierFacts = { persons: [{ status: { 'banks/deposits': 'NOT_ANSWERED' } }] }
    const text = buildReport(dossierOf(silent), compareFacts(silent), rulesWith(), about).conclusion_text
    expect(text).toBe('无法判定：以下必查来源没有可用的反馈：银行 存款理财。')
  })

  it('counts only findings that conclude', () => {
    expect(document.conclusion_text).toMatch(/^不一致：发现需要核实的疑点 \d+ 项/)
    expect(document.findings.every((finding) => finding.clearing === null)).toBe(true)
  })
})

describe('the explanation of the figures', () => {
  const { figures } = explainFigures(dossier, rulesWith())
  const figure = (key: string) => figures.find((each) => each.key === key)

  it('has the figures of the comparison', () => {
    for (const each of figures) {
      const key = each.key as keyof typeof comparison.totals.declared
      expect([each.key, each.declared, each.verified]).toEqual([
        each.key,
        comparison.totals.declared[key],
        comparison.totals.verified[key],
      ])
    }
    expect(figures).toHaveLength(13)
  })

  it('has counted lines that add up to declared and found', () => {
    for (const each of figures) {
      const sum = (side: string) =>
        each.lines.filter((line) => line.side === side && line.counted).reduce((all, line) => all + line.amount, 0)
      expect([each.key, sum('declared'), sum('found')]).toEqual([each.key, each.declared, each.found])
    }
  })

  it('says what was left out, what was cut and which is larger', () => {
    expect(figure('deposit')?.lines.find((line) => !line.counted)?.why).toContain('监护专户')
    expect(figure('wage')?.lines.find((line) => line.why?.includes('申报期'))?.amount).toBe(100)
    expect(figure('wage')?.sentences).toEqual(['甲春山 工资：申报 121.00 元，查得 150.00 元，取较大者 150.00 元'])
    expect(figure('transfer')?.sentences).toContain('本户 赡养抚养扶养费：申报 0.00 元，查得 120.00 元，取较大者 120.00 元')
    expect(figure('transfer')?.sentences.some((sentence) => sentence.includes('不计入收入'))).toBe(true)
    expect(figure('security')).toMatchObject({ partial: true, silent: ['证券 持仓：甲春山 没有可用的反馈'] })
  })
})

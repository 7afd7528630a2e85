import { describe, expect, it } from 'vitest'
import { loadPack, type ProofRule, resolveCasework } from '#policy'
import type { Draft, DraftRow } from '../contract/draft.ts'
import { missingProofs, type ProofOf, proofLines } from './proofs.ts'

const { proofs: rules } = resolveCasework(loadPack('reference'), '2026-06-21')
const row = (id: string, values: Record<string, string>): DraftRow => ({ id, values, known: [] })

const draft: Draft = {
  household: row('household', {}),
  members: [row('+head', { name: '丁甲', health: 'serious' }), row('+wife', { name: '戊乙', health: 'disabled' })],
  supporters: [],
  incomes: [
    row('+w1', { person_no: '+wife', item: 'wage' }),
    row('+w2', { person_no: '+wife', item: 'wage' }),
    row('+f', { person_no: '+head', item: 'farm' }),
  ],
  assets: [],
  expenditures: [row('+m', { person_no: '+head', kind: 'medical' })],
  relatives: [],
}

const kept = (part: Partial<ProofOf>): ProofOf => ({
  proofId: '1',
  code: 'illness',
  subject: '+head',
  sha256: 'a'.repeat(64),
  fileId: null,
  fileName: '病历.jpg',
  reason: null,
  byName: '经办',
  at: '2026-06-21T08:00:00.000+08:00',
  ...part,
})

describe('the checklist of proofs', () => {
  it('asks for what was declared: once a person, required ones first, nothing that the verification asks for itself', () => {
    const lines = proofLines(draft, rules, [])
    expect(
      lines.filter(({ demand }) => demand === 'required').map(({ label, subjectName }) => `${subjectName} ${label}`),
    ).toEqual(['丁甲 病历或诊断证明', '戊乙 收入证明', '丁甲 医疗费用票据'])
    const disability = lines.find(({ code }) => code === 'disability')
    expect(disability).toMatchObject({ subject: '+wife', proves: '健康状况：残疾', demand: 'by_query', state: 'open' })
    expect(lines.find(({ code }) => code === 'register')).toMatchObject({ subject: 'household', subjectName: '全户' })
    expect(missingProofs(lines)).toEqual(['丁甲的病历或诊断证明', '戊乙的收入证明', '丁甲的医疗费用票据'])
  })

  it('a file or a written reason settles a line of its own person only', () => {
    const lines = proofLines(draft, rules, [
      kept({}),
      kept({ proofId: '2', code: 'wage', subject: '+wife', sha256: null, fileName: null, reason: '零工，雇主不出具' }),
      kept({ proofId: '3', code: 'medical_bills', subject: '+wife' }),
    ])
    const stateOf = (code: string) => lines.find((line) => line.code === code)?.state
    expect([stateOf('illness'), stateOf('wage'), stateOf('medical_bills')]).toEqual(['attached', 'excused', 'missing'])
    expect(missingProofs(lines)).toEqual(['丁甲的医疗费用票据'])
  })

  it('a value that was taken back takes its line away', () => {
    const healthy = { ...draft, members: draft.members.map((each) => ({ ...each, values: { ...each.values, health: 'good' } })) }
    expect(proofLines(healthy, rules, [kept({})]).some(({ code }) => code === 'illness')).toBe(false)
  })

  it('a checklist without rules is empty', () => {
    expect(proofLines(draft, [] as readonly ProofRule[], [kept({})])).toEqual([])
  })
})

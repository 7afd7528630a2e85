import { describe, expect, it } from 'vitest'
import { rulesWith } from '#testkit/dossier'
import type { ListedCertificate } from '../household/dossier.ts'
import { missedPersons } from './missed.ts'

const listed: ListedCertificate = {
  source_record_id: 'CL2',
  as_of_date: '2026-09-20',
  id_number: 'N1',
  name: '癸某',
  grade: '1',
  state: 'valid',
  valid_to: '2026-09-30',
  division_code: '629901001001',
}

describe('MIS-1', () => {
  const nobody = { listedAnywhere: () => false, dead: () => false, caredFor: () => false }
  const found = (rows: ListedCertificate[], lookups: Partial<typeof nobody> = {}): string[] =>
    missedPersons(rows, { ...nobody, ...lookups }, rulesWith()).map(
      (f) => `${f.household_no}|${f.person}|${f.source}|${f.source_record_id}|${f.class}`,
    )

  it('reports one row per number, the smallest record', () => {
    expect(found([listed, { ...listed, source_record_id: 'CL1' }])).toEqual(['||disabled_federation/certificates|CL1|B'])
  })

  it('applies the conditions before it takes the smallest record', () => {
    expect(found([listed, { ...listed, source_record_id: 'CL1', grade: '3' }])).toEqual([
      '||disabled_federation/certificates|CL2|B',
    ])
    const other = { ...listed, source_record_id: 'CL1', name: '别名' }
    expect(
      missedPersons([listed, other], { ...nobody, dead: (_id: string, name: string) => name === '别名' }, rulesWith()).map(
        (f) => f.source_record_id,
      ),
    ).toEqual(['CL2'])
  })

  it.each([
    ['a milder grade', { grade: '3' }],
    ['expired yesterday', { valid_to: '2026-09-29' }],
    ['cancelled', { state: 'cancelled' }],
    ['another district', { division_code: '629902001001' }],
  ])('leaves out %s', (_name, change) => {
    expect(found([{ ...listed, ...change }])).toEqual([])
  })

  it('leaves out who is listed, dead or cared for', () => {
    for (const name of ['listedAnywhere', 'dead', 'caredFor'] as const)
      expect(found([listed], { [name]: () => true })).toEqual([])
  })
})

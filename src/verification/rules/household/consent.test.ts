import { describe, expect, it } from 'vitest'
import type { AuthorisationRow, PersonRow } from '#registry'
import { recordNames } from '#sources/contract'
import { dossierOf } from '#testkit/dossier'
import { unsignedMembers } from './consent.ts'

const [row] = dossierOf({ persons: [{}] }).persons
const member = (more: Partial<PersonRow> = {}): PersonRow => ({ ...(row as PersonRow), counted: 'yes', ...more })
const paper = (more: Partial<AuthorisationRow> = {}): AuthorisationRow => ({
  authorisation_no: 'SQ1',
  subject_no: member().person_no,
  signature: 'signed',
  signed_on: '2026-09-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
  doc_hash: null,
  ...more,
})
const terms = { asOf: '2026-09-30', guardianAge: 18, required: recordNames }
const why = (...papers: AuthorisationRow[]) => unsignedMembers([member()], papers, terms).map((each) => each.why)

describe('the consent of a household', () => {
  it('stands when every counted member has signed for all that is required', () => {
    expect(why(paper())).toEqual([])
    expect(why(paper({ withdrawn_on: '2026-10-01' }), paper({ signature: 'missing', signed_on: null }))).toEqual([])
    expect(unsignedMembers([member({ counted: 'no' })], [], terms)).toEqual([])
    expect(unsignedMembers([member()], [paper({ items: ['vehicle'] })], { ...terms, required: ['police/vehicles'] })).toEqual([])
  })

  it.each<[string, AuthorisationRow[], RegExp]>([
    ['no paper', [], /^没有签署授权书$/],
    ['a paper nobody signed', [paper({ signature: 'missing', signed_on: null })], /^没有签署授权书$/],
    ['signed after the day', [paper({ signed_on: '2026-10-01' })], /签于核对时点 2026-09-30 之后/],
    ['withdrawn on the day', [paper({ withdrawn_on: '2026-09-30' })], /^授权已撤回$/],
    ['run out', [paper({ valid_to: '2026-09-29' })], /^授权书已过期$/],
    ['signed by a child', [paper({ signed_on: '1990-01-01' })], /未满 18 周岁，须由监护人签署/],
    ['some items only', [paper({ items: ['identity'] })], /授权项目不全，缺车辆、/],
  ])('is lacking: %s', (_, papers, reason) => {
    expect(why(...papers)).toEqual([expect.stringMatching(reason)])
  })
})

import { expect, it } from 'vitest'
import { dossierOf } from '#testkit/dossier'
import { AnswerBook } from '../found/answer-book.ts'
import { buildDossiers, type DossierParts } from './dossiers.ts'

it('gives a query to the person when a supporter of another household carries the same number', () => {
  const { household, persons, supporters, lookups } = dossierOf({ supporters: [{ row: { supporter_no: 'H2-1' } }] })
  const rows: DossierParts['rows'] = {
    households: [household, { ...household, household_no: 'H2' }],
    persons: [...persons, ...persons.map((row) => ({ ...row, person_no: 'H2-1', household_no: 'H2' }))],
    supporters: [...supporters],
    authorisations: [],
    incomes: [],
    assets: [],
    expenditures: [],
    payments: [],
    filings: [],
    queries: [
      { query_no: 'Q1', subject_no: 'H2-1', record: 'banks/deposits', queried_on: '2026-09-01', operator: null, purpose: null },
    ],
    sameNumber: [],
    sameAccount: [],
  }
  const dossiers = buildDossiers({
    asOf: '2026-09-30',
    districtCode: '629901',
    rows,
    subjects: [],
    book: new AnswerBook([]),
    lookups,
  })
  expect(dossiers.map((dossier) => dossier.queries.length)).toEqual([0, 1])
})

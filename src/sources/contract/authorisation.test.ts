import { describe, expect, test } from 'vitest'
import { type AuthorisationFacts, isAuthorised } from './index.ts'

const adult = { idNumber: '11010519491231002X' }
/** born 2014-01-01 */
const child = { idNumber: '629901201401010010' }
const asOf = '2026-09-30'

const paper = (change: Partial<AuthorisationFacts> = {}): AuthorisationFacts => ({
  signature: 'signed',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['vehicle'],
  ...change,
})

const may = (change: Partial<AuthorisationFacts>, person = adult): boolean =>
  isAuthorised([paper(change)], person, 'police/vehicles', asOf, 18)

describe('an authorisation covers a record type', () => {
  test.each<[string, Partial<AuthorisationFacts>]>([
    ['signed before, open', {}],
    ['on the last day of validity', { valid_to: asOf }],
    ['on the day of signing', { signed_on: asOf }],
    ['with all items', { items: ['all'] }],
    ['the day before it is withdrawn', { withdrawn_on: '2026-10-01' }],
  ])('%s', (_, change) => expect(may(change)).toBe(true))

  test.each<[string, Partial<AuthorisationFacts>]>([
    ['missing', { signature: 'missing' }],
    ['not yet signed', { signed_on: '2026-10-01' }],
    ['without a date', { signed_on: null }],
    ['after its validity', { valid_to: '2026-09-29' }],
    ['withdrawn on the day itself', { withdrawn_on: asOf }],
    ['for other items', { items: ['identity', 'finance'] }],
  ])('not when %s', (_, change) => expect(may(change)).toBe(false))

  test('a child needs a guardian, judged by the age at signing', () => {
    expect(may({}, child)).toBe(false)
    expect(may({ signature: 'guardian' }, child)).toBe(true)
    const grown = { idNumber: '629901200807010011' }
    expect(may({ signed_on: '2026-06-30' }, grown)).toBe(false)
    expect(may({ signed_on: '2026-07-01' }, grown)).toBe(true)
  })

  test("the bureau's own data need none", () => {
    expect(isAuthorised([], adult, 'civil_affairs/marriages', asOf, 18)).toBe(true)
    expect(isAuthorised([], adult, 'police/register', asOf, 18)).toBe(false)
  })
})

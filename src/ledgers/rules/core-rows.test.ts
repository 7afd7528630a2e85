import { expect, it } from 'vitest'
import { Assembly } from './core-rows.ts'
import { newDraft } from './drafts.ts'
import { Places } from './places.ts'
import type { Registered } from './registered.ts'
import { Words } from './words.ts'

const ID = '629901198504120029'

/** A registered household, as far as the rules look. */
const REGISTERED: Registered = {
  households: new Map([
    ['户1', { householdNo: '户1', given: { household_no: '户1', account_no: '6217', division_code: '629901001001' } }],
  ]),
  byNumber: new Map(),
  members: new Map([
    ['户1', [{ personNo: '户1-1', householdNo: '户1', idNumber: ID, given: { relation: 'head', phone: '139', counted: 'yes' } }]],
  ]),
  payments: new Map(),
  byAccount: new Map(),
}

it('takes a number whose middle is hidden for that of the registered member it shows, and keeps what no column says', () => {
  const draft = newDraft('户1', { sheet: 0, row: 2 })
  draft.isTold = true
  draft.headName = '甲'
  draft.headId = '629901********0029'
  draft.given.tier = 'A'
  const words = new Words(
    { columns: {}, groups: {}, codes: {}, nothing: {}, yes: [], no: [], programme_titles: {}, totals: [], notes: [] },
    [],
    [],
  )
  const told = { divisions: [], households: [draft], payments: [], columns: new Set<string>() }
  const constants = { programme: 'rural', appliedOn: 'aid-from', paidOn: 'month-end', aidFrom: '2026-01', counted: 'yes' }
  const places = new Places([], words)
  const assembly = new Assembly(told, {
    asOf: '2026-09-30',
    maxAge: 120,
    constants,
    registered: REGISTERED,
    places,
    madeNumber: (text) => text,
  })
  const [household, person] = [...assembly.rows()]
  expect(household?.given).toMatchObject({ household_no: '户1', tier: 'A', account_no: '6217', division_code: '629901001001' })
  expect(person?.given).toMatchObject({
    person_no: '户1-1',
    id_number: ID,
    name: '甲',
    phone: '139',
    gender: '2',
    birth_date: '1985-04-12',
  })
})

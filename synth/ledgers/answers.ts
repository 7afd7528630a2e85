import { lastDay, monthNumber } from '../calendar.ts'
import type { Draft } from './draft.ts'
import type { KeyRow, KeyStatus, LedgerAnswers, LedgerKey } from './key.ts'
import { columnOf, entryOf, type Facts, truthOf } from './shapes.ts'
import { type Entry, type Family, headOf, LEDGER_AS_OF, type Member, type Payment, type Place } from './truth.ts'
import { CODE_WORDS, codesByWord } from './words.ts'

/** The answer key of a draft that has been written. */

const NOWHERE: Place = { sheet: '', from: 0, to: 0 }

/** Texts of the columns of a table that the file has, as they must be read. */
function said(fields: ReadonlySet<string>, table: string, facts: Facts): Record<string, string> {
  const values: Record<string, string> = {}
  for (const field of fields) {
    if (!field.startsWith(`${table}.`) || field === 'persons.age') continue
    const entry = entryOf(columnOf(field, 0), facts)
    values[field.slice(table.length + 1)] = entry.read.get(field) ?? truthOf(field, facts)
  }
  return values
}

function rowOf(
  entry: Entry,
  row: Pick<KeyRow, 'table' | 'household' | 'key' | 'values'> & { inherited: { status: KeyStatus; codes: readonly string[] } },
): KeyRow {
  const { inherited, ...rest } = row
  const own = inherited.status === 'in' ? entry : inherited
  const { sheet, from, to } = entry.place ?? NOWHERE
  return { ...rest, status: own.status, sheet, from, to, codes: own.codes, warns: own.status === 'in' ? entry.warns : [] }
}

/** What becomes of a household whose head stays out, where only the head makes it known. */
function familyFate(draft: Draft, family: Family): { status: KeyStatus; codes: readonly string[] } {
  if (family.isHidden && draft.hiddenRows === false) return { status: 'absent', codes: [] }
  if (family.status === 'refused') return { status: 'refused', codes: [...family.codes, 'REF_NOT_FOUND'] }
  if (!draft.withNo && headOf(family).status === 'refused') return { status: 'either', codes: [] }
  return { status: 'in', codes: [] }
}

function householdRow(fields: ReadonlySet<string>, family: Family, fate: ReturnType<typeof familyFate>): KeyRow {
  const facts = { family, member: headOf(family), serial: 0 }
  const values = {
    kind: 'existing',
    programme: family.village.programme,
    division_code: family.village.code,
    applied_on: `${family.aidFrom}-01`,
    ...said(fields, 'households', facts),
  }
  const key = fields.has('households.household_no') ? family.no : ''
  const inherited = { status: fate.status, codes: fate.codes }
  return rowOf(family, { table: 'households', household: family.id, key, values, inherited })
}

function personValues(fields: ReadonlySet<string>, draft: Draft, family: Family, member: Member): Record<string, string> {
  const { human } = member
  const isListed = fields.has('persons.name') && (draft.headListed || member !== headOf(family))
  const own = isListed ? said(fields, 'persons', { family, member, serial: 0 }) : { name: human.name, relation: 'head' }
  return { gender: human.sex, birth_date: human.birth, ...own, id_number: human.id }
}

function personRows(fields: ReadonlySet<string>, draft: Draft, family: Family, fate: ReturnType<typeof familyFate>): KeyRow[] {
  const members = fields.has('persons.name') ? family.members : [headOf(family)]
  return members.map((member) =>
    rowOf(member, {
      table: 'persons',
      household: family.id,
      key: member.human.id,
      values: personValues(fields, draft, family, member),
      inherited: fate,
    }),
  )
}

function paymentRow(
  fields: ReadonlySet<string>,
  draft: Draft,
  family: Family,
  payment: Payment,
  fate: ReturnType<typeof familyFate>,
): KeyRow {
  const facts = { family, member: headOf(family), payment, serial: 0 }
  const values = {
    month: payment.month,
    amount: truthOf('payments.amount', facts),
    paid_on: lastDay(monthNumber(payment.month)),
    ...said(fields, 'payments', facts),
  }
  const isHidden = family.isHidden && draft.hiddenRows === false
  const inherited = draft.onlyPayments && !isHidden ? { status: 'in' as const, codes: [] } : fate
  return rowOf(payment, { table: 'payments', household: family.id, key: payment.month, values, inherited })
}

function rowsOf(fields: ReadonlySet<string>, draft: Draft): KeyRow[] {
  return draft.families.flatMap((family) => {
    const fate = familyFate(draft, family)
    const payments = fields.has('payments.amount')
      ? family.payments.map((each) => paymentRow(fields, draft, family, each, fate))
      : []
    if (draft.onlyPayments) return payments
    return [householdRow(fields, family, fate), ...personRows(fields, draft, family, fate), ...payments]
  })
}

function answersOf(fields: ReadonlySet<string>, draft: Draft): LedgerAnswers {
  const coded = [...fields].filter((field) => CODE_WORDS[field] !== undefined)
  const village = draft.families[0]?.village
  return {
    columns: draft.headers,
    words: Object.fromEntries(coded.map((field) => [field, codesByWord(field)])),
    places: draft.places,
    constants: {
      'households.programme': village?.programme ?? '',
      'households.kind': 'existing',
      'households.applied_on': 'first-day-of-aid_from',
      'persons.counted': 'yes',
      'payments.paid_on': 'last-day-of-month',
      year: '2026',
      'place.township': village?.township ?? '',
    },
    hiddenRows: draft.hiddenRows,
  }
}

/** The key of a ledger; its draft has been written. */
export function keyOf(draft: Draft, file: string): LedgerKey {
  const fields = new Set(draft.headers.map(({ field }) => field).filter((field) => field !== ''))
  return {
    file,
    layout: draft.layout,
    shape: draft.shape,
    dirt: draft.dirt,
    asOf: LEDGER_AS_OF,
    households: Object.fromEntries(
      draft.families.map((family) => {
        const isKnown = draft.onlyPayments || fields.has('households.household_no')
        return [family.id, { no: isKnown ? family.no : '', head: headOf(family).human.id }]
      }),
    ),
    rows: rowsOf(fields, draft),
    spares: draft.spares,
    answers: answersOf(fields, draft),
  }
}

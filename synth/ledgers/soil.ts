import type { Draft } from './draft.ts'
import { FAULTS, hasColumn } from './faults.ts'

/** Which dirt a ledger gets: marks of its sheets, and faults of its cells and rows. */

type Mark = (draft: Draft) => boolean

function flag(
  name:
    | 'unitLine'
    | 'notes'
    | 'totals'
    | 'subtotals'
    | 'blankRows'
    | 'repeatedHeader'
    | 'lineBreaks'
    | 'filter'
    | 'comments'
    | 'cover',
): Mark {
  return (draft) => {
    if (draft.layout === 'product-labels' || (draft.encoding !== null && name !== 'blankRows' && name !== 'totals')) return false
    if (name === 'subtotals' && draft.onlyPayments) return false
    draft.frame[name] = true
    return true
  }
}

const HIDEABLE = ['persons.phone', 'persons.birth_date', 'persons.gender', 'households.address', 'payments.account_holder']

const hiddenColumn: Mark = (draft) => {
  if (draft.encoding !== null || draft.layout === 'product-labels') return false
  const field = HIDEABLE.find((each) => hasColumn(draft, each))
  if (field === undefined) return false
  draft.frame.hiddenField = field
  return true
}

/** Rows that a filter or a person hid: forgotten households, or such as left. */
const hiddenRows: Mark = (draft) => {
  if (draft.encoding !== null || ['product-labels', 'two-sheets', 'head-then-members'].includes(draft.layout)) return false
  const family = draft.families.find(({ isTouched }) => !isTouched)
  if (family === undefined) return false
  family.isTouched = true
  family.isHidden = true
  draft.hiddenRows = draft.rng.permille(500)
  return true
}

/** A column somebody writes into without having named it. */
const blankHeader: Mark = (draft) => {
  if (draft.layout === 'product-labels') return false
  const at = draft.rng.between(2, draft.columns.length)
  draft.columns.splice(at, 0, { field: '', path: [''], of: 'member', width: 8 })
  return true
}

const MARKS: Readonly<Record<string, Mark>> = {
  'unit-line': flag('unitLine'),
  notes: flag('notes'),
  totals: flag('totals'),
  subtotals: flag('subtotals'),
  'blank-rows': flag('blankRows'),
  'repeated-header': flag('repeatedHeader'),
  'line-breaks': flag('lineBreaks'),
  filter: flag('filter'),
  comments: flag('comments'),
  'cover-sheet': flag('cover'),
  'blank-header': blankHeader,
  'hidden-column': hiddenColumn,
  'hidden-rows': hiddenRows,
}

/** Names of every kind of dirt. */
export const DIRT: readonly string[] = [...Object.keys(MARKS), ...Object.keys(FAULTS)]

/** Faults that every untouched cell of a kind gets: after those of single rows, so that they leave those alone. */
const EVERYWHERE: ReadonlySet<string> = new Set(['date-spellings', 'money-spellings', 'spaces'])

/** Spoils a draft: about half the marks, one to five faults. Every fifth ledger stays clean. */
export function soil(draft: Draft): void {
  const { rng } = draft
  if (rng.permille(200)) return
  for (const [name, mark] of Object.entries(MARKS)) {
    if (rng.permille(name.startsWith('hidden') || name === 'blank-header' ? 200 : 400) && mark(draft)) draft.dirt.push(name)
  }
  const names = rng.shuffle(Object.keys(FAULTS)).slice(0, rng.between(2, 8))
  const ordered = [...names.filter((name) => !EVERYWHERE.has(name)), ...names.filter((name) => EVERYWHERE.has(name))]
  for (const name of ordered) if (FAULTS[name]?.(draft) === true) draft.dirt.push(name)
}

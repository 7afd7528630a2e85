import { fullYears, isRealDate } from '../calendar.ts'
import { type Column, codeLists, recordColumns } from './schema.ts'

/** What reading one field gives: its normalised text (empty if there is none) and at most one remark. */
export interface Reading {
  readonly value: string
  readonly code?: string
  readonly error?: boolean
}

/** Hidden and control characters that are deleted anywhere; then white space is cut at both ends. */
export const clean = (x: string): string => x.replace(/[\uFEFF\u200B-\u200F\u2060\u0000-\u001F\u007F-\u009F]/g, '').trim()

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacter = (body: string): string =>
  '10X98765432'[[...body].reduce((sum, d, i) => sum + Number(d) * (weights[i] ?? 0), 0) % 11] ?? ''
const bad = (code: string): Reading => ({ value: '', code, error: true })
const good = (value: string, code: string, changed: boolean): Reading => (changed ? { value, code, error: false } : { value })

export const birthOf = (id: string): string => `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`

export function readId(raw: string, asOf: string, maxAge: number): Reading {
  let v = clean(raw)
    .normalize('NFKC')
    .replace(/\s/gu, '')
    .replace(/['’‘`]/g, '')
    .toUpperCase()
  if (/^\d(\.\d+)?E\+?\d+$/.test(v)) return bad('IDQ-3')
  v = v.replaceAll('O', '0').replace(/[IL|]/g, '1')
  if (/^\d{15}$/.test(v)) {
    v = `${v.slice(0, 6)}19${v.slice(6)}`
    v += checkCharacter(v)
  }
  if (!/^\d{17}[\dX]$/.test(v)) return bad('IDQ-1')
  const birth = birthOf(v)
  if (!isRealDate(birth) || birth > asOf || fullYears(birth, asOf) > maxAge) return bad('IDQ-2')
  if (checkCharacter(v.slice(0, 17)) !== v[17]) return bad('IDQ-1')
  return good(v, 'IDQ-3', v !== raw)
}

const pad = (x: string): string => x.padStart(2, '0')
const inRange = (year: string): boolean => Number(year) >= 1900 && Number(year) <= 2100

const dateForms = [
  /^(\d{4})-(\d{2})-(\d{2})$/,
  /^(\d{4})(\d{2})(\d{2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})\.(\d{1,2})\.(\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
]
const monthForms = [
  /^(\d{4})-(\d{2})$/,
  /^(\d{4})(\d{2})$/,
  /^(\d{4})\/(\d{1,2})$/,
  /^(\d{4})\.(\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月$/,
]

function readDate(v: string, cleaned: string, past: boolean, asOf: string): Reading {
  for (const form of dateForms) {
    const [, y = '', m = '', d = ''] = form.exec(v) ?? []
    if (y === '') continue
    const date = `${y}-${pad(m)}-${pad(d)}`
    if (!inRange(y) || !isRealDate(date)) return bad('DATE_INVALID')
    if (past && date > asOf) return bad('DATE_FUTURE')
    return good(date, 'DATE_NORMALISED', date !== cleaned)
  }
  return bad('DATE_INVALID')
}

function readMonth(v: string, cleaned: string): Reading {
  for (const form of monthForms) {
    const [, y = '', m = ''] = form.exec(v) ?? []
    if (y === '') continue
    if (!inRange(y) || Number(m) < 1 || Number(m) > 12) return bad('DATE_INVALID')
    const month = `${y}-${pad(m)}`
    return good(month, 'DATE_NORMALISED', month !== cleaned)
  }
  return bad('DATE_INVALID')
}

function readMoney(v: string, cleaned: string): Reading {
  let rest = v.replace(/^¥/, '').replace(/元$/, '')
  if (/^-?\d{1,3}(,\d{3})+(\.\d{1,2})?$/.test(rest)) rest = rest.replaceAll(',', '')
  if (!/^-?\d{1,12}(\.\d{1,2})?$/.test(rest)) return bad('MONEY_INVALID')
  if (rest.startsWith('-') && /[1-9]/.test(rest)) return bad('MONEY_NEGATIVE')
  return good(rest, 'MONEY_NORMALISED', rest !== cleaned)
}

const parts = (v: string): string[] =>
  v
    .split(';')
    .map((x) => x.trim())
    .filter((x) => x !== '')

type Reader = (v: string, column: Column) => Reading
const matching =
  (form: RegExp, code: string): Reader =>
  (v) =>
    form.test(v) ? { value: v } : bad(code)
const oneOf =
  (codes: (column: Column) => { has(x: string): boolean } | undefined): Reader =>
  (v, column) =>
    codes(column)?.has(v) ? { value: v } : bad('CODE_UNKNOWN')

const simple: Readonly<Record<string, Reader>> = {
  decimal: matching(/^\d{1,9}(\.\d{1,2})?$/, 'NUMBER_INVALID'),
  int: matching(/^\d{1,9}$/, 'NUMBER_INVALID'),
  division: matching(/^\d{12}$/, 'DIVISION_INVALID'),
  code: oneOf((column) => codeLists[column.codes]),
  yesno: oneOf(() => new Set(['yes', 'no'])),
  record: oneOf(() => ({ has: (x) => x in recordColumns })),
  codes: (v, column) => {
    const list = parts(v)
    return list.every((x) => codeLists[column.codes]?.has(x)) ? { value: list.join(';') } : bad('CODE_UNKNOWN')
  },
}

/** Reads one field of a table; `raw` is the field after CSV unquoting. */
export function readField(column: Column, raw: string, asOf: string, maxAge: number): Reading {
  const cleaned = clean(raw)
  if (cleaned === '') return column.required ? bad('REQUIRED_EMPTY') : { value: '' }
  const v = cleaned.normalize('NFKC')
  switch (column.type) {
    case 'text':
    case 'key':
    case 'person':
      return { value: cleaned }
    case 'id':
      return readId(raw, asOf, maxAge)
    case 'idlink':
      return { value: readId(raw, asOf, maxAge).value }
    case 'date':
      return readDate(v, cleaned, column.past, asOf)
    case 'month':
      return readMonth(v, cleaned)
    case 'money':
      return readMoney(v, cleaned)
    default:
      return (simple[column.type] as Reader)(v, column)
  }
}

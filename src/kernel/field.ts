import type { Column, ReadContext, Value } from './column.ts'
import { isDate, isMonth, readDate, readMonth } from './dates.ts'
import { isDivision } from './division.ts'
import { readIdNumber } from './id-number.ts'
import type { FieldIssue, IssueCode, Severity } from './import-issue.ts'
import { readHundredths, readYuan } from './money.ts'
import { codesOf, isRecordType } from './terms.ts'
import { clean, isPlainAscii } from './text.ts'

/** A field that is not simply its text: what was read, whether that is written otherwise, and what is to be reported. */
export interface FieldResult {
  readonly value: Value
  readonly changed: boolean
  readonly issue: FieldIssue | null
}

/** Reads one field: the value alone if it stands in the file as it should, else a result. */
export type FieldReader = (raw: string, ctx: ReadContext) => string | number | string[] | null | FieldResult

/** What a reader makes of cleaned text: the error, or the value with the text it would be written as. */
interface Read {
  readonly value: Value
  readonly written: string
  /** Reported if the field is written otherwise. */
  readonly rewritten?: IssueCode
  /** Reported whichever way the field is written. */
  readonly doubt?: IssueCode
}

function issue(column: Column, code: IssueCode, severity: Severity): FieldIssue {
  return { column: column.name, code, severity }
}

function refused(column: Column, code: IssueCode): FieldResult {
  return { value: null, changed: false, issue: issue(column, code, 'error') }
}

/** The result of a field that is empty after cleaning. */
function emptyField(column: Column, raw: string): FieldResult | null {
  if (column.required) return refused(column, 'REQUIRED_EMPTY')
  return raw === '' ? null : { value: null, changed: true, issue: null }
}

/** Sets what was read beside what stands in the file. */
function resultOf(column: Column, raw: string, cleaned: string, read: Read): Value | FieldResult {
  const warn = read.doubt ?? (read.written === cleaned ? undefined : read.rewritten)
  if (warn === undefined && read.written === raw) return read.value
  return {
    value: read.value,
    changed: read.written !== raw,
    issue: warn === undefined ? null : issue(column, warn, 'warn'),
  }
}

/** Empty fields and compatibility forms are treated alike for all types but text and numbers of citizens. */
function cleanedReader(column: Column, read: (v: string, ctx: ReadContext) => Read | IssueCode): FieldReader {
  return (raw, ctx) => {
    const plain = isPlainAscii(raw)
    const cleaned = plain ? raw : clean(raw)
    if (cleaned === '') return emptyField(column, raw)
    const result = read(plain ? raw : cleaned.normalize('NFKC'), ctx)
    return typeof result === 'string' ? refused(column, result) : resultOf(column, raw, cleaned, result)
  }
}

function textReader(column: Column): FieldReader {
  return (raw) => {
    const cleaned = clean(raw)
    if (cleaned === '') return emptyField(column, raw)
    return cleaned === raw ? raw : { value: cleaned, changed: true, issue: null }
  }
}

function idReader(column: Column): FieldReader {
  const linked = column.type === 'idlink'
  return (raw, ctx) => {
    if (clean(raw) === '') return emptyField(column, raw)
    const reading = readIdNumber(raw, ctx.asOf, ctx.maxAge)
    if (reading.value !== null && reading.code === null) return reading.value
    if (linked) return { value: reading.value, changed: true, issue: null }
    if (reading.value === null) return refused(column, reading.code ?? 'IDQ-1')
    return { value: reading.value, changed: reading.changed, issue: issue(column, 'IDQ-3', 'warn') }
  }
}

function dateReader(column: Column): FieldReader {
  const slow = cleanedReader(column, (v, ctx) => {
    const date = readDate(v)
    if (date === null) return 'DATE_INVALID'
    if (column.notAfterAsOf && date > ctx.asOf) return 'DATE_FUTURE'
    return { value: date, written: date, rewritten: 'DATE_NORMALISED' }
  })
  return (raw, ctx) => {
    const simple = isDate(raw) && raw >= '1900' && raw < '2101' && !(column.notAfterAsOf && raw > ctx.asOf)
    return simple ? raw : slow(raw, ctx)
  }
}

function monthReader(column: Column): FieldReader {
  const slow = cleanedReader(column, (v) => {
    const month = readMonth(v)
    return month === null ? 'DATE_INVALID' : { value: month, written: month, rewritten: 'DATE_NORMALISED' }
  })
  return (raw, ctx) => (isMonth(raw) && raw >= '1900' && raw < '2101' ? raw : slow(raw, ctx))
}

const GROUPED = /^-?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?$/

function moneyReader(column: Column): FieldReader {
  const slow = cleanedReader(column, (v) => {
    let text = v.startsWith('¥') ? v.slice(1) : v
    if (text.endsWith('元')) text = text.slice(0, -1)
    if (GROUPED.test(text)) text = text.replaceAll(',', '')
    const fen = readYuan(text)
    if (fen === null) return 'MONEY_INVALID'
    if (fen < 0) return 'MONEY_NEGATIVE'
    return { value: fen, written: text, rewritten: 'MONEY_NORMALISED' }
  })
  return (raw, ctx) => {
    const fen = readYuan(raw)
    return fen !== null && fen >= 0 ? fen : slow(raw, ctx)
  }
}

function decimalReader(column: Column): FieldReader {
  return cleanedReader(column, (v) => {
    const hundredths = readHundredths(v)
    return hundredths === null ? 'NUMBER_INVALID' : { value: hundredths, written: v }
  })
}

function intReader(column: Column): FieldReader {
  return cleanedReader(column, (v) => (/^\d{1,9}$/.test(v) ? { value: Number(v), written: v } : 'NUMBER_INVALID'))
}

function divisionReader(column: Column): FieldReader {
  return cleanedReader(column, (v, ctx) => {
    if (!isDivision(v)) return 'DIVISION_INVALID'
    const unknown = ctx.isCore && ctx.divisions !== undefined && !ctx.divisions.has(v)
    return unknown ? { value: v, written: v, doubt: 'DIVISION_UNKNOWN' } : { value: v, written: v }
  })
}

function oneOfReader(column: Column, known: (v: string) => boolean): FieldReader {
  const slow = cleanedReader(column, (v) => (known(v) ? { value: v, written: v } : 'CODE_UNKNOWN'))
  return (raw, ctx) => (known(raw) ? raw : slow(raw, ctx))
}

function codesReader(column: Column, known: ReadonlySet<string>): FieldReader {
  const slow = cleanedReader(column, (v) => {
    const codes = v
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '')
    return codes.every((code) => known.has(code)) ? { value: codes, written: codes.join(';') } : 'CODE_UNKNOWN'
  })
  return (raw, ctx) => (known.has(raw) ? [raw] : slow(raw, ctx))
}

const YES_NO: ReadonlySet<string> = new Set(['yes', 'no'])

/** The reader of a column, made once per table. */
export function fieldReader(column: Column): FieldReader {
  const known = column.codes === undefined ? new Set<string>() : codesOf(column.codes)
  switch (column.type) {
    case 'text':
    case 'key':
    case 'person':
      return textReader(column)
    case 'id':
    case 'idlink':
      return idReader(column)
    case 'date':
      return dateReader(column)
    case 'month':
      return monthReader(column)
    case 'money':
      return moneyReader(column)
    case 'decimal':
      return decimalReader(column)
    case 'int':
      return intReader(column)
    case 'division':
      return divisionReader(column)
    case 'yesno':
      return oneOfReader(column, (v) => YES_NO.has(v))
    case 'code':
      return oneOfReader(column, (v) => known.has(v))
    case 'codes':
      return codesReader(column, known)
    case 'record':
      return oneOfReader(column, isRecordType)
  }
}

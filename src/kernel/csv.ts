import { Problem } from './problem.ts'

/**
 * Streaming CSV as the interchange defines it: UTF-8 with or without byte order mark, comma, RFC 4180 quoting, line
 * ends LF or CRLF. A line without any character is skipped but counted. A quote inside an unquoted field is text.
 */
export interface CsvRecord {
  /** Number of the record as a spreadsheet shows it: the first is 1; blank lines count, line breaks in quotes do not. */
  readonly row: number
  readonly fields: string[]
  /** The record as it stands in the file, without its line end. */
  readonly raw: string
}

export type CsvFaultKind = 'not-utf8' | 'unclosed-quote' | 'text-after-quote'

const FAULTS: Readonly<Record<CsvFaultKind, string>> = {
  'not-utf8': '文件不是 UTF-8 编码，请另存为 UTF-8 编码的 CSV 后重新提交',
  'unclosed-quote': '引号没有成对，请补上缺少的双引号后重新提交',
  'text-after-quote': '双引号之后还有文字，字段内的双引号请写成两个',
}

/** The file cannot be read as CSV; nothing of it may be used. `row` is the record where it shows. */
export class CsvFault extends Problem {
  readonly fault: CsvFaultKind
  readonly row: number

  constructor(fault: CsvFaultKind, row: number) {
    super(`csv.${fault.replaceAll('-', '_')}`, `第 ${row} 行附近：${FAULTS[fault]}`, { details: { row } })
    this.fault = fault
    this.row = row
  }
}

const QUOTE = 34
const COMMA = 44
const LF = 10
const CR = 13

/** Push parser: give it the bytes in pieces of any size, then call `end`. Records come out in order, in batches. */
export class CsvParser {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  /** Bytes after the last line end: they are decoded with what follows, so that every decoded text is in one piece. */
  #bytes: Uint8Array[] = []
  /** Text of a record whose quotes span lines, until it is complete. */
  #open = ''
  #waiting: string[] = []
  #waitingLength = 0
  #row = 1

  /** Records completed by this piece. Throws CsvFault. */
  push(bytes: Uint8Array): CsvRecord[] {
    const end = bytes.lastIndexOf(LF) + 1
    if (end === 0) {
      this.#bytes.push(bytes.slice())
      return []
    }
    const lines = this.#joined(bytes.subarray(0, end))
    this.#bytes = end === bytes.length ? [] : [bytes.slice(end)]
    return this.#take(this.#decode(lines, true), false)
  }

  /** Records completed by the end of the file. Throws CsvFault. */
  end(): CsvRecord[] {
    const lines = this.#joined(new Uint8Array(0))
    this.#bytes = []
    return this.#take(this.#decode(lines, false), true)
  }

  #joined(last: Uint8Array): Uint8Array {
    if (this.#bytes.length === 0) return last
    const parts = [...this.#bytes, last]
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream })
    } catch {
      throw new CsvFault('not-utf8', this.#row)
    }
  }

  /** An open record is scanned again only when its text has doubled, so the work stays linear. */
  #take(text: string, last: boolean): CsvRecord[] {
    const records: CsvRecord[] = []
    if (this.#open === '') {
      this.#open = text.slice(this.#scan(text, last, records))
      return records
    }
    this.#waiting.push(text)
    this.#waitingLength += text.length
    if (!last && this.#waitingLength < this.#open.length) return records
    const whole = this.#open + this.#waiting.join('')
    this.#waiting = []
    this.#waitingLength = 0
    this.#open = whole.slice(this.#scan(whole, last, records))
    return records
  }

  /** Reads the complete records of the text and returns the position after them. */
  #scan(text: string, last: boolean, records: CsvRecord[]): number {
    if (!text.includes('"')) return this.#lines(text, last, records)
    let at = 0
    let quote = text.indexOf('"')
    while (at < text.length) {
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at)
      const newline = text.indexOf('\n', at)
      if (newline < 0 && !last) return at
      const end = newline < 0 ? text.length : newline
      if (quote < 0 || quote > end) {
        this.#line(text.slice(at, end), newline >= 0, records)
        at = end + 1
        continue
      }
      const next = this.#quoted(text, at, last, records)
      if (next < 0) return at
      at = next
    }
    return text.length
  }

  /** A text without any quote: every line is a record. */
  #lines(text: string, last: boolean, records: CsvRecord[]): number {
    const lines = text.split('\n')
    const rest = lines.pop() ?? ''
    for (const line of lines) this.#line(line, true, records)
    if (last && rest !== '') this.#line(rest, false, records)
    return last ? text.length : text.length - rest.length
  }

  #line(line: string, ended: boolean, records: CsvRecord[]): void {
    const raw = ended && line.charCodeAt(line.length - 1) === CR ? line.slice(0, -1) : line
    if (raw !== '') records.push({ row: this.#row, fields: raw.split(','), raw })
    this.#row++
  }

  /** One record that may hold quoted fields; the position after it, or -1 if the text ends before the record does. */
  #quoted(text: string, start: number, last: boolean, records: CsvRecord[]): number {
    const fields: string[] = []
    let at = start
    for (;;) {
      const field = text.charCodeAt(at) === QUOTE ? this.#quotedField(text, at, last) : this.#openField(text, at, last)
      if (field === null) return -1
      fields.push(field.value)
      if (field.ended) {
        records.push({ row: this.#row, fields, raw: text.slice(start, field.stop) })
        this.#row++
        return field.next
      }
      at = field.next
    }
  }

  #openField(text: string, at: number, last: boolean): Field | null {
    let i = at
    while (i < text.length && text.charCodeAt(i) !== COMMA && text.charCodeAt(i) !== LF) i++
    if (i === text.length) return last ? { value: text.slice(at), stop: i, next: i, ended: true } : null
    if (text.charCodeAt(i) === COMMA) return { value: text.slice(at, i), stop: i, next: i + 1, ended: false }
    const stop = i > at && text.charCodeAt(i - 1) === CR ? i - 1 : i
    return { value: text.slice(at, stop), stop, next: i + 1, ended: true }
  }

  #quotedField(text: string, at: number, last: boolean): Field | null {
    let close = text.indexOf('"', at + 1)
    while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2)
    if (close < 0) {
      if (last) throw new CsvFault('unclosed-quote', this.#row)
      return null
    }
    const value = text.slice(at + 1, close).replaceAll('""', '"')
    const after = close + 1
    if (after === text.length) return last ? { value, stop: after, next: after, ended: true } : null
    const mark = text.charCodeAt(after)
    if (mark === COMMA) return { value, stop: after, next: after + 1, ended: false }
    if (mark === LF) return { value, stop: after, next: after + 1, ended: true }
    if (mark === CR && after + 1 === text.length && !last) return null
    if (mark === CR && text.charCodeAt(after + 1) === LF) return { value, stop: after, next: after + 2, ended: true }
    throw new CsvFault('text-after-quote', this.#row)
  }
}

interface Field {
  readonly value: string
  /** Position after the field's own text. */
  readonly stop: number
  /** Position after the comma or line end. */
  readonly next: number
  /** True if the record ends with this field. */
  readonly ended: boolean
}

/** Reads a CSV file in batches of records (header included, as the first one). Throws CsvFault. */
export async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord[]> {
  const parser = new CsvParser()
  for await (const bytes of source) {
    const records = parser.push(bytes)
    if (records.length > 0) yield records
  }
  const records = parser.end()
  if (records.length > 0) yield records
}

const NEEDS_QUOTES = /[",\r\n]/

/** One CSV line without its line end, quoted only where RFC 4180 requires it. */
export function formatCsvRow(fields: readonly string[]): string {
  let out = ''
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] ?? ''
    if (i > 0) out += ','
    out += NEEDS_QUOTES.test(field) ? `"${field.replaceAll('"', '""')}"` : field
  }
  return out
}

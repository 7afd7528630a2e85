/** The text form of PostgreSQL's COPY: one line a row, tab between fields, \N for null. */

/** What one field of a COPY row may hold. Arrays become PostgreSQL arrays, plain objects JSON text. */
export type CopyValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly (string | number | null)[]
  | readonly Uint8Array[]
  | { readonly [key: string]: unknown }

const special = /[\\\t\n\r]/
const specials = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** Text with what COPY reads as signs of its own written as escapes. */
export function escapeText(text: string): string {
  return special.test(text) ? text.replace(specials, (found) => escapes[found] ?? found) : text
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

function arrayElement(value: string | number | null | Uint8Array): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  return `"\\\\x${hex(value)}"`
}

/** One field as COPY text. */
export function copyField(value: CopyValue): string {
  if (value === null || value === undefined) return '\\N'
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (value instanceof Uint8Array) return `\\\\x${hex(value)}`
  if (Array.isArray(value)) return escapeText(`{${value.map(arrayElement).join(',')}}`)
  return escapeText(JSON.stringify(value))
}

/** One row as a COPY line, with its line feed. */
export function copyLine(row: readonly CopyValue[]): string {
  let line = ''
  for (let i = 0; i < row.length; i += 1) {
    if (i > 0) line += '\t'
    line += copyField(row[i])
  }
  return `${line}\n`
}

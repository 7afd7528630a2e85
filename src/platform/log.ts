import { nowIso } from './clock.ts'
import type { LogLevel } from './config.ts'

/** Structured log: one JSON object a line on standard error, personal values masked. */

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }
const sensitiveKey = /id_?(number|no)|password|secret|token|cookie|phone|mobile|account|certificate|health|person_?name|^name$/i
const idNumberInText = /(?<![0-9A-Za-z])([1-9]\d{5})\d{8,11}([0-9Xx]{1})(?![0-9A-Za-z])/g
const mobileInText = /(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g
const urlPassword = /(:\/\/[^:/@\s]+:)[^@/\s]+@/g

export type LogFields = Readonly<Record<string, unknown>>

function maskText(text: string): string {
  return text.replace(urlPassword, '$1***@').replace(idNumberInText, '$1********$2').replace(mobileInText, '$1****$2')
}

/** A copy of a value that may be logged: sensitive keys replaced, citizen and mobile numbers inside text masked. */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error) return { error: value.name, message: maskText(value.message), stack: maskText(value.stack ?? '') }
  if (Buffer.isBuffer(value)) return `<${value.length} bytes>`
  if (value === null || typeof value !== 'object') return value
  if (depth > 4) return '…'
  if (Array.isArray(value)) return value.slice(0, 20).map((item) => masked(item, depth + 1))
  const out: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) out[key] = sensitiveKey.test(key) ? '***' : masked(item, depth + 1)
  return out
}

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A log whose every line carries these fields. */
  with(fields: LogFields): Log
}

/** A log that writes lines of at least `level` through `write` (default: standard error). */
export function createLog(
  level: LogLevel = 'info',
  fields: LogFields = {},
  write: (line: string) => void = (line) => {
    process.stderr.write(line)
  },
): Log {
  const emit = (at: LogLevel, message: string, extra: LogFields = {}): void => {
    if (order[at] < order[level]) return
    const body = masked({ ...fields, ...extra }) as Record<string, unknown>
    write(`${JSON.stringify({ at: nowIso(), level: at, message: maskText(message), ...body })}\n`)
  }
  return {
    debug: (message, extra) => emit('debug', message, extra),
    info: (message, extra) => emit('info', message, extra),
    warn: (message, extra) => emit('warn', message, extra),
    error: (message, extra) => emit('error', message, extra),
    with: (more) => createLog(level, { ...fields, ...more }, write),
  }
}

/** A log that says nothing. */
export const silentLog: Log = createLog('error', {}, () => undefined)

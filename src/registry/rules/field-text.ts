import { formatYuan } from '#kernel/money'
import type { Column, Value } from '#kernel/table'

/** The text of a value as the package writes it; empty for null. */
export function fieldText(column: Column, value: Value): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.join(';')
  if (typeof value === 'string') return value
  return column.type === 'money' || column.type === 'decimal' ? formatYuan(value) : String(value)
}

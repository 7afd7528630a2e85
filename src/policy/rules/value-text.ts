import { CODE_LISTS } from '#kernel/terms'
import { canonicalText, ExactNumber, type ExactObject, type ExactValue, isExactObject } from './exact-value.ts'

/** What a pack's value says, in Chinese, for lists and comparisons read by policy officers. */

const WORDS: Readonly<Record<string, string>> = {
  month: '月',
  year: '年',
  working: '个工作日',
  calendar: '日',
  village: '村（社区）',
  township: '乡镇（街道）',
  district: '区县',
}

function word(value: ExactValue | undefined): string {
  return typeof value === 'string' ? (WORDS[value] ?? value) : valueText(value ?? null)
}

function hasAll(value: ExactObject, ...keys: readonly string[]): boolean {
  return keys.every((key) => Object.hasOwn(value, key))
}

function daysText(value: ExactObject): string {
  const extension = value.extension ?? null
  return `${valueText(value.days ?? null)}${word(value.unit)}${extension === null ? '' : `（可延长 ${valueText(extension)}）`}`
}

function objectText(value: ExactObject): string {
  if (hasAll(value, 'value', 'unit')) return `${valueText(value.value ?? null)} 元/${word(value.unit)}`
  if (hasAll(value, 'level', 'days', 'unit')) return `${word(value.level)} ${daysText(value)}`
  if (hasAll(value, 'days', 'unit')) return daysText(value)
  if (hasAll(value, 'num', 'den')) return `${valueText(value.num ?? null)}/${valueText(value.den ?? null)}`
  if (hasAll(value, 'tier', 'amount')) return `${word(value.tier)} ${valueText(value.amount ?? null)} 元`
  if (hasAll(value, 'code', 'label')) return valueText(value.label ?? null)
  const parts = Object.entries(value).map(([key, own]) => `${key} ${valueText(own)}`)
  return parts.length === 0 ? '无' : parts.join('，')
}

/** Label of a code, when every list that holds all the codes of a value says the same. */
function labelled(codes: readonly string[]): readonly string[] | null {
  const lists = Object.values(CODE_LISTS).filter((list) => codes.every((code) => Object.hasOwn(list, code)))
  const texts = lists.map((list) => codes.map((code) => (list as Readonly<Record<string, string>>)[code] ?? code))
  const [first] = texts
  return first !== undefined && texts.every((each) => each.join() === first.join()) ? first : null
}

function listText(values: readonly ExactValue[]): string {
  if (values.length === 0) return '无'
  const codes = values.every((item) => typeof item === 'string') ? labelled(values) : null
  return (codes ?? values.map((item) => valueText(item))).join('；')
}

/** The text of a value: `985 元/月`, `30个工作日（可延长 15）`, `2/3`, `一类 310 元；二类 290 元`, `不设`. */
export function valueText(value: ExactValue): string {
  if (value === null) return '不设'
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (value instanceof ExactNumber) return value.text
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return listText(value)
  return isExactObject(value) ? objectText(value) : ''
}

/** True if two values mean the same, however their numbers are written. */
export function sameValue(a: ExactValue, b: ExactValue): boolean {
  return canonicalText(a) === canonicalText(b)
}

/** How the value of a parameter is filled in: one field, a few fields, or its JSON text where it is a list or deeper. */

export type Scalar = string | number | boolean | null

export interface ValueField {
  /** '' for a value that is one scalar */
  readonly key: string
  readonly label: string
  readonly was: Scalar
  /** closed choices; null for free text */
  readonly choices: readonly { readonly value: string; readonly label: string }[] | null
}

const LABELS: Readonly<Record<string, string>> = {
  value: '金额（元）',
  unit: '单位',
  days: '天数',
  extension: '可延长天数（空：不可）',
  level: '级别',
  num: '分子',
  den: '分母',
  mode: '方式',
}

const CHOICES: readonly (readonly { readonly value: string; readonly label: string }[])[] = [
  [
    { value: 'month', label: '每月' },
    { value: 'year', label: '每年' },
  ],
  [
    { value: 'working', label: '工作日' },
    { value: 'calendar', label: '日历日' },
  ],
  [
    { value: 'village', label: '村（社区）' },
    { value: 'township', label: '乡镇（街道）' },
    { value: 'district', label: '区县' },
  ],
]

const YES_NO = [
  { value: 'true', label: '是' },
  { value: 'false', label: '否' },
] as const

function isScalar(x: unknown): x is Scalar {
  return x === null || typeof x === 'string' || typeof x === 'number' || typeof x === 'boolean'
}

function fieldOf(key: string, was: Scalar): ValueField {
  const choices = typeof was === 'boolean' ? YES_NO : (CHOICES.find((set) => set.some(({ value }) => value === was)) ?? null)
  return { key, label: LABELS[key] ?? (key === '' ? '值' : key), was, choices }
}

/** Fields of a value given as JSON text; null where only its text can be edited. */
export function fieldsOf(json: string): readonly ValueField[] | null {
  const value: unknown = JSON.parse(json)
  if (value === null) return null
  if (isScalar(value)) return [fieldOf('', value)]
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return null
  const entries = Object.entries(value)
  if (entries.length === 0 || !entries.every(([, own]) => isScalar(own))) return null
  return entries.map(([key, own]) => fieldOf(key, own as Scalar))
}

/** What a field shows for what stood there. */
export function shownText(was: Scalar): string {
  return was === null ? '' : String(was)
}

const NUMBER = /^-?\d+(\.\d+)?$/

/** JSON text of what was typed in place of `was`: the server's readers say whether it will do. */
function jsonOf(typed: string, was: Scalar): string {
  const text = typed.trim()
  if (typeof was === 'string') return JSON.stringify(text)
  if (typeof was === 'boolean') return text === 'true' || text === 'false' ? text : JSON.stringify(text)
  if (text === '') return 'null'
  return NUMBER.test(text) ? text : JSON.stringify(text)
}

/** JSON text of a value from its fields. */
export function jsonFrom(fields: readonly ValueField[], typed: Readonly<Record<string, string>>): string {
  const [first] = fields
  if (first?.key === '') return jsonOf(typed[''] ?? '', first.was)
  return `{${fields.map(({ key, was }) => `${JSON.stringify(key)}:${jsonOf(typed[key] ?? '', was)}`).join(',')}}`
}

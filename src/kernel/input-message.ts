/** Refusals of a form in Chinese sentences: where, what, how to mend. No word of a schema reaches a reader. */
import type { z } from 'zod'
import { fieldLabel } from './field-labels.ts'
import { Problem } from './problem.ts'

type Issue = z.core.$ZodRawIssue
type Path = readonly PropertyKey[]

/** What stands where a value of this type belongs. */
const kinds: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  int: '整数',
  integer: '整数',
  bigint: '整数',
  boolean: '“是”或“否”',
  array: '列表',
  tuple: '列表',
  object: '一组内容',
  record: '一组内容',
  map: '一组内容',
  date: '日期',
  null: '空',
}

const formats: Readonly<Record<string, string>> = {
  uuid: '编号格式有误，请从页面上重新选择',
  guid: '编号格式有误，请从页面上重新选择',
  email: '应为电子邮箱地址',
  url: '应为网址',
  base64: '应为 Base64 编码的文件内容',
  date: '应为实际存在的日期，写成 年-月-日，如 2026-01-31',
  datetime: '应为时刻，如 2026-01-31T08:00:00Z',
}

function missing(issue: Issue): boolean {
  return issue.input === undefined || issue.input === null
}

/** What is counted in each kind of value; numbers are not counted. */
const units: Readonly<Record<string, string>> = {
  string: '个字',
  array: '项',
  set: '项',
  object: '项',
  map: '项',
  record: '项',
  file: '字节',
}

/** How large or small something may be, said for what it is. */
function boundMessage(issue: Extract<Issue, { code: 'too_big' | 'too_small' }>): string {
  const most = issue.code === 'too_big'
  const bound = most ? issue.maximum : issue.minimum
  const unit = units[issue.origin]
  if (unit === undefined) {
    if (issue.inclusive === false) return `应${most ? '小' : '大'}于 ${bound}`
    return `不能${most ? '大' : '小'}于 ${bound}`
  }
  if (!most && Number(bound) === 1) return '请填写'
  return `${most ? '不超过' : '至少'} ${bound} ${unit}`
}

/** The sentence for one fault that a schema found and has no words of its own for. */
export function inputMessage(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (missing(issue)) return '请填写'
      return `应为${kinds[issue.expected] ?? '其他形式的内容'}`
    case 'too_big':
    case 'too_small':
      return boundMessage(issue)
    case 'invalid_format':
      return formats[issue.format] ?? '格式有误，请核对'
    case 'not_multiple_of':
      return issue.divisor === 1 ? '应为整数' : `应为 ${issue.divisor} 的倍数`
    case 'unrecognized_keys':
      return '有系统不认识的内容，请刷新页面后重新填写'
    case 'invalid_value':
    case 'invalid_union':
      return missing(issue) ? '请选择或填写' : '不是可选的值，请从页面给出的选项中选择'
    default:
      return '内容有误，请核对'
  }
}

/** Where a fault is, in words: 家庭成员第 2 项的姓名; empty if no part of the path has a name. */
export function placeOf(path: Path): string {
  let place = ''
  for (const segment of path) {
    if (typeof segment === 'number') {
      place += `第 ${segment + 1} 项`
      continue
    }
    const label = fieldLabel(String(segment))
    if (label !== undefined) place += place === '' ? label : `的${label}`
  }
  return place
}

interface Fault {
  readonly path: Path
  readonly message: string
}

const parts = new Set<PropertyKey>(['params', 'query', 'body'])

/** The refusal of a form: the first fault in the sentence, all of them in `issues` for the page. */
export function invalidInput(faults: readonly Fault[], under: Path = []): Problem {
  const issues = faults.map(({ path, message }) => {
    const whole = [...under, ...path]
    return { path: parts.has(whole[0] ?? '') ? whole.slice(1) : whole, message }
  })
  const [first] = issues
  const place = placeOf(first?.path ?? [])
  const where = place === '' ? '' : `“${place}”：`
  return new Problem('input.invalid', `填写的内容有误。${where}${first?.message ?? ''}`, { status: 422, details: { issues } })
}

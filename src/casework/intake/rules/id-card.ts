/**
 * What an identity-card reader types or a person pastes: 姓名、性别、民族、出生、住址、公民身份号码, in any order, one per line or run together,
 * with or without colons. Only what can be read is given; nothing is guessed, except gender and birth from a valid number.
 */
import { readDate } from '#kernel/dates'
import { birthDateOf, readIdNumber, sexOf } from '#kernel/id-number'

export interface CardReading {
  readonly name?: string
  readonly gender?: '1' | '2'
  readonly birthDate?: string
  readonly address?: string
  readonly idNumber?: string
  /** what stands on the card and cannot be right, in Chinese */
  readonly faults: readonly string[]
}

const LABELS = [
  '姓名',
  '性别',
  '民族',
  '出生日期',
  '出生',
  '住址',
  '公民身份号码',
  '公民身份证号码',
  '身份证号码',
  '身份证号',
  '签发机关',
  '有效期限',
] as const
const LABEL = new RegExp(`(${[...LABELS].sort((a, b) => b.length - a.length).join('|')})[:：\\s]*`, 'gu')

/** The text behind each label, up to the next one. */
function partsOf(text: string): Map<string, string> {
  const marks = [...text.matchAll(LABEL)]
  return new Map(
    marks.map((mark, i) => [mark[1] ?? '', text.slice(mark.index + mark[0].length, marks[i + 1]?.index ?? text.length).trim()]),
  )
}

const first = (parts: ReadonlyMap<string, string>, ...labels: string[]): string | undefined =>
  labels.map((label) => parts.get(label)).find((part) => part !== undefined && part !== '')

function genderOf(text: string | undefined): '1' | '2' | undefined {
  if (text === undefined) return undefined
  return text.startsWith('男') ? '1' : text.startsWith('女') ? '2' : undefined
}

function birthOf(text: string | undefined): string | undefined {
  const digits = text?.match(/(\d{4})\D*(\d{1,2})\D*(\d{1,2})/u)
  if (digits === null || digits === undefined) return undefined
  const [, year = '', month = '', day = ''] = digits
  return readDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`) ?? undefined
}

function faultsOf(number: string | undefined, gender: string | undefined, birth: string | undefined): string[] {
  if (number === undefined) return []
  const faults: string[] = []
  if (gender !== undefined && gender !== sexOf(number)) faults.push('证件上的性别与身份号码不一致，请对照证件核对')
  if (birth !== undefined && birth !== birthDateOf(number)) faults.push('证件上的出生日期与身份号码不一致，请对照证件核对')
  return faults
}

/** The number as it is written on the card, and as it reads. */
function numberOf(parts: ReadonlyMap<string, string>, text: string, on: string, maxAge: number) {
  const written =
    first(parts, '公民身份号码', '公民身份证号码', '身份证号码', '身份证号') ?? text.match(/\d{17}[\dXx]|\d{15}/u)?.[0]
  if (written === undefined) return { number: undefined, faults: [] }
  const number = readIdNumber(written.split(/\s{2,}|\n/u)[0] ?? '', on, maxAge).value ?? undefined
  const fault = '公民身份号码读出来不完整或校验位不对，请对照证件重新读取或手工录入'
  return { number, faults: number === undefined ? [fault] : [] }
}

/** The entries that hold something. */
function present<T extends object>(entries: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined && value !== '')) as never
}

/** Reads the text of a card; `on` is today, an age above `maxAge` is a slip. */
export function readIdCard(text: string, on: string, maxAge: number): CardReading {
  const parts = partsOf(text.normalize('NFKC'))
  const { number, faults } = numberOf(parts, text, on, maxAge)
  const gender = genderOf(first(parts, '性别'))
  const birth = birthOf(first(parts, '出生日期', '出生'))
  const fromNumber = number === undefined ? {} : { gender: sexOf(number), birthDate: birthDateOf(number) }
  const read = {
    name: first(parts, '姓名')?.split(/\n/u)[0]?.replace(/\s+/gu, ''),
    gender,
    birthDate: birth,
    address: first(parts, '住址')?.replace(/\s*\n\s*/gu, ''),
    idNumber: number,
  }
  return { ...fromNumber, ...present(read), faults: [...faults, ...faultsOf(number, gender, birth)] }
}

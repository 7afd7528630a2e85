/** What an application still lacks, place by place, in Chinese: nothing counts as "none" unless it was said. */
import { isDate, isMonth } from '#kernel/dates'
import { readIdNumber } from '#kernel/id-number'
import { codesOf } from '#kernel/terms'
import { contradictions, nameFault, phoneFault } from '#kernel/typed-person'
import {
  DRAFT_COLUMNS,
  type Draft,
  type DraftColumn,
  type DraftGap,
  type DraftRow,
  ROW_SECTIONS,
  SECTION_LABELS,
  type SectionName,
} from '../contract/draft.ts'
import { accountGaps } from './account-gaps.ts'
import { rowsOf } from './draft-changes.ts'

export interface GapTerms {
  /** today */
  readonly on: string
  readonly maxAge: number
  /** the registry has an account of the household that the draft does not show */
  readonly hasAccount: boolean
}

const MONEY = /^\d{1,9}(\.\d{1,2})?$/
const COUNT = /^\d{1,3}$/
const masked = (value: string): boolean => value.includes('****')

function numberFault(value: string, { on, maxAge }: ValueTerms): string | null {
  return readIdNumber(value, on, maxAge).value === null ? '号码位数或校验位不对，请对照证件重新录入' : null
}

function dateFault(value: string, { on }: ValueTerms): string | null {
  if (!isDate(value)) return '日期应写成 2026-09-01 的形式'
  return value > on ? '日期晚于今天，请核对' : null
}

function codeFault({ codes, choices }: DraftColumn, value: string): string | null {
  const known = codes === undefined ? Object.hasOwn(choices ?? {}, value) : codesOf(codes).has(value)
  return known ? null : '请从列表中选择'
}

const typedFaults = { name: nameFault, phone: phoneFault } as const

type ValueTerms = Pick<GapTerms, 'on' | 'maxAge'>
type Reader = (value: string, terms: ValueTerms, column: DraftColumn, members: ReadonlySet<string>) => string | null

const readers: Readonly<Record<DraftColumn['kind'], Reader>> = {
  text: (value, _terms, { holds }) => (holds === undefined ? null : typedFaults[holds](value)),
  long: () => null,
  id: numberFault,
  date: dateFault,
  month: (value) => (isMonth(value) ? null : '月份应写成 2026-09 的形式'),
  money: (value) => (MONEY.test(value.replaceAll(',', '')) ? null : '金额应为数字，最多两位小数'),
  area: (value) => (MONEY.test(value) ? null : '面积应为数字，最多两位小数'),
  count: (value) => (COUNT.test(value) ? null : '应为整数'),
  yesno: (value) => (value === 'yes' || value === 'no' ? null : '请选择是或否'),
  code: (value, _terms, column) => codeFault(column, value),
  choice: (value, _terms, column) => codeFault(column, value),
  member: (value, _terms, _column, members) => (members.has(value) ? null : '所选的家庭成员已不在名单中，请重新选择'),
}

/** Why a value cannot stand; null when it can. An empty one only lacks. */
export function faultOf(column: DraftColumn, value: string, terms: GapTerms, members: ReadonlySet<string>): string | null {
  return value === '' || masked(value) ? null : readers[column.kind](value, terms, column, members)
}

function rowGaps(section: SectionName, row: DraftRow, terms: GapTerms, members: ReadonlySet<string>): DraftGap[] {
  const gaps = DRAFT_COLUMNS[section].flatMap((column): DraftGap[] => {
    const value = row.values[column.name] ?? ''
    const lacks = column.required === true && value === ''
    const message = lacks ? `请填写${column.label}` : faultOf(column, value, terms, members)
    return message === null ? [] : [{ section, row: row.id, column: column.name, message }]
  })
  if (row.known.length === 0) return gaps
  return [...gaps, { section, row: row.id, column: '', message: '从登记信息带出，请与申请人核实后确认' }]
}

const saysNone = (draft: Draft, column: string): boolean => draft.household.values[column] === 'yes'

/** A section without rows says nothing, unless it was said that there is nothing. */
function sectionGaps(draft: Draft): DraftGap[] {
  const whole = (section: SectionName, message: string): DraftGap => ({ section, row: '', column: '', message })
  const silent = (['supporters', 'incomes', 'assets', 'expenditures'] as const).flatMap((section) => {
    const said = saysNone(draft, `no_${section}`)
    if (draft[section].length === 0 && !said)
      return [whole(section, `没有填写${SECTION_LABELS[section]}；确实没有的，请勾选“没有”`)]
    return draft[section].length > 0 && said ? [whole(section, `勾选了“没有”，却填写了${SECTION_LABELS[section]}，请核对`)] : []
  })
  const heads = draft.members.filter((row) => row.values.relation === 'head').length
  const people = draft.members.length === 0 ? [whole('members', '请至少登记一名家庭成员')] : []
  const head = draft.members.length > 0 && heads !== 1 ? [whole('members', `户主应恰为一人，现为 ${heads} 人`)] : []
  const related = draft.household.values.has_relatives === 'yes' && draft.relatives.length === 0
  return [...people, ...head, ...silent, ...(related ? [whole('relatives', '填写了有近亲属关系，请登记是哪一位人员')] : [])]
}

/** The same citizen number twice in one application. */
function doubleGaps(draft: Draft): DraftGap[] {
  const seen = new Map<string, string>()
  return (['members', 'supporters'] as const).flatMap((section) =>
    draft[section].flatMap((row): DraftGap[] => {
      const number = (row.values.id_number ?? '').toUpperCase()
      if (number === '' || masked(number)) return []
      const other = seen.get(number)
      seen.set(number, row.values.name ?? '')
      return other === undefined ? [] : [{ section, row: row.id, column: 'id_number', message: `与“${other}”的号码相同，请核对` }]
    }),
  )
}

/** Sex and birth date of a member beside the number, once that can be read. */
function contradictionGaps(draft: Draft, terms: ValueTerms): DraftGap[] {
  return draft.members.flatMap((row): DraftGap[] => {
    const { id_number: typed = '', gender, birth_date: birthDate } = row.values
    const idNumber = masked(typed) ? null : readIdNumber(typed, terms.on, terms.maxAge).value
    if (idNumber === null) return []
    const { gender: sex, birthDate: born } = contradictions({ idNumber, gender, birthDate })
    const gap = (column: string, message: string): DraftGap => ({ section: 'members', row: row.id, column, message })
    return [
      ...(sex === undefined ? [] : [gap('gender', sex)]),
      ...(born === undefined || !isDate(birthDate ?? '') ? [] : [gap('birth_date', born)]),
    ]
  })
}

/** Every gap of an application, in the order of its parts. */
export function gapsOf(draft: Draft, terms: GapTerms): DraftGap[] {
  const members = new Set(draft.members.map(({ id }) => id))
  const rows = (['household', ...ROW_SECTIONS] as const).flatMap((section) =>
    rowsOf(draft, section).flatMap((row) => rowGaps(section, row, terms, members)),
  )
  return [
    ...rows,
    ...accountGaps(draft, terms.hasAccount),
    ...sectionGaps(draft),
    ...contradictionGaps(draft, terms),
    ...doubleGaps(draft),
  ]
}

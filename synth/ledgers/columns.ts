import type { Rng } from '../random.ts'
import { type ColumnSpec, columnOf, unwantedColumn } from './shapes.ts'
import { UNWANTED } from './words.ts'

/** Which columns the files of a shape have. */

export interface ColumnChoice {
  readonly rng: Rng
  readonly wording: 0 | 1 | 2
  /** A column with the number of the household. */
  readonly withNo: boolean
  /** Where the village stands. */
  readonly place: 'column' | 'sheet'
}

function some(rng: Rng, fields: readonly string[], permille: number): string[] {
  return fields.filter(() => rng.permille(permille))
}

const FAMILY_MONEY = ['households.tier', 'households.approved_amount', 'households.aid_from']
const ACCOUNT = ['households.bank_name', 'households.account_no', 'households.account_holder']
const MEMBER_MORE = [
  'persons.gender',
  'persons.birth_date',
  'persons.age',
  'persons.health',
  'persons.marital_status',
  'persons.work_status',
  'persons.student_level',
  'persons.phone',
]

/** What comes before the members: number, places, head. */
function leading({ rng, wording, withNo, place }: ColumnChoice, heads: readonly string[]): ColumnSpec[] {
  const places =
    place === 'sheet' ? [] : [...some(rng, ['place.township'], 500), 'place.village', ...some(rng, ['place.group'], 400)]
  const fields = ['row.no', ...(withNo ? ['households.household_no'] : []), ...places, ...heads]
  return fields.map((field) => columnOf(field, wording))
}

function trailing({ rng, wording }: ColumnChoice): ColumnSpec[] {
  const more = some(rng, ['households.applied_on', 'households.address'], 500)
  const words = rng.shuffle([...UNWANTED]).slice(0, rng.between(1, 2))
  return [
    ...[...FAMILY_MONEY, ...more, ...ACCOUNT].map((field) => columnOf(field, wording)),
    ...words.map((word) => unwantedColumn(word)),
  ]
}

function memberFields(rng: Rng): string[] {
  return ['persons.name', 'persons.id_number', 'persons.relation', ...some(rng, MEMBER_MORE, 600)]
}

/** One row a member. */
export function memberColumns(choice: ColumnChoice): ColumnSpec[] {
  const { rng, wording } = choice
  const heads = [...some(rng, ['head.name'], 600), ...some(rng, ['count.persons'], 500)]
  return [...leading(choice, heads), ...memberFields(rng).map((field) => columnOf(field, wording)), ...trailing(choice)]
}

/** One row a household, which names its head. */
export function headColumns(choice: ColumnChoice): ColumnSpec[] {
  return [...leading(choice, ['head.name', 'head.id_number', 'count.persons']), ...trailing(choice)]
}

/** The household in its own columns, then the members in theirs. */
export function headAndMemberColumns(choice: ColumnChoice): ColumnSpec[] {
  const members = memberFields(choice.rng).map((field) => columnOf(field, choice.wording))
  return [...leading(choice, ['head.name', 'head.id_number', 'count.persons']), ...members, ...trailing(choice)]
}

/** Members beside each other. */
export function acrossColumns(choice: ColumnChoice, members: number): ColumnSpec[] {
  const { rng, wording } = choice
  const fields = ['persons.name', 'persons.id_number', 'persons.relation', ...some(rng, ['persons.health'], 500)]
  const slots = Array.from({ length: members }, (_, at) =>
    fields.map((field) => {
      const spec = columnOf(field, wording)
      const word = spec.path.at(-1) ?? ''
      const paths = [[`成员${at + 1}`, word], [`家庭成员${at + 1}${word}`], ['家庭成员', `成员${at + 1}${word}`]]
      return { ...spec, path: paths[wording] ?? [word], slot: at + 1 }
    }),
  )
  return [...headColumns(choice), ...slots.flat()]
}

/** Three header rows: members, income, account. */
export function groupedColumns(choice: ColumnChoice): ColumnSpec[] {
  const { rng, wording } = choice
  const basic = ['persons.name', 'persons.id_number', 'persons.relation', 'persons.gender']
  const state = ['persons.health', ...some(rng, ['persons.marital_status', 'persons.work_status'], 600)]
  return [
    ...leading(choice, ['count.persons']),
    ...basic.map((field) => columnOf(field, wording, ['家庭成员', '基本情况'])),
    ...state.map((field) => columnOf(field, wording, ['家庭成员', '身体与就业'])),
    { ...unwantedColumn('人均月收入（元）'), path: ['收入', '人均月收入（元）'] },
    { ...unwantedColumn('耕地面积（亩）'), path: ['收入', '耕地面积（亩）'] },
    ...FAMILY_MONEY.map((field) => columnOf(field, wording, ['保障情况'])),
    ...ACCOUNT.map((field) => columnOf(field, wording, ['账户'])),
    unwantedColumn('备注'),
  ]
}

/** A list of payments: who, and then what. */
export function paymentColumns(
  choice: ColumnChoice,
  form: 'rows' | 'months' | 'sheets',
  months: readonly string[],
): ColumnSpec[] {
  const { wording, rng } = choice
  const account = ['payments.account_no', 'payments.account_holder'].map((field) => columnOf(field, wording))
  const monthly = months.map((month, at) => ({ ...monthColumn(month, wording, ['发放金额（元）']), slot: at }))
  const amounts =
    form === 'months'
      ? monthly
      : (form === 'rows'
          ? ['payments.month', 'payments.amount', 'payments.paid_on']
          : ['payments.amount', 'payments.paid_on']
        ).map((field) => columnOf(field, wording))
  const note = rng.permille(500) ? [unwantedColumn('备注')] : []
  return [...leading(choice, ['head.name', 'head.id_number']), ...amounts, ...account, ...note]
}

/** A column of one month. */
export function monthColumn(month: string, wording: 0 | 1 | 2, group: readonly string[]): ColumnSpec {
  const number = Number(month.slice(5))
  const words = [`${number}月`, `2026年${number}月`, `${number}月份`]
  const groups = [[`2026年第三季度${group[0] ?? ''}`], group, [`2026年${group[0] ?? ''}`]]
  return { field: 'payments.amount', path: [...(groups[wording] ?? group), words[wording] ?? ''], of: 'payment', width: 12 }
}

/** A ledger that holds the quarter's payments too. */
export function ledgerWithPayments(choice: ColumnChoice, months: readonly string[]): ColumnSpec[] {
  const columns = memberColumns(choice)
  const monthly = months.map((month, at) => ({ ...monthColumn(month, choice.wording, ['实发金额（元）']), slot: at }))
  return [...columns, ...monthly]
}

/** The product's own names of columns. */
const OWN: Readonly<Record<string, string>> = {
  'households.household_no': '家庭编号',
  'households.programme': '救助项目',
  'households.kind': '家庭类型',
  'households.division_code': '区划代码',
  'households.address': '住址',
  'households.applied_on': '申请日期',
  'households.aid_from': '保障起始月',
  'households.tier': '保障类别',
  'households.approved_amount': '月保障金额',
  'households.bank_name': '开户银行',
  'households.account_no': '账号',
  'households.account_holder': '账户户名',
  'persons.person_no': '成员编号',
  'persons.name': '姓名',
  'persons.id_number': '公民身份号码',
  'persons.gender': '性别',
  'persons.birth_date': '出生日期',
  'persons.relation': '与户主关系',
  'persons.marital_status': '婚姻状况',
  'persons.health': '健康状况',
  'persons.work_status': '就业状况',
  'persons.student_level': '在读学段',
  'persons.counted': '计入共同生活成员',
  'persons.phone': '联系电话',
  'payments.payment_no': '发放编号',
  'payments.month': '所属月份',
  'payments.amount': '金额',
  'payments.paid_on': '发放日期',
  'payments.account_no': '账号',
  'payments.account_holder': '账户户名',
}

/** Columns of one table under the product's names; members and payments name their household. */
export function ownColumns(table: 'households' | 'persons' | 'payments'): ColumnSpec[] {
  const fields = Object.keys(OWN).filter((field) => field.startsWith(`${table}.`))
  const all = table === 'households' ? fields : [fields[0] ?? '', 'households.household_no', ...fields.slice(1)]
  return all.map((field) => ({ ...columnOf(field, 0), path: [OWN[field] ?? field] }))
}

/** Every column a ledger of members may have: thirty. */
export function allColumns(): ColumnSpec[] {
  const family = [
    'row.no',
    'households.household_no',
    'place.township',
    'place.village',
    'place.group',
    'head.name',
    'count.persons',
  ]
  const fields = [...family, 'persons.name', 'persons.id_number', 'persons.relation', ...MEMBER_MORE, ...FAMILY_MONEY]
  const more = ['households.applied_on', 'households.address', ...ACCOUNT]
  return [...[...fields, ...more].map((field) => columnOf(field, 0)), ...UNWANTED.slice(0, 4).map((word) => unwantedColumn(word))]
}

import { addDays, monthText } from '../calendar.ts'
import type { CoreTable } from '../layout.ts'
import type { Scenario } from '../plants/kit.ts'
import type { Cells } from '../world.ts'
import { firstDirt, type Household, moreDirt } from './family.ts'

type Severity = 'error' | 'warn'

/** Spoils a cell of the first row of a table. */
const inTable =
  (table: CoreTable, column: string, text: (f: Household) => string, code: string, severity: Severity) => (f: Household) => {
    const row = f.h.rows.find((r) => r.table === table)
    if (row) f.h.spoil(row, column, text(f), code, severity)
  }
const inHouse = (column: string, text: (f: Household) => string, code: string, severity: Severity) => (f: Household) =>
  f.h.spoil(f.h.house, column, text(f), code, severity)
const inPaper = (column: string, text: (f: Household) => string, code: string) => (f: Household) => {
  const row = f.spouse.auth
  if (row) f.h.spoil(row, column, text(f), code, 'error')
}
/** A further row of a table with a fault of its own. */
const extra = (table: CoreTable, cells: (f: Household) => Cells, column: string, code: string) => (f: Household) => {
  f.h.row(table, cells(f)).faults.push({ column, code, severity: 'error' })
}

const payment = (f: Household, changes: Cells = {}): Cells => ({
  payment_no: `FX${f.h.no}`,
  household_no: f.h.no,
  month: monthText(f.k.month - 13),
  amount: '300.00',
  paid_on: addDays(f.k.asOf, -390),
  ...changes,
})
const odd = (f: Household, forms: readonly string[]): string => f.k.world.rng.pick(forms)

const amounts: readonly Scenario[] = [
  firstDirt(
    '申报金额不是数',
    inTable(
      'declared_income',
      'amount',
      (f) => odd(f, ['1.2E+05', '12.345', '约两千', '1,23.00', '--', '1 800', '+5.00']),
      'MONEY_INVALID',
      'error',
    ),
  ),
  firstDirt(
    '申报金额为负',
    inTable('declared_income', 'amount', () => '-5.00', 'MONEY_NEGATIVE', 'error'),
  ),
  firstDirt(
    '申报金额写法不规范',
    inTable(
      'declared_income',
      'amount',
      (f) => odd(f, ['¥1800.00', '1,800.00', '1800.00元', '１８００．００', '￥1,800元', ' ¥1800']),
      'MONEY_NORMALISED',
      'warn',
    ),
  ),
  moreDirt(
    '核定金额有货币符号',
    inHouse('approved_amount', () => '¥540.00', 'MONEY_NORMALISED', 'warn'),
  ),
  moreDirt(
    '存款金额写成负数',
    inTable('declared_assets', 'amount', () => '-0.01', 'MONEY_NEGATIVE', 'error'),
  ),
  moreDirt('金额不带小数不报', (f) => {
    f.h.income(f.head, 'farm', '1800')
    f.h.income(f.head, 'farm', ' 1800.5 ')
  }),
  firstDirt('家庭人口不是整数', (f) =>
    f.h.spoil(f.supporter.row, 'household_persons', odd(f, ['3.0', '三', '-1', '1e1']), 'NUMBER_INVALID', 'error'),
  ),
  moreDirt('面积三位小数', (f) => {
    const row = f.h.rows.find((r) => r.cells.kind === 'dwelling')
    if (row) f.h.spoil(row, 'area', odd(f, ['62.505', '62.5平方米', '1,062.50']), 'NUMBER_INVALID', 'error')
  }),
  moreDirt('义务人收入不是金额', (f) => f.h.spoil(f.supporter.row, 'monthly_income', '2500元整', 'MONEY_INVALID', 'error')),
]

const datesAndPlaces: readonly Scenario[] = [
  firstDirt(
    '户的区划代码不在区划表',
    inHouse('division_code', () => '629901999999', 'DIVISION_UNKNOWN', 'warn'),
  ),
  firstDirt(
    '户的区划代码十一位',
    inHouse('division_code', (f) => f.h.village.code.slice(1), 'DIVISION_INVALID', 'error'),
  ),
  moreDirt(
    '申请日期在核对日之后：全户不接收',
    inHouse('applied_on', (f) => addDays(f.k.asOf, 1), 'DATE_FUTURE', 'error'),
  ),
  moreDirt(
    '在保而无起始月',
    inHouse('aid_from', () => '', 'REQUIRED_EMPTY', 'error'),
  ),
  moreDirt(
    '户的截止月早于起始月',
    inHouse('aid_to', (f) => monthText(f.k.month - 30), 'PERIOD_REVERSED', 'error'),
  ),
  moreDirt('起始月写法不规范', (f) => {
    const [y, m] = (f.h.house.cells.aid_from as string).split('-') as [string, string]
    f.h.pay(f.k.month - 6, f.k.month)
    f.h.house.cells.approved_amount = '540.00'
    f.h.spoil(
      f.h.house,
      'aid_from',
      odd(f, [`${y}${m}`, `${y}/${Number(m)}`, `${y}.${m}`, `${y}年${Number(m)}月`]),
      'DATE_NORMALISED',
      'warn',
    )
  }),
  moreDirt(
    '档次代码未知',
    inHouse('tier', () => 'E', 'CODE_UNKNOWN', 'error'),
  ),
  firstDirt(
    '申报时段颠倒',
    inTable('declared_income', 'period_to', (f) => monthText(f.k.month - 13), 'PERIOD_REVERSED', 'error'),
  ),
  moreDirt(
    '申报月份为十三月',
    inTable('declared_income', 'period_from', () => '2025-13', 'DATE_INVALID', 'error'),
  ),
  moreDirt(
    '支出时段颠倒',
    inTable('declared_expenditure', 'period_to', (f) => monthText(f.k.month - 13), 'PERIOD_REVERSED', 'error'),
  ),
  moreDirt(
    '支出类别未知',
    inTable('declared_expenditure', 'kind', () => 'travel', 'CODE_UNKNOWN', 'error'),
  ),
  moreDirt(
    '授权已签而无日期',
    inPaper('signed_on', () => '', 'REQUIRED_EMPTY'),
  ),
  moreDirt(
    '授权有效期早于签署',
    inPaper('valid_to', (f) => addDays(f.k.asOf, -61), 'PERIOD_REVERSED'),
  ),
  moreDirt(
    '授权项目未知',
    inPaper('items', () => 'identity;health', 'CODE_UNKNOWN'),
  ),
]

const references: readonly Scenario[] = [
  firstDirt(
    '发放记录的户号不存在',
    extra('payments', (f) => payment(f, { household_no: `${f.h.no}9` }), 'household_no', 'REF_NOT_FOUND'),
  ),
  moreDirt('发放记录编号重复', (f) => {
    f.h.row('payments', payment(f, { amount: '0.00' }))
    f.h
      .row('payments', payment(f, { amount: '0.01' }))
      .faults.push({ column: 'payment_no', code: 'DUPLICATE_KEY', severity: 'error' })
  }),
  moreDirt('发放记录重复一行；发放日期在核对日之后', (f) => {
    f.h.row('payments', payment(f, { amount: '0.00' }))
    f.h
      .row('payments', payment(f, { amount: '0.00' }))
      .faults.push({ column: 'payment_no', code: 'REPEATED_ROW', severity: 'warn' })
    const late = f.h.row('payments', payment(f, { payment_no: `FY${f.h.no}` }))
    f.h.spoil(late, 'paid_on', addDays(f.k.asOf, 1), 'DATE_FUTURE', 'error')
  }),
  moreDirt(
    '授权对象不存在',
    extra(
      'authorisations',
      (f) => ({ authorisation_no: `SX${f.h.no}`, subject_no: `${f.h.no}-99`, signature: 'missing', items: 'all' }),
      'subject_no',
      'REF_NOT_FOUND',
    ),
  ),
  moreDirt(
    '申报人是别户的人',
    extra(
      'declared_income',
      (f) => ({
        line_no: `SX${f.h.no}`,
        household_no: f.h.no,
        person_no: f.supporter.no,
        item: 'wage',
        amount: '1.00',
        period_from: '2026-01',
        period_to: '2026-02',
      }),
      'person_no',
      'REF_NOT_FOUND',
    ),
  ),
  moreDirt(
    '备案的干部不存在',
    extra(
      'relative_filings',
      (f) => ({ filing_no: `BX${f.h.no}`, official_no: 'G999999', household_no: f.h.no, relation: 'parent', filed_on: f.k.asOf }),
      'official_no',
      'REF_NOT_FOUND',
    ),
  ),
  moreDirt('查询日志的对象不存在、记录类型未知', (f) => {
    const cells = { query_no: `CX${f.h.no}`, subject_no: f.head.no, record: 'police/vehicles', queried_on: addDays(f.k.asOf, -3) }
    f.h
      .row('query_log', { ...cells, subject_no: 'nobody' })
      .faults.push({ column: 'subject_no', code: 'REF_NOT_FOUND', severity: 'error' })
    f.h.spoil(f.h.row('query_log', { ...cells, query_no: `CY${f.h.no}` }), 'record', 'police/fines', 'CODE_UNKNOWN', 'error')
  }),
  moreDirt('被赡养人不在本户', (f) => {
    f.h.spoil(f.supporter.row, 'supported_person_no', `${f.h.no}-S1`, 'REF_NOT_FOUND', 'error')
  }),
  moreDirt('干部号码有隐形字符、任期颠倒', (f) => {
    const { world } = f.k
    const [a, b] = [f.h.human({ age: 40 }), f.h.human({ age: 41 })]
    const cells = { role: 'village_cadre', division_code: f.h.village.code, in_office_from: '2021-01-01' }
    const numbered = (id: string, name: string): Cells => ({ ...cells, official_no: world.serial('G'), id_number: id, name })
    world.officials.push({
      cells: numbered(`${a.id}\u200B`, a.name),
      fault: { column: 'id_number', code: 'IDQ-3', severity: 'warn' },
    })
    const reversed = { ...numbered(b.id, b.name), in_office_to: '2020-12-31' }
    world.officials.push({ cells: reversed, fault: { column: 'in_office_to', code: 'PERIOD_REVERSED', severity: 'error' } })
  }),
]

export const rollDirt: readonly Scenario[] = [...amounts, ...datesAndPlaces, ...references]

import { describe, expect, it } from 'vitest'
import { CORE_TABLES } from '#registry'
import { ownWords } from '../words/words-file.ts'
import { fieldOfPath } from './columns.ts'
import { ledgerFields } from './fields.ts'
import { monthInText, monthOfHeader } from './months.ts'
import { cellIssue, unknownWords, valueText } from './values.ts'
import { Words } from './words.ts'

const FIELDS = ledgerFields(CORE_TABLES)
const words = new Words(ownWords(), FIELDS, [])

function field(name: string) {
  const found = FIELDS.find((each) => each.field === name)
  if (found === undefined) throw new Error(name)
  return found
}

describe('values', () => {
  it.each([
    ['households.aid_from', '1990年1月', '1990-01'],
    ['households.aid_from', '199001', '1990-01'],
    ['households.aid_from', '1990.1.5', '1990-01'],
    ['households.aid_from', '32874', '1990-01'],
    ['households.aid_from', '去年', '去年'],
    ['persons.birth_date', '1990.1.1', '1990-01-01'],
    ['persons.birth_date', '19900101', '1990-01-01'],
    ['persons.birth_date', '１９９０年１月１日', '1990-01-01'],
    ['persons.birth_date', '32874', '1990-01-01'],
    ['persons.birth_date', '1990-1-1 00:00:00', '1990-01-01'],
    ['persons.birth_date', '1990.2.30', '1990.2.30'],
    ['payments.amount', '￥1,200元', '1200'],
    ['payments.amount', ' ３００.５０ 元/月', '300.50'],
    ['payments.amount', '待核', '待核'],
    ['payments.amount', '1,20', '1,20'],
    ['persons.name', '张 三\n', '张三'],
    ['households.account_no', '6217 0000-0000 0000 129', '6217000000000000129'],
    ['persons.relation', '长 子', 'child'],
    ['persons.gender', '女', '2'],
    ['households.tier', 'Ｂ类', 'B'],
    ['persons.health', '残疾二级', 'disabled'],
    ['persons.top_ups', '重病、一级残疾', 'serious_illness;severe_disability'],
    ['persons.top_ups', '无', ''],
    ['persons.counted', '是', 'yes'],
    ['persons.phone', '——', ''],
  ])('of %s: %j is read as %j', (name, raw, wanted) => {
    expect(valueText(words, field(name), raw)).toBe(wanted)
  })

  it('say which words nobody knows', () => {
    expect(unknownWords(words, field('persons.top_ups'), '重病、失独')).toEqual(['失独'])
    expect(unknownWords(words, field('persons.relation'), '妻')).toEqual([])
  })

  it('are refused where a spreadsheet lost digits of a number or the naught of a month', () => {
    const none = { isLost: false, isCut: false }
    expect(cellIssue(field('households.account_no'), '6.2284E+18', none)?.code).toBe('ACCOUNT_LOST')
    expect(cellIssue(field('households.account_no'), '621700000000000000', none)?.code).toBe('ACCOUNT_LOST')
    expect(cellIssue(field('households.account_no'), '621700000000012', { ...none, isLost: true })?.code).toBe('ACCOUNT_LOST')
    expect(cellIssue(field('persons.id_number'), '629901199007080000', none)?.code).toBe('IDQ-3')
    expect(cellIssue(field('persons.id_number'), '629901900708013', { ...none, isLost: true })).toBeNull()
    expect(cellIssue(field('households.aid_from'), '2020.1', { ...none, isCut: true })?.code).toBe('DATE_INVALID')
    expect(cellIssue(field('payments.amount'), '2020.1', { ...none, isCut: true })).toBeNull()
  })

  it('are ordinary where the file says that they are text, or where nobody writes them so by mistake', () => {
    const none = { isLost: false, isCut: false }
    const text = { ...none, isText: true }
    expect(cellIssue(field('persons.id_number'), '629901199007081000', text)).toBeNull()
    expect(cellIssue(field('persons.id_number'), '6.29901E+17', text)?.code).toBe('IDQ-3')
    expect(cellIssue(field('persons.id_number'), '629901199007081000', { ...none, isLost: true })?.code).toBe('IDQ-3')
    expect(cellIssue(field('households.household_no'), '629901000000001000', none)).toBeNull()
    expect(cellIssue(field('households.household_no'), '3E12', none)).toBeNull()
    expect(cellIssue(field('households.household_no'), '6.29901E+17', none)?.code).toBe('ACCOUNT_LOST')
    expect(cellIssue(field('households.household_no'), '629901000000001000', { ...none, isLost: true })?.code).toBe(
      'ACCOUNT_LOST',
    )
    expect(cellIssue(field('households.account_no'), '621700000000000000', text)?.code).toBe('ACCOUNT_LOST')
    expect(cellIssue(field('households.account_no'), '6217000000000001000', none)?.code).toBeUndefined()
  })
})

describe('words of columns', () => {
  it.each([
    [['类别'], 'households.tier'],
    [['月保障金额（元）'], 'households.approved_amount'],
    [['享受起始年月'], 'households.aid_from'],
    [['账户', '户名'], 'households.account_holder'],
    [['户主', '姓名'], 'head.name'],
    [['户主', '身份证号'], 'head.id_number'],
    [['家庭成员', '姓名'], 'persons.name'],
    [['成员1姓名'], 'persons.name'],
    [['家庭成员二', '身份证号码'], 'persons.id_number'],
    [['收入', '工资'], ''],
    [['2026年7月'], 'payments.amount'],
    [['发放情况', '7月'], 'payments.amount'],
    [['出生年月'], 'persons.birth_date'],
    [['序号'], 'row.no'],
    [[], ''],
    [['不认识的列'], null],
  ])('%j is taken for %j', (path, wanted) => {
    expect(fieldOfPath(words, path).field).toBe(wanted)
  })

  it('name months', () => {
    expect(monthOfHeader(['2026年7月发放金额（元）'])).toEqual({ year: 2026, month: 7 })
    expect(monthOfHeader(['发放情况（2026年）', '七月'])).toEqual({ year: 2026, month: 7 })
    expect(monthOfHeader(['月保障金额'])).toBeNull()
    expect(monthInText('2026年7月发放表')).toEqual({ year: 2026, month: 7 })
    expect(monthInText('2026年7-9月发放表')).toBeNull()
  })
})

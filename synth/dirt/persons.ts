import { addDays, addMonths, monthText } from '../calendar.ts'
import { newRow, type Person } from '../draft.ts'
import { checkCharacter } from '../people.ts'
import type { Scenario } from '../plants/kit.ts'
import { firstDirt, type Household, moreDirt } from './family.ts'

const wide = (text: string): string => text.replace(/[0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
const withCheck = (body: string): string => body + checkCharacter(body)
/** A wrong check character. */
const wrongCheck = (id: string): string => `${id.slice(0, 17)}${id.endsWith('7') ? '8' : '7'}`

/** An error in a person's number; the whole row is put aside. */
const badId = (text: (family: Household) => string, code: string) => (f: Household) => {
  f.h.spoil(f.spouse.row, 'id_number', text(f), code, 'error')
}
/** A number written otherwise; it is read all the same. */
const oddId = (write: (id: string, f: Household) => string) => (f: Household) => {
  const id = f.head.row.cells.id_number as string
  f.h.house.cells.account_holder_id = id
  f.h.spoil(f.head.row, 'id_number', write(id, f), 'IDQ-3', 'warn')
  f.h.forbid('IDQ-5', f.head)
  f.h.forbid('IDQ-6', f.head)
}
const year = (f: Household, back: number): string => addMonths(f.k.asOf, -12 * back).replaceAll('-', '')

/** A person of the household whose number ends in X. */
function endingInX(f: Household): Person {
  for (let tries = 0; tries < 400; tries++) {
    const human = f.h.human({ age: 30 + (tries % 20) })
    if (human.id.endsWith('X')) return f.h.list(human, 'other')
  }
  throw new Error('no number ending in X was found')
}

const numbers: readonly Scenario[] = [
  firstDirt(
    '校验码错误',
    badId(({ spouse }) => wrongCheck(spouse.id), 'IDQ-1'),
  ),
  moreDirt(
    '号码少一位',
    badId(({ spouse }) => spouse.id.slice(1), 'IDQ-1'),
  ),
  moreDirt(
    '号码多一位',
    badId(({ spouse }) => `${spouse.id}0`, 'IDQ-1'),
  ),
  moreDirt(
    '号码含字母',
    badId(({ spouse }) => `A${spouse.id.slice(1)}`, 'IDQ-1'),
  ),
  firstDirt(
    '出生日期不存在',
    badId(() => withCheck('62990119810230001'), 'IDQ-2'),
  ),
  moreDirt(
    '出生月份为十三',
    badId(() => withCheck('62990119811302001'), 'IDQ-2'),
  ),
  moreDirt(
    '出生在核对日次日',
    badId((f) => withCheck(`629901${addDays(f.k.asOf, 1).replaceAll('-', '')}001`), 'IDQ-2'),
  ),
  moreDirt(
    '一百二十一岁',
    badId((f) => withCheck(`629901${year(f, 121)}001`), 'IDQ-2'),
  ),
  moreDirt(
    '日期不存在且校验码错误，只报日期',
    badId(() => wrongCheck(withCheck('62990119810230001')), 'IDQ-2'),
  ),
  firstDirt(
    '号码成了科学计数',
    badId((f) => f.k.world.rng.pick(['6.29901E+17', '1.2E+17', '6.29901e17']), 'IDQ-3'),
  ),
  firstDirt('号码全角', oddId(wide)),
  moreDirt(
    '号码中有空格',
    oddId((id) => `${id.slice(0, 6)} ${id.slice(6, 14)}　${id.slice(14)}`),
  ),
  moreDirt(
    '号码前有撇号',
    oddId((id, f) => `${f.k.world.rng.pick(["'", '’', '‘', '`'])}${id}`),
  ),
  moreDirt(
    '号码中有隐形字符',
    oddId((id) => `\u200B${id.slice(0, 9)}\uFEFF${id.slice(9)}`),
  ),
  moreDirt(
    '号码末尾有空格',
    oddId((id) => `${id} `),
  ),
  moreDirt(
    '字母 O 代零',
    oddId((id) => id.replace('0', 'O')),
  ),
  moreDirt(
    '字母 l、I、竖线代一',
    oddId((id, f) => id.replaceAll('1', f.k.world.rng.pick(['l', 'I', '|', 'i']))),
  ),
  moreDirt(
    '十五位旧号',
    oddId((id) => id.slice(0, 6) + id.slice(8, 17)),
  ),
  moreDirt('小写 x', (f) => {
    const p = endingInX(f)
    f.h.spoil(p.row, 'id_number', p.id.toLowerCase(), 'IDQ-3', 'warn')
    f.h.forbid('IDQ-6', p)
  }),
  moreDirt('恰满一百二十岁', (f) => {
    f.h.list(f.h.human({ birth: addMonths(f.k.asOf, -1440) }), 'other')
  }),
  moreDirt('义务人号码错误', (f) => {
    f.h.spoil(f.supporter.row, 'id_number', wrongCheck(f.supporter.id), 'IDQ-1', 'error')
  }),
  moreDirt('义务人号码全角', (f) => {
    f.h.spoil(f.supporter.row, 'id_number', wide(f.supporter.id), 'IDQ-3', 'warn')
    f.h.forbid('IDQ-6', f.supporter)
  }),
  moreDirt('账户持有人号码无法读取：按空处理', (f) => {
    f.h.house.cells.account_holder_id = wrongCheck(f.head.id)
    f.h.forbid('DUP-5', null)
  }),
]

const identities: readonly Scenario[] = [
  firstDirt('性别与号码不符', (f) => f.h.spoil(f.head.row, 'gender', '2', 'IDQ-4', 'warn')),
  moreDirt('出生日期与号码不符', (f) => f.h.spoil(f.child.row, 'birth_date', addDays(f.child.birth, -1), 'IDQ-4', 'warn')),
  moreDirt('性别未知不报', (f) => {
    f.head.row.cells.gender = '9'
  }),
  firstDirt('同户两行同一号码', (f) => {
    const twin = f.h.list({ ...f.head, name: f.h.human().name }, 'other')
    twin.register = null
    twin.row.faults.push({ column: 'id_number', code: 'IDQ-8', severity: 'error' })
  }),
  moreDirt('两个户主', (f) => f.h.spoil(f.spouse.row, 'relation', 'head', 'IDQ-8', 'warn')),
  moreDirt('没有户主', (f) => {
    f.head.row.cells.relation = 'other'
    f.h.house.faults.push({ column: 'household_no', code: 'IDQ-8', severity: 'warn' })
  }),
  moreDirt('户主不计入：仍是户主', (f) => {
    f.head.row.cells.counted = 'no'
  }),
  firstDirt('与户主关系为空', (f) => f.h.spoil(f.child.row, 'relation', '', 'IDQ-9', 'warn')),
  moreDirt('子女只比户主小十岁', (f) => odd(f, 'child', 36)),
  moreDirt('子女比户主年长', (f) => odd(f, 'child', 50)),
  moreDirt('父母比户主大六十一岁', (f) => odd(f, 'parent', 46 + 62)),
  moreDirt('父母比户主年轻', (f) => odd(f, 'parent', 40)),
  moreDirt('配偶与户主同性别', (f) => {
    const p = f.h.list(f.h.human({ age: 40, sex: '1' }), 'spouse')
    p.row.faults.push({ column: 'relation', code: 'IDQ-9', severity: 'warn' })
  }),
  moreDirt('配偶十七岁', (f) => {
    const p = f.h.list(f.h.human({ age: 17, sex: '2' }), 'spouse')
    p.row.faults.push({ column: 'relation', code: 'IDQ-9', severity: 'warn' })
  }),
  moreDirt('子女恰小十四岁、恰小六十岁不报', (f) => {
    f.h.list(f.h.human({ birth: addMonths(f.head.birth, 168) }), 'child')
  }),
]

/** Somebody whose age does not fit the relation. */
function odd(f: Household, relation: string, age: number): void {
  const p = f.h.list(f.h.human({ age }), relation)
  p.row.faults.push({ column: 'relation', code: 'IDQ-9', severity: 'warn' })
}

const fields: readonly Scenario[] = [
  firstDirt('人员行少一列', (f) => {
    f.spouse.row.shape = 'short'
    f.spouse.row.faults.push({ column: '', code: 'COLUMN_COUNT', severity: 'error' })
  }),
  moreDirt('人员行多一列', (f) => {
    f.child.row.shape = 'long'
    f.child.row.faults.push({ column: '', code: 'COLUMN_COUNT', severity: 'error' })
  }),
  firstDirt('姓名为空', (f) => f.h.spoil(f.spouse.row, 'name', '', 'REQUIRED_EMPTY', 'error')),
  moreDirt('姓名只有隐形字符', (f) => f.h.spoil(f.spouse.row, 'name', ' \u200B　', 'REQUIRED_EMPTY', 'error')),
  moreDirt('计入标志为空', (f) => f.h.spoil(f.child.row, 'counted', '', 'REQUIRED_EMPTY', 'error')),
  firstDirt('关系代码不在表内', (f) => f.h.spoil(f.child.row, 'relation', 'cousin', 'CODE_UNKNOWN', 'error')),
  moreDirt('是否计入写成 Y', (f) => f.h.spoil(f.child.row, 'counted', 'Y', 'CODE_UNKNOWN', 'error')),
  moreDirt('分类施保含未知代码', (f) => f.h.spoil(f.child.row, 'top_ups', 'minor;blind', 'CODE_UNKNOWN', 'error')),
  moreDirt('分类施保有空格与空段：可读', (f) => {
    f.child.row.cells.top_ups = ' minor ; ;serious_illness'
    f.h.forbid('MIS-2', f.child)
  }),
  firstDirt('出生日期不存在（字段）', (f) =>
    f.h.spoil(
      f.child.row,
      'birth_date',
      f.k.world.rng.pick(['2013-02-30', '20131301', '2013-1-5', '13-01-05', '45000']),
      'DATE_INVALID',
      'error',
    ),
  ),
  firstDirt('出生日期在核对日之后', (f) => f.h.spoil(f.child.row, 'birth_date', addDays(f.k.asOf, 1), 'DATE_FUTURE', 'error')),
  firstDirt('出生日期写法不规范', (f) => {
    const [y, m, d] = f.child.birth.split('-') as [string, string, string]
    const [sm, sd] = [String(Number(m)), String(Number(d))]
    const forms = [
      `${y}${m}${d}`,
      `${y}/${sm}/${sd}`,
      `${y}.${sm}.${sd}`,
      `${y}年${sm}月${sd}日`,
      wide(f.child.birth),
      `${y}年${m}月${d}日`,
    ]
    f.h.spoil(f.child.row, 'birth_date', f.k.world.rng.pick(forms), 'DATE_NORMALISED', 'warn')
  }),
  moreDirt('本人待遇截止早于起始', (f) => {
    f.child.row.cells.aid_from = monthText(f.k.month - 5)
    f.h.spoil(f.child.row, 'aid_to', monthText(f.k.month - 6), 'PERIOD_REVERSED', 'error')
  }),
  firstDirt('人员编号重复而内容不同', (f) => {
    const row = f.h.row('persons', { ...f.child.row.cells, phone: '13900000000' })
    row.faults.push({ column: 'person_no', code: 'DUPLICATE_KEY', severity: 'error' })
  }),
  firstDirt('同一行写了两次', (f) => {
    f.child.row.cells.top_ups = 'minor'
    f.h.rows.push({
      ...newRow('persons', f.child.row.cells),
      faults: [{ column: 'person_no', code: 'REPEATED_ROW', severity: 'warn' }],
    })
  }),
  moreDirt('文字含逗号、引号、换行', (f) => {
    f.h.house.cells.address = `${f.h.village.name}"老\n村部",旁`
    f.head.row.cells.phone = ' 139 '
  }),
]

export const personDirt: readonly Scenario[] = [...numbers, ...identities, ...fields]

import { addDays, addMonths, monthText } from '../calendar.ts'
import type { Draft, HumanChoice, Person } from '../draft.ts'
import { addOfficial, registerOfficial } from '../officials.ts'
import { also, type Kit, main, type Scenario } from './kit.ts'

const titles = 'natural_resources/titles'
const vehicles = 'police/vehicles'
const school = 'education/enrolments'

/** A household with a supporter, about whom the plant is. */
function withSupporter(k: Kit): { h: Draft; s: Person } {
  const h = k.household({ kind: k.world.rng.permille(500) ? 'new' : 'existing', programme: 'rural' })
  return { h, s: h.supporter(h.head({ age: 66 }), 'son', { sex: '1', age: 40 }) }
}

const supporterPlants: readonly Scenario[] = [
  main('义务人名下两套住房', (k) => {
    const { h, s } = withSupporter(k)
    const ids = [h.source(titles, s), h.source(titles, s)].sort()
    h.source(vehicles, s, { purchase_price: '300000.00' })
    h.expect('FAM-6', s, titles, ids[0] as string)
    h.forbid('FAM-6', s, ids[1])
  }),
  also('义务人豪车', (k) => {
    const { h, s } = withSupporter(k)
    h.source(titles, s)
    h.source(vehicles, s, { purchase_price: '100000.00' })
    const id = h.source(vehicles, s, { purchase_price: '100000.01' })
    h.expect('FAM-6', s, vehicles, id)
  }),
  also('义务人车价恰好等于限额、货车、摩托车', (k) => {
    const { h, s } = withSupporter(k)
    h.source(vehicles, s, { purchase_price: '100000.00' })
    h.source(vehicles, s, { purchase_price: '260000.00', vehicle_use: 'commercial_goods', vehicle_type: 'heavy_truck' })
    h.source(vehicles, s, { purchase_price: '160000.00', vehicle_type: 'motorcycle' })
    h.source(vehicles, s, { purchase_price: '160000.00', status: 'transferred' })
    h.forbid('FAM-6', s)
  }),
  also('义务人一套住房两行', (k) => {
    const { h, s } = withSupporter(k)
    const unit_no = k.world.unitNo()
    h.source(titles, s, { unit_no })
    h.source(titles, s, { unit_no })
    h.source(titles, s, { state: 'demolishing' })
    h.source(titles, s, { house_use: 'garage' })
    h.forbid('FAM-6', s)
  }),
  also('义务人任企业法人', (k) => {
    const { h, s } = withSupporter(k)
    h.expect('FAM-6', s, 'market/officers', h.source('market/officers', s, { post: 'executive_director' }))
  }),
  also('义务人财政供养', (k) => {
    const { h, s } = withSupporter(k)
    h.source('finance/payroll', s, { month: monthText(k.month - 3) })
    const id = h.source('finance/payroll', s, { month: monthText(k.month - 2) })
    h.source('finance/payroll', s, { month: monthText(k.month) })
    h.expect('FAM-6', s, 'finance/payroll', id)
  }),
  also('义务人未签授权', (k) => {
    const { h, s } = withSupporter(k)
    Object.assign(s.auth?.cells ?? {}, { signature: 'missing', signed_on: '' })
    h.source(titles, s)
    h.source(titles, s)
    h.forbid('FAM-6', s)
  }),
]

/** A student of a household on the roll. */
function student(k: Kit, level: string, choice: HumanChoice): { h: Draft; p: Person } {
  const h = k.existing()
  h.head({ age: 55 })
  const p = h.add('child', choice)
  p.row.cells.student_level = level
  return { h, p }
}

const studentPlants: readonly Scenario[] = [
  main('已毕业仍按在校', (k) => {
    const { h, p } = student(k, 'bachelor', { age: 23 })
    const id = h.source(school, p, { level: 'bachelor', state: 'graduated', leaving_on: addMonths(k.asOf, -14) })
    h.source(school, p, { level: 'senior', state: 'graduated', leaving_on: addMonths(k.asOf, -62) })
    h.expect('FAM-7', p, school, id)
  }),
  also('全日制研究生', (k) => {
    const { h, p } = student(k, 'bachelor', { age: 24 })
    h.expect('FAM-7', p, school, h.source(school, p, { level: 'master' }))
  }),
  also('研究生兼有本科在读', (k) => {
    const { h, p } = student(k, 'bachelor', { age: 24 })
    h.source(school, p, { level: 'master' })
    h.source(school, p, { level: 'bachelor' })
    h.forbid('FAM-7', p)
  }),
  also('休学', (k) => {
    const { h, p } = student(k, 'college', { age: 21 })
    h.source(school, p, { level: 'college', state: 'on_leave' })
    h.forbid('FAM-7', p)
  }),
  also('离校恰好九十天', (k) => {
    const { h, p } = student(k, 'college', { age: 21 })
    h.expect('FAM-7', p, school, h.source(school, p, { level: 'college', state: 'withdrawn', leaving_on: addDays(k.asOf, -90) }))
  }),
  also('离校八十九天；无离校日期', (k) => {
    const { h, p } = student(k, 'college', { age: 21 })
    h.source(school, p, { level: 'college', state: 'graduated', leaving_on: addDays(k.asOf, -89) })
    h.source(school, p, { level: 'senior', state: 'graduated' })
    h.forbid('FAM-7', p)
  }),
  also('三十五岁无学籍', (k) => {
    const { h, p } = student(k, 'bachelor', { age: 30 })
    h.absent.add(school)
    h.expect('FAM-7', p, '', '')
  }),
  also('二十四岁无学籍', (k) => {
    const { h, p } = student(k, 'bachelor', { birth: addDays(addMonths(k.asOf, -300), 1) })
    h.forbid('FAM-7', p)
  }),
  also('今日满二十五岁无学籍', (k) => {
    const { h, p } = student(k, 'bachelor', { birth: addMonths(k.asOf, -300) })
    h.absent.add(school)
    h.expect('FAM-7', p, '', '')
  }),
  also('二十六岁本科在读', (k) => {
    const { h, p } = student(k, 'bachelor', { age: 26 })
    h.source(school, p, { level: 'bachelor' })
    h.forbid('FAM-7', p)
  }),
  also('教育部门对本人未作答', (k) => {
    const { h, p } = student(k, 'bachelor', { age: 29 })
    h.unanswered('education', p.id, k.world.rng.pick(['*', 'enrolments']))
    h.forbid('FAM-7', p)
  }),
  also('教育部门同号不同名', (k) => {
    const { h, p } = student(k, 'bachelor', { age: 29 })
    h.source(school, p, { name: h.human().name })
    h.forbid('FAM-7', p)
  }),
  also('新申请家庭不判断学生', (k) => {
    const h = k.applicant()
    h.head({ age: 55 })
    const p = h.add('child', { age: 29 })
    p.row.cells.student_level = 'bachelor'
    h.forbid('FAM-7', p)
  }),
]

/** A member and an official of the same district. */
function beside(
  k: Kit,
  changes: Record<string, string> = {},
): { h: Draft; p: Person; no: string; o: ReturnType<typeof addOfficial> } {
  const h = k.household({ kind: k.world.rng.permille(500) ? 'new' : 'existing', programme: 'rural' })
  const p = h.head()
  const o = addOfficial(k.world, changes, h.human({ sex: p.sex === '1' ? '2' : '1' }))
  return { h, p, no: o.officialNo, o }
}
const link = (p: Person, cells: Record<string, string>): void => {
  Object.assign(p.register?.cells ?? {}, cells)
}
const token = (k: Kit): string => k.world.people.number('1950-01-01', '1')

const officialPlants: readonly Scenario[] = [
  main('与经办人员为兄弟未备案', (k) => {
    const { h, p, no, o } = beside(k)
    const father = token(k)
    link(p, { father_id: father })
    registerOfficial(k.world, o, { father_id: father })
    h.expect('FIS-2', p, '', no)
  }),
  also('本人即干部', (k) => {
    const { h, p } = beside(k)
    const self = addOfficial(k.world, { role: 'village_cadre' }, p)
    h.expect('FIS-2', p, '', self.officialNo)
  }),
  also('配偶为干部：成员户籍可见', (k) => {
    const { h, p, no, o } = beside(k)
    link(p, { spouse_id: o.id })
    h.expect('FIS-2', p, '', no)
  }),
  also('配偶为干部：只在干部户籍可见', (k) => {
    const { h, p, no, o } = beside(k)
    registerOfficial(k.world, o, { spouse_id: p.id })
    h.expect('FIS-2', p, '', no)
  }),
  also('干部户籍姓名不符，不认配偶', (k) => {
    const { h, p, no, o } = beside(k)
    registerOfficial(k.world, { ...o, name: h.human().name }, { spouse_id: p.id })
    h.forbid('FIS-2', p, no)
  }),
  also('父母子女为干部', (k) => {
    const { h, p, no, o } = beside(k)
    if (k.world.rng.permille(500)) link(p, { mother_id: o.id })
    else registerOfficial(k.world, o, { father_id: p.id })
    h.expect('FIS-2', p, '', no)
  }),
  also('两名成员皆为亲属：记在编号小者', (k) => {
    const { h, p, no, o } = beside(k)
    const q = h.add('sibling')
    link(p, { father_id: o.id })
    link(q, { father_id: o.id })
    h.expect('FIS-2', p, '', no)
    h.forbid('FIS-2', q)
  }),
  also('已备案（当日）', (k) => {
    const { h, p, no, o } = beside(k)
    link(p, { spouse_id: o.id })
    h.filing(no, 'spouse', k.asOf)
    h.forbid('FIS-2', p)
  }),
  also('备案日期在核对日之后', (k) => {
    const { h, p, no, o } = beside(k)
    link(p, { spouse_id: o.id })
    h.filing(no, 'spouse', addDays(k.asOf, 1))
    h.expect('FIS-2', p, '', no)
  }),
  also('已离任；今日离任', (k) => {
    const left = k.world.rng.permille(500)
    const { h, p, no, o } = beside(k, { in_office_to: left ? addDays(k.asOf, -1) : k.asOf })
    link(p, { spouse_id: o.id })
    if (left) h.forbid('FIS-2', p)
    else h.expect('FIS-2', p, '', no)
  }),
  also('干部与成员同堂（堂亲）', (k) => {
    const { h, p, o } = beside(k)
    link(p, { father_id: token(k) })
    registerOfficial(k.world, o, { father_id: token(k) })
    h.forbid('FIS-2', p)
  }),
  also('成员无户籍答复', (k) => {
    const { h, p, o } = beside(k)
    link(p, { spouse_id: o.id })
    p.auth = null
    h.forbid('FIS-2', p)
  }),
  main('低保账户由干部持有', (k) => {
    const { h, no, o } = beside(k)
    Object.assign(h.house.cells, { account_holder: o.name, account_holder_id: o.id, account_proxy_filed: 'yes' })
    h.expect('DUP-6', null, '', no)
    h.forbid('DUP-5', null)
  }),
  also('干部本人即家庭成员，持有账户', (k) => {
    const { h, p } = beside(k)
    addOfficial(k.world, {}, p)
    h.forbid('DUP-6', null)
  }),
  also('账户由已离任干部持有', (k) => {
    const { h, o } = beside(k, { in_office_to: addDays(k.asOf, -1) })
    Object.assign(h.house.cells, { account_holder: o.name, account_holder_id: o.id, account_proxy_filed: 'yes' })
    h.forbid('DUP-6', null)
  }),
  main('财政供养人员享受', (k) => {
    const { h, p } = beside(k)
    const ids = [0, 1].map(() => h.source('finance/payroll', p, { post_kind: 'civil_servant' })).sort()
    h.source('finance/payroll', p, { month: monthText(k.month - 2) })
    h.expect('FIS-1', p, 'finance/payroll', ids[0] as string)
  }),
  also('村干部补贴、公益性岗位', (k) => {
    const { h, p } = beside(k)
    h.source('finance/payroll', p, { post_kind: 'village_cadre', net_pay: '300.00' })
    h.source('finance/payroll', p, { post_kind: 'public_welfare_post', net_pay: '300.00' })
    h.forbid('FIS-1', p)
  }),
  also('工资只在当月或四个月前', (k) => {
    const { h, p } = beside(k)
    h.source('finance/payroll', p, { month: monthText(k.month) })
    h.source('finance/payroll', p, { month: monthText(k.month - 4) })
    h.forbid('FIS-1', p)
  }),
  also('工资在三个月前', (k) => {
    const { h, p } = beside(k)
    h.expect(
      'FIS-1',
      p,
      'finance/payroll',
      h.source('finance/payroll', p, { post_kind: 'regular_contract', month: monthText(k.month - 3) }),
    )
  }),
]

/** The same human being as a member of two households. */
function twice(k: Kit, second: 'urban' | 'rural', kind: 'existing' | 'new'): { a: Draft; b: Draft; p: Person; q: Person } {
  const a = k.existing()
  a.head()
  const p = a.add('other')
  const b = k.household({ kind, programme: second })
  b.head()
  const q = b.list(p, 'other')
  q.register = null
  q.row.faults.push({ column: 'id_number', code: 'IDQ-8', severity: 'warn' })
  return { a, b, p, q }
}

const doublePlants: readonly Scenario[] = [
  main(
    '城乡两处享受',
    (k) => {
      const { a, b, p, q } = twice(k, 'urban', 'existing')
      a.expect('DUP-1', p, '', q.no)
      b.expect('DUP-1', q, '', p.no)
      a.expect('FAM-4', p, '', q.no)
      b.expect('FAM-4', q, '', p.no)
    },
    2,
  ),
  also(
    '另一处为新申请',
    (k) => {
      const { a, b, p, q } = twice(k, 'urban', 'new')
      a.forbid('DUP-1', p)
      b.forbid('DUP-1', q)
      b.expect('FAM-4', q, '', p.no)
    },
    2,
  ),
  also(
    '两处同为农村',
    (k) => {
      const { a, p, q } = twice(k, 'rural', 'existing')
      a.forbid('DUP-1', p)
      a.expect('FAM-4', p, '', q.no)
    },
    2,
  ),
  also(
    '另一处列名不计入',
    (k) => {
      const { a, b, p, q } = twice(k, 'urban', 'existing')
      q.row.cells.counted = 'no'
      a.forbid('DUP-1', p)
      a.forbid('FAM-4', p)
      b.forbid('FAM-4', q)
    },
    2,
  ),
]

export const kinPlants: readonly Scenario[] = [...supporterPlants, ...studentPlants, ...officialPlants, ...doublePlants]

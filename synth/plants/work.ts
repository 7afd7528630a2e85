import { firstDay, monthText } from '../calendar.ts'
import type { Draft, Person } from '../draft.ts'
import { also, type Kit, main, type Scenario } from './kit.ts'

const contributions = 'hrss/contributions'
const accounts = 'housing_fund/accounts'
const tax = 'tax/personal_income'
const benefits = 'hrss/benefits'

function worker(k: Kit, programme: 'urban' | 'rural' = 'rural'): { h: Draft; p: Person } {
  const h = k.household({ kind: k.world.rng.permille(500) ? 'new' : 'existing', programme })
  return { h, p: h.head() }
}
const at = (k: Kit, back: number): string => monthText(k.month - back)

const employmentPlants: readonly Scenario[] = [
  main('职工社保在缴未申报就业', (k) => {
    const { h, p } = worker(k)
    const ids = ['4200.00', '3900.00']
      .map((base) => h.source(contributions, p, { base, month: at(k, 1), insurance_kind: 'medical_employee' }))
      .sort()
    h.source(contributions, p, { month: at(k, 2) })
    h.expect('EMP-1', p, contributions, ids[0] as string)
  }),
  also('三个月前缴费', (k) => {
    const { h, p } = worker(k)
    h.income(p, 'wage', '0.00')
    h.expect('EMP-1', p, contributions, h.source(contributions, p, { month: at(k, 3), payer_kind: 'institution' }))
  }),
  also('四个月前缴费与当月缴费', (k) => {
    const { h, p } = worker(k)
    h.source(contributions, p, { month: at(k, 4) })
    h.source(contributions, p, { month: at(k, 0) })
    h.forbid('EMP-1', p)
  }),
  also('灵活就业自缴、居民保险、公益性岗位', (k) => {
    const { h, p } = worker(k)
    h.source(contributions, p, { payer_kind: 'flexible' })
    h.source(contributions, p, { insurance_kind: 'medical_resident', payer_kind: 'individual' })
    h.source(contributions, p, { payer_kind: 'public_welfare_post' })
    h.source(contributions, p, { insurance_kind: 'injury' })
    h.forbid('EMP-1', p)
  }),
  also('已申报工资或已申报在职', (k) => {
    const { h, p } = worker(k)
    if (k.world.rng.permille(500)) h.income(p, 'wage', '2400.00')
    else p.row.cells.work_status = 'employed'
    h.source(contributions, p)
    h.forbid('EMP-1', p)
  }),
  main('公积金基数高于申报工资', (k) => {
    const { h, p } = worker(k)
    h.income(p, 'wage', '24000.00')
    h.expect('EMP-2', p, accounts, h.source(accounts, p, { base: '2200.01' }), '2200.01', '2000.00')
  }),
  also('申报二千、基数二千二', (k) => {
    const { h, p } = worker(k)
    h.income(p, 'wage', '24000.00')
    h.source(accounts, p, { base: '2200.00' })
    h.forbid('EMP-2', p)
  }),
  also('未申报工资：相差恰为一百元与一百零一分', (k) => {
    const { h, p } = worker(k)
    const over = k.world.rng.permille(500)
    const id = h.source(accounts, p, { base: over ? '100.01' : '100.00', last_month: at(k, 3) })
    if (over) h.expect('EMP-2', p, accounts, id, '100.01', '0.00')
    else h.forbid('EMP-2', p)
  }),
  also('申报工资按各行月数计，余数四舍五入', (k) => {
    const { h, p } = worker(k)
    h.income(p, 'wage', '1000.00', k.month - 30, k.month - 24)
    h.income(p, 'wage', '100.00', k.month - 3, k.month - 1)
    h.expect('EMP-2', p, accounts, h.source(accounts, p, { base: '900.00' }), '900.00', '176.19')
  }),
  also('账户已封存；此前一行仍为正常', (k) => {
    const { h, p } = worker(k)
    const account_no = `GJJ${k.world.token('fund')}`
    h.source(accounts, p, { account_no, last_month: at(k, 2) })
    h.source(accounts, p, { account_no, state: 'sealed' })
    h.forbid('EMP-2', p)
  }),
  also('最后缴存在四个月前；同月取记录号小者', (k) => {
    const { h, p } = worker(k)
    h.source(accounts, p, { last_month: at(k, 4) })
    const account_no = `GJJ${k.world.token('fund')}`
    const ids = [k.world.recordId(accounts), k.world.recordId(accounts)].sort()
    h.source(accounts, p, { account_no, source_record_id: ids[0] as string, state: 'sealed' })
    h.source(accounts, p, { account_no, source_record_id: ids[1] as string })
    h.forbid('EMP-2', p)
  }),
  main('个税收入超标', (k) => {
    const { h, p } = worker(k)
    h.source(tax, p, { income: '3000.00', item: 'labour' })
    h.source(tax, p, { income: '2640.01', item: 'rent', month: at(k, 12) })
    h.expect('EMP-3', null, '', '')
  }),
  also('个税收入恰为标准；当月收入不计；偶然所得不计', (k) => {
    const { h, p } = worker(k)
    h.source(tax, p, { income: '3000.00' })
    h.source(tax, p, { income: '2640.00', item: 'interest', month: at(k, 12) })
    h.source(tax, p, { income: '9000.00', month: at(k, 0) })
    h.source(tax, p, { income: '9000.00', month: at(k, 13) })
    h.source(tax, p, { income: '9000.00', item: 'incidental' })
    h.forbid('EMP-3', null)
  }),
  also('更正申报只计一次', (k) => {
    const { h, p } = worker(k)
    const on = [firstDay(k.month - 1), firstDay(k.month)]
    const rows = [
      ['4000.00', on[0]],
      ['3900.00', on[1]],
    ] as const
    for (const [income, declared_on] of rows) h.source(tax, p, { income, declared_on: declared_on as string })
    h.source(tax, p, { income: '1740.00', payer: '乙丑秋实合作社' })
    h.forbid('EMP-3', null)
    h.expect('INC-3', null, '', '', '470.00', '470.00')
  }),
  also('同日更正取记录号大者', (k) => {
    const { h, p } = worker(k)
    const ids = [k.world.recordId(tax), k.world.recordId(tax)].sort()
    const declared_on = firstDay(k.month)
    h.source(tax, p, { income: '6000.00', declared_on, source_record_id: ids[0] as string })
    h.source(tax, p, { income: '5640.00', declared_on, source_record_id: ids[1] as string })
    h.forbid('EMP-3', null)
  }),
  also('有成员被隔离，不计家庭个税', (k) => {
    const { h, p } = worker(k)
    h.source(tax, p, { income: '90000.00' })
    const lost = h.add('other')
    h.spoil(lost.row, 'birth_date', '2026-02-30', 'DATE_INVALID', 'error')
    h.forbid('EMP-3', null)
    h.forbid('INC-3', null)
  }),
]

const pensionPlants: readonly Scenario[] = [
  main('养老金少报', (k) => {
    const { h, p } = worker(k)
    h.income(p, 'pension', '9600.00')
    h.expect('INC-1', p, benefits, h.source(benefits, p), '1200.00', '800.00')
  }),
  also('养老金相差一元与一元零一分', (k) => {
    const { h, p } = worker(k)
    const over = k.world.rng.permille(500)
    h.income(p, 'pension', '3600.00')
    const id = h.source(benefits, p, { monthly_amount: over ? '301.01' : '301.00' })
    if (over) h.expect('INC-1', p, benefits, id, '301.01', '300.00')
    else h.forbid('INC-1', p)
  }),
  also('多报；居民养老金；已停发；久未发放', (k) => {
    const { h, p } = worker(k)
    const q = h.add('other')
    h.income(p, 'pension', '6000.00')
    h.source(benefits, p, { monthly_amount: '400.00' })
    h.source(benefits, q, { kind: 'resident_pension', monthly_amount: '160.00', base_part: '140.00' })
    h.source(benefits, q, { state: 'suspended' })
    h.source(benefits, q, { last_paid_month: at(k, 4) })
    h.forbid('INC-1', p)
    h.forbid('INC-1', q)
  }),
  also('两份养老金合计；调整前的行不计', (k) => {
    const { h, p } = worker(k)
    const benefit_no = `YL${k.world.token('benefit')}`
    const old = h.source(benefits, p, {
      benefit_no,
      monthly_amount: '9000.00',
      from_month: at(k, 30),
      last_paid_month: at(k, 13),
    })
    const ids = [
      h.source(benefits, p, { benefit_no, monthly_amount: '130.00', from_month: at(k, 12), last_paid_month: at(k, 1) }),
      h.source(benefits, p, { monthly_amount: '70.50', last_paid_month: at(k, 3) }),
    ].sort()
    h.expect('INC-1', p, benefits, ids[0] as string, '200.50', '0.00')
    h.forbid('INC-1', p, old)
  }),
  main('失业金未申报', (k) => {
    const { h, p } = worker(k)
    const benefit_no = `YL${k.world.token('benefit')}`
    const cells = { benefit_no, kind: 'unemployment', monthly_amount: '40.00', last_paid_month: at(k, 12) }
    const ids = [h.source(benefits, p, cells), h.source(benefits, p, cells)].sort()
    h.expect('INC-2', p, benefits, ids[0] as string)
    h.forbid('INC-2', p, ids[1])
  }),
  also('遗属补助申报为零元；优待抚恤金未申报', (k) => {
    const { h, p } = worker(k)
    h.income(p, 'survivor', '0.00')
    h.expect('INC-2', p, benefits, h.source(benefits, p, { kind: 'survivor', monthly_amount: '50.00' }))
    h.expect('INC-2', p, benefits, h.source(benefits, p, { kind: 'veteran_compensation', monthly_amount: '700.00' }))
  }),
  also('失业金在窗口前结束；当月才开始；已申报', (k) => {
    const { h, p } = worker(k)
    h.source(benefits, p, { kind: 'unemployment', last_paid_month: at(k, 13) })
    h.source(benefits, p, { kind: 'unemployment', from_month: at(k, 0), last_paid_month: at(k, 0) })
    h.income(p, 'survivor', '120.00')
    h.source(benefits, p, { kind: 'survivor', monthly_amount: '10.00' })
    h.forbid('INC-2', p)
  }),
]

const incomePlants: readonly Scenario[] = [
  main('人均收入恰为标准', (k) => {
    const programme = k.world.rng.permille(500) ? 'urban' : 'rural'
    const { h, p } = worker(k, programme)
    h.add('other')
    h.income(p, 'farm', programme === 'urban' ? '17280.00' : '11280.00')
    h.expect('INC-3', null, '', '', programme === 'urban' ? '720.00' : '470.00', programme === 'urban' ? '720.00' : '470.00')
  }),
  also('人均收入差一分', (k) => {
    const { h, p } = worker(k, 'urban')
    h.income(p, 'farm', '8639.99')
    h.forbid('INC-3', null)
  }),
  also('不计入的收入不算', (k) => {
    const { h, p } = worker(k)
    for (const item of ['base_pension', 'veteran_compensation', 'social_aid', 'scholarship', 'elder_allowance'])
      h.income(p, item, '9000.00')
    h.forbid('INC-3', null)
  }),
  also('四个单位看到的同一份工资只算一次', (k) => {
    const { h, p } = worker(k)
    for (let back = 1; back <= 3; back++) {
      h.source(tax, p, { month: at(k, back), income: '1800.00' })
      h.source('finance/payroll', p, { post_kind: 'public_welfare_post', month: at(k, back), net_pay: '1700.00' })
      h.source(contributions, p, { payer_kind: 'public_welfare_post', month: at(k, back), base: '1900.00' })
    }
    h.source(accounts, p, { state: 'sealed', base: '1800.00', first_month: at(k, 3), last_month: at(k, 1) })
    h.forbid('INC-3', null)
  }),
  also('义务人应付赡养费按公式计入', (k) => {
    const { h, p } = worker(k)
    const s = h.supporter(p, 'sibling')
    Object.assign(s.row.cells, { monthly_income: '5170.00', household_persons: '3', supported_count: '1' })
    h.expect('INC-3', null, '', '', '470.00', '470.00')
  }),
  also('约定赡养费优先于公式；除数为零按一', (k) => {
    const { h, p } = worker(k)
    const s = h.supporter(p, 'sibling')
    Object.assign(s.row.cells, {
      monthly_income: '90000.00',
      household_persons: '1',
      supported_count: '0',
      support_agreed: '469.99',
    })
    h.forbid('INC-3', null)
  }),
  also('土地流转等惠农补贴计入，其他项目不计', (k) => {
    const { h, p } = worker(k)
    const paid_on = firstDay(k.month - 12)
    h.source('finance/subsidy_card', p, { project: 'collective_dividend', amount: '5640.00', paid_on })
    h.source('finance/subsidy_card', p, { project: 'temporary_aid', amount: '5640.00', paid_on })
    h.expect('INC-3', null, '', '', '470.00', '470.00')
  }),
]

export const workPlants: readonly Scenario[] = [...employmentPlants, ...pensionPlants, ...incomePlants]

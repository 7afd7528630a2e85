import { addDays, addMonths, monthText } from '../calendar.ts'
import type { Draft, Person } from '../draft.ts'
import { also, type Kit, main, type Scenario } from './kit.ts'

const deposits = 'banks/deposits'
const holdings = 'securities/holdings'
const policies = 'insurance/policies'

function saver(
  k: Kit,
  kind: 'existing' | 'new' | 'either' = 'either',
  programme: 'urban' | 'rural' = 'rural',
): { h: Draft; p: Person } {
  const either = k.world.rng.permille(500) ? 'new' : 'existing'
  const h = k.household({ kind: kind === 'either' ? either : kind, programme })
  return { h, p: h.head() }
}

const assetPlants: readonly Scenario[] = [
  main('货币财产超限', (k) => {
    const { h, p } = saver(k)
    h.source(deposits, p, { balance: '6000.00', wealth_value: '5000.00' })
    h.source('third_party_payment/balances', p, { balance: '80.01' })
    h.source(holdings, p, { market_value: '100.00', cash: '50.00' })
    h.source(policies, p, { annual_premium: '10.00', cash_value: '50.00' })
    h.expect('FIN-1', null, '', '', '11280.01', '11280.00')
  }),
  also('货币财产恰为限额', (k) => {
    const { h, p } = saver(k, 'either', 'urban')
    h.source(deposits, p, { balance: '17280.00' })
    h.forbid('FIN-1', null)
  }),
  also('监护专户、赔偿专户', (k) => {
    const { h, p } = saver(k)
    h.source(deposits, p, { account_kind: 'guardianship', balance: '150000.00' })
    h.source(deposits, p, { account_kind: 'compensation', balance: '150000.00' })
    h.forbid('FIN-1', null)
  }),
  also('联名账户两行；行内合计逐行重复', (k) => {
    const { h, p } = saver(k)
    const q = h.add('spouse')
    const account_no = k.world.account()
    h.source(deposits, p, { account_no, balance: '15000.00', bank_total: '40000.00' })
    h.source(deposits, q, { account_no, balance: '15000.00', bank_total: '40000.00' })
    h.source(deposits, q, { balance: '7000.00', bank_total: '40000.00' })
    h.forbid('FIN-1', null)
  }),
  also('申报存款高于查得，按申报计', (k) => {
    const { h, p } = saver(k)
    h.asset(p, 'deposit', { amount: '11280.01' })
    h.source(deposits, p, { balance: '20.00' })
    h.expect('FIN-1', null, '', '', '11280.01', '11280.00')
  }),
  main('申请前大额支出', (k) => {
    const { h, p } = saver(k, 'new')
    const account_no = k.world.account()
    const purposes = [k.world.rng.pick(['house', 'transfer', 'cash', 'unknown', '']), 'cash']
    const ids = purposes
      .map((outflow_purpose) => h.source(deposits, p, { account_no, outflow_6m: '50000.01', outflow_purpose }))
      .sort()
    h.expect('FIN-2', p, deposits, ids[0] as string)
    h.forbid('FIN-2', p, ids[1])
  }),
  also('住院支出；恰为限额', (k) => {
    const { h, p } = saver(k, 'new')
    h.source(deposits, p, { outflow_6m: '90000.00', outflow_purpose: 'medical' })
    h.source(deposits, p, { outflow_6m: '50000.00', outflow_purpose: 'cash' })
    h.forbid('FIN-2', p)
  }),
  also('在保家庭的大额支出', (k) => {
    const { h, p } = saver(k, 'existing')
    h.source(deposits, p, { outflow_6m: '90000.00', outflow_purpose: 'cash' })
    h.forbid('FIN-2', p)
  }),
  main('证券超限', (k) => {
    const { h, p } = saver(k)
    const account_no = `ZQ${k.world.token('broker')}`
    const ids = [
      h.source(holdings, p, { market_value: '12000.00', cash: '8000.01' }),
      h.source(holdings, p, { account_no, market_value: '1.00' }),
      h.source(holdings, p, { account_no, market_value: '1.00' }),
    ].sort()
    h.expect('FIN-3', p, holdings, ids[0] as string, '20001.01', '20000.00')
  }),
  also('证券恰为限额；同一账户两行', (k) => {
    const { h, p } = saver(k)
    const account_no = `ZQ${k.world.token('broker')}`
    h.source(holdings, p, { account_no, market_value: '20000.00' })
    h.source(holdings, p, { account_no, market_value: '20000.00', kind: 'fund' })
    h.forbid('FIN-3', p)
  }),
  main('商业保险年缴费超限', (k) => {
    const { h, p } = saver(k)
    const policy_no = `BD${k.world.token('policy')}`
    h.source(policies, p, { policy_no, annual_premium: '2000.00' })
    h.source(policies, p, { policy_no, annual_premium: '2000.00' })
    h.source(policies, p, { kind: 'health', annual_premium: '1000.01', last_paid_on: addDays(addMonths(k.asOf, -12), 1) })
    h.expect('FIN-4', null, '', '', '3000.01', '3000.00')
  }),
  also('单位或政府缴费、意外险、车险、小额健康险、被保险人、失效', (k) => {
    const { h, p } = saver(k)
    const cells = [
      { payer: 'employer' },
      { payer: 'government' },
      { kind: 'accident' },
      { kind: 'motor' },
      { kind: 'health', annual_premium: '1000.00' },
      { role: 'insured' },
      { state: 'lapsed' },
      { state: 'surrendered' },
      { last_paid_on: '' },
      { last_paid_on: addMonths(k.asOf, -12) },
      { annual_premium: '3000.00' },
    ]
    for (const changes of cells) h.source(policies, p, changes)
    h.forbid('FIN-4', null)
  }),
]

const aidPlants: readonly Scenario[] = [
  main('低保与特困、孤儿重复', (k) => {
    const { h, p } = saver(k, 'existing')
    h.pay(k.month - 5, k.month)
    const id = h.source('civil_affairs/other_aid', p, {
      project: k.world.rng.pick(['extreme_hardship', 'orphan']),
      from_month: monthText(k.month - 1),
    })
    h.expect('DUP-2', p, 'civil_affairs/other_aid', id, '2')
  }),
  also('特困在低保前一月停发；已撤销；护理补贴', (k) => {
    const { h, p } = saver(k, 'existing')
    h.pay(k.month - 5, k.month)
    h.source('civil_affairs/other_aid', p, {
      from_month: monthText(k.month - 40),
      to_month: monthText(k.month - 6),
      state: 'ended',
    })
    h.source('civil_affairs/other_aid', p, { state: 'cancelled' })
    h.source('civil_affairs/other_aid', p, { project: 'disability_care' })
    h.forbid('DUP-2', p)
  }),
  also('特困已停发，但重叠一个月', (k) => {
    const { h, p } = saver(k, 'existing')
    h.pay(k.month - 5, k.month)
    const id = h.source('civil_affairs/other_aid', p, {
      from_month: monthText(k.month - 40),
      to_month: monthText(k.month - 5),
      state: 'ended',
    })
    h.expect('DUP-2', p, 'civil_affairs/other_aid', id, '1')
  }),
  main(
    '两户同一账户',
    (k) => {
      const a = k.existing()
      const b = k.existing()
      a.head()
      b.head()
      const account = a.house.cells.account_no as string
      b.house.cells.account_no = ` ${account.slice(0, 4)}-${[...account.slice(4)].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('')}`
      a.expect('DUP-5', null, '', b.no)
      b.expect('DUP-5', null, '', a.no)
    },
    2,
  ),
  also(
    '同一账户而另一户为新申请',
    (k) => {
      const a = k.existing()
      const b = k.applicant()
      a.head()
      b.head()
      b.house.cells.account_no = a.house.cells.account_no as string
      a.forbid('DUP-5', null)
      b.forbid('DUP-5', null)
    },
    2,
  ),
  also(
    '三户同一账户：取户号最小者',
    (k) => {
      const list = [k.existing(), k.existing(), k.existing()]
      for (const h of list) h.head()
      const [a, b, c] = list as [Draft, Draft, Draft]
      for (const h of list) h.house.cells.account_no = a.house.cells.account_no as string
      a.expect('DUP-5', null, '', b.no)
      b.expect('DUP-5', null, '', a.no)
      c.expect('DUP-5', null, '', a.no)
      a.forbid('DUP-5', null, c.no)
    },
    3,
  ),
  main('账户持有人不是家庭成员', (k) => {
    const { h } = saver(k, 'existing')
    const other = h.human()
    Object.assign(h.house.cells, { account_holder: other.name, account_holder_id: other.id })
    h.expect('DUP-5', null, '', '')
  }),
  also('已备代管协议；姓名相同；无户名', (k) => {
    const { h, p } = saver(k, 'existing')
    const other = h.human()
    const roll = k.world.rng.below(3)
    if (roll === 0)
      Object.assign(h.house.cells, { account_holder: other.name, account_holder_id: other.id, account_proxy_filed: 'yes' })
    if (roll === 1) Object.assign(h.house.cells, { account_holder: p.name, account_holder_id: other.id })
    if (roll === 2) Object.assign(h.house.cells, { account_holder: '', account_holder_id: other.id })
    h.forbid('DUP-5', null)
  }),
  also('有成员被隔离，不判断户名', (k) => {
    const { h } = saver(k, 'existing')
    const lost = h.add('spouse')
    h.spoil(lost.row, 'id_number', '1.2E+17', 'IDQ-3', 'error')
    Object.assign(h.house.cells, { account_holder: lost.name, account_holder_id: lost.id })
    h.forbid('DUP-5', null)
  }),
]

const trips = 'police/exit_entry'
const certificates = 'disabled_federation/certificates'

const livingPlants: readonly Scenario[] = [
  main('一年内两次出境旅游', (k) => {
    const { h, p } = saver(k)
    h.source(trips, p, { departed_on: addDays(addMonths(k.asOf, -12), 1), reason: 'visit' })
    const ids = [h.source(trips, p), h.source(trips, p)].sort()
    h.expect('LIV-1', p, trips, ids[0] as string)
  }),
  also('同日两行；务工、就医、边民互市；窗口之外', (k) => {
    const { h, p } = saver(k)
    h.source(trips, p)
    h.source(trips, p)
    h.source(trips, p, { departed_on: addMonths(k.asOf, -12) })
    for (const reason of ['work', 'medical', 'border_trade', 'study', 'official'])
      h.source(trips, p, { reason, departed_on: addMonths(k.asOf, -2) })
    h.forbid('LIV-1', p)
  }),
  also('高收费学校', (k) => {
    const { h } = saver(k)
    const p = h.add('child', { age: 9 })
    h.expect(
      'LIV-1',
      p,
      'education/enrolments',
      h.source('education/enrolments', p, { level: 'primary', annual_fee: '12000.01' }),
    )
  }),
  also('学费恰为限额；资助；已毕业', (k) => {
    const { h } = saver(k)
    const p = h.add('child', { age: 9 })
    h.source('education/enrolments', p, { annual_fee: '12000.00' })
    h.source('education/enrolments', p, { annual_fee: '52000.00', fee_payer: 'charity' })
    h.source('education/enrolments', p, { annual_fee: '52000.00', state: 'graduated' })
    h.forbid('LIV-1', p)
  }),
  main('重度残疾人应享未享分类施保', (k) => {
    const { h, p } = saver(k, 'existing')
    const ids = [h.source(certificates, p, { valid_to: k.asOf }), h.source(certificates, p, { grade: '1' })].sort()
    p.row.cells.top_ups = ''
    h.expect('MIS-2', p, certificates, ids[0] as string)
  }),
  also('今日满七十岁；未成年人', (k) => {
    const { h } = saver(k, 'existing')
    const old = h.add('parent', { birth: addMonths(k.asOf, -840) })
    old.row.cells.top_ups = ''
    const child = h.add('child', { birth: addDays(addMonths(k.asOf, -216), 1) })
    child.row.cells.top_ups = ''
    h.expect('MIS-2', old, '', '')
    h.expect('MIS-2', child, '', '')
  }),
  also('今日满十八岁；残疾三级；已享任一类', (k) => {
    const { h, p } = saver(k, 'existing')
    const grown = h.add('child', { birth: addMonths(k.asOf, -216) })
    grown.row.cells.top_ups = ''
    h.source(certificates, p, { grade: '3' })
    p.row.cells.top_ups = ''
    const elder = h.add('parent', { age: 76 })
    elder.row.cells.top_ups = 'serious_illness'
    h.source(certificates, elder)
    for (const q of [p, grown, elder]) h.forbid('MIS-2', q)
  }),
  also('新申请家庭不看分类施保', (k) => {
    const { h } = saver(k, 'new')
    const old = h.add('parent', { age: 78 })
    h.forbid('MIS-2', old)
  }),
  main('残疾证昨日到期仍享受', (k) => {
    const { h, p } = saver(k, 'existing')
    p.row.cells.top_ups = 'severe_disability'
    h.source(certificates, p, { valid_to: addMonths(k.asOf, -20) })
    const ids = [0, 1].map(() => h.source(certificates, p, { valid_to: addDays(k.asOf, -1) })).sort()
    h.expect('MIS-3', p, certificates, ids[0] as string)
  }),
  also('今日到期仍有效', (k) => {
    const { h, p } = saver(k, 'existing')
    p.row.cells.top_ups = 'severe_disability;serious_illness'
    h.source(certificates, p, { valid_to: k.asOf, grade: '1' })
    h.forbid('MIS-3', p)
  }),
  also('改评三级；证已注销', (k) => {
    const { h, p } = saver(k, 'existing')
    p.row.cells.top_ups = 'elder; severe_disability'
    const id = h.source(certificates, p, k.world.rng.permille(500) ? { grade: '3' } : { state: 'cancelled' })
    h.expect('MIS-3', p, certificates, id)
  }),
  also('无残疾证', (k) => {
    const { h, p } = saver(k, 'existing')
    p.row.cells.top_ups = 'severe_disability'
    h.absent.add(certificates)
    h.expect('MIS-3', p, '', '')
  }),
  also('残联未作答；未授权', (k) => {
    const { h, p } = saver(k, 'existing')
    p.row.cells.top_ups = 'severe_disability'
    if (k.world.rng.permille(500)) h.unanswered('disabled_federation', p.id, 'certificates')
    else Object.assign(p.auth?.cells ?? {}, { items: 'identity;finance' })
    h.forbid('MIS-3', p)
  }),
]

export const moneyPlants: readonly Scenario[] = [...assetPlants, ...aidPlants, ...livingPlants]

import { addDays, addMonths, firstDay, lastDay } from '../calendar.ts'
import type { Draft, Person } from '../draft.ts'
import { also, type Kit, main, type Scenario } from './kit.ts'

const vehicles = 'police/vehicles'
const titles = 'natural_resources/titles'
const presale = 'housing/presale_contracts'
const machines = 'agriculture/machinery'
const certificates = 'disabled_federation/certificates'
const aid = 'housing/housing_aid'

function owner(
  k: Kit,
  kind: 'existing' | 'new' | 'either' = 'either',
  programme: 'urban' | 'rural' = 'rural',
): { h: Draft; p: Person } {
  const either = k.world.rng.permille(500) ? 'new' : 'existing'
  const h = k.household({ kind: kind === 'either' ? either : kind, programme })
  return { h, p: h.head() }
}
const car = (h: Draft, p: Person, changes: Record<string, string> = {}): string => h.source(vehicles, p, changes)

const vehiclePlants: readonly Scenario[] = [
  main('名下旧面包车（已申报也算）', (k) => {
    const { h, p } = owner(k)
    h.asset(p, 'vehicle', { identifier: '虚A00001', amount: '3000.00' })
    h.expect('VEH-1', p, vehicles, car(h, p, { vehicle_type: 'van', acquired_on: addMonths(k.asOf, -120), status: 'overdue' }))
    h.forbid('VEH-2', p)
  }),
  also('报废、转出、注销、被盗；摩托车、三轮车', (k) => {
    const { h, p } = owner(k)
    for (const status of ['scrapped', 'transferred', 'cancelled', 'stolen']) car(h, p, { status })
    for (const vehicle_type of ['motorcycle', 'moped', 'ebike', 'tricycle', 'tractor', 'wheelchair_vehicle'])
      car(h, p, { vehicle_type })
    for (const rule of ['VEH-1', 'VEH-2', 'VEH-4']) h.forbid(rule, p)
    h.forbid('VEH-3', null)
  }),
  also('有效肢体残疾证家庭的代步车', (k) => {
    const { h, p } = owner(k)
    const q = h.add('other')
    q.row.cells.counted = 'no'
    h.source(certificates, q, { disability_class: k.world.rng.pick(['4', '7']), valid_to: k.asOf })
    car(h, p, { vehicle_use: 'disabled_mobility' })
    h.forbid('VEH-1', p)
  }),
  also('代步车而残疾证昨日过期或为视力残疾', (k) => {
    const { h, p } = owner(k)
    h.source(
      certificates,
      p,
      k.world.rng.permille(500) ? { valid_to: addDays(k.asOf, -1) } : { disability_class: '1', grade: '3' },
    )
    h.expect('VEH-1', p, vehicles, car(h, p, { vehicle_use: 'disabled_mobility' }))
  }),
  also('残联对本人未作答，免除不成立', (k) => {
    const { h, p } = owner(k)
    h.source(certificates, p)
    h.unanswered('disabled_federation', p.id)
    h.expect('VEH-1', p, vehicles, car(h, p, { vehicle_use: 'disabled_mobility' }))
  }),
  also('一车两行', (k) => {
    const { h, p } = owner(k)
    const q = h.add('other')
    const plate_no = k.world.plate()
    const ids = [k.world.recordId(vehicles), k.world.recordId(vehicles)].sort()
    car(h, p, { plate_no, source_record_id: ids[1] as string })
    car(h, q, { plate_no, source_record_id: ids[0] as string })
    h.expect('VEH-1', q, vehicles, ids[0] as string)
    h.forbid('VEH-1', p)
    h.forbid('VEH-3', null)
  }),
  also('不计入的人名下有车', (k) => {
    const { h } = owner(k)
    const q = h.add('other')
    q.row.cells.counted = 'no'
    car(h, q)
    h.forbid('VEH-1', q)
  }),
  main('高价车', (k) => {
    const { h, p } = owner(k, 'existing')
    h.expect('VEH-2', p, vehicles, car(h, p, { purchase_price: '80000.01' }), '80000.01', '80000.00')
  }),
  also('价格恰为限额、享受前一月购车', (k) => {
    const { h, p } = owner(k, 'existing')
    const id = car(h, p, { purchase_price: '80000.00', acquired_on: lastDay(h.aidFrom - 1) })
    h.forbid('VEH-2', p)
    h.expect('VEH-1', p, vehicles, id)
  }),
  also('享受首月购车，无价格', (k) => {
    const { h, p } = owner(k, 'existing')
    h.expect('VEH-2', p, vehicles, car(h, p, { purchase_price: '', acquired_on: firstDay(h.aidFrom) }), '', '80000.00')
  }),
  also('新申请家庭的高价车不归此条', (k) => {
    const { h, p } = owner(k, 'new')
    car(h, p, { purchase_price: '180000.00' })
    h.forbid('VEH-2', p)
  }),
  main('两辆车', (k) => {
    const { h, p } = owner(k)
    car(h, p)
    car(h, p, { vehicle_type: 'suv' })
    h.expect('VEH-3', null, '', '', '2')
  }),
  also('一辆车加一辆摩托、一辆货运', (k) => {
    const { h, p } = owner(k)
    car(h, p)
    car(h, p, { vehicle_type: 'motorcycle' })
    const id = car(h, p, { vehicle_type: 'light_truck', vehicle_use: 'commercial_goods' })
    h.expect('VEH-4', p, vehicles, id)
    h.forbid('VEH-3', null)
    h.forbid('VEH-1', p, id)
  }),
  main('营运车辆、大型农机', (k) => {
    const { h, p } = owner(k)
    h.expect('VEH-4', p, vehicles, car(h, p, { vehicle_use: 'taxi' }))
    h.expect('VEH-4', p, machines, h.source(machines, p, { price: '50000.00' }))
  }),
  also('微耕机、合作社名下收割机', (k) => {
    const { h, p } = owner(k)
    h.source(machines, p, { price: '49999.99' })
    h.source(machines, p, { machine_kind: '微耕机', price: '4000.00' })
    h.source(machines, p, { owner_kind: 'cooperative', price: '168000.00' })
    h.forbid('VEH-4', p)
  }),
]

const dwellingPlants: readonly Scenario[] = [
  main('两套住房面积超标', (k) => {
    const programme = k.world.rng.permille(500) ? 'urban' : 'rural'
    const { h, p } = owner(k, 'either', programme)
    h.source(titles, p, { area: '30.00' })
    h.source(titles, p, { area: programme === 'urban' ? '5.01' : '15.01' })
    h.expect('HOU-1', null, '', '', programme === 'urban' ? '35.01' : '45.01', programme === 'urban' ? '35.00' : '45.00')
  }),
  also('两套住房恰为标准', (k) => {
    const { h, p } = owner(k, 'either', 'urban')
    h.source(titles, p, { area: '30.00' })
    h.source(titles, p, { area: '5.00' })
    h.forbid('HOU-1', null)
  }),
  also('夫妻共有一套；旧房征收拆除中', (k) => {
    const { h, p } = owner(k)
    const q = h.add('spouse')
    const unit_no = k.world.unitNo()
    h.source(titles, p, { unit_no, area: '180.00', share_percent: '50.00' })
    h.source(titles, q, { unit_no, area: '180.00', share_percent: '50.00' })
    h.source(titles, p, { state: 'demolishing', area: '160.00' })
    h.forbid('HOU-1', null)
  }),
  also('按份额计面积，四舍五入', (k) => {
    const { h, p } = owner(k)
    h.source(titles, p, { area: '100.05', share_percent: '50.00' })
    h.source(titles, p, { area: '50.00', share_percent: '100.00' })
    h.expect('HOU-1', null, '', '', '100.03', '45.00')
  }),
  also('有成员被隔离，不计人均面积', (k) => {
    const { h, p } = owner(k)
    h.source(titles, p, { area: '90.00' })
    h.source(titles, p, { area: '90.00' })
    const lost = h.add('other')
    h.spoil(lost.row, 'name', '', 'REQUIRED_EMPTY', 'error')
    h.forbid('HOU-1', null)
  }),
  main('商铺', (k) => {
    const { h, p } = owner(k)
    const q = h.add('spouse')
    const unit_no = k.world.unitNo()
    const ids = [k.world.recordId(titles), k.world.recordId(titles)].sort()
    const cells = { unit_no, house_use: k.world.rng.pick(['shop', 'office', 'industrial']), share_percent: '50.00' }
    h.source(titles, p, { ...cells, source_record_id: ids[0] as string })
    h.source(titles, q, { ...cells, source_record_id: ids[1] as string })
    h.expect('HOU-2', p, titles, ids[0] as string)
    h.forbid('HOU-2', q)
  }),
  also('车库、储藏间、已注销商铺', (k) => {
    const { h, p } = owner(k)
    h.source(titles, p, { house_use: 'garage' })
    h.source(titles, p, { house_use: 'storage' })
    h.source(titles, p, { house_use: 'shop', state: 'cancelled' })
    h.forbid('HOU-2', p)
  }),
]

/** First day of the window in which a purchase counts. */
const windowStart = (h: Draft): string =>
  addMonths(h.kind === 'existing' ? firstDay(h.aidFrom) : (h.house.cells.applied_on as string), -12)

const tradePlants: readonly Scenario[] = [
  main('享受或申请前十二个月内网签购房', (k) => {
    const { h, p } = owner(k)
    const unit_no = k.world.unitNo()
    const title = h.source(titles, p, { unit_no, acquired_by: 'purchase', issued_on: addDays(k.asOf, -1) })
    h.expect('HOU-3', p, presale, h.source(presale, p, { unit_no, signed_on: windowStart(h) }))
    h.forbid('HOU-3', p, title)
  }),
  also('窗口前一天网签', (k) => {
    const { h, p } = owner(k)
    h.source(presale, p, { signed_on: addDays(windowStart(h), -1) })
    h.forbid('HOU-3', p)
  }),
  also('今日网签；合同已撤销', (k) => {
    const { h, p } = owner(k)
    const id = h.source(presale, p, { signed_on: k.asOf })
    const dropped = h.source(presale, p, { state: 'cancelled' })
    h.expect('HOU-3', p, presale, id)
    h.forbid('HOU-3', p, dropped)
  }),
  also('购入车库（任何用途）、受赠住房', (k) => {
    const { h, p } = owner(k)
    const garage = h.source(titles, p, { house_use: 'garage', acquired_by: 'purchase', issued_on: windowStart(h) })
    const gift = h.source(titles, p, { acquired_by: 'gift', issued_on: addDays(k.asOf, -3) })
    h.expect('HOU-3', p, titles, garage)
    h.expect('HOU-3', p, titles, gift)
  }),
  also('首次确权、拆迁安置、继承、换证、自建', (k) => {
    const { h, p } = owner(k)
    for (const acquired_by of ['first_registration', 'relocation', 'inheritance', 'certificate_replacement', 'self_built']) {
      h.source(titles, p, { acquired_by, issued_on: addDays(k.asOf, -20), house_use: 'storage' })
    }
    h.forbid('HOU-3', p)
  }),
  also('申请日为闰日或月末：窗口取月末', (k) => {
    const h = k.applicant({ appliedOn: addMonths(lastDay(k.month - 1), 0) })
    const p = h.head()
    const start = windowStart(h)
    h.expect('HOU-3', p, presale, h.source(presale, p, { signed_on: start }))
    const early = h.source(presale, p, { signed_on: addDays(start, -1) })
    h.forbid('HOU-3', p, early)
  }),
  main('申请前出售房产', (k) => {
    const { h, p } = owner(k, 'new')
    const unit_no = k.world.unitNo()
    const on = windowStart(h)
    const cells = { unit_no, transferred_on: on }
    const ids = [
      h.source('natural_resources/transfers', p, cells),
      h.source('natural_resources/transfers', p, { ...cells, kind: 'gift' }),
    ].sort()
    h.expect('HOU-4', p, 'natural_resources/transfers', ids[0] as string)
    h.forbid('HOU-4', p, ids[1])
  }),
  also('早一天出售；征收；司法拍卖', (k) => {
    const { h, p } = owner(k, 'new')
    h.source('natural_resources/transfers', p, { transferred_on: addDays(windowStart(h), -1) })
    h.source('natural_resources/transfers', p, { kind: 'expropriation' })
    h.source('natural_resources/transfers', p, { kind: 'court_auction' })
    h.forbid('HOU-4', p)
  }),
  also('在保家庭出售房产', (k) => {
    const { h, p } = owner(k, 'existing')
    h.source('natural_resources/transfers', p)
    h.forbid('HOU-4', p)
  }),
]

const aidPlants: readonly Scenario[] = [
  main('有房又享公租房或租赁补贴', (k) => {
    const { h, p } = owner(k)
    const q = h.add('other')
    h.source(titles, q)
    const cells = k.world.rng.permille(500) ? { project: 'rent_subsidy', to_date: k.asOf } : { unit_no: k.world.unitNo() }
    h.expect('HOU-5', p, aid, h.source(aid, p, cells))
  }),
  also('租赁补贴昨日到期、已停发；无房享公租房', (k) => {
    const { h, p } = owner(k)
    if (k.world.rng.permille(700)) {
      h.source(titles, p)
      h.source(aid, p, { project: 'rent_subsidy', to_date: addDays(k.asOf, -1) })
      h.source(aid, p, { state: 'ended' })
    } else h.source(aid, p)
    h.forbid('HOU-5', p)
  }),
  also('危房改造后另有住房', (k) => {
    const { h, p } = owner(k)
    h.source(titles, p)
    const from_date = addMonths(k.asOf, -36)
    const unit_no = k.world.rng.permille(500) ? '' : k.world.unitNo()
    h.expect('HOU-5', p, aid, h.source(aid, p, { project: 'dilapidated_rebuild', state: 'ended', from_date, unit_no }))
  }),
  also('改造的就是现住房；三十六个月前改造；已撤销', (k) => {
    const { h, p } = owner(k)
    const unit_no = k.world.unitNo()
    h.source(titles, p, { unit_no })
    h.source(aid, p, { project: 'dilapidated_rebuild', unit_no })
    h.source(aid, p, { project: 'dilapidated_rebuild', from_date: addDays(addMonths(k.asOf, -36), -1) })
    h.source(aid, p, { project: 'dilapidated_rebuild', state: 'cancelled' })
    h.forbid('HOU-5', p)
  }),
]

const businessPlants: readonly Scenario[] = [
  main('个体工商户未申报', (k) => {
    const { h, p } = owner(k)
    const credit_code = k.world.creditCode('92')
    const ids = [
      h.source('market/self_employed', p, { credit_code }),
      h.source('market/self_employed', p, { credit_code }),
    ].sort()
    h.expect('BUS-1', p, 'market/self_employed', ids[0] as string)
    h.forbid('BUS-1', p, ids[1])
  }),
  also('个体工商户已申报（全角、小写）', (k) => {
    const { h, p } = owner(k)
    const q = h.add('other')
    const code = `${k.world.creditCode('92')}X`
    const wide = [...code.toLowerCase()].map((c) => (/\d/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)).join('')
    h.asset(q, 'business', { identifier: wide, amount: '3000.00' })
    h.source('market/self_employed', p, { credit_code: code })
    h.forbid('BUS-1', p)
  }),
  also('歇业、吊销、注销', (k) => {
    const { h, p } = owner(k)
    for (const state of ['suspended', 'revoked', 'cancelled']) h.source('market/self_employed', p, { state })
    h.forbid('BUS-1', p)
  }),
  main('企业法人高管', (k) => {
    const { h, p } = owner(k)
    const cells = {
      post: k.world.rng.pick(['legal_rep', 'executive_director', 'director', 'manager', 'partner']),
      credit_code: k.world.creditCode('91'),
    }
    const ids = [h.source('market/officers', p, cells), h.source('market/officers', p, { ...cells, post: 'manager' })].sort()
    h.expect('BUS-2', p, 'market/officers', ids[0] as string)
  }),
  also('合作社挂名理事、已吊销、仅任监事', (k) => {
    const { h, p } = owner(k)
    h.source('market/officers', p, { enterprise_type: 'farmer_cooperative', post: 'director' })
    h.source('market/officers', p, { enterprise_type: 'village_collective' })
    h.source('market/officers', p, { enterprise_state: 'revoked' })
    h.source('market/officers', p, { post: 'supervisor' })
    h.forbid('BUS-2', p)
  }),
  main('投资入股', (k) => {
    const { h, p } = owner(k)
    const credit_code = k.world.creditCode('91')
    const ids = ['15000.00', '20000.01', '3000.00']
      .map((subscribed_capital) => h.source('market/investors', p, { credit_code, subscribed_capital }))
      .sort()
    h.expect('BUS-3', p, 'market/investors', ids[0] as string, '20000.01', '20000.00')
  }),
  also('恰为限额；合作社入股；企业已注销', (k) => {
    const { h, p } = owner(k)
    h.source('market/investors', p, { subscribed_capital: '20000.00' })
    h.source('market/investors', p, { enterprise_type: 'farmer_cooperative', subscribed_capital: '91000.00' })
    h.source('market/investors', p, { enterprise_state: 'cancelled', subscribed_capital: '91000.00' })
    h.forbid('BUS-3', p)
  }),
]

export const propertyPlants: readonly Scenario[] = [
  ...vehiclePlants,
  ...dwellingPlants,
  ...tradePlants,
  ...aidPlants,
  ...businessPlants,
]

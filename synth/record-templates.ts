import { addDays, addMonths, firstDay, monthText } from './calendar.ts'
import type { RecordName } from './layout.ts'
import type { Human } from './people.ts'
import type { Cells, World } from './world.ts'

type Template = (world: World, who: Human) => Cells

const enterprise = (world: World): Cells => ({
  credit_code: world.creditCode('91'),
  enterprise: '甲子虚构商贸有限公司',
  enterprise_type: 'company',
  enterprise_state: 'active',
})
const pay = (world: World): Cells => ({ month: monthText(world.month - 1) })

/** A complete, ordinary row of every record type: a plant changes only the cells it is about. */
const templates: Record<Exclude<RecordName, 'civil_affairs/marriages'>, Template> = {
  'police/register': (world, who) => ({
    register_household_no: `HH${world.token('book')}`,
    division_code: (world.villages[0] as { code: string }).code,
    gender: who.sex,
    birth_date: who.birth,
    nation: '01',
    register_type: 'family',
    state: 'normal',
  }),
  'police/deaths': (world) => ({ death_date: addMonths(world.asOf, -4), station: '甲子派出所' }),
  'police/vehicles': (world) => ({
    plate_no: world.plate(),
    brand: '甲牌',
    vehicle_type: 'car',
    vehicle_use: 'private',
    acquired_on: addMonths(world.asOf, -72),
    purchase_price: '46000.00',
    current_value: '12000.00',
    status: 'normal',
  }),
  'police/custody': (world) => ({ state: 'prison', from_date: addMonths(world.asOf, -7), place: '虚构监所' }),
  'police/exit_entry': (world) => ({ departed_on: addMonths(world.asOf, -5), reason: 'tourism', destination: '乙国' }),
  'hrss/contributions': (world) => ({
    insurance_kind: 'pension_employee',
    payer_unit: '甲子虚构企业',
    payer_kind: 'enterprise',
    base: '4200.00',
    ...pay(world),
  }),
  'hrss/benefits': (world) => ({
    benefit_no: `YL${world.token('benefit')}`,
    kind: 'employee_pension',
    monthly_amount: '1200.00',
    from_month: monthText(world.month - 60),
    last_paid_month: monthText(world.month - 1),
    state: 'paying',
  }),
  'finance/payroll': (world) => ({ unit: '甲子区虚构单位', post_kind: 'public_institution', net_pay: '3100.00', ...pay(world) }),
  'finance/subsidy_card': (world) => ({
    project: 'farm_subsidy',
    amount: '236.00',
    paid_on: addDays(firstDay(world.month - 3), 14),
    bank: '甲山农商银行',
  }),
  'tax/personal_income': (world) => ({
    payer: '甲子虚构企业',
    item: 'wage',
    income: '2600.00',
    tax: '0.00',
    declared_on: firstDay(world.month),
    ...pay(world),
  }),
  'natural_resources/titles': (world) => ({
    unit_no: world.unitNo(),
    house_use: 'residential',
    nature: 'rural_homestead',
    acquired_by: 'self_built',
    area: '40.00',
    share_percent: '100.00',
    issued_on: addMonths(world.asOf, -120),
    state: 'valid',
  }),
  'natural_resources/transfers': (world) => ({
    unit_no: world.unitNo(),
    kind: 'sale',
    price: '180000.00',
    transferred_on: addMonths(world.asOf, -4),
  }),
  'housing/presale_contracts': (world) => ({
    contract_no: `WQ${world.token('contract')}`,
    unit_no: world.unitNo(),
    location: '甲子新城',
    house_use: 'residential',
    area: '88.00',
    price: '420000.00',
    signed_on: addMonths(world.asOf, -3),
    state: 'valid',
  }),
  'housing/housing_aid': (world) => ({ project: 'public_rental', from_date: addMonths(world.asOf, -30), state: 'active' }),
  'market/officers': (world) => ({ ...enterprise(world), post: 'legal_rep' }),
  'market/investors': (world) => ({ ...enterprise(world), subscribed_capital: '25000.00' }),
  'market/self_employed': (world) => ({
    credit_code: world.creditCode('92'),
    shop_name: '甲子区小卖部',
    scope: '日用百货',
    state: 'open',
    opened_on: addMonths(world.asOf, -30),
  }),
  'housing_fund/accounts': (world) => ({
    account_no: `GJJ${world.token('fund')}`,
    unit_name: '甲子春华有限公司',
    state: 'active',
    base: '3000.00',
    first_month: monthText(world.month - 40),
    last_month: monthText(world.month - 1),
  }),
  'agriculture/machinery': (world) => ({
    owner_kind: 'individual',
    machine_kind: '收割机',
    model: 'J-1',
    price: '69000.00',
    subsidy: '9000.00',
    purchased_on: addMonths(world.asOf, -20),
  }),
  'civil_affairs/funerals': (world) => ({ death_date: addMonths(world.asOf, -4), place: '甲子殡仪馆' }),
  'civil_affairs/other_aid': (world) => ({
    project: 'extreme_hardship',
    amount: '600.00',
    from_month: monthText(world.month - 8),
    state: 'active',
  }),
  'disabled_federation/certificates': (world, who) => ({
    certificate_no: `${who.id}12`,
    disability_class: '4',
    grade: '2',
    issued_on: addMonths(world.asOf, -50),
    valid_to: addMonths(world.asOf, 60),
    state: 'valid',
    division_code: (world.villages[0] as { code: string }).code,
  }),
  'medical_security/settlements': (world) => ({
    settlement_no: `JS${world.token('settlement')}`,
    enrolment: 'resident',
    hospital: '甲子区人民医院',
    admitted_on: addDays(world.asOf, -60),
    discharged_on: addDays(world.asOf, -52),
    total: '5200.00',
    reimbursed: '3900.00',
  }),
  'education/enrolments': (world) => ({
    school: '甲子区学校',
    level: 'senior',
    state: 'enrolled',
    entered_on: addMonths(world.asOf, -13),
    annual_fee: '900.00',
    fee_payer: 'self',
  }),
  'banks/deposits': (world) => ({
    bank: '甲山农商银行',
    account_no: world.account(),
    account_kind: 'current',
    balance: '120.00',
  }),
  'securities/holdings': (world) => ({
    broker: '甲证券',
    account_no: `ZQ${world.token('broker')}`,
    kind: 'stock',
    market_value: '20001.00',
  }),
  'insurance/policies': (world) => ({
    policy_no: `BD${world.token('policy')}`,
    insurer: '甲安保险',
    kind: 'life',
    role: 'holder',
    payer: 'self',
    annual_premium: '3600.00',
    last_paid_on: addMonths(world.asOf, -5),
    state: 'in_force',
  }),
  'utilities/usage': (world) => ({ item: 'electricity', amount: '46.20', ...pay(world) }),
  'third_party_payment/balances': (world) => ({ operator: '甲付', account_no: `ZH${world.token('wallet')}`, balance: '35.10' }),
}

/** A full row of a record type about one person; `changes` replace single cells. */
export function recordRow(
  world: World,
  record: Exclude<RecordName, 'civil_affairs/marriages'>,
  who: Human,
  changes: Cells,
): Cells {
  return {
    source_record_id: world.recordId(record),
    as_of_date: addDays(world.asOf, -1 - world.rng.below(40)),
    id_number: who.id,
    name: who.name,
    ...templates[record](world, who),
    ...changes,
  }
}

/** A marriage record of two people. */
export function marriageRow(world: World, a: Human, b: Human, changes: Cells): Cells {
  return {
    source_record_id: world.recordId('civil_affairs/marriages'),
    as_of_date: addDays(world.asOf, -1 - world.rng.below(40)),
    party_a_id: a.id,
    party_a_name: a.name,
    party_b_id: b.id,
    party_b_name: b.name,
    kind: 'marriage',
    registered_on: addMonths(world.asOf, -24),
    office: '甲子区婚姻登记处',
    state: 'valid',
    ...changes,
  }
}

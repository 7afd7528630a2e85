import { addDays, addMonths, monthText } from './calendar.ts'
import type { Draft, Person } from './draft.ts'
import { fuzzLinks } from './fuzz-links.ts'
import type { RecordName } from './layout.ts'
import type { Neighbour } from './people.ts'
import type { Rng } from './random.ts'
import type { Cells, World } from './world.ts'

const words = (text: string): string[] => text.split(' ')

const vehicleTypes = words('car suv van pickup light_truck heavy_truck bus motorcycle ebike tricycle tractor')
const vehicleUses = words('private private private disabled_mobility commercial_goods commercial_passenger taxi')
const vehicleStates = words('normal normal normal overdue scrapped cancelled transferred stolen')
const houseUses = words('residential residential residential shop office industrial garage storage')
const acquisitions = words('purchase purchase gift inheritance relocation first_registration certificate_replacement self_built')
const insurances = words('pension_employee medical_employee unemployment injury pension_resident medical_resident')
const payers = words('enterprise institution flexible public_welfare_post individual')
const benefitKinds = words('employee_pension resident_pension unemployment survivor veteran_compensation')
const posts = words('civil_servant public_institution regular_contract village_cadre public_welfare_post')
const projects = words(
  'land_transfer collective_dividend forest_compensation other_subsidy farm_subsidy elder_allowance disability_allowance temporary_aid',
)
const taxItems = words('wage labour business interest rent incidental')
const enterpriseTypes = words('company sole partnership farmer_cooperative village_collective')
const incomeItems = words(
  'wage business farm interest rent land_transfer collective_dividend pension resident_pension base_pension unemployment survivor subsidy support veteran_compensation family_planning_award scholarship social_aid elder_allowance disability_allowance other',
)

/** Values picked blindly, near the limits of the rules more often than chance would have it. */
class Dice {
  readonly rng: Rng
  readonly world: World

  constructor(world: World) {
    this.world = world
    this.rng = world.rng
  }

  /** A date in the last so many months. */
  day(months: number): string {
    const { asOf } = this.world
    return this.rng.permille(100) ? asOf : addDays(addMonths(asOf, -this.rng.below(months)), -this.rng.below(3))
  }

  month(back: number): string {
    return monthText(this.world.month - this.rng.below(back))
  }

  money(...near: number[]): string {
    const fen = this.rng.permille(500) ? this.rng.pick(near) * 100 + this.rng.between(-1, 1) : this.rng.below(9_000_000)
    return (Math.max(0, fen) / 100).toFixed(2)
  }

  pick(list: readonly string[]): string {
    return this.rng.pick(list)
  }

  enterprise(): Cells {
    return { enterprise_type: this.pick(enterpriseTypes), enterprise_state: this.pick(words('active active revoked cancelled')) }
  }
}

type Blind = Partial<Record<Exclude<RecordName, 'civil_affairs/marriages'>, (d: Dice) => Cells>>

const blind: Blind = {
  'police/vehicles': (d) => ({
    vehicle_type: d.pick(vehicleTypes),
    vehicle_use: d.pick(vehicleUses),
    status: d.pick(vehicleStates),
    purchase_price: d.rng.permille(150) ? '' : d.money(80000, 100000),
    acquired_on: d.day(70),
  }),
  'natural_resources/titles': (d) => ({
    house_use: d.pick(houseUses),
    acquired_by: d.pick(acquisitions),
    area: d.money(35, 45, 70).slice(0, 6).replace(/\.$/, ''),
    share_percent: d.pick(['100.00', '50.00', '33.33', '66.67', '25']),
    issued_on: d.day(70),
    state: d.pick(words('valid valid valid cancelled demolishing')),
  }),
  'natural_resources/transfers': (d) => ({
    kind: d.pick(words('sale gift divorce_division court_auction expropriation')),
    transferred_on: d.day(18),
  }),
  'housing/presale_contracts': (d) => ({ signed_on: d.day(70), state: d.pick(words('valid valid cancelled')) }),
  'housing/housing_aid': (d) => ({
    project: d.pick(words('public_rental rent_subsidy dilapidated_rebuild')),
    from_date: d.day(50),
    to_date: d.rng.permille(500) ? d.day(4) : '',
    state: d.pick(words('active active ended cancelled')),
  }),
  'market/officers': (d) => ({
    ...d.enterprise(),
    post: d.pick(words('legal_rep executive_director director manager partner supervisor')),
  }),
  'market/investors': (d) => ({ ...d.enterprise(), subscribed_capital: d.money(20000) }),
  'market/self_employed': (d) => ({ state: d.pick(words('open open suspended revoked cancelled')) }),
  'hrss/contributions': (d) => ({
    insurance_kind: d.pick(insurances),
    payer_kind: d.pick(payers),
    base: d.money(2200, 400),
    month: d.month(15),
  }),
  'hrss/benefits': (d) => ({
    kind: d.pick(benefitKinds),
    monthly_amount: d.money(140, 300, 800),
    base_part: d.rng.permille(500) ? '140.00' : '',
    from_month: monthText(d.world.month - d.rng.between(5, 40)),
    last_paid_month: d.month(16),
    state: d.pick(words('paying paying suspended ended')),
  }),
  'finance/payroll': (d) => ({ post_kind: d.pick(posts), month: d.month(15), net_pay: d.money(300, 1500) }),
  'finance/subsidy_card': (d) => ({ project: d.pick(projects), amount: d.money(300), paid_on: d.day(16) }),
  'tax/personal_income': (d) => ({
    item: d.pick(taxItems),
    month: d.month(15),
    income: d.money(0, 5640, 8640),
    declared_on: d.day(3),
    payer: d.pick(['甲子虚构企业', '乙丑秋实合作社']),
  }),
  'housing_fund/accounts': (d) => ({
    state: d.pick(words('active active sealed closed')),
    base: d.money(100, 2200),
    first_month: monthText(d.world.month - d.rng.between(8, 30)),
    last_month: d.month(9),
  }),
  'agriculture/machinery': (d) => ({ owner_kind: d.pick(words('individual cooperative')), price: d.money(50000, 4000) }),
  'police/custody': (d) => ({
    state: d.pick(words('prison detention compulsory_rehab community_correction')),
    from_date: d.day(14),
    to_date: d.rng.permille(600) ? d.day(3) : '',
  }),
  'police/deaths': (d) => ({ death_date: d.day(12) }),
  'civil_affairs/funerals': (d) => ({ death_date: d.day(12) }),
  'police/exit_entry': (d) => ({
    departed_on: d.day(14),
    reason: d.pick(words('tourism visit work official medical border_trade')),
  }),
  'civil_affairs/other_aid': (d) => ({
    project: d.pick(words('extreme_hardship orphan temporary disability_care')),
    from_month: monthText(d.world.month - d.rng.between(6, 20)),
    to_month: d.rng.permille(500) ? d.month(8) : '',
    state: d.pick(words('active ended cancelled')),
  }),
  'disabled_federation/certificates': (d) => ({
    disability_class: String(d.rng.between(1, 7)),
    grade: String(d.rng.between(1, 4)),
    valid_to: addDays(d.world.asOf, d.rng.between(-2, 2)),
    state: d.pick(words('valid valid expired cancelled')),
  }),
  'education/enrolments': (d) => ({
    level: d.pick(words('primary junior senior vocational college bachelor master doctor')),
    state: d.pick(words('enrolled on_leave graduated withdrawn')),
    leaving_on: d.rng.permille(500) ? addDays(d.world.asOf, -d.rng.between(88, 92)) : '',
    annual_fee: d.money(12000, 500),
    fee_payer: d.pick(['self', 'public', 'charity', '']),
  }),
  'banks/deposits': (d) => ({
    account_kind: d.pick(words('current time guardianship compensation')),
    balance: d.money(11280, 17280),
    wealth_value: d.rng.permille(200) ? d.money(1000) : '',
    outflow_6m: d.rng.permille(400) ? d.money(50000) : '',
    outflow_purpose: d.pick(['medical', 'house', 'cash', '']),
  }),
  'securities/holdings': (d) => ({ market_value: d.money(20000), cash: d.rng.permille(500) ? d.money(1) : '' }),
  'insurance/policies': (d) => ({
    kind: d.pick(words('life annuity universal health accident motor')),
    role: d.pick(words('holder holder insured')),
    payer: d.pick(words('self self employer government')),
    annual_premium: d.money(1000, 3000),
    last_paid_on: d.rng.permille(200) ? '' : d.day(14),
    cash_value: d.rng.permille(500) ? d.money(2000) : '',
    state: d.pick(words('in_force in_force lapsed surrendered')),
  }),
  'third_party_payment/balances': (d) => ({ balance: d.money(50, 8000) }),
  'medical_security/settlements': (d) => ({
    total: d.money(900),
    reimbursed: d.money(400),
    admitted_on: d.day(14),
    discharged_on: d.rng.permille(800) ? d.day(14) : '',
  }),
}
const blindNames = Object.keys(blind) as (keyof Blind)[]

/** Cells that make two rows the same thing, taken from an earlier row of the household. */
const sharedCell: Readonly<Partial<Record<RecordName, string>>> = {
  'police/vehicles': 'plate_no',
  'natural_resources/titles': 'unit_no',
  'banks/deposits': 'account_no',
  'securities/holdings': 'account_no',
  'insurance/policies': 'policy_no',
  'hrss/benefits': 'benefit_no',
  'housing_fund/accounts': 'account_no',
  'market/officers': 'credit_code',
  'market/investors': 'credit_code',
  'medical_security/settlements': 'settlement_no',
}

function blindRow(d: Dice, h: Draft, who: Person): void {
  const record = d.rng.pick(blindNames)
  const changes = blind[record]?.(d) ?? {}
  const column = sharedCell[record]
  if (column !== undefined && d.rng.permille(500)) {
    const earlier = h.sources.filter((r) => r.table === record)
    if (earlier.length > 0) changes[column] = d.rng.pick(earlier).cells[column] as string
  }
  if (d.rng.permille(40)) changes.name = h.human().name
  h.source(record, who, changes)
}

function blindRegister(d: Dice, h: Draft, who: Person): void {
  const cells = who.register?.cells
  if (cells === undefined) return
  const near = d.rng.pick([...h.persons, ...h.supporters])
  const changes: Cells[] = [
    { state: 'cancelled', cancel_reason: d.pick(['death', 'moved_out', 'military', '']) },
    { register_type: d.pick(['collective', 'school_collective']) },
    { division_code: '629902100200' },
    { [d.pick(['father_id', 'mother_id', 'spouse_id'])]: near.id },
    { former_name: h.human().name },
    { name: h.human().name },
    { register_household_no: `HH${d.world.token('book')}` },
  ]
  Object.assign(cells, d.rng.pick(changes))
}

function blindRoll(d: Dice, h: Draft, who: Person): void {
  const { month } = d.world
  const from = month - d.rng.between(1, 20)
  const steps: (() => void)[] = [
    () => void h.income(who, d.pick(incomeItems), d.money(600, 5640), from, from + d.rng.below(15)),
    () =>
      void h.asset(who, d.pick(words('deposit security insurance vehicle dwelling business')), {
        amount: d.money(900, 11280),
        area: '40.5',
      }),
    () => {
      who.row.cells.top_ups = d.pick(['', 'elder', 'severe_disability', 'severe_disability;serious_illness'])
    },
    () => {
      who.row.cells.student_level = d.pick(words('none bachelor master senior'))
    },
    () => {
      who.row.cells.counted = 'no'
    },
    () => {
      if (h.kind === 'existing') who.row.cells.aid_to = monthText(month - d.rng.below(6))
    },
    () => {
      if (h.kind === 'existing') h.house.cells.aid_to = monthText(Math.max(h.aidFrom, month - d.rng.below(4)))
    },
    () => void h.marriage(who, h.human(), { kind: d.pick(words('marriage reissue divorce')), registered_on: d.day(200) }),
    () => h.unanswered(d.pick(words('police hrss tax banks education')), who.id),
    () => void h.query(who, 'banks/deposits', addDays(d.world.asOf, -d.rng.below(70))),
  ]
  d.rng.pick(steps)()
}

/** Somebody of an earlier blind household; the last forty are remembered. */
function neighbour(h: Draft): Neighbour {
  const { neighbours, rng } = h.world
  const own = { human: h.persons[0] as Person, account: h.house.cells.account_no as string }
  const found = neighbours.length > 0 ? rng.pick(neighbours) : own
  neighbours.push({ ...own, human: rng.pick([...h.persons, ...h.supporters]) })
  if (neighbours.length > 40) neighbours.shift()
  return found
}

/** Adds a few facts at random to an ordinary household: nothing is promised about what follows from them. */
export function fuzz(h: Draft): void {
  const d = new Dice(h.world)
  for (let i = d.rng.between(1, 6); i > 0; i--) {
    const person = d.rng.pick(h.persons)
    const roll = d.rng.below(100)
    if (h.world.blind && roll >= 80) fuzzLinks(h, neighbour(h))
    else if (roll < 62) blindRow(d, h, roll < 52 || h.supporters.length === 0 ? person : d.rng.pick(h.supporters))
    else if (roll < 75) blindRegister(d, h, person)
    else blindRoll(d, h, person)
  }
}

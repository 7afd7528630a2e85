import { addDays, addMonths, dateOf, dayNumber, firstDay, monthText } from './calendar.ts'
import type { RecordName } from './layout.ts'
import type { Human } from './people.ts'
import type { Rng } from './random.ts'
import type { World } from './world.ts'

/** Rows about one ordinary inhabitant who is on no roll: the unit sends its whole area, not only the people asked about. */
interface Inhabitant extends Human {
  readonly age: number
  readonly division: string
}

/** Ready-made texts: the background is millions of rows. */
interface Pools {
  readonly asOf: readonly string[]
  readonly month: readonly string[]
  readonly lastYears: readonly string[]
  readonly decade: readonly string[]
  readonly lastPaid: readonly string[]
}

const banks = ['甲山农商银行', '乙水邮储银行', '丙原农业银行', '丁原商业银行', '戊川工商银行']
const employers = ['甲子虚构企业', '甲子远山有限公司', '甲子春华有限公司', '乙丑秋实合作社', '丙寅建材厂']

const yuan = (rng: Rng, low: number, high: number): string => `${rng.between(low, high)}.${rng.below(10)}${rng.below(10)}`
const whole = (rng: Rng, low: number, high: number): string => `${rng.between(low, high)}.00`

type Line = (w: World, pools: Pools, p: Inhabitant) => string
interface Kind {
  readonly record: RecordName
  /** Rows per thousand inhabitants. */
  readonly rate: number
  readonly from: number
  readonly to: number
  readonly line: Line
}

const kinds: readonly Kind[] = [
  {
    record: 'banks/deposits',
    rate: 4300,
    from: 16,
    to: 200,
    line: (w, _p) =>
      `${w.rng.pick(banks)},${w.account()},${w.rng.permille(700) ? 'current' : 'time'},${yuan(w.rng, 1, w.rng.permille(150) ? 90000 : 6000)},${
        w.rng.permille(40) ? whole(w.rng, 1000, 80000) : ''
      },,${w.rng.permille(30) ? whole(w.rng, 500, 120000) : ''},`,
  },
  {
    record: 'finance/subsidy_card',
    rate: 3600,
    from: 18,
    to: 200,
    line: (w, p) => `${w.rng.weighted(subsidies)},${whole(w.rng, 20, 900)},${w.rng.pick(p.lastYears)},${w.rng.pick(banks)},`,
  },
  {
    record: 'medical_security/settlements',
    rate: 1020,
    from: 0,
    to: 200,
    line: (w, p) => {
      const total = w.rng.between(300, 30000)
      const day = w.rng.pick(p.lastYears)
      return `JS${w.token('settlement')},resident,甲子区人民医院,${day},${day},${total}.00,${Math.floor(total * 0.7)}.00,`
    },
  },
  {
    record: 'hrss/contributions',
    rate: 900,
    from: 16,
    to: 62,
    line: (w, p) =>
      w.rng.permille(450)
        ? `medical_resident,,individual,400.00,${w.rng.pick(p.month)},,`
        : `pension_employee,${w.rng.pick(employers)},enterprise,${whole(w.rng, 3000, 11000)},${w.rng.pick(p.month)},,`,
  },
  {
    record: 'hrss/benefits',
    rate: 560,
    from: 60,
    to: 200,
    line: (w, p) =>
      `YL${w.token('benefit')},${w.rng.permille(850) ? 'resident_pension' : 'employee_pension'},${whole(w.rng, 140, 3000)},140.00,2015-08,${w.rng.pick(p.lastPaid)},paying`,
  },
  {
    record: 'police/vehicles',
    rate: 340,
    from: 18,
    to: 75,
    line: (w, p) =>
      `${w.plate()},甲牌,${w.rng.pick(['car', 'car', 'car', 'suv', 'van', 'light_truck', 'motorcycle', 'tricycle'])},private,,${w.rng.pick(p.decade)},,${whole(w.rng, 20000, 260000)},${whole(w.rng, 5000, 110000)},normal`,
  },
  {
    record: 'natural_resources/titles',
    rate: 440,
    from: 25,
    to: 200,
    line: (w, p) =>
      `,${w.unitNo()},,${w.rng.pick(['residential', 'residential', 'residential', 'residential', 'shop', 'garage'])},commodity,${w.rng.pick(['purchase', 'first_registration', 'self_built', 'relocation'])},${yuan(w.rng, 40, 140)},100.00,${w.rng.pick(p.decade)},valid`,
  },
  {
    record: 'natural_resources/transfers',
    rate: 20,
    from: 25,
    to: 200,
    line: (w, p) => `${w.unitNo()},sale,${whole(w.rng, 90000, 500000)},${w.rng.pick(p.lastYears)},`,
  },
  {
    record: 'housing/presale_contracts',
    rate: 18,
    from: 25,
    to: 60,
    line: (w, p) =>
      `WQ${w.token('contract')},${w.unitNo()},甲子新城,residential,96.50,500000.00,${w.rng.pick(p.lastYears)},valid`,
  },
  {
    record: 'housing/housing_aid',
    rate: 12,
    from: 25,
    to: 200,
    line: (w, p) =>
      `${w.rng.pick(['dilapidated_rebuild', 'rent_subsidy', 'public_rental'])},${w.unitNo()},${w.rng.pick(p.lastYears)},,${whole(w.rng, 100, 20000)},active`,
  },
  {
    record: 'market/officers',
    rate: 30,
    from: 20,
    to: 75,
    line: (w) =>
      `${w.creditCode('91')},甲子虚构企业,${w.rng.permille(800) ? 'company' : 'farmer_cooperative'},active,${w.rng.pick(['legal_rep', 'manager', 'supervisor'])}`,
  },
  {
    record: 'market/investors',
    rate: 30,
    from: 20,
    to: 75,
    line: (w) => `${w.creditCode('91')},甲子虚构企业,company,active,${whole(w.rng, 1000, 900000)},`,
  },
  {
    record: 'market/self_employed',
    rate: 50,
    from: 20,
    to: 75,
    line: (w, p) =>
      `${w.creditCode('92')},甲子区小店,日用百货,${w.rng.pick(['open', 'open', 'cancelled'])},${w.rng.pick(p.decade)},`,
  },
  {
    record: 'finance/payroll',
    rate: 65,
    from: 22,
    to: 60,
    line: (w, p) =>
      `甲子区虚构单位,${w.rng.pick(['public_institution', 'civil_servant', 'village_cadre'])},${w.rng.pick(p.month)},${whole(w.rng, 1500, 7000)}`,
  },
  {
    record: 'housing_fund/accounts',
    rate: 150,
    from: 20,
    to: 60,
    line: (w, p) =>
      `GJJ${w.token('fund')},${w.rng.pick(employers)},${w.rng.permille(800) ? 'active' : 'sealed'},${whole(w.rng, 3000, 9000)},,2022-07,${w.rng.pick(p.lastPaid)},`,
  },
  {
    record: 'tax/personal_income',
    rate: 130,
    from: 20,
    to: 62,
    line: (w, p) => {
      const month = w.rng.pick(p.month)
      return `${w.rng.pick(employers)},wage,${month},${whole(w.rng, 3000, 12000)},0.00,${month}-28`
    },
  },
  {
    record: 'insurance/policies',
    rate: 110,
    from: 20,
    to: 75,
    line: (w, p) =>
      `BD${w.token('policy')},甲安保险,${w.rng.pick(['life', 'health', 'motor', 'accident'])},holder,self,${whole(w.rng, 100, 9000)},${w.rng.pick(p.lastYears)},,in_force`,
  },
  {
    record: 'education/enrolments',
    rate: 800,
    from: 6,
    to: 18,
    line: (w, p) =>
      `甲子区学校,${p0(w, ['primary', 'junior', 'senior'])},enrolled,${p.decade[p.decade.length - 1] as string},,${whole(w.rng, 100, 3000)},self`,
  },
  {
    record: 'police/exit_entry',
    rate: 25,
    from: 18,
    to: 80,
    line: (w, p) => `${w.rng.pick(p.lastYears)},,${w.rng.pick(['tourism', 'work', 'visit', 'border_trade'])},乙国`,
  },
  {
    record: 'police/custody',
    rate: 2,
    from: 18,
    to: 80,
    line: (w, p) => `${w.rng.pick(['prison', 'community_correction'])},${w.rng.pick(p.lastYears)},,虚构监所`,
  },
  {
    record: 'agriculture/machinery',
    rate: 30,
    from: 20,
    to: 75,
    line: (w, p) => `individual,微耕机,J-1,${whole(w.rng, 2000, 80000)},600.00,${w.rng.pick(p.lastYears)}`,
  },
  {
    record: 'civil_affairs/other_aid',
    rate: 40,
    from: 0,
    to: 200,
    line: (w, p) => `${w.rng.pick(['temporary', 'medical_aid', 'elder_allowance'])},,100.00,${w.rng.pick(p.month)},,active`,
  },
  {
    record: 'securities/holdings',
    rate: 18,
    from: 20,
    to: 75,
    line: (w) => `甲证券,ZQ${w.token('broker')},${w.rng.permille(600) ? 'stock' : 'fund'},${whole(w.rng, 100, 250000)},`,
  },
  {
    record: 'third_party_payment/balances',
    rate: 60,
    from: 16,
    to: 75,
    line: (w) => `${w.rng.permille(500) ? '甲付' : '乙付'},ZH${w.token('wallet')},${yuan(w.rng, 0, 8000)},`,
  },
  {
    record: 'utilities/usage',
    rate: 40,
    from: 18,
    to: 200,
    line: (w, p) => `electricity,${w.rng.pick(p.month)},${yuan(w.rng, 5, 300)}`,
  },
]

const subsidies = [
  ['farm_subsidy', 6],
  ['forest_compensation', 2],
  ['land_transfer', 1],
  ['collective_dividend', 1],
  ['other_subsidy', 1],
] as const
const p0 = (w: World, levels: readonly string[]): string => w.rng.pick(levels)

/** The people around the roll, family by family, with what every unit holds about them. */
export class Background {
  private readonly world: World
  private readonly pools: Pools
  private readonly birthDays: number

  constructor(world: World) {
    this.world = world
    const { asOf, month } = world
    const days = (count: number, from: string): string[] => {
      const start = dayNumber(from)
      return Array.from({ length: count }, (_, i) => dateOf(start + i))
    }
    const before = (months: number): string => addMonths(asOf, -months)
    this.pools = {
      asOf: days(40, addDays(asOf, -40)),
      month: Array.from({ length: 14 }, (_, i) => monthText(month - 14 + i)),
      lastYears: days(dayNumber(asOf) - dayNumber(before(30)), before(30)),
      decade: days(dayNumber(firstDay(month - 12)) - dayNumber(before(150)), before(150)),
      lastPaid: [month - 9, month - 2, month - 1, month - 1].map(monthText),
    }
    this.birthDays = dayNumber(asOf)
  }

  /** Writes one family; returns how many people it has. */
  family(): number {
    const { rng, people, villages } = this.world
    const division = rng.pick(villages).code
    const age = rng.between(24, 78)
    const surname = people.surname()
    const husband = this.inhabitant('1', age, division, surname)
    const wife = this.inhabitant('2', Math.max(22, age + rng.between(-6, 4)), division)
    const book = `HH${this.world.token('book')}`
    this.write(husband, book, `,,${wife.id}`)
    this.write(wife, book, `,,${husband.id}`)
    this.marriages(husband, wife)
    const children = age < 62 ? rng.below(4) : 0
    for (let i = 0; i < children; i++) {
      const child = this.inhabitant(people.sex(), Math.max(0, age - 23 - rng.below(14)), division, surname)
      this.write(child, book, `${husband.id},${wife.id},`)
    }
    if (rng.permille(260)) this.dead(division)
    return 2 + children
  }

  private inhabitant(sex: '1' | '2', age: number, division: string, surname?: string): Inhabitant {
    const { rng, people } = this.world
    const birth = dateOf(this.birthDays - 365 * age - 20 - rng.below(340))
    return { id: people.number(birth, sex), name: people.name(surname), sex, birth, age, division }
  }

  private line(record: RecordName, p: Human, rest: string): void {
    const { rng } = this.world
    this.world.source[record].fast(`${this.world.recordId(record)},${rng.pick(this.pools.asOf)},${p.id},${p.name},${rest}`)
  }

  private write(p: Inhabitant, book: string, links: string): void {
    const { rng } = this.world
    this.line('police/register', p, `,${p.sex},${p.birth},01,${book},family,,,${p.division},normal,,,${links}`)
    for (const kind of kinds) {
      if (p.age < kind.from || p.age > kind.to) continue
      const whole = Math.floor(kind.rate / 1000)
      let n = rng.permille(kind.rate - whole * 1000) ? whole + 1 : whole
      if (n > 1) n = rng.below(2 * n + 1)
      for (; n > 0; n--) this.line(kind.record, p, kind.line(this.world, this.pools, p))
    }
    if (rng.permille(40)) this.certificate(p)
  }

  /** Severe certificates of people who get no aid are few: each of them is a finding. */
  private certificate(p: Inhabitant): void {
    const { rng } = this.world
    const severe = rng.permille(300)
    const grade = severe ? rng.between(1, 2) : rng.between(3, 4)
    const valid = severe && rng.permille(100) ? addDays(this.world.asOf, -30) : addMonths(this.world.asOf, rng.between(5, 90))
    this.line(
      'disabled_federation/certificates',
      p,
      `${p.id}1${grade},${rng.between(1, 7)},${grade},,${valid},valid,${p.division}`,
    )
    if (severe && rng.permille(950)) {
      this.line(
        'civil_affairs/other_aid',
        p,
        `extreme_hardship,,600.00,${monthText(this.world.month - rng.between(1, 40))},,active`,
      )
    }
  }

  private marriages(a: Human, b: Human): void {
    const { rng } = this.world
    const rows = rng.permille(600) ? 2 : rng.permille(700) ? 1 : 3
    for (let i = 0; i < rows; i++) {
      const kind = i === 0 ? 'marriage' : 'reissue'
      this.world.source['civil_affairs/marriages'].fast(
        `${this.world.recordId('civil_affairs/marriages')},${rng.pick(this.pools.asOf)},${a.id},${a.name},${b.id},${b.name},${kind},${rng.pick(this.pools.decade)},婚姻登记处,valid`,
      )
    }
  }

  private dead(division: string): void {
    const { rng } = this.world
    const p = this.inhabitant(rng.permille(500) ? '1' : '2', rng.between(50, 95), division)
    const died = rng.pick(this.pools.decade)
    this.line('police/deaths', p, `${died},${died},甲子派出所`)
    if (rng.permille(300)) this.line('civil_affairs/funerals', p, `${died},${died},甲子殡仪馆`)
    if (rng.permille(300)) {
      this.line(
        'police/register',
        p,
        `,${p.sex},${p.birth},01,HH${this.world.token('book')},family,,,${division},cancelled,death,${died},,,`,
      )
    }
  }
}

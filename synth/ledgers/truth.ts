import { addMonths, firstDay, monthNumber, monthText } from '../calendar.ts'
import type { Human, People } from '../people.ts'
import type { Village } from '../places.ts'
import type { Rng } from '../random.ts'
import type { Cell } from './book.ts'
import type { KeyStatus } from './key.ts'

/** The families a ledger is written from, and what was done to their rows. */

export interface Place {
  sheet: string
  from: number
  to: number
}

/** What must become of a row, and how it is written where it is not written as the others are. */
export interface Entry {
  /** Field → cell that stands there instead of the tidy one. */
  readonly written: Map<string, Cell>
  /** Field → text that must come in instead of the truth. */
  readonly read: Map<string, string>
  status: KeyStatus
  codes: string[]
  warns: string[][]
  place: Place | null
}

export interface Member extends Entry {
  readonly human: Human
  readonly relation: string
  readonly health: string
  readonly marital: string
  readonly work: string
  readonly student: string
  readonly phone: string
}

export interface Payment extends Entry {
  readonly month: string
  readonly fen: number
  readonly paidOn: string
}

export interface Family extends Entry {
  /** Within the ledger. */
  readonly id: string
  no: string
  readonly village: Village
  readonly group: string
  readonly address: string
  readonly tier: string
  readonly fen: number
  readonly aidFrom: string
  readonly appliedOn: string
  readonly bank: string
  account: string
  readonly members: Member[]
  readonly payments: Payment[]
  /** Something was done to it: nothing else is done to it, so that one fault does not hide another. */
  isTouched: boolean
  /** Its rows are hidden. */
  isHidden: boolean
}

export function freshEntry(): Entry {
  return { written: new Map(), read: new Map(), status: 'in', codes: [], warns: [], place: null }
}

const BANKS = ['甲子农商银行', '甲子农村信用社', '甲子邮政储蓄银行', '虚构农业银行']
const GROUPS = ['一组', '二组', '三组', '四组', '五组', '六组']
const TIERS = ['A', 'B', 'C']
/** The ledgers of a district of this generator are of the third quarter; their as-of date is its end. */
export const LEDGER_AS_OF = '2026-09-30'
export const LEDGER_MONTHS = ['2026-07', '2026-08', '2026-09'] as const

function birthAt(rng: Rng, age: number): string {
  return addMonths(`2026-${String(rng.between(1, 9)).padStart(2, '0')}-${String(rng.between(1, 28)).padStart(2, '0')}`, -12 * age)
}

interface Kin {
  readonly relation: string
  readonly age: number
  readonly sex: '1' | '2'
}

/** Who may live with a head of this age and sex, none of them implausible. */
function kinOf(rng: Rng, headAge: number, headSex: '1' | '2', count: number): Kin[] {
  const other = headSex === '1' ? '2' : '1'
  const any = (): '1' | '2' => (rng.below(2) === 0 ? '1' : '2')
  const kin: Kin[] = []
  if (count > 0 && rng.permille(700)) kin.push({ relation: 'spouse', age: headAge - rng.between(0, 3), sex: other })
  while (kin.length < count) {
    const kind = rng.below(10)
    const childAge = headAge - rng.between(22, 32)
    if (kind < 6) kin.push({ relation: 'child', age: Math.max(1, childAge), sex: any() })
    else if (kind < 8 && headAge < 60) kin.push({ relation: 'parent', age: headAge + rng.between(20, 28), sex: any() })
    else if (kind === 8 && headAge > 55) kin.push({ relation: 'grandchild', age: rng.between(1, 12), sex: any() })
    else kin.push({ relation: 'sibling', age: Math.max(18, headAge - rng.between(-6, 6)), sex: any() })
  }
  return kin
}

function workOf(age: number, health: string): { work: string; student: string } {
  if (age < 6) return { work: 'minor', student: 'none' }
  if (age < 12) return { work: 'student', student: 'primary' }
  if (age < 15) return { work: 'student', student: 'junior' }
  if (age < 18) return { work: 'student', student: 'senior' }
  if (age >= 60) return { work: 'elderly', student: 'none' }
  return { work: health === 'disabled' ? 'unable' : 'flexible', student: 'none' }
}

function maritalOf(rng: Rng, relation: string, age: number, hasSpouse: boolean): string {
  if (relation === 'spouse' || (relation === 'head' && hasSpouse)) return '20'
  if (age < 24) return '10'
  return rng.pick(relation === 'head' || relation === 'parent' ? ['30', '40', '10'] : ['10', '20'])
}

/** Makes families; people and accounts never come twice. */
export class FamilyMaker {
  private count = 0
  private readonly rng: Rng
  private readonly people: People

  constructor(rng: Rng, people: People) {
    this.rng = rng
    this.people = people
  }

  private human(surname: string, age: number, sex: '1' | '2'): Human {
    const birth = birthAt(this.rng, age)
    return { id: this.people.number(birth, sex), name: this.people.name(surname), sex, birth }
  }

  private member(human: Human, relation: string, age: number, hasSpouse: boolean): Member {
    const { rng } = this
    const healths = ['good', 'weak', 'chronic', 'serious', 'disabled']
    const health = age < 18 ? 'good' : rng.pick(healths)
    return {
      ...freshEntry(),
      human,
      relation,
      health,
      ...workOf(age, health),
      marital: maritalOf(rng, relation, age, hasSpouse),
      phone: `1990${String(10_000_000 + rng.below(9_999_999)).slice(1)}`,
    }
  }

  private members(): Member[] {
    const { rng, people } = this
    const headAge = rng.between(34, 72)
    const headSex = people.sex()
    const kin = kinOf(rng, headAge, headSex, rng.weighted([[0, 3] as const, [1, 4], [2, 4], [3, 2], [4, 1]]))
    const surname = people.surname()
    const hasSpouse = kin.some(({ relation }) => relation === 'spouse')
    return [
      this.member(this.human(surname, headAge, headSex), 'head', headAge, hasSpouse),
      ...kin.map(({ relation, age, sex }) => {
        const own = relation === 'spouse' || relation === 'parent' ? people.surname() : surname
        return this.member(this.human(own, age, sex), relation, age, hasSpouse)
      }),
    ]
  }

  /** A number no other account of the run has: a card of nineteen digits, none of them lost by chance. */
  account(): string {
    const tail = 1_000_000_000 + ((this.count * 648_271_019 + 987_654_321) % 1_000_000_000)
    const last = this.rng.between(111_111, 999_999)
    // three noughts at the end are what a spreadsheet leaves of lost digits
    return `6299${String(tail).slice(1)}${last % 1000 === 0 ? last + 1 : last}`
  }

  family(village: Village): Family {
    const { rng } = this
    this.count++
    const members = this.members()
    const fen = rng.pick([18_500, 26_000, 31_200, 38_550, 42_000, 50_600]) * members.length
    const aidMonth = monthNumber('2026-06-30') - rng.between(1, 90)
    return {
      ...freshEntry(),
      id: `F${this.count}`,
      no: `${village.code.slice(0, 6)}${String(10_000_000 + this.count).slice(1)}`,
      village,
      group: rng.pick(GROUPS),
      address: `${village.name}${rng.between(1, 199)}号`,
      tier: rng.pick(TIERS),
      fen,
      aidFrom: monthText(aidMonth),
      appliedOn: `${firstDay(aidMonth - 1).slice(0, 8)}${String(rng.between(1, 28)).padStart(2, '0')}`,
      bank: rng.pick(BANKS),
      account: this.account(),
      members,
      payments: LEDGER_MONTHS.map((month) => ({ ...freshEntry(), month, fen, paidOn: `${month}-${rng.between(10, 25)}` })),
      isTouched: false,
      isHidden: false,
    }
  }
}

/** The first of a family: its head. */
export function headOf(family: Family): Member {
  return family.members[0] as Member
}

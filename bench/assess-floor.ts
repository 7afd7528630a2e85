import type { Columns, Results } from '#policy'

/**
 * The floor: the county's rules written by hand for these very parameters, in plain loops over the same columns. No
 * pack, no choice of method, no explanation, no guard: what a specialist would write for one county and one year.
 * Ticks: 1 fen = 122,522,400, so that months up to 18, the shares and the numbers of children divide evenly.
 */
const TICKS = 122_522_400
const URBAN = 72_000 * TICKS
const RURAL = (500_000 / 12) * TICKS
const ON = 20_260_915
const AWAY = 4 | 8 | 16 | 32
/** preschool to bachelor */
const DEPENDENT = 0b1111_1110
/** base pension, family planning award, scholarship … by position in the code list */
const KEPT = [1, 1, 1, 1, 1, 1, 0.5, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1].map((share) => share * TICKS)
const LEFT = Array.from({ length: 61 }, (_, year) => 0.93 ** year)
const ILL = 64
const ADULT_FROM = ON - 180_000
const ELDER_UNTIL = ON - 700_000

interface Floor {
  readonly counted: Uint8Array
  readonly wage: Float64Array
  readonly n: Int32Array
  readonly volatile: Uint8Array
  readonly income: Float64Array
}

function isChildCounted(c: Columns, m: number, flags: number): boolean {
  const age = c.age[m] as number
  const birth = c.birth[m] as number
  if (age >= 0 ? age < 18 : birth > ADULT_FROM) return true
  const study = c.study[m] as number
  if ((flags & 2) !== 0 || ((DEPENDENT >> study) & 1) !== 0) return true
  return study === 0 && (flags & 1) !== 0
}

function isCounted(c: Columns, m: number, flags: number): boolean {
  if ((flags & AWAY) !== 0) return false
  const kind = c.relation[m] as number
  if (kind <= 1) return true
  if (kind === 2) return isChildCounted(c, m, flags)
  return kind !== 4 && kind !== 9 && (flags & 1) !== 0
}

function membersPass(c: Columns, f: Floor): void {
  const { memberStart, flags } = c
  for (let i = 0, m = 0; i < c.count; i++) {
    const end = memberStart[i + 1] as number
    let n = 0
    let volatile = 0
    for (; m < end; m++) {
      const flag = flags[m] as number
      const counted = isCounted(c, m, flag)
      f.counted[m] = counted ? 1 : 0
      f.wage[m] = 0
      if (!counted) continue
      n++
      if ((flag & (256 | 128)) === 256) volatile = 1
    }
    f.n[i] = n
    f.volatile[i] = volatile
  }
}

function incomesPass(c: Columns, f: Floor): void {
  const { incomeStart, incomeAmount, incomeMonths, incomeItem, incomeMember } = c
  const { counted, wage } = f
  for (let i = 0, j = 0; i < c.count; i++) {
    const end = incomeStart[i + 1] as number
    let sum = 0
    for (; j < end; j++) {
      const member = incomeMember[j] as number
      if (member >= 0 && counted[member] === 0) continue
      const item = incomeItem[j] as number
      const amount = ((incomeAmount[j] as number) * (KEPT[item] as number)) / (incomeMonths[j] as number)
      sum += amount
      if (item === 0 && member >= 0) wage[member] = (wage[member] as number) + amount
    }
    f.income[i] = sum
  }
}

function supportPass(c: Columns, f: Floor): void {
  const { supporterStart, supporterIncome, supporterPersons, supportedCount, supportAgreed, supportPaid, programme } = c
  for (let i = 0, j = 0; i < c.count; i++) {
    const end = supporterStart[i + 1] as number
    const twice = programme[i] === 0 ? 2 * URBAN : 2 * RURAL
    let sum = 0
    for (; j < end; j++) {
      const agreed = supportAgreed[j] as number
      if (agreed > 0) {
        sum += agreed * TICKS
        continue
      }
      const excess = (supporterIncome[j] as number) * TICKS - twice * (supporterPersons[j] as number)
      const owed = excess > 0 ? excess / (5 * (supportedCount[j] as number)) : 0
      const paid = (supportPaid[j] as number) * TICKS
      sum += Math.max(paid, owed)
    }
    f.income[i] = (f.income[i] as number) + sum
  }
}

function workCostsOf(c: Columns, f: Floor, from: number, end: number): number {
  let sum = 0
  for (let m = from; m < end; m++) {
    if (f.counted[m] === 0 || ((c.flags[m] as number) & 64) === 0) continue
    const cost = (f.wage[m] as number) / 10
    sum += Math.min(cost, 30_000 * TICKS)
  }
  return sum
}

function expensesOf(c: Columns, f: Floor, from: number, end: number): number {
  let sum = 0
  for (let j = from; j < end; j++) {
    const member = c.expenseMember[j] as number
    if ((c.expenseKind[j] as number) > 1 || (member >= 0 && f.counted[member] === 0)) continue
    sum += ((c.expenseAmount[j] as number) * TICKS) / (c.expenseMonths[j] as number)
  }
  return sum
}

function deductionsPass(c: Columns, f: Floor): void {
  const { memberStart, expenseStart } = c
  for (let i = 0; i < c.count; i++) {
    const work = workCostsOf(c, f, memberStart[i] as number, memberStart[i + 1] as number)
    const paid = expensesOf(c, f, expenseStart[i] as number, expenseStart[i + 1] as number)
    const left = (f.income[i] as number) - work - paid
    f.income[i] = Math.max(left, 0)
  }
}

function vehiclesRefused(c: Columns, i: number): boolean {
  for (let j = c.vehicleStart[i] as number; j < (c.vehicleStart[i + 1] as number); j++) {
    if (c.vehicleExempt[j] === 1) continue
    const stated = c.vehicleValue[j] as number
    const price = c.vehiclePrice[j] as number
    const value =
      stated >= 0 ? stated : price < 0 ? 0 : 100 * Math.floor((price / 100) * (LEFT[c.vehicleAge[j] as number] as number) + 0.5)
    if (value > 3_000_000) return true
  }
  return false
}

function assetsRefused(c: Columns, i: number, n: number): number {
  const limit = c.programme[i] === 0 ? 24 * 72_000 * n : 1_000_000 * n
  let refusals = (c.monetary[i] as number) > limit ? 8 : 0
  if ((c.dwellings[i] as number) > 1 && (c.dwellingArea[i] as number) > 3000 * n) refusals |= 16
  if (c.vehicleStart[i] !== c.vehicleStart[i + 1] && vehiclesRefused(c, i)) refusals |= 32
  return (c.nonResidential[i] as number) > 0 ? refusals | 64 : refusals
}

function topUpOf(c: Columns, m: number, urban: boolean): number {
  const traits = c.traits[m] as number
  const grade = (traits >> 3) & 7
  if ((traits & ILL) !== 0 || grade === 1 || grade === 2) return urban ? 21_600 : 12_500
  const age = c.age[m] as number
  const birth = c.birth[m] as number
  const entitled = age >= 0 ? age >= 70 || age <= 17 : birth > 0 && (birth <= ELDER_UNTIL || birth > ADULT_FROM)
  return entitled ? (urban ? 7200 : 4200) : 0
}

function tierOf(c: Columns, i: number, n: number, income: number, tiers: readonly number[]): number {
  const given = c.tier[i] as number
  if (given >= 0) return tiers[given] as number
  const tenth = income * 10
  const whole = RURAL * n
  if (tenth <= whole) return 0
  if (tenth <= 3 * whole) return 1
  if (tenth <= 6 * whole) return 2
  return tenth <= 9 * whole ? 3 : -1
}

const TIER_FEN = [41_700, 35_500, 24_000, 12_550]

function baseOf(c: Columns, i: number, n: number, income: number, tier: number): number {
  let base: number
  if (tier >= 0) base = (TIER_FEN[tier] as number) * n
  else {
    const gap = URBAN * n - income
    base = gap < 14_400 * TICKS * n ? 14_400 * n : 100 * Math.floor((gap + 50 * TICKS) / (100 * TICKS))
  }
  if (c.single[i] === 0) return base
  const least = c.programme[i] === 0 ? 43_200 : 25_000
  return Math.max(base, least)
}

function refusalsOf(c: Columns, i: number, n: number, income: number, standard: number): number {
  let refusals = income < standard * n ? 0 : 2
  if (c.single[i] === 1 && (c.familyIncome[i] as number) * TICKS >= 1.5 * standard * (c.familyMembers[i] as number)) refusals |= 4
  return refusals | assetsRefused(c, i, n)
}

function topUpsOf(c: Columns, f: Floor, i: number, urban: boolean): number {
  let sum = 0
  for (let m = c.memberStart[i] as number; m < (c.memberStart[i + 1] as number); m++) {
    if (f.counted[m] === 1) sum += topUpOf(c, m, urban)
  }
  return sum
}

function refusedOrTier(c: Columns, i: number, n: number, income: number, urban: boolean, tier: number): number {
  if (n === 0) return 1
  const refusals = refusalsOf(c, i, n, income, urban ? URBAN : RURAL)
  return urban || tier >= 0 ? refusals : refusals | 128
}

function decisionPass(c: Columns, f: Floor, out: Results): void {
  const tiers = c.tierNames.map((name) => 'ABCD'.indexOf(name))
  for (let i = 0; i < c.count; i++) {
    const n = f.n[i] as number
    const income = f.income[i] as number
    const urban = c.programme[i] === 0
    const tier = urban ? -1 : tierOf(c, i, n, income, tiers)
    const refusals = refusedOrTier(c, i, n, income, urban, tier)
    const eligible = refusals === 0
    const base = eligible ? baseOf(c, i, n, income, tier) : 0
    const topUps = eligible ? topUpsOf(c, f, i, urban) : 0
    out.members[i] = n
    out.countable[i] = Math.floor((income + TICKS / 2) / TICKS)
    out.recheck[i] = f.volatile[i] === 1 ? 6 : 12
    out.refusals[i] = refusals
    out.tier[i] = eligible ? tier : -1
    out.base[i] = base
    out.topUps[i] = topUps
    out.total[i] = base + topUps
  }
}

export function floorSpace(c: Columns): Floor {
  const members = c.relation.length
  return {
    counted: new Uint8Array(members),
    wage: new Float64Array(members),
    n: new Int32Array(c.count),
    volatile: new Uint8Array(c.count),
    income: new Float64Array(c.count),
  }
}

/** Assesses the county by hand-written loops into `out`. */
export function assessByHand(c: Columns, space: Floor, out: Results): void {
  membersPass(c, space)
  incomesPass(c, space)
  supportPass(c, space)
  deductionsPass(c, space)
  decisionPass(c, space, out)
}

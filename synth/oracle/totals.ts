import { monthNumber } from '../calendar.ts'
import { type Family, fen, greatest, halfUp, idOf, max, type Subject, smallest } from './facts.ts'
import type { Row } from './reader.ts'
import { codeLists } from './schema.ts'

type Amounts = Record<string, bigint>
export interface Totals {
  readonly declared: Amounts
  readonly verified: Amounts
  /** null when nobody is counted. */
  readonly perCapita: bigint | null
}

const kinds = ['wage', 'business', 'property', 'transfer', 'other'] as const
const kindOf = (item: string): (typeof kinds)[number] => {
  if (item === 'wage') return 'wage'
  if (item === 'business' || item === 'farm') return 'business'
  if (['interest', 'rent', 'land_transfer', 'collective_dividend'].includes(item)) return 'property'
  return item === 'other' ? 'other' : 'transfer'
}

/** Which listed person a declared row belongs to. */
const ofPerson = (rows: readonly Row[], person: Subject): Row[] => rows.filter((r) => r.v.person_no === person.no)

/** Part of an amount over a period that falls into the income window. */
function inWindow(family: Family, { v }: Row): bigint {
  const [from, to] = [monthNumber(v.period_from as string), monthNumber(v.period_to as string)]
  const { month, values } = family.facts
  const low = Math.max(from, month - values.number('income_months'))
  const high = Math.min(to, month - 1)
  return halfUp(fen(v.amount) * BigInt(Math.max(0, high - low + 1)), BigInt(to - from + 1))
}

export interface DeclaredRows {
  readonly income: readonly Row[]
  readonly assets: readonly Row[]
  readonly expenditure: readonly Row[]
}

/** Declared rate of an item for a person: amount ÷ months of each row. */
export function declaredRate(declared: DeclaredRows, person: Subject, item: string): bigint {
  let sum = 0n
  for (const { v } of ofPerson(declared.income, person)) {
    if (v.item !== item) continue
    sum += halfUp(fen(v.amount), BigInt(monthNumber(v.period_to as string) - monthNumber(v.period_from as string) + 1))
  }
  return sum
}

/** Tax rows of which a later declaration replaces the earlier one. */
export function reducedTax(family: Family, person: Subject): Row[] {
  const rows = family.facts.usable(person, 'tax/personal_income')
  const groups = Map.groupBy(rows, ({ v }) => JSON.stringify([v.payer, v.item, v.month]))
  return [...groups.values()].map((group) => greatest(group, (r) => r.v.declared_on as string, idOf) as Row)
}

const largest = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => max(a, b), 0n)

function foundWage(family: Family, person: Subject): bigint {
  const { facts } = family
  const { values } = facts
  const tax = reducedTax(family, person)
  const isIn = (name: string, x: string | undefined): boolean => values.list(name).includes(x as string)
  let sum = 0n
  for (let m = facts.month - values.number('income_months'); m < facts.month; m++) {
    const ofMonth = (row: Row): boolean => monthNumber(row.v.month as string) === m
    const taxed = tax.filter((r) => ofMonth(r) && isIn('wage_tax_items', r.v.item)).reduce((a, r) => a + fen(r.v.income), 0n)
    const payroll = facts.usable(person, 'finance/payroll').filter(ofMonth)
    const insured = facts
      .usable(person, 'hrss/contributions')
      .filter((r) => ofMonth(r) && isIn('wage_insurance_kinds', r.v.insurance_kind) && isIn('wage_payer_kinds', r.v.payer_kind))
    const funds = facts
      .usable(person, 'housing_fund/accounts')
      .filter(
        (r) =>
          isIn('wage_fund_states', r.v.state) &&
          monthNumber(r.v.first_month as string) <= m &&
          monthNumber(r.v.last_month as string) >= m,
      )
    if (taxed > 0n) sum += taxed
    else if (payroll.length > 0) sum += payroll.reduce((a, r) => a + fen(r.v.net_pay), 0n)
    else if (insured.length > 0) sum += largest(insured.map((r) => fen(r.v.base)))
    else sum += largest(funds.map((r) => fen(r.v.base)))
  }
  return sum
}

function foundBenefit(family: Family, person: Subject, kind: string): bigint {
  const { facts } = family
  const rows = facts.usable(person, 'hrss/benefits').filter((r) => r.v.kind === kind)
  let sum = 0n
  for (const group of Map.groupBy(rows, (r) => r.v.benefit_no).values()) {
    for (let m = facts.month - facts.values.number('income_months'); m < facts.month; m++) {
      const paying = group.filter(
        (r) => monthNumber(r.v.from_month as string) <= m && m <= monthNumber(r.v.last_paid_month as string),
      )
      const row = greatest(paying, (r) => r.v.from_month as string, idOf)
      if (row === undefined) continue
      sum += kind === 'resident_pension' ? max(0n, fen(row.v.monthly_amount) - fen(row.v.base_part)) : fen(row.v.monthly_amount)
    }
  }
  return sum
}

function found(family: Family, person: Subject, item: string): bigint {
  const { facts } = family
  const { values } = facts
  const window = values.number('income_months')
  if (item === 'wage') return foundWage(family, person)
  let sum = 0n
  for (const row of reducedTax(family, person)) {
    if (values.map('tax_items')[row.v.item as string] === item && facts.recent(row.v.month as string, window))
      sum += fen(row.v.income)
  }
  for (const row of facts.usable(person, 'finance/subsidy_card')) {
    if (values.map('subsidy_items')[row.v.project as string] === item && facts.recent(row.v.paid_on as string, window))
      sum += fen(row.v.amount)
  }
  const benefits: Readonly<Record<string, string>> = {
    pension: 'employee_pension',
    unemployment: 'unemployment',
    survivor: 'survivor',
    resident_pension: 'resident_pension',
  }
  return sum + (benefits[item] ? foundBenefit(family, person, benefits[item]) : 0n)
}

/** What one supporter owes a month, in fen. */
function supportOf(family: Family, { v }: Row): bigint {
  if (fen(v.support_agreed) > 0n) return fen(v.support_agreed)
  let formula = 0n
  if (v.monthly_income !== '' && v.household_persons !== '') {
    const { values } = family.facts
    const { n, d } = family.standard
    // income − multiple × S × persons, over the denominator 100 × d (the multiple has two decimals).
    const line = values.money('support_threshold_multiple') * n * BigInt(v.household_persons as string)
    const excess = fen(v.monthly_income) * 100n * d - line
    const count = max(1n, BigInt(v.supported_count || '0'))
    if (excess > 0n) formula = halfUp(excess * values.money('support_rate_percent'), 100n * d * 10_000n * count)
  }
  return max(fen(v.support_paid), formula)
}

/** Rows of which one per key counts: the one with the smallest record number. */
export function oncePer(rows: readonly Row[], ...keys: string[]): Row[] {
  return [...Map.groupBy(rows, ({ v }) => JSON.stringify(keys.map((k) => v[k]))).values()].map((group) => smallest(group) as Row)
}

/** A vehicle that counts: not an exempt type or state, not a mobility car of a family with such a disability. */
export function countableVehicles(family: Family): { who: Subject; row: Row }[] {
  const { facts } = family
  const { values } = facts
  const mobility = family
    .rows('disabled_federation/certificates', family.listed)
    .some(
      ({ row: { v } }) =>
        values.list('mobility_disability_classes').includes(v.disability_class as string) &&
        v.state === 'valid' &&
        (v.valid_to as string) >= facts.asOf,
    )
  const rows = family.rows('police/vehicles').filter(({ row: { v } }) => {
    if (values.list('veh_exempt_types').includes(v.vehicle_type as string)) return false
    if (values.list('veh_exempt_status').includes(v.status as string)) return false
    return !(v.vehicle_use === 'disabled_mobility' && mobility)
  })
  return [...Map.groupBy(rows, ({ row }) => row.v.plate_no).values()].map((group) => {
    const row = smallest(group.map((g) => g.row)) as Row
    return group.find((g) => g.row === row) as { who: Subject; row: Row }
  })
}

/** Dwellings of a family with their area in hundredths of a square metre. */
export function dwellings(family: Family): { unitNo: string; area: bigint }[] {
  const rows = family
    .rows('natural_resources/titles')
    .filter(({ row: { v } }) => v.house_use === 'residential' && v.state === 'valid')
  return [...Map.groupBy(rows, ({ row }) => row.v.unit_no as string)].map(([unitNo, group]) => {
    const first = smallest(group.map((g) => g.row)) as Row
    let share = 0n
    for (const own of Map.groupBy(group, (g) => g.who.no).values()) share += largest(own.map((g) => fen(g.row.v.share_percent)))
    return { unitNo, area: halfUp(fen(first.v.area) * (share > 10000n ? 10000n : share), 10000n) }
  })
}

function foundMoney(family: Family): { deposit: bigint; security: bigint; insurance: bigint } {
  const { values } = family.facts
  const rows = (record: string): Row[] => family.rows(record).map(({ row }) => row)
  const sum = (list: readonly Row[], ...fields: string[]): bigint =>
    list.reduce((a, { v }) => fields.reduce((b, f) => b + fen(v[f]), a), 0n)
  const deposits = rows('banks/deposits').filter(
    ({ v }) => !values.list('fin_exempt_account_kinds').includes(v.account_kind as string),
  )
  const policies = rows('insurance/policies').filter(({ v }) => v.role === 'holder' && v.state === 'in_force')
  return {
    deposit:
      sum(oncePer(deposits, 'bank', 'account_no'), 'balance', 'wealth_value') +
      sum(oncePer(rows('third_party_payment/balances'), 'operator', 'account_no'), 'balance'),
    security: sum(oncePer(rows('securities/holdings'), 'broker', 'account_no'), 'market_value', 'cash'),
    insurance: sum(oncePer(policies, 'policy_no'), 'cash_value'),
  }
}

function foundCapital(family: Family): bigint {
  const rows = family
    .rows('market/investors')
    .filter(
      ({ row: { v } }) =>
        v.enterprise_state === 'active' &&
        !family.facts.values.list('bus_exempt_enterprise_types').includes(v.enterprise_type as string),
    )
  const groups = Map.groupBy(rows, ({ who, row }) => `${who.no}|${row.v.credit_code}`)
  return [...groups.values()].reduce((a, group) => a + largest(group.map(({ row }) => fen(row.v.subscribed_capital))), 0n)
}

function expenditure(family: Family): { medical: bigint; education: bigint } {
  const { facts } = family
  const settlements = family
    .rows('medical_security/settlements')
    .map(({ row }) => row)
    .filter(({ v }) => v.discharged_on !== '' && facts.recent(v.discharged_on as string, facts.values.number('income_months')))
  const fees = family.rows('education/enrolments').filter(({ row: { v } }) => v.state === 'enrolled' && v.fee_payer === 'self')
  return {
    medical: oncePer(settlements, 'settlement_no').reduce(
      (a, { v }) => a + max(0n, fen(v.total) - fen(v.reimbursed) - fen(v.medical_aid)),
      0n,
    ),
    education: fees.reduce((a, { row }) => a + fen(row.v.annual_fee), 0n),
  }
}

function incomes(family: Family, declared: DeclaredRows): { declared: Amounts; verified: Amounts } {
  const { values } = family.facts
  const stated: Amounts = { wage: 0n, business: 0n, property: 0n, transfer: 0n, other: 0n }
  const verified: Amounts = { ...stated }
  const excluded = values.list('income_excluded_items')
  let statedSupport = 0n
  for (const person of family.members) {
    const own = ofPerson(declared.income, person)
    for (const item of codeLists.income_item as ReadonlySet<string>) {
      const amount = own.filter((r) => r.v.item === item).reduce((a, r) => a + inWindow(family, r), 0n)
      const kind = kindOf(item)
      stated[kind] = (stated[kind] as bigint) + amount
      if (item === 'support') statedSupport += amount
      else if (!excluded.includes(item)) verified[kind] = (verified[kind] as bigint) + max(amount, found(family, person, item))
    }
  }
  const owed = family.supporters.reduce((a, s) => a + supportOf(family, s.row), 0n) * BigInt(values.number('income_months'))
  if (!excluded.includes('support')) verified.transfer = (verified.transfer as bigint) + max(statedSupport, owed)
  return { declared: stated, verified }
}

/** Every total of the report, in fen (areas in hundredths). */
export function totalsOf(family: Family, declared: DeclaredRows): Totals {
  const income = incomes(family, declared)
  const sum = (a: Amounts): bigint => kinds.reduce((total, k) => total + (a[k] as bigint), 0n)
  const isMember = (r: Row): boolean => family.members.some((m) => m.no === r.v.person_no)
  const assets = declared.assets.filter(isMember)
  const asset = (kind: string, field: string): bigint =>
    assets.filter((r) => r.v.kind === kind).reduce((a, r) => a + fen(r.v[field]), 0n)
  const spent = (kind: string): bigint =>
    declared.expenditure.filter((r) => isMember(r) && r.v.kind === kind).reduce((a, r) => a + inWindow(family, r), 0n)
  const stated: Amounts = {
    ...income.declared,
    income: sum(income.declared),
    deposit: asset('deposit', 'amount'),
    security: asset('security', 'amount'),
    insurance: asset('insurance', 'amount'),
    vehicle: asset('vehicle', 'amount'),
    business_capital: asset('business', 'amount'),
    dwelling_area: asset('dwelling', 'area'),
    medical: spent('medical'),
    education: spent('education'),
  }
  const money = foundMoney(family)
  const deposit = max(stated.deposit as bigint, money.deposit)
  const security = max(stated.security as bigint, money.security)
  const insurance = max(stated.insurance as bigint, money.insurance)
  const verified: Amounts = {
    ...income.verified,
    income: sum(income.verified),
    deposit,
    security,
    insurance,
    monetary: deposit + security + insurance,
    vehicle: max(
      stated.vehicle as bigint,
      countableVehicles(family).reduce((a, { row }) => a + fen(row.v.current_value), 0n),
    ),
    business_capital: max(stated.business_capital as bigint, foundCapital(family)),
    dwelling_area: dwellings(family).reduce((a, d) => a + d.area, 0n),
    ...expenditure(family),
  }
  const months = BigInt(family.facts.values.number('income_months'))
  const perCapita = family.n === 0 ? null : halfUp(verified.income as bigint, months * BigInt(family.n))
  return { declared: stated, verified, perCapita }
}

import { addMonths, monthNumber } from '../calendar.ts'
import { type Case, districtFinding, type OracleFinding } from './case.ts'
import { compare, type Facts, fen, greatest, halfUp, idOf, type Subject, smallest, yuan } from './facts.ts'
import type { Row } from './reader.ts'
import { publicPay } from './rules-people.ts'
import { declaredRate, oncePer, reducedTax } from './totals.ts'

/** Latest month among the rows, then the smallest record number. */
function latest(rows: readonly Row[], field: string): Row | undefined {
  const top = greatest(rows, (r) => r.v[field] as string)?.v[field]
  return smallest(rows.filter((r) => r.v[field] === top))
}

function publicPosts(c: Case): void {
  for (const p of c.family.members) {
    const pay = publicPay(c, p)
    if (pay) c.add('FIS-1', p, 'finance/payroll', idOf(pay))
  }
}

const inOffice = ({ v }: Row, on: string): boolean =>
  (v.in_office_from as string) <= on && (v.in_office_to === '' || (v.in_office_to as string) >= on)

/** Whether a member is the official or a near relative, by the register. */
function related(c: Case, m: Subject, official: Row): boolean {
  const own = c.facts.identity(m)
  if (own === undefined) return false
  const id = official.v.id_number as string
  if (m.id === id || own.v.spouse_id === id || own.v.father_id === id || own.v.mother_id === id) return true
  const equal = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a !== '' && a === b
  return c.facts.rowsWithNumber('police/register', id).some(({ v }) => {
    if (v.state !== 'normal' || !c.facts.same(v.name as string, official.v.name as string)) return false
    if ([v.spouse_id, v.father_id, v.mother_id].includes(m.id)) return true
    return equal(v.father_id, own.v.father_id) || equal(v.mother_id, own.v.mother_id)
  })
}

function fis2(c: Case): void {
  const { facts, family } = c
  for (const official of facts.core('officials')) {
    if (!inOffice(official, facts.asOf)) continue
    const filed = facts
      .coreWith('relative_filings', 'household_no', family.no)
      .some(({ v }) => v.official_no === official.v.official_no && (v.filed_on as string) <= facts.asOf)
    if (filed) continue
    const kin = family.members.filter((m) => related(c, m, official)).sort((a, b) => compare(a.no, b.no))
    if (kin[0]) c.add('FIS-2', kin[0], '', official.v.official_no as string)
  }
}

function work(c: Case): void {
  const { facts, family } = c
  const recent = facts.values.number('recent_months')
  const statedWage = (p: Subject): boolean =>
    c.declared.income.some(({ v }) => v.person_no === p.no && v.item === 'wage' && fen(v.amount) > 0n)
  for (const p of family.members) {
    const paid = c
      .usable(p, 'hrss/contributions')
      .filter(
        ({ v }) =>
          c.in('emp1_insurance_kinds', v.insurance_kind) &&
          c.in('emp1_payer_kinds', v.payer_kind) &&
          facts.recent(v.month as string, recent),
      )
    const row = latest(paid, 'month')
    if (row && p.row.v.work_status !== 'employed' && !statedWage(p)) c.add('EMP-1', p, 'hrss/contributions', idOf(row))
    for (const group of Map.groupBy(c.usable(p, 'housing_fund/accounts'), (r) => r.v.account_no).values()) {
      const last = latest(group, 'last_month') as Row
      if (last.v.state !== 'active' || monthNumber(last.v.last_month as string) < facts.month - recent) continue
      const w = declaredRate(c.declared, p, 'wage')
      const base = fen(last.v.base)
      const percent = 10_000n + facts.values.money('emp2_tolerance_percent')
      if (base * 10_000n > w * percent && base - w > facts.values.money('emp2_tolerance_amount')) {
        c.add('EMP-2', p, 'housing_fund/accounts', idOf(last), yuan(base), yuan(w))
      }
    }
  }
}

function income(c: Case): void {
  const { facts, family, totals } = c
  const { values } = facts
  const months = values.number('income_months')
  if (!family.incompleteMembers) {
    const { n, d } = family.standard
    const line = BigInt(months) * BigInt(family.n) * n
    const taxed = family.members
      .flatMap((p) => reducedTax(family, p))
      .filter(({ v }) => c.in('emp3_items', v.item) && facts.recent(v.month as string, months))
      .reduce((a, { v }) => a + fen(v.income), 0n)
    if (taxed * d > line) c.add('EMP-3', null, '', '', yuan(taxed))
    const income = totals.verified.income as bigint
    if (family.n > 0 && income * d >= line) c.add('INC-3', null, '', '', yuan(totals.perCapita as bigint), yuan(halfUp(n, d)))
    const money = totals.verified.monetary as bigint
    const limit = BigInt(values.number('fin1_months')) * n * BigInt(family.n)
    if (money * d > limit) c.add('FIN-1', null, '', '', yuan(money), yuan(halfUp(limit, d)))
  }
}

function benefits(c: Case): void {
  const { facts, family } = c
  const recent = facts.month - facts.values.number('recent_months')
  for (const p of family.members) {
    const pensions = Map.groupBy(
      c.usable(p, 'hrss/benefits').filter(({ v }) => v.kind === 'employee_pension'),
      (r) => r.v.benefit_no,
    )
    const used = [...pensions.values()]
      .map((group) => greatest(group, (r) => r.v.last_paid_month as string, idOf) as Row)
      .filter(({ v }) => v.state === 'paying' && monthNumber(v.last_paid_month as string) >= recent)
    const found = used.reduce((a, { v }) => a + fen(v.monthly_amount), 0n)
    const stated = declaredRate(c.declared, p, 'pension')
    if (found - stated > facts.values.money('inc1_tolerance'))
      c.add('INC-1', p, 'hrss/benefits', idOf(smallest(used) as Row), yuan(found), yuan(stated))
    const window = facts.month - facts.values.number('income_months')
    const others = c.usable(p, 'hrss/benefits').filter(({ v }) => {
      const overlap = monthNumber(v.from_month as string) <= facts.month - 1 && monthNumber(v.last_paid_month as string) >= window
      const named = c.declared.income.some((r) => r.v.person_no === p.no && r.v.item === v.kind && fen(r.v.amount) > 0n)
      return c.in('inc2_kinds', v.kind) && overlap && !named
    })
    for (const row of oncePer(others, 'benefit_no')) c.add('INC-2', p, 'hrss/benefits', idOf(row))
  }
}

function money(c: Case): void {
  const { facts, family } = c
  const { values } = facts
  if (!family.existing) {
    const out = family
      .rows('banks/deposits')
      .filter(
        ({ row: { v } }) => fen(v.outflow_6m) > values.money('fin2_limit') && !c.in('fin2_exempt_purposes', v.outflow_purpose),
      )
    for (const row of oncePer(
      out.map((x) => x.row),
      'bank',
      'account_no',
    )) {
      c.add('FIN-2', out.find((x) => x.row === row)?.who as Subject, 'banks/deposits', idOf(row))
    }
  }
  for (const p of family.members) {
    const held = c.usable(p, 'securities/holdings')
    const sum = oncePer(held, 'broker', 'account_no').reduce((a, { v }) => a + fen(v.market_value) + fen(v.cash), 0n)
    const limit = values.money('fin3_limit')
    if (sum > limit) c.add('FIN-3', p, 'securities/holdings', idOf(smallest(held) as Row), yuan(sum), yuan(limit))
  }
  const edge = addMonths(facts.asOf, -12)
  const policies = family
    .rows('insurance/policies')
    .map(({ row }) => row)
    .filter(({ v }) => {
      const paidOn = v.last_paid_on as string
      if (
        v.role !== 'holder' ||
        v.payer !== 'self' ||
        v.state !== 'in_force' ||
        paidOn === '' ||
        paidOn <= edge ||
        paidOn > facts.asOf
      )
        return false
      if (c.in('fin4_exempt_kinds', v.kind)) return false
      return !(v.kind === 'health' && fen(v.annual_premium) <= values.money('fin4_health_exempt'))
    })
  const premiums = oncePer(policies, 'policy_no').reduce((a, { v }) => a + fen(v.annual_premium), 0n)
  if (premiums > values.money('fin4_limit')) c.add('FIN-4', null, '', '', yuan(premiums), yuan(values.money('fin4_limit')))
}

function dup1(c: Case): void {
  const { family } = c
  if (!family.existing) return
  for (const p of family.members) {
    for (const { q, other } of c.elsewhere(p)) {
      if (other.existing && other.row.v.programme !== family.row.v.programme) c.add('DUP-1', p, '', q.no)
    }
  }
}

function dup2(c: Case): void {
  const { facts, family } = c
  for (const { who, row } of family.rows('civil_affairs/other_aid')) {
    const { v } = row
    if (!family.existing || !c.in('dup2_projects', v.project) || v.state === 'cancelled') continue
    const [from, to] = [monthNumber(v.from_month as string), v.to_month === '' ? facts.month : monthNumber(v.to_month as string)]
    const months = family.paidMonths.filter((m) => m <= facts.month && from <= m && m <= to && family.covered(who, m))
    if (months.length > 0) c.add('DUP-2', who, 'civil_affairs/other_aid', idOf(row), String(months.length))
  }
}

const digits = (x: string): string => x.normalize('NFKC').replace(/[^0-9]/g, '')

function accounts(c: Case): void {
  const { facts, family, others } = c
  const { v } = family.row
  const [account, holder, holderId] = [v.account_no as string, v.account_holder as string, v.account_holder_id as string]
  if (family.existing) {
    const same = others.filter(
      (o) =>
        o.no !== family.no && o.existing && digits(account) !== '' && digits(o.row.v.account_no as string) === digits(account),
    )
    const first = same.map((o) => o.no).sort(compare)[0]
    if (first !== undefined) c.add('DUP-5', null, '', first)
    const known = family.listed.some((p) => p.id === holderId || facts.same(p.row.v.name as string, holder))
    if (!family.incompleteMembers && account !== '' && holder !== '' && !known && v.account_proxy_filed !== 'yes')
      c.add('DUP-5', null, '', '')
  }
  const owners = facts
    .core('officials')
    .filter((o) => inOffice(o, facts.asOf) && o.v.id_number === holderId && !family.listed.some((p) => p.id === holderId))
    .map((o) => o.v.official_no as string)
    .sort(compare)
  if (owners[0] !== undefined) c.add('DUP-6', null, '', owners[0])
}

function style(c: Case): void {
  const { facts } = c
  const { values } = facts
  for (const p of c.family.members) {
    const edge = addMonths(facts.asOf, -values.number('liv1_months'))
    const trips = c.usable(p, 'police/exit_entry').filter(({ v }) => {
      const on = v.departed_on as string
      return c.in('liv1_trip_reasons', v.reason) && on > edge && on <= facts.asOf
    })
    if (new Set(trips.map((r) => r.v.departed_on)).size >= values.number('liv1_trips')) {
      c.add('LIV-1', p, 'police/exit_entry', idOf(latest(trips, 'departed_on') as Row))
    }
    for (const row of c.usable(p, 'education/enrolments')) {
      const { v } = row
      if (v.state === 'enrolled' && v.fee_payer === 'self' && fen(v.annual_fee) > values.money('liv1_school_fee'))
        c.add('LIV-1', p, 'education/enrolments', idOf(row))
    }
  }
}

function topUps(c: Case, p: Subject): void {
  const { facts } = c
  const record = 'disabled_federation/certificates'
  const { status, rows } = facts.ask(p, record)
  const severe = rows.filter(
    ({ v }) => c.in('mis2_disability_grades', v.grade) && v.state === 'valid' && (v.valid_to as string) >= facts.asOf,
  )
  const first = smallest(severe)
  const age = facts.age(p.id)
  const due = age >= facts.values.number('mis2_elder_age') || age < facts.values.number('mis2_minor_age') || first !== undefined
  if (p.row.v.top_ups === '' && due) c.add('MIS-2', p, first ? record : '', first ? idOf(first) : '')
  if (!(p.row.v.top_ups as string).split(';').includes('severe_disability') || first !== undefined) return
  const last = latest(rows, 'valid_to')
  if (last) c.add('MIS-3', p, record, idOf(last))
  else if (status === 'NO_RECORD') c.add('MIS-3', p, '', '')
}

function topUpsOfAll(c: Case): void {
  if (!c.family.existing) return
  for (const p of c.family.members) topUps(c, p)
}

function payments(c: Case): void {
  const { family } = c
  const { aid_from: from, aid_to: to } = family.row.v
  for (const { v } of c.facts.coreWith('payments', 'household_no', family.no)) {
    if (fen(v.amount) === 0n) continue
    const month = v.month as string
    const outside = month < (from as string) || (to !== '' && month > (to as string))
    if (!family.existing || outside) c.add('PAY-1', null, '', v.payment_no as string, yuan(fen(v.amount)))
  }
}

function queries(c: Case): void {
  const { facts, family } = c
  const ask = (s: Subject): void => {
    for (const { v } of facts.coreWith('query_log', 'subject_no', s.no)) {
      if (!facts.authorised(s, v.record as string, v.queried_on)) c.add('PRO-1', s, '', v.query_no as string)
    }
  }
  for (const p of family.listed) ask(p)
  for (const s of family.supporters) if (facts.coreWith('persons', 'person_no', s.no).length === 0) ask(s)
}

export const moneyRules = [
  publicPosts,
  fis2,
  work,
  income,
  benefits,
  money,
  dup1,
  dup2,
  accounts,
  style,
  topUpsOfAll,
  payments,
  queries,
]

/** MIS-1: severe certificates of people nobody has on a roll. */
export function missedPeople(facts: Facts): OracleFinding[] {
  const record = 'disabled_federation/certificates'
  const onRoll = new Set(facts.core('persons').map((r) => r.v.id_number))
  const { values } = facts
  const rows = facts.all(record).filter(({ v }) => {
    const [id, name] = [v.id_number as string, v.name as string]
    const local = (v.division_code as string).slice(0, 6) === facts.loaded.district
    if (
      !values.list('mis1_grades').includes(v.grade as string) ||
      v.state !== 'valid' ||
      (v.valid_to as string) < facts.asOf ||
      !local
    )
      return false
    if (onRoll.has(id) || facts.dead(id, name)) return false
    return !facts.rowsWithNumber('civil_affairs/other_aid', id).some((r) => {
      const running =
        monthNumber(r.v.from_month as string) <= facts.month &&
        (r.v.to_month === '' || monthNumber(r.v.to_month as string) >= facts.month)
      return (
        facts.same(r.v.name as string, name) &&
        values.list('mis1_aid_projects').includes(r.v.project as string) &&
        r.v.state === 'active' &&
        running
      )
    })
  })
  return oncePer(rows, 'id_number').map((row) => districtFinding('MIS-1', record, idOf(row)))
}

import { addDays, dayNumber, firstDay, lastDay, monthNumber } from '../calendar.ts'
import type { Case } from './case.ts'
import { before, compare, greatest, halfUp, idOf, type Subject, smallest, yuan } from './facts.ts'
import type { Row } from './reader.ts'

const deathRecords = ['police/deaths', 'civil_affairs/funerals'] as const

/** D(p): the earliest date of death with its record. */
export function death(c: Case, p: Subject): { date: string; record: string; row: Row } | null {
  let best: { date: string; record: string; row: Row } | null = null
  for (const record of deathRecords) {
    for (const row of c.usable(p, record)) {
      const date = row.v.death_date as string
      const better =
        best === null || date < best.date || (date === best.date && best.record === record && before(idOf(row), idOf(best.row)))
      if (better) best = { date, record, row }
    }
  }
  return best
}

function dea(c: Case): void {
  const { family } = c
  for (const p of family.members) {
    const d = death(c, p)
    if (d === null) continue
    const months = family.paidMonths.filter((m) => m > monthNumber(d.date) && family.covered(p, m))
    if (months.length > 0) c.add('DEA-1', p, d.record, idOf(d.row), String(months.length))
    if (months.length > c.facts.values.number('dea2_grace_months')) {
      const sum = months.reduce(
        (a, m) => a + halfUp(family.paid(m), BigInt(family.members.filter((q) => family.covered(q, m)).length)),
        0n,
      )
      c.add('DEA-2', p, d.record, idOf(d.row), yuan(sum))
    }
  }
}

/** Two offices give dates of death that lie far apart. */
function datesApart(c: Case, p: Subject): void {
  const police = c.usable(p, 'police/deaths').map((r) => r.v.death_date as string)
  const first = police.sort()[0]
  if (first === undefined) return
  for (const row of c.usable(p, 'civil_affairs/funerals')) {
    const days = Math.abs(dayNumber(row.v.death_date as string) - dayNumber(first))
    if (days > c.facts.values.number('dea3_days')) c.add('DEA-3', p, 'civil_affairs/funerals', idOf(row))
  }
}

/** Something happened to a person after the death. */
function lifeAfterDeath(c: Case, p: Subject): void {
  const d = death(c, p)
  if (d === null) return
  for (const row of c.usable(p, 'hrss/benefits')) {
    if (monthNumber(row.v.last_paid_month as string) > monthNumber(d.date)) c.add('DEA-3', p, 'hrss/benefits', idOf(row))
  }
  for (const row of c.usable(p, 'medical_security/settlements')) {
    if ((row.v.admitted_on as string) > d.date) c.add('DEA-3', p, 'medical_security/settlements', idOf(row))
  }
}

function custody(c: Case): void {
  const { facts, family } = c
  for (const { who, row } of family.rows('police/custody')) {
    if (!c.in('custody_states', row.v.state)) continue
    const to = row.v.to_date as string
    const end = to !== '' && to < facts.asOf ? to : facts.asOf
    const months = family.paidMonths.filter((m) => {
      const first = Math.max(dayNumber(row.v.from_date as string), dayNumber(firstDay(m)))
      const days = Math.min(dayNumber(end), dayNumber(lastDay(m))) - first + 1
      return days >= facts.values.number('pri1_min_days') && family.covered(who, m)
    })
    if (family.existing && months.length > 0) c.add('PRI-1', who, 'police/custody', idOf(row), String(months.length))
  }
}

function register(c: Case, p: Subject): void {
  const { facts } = c
  const record = 'police/register'
  const digits = facts.values.number('district_prefix_digits')
  const own = facts.identity(p)
  if (own === undefined) return
  const outside = (own.v.division_code as string).slice(0, digits) !== facts.loaded.district.slice(0, digits)
  const exempt = c.in('reg1_exempt_relations', p.row.v.relation) || c.in('reg1_exempt_register_types', own.v.register_type)
  if (own.v.state === 'normal' && outside && !exempt) c.add('REG-1', p, record, idOf(own))
  const excused = own.v.state === 'cancelled' && c.in('reg2_exempt_reasons', own.v.cancel_reason)
  if (own.v.state !== 'normal' && !excused) c.add('REG-2', p, record, idOf(own))
  for (const row of c.usable(p, record)) {
    const further = row !== own && row.v.state === 'normal' && row.v.register_household_no !== own.v.register_household_no
    if (further) c.add('REG-2', p, record, idOf(row))
  }
}

function fam1(c: Case): void {
  if (c.family.incompleteMembers) return
  for (const p of c.family.members) {
    const valid = c.usable(p, 'civil_affairs/marriages').filter((r) => r.v.state === 'valid')
    const last = greatest(valid, (r) => r.v.registered_on as string, idOf)
    if (last === undefined || last.v.kind === 'divorce') continue
    const side = last.v.party_a_id === p.id ? 'b' : 'a'
    const [id, name] = [last.v[`party_${side}_id`] as string, last.v[`party_${side}_name`] as string]
    if (!c.family.named(id, name) && !c.facts.dead(id, name)) c.add('FAM-1', p, 'civil_affairs/marriages', idOf(last))
  }
}

function fam3(c: Case): void {
  const { facts, family } = c
  if (family.incompleteMembers || family.incompleteSupporters) return
  const books = new Set<string>()
  for (const p of family.members) {
    const own = facts.identity(p)
    if (own?.v.state === 'normal' && own.v.register_type === 'family') books.add(own.v.register_household_no as string)
  }
  if (books.size === 0) return
  const inBooks = [...books].flatMap((book) => facts.sourceWith('police/register', 'register_household_no', book))
  const rows = inBooks.filter(({ v }) => {
    if (v.state !== 'normal' || v.register_type !== 'family') return false
    const [id, name] = [v.id_number as string, v.name as string]
    return facts.coreWith('persons', 'id_number', id).length === 0 && !family.namedOrSupporting(id, name) && !facts.dead(id, name)
  })
  for (const group of Map.groupBy(rows, (r) => r.v.id_number).values())
    c.add('FAM-3', null, 'police/register', idOf(smallest(group) as Row))
}

function fam4(c: Case): void {
  const { facts, family } = c
  for (const p of family.members) {
    const d = death(c, p)
    if (d !== null && (!family.existing || monthNumber(d.date) < facts.month)) c.add('FAM-4', p, d.record, idOf(d.row))
    const held = c.usable(p, 'police/custody').filter(({ v }) => {
      const open = v.to_date === '' || (v.to_date as string) >= facts.asOf
      return c.in('custody_states', v.state) && (v.from_date as string) <= facts.asOf && open
    })
    const row = smallest(held)
    if (row) c.add('FAM-4', p, 'police/custody', idOf(row))
    for (const { q } of c.elsewhere(p)) c.add('FAM-4', p, '', q.no)
  }
}

const smallestNo = (people: readonly Subject[]): Subject => [...people].sort((a, b) => compare(a.no, b.no))[0] as Subject

function fam5(c: Case): void {
  const { facts, family } = c
  if (family.incompleteMembers || family.incompleteSupporters) return
  const record = 'police/register'
  const strange = ({ v }: Row): boolean => {
    const [id, name] = [v.id_number as string, v.name as string]
    return v.state === 'normal' && !family.namedOrSupporting(id, name) && !facts.dead(id, name)
  }
  const known = family.members.filter((p) => facts.identity(p) !== undefined)
  const isParent = (p: Subject, { v }: Row): boolean => v.father_id === p.id || v.mother_id === p.id
  const linked = known.flatMap((p) => ['father_id', 'mother_id'].flatMap((column) => facts.sourceWith(record, column, p.id)))
  const children = [...new Set(linked)].filter(
    (row) => facts.age(row.v.id_number as string) >= facts.values.number('adult_age') && strange(row),
  )
  for (const group of Map.groupBy(children, (r) => r.v.id_number).values()) {
    const parents = known.filter((p) => group.some((row) => isParent(p, row)))
    c.add('FAM-5', smallestNo(parents), record, idOf(smallest(group) as Row))
  }
  const minors = known.filter((p) => facts.age(p.id) < facts.values.number('adult_age'))
  const parentIds = new Set(
    minors.flatMap((p) => [facts.identity(p)?.v.father_id as string, facts.identity(p)?.v.mother_id as string]),
  )
  for (const id of parentIds) {
    if (id === '') continue
    const row = smallest(facts.rowsWithNumber(record, id).filter(strange))
    if (row === undefined) continue
    const own = minors.filter((p) => [facts.identity(p)?.v.father_id, facts.identity(p)?.v.mother_id].includes(id))
    c.add('FAM-5', smallestNo(own), record, idOf(row))
  }
}

/** The latest pay row from public funds in the recent months. */
export function publicPay(c: Case, s: Subject): Row | undefined {
  const { facts } = c
  const rows = c
    .usable(s, 'finance/payroll')
    .filter(
      ({ v }) => c.in('fis1_post_kinds', v.post_kind) && facts.recent(v.month as string, facts.values.number('recent_months')),
    )
  const latest = greatest(rows, (r) => r.v.month as string)?.v.month
  return smallest(rows.filter((r) => r.v.month === latest))
}

export const officerRows = (c: Case, s: Subject): Row[] =>
  c
    .usable(s, 'market/officers')
    .filter(
      ({ v }) =>
        v.enterprise_state === 'active' && !c.in('bus_exempt_enterprise_types', v.enterprise_type) && c.in('bus2_posts', v.post),
    )

function fam6(c: Case): void {
  const { values } = c.facts
  for (const s of c.family.supporters) {
    const homes = c.usable(s, 'natural_resources/titles').filter(({ v }) => v.house_use === 'residential' && v.state === 'valid')
    const cars = c.usable(s, 'police/vehicles').filter(({ v }) => {
      if (
        c.in('veh_exempt_types', v.vehicle_type) ||
        c.in('veh_exempt_status', v.status) ||
        c.in('veh_commercial_uses', v.vehicle_use)
      )
        return false
      return Number(v.purchase_price || '0') > Number(values.text('fam6_vehicle_price'))
    })
    const officer = smallest(officerRows(c, s))
    const pay = publicPay(c, s)
    if (new Set(homes.map((r) => r.v.unit_no)).size >= values.number('fam6_dwellings')) {
      c.add('FAM-6', s, 'natural_resources/titles', idOf(smallest(homes) as Row))
    } else if (cars.length > 0) c.add('FAM-6', s, 'police/vehicles', idOf(smallest(cars) as Row))
    else if (officer) c.add('FAM-6', s, 'market/officers', idOf(officer))
    else if (pay) c.add('FAM-6', s, 'finance/payroll', idOf(pay))
  }
}

function fam7(c: Case, p: Subject): void {
  const { facts } = c
  const record = 'education/enrolments'
  if (!c.family.existing || p.row.v.student_level === '' || p.row.v.student_level === 'none') return
  const { status, rows } = facts.ask(p, record)
  const enrolled = rows.filter(({ v }) => v.state === 'enrolled' || v.state === 'on_leave')
  if (enrolled.length > 0) {
    if (enrolled.every(({ v }) => !c.in('dependent_study_levels', v.level)))
      c.add('FAM-7', p, record, idOf(smallest(enrolled) as Row))
  } else if (rows.length > 0) {
    const edge = addDays(facts.asOf, -facts.values.number('fam7_grace_days'))
    const left = rows.filter(({ v }) => v.leaving_on !== '' && (v.leaving_on as string) <= edge)
    const last = greatest(left, (r) => r.v.leaving_on as string)?.v.leaving_on
    const row = smallest(left.filter((r) => r.v.leaving_on === last))
    if (row) c.add('FAM-7', p, record, idOf(row))
  } else if (status === 'NO_RECORD' && facts.age(p.id) > facts.values.number('fam7_max_age')) c.add('FAM-7', p, '', '')
}

function identity(c: Case): void {
  const record = 'police/register'
  for (const s of [...c.family.listed, ...c.family.supporters]) {
    const { status } = c.facts.ask(s, record)
    if (status === 'NAME_MISMATCH') c.add('IDQ-5', s, record, idOf(smallest(c.facts.rowsWithNumber(record, s.id)) as Row))
    if (status === 'ID_NOT_FOUND') c.add('IDQ-6', s, '', '')
    const own = c.facts.identity(s)
    if (status === 'HIT' && own && own.v.name !== s.row.v.name) c.add('IDQ-7', s, record, idOf(own))
  }
}

const perMember =
  (rule: (c: Case, p: Subject) => void) =>
  (c: Case): void => {
    for (const p of c.family.members) rule(c, p)
  }

export const peopleRules = [
  dea,
  perMember(datesApart),
  perMember(lifeAfterDeath),
  custody,
  perMember(register),
  fam1,
  fam3,
  fam4,
  fam5,
  fam6,
  perMember(fam7),
  identity,
]

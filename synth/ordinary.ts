import { addDays, addMonths, firstDay, fullYears, monthText } from './calendar.ts'
import type { Draft, Person } from './draft.ts'

/** Yearly income limit of a household in yuan: what is declared and found must stay well below it. */
const yearlyLimit = (draft: Draft): number => (draft.programme === 'urban' ? 8640 : 5640) * draft.persons.length

type Compose = (h: Draft) => void

const child = (h: Draft, headAge: number): Person =>
  h.add('child', { age: Math.max(1, Math.min(17, headAge - 24 - h.world.rng.below(6))) })

function partner(h: Draft, head: Person, age: number): void {
  const spouse = h.add('spouse', { age, sex: head.sex === '1' ? '2' : '1' })
  if (h.world.rng.permille(800)) {
    h.marriage(head, spouse, { registered_on: addMonths(h.world.asOf, -12 * Math.max(1, age - 24) - h.world.rng.below(11)) })
  }
}

/** Grown children of an old person who live elsewhere and owe support. */
function grownChildren(h: Draft, of: Person, age: number, count: number): void {
  const { rng, people } = h.world
  for (let i = 0; i < count; i++) {
    const sex = people.sex()
    h.supporter(of, sex === '1' ? 'son' : 'daughter', { sex, age: age - 24 - rng.below(8) })
  }
}

function siblings(h: Draft, of: Person, count: number): void {
  for (let i = 0; i < count; i++) h.supporter(of, 'sibling', { age: h.world.rng.between(25, 60) })
}

const single: Compose = (h) => {
  const { rng } = h.world
  const age = rng.between(34, 88)
  const head = h.head({ age })
  if (age > 60) grownChildren(h, head, age, rng.between(1, 4))
  else siblings(h, head, rng.below(3))
}
const couple: Compose = (h) => {
  const age = h.world.rng.between(45, 84)
  const head = h.head({ age, sex: '1' })
  partner(h, head, age - h.world.rng.below(6))
  if (age > 58) grownChildren(h, head, age - 2, h.world.rng.between(2, 4))
  else siblings(h, head, h.world.rng.between(1, 2))
}
const family: Compose = (h) => {
  const age = h.world.rng.between(30, 46)
  const head = h.head({ age, sex: '1' })
  partner(h, head, age - h.world.rng.below(4))
  for (let i = h.world.rng.between(1, 3); i > 0; i--) child(h, age - 4)
  siblings(h, head, h.world.rng.below(3))
  if (h.world.rng.permille(300)) h.supporter(head, 'father', { age: age + 25, sex: '1' })
}
const oneParent: Compose = (h) => {
  const age = h.world.rng.between(30, 48)
  const head = h.head({ age })
  head.row.cells.marital_status = '40'
  const children = Array.from({ length: h.world.rng.between(1, 2) }, () => child(h, age))
  const absent = h.human({ age: age + 1, sex: head.sex === '1' ? '2' : '1' })
  for (const c of children) {
    const supporter = h.support(c, head.sex === '1' ? 'mother' : 'father', absent)
    if (c.register) c.register.cells[head.sex === '1' ? 'mother_id' : 'father_id'] = absent.id
    if (supporter.no !== `${h.no}-S1`) supporter.register = null
  }
}
const withParent: Compose = (h) => {
  const { rng } = h.world
  const age = rng.between(40, 55)
  const head = h.head({ age, sex: '1' })
  partner(h, head, age - 2)
  const parentAge = age + rng.between(20, 30)
  const parent = h.add('parent', { age: parentAge })
  grownChildren(h, parent, parentAge, rng.between(1, 3))
  if (rng.permille(600)) child(h, age - 6)
}

const compositions: readonly (readonly [Compose, number])[] = [
  [single, 24],
  [couple, 26],
  [family, 20],
  [oneParent, 10],
  [withParent, 20],
]

/** Papers as they are in life: most in order, some missing, withdrawn, expired or for some items only. */
function papers(h: Draft): void {
  const { rng, asOf } = h.world
  for (const person of [...h.persons, ...h.supporters]) {
    const roll = rng.below(1000)
    const cells = person.auth?.cells
    if (cells === undefined || roll >= 90) continue
    if (roll < 8) person.auth = null
    else if (roll < 22) Object.assign(cells, { signature: 'missing', signed_on: '' })
    else if (roll < 32) cells.withdrawn_on = addDays(asOf, -rng.below(30))
    else if (roll < 42) cells.valid_to = addDays(asOf, -rng.between(1, 20))
    else if (roll < 66)
      cells.items = rng.pick(['identity;welfare', 'identity;vehicle;employment;fiscal;tax;property;business', 'finance; living'])
    else cells.valid_to = addMonths(asOf, rng.between(1, 10))
  }
}

function support(h: Draft): number {
  const { rng } = h.world
  const standard = h.programme === 'urban' ? 720 : 470
  let yearly = 0
  for (const supporter of h.supporters) {
    const persons = rng.between(2, 5)
    const income = Math.floor((standard * 2 * persons * rng.between(40, 104)) / 100)
    Object.assign(supporter.row.cells, {
      monthly_income: `${income}.00`,
      household_persons: String(persons),
      supported_count: String(rng.between(1, 3)),
    })
    const paid = rng.permille(250) ? rng.between(1, 6) * 10 : 0
    if (paid > 0) supporter.row.cells.support_paid = `${paid}.00`
    yearly += 12 * Math.max(paid, Math.max(0, income - standard * 2 * persons) * 0.2)
  }
  return yearly
}

/** What a grown person earns and the units see of it; returns what is left of the room below the limit. */
function earn(h: Draft, person: Person, room: number): number {
  const { rng, month } = h.world
  let left = room
  if (fullYears(person.birth, h.world.asOf) >= 60) {
    h.source('hrss/benefits', person, { kind: 'resident_pension', monthly_amount: '144.00', base_part: '140.00' })
    if (rng.permille(500)) h.income(person, 'base_pension', '1680.00')
  } else if (left > 600 && rng.permille(700)) {
    const amount = Math.min(left, rng.between(20, 900) * 10)
    left -= amount
    h.income(person, rng.pick(['wage', 'farm', 'business', 'other']), `${amount}.${rng.below(10)}0`)
  }
  if (left > 300 && rng.permille(300)) {
    const amount = rng.between(10, 300)
    left -= amount
    h.source('finance/subsidy_card', person, {
      project: 'land_transfer',
      amount: `${amount}.00`,
      paid_on: addDays(firstDay(month - 7), 3),
    })
  }
  return left
}

/** Income, assets and expenditure as the family states them, and what the units hold that agrees with it. */
function economy(h: Draft): void {
  const { rng } = h.world
  let room = Math.floor(yearlyLimit(h) * 0.85 - support(h) - 60 * h.persons.length)
  for (const person of h.persons) {
    if (fullYears(person.birth, h.world.asOf) < 18) continue
    room = earn(h, person, room)
    if (rng.permille(250)) h.asset(person, 'deposit', { amount: `${rng.between(1, 30) * 100}.00` })
  }
  if (rng.permille(120)) h.expense(h.persons[0] as Person, 'medical', `${rng.between(300, 9000)}.50`)
}

/** Rows the units hold about one person of the roll; none of them is a finding. */
function recordsOf(h: Draft, person: Person): void {
  const { rng, month } = h.world
  const age = fullYears(person.birth, h.world.asOf)
  for (let i = rng.below(age < 16 ? 2 : 6); i > 0; i--) {
    h.source('banks/deposits', person, {
      balance: `${rng.between(0, 400)}.${rng.below(10)}8`,
      bank: rng.pick(['甲山农商银行', '乙水邮储银行']),
    })
  }
  for (let i = rng.below(5); i > 0; i--) h.source('finance/subsidy_card', person, { amount: `${rng.between(30, 700)}.00` })
  if (rng.permille(500)) {
    h.source('hrss/contributions', person, {
      insurance_kind: 'medical_resident',
      payer_unit: '',
      payer_kind: 'individual',
      base: '400.00',
      month: monthText(month - rng.between(1, 14)),
    })
  }
  if (rng.permille(450)) {
    h.source('medical_security/settlements', person, { total: `${rng.between(500, 9000)}.00`, reimbursed: '480.00' })
  }
  if (rng.permille(40)) h.source('police/vehicles', person, { vehicle_type: rng.pick(['motorcycle', 'tricycle', 'ebike']) })
  if (rng.permille(25)) h.source('civil_affairs/other_aid', person, { project: 'medical_aid' })
}

function records(h: Draft): void {
  for (const person of [...h.persons, ...h.supporters]) recordsOf(h, person)
}

function schooling(h: Draft): void {
  for (const person of h.persons) {
    const age = fullYears(person.birth, h.world.asOf)
    if (age < 6 || age > 17) continue
    const level = age < 12 ? 'primary' : age < 15 ? 'junior' : 'senior'
    person.row.cells.student_level = level
    if (h.world.rng.permille(900))
      h.source('education/enrolments', person, { level, annual_fee: `${h.world.rng.between(0, 20) * 100}.00` })
  }
}

function homeAndHealth(h: Draft): void {
  const { rng } = h.world
  const head = h.persons[0] as Person
  if (rng.permille(650)) {
    const id = rng.between(30, 140)
    h.source('natural_resources/titles', head, {
      area: `${id}.${rng.below(10)}5`,
      acquired_by: rng.pick(['self_built', 'first_registration', 'relocation']),
    })
    if (rng.permille(600)) h.asset(head, 'dwelling', { area: `${id}.00` })
  }
  for (const person of h.persons) {
    if (!rng.permille(90)) continue
    const severe = rng.permille(400)
    person.row.cells.health = 'disabled'
    h.source('disabled_federation/certificates', person, {
      disability_class: String(rng.between(1, 7)),
      grade: String(severe ? rng.between(1, 2) : rng.between(3, 4)),
      division_code: h.village.code,
    })
    if (severe && h.kind === 'existing') person.row.cells.top_ups = 'severe_disability'
  }
}

/** An ordinary family: nothing about it is a finding, except what its papers leave open. */
export function composeOrdinary(h: Draft): void {
  const { rng } = h.world
  rng.weighted(compositions)(h)
  papers(h)
  economy(h)
  records(h)
  schooling(h)
  homeAndHealth(h)
  if (rng.permille(40)) {
    const head = h.persons[0] as Person
    if (head.auth?.cells.items === 'all' && head.auth.cells.signature === 'signed') {
      h.query(
        head,
        rng.pick(['police/vehicles', 'banks/deposits', 'natural_resources/titles']),
        addDays(head.auth.cells.signed_on as string, rng.below(8)),
      )
    }
  }
  h.house.cells.single_applicant = h.persons.length === 1 ? 'yes' : 'no'
  if (h.kind === 'existing' && rng.permille(30)) h.house.cells.aid_to = monthText(h.world.month + rng.between(0, 6))
}

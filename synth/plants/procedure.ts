import { addDays, addMonths, monthText } from '../calendar.ts'
import type { Draft, Person } from '../draft.ts'
import type { Human } from '../people.ts'
import type { Cells } from '../world.ts'
import { also, type Kit, main, type Scenario } from './kit.ts'

const vehicles = 'police/vehicles'
const certificates = 'disabled_federation/certificates'

const head = (k: Kit, kind: 'existing' | 'new' = 'existing'): { h: Draft; p: Person } => {
  const h = k.household({ kind, programme: 'rural' })
  return { h, p: h.head() }
}
const paper = (p: Person, cells: Cells): void => {
  Object.assign(p.auth?.cells ?? {}, cells)
}

/** Somebody on no roll with a certificate; the finding has no household, so it is told apart by the record. */
function outsider(k: Kit, changes: Cells = {}, stranger?: Human): { h: Draft; who: Human; id: string } {
  const { h } = head(k)
  const who = stranger ?? h.human()
  h.registerOf(who, `HH${k.world.token('book')}`)
  return { h, who, id: h.source(certificates, who, { division_code: h.village.code, ...changes }) }
}
function missed(h: Draft, id: string, found: boolean): void {
  if (found) {
    h.expectations.push({ household_no: '', person: '', rule: 'MIS-1', source: certificates, source_record_id: id, note: h.note })
  } else h.prohibitions.push({ household_no: '', person: '', rule: 'MIS-1', source_record_id: id, note: h.note })
}

const missedPlants: readonly Scenario[] = [
  main('重度残疾人应保未保', (k) => {
    const { h, who, id } = outsider(k, { valid_to: k.asOf, grade: '1' })
    const second = h.source(certificates, who, { division_code: h.village.code })
    missed(h, [id, second].sort()[0] as string, true)
    missed(h, [id, second].sort()[1] as string, false)
  }),
  also('特困已停发', (k) => {
    const { h, who, id } = outsider(k)
    h.source('civil_affairs/other_aid', who, { state: 'ended', to_month: monthText(k.month - 1) })
    missed(h, id, true)
  }),
  also('享受特困或孤儿补贴', (k) => {
    const { h, who, id } = outsider(k)
    h.source('civil_affairs/other_aid', who, {
      project: k.world.rng.pick(['extreme_hardship', 'orphan']),
      to_month: monthText(k.month),
    })
    missed(h, id, false)
  }),
  also('已死亡', (k) => {
    const { h, who, id } = outsider(k)
    h.source('police/deaths', who)
    missed(h, id, false)
  }),
  also('三级；昨日过期；已注销；区外', (k) => {
    const changes = k.world.rng.pick([
      { grade: '3' },
      { valid_to: addDays(k.asOf, -1) },
      { state: 'cancelled' },
      { division_code: '629908101211' },
    ])
    const { h, id } = outsider(k, changes)
    missed(h, id, false)
  }),
  also('已在册（姓名写法不同也算）', (k) => {
    const { h, p } = head(k)
    p.row.cells.top_ups = 'severe_disability'
    const id = h.source(certificates, p, { division_code: h.village.code, name: h.human().name })
    missed(h, id, false)
  }),
  also('名册上的人员行被隔离，不算在册', (k) => {
    const { h } = head(k)
    const p = h.add('other')
    h.spoil(p.row, 'gender', '7', 'CODE_UNKNOWN', 'error')
    missed(h, h.source(certificates, p, { division_code: h.village.code }), true)
  }),
]

const payment = (h: Draft, number: number): string => `FF${String(number)}${h.no}`

/** A payment with a number of its own choosing. */
function pays(h: Draft, n: number, month: number, amount = '300.00'): string {
  const no = payment(h, n)
  h.row('payments', { payment_no: no, household_no: h.no, month: monthText(month), amount, paid_on: h.world.asOf })
  return no
}

const paymentPlants: readonly Scenario[] = [
  main('停保后仍发、批准前已发', (k) => {
    const { h } = head(k)
    h.house.cells.aid_to = monthText(k.month - 2)
    h.payments = []
    const late = pays(h, 1, k.month - 1)
    const last = pays(h, 2, k.month - 2)
    const early = pays(h, 3, h.aidFrom - 1, '299.99')
    const first = pays(h, 4, h.aidFrom)
    const zero = pays(h, 5, k.month, '0.00')
    h.expect('PAY-1', null, '', late, '300.00')
    h.expect('PAY-1', null, '', early, '299.99')
    for (const no of [last, first, zero]) h.forbid('PAY-1', null, no)
  }),
  also('新申请家庭已发放', (k) => {
    const { h } = head(k, 'new')
    h.payments = []
    h.expect('PAY-1', null, '', pays(h, 1, k.month - 1), '300.00')
  }),
  also('停保月不限，发放正常', (k) => {
    const { h } = head(k)
    h.forbid('PAY-1', null)
  }),
]

const queryPlants: readonly Scenario[] = [
  main('授权前一天查询', (k) => {
    const { h, p } = head(k)
    const signed = p.auth?.cells.signed_on as string
    const early = h.query(p, vehicles, addDays(signed, -1))
    const same = h.query(p, vehicles, signed)
    h.expect('PRO-1', p, '', early)
    h.forbid('PRO-1', p, same)
  }),
  also('本局数据不需授权；未签授权查银行', (k) => {
    const { h, p } = head(k)
    p.auth = null
    const own = h.query(p, 'civil_affairs/other_aid', addDays(k.asOf, -9))
    const bank = h.query(p, 'banks/deposits', addDays(k.asOf, -9))
    h.forbid('PRO-1', p, own)
    h.expect('PRO-1', p, '', bank)
  }),
  also('撤回当日、撤回前一日、失效当日', (k) => {
    const { h } = head(k)
    const s = h.supporter(h.persons[0] as Person, 'sibling')
    const day = addDays(k.asOf, -20)
    paper(s, { withdrawn_on: day })
    h.forbid('PRO-1', s, h.query(s, 'banks/deposits', addDays(day, -1)))
    h.expect('PRO-1', s, '', h.query(s, 'banks/deposits', day))
    const p = h.persons[0] as Person
    paper(p, { valid_to: day })
    h.forbid('PRO-1', p, h.query(p, 'banks/deposits', day))
    h.expect('PRO-1', p, '', h.query(p, 'banks/deposits', addDays(day, 1)))
  }),
  also('只授权部分项目', (k) => {
    const { h, p } = head(k)
    paper(p, { items: 'identity; vehicle' })
    h.forbid('PRO-1', p, h.query(p, vehicles, addDays(k.asOf, -5)))
    h.expect('PRO-1', p, '', h.query(p, 'banks/deposits', addDays(k.asOf, -5)))
  }),
  also('十二岁孩子自己签字', (k) => {
    const { h } = head(k)
    const child = h.add('child', { age: 12 })
    paper(child, { signature: 'signed' })
    h.expect('PRO-1', child, '', h.query(child, 'education/enrolments', addDays(k.asOf, -5)))
  }),
  also('人员与义务人编号相同：以人员为准', (k) => {
    const { h } = head(k)
    const child = h.add('child', { age: 12 })
    const s = h.supporter(h.persons[0] as Person, 'sibling')
    const no = child.no
    const twin: Person = { ...s, no, auth: null }
    twin.row.cells.supporter_no = no
    h.supporters[0] = twin
    paper(child, { signature: 'signed' })
    h.expect('PRO-1', child, '', h.query(child, 'education/enrolments', addDays(k.asOf, -5)))
  }),
]

/** Each scenario: a car of the head, seen or not seen. */
const silence = (name: string, seen: boolean, prepare: (k: Kit, h: Draft, p: Person) => Cells | undefined): Scenario =>
  also(name, (k) => {
    const { h, p } = head(k, k.world.rng.permille(500) ? 'new' : 'existing')
    const id = h.source(vehicles, p, prepare(k, h, p) ?? {})
    if (seen) h.expect('VEH-1', p, vehicles, id)
    else h.forbid('VEH-1', p)
  })

const silencePlants: readonly Scenario[] = [
  silence('授权今日到期，仍有效', true, (k, _h, p) => void paper(p, { valid_to: k.asOf })),
  silence('授权昨日到期', false, (k, _h, p) => void paper(p, { valid_to: addDays(k.asOf, -1) })),
  silence('授权今日撤回', false, (k, _h, p) => void paper(p, { withdrawn_on: k.asOf })),
  silence('授权明日撤回，今日仍有效', true, (k, _h, p) => void paper(p, { withdrawn_on: addDays(k.asOf, 1) })),
  silence('授权今日签署', true, (k, _h, p) => void paper(p, { signed_on: k.asOf })),
  silence('授权明日签署', false, (k, _h, p) => void paper(p, { signed_on: addDays(k.asOf, 1) })),
  silence('未签字而写有日期', false, (_k, _h, p) => void paper(p, { signature: 'missing' })),
  silence('授权不含车辆', false, (_k, _h, p) => void paper(p, { items: 'identity;employment;fiscal;tax;property' })),
  silence('授权含车辆', true, (_k, _h, p) => void paper(p, { items: 'vehicle' })),
  silence('车辆行同号不同名', false, (_k, h) => ({ name: h.human().name })),
  silence('公安对本人车辆未作答', false, (_k, h, p) => void h.unanswered('police', p.id, 'vehicles')),
  silence('公安对本人全部未作答', false, (_k, h, p) => void h.unanswered('police', p.id)),
  silence('车辆登记用曾用名', true, (_k, h, p) => {
    const former = h.human().name
    Object.assign(p.register?.cells ?? {}, { former_name: former })
    return { name: former }
  }),
  silence('车辆登记用曾用名而户籍未答', false, (_k, h, p) => {
    const former = h.human().name
    Object.assign(p.register?.cells ?? {}, { former_name: former })
    h.unanswered('police', p.id, 'register')
    return { name: former }
  }),
  also('签署当日十七岁由监护人签、今日满十八岁', (k) => {
    const { h } = head(k)
    const signed = addMonths(k.asOf, -1)
    for (const signature of ['guardian', 'signed']) {
      const p = h.add('child', { birth: addMonths(k.asOf, -216) })
      paper(p, { signature, signed_on: signed })
      const id = h.source(vehicles, p)
      if (signature === 'guardian') h.expect('VEH-1', p, vehicles, id)
      else h.forbid('VEH-1', p)
    }
  }),
  also('两份授权：一份失效、一份有效', (k) => {
    const { h, p } = head(k)
    paper(p, { valid_to: addDays(k.asOf, -30) })
    h.row('authorisations', {
      authorisation_no: k.world.serial('SQ'),
      subject_no: p.no,
      signature: 'signed',
      signed_on: addDays(k.asOf, -29),
      items: 'finance; vehicle',
    })
    h.expect('VEH-1', p, vehicles, h.source(vehicles, p))
  }),
]

export const procedurePlants: readonly Scenario[] = [...missedPlants, ...paymentPlants, ...queryPlants, ...silencePlants]

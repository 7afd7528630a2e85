import { addDays, monthText } from './calendar.ts'
import type { Draft, Person } from './draft.ts'
import { addOfficial, registerOfficial } from './officials.ts'
import type { Human, Neighbour } from './people.ts'
import type { Cells } from './world.ts'

const pairs = ['father_id', 'mother_id', 'spouse_id'] as const

type Step = (h: Draft, who: Person, near: Neighbour) => void

function tie(p: Person, cells: Cells): void {
  Object.assign(p.register?.cells ?? {}, cells)
}
const book = (h: Draft): string => `HH${h.world.token('book')}`
const states: readonly Cells[] = [
  { state: 'normal' },
  { state: 'cancelled', cancel_reason: 'moved_out' },
  { state: 'duplicate' },
  { register_type: 'collective' },
]

/** Somebody not on the roll, tied to a person by the register. */
const relative: Step = (h, who) => {
  const { rng } = h.world
  const other = h.human({ age: rng.between(10, 70) })
  const link = rng.pick(pairs)
  const ownBook = rng.permille(500) ? h.book : book(h)
  h.registerOf(other, ownBook, { ...(rng.permille(600) ? { [link]: who.id } : {}), ...rng.pick(states) })
  if (rng.permille(600)) tie(who, { [rng.pick(pairs)]: other.id })
  if (rng.permille(200))
    h.source(rng.pick(['police/deaths', 'civil_affairs/funerals']), other, rng.permille(300) ? { name: who.name } : {})
  if (rng.permille(200)) h.support(who, 'son', rng.permille(500) ? other : { ...h.human(), name: other.name }).register = null
}

/** The same human being again, in this household. */
const again: Step = (h, _who, near) => {
  if ([...h.persons, ...h.supporters].some((p) => p.id === near.human.id)) return
  const p = h.list(near.human, h.world.rng.pick(['other', 'sibling', 'parent']))
  p.register = null
  if (h.world.rng.permille(300)) p.row.cells.counted = 'no'
  if (h.world.rng.permille(300)) h.source('police/vehicles', p)
}

const sameAccount: Step = (h, _who, near) => {
  const { rng } = h.world
  h.house.cells.account_no = rng.permille(500) ? near.account : ` ${near.account.slice(0, 6)} ${near.account.slice(6)}号`
  if (rng.permille(400)) Object.assign(h.house.cells, { account_holder: near.human.name, account_holder_id: near.human.id })
  if (rng.permille(300)) h.house.cells.account_proxy_filed = rng.pick(['yes', 'no'])
}

/** An official who is, or is tied to, somebody of the household. */
const official: Step = (h, who, near) => {
  const { rng, asOf } = h.world
  const known = rng.pick([undefined, who, near.human])
  const changes = {
    in_office_from: addDays(asOf, rng.pick([-2000, -1, 0, 1])),
    in_office_to: rng.pick(['', addDays(asOf, -1), asOf, addDays(asOf, 9)]),
  }
  const o = addOfficial(
    h.world,
    changes.in_office_to !== '' && changes.in_office_to < changes.in_office_from ? {} : changes,
    known,
  )
  if (rng.permille(500)) tie(who, { [rng.pick(pairs)]: o.id })
  if (known === undefined || rng.permille(300)) {
    const father = who.register?.cells.father_id ?? ''
    registerOfficial(
      h.world,
      rng.permille(200) ? { ...o, name: who.name } : o,
      rng.pick<Cells>([{ spouse_id: who.id }, { mother_id: who.id }, { father_id: father }, {}]),
    )
  }
  if (rng.permille(300)) h.filing(o.officialNo, rng.pick(['spouse', 'child', 'self']), addDays(asOf, rng.between(-1, 1)))
  if (rng.permille(300)) Object.assign(h.house.cells, { account_holder: o.name, account_holder_id: o.id })
}

const wedding: Step = (h, who, near) => {
  const { rng, asOf } = h.world
  const on = addDays(asOf, -rng.below(3))
  const other = rng.permille(500) ? near.human : h.human()
  for (let i = rng.between(1, 3); i > 0; i--) {
    const [a, b] = rng.permille(500) ? [who, other] : [other, who]
    h.marriage(a, b, {
      kind: rng.pick(['marriage', 'divorce', 'reissue']),
      registered_on: on,
      state: rng.permille(200) ? 'void' : 'valid',
    })
  }
  if (rng.permille(300)) h.source('police/deaths', other, rng.permille(300) ? { name: '丁某' } : {})
}

/** A second register row, a paper more, a payment more. */
const papers: Step = (h, who) => {
  const { rng, asOf, month } = h.world
  h.registerOf(rng.permille(800) ? who : { ...who, name: h.human().name }, rng.permille(500) ? h.book : book(h), rng.pick(states))
  const on = addDays(asOf, rng.between(-70, 1))
  h.row('authorisations', {
    authorisation_no: h.world.serial('SQ'),
    subject_no: rng.pick([...h.persons, ...h.supporters]).no,
    signature: rng.pick(['signed', 'guardian', 'missing']),
    signed_on: on,
    valid_to: rng.permille(400) ? addDays(asOf, rng.between(1, 2)) : '',
    withdrawn_on: rng.permille(300) ? addDays(asOf, rng.between(-1, 1)) : '',
    items: rng.pick(['all', 'identity', 'vehicle;finance', 'welfare;tax;property', 'employment;fiscal;business']),
  })
  h.row('payments', {
    payment_no: h.world.serial('FF'),
    household_no: h.no,
    month: monthText(month + rng.between(-30, 1)),
    amount: rng.pick(['0.00', '100.00', '33.33']),
    paid_on: asOf,
  })
  if (rng.permille(300)) who.auth = null
}

/** A severe certificate of somebody beside the roll. */
const certificate: Step = (h, who, near) => {
  const { rng, asOf } = h.world
  const other = rng.pick<Human>([h.human(), near.human, { ...who, name: h.human().name }])
  const id = {
    grade: String(rng.between(1, 3)),
    valid_to: addDays(asOf, rng.between(-1, 1)),
    division_code: rng.pick([h.village.code, '629902100100']),
  }
  h.source('disabled_federation/certificates', other, id)
  if (rng.permille(400)) {
    const named = rng.permille(300) ? { name: '戊某' } : {}
    h.source('civil_affairs/other_aid', other, {
      project: rng.pick(['orphan', 'extreme_hardship', 'temporary']),
      to_month: rng.pick(['', monthText(h.world.month - 1), monthText(h.world.month)]),
      ...named,
    })
  }
}

const steps: readonly Step[] = [relative, relative, again, sameAccount, official, wedding, papers, certificate]

/** Ties people to each other and to other households at random. */
export function fuzzLinks(h: Draft, near: Neighbour): void {
  const { rng } = h.world
  rng.pick(steps)(h, rng.pick(h.persons), near)
}

import type { Draft, Person } from '../draft.ts'
import { also, type Kit, main, type Scenario } from '../plants/kit.ts'

/** A family with something in every table, of which one thing is spoiled. */
export interface Household {
  readonly k: Kit
  readonly h: Draft
  readonly head: Person
  readonly spouse: Person
  readonly child: Person
  readonly supporter: Person
}

function household(k: Kit): Household {
  const h = k.existing()
  const head = h.head({ age: 46, sex: '1' })
  const spouse = h.add('spouse', { age: 44 })
  const child = h.add('child', { age: 13 })
  const supporter = h.supporter(head, 'sibling', { age: 42 })
  h.income(head, 'farm', '1800.00')
  h.asset(head, 'deposit', { amount: '600.00' })
  h.asset(head, 'dwelling', { area: '62.50' })
  h.expense(spouse, 'medical', '320.00')
  h.source('banks/deposits', head, { balance: '410.20' })
  return { k, h, head, spouse, child, supporter }
}

type Spoil = (family: Household) => void

/** The first plant of a code. */
export const firstDirt = (name: string, spoil: Spoil): Scenario => main(name, (k) => spoil(household(k)))
export const moreDirt = (name: string, spoil: Spoil): Scenario => also(name, (k) => spoil(household(k)))

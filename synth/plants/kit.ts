import { Draft, type HouseholdChoice } from '../draft.ts'
import type { Village } from '../places.ts'
import type { World } from '../world.ts'
import { writeHousehold } from '../write-household.ts'

/** A situation that is planted: so many households, built by `run`. */
export interface Scenario {
  /** Comes before the others, so that every rule is there in a small district too. */
  readonly main: boolean
  readonly name: string
  readonly households: number
  readonly run: (kit: Kit) => void
}

export const main = (name: string, run: (kit: Kit) => void, households = 1): Scenario => ({ main: true, name, households, run })
export const also = (name: string, run: (kit: Kit) => void, households = 1): Scenario => ({ main: false, name, households, run })

type Slots = (i: number) => { no: string; village: Village }

/** Hands out the households of one scenario and writes them when it is done. */
export class Kit {
  readonly world: World
  private readonly first: number
  private readonly slots: Slots
  private readonly drafts: Draft[] = []
  private readonly note: string

  constructor(world: World, first: number, slots: Slots, note = '') {
    this.world = world
    this.first = first
    this.slots = slots
    this.note = note
  }

  /** As-of date. */
  get asOf(): string {
    return this.world.asOf
  }

  /** Month number of the as-of date. */
  get month(): number {
    return this.world.month
  }

  household(choice: HouseholdChoice = {}): Draft {
    const { no, village } = this.slots(this.first + this.drafts.length)
    const draft = new Draft(this.world, no, village, choice)
    draft.note = this.note
    this.drafts.push(draft)
    return draft
  }

  /** Households on the roll, rural unless said otherwise. */
  existing(choice: HouseholdChoice = {}): Draft {
    return this.household({ kind: 'existing', programme: 'rural', ...choice })
  }

  applicant(choice: HouseholdChoice = {}): Draft {
    return this.household({ kind: 'new', programme: 'rural', ...choice })
  }

  /** Writes the households; plants that rest on a silent source are not counted. */
  write(): void {
    for (const draft of this.drafts) writeHousehold(draft)
  }
}

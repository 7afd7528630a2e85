import { Draft, type HouseholdChoice } from '../draft.ts'
import type { Village } from '../places.ts'
import type { World } from '../world.ts'
import { writeHousehold } from '../write-household.ts'

/** A situation that is planted: so many households, built by `run`. */
export interface Scenario {
  readonly name: string
  readonly households: number
  readonly run: (kit: Kit) => void
}

type Slots = (i: number) => { no: string; village: Village }

/** Hands out the households of one scenario and writes them when it is done. */
export class Kit {
  readonly world: World
  private readonly first: number
  private readonly slots: Slots
  private readonly drafts: Draft[] = []

  constructor(world: World, first: number, slots: Slots) {
    this.world = world
    this.first = first
    this.slots = slots
  }

  household(choice: HouseholdChoice = {}): Draft {
    const { no, village } = this.slots(this.first + this.drafts.length)
    const draft = new Draft(this.world, no, village, choice)
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

  /** Writes the households; plants of one scenario stand or fall together when a source is silent. */
  write(): void {
    for (const draft of this.drafts) writeHousehold(draft)
  }
}

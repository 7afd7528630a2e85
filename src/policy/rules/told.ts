import type { AssessParameters } from './assess-parameters.ts'
import type { Household } from './household.ts'
import type { Outcome } from './plan.ts'
import type { Writer } from './result.ts'
import type { Detail } from './row-model.ts'
import type { StandardLines } from './terms.ts'

/** The clause a parameter rests on, by its dotted name. */
export type ClauseOf = (parameter: string) => string

/** All there is to tell about one household that was run: the facts, the figures and how figures are written. */
export interface Told<T> {
  readonly household: Household
  readonly parameters: AssessParameters
  readonly on: string
  readonly outcome: Outcome<T>
  readonly detail: Detail<T>
  readonly yuan: Writer<T>
  readonly clause: ClauseOf
  /** first member row of the household in the columns */
  readonly firstMember: number
  /** S, the figure of the programme */
  readonly lines: StandardLines
}

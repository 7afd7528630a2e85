/** By what rows are judged at the desk: the basis of the last question, as of today. */
import type { Basis } from '#exchange/contract'
import { firstBasis } from '../drop/intake.ts'
import { todayOf } from './log-digest.ts'
import type { DeskParts } from './port.ts'

export function judgedBy({ store, clock }: DeskParts): Basis {
  return { ...firstBasis, ...store.register.findBasis(), asOf: todayOf(clock) }
}

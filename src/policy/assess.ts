import { type ResolvedPack, resolveAssess } from './resolve.ts'
import { signable } from './review.ts'
import { ASSESS_NAMES, type AssessParameters } from './rules/assess-parameters.ts'
import { columnsOf } from './rules/columns.ts'
import { type ExactValue, isExactObject } from './rules/exact-value.ts'
import { explainRow } from './rules/explain.ts'
import { type Household, readHousehold } from './rules/household.ts'
import { planAssessment } from './rules/plan.ts'
import type { AssessmentResult } from './rules/result.ts'
import type { ClauseOf } from './rules/told.ts'

/** A pack as of its date with overrides laid over it: what an assessment rests on. */
export interface AssessmentBasis {
  readonly pack: ResolvedPack
  readonly parameters: AssessParameters
  /** names of parameters that an override has changed */
  readonly overridden: readonly string[]
  readonly clause: ClauseOf
}

/** The answer with the pack it rests on and what speaks against signing it. */
export interface Assessment extends AssessmentResult {
  readonly pack: { readonly id: string; readonly on: string; readonly hash: string; readonly overridden: readonly string[] }
  readonly signable: boolean
  readonly warnings: readonly string[]
}

const OVERRIDE_CLAUSE = '临时参数（未经政策包确认）'

function isOverridden(name: string, overrides: ExactValue): boolean {
  let at: ExactValue = overrides
  for (const part of name.split('.')) {
    if (!isExactObject(at) || !Object.hasOwn(at, part)) return false
    at = at[part] ?? null
  }
  return true
}

/** What an assessment rests on. Throws as `resolveAssess`. */
export function assessmentBasis(pack: ResolvedPack, overrides: ExactValue = {}): AssessmentBasis {
  const parameters = resolveAssess(pack, overrides)
  const overridden = ASSESS_NAMES.filter((name) => isOverridden(name, overrides))
  const clause: ClauseOf = (name) => (overridden.includes(name) ? OVERRIDE_CLAUSE : (pack.assess?.get(name)?.clause ?? ''))
  return { pack, parameters, overridden, clause }
}

/** Assesses one household; pure and repeatable: the same basis and facts give the same answer. */
export function assessHousehold(basis: AssessmentBasis, household: Household): Assessment {
  const { pack, parameters, overridden, clause } = basis
  const plan = planAssessment(parameters, pack.on, columnsOf([household]))
  const review = signable(pack, pack.on)
  const whatIf = overridden.length > 0 ? ['使用了临时参数：结果只供测算，不得据此签发决定'] : []
  return {
    ...explainRow(plan, 0, household, clause),
    pack: { id: pack.id, on: pack.on, hash: pack.hash, overridden },
    signable: review.ok && overridden.length === 0,
    warnings: [...review.warnings, ...whatIf],
  }
}

/** Reads a household file's content as of the basis's date. Throws ReadingFault naming the field. */
export function householdOf(basis: AssessmentBasis, content: ExactValue): Household {
  return readHousehold(content, basis.pack.on)
}

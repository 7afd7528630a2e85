/**
 * The door of policy: packs of dated parameters, what is in force of them and what a case or campaign was kept with, and the assessment they
 * drive. Policy knows no clock; dates are handed in.
 */
export { type Assessment, type AssessmentBasis, assessHousehold, assessmentBasis, householdOf } from './assess.ts'
export { parseExactJson } from './exact-text.ts'
export { confirmedPack, packInForce } from './in-force.ts'
export { caseworkParametersOf, packOf, parametersOf, verifyParametersOf } from './kept-pack.ts'
export { loadPack, loadPackFile } from './pack.ts'
export { builtInPack, listPackIds, listPacks } from './pack-list.ts'
export {
  type PackValue,
  type ParameterDifference,
  packDifference,
  packValues,
  type SideValue,
  type ValueOverTime,
} from './pack-values.ts'
export {
  type Replay,
  type ReplayChange,
  type ReplayRow,
  type ReplaySummary,
  replay,
  replayRow,
  replaySummary,
} from './replay.ts'
export {
  caseworkOf,
  clauseOf,
  packAt,
  packHash,
  type ResolvedPack,
  resolveAssess,
  resolveCasework,
  resolveVerify,
  verifyOf,
} from './resolve.ts'
export { reviewedAs, type Signable, signable } from './review.ts'
export { type ChangeFault, changeFaults, type PackChange, REVISION_ORIGIN, revisedPack, revisionFault } from './revision.ts'
export type { AssessParameters } from './rules/assess-parameters.ts'
export {
  type CaseworkParameters,
  CLOCKS,
  type ClockName,
  type ClockRule,
  type DeliberationRule,
  type ExclusionReason,
  type GrantGround,
  type NoticeRule,
  type ProofRule,
  type Share,
} from './rules/casework-parameters.ts'
export { type Columns, columnsOf } from './rules/columns.ts'
export { explainRow } from './rules/explain.ts'
export type { Household } from './rules/household.ts'
export { factsAgain, keepFacts, withImputed, withoutImputed } from './rules/kept-facts.ts'
export type { Mark, Pack, SectionName } from './rules/pack-model.ts'
export { assessAll, emptyResults, type Plan, planAssessment, type Results } from './rules/plan.ts'
export { ReadingFault } from './rules/reader.ts'
export type { AssessmentResult, ReasonCode } from './rules/result.ts'
export { REFUSAL } from './rules/row-model.ts'
export type { MonthlyStandard, VerifyParameters, WholeFraction } from './rules/verify-parameters.ts'
export { packOfSnapshot, packSnapshot } from './snapshot.ts'
export { findPackSnapshot, savePackSnapshot } from './store.ts'

/**
 * The door of policy: packs of dated parameters, and the assessment they drive. Policy knows no database and no clock;
 * dates are handed in.
 */
export { loadPack } from './pack.ts'
export { packAt, packHash, type ResolvedPack, resolveAssess, resolveVerify } from './resolve.ts'
export type { AssessParameters } from './rules/assess-parameters.ts'
export type { Pack } from './rules/pack-model.ts'
export type { MonthlyStandard, VerifyParameters, WholeFraction } from './rules/verify-parameters.ts'

/** Words and rules of the policy officer's desk. */
import { REFUSAL, REVISION_ORIGIN } from '#policy'

/** Why a household is not aided, in the order of the steps. */
const REASONS: readonly (readonly [number, string])[] = [
  [REFUSAL.nobodyCounted, '没有计入的共同生活成员'],
  [REFUSAL.income, '人均收入不低于标准'],
  [REFUSAL.familyIncome, '单人保：全家人均收入超过限额'],
  [REFUSAL.monetary, '货币财产超过限额'],
  [REFUSAL.dwellings, '住房超过限额'],
  [REFUSAL.vehicle, '机动车不符合规定'],
  [REFUSAL.nonResidential, '有非居住类房屋'],
  [REFUSAL.noTier, '没有评定档次'],
]

/** Reasons of refusal from the bits the assessment gives; empty when the household is aided. */
export function refusalWords(bits: number): string[] {
  return REASONS.filter(([bit]) => (bits & bit) !== 0).map(([, text]) => text)
}

/** Id of the revision that states a value; null where a pack does. */
export function revisionOf(origin: string): string | null {
  return origin.startsWith(REVISION_ORIGIN) ? origin.slice(REVISION_ORIGIN.length) : null
}

/** Whether a review date has passed: such a value is computed with, but no decision is signed on it. */
export function isOverdue(reviewedUntil: string | null, today: string): boolean {
  return reviewedUntil !== null && reviewedUntil < today
}

/** Everybody who wrote in a revision, or handed it in, leaves publishing to another person. */
export function isMaker(
  revision: { readonly makers: readonly string[]; readonly submitted_by: string | null },
  userId: string,
): boolean {
  return revision.makers.includes(userId) || revision.submitted_by === userId
}

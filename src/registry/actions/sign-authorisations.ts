/** Papers of a household's people: signed for the first time, or renewed. */
import { Problem } from '#kernel/problem'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { type DeclarationOutcome, type DeclareOptions, declareHousehold } from './declare-household.ts'

/** One signed paper. */
export interface SignedPaper {
  /** a paper the registry has, which is renewed; a new one when left out */
  readonly authorisationNo?: string
  /** person or supporter of the household */
  readonly subjectNo: string
  readonly signature: 'signed' | 'guardian'
  readonly signedOn: string
  /** last day; open when null */
  readonly validTo: string | null
  /** categories agreed to; `all` covers every one */
  readonly items: readonly string[]
}

/**
 * Adds or renews papers; each is judged as the import judges it, all or nothing. What is not named stays as it is. Problem 404 when the
 * household is not in scope, 422 without any paper.
 */
export function signAuthorisations(
  tx: Tx,
  keys: Keys,
  householdNo: string,
  papers: readonly SignedPaper[],
  options: DeclareOptions,
): Promise<DeclarationOutcome> {
  if (papers.length === 0) throw new Problem('registry.no-papers', '没有要登记的授权书，请至少填写一份', { status: 422 })
  const authorisations = papers.map((paper) => ({
    authorisation_no: paper.authorisationNo ?? '',
    subject_no: paper.subjectNo,
    signature: paper.signature,
    signed_on: paper.signedOn,
    valid_to: paper.validTo ?? '',
    items: paper.items.join(';'),
  }))
  return declareHousehold(tx, keys, { householdNo, household: {}, authorisations }, options)
}

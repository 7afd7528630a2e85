/** What a later answer to the same request says otherwise than the one before. */
import type { RecordsAnswer } from '#sources/contract'

/** What an answer says of each subject, by its number; of those of whom it says "none" nothing more than that. */
function saidOf({ subjects, none }: RecordsAnswer): Map<number, string> {
  const said = new Map(none.map((i) => [i, 'none']))
  for (const { i, states, rows, mismatch, why } of subjects) said.set(i, JSON.stringify([states, rows, mismatch, why]))
  return said
}

/**
 * Numbers of the subjects of whom the later answer says something else. Where the request was not answered subject by
 * subject before (refused as a whole, say), that is everybody it names.
 */
export function changedSubjects(before: RecordsAnswer | undefined, after: RecordsAnswer): number[] {
  const old = before === undefined ? new Map<number, string>() : saidOf(before)
  return [...saidOf(after)].filter(([i, said]) => old.get(i) !== said).map(([i]) => i)
}

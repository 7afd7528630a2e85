import { type Pack, packAt, resolveCasework, resolveVerify } from '#policy'
import type { CheckLimits } from '#registry'

/** Limits of the import's checks, as the pack sets them on the as-of date; a pack without a procedure lets a file take no household off. */
export function importLimits(pack: Pack, asOf: string): CheckLimits {
  const params = resolveVerify(pack, asOf)
  const removal = packAt(pack, asOf).casework === null ? 0 : resolveCasework(pack, asOf).import_removal_percent
  return {
    maxAge: params.max_age,
    idq9MinGap: params.idq9_min_gap,
    idq9MaxGap: params.idq9_max_gap,
    idq9SpouseMinAge: params.idq9_spouse_min_age,
    mostRemovedPercent: removal,
  }
}

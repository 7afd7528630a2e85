import { type Pack, resolveVerify } from '#policy'
import type { CheckLimits } from '#registry'

/** Limits of the import's checks, as the pack sets them on the as-of date. */
export function importLimits(pack: Pack, asOf: string): CheckLimits {
  const params = resolveVerify(pack, asOf)
  return {
    maxAge: params.max_age,
    idq9MinGap: params.idq9_min_gap,
    idq9MaxGap: params.idq9_max_gap,
    idq9SpouseMinAge: params.idq9_spouse_min_age,
  }
}

/** Whose sight the exchange works with when no person asks: the whole district's. */
import { wholeScope } from '#platform/db'

export const exchangeScope = wholeScope('system:exchange')

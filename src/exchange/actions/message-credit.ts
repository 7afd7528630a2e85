/** What the centre takes at once: its disk is the database's, so it says how much goes into one call rather than how much it can hold. */
import type { Credit } from '#wire'

export const messageCredit: Credit = { batch: 256, single: 256, bytes: 64 * 1024 * 1024 }

/** What holds for every thing that one person proposes of many households and another decides. */
import { z } from 'zod'
import { Count } from '#kernel/schema'

/** As many as are proposed or decided at once. */
export const MOST_PROPOSED = 1000

const refused = z.array(z.object({ householdNo: z.string(), message: z.string() }))

/** Households that were ticked. */
export const ChosenHouseholds = z
  .array(z.string().max(40))
  .min(1, '请先勾选家庭')
  .max(MOST_PROPOSED, `一次最多 ${MOST_PROPOSED} 户`)

/** Proposals that were ticked. */
export const ChosenProposals = z.array(z.uuid()).min(1, '请先勾选家庭').max(MOST_PROPOSED, `一次最多 ${MOST_PROPOSED} 项`)

/** How many were proposed, and which were not and why. */
export const Proposed = z.object({ proposed: Count, refused })
/** How many were decided, and which were not and why. */
export const Decided = z.object({ decided: Count, refused })

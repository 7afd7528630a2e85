/** The contract of the policy officer's work: packs, revisions, replays. Runs anywhere. */
import { replayRoutes } from './replay.ts'
import { policyRoutes } from './revision.ts'

export * from './replay.ts'
export * from './revision.ts'

export const revisionsRoutes = { ...policyRoutes, ...replayRoutes }

/** What programs mount of the policy officer's work. */
export { type PolicyDoor, policyActions } from './actions/all.ts'
export { doReplay, type ReplayContext, replayJob } from './jobs/replay.ts'

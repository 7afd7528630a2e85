export { type Call, runAction, systemActor } from './run-action.ts'
export { runJob } from './run-job.ts'
export type { Runtime } from './runtime.ts'
export { sweepJob } from './sweep.ts'

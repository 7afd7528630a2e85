/** What programs mount of monthly payment. */
export { benefitsActions } from './actions/all.ts'
export { giveGoLive } from './actions/go-live.ts'

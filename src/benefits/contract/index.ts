/** The routes of monthly payment; the server mounts each, the browser client is typed from them. */
import { doubleRoutes } from './double.ts'
import { goLiveRoutes } from './go-live.ts'
import { paymentRoutes } from './payment.ts'
import { paymentChangeRoutes } from './payment-change.ts'

export * from './double.ts'
export * from './go-live.ts'
export * from './payment.ts'
export * from './payment-change.ts'

export const benefitsRoutes = { ...paymentRoutes, ...paymentChangeRoutes, ...doubleRoutes, ...goLiveRoutes }

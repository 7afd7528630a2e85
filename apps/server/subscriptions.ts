import type { Subscriptions } from '#platform/events'

/** Event → handlers: every side effect between capabilities on one screen. */
export const subscriptions: Subscriptions = {}

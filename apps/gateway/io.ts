/** What a running gateway takes from the program that starts it. */
import type { GatewayClock } from './clock.ts'

export interface GatewayIo {
  clock: GatewayClock
  /** a line for whoever runs the gateway; holds no personal data */
  say(text: string): void
  /** share of the disk in use, where it is not the state folder's own */
  diskUsed?: () => number
  /** ends the gateway */
  signal: AbortSignal
}

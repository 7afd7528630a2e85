/** What a running gateway takes from the program that starts it. */
import type { GatewayClock } from './clock.ts'

export interface GatewayIo {
  clock: GatewayClock
  /** a line for whoever runs the gateway; holds no personal data */
  say(text: string): void
  /** ends the gateway */
  signal: AbortSignal
}

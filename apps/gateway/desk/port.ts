/** What the desk is opened with: the running gateway's book, its store, the state of its line, its signature. */
import type { GatewayConfig } from '#sources/contract'
import type { PeerKeyTexts } from '#wire/contract'
import type { GatewayClock } from '../clock.ts'
import type { DeskBook } from '../gateway-desk-book.ts'
import type { LiveStore } from '../store/live-store.ts'
import type { LineState } from '../watched-line.ts'

export interface DeskParts {
  config: GatewayConfig
  /** the configuration file, for changes of the mapping */
  configFile: string
  ledger: DeskBook
  store: LiveStore
  /** null where no line leads to the centre */
  line(): LineState | null
  /** own public keys, and a signature by the private one */
  signer: { publicTexts: PeerKeyTexts; sign(text: string): string }
  clock: GatewayClock
  /** a line for whoever runs the gateway; holds no personal data */
  say(text: string): void
}

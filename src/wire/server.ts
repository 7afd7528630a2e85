/**
 * What carries frames from one message store to another, for the programs that run a node. Proves nothing by itself. The broker's client and
 * the certificate library are loaded by who uses them.
 */
export { BundleFolder, type BundleFolderParts, takeBundles } from './bundles/bundle-folder.ts'
export type { AuthorityTexts } from './transports/certificates.ts'
export { Dialer, type DialerParts, TAKE_AT_ONCE } from './transports/dialer.ts'
export { HttpLine, type HttpReply, LineFault, type TlsTexts } from './transports/http-line.ts'
export { type Listening, type ListeningPlan, listen } from './transports/http-server.ts'
export { type Answering, type Caller, type LineReply, LineServer, Rejection } from './transports/listener.ts'
export type { BrokerAccess, BrokerPlan, NatsLineParts } from './transports/nats.ts'

/** The message broker: its transport, and what sets it up. */
export const loadBroker = (): Promise<typeof import('./transports/nats.ts')> => import('./transports/nats.ts')

/** The installation's own certificates for TLS between nodes. */
export const loadCertificates = (): Promise<typeof import('./transports/certificates.ts')> =>
  import('./transports/certificates.ts')

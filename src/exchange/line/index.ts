/** The third door of the exchange, for nodes: what carries frames from one ledger to another. Proves nothing by itself. */
export { BundleFolder, type BundleFolderParts, takeBundles } from './bundle-folder.ts'
export type { BundleReport } from './bundle-read.ts'
export { type BundleOrder, type WrittenBundle, writeBundle } from './bundle-write.ts'
export { controlBody, controlFrame, type Ends } from './control.ts'
export { Dialer, type DialerParts, NeighbourError, TAKE_AT_ONCE } from './dialer.ts'
export { HttpLine, type HttpReply, LineFault, type TlsTexts } from './http-line.ts'
export { type Listening, type ListeningPlan, listen } from './http-server.ts'
export {
  type LaneState,
  type Ledger,
  LedgerFault,
  type LineClock,
  type Neighbour,
  type Place,
  type RefusedBy,
  type Taken,
  type Unusable,
} from './ledger.ts'
export { type Caller, type LineReply, LineServer, Rejection } from './listener.ts'
export { signerOf } from './signer.ts'

/**
 * What two nodes share, be they the centre, a member unit's gateway or a relay: envelopes and bodies, cipher suites, the port of the message
 * store, and bundles of frames as files. Names and keys as text are in `contract.ts`, what listens and dials in `server.ts`.
 */

export { BundleFault, BundleFile } from './bundles/bundle-file.ts'
export { type BundleReport, readBundle } from './bundles/bundle-read.ts'
export { type BundleOrder, type WrittenBundle, writeBundle } from './bundles/bundle-write.ts'
export {
  type EncodedBody,
  encodeBody,
  encodeLines,
  encodeRelay,
  type LineProof,
  type PreparedLines,
  prepareLines,
  proveLine,
  provesLine,
  type ReadBody,
  readBody,
} from './envelope/body.ts'
export { canonicalJson, type Json } from './envelope/canonical.ts'
export {
  channelOf,
  type Draft,
  EnvelopeFault,
  type FaultCode,
  type Frame,
  Header,
  isClear,
  type Lane,
  laneOf,
  lanes,
  type MessageType,
  messageHash,
  NodeId,
  openBody,
  openMessage,
  openRelay,
  parseHeader,
  readFrame,
  readFrames,
  SCHEMA_VERSION,
  type Sealed,
  sealMessage,
  verifyHeader,
  verifyMessage,
  writeFrame,
  writeFrames,
} from './envelope/envelope.ts'
export { headerText, keptHeader } from './envelope/header-text.ts'
export { uuidV7 } from './envelope/ids.ts'
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
} from './message-store.ts'
export { controlBody, controlFrame, type Ends } from './protocol/control.ts'
export {
  AcceptedBody,
  Credit,
  ErrorBody,
  exchangePaths,
  FRAME_TYPE,
  Hello,
  MAX_FRAME_BYTES,
  MAX_SKEW_MS,
  MAX_UNKNOWN_BYTES,
  PollBody,
  Receipt,
  RefusedBody,
  WARN_SKEW_MS,
} from './protocol/frames.ts'
export {
  Anchor,
  type BookRow,
  ChannelStand,
  ChannelWalk,
  chainHash,
  compareStand,
  type Difference,
  directions,
  isReconciliation,
  LogLine,
  mirrored,
  type OpenByAge,
  type OwnStand,
  openByAge,
  ReconciliationHead,
} from './protocol/reconciliation.ts'
export { signerOf } from './protocol/signer.ts'
export { cipherLibrary, digestHex, generateNodeKeys, ownKeys, peerKeys, publicHalf, softwareKeys } from './suites/suite.ts'

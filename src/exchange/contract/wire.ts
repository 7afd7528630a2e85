/** The second door of the contract, for nodes: keys, envelopes, bodies, transport. Uses Node's crypto and zlib. */
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
} from './body.ts'
export { canonicalJson, type Json } from './canonical.ts'
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
  verifyMessage,
  writeFrame,
  writeFrames,
} from './envelope.ts'
export { ANCHOR_NONCE, type AnchorFile, EvidenceKeys, type ProvenLine, type QueryEntry } from './evidence.ts'
export { anchorHash, anchorText, checkEvidence, type EvidenceReport, manifestText } from './evidence-check.ts'
export { headerText, keptHeader } from './header-text.ts'
export { uuidV7 } from './ids.ts'
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
} from './reconciliation.ts'
export { cipherLibrary, digestHex, generateNodeKeys, ownKeys, peerKeys, publicHalf, softwareKeys } from './suite.ts'
export {
  type KeyPairText,
  type KeyProvider,
  NodeKeyTexts,
  type OwnKeys,
  type PeerKeys,
  PeerKeyTexts,
  type SuiteName,
  suiteNames,
} from './suite-keys.ts'
export {
  AcceptedBody,
  Credit,
  ErrorBody,
  exchangePaths,
  FRAME_TYPE,
  Hello,
  MAX_FRAME_BYTES,
  MAX_SKEW_MS,
  PollBody,
  Receipt,
  RefusedBody,
  WARN_SKEW_MS,
} from './transport.ts'

/** The second door of the contract, for nodes: keys, envelopes, bodies, transport. Uses Node's crypto and zlib. */
export {
  decodeBody,
  type EncodedBody,
  encodeBody,
  encodeLines,
  encodeRelay,
  merkleProof,
  type PreparedLines,
  type ProofStep,
  prepareLines,
  provesLine,
} from './body.ts'
export { canonicalJson, type Json } from './canonical.ts'
export {
  channelOf,
  type Draft,
  EnvelopeFault,
  type FaultCode,
  Header,
  isClear,
  type Lane,
  laneOf,
  lanes,
  type MessageType,
  messageHash,
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
export { uuidV7 } from './ids.ts'
export { digestHex, generateNodeKeys, ownKeys, peerKeys, publicHalf, softwareKeys } from './suite.ts'
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
  ErrorBody,
  exchangePaths,
  FRAME_TYPE,
  Hello,
  MAX_FRAME_BYTES,
  MAX_SKEW_MS,
  PollBody,
  Receipt,
  RefusedBody,
} from './transport.ts'

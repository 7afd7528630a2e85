/** The second door of the contract, for nodes: keys, envelopes, bodies, transport. Uses Node's crypto and zlib. */
export {
  decodeBody,
  type EncodedBody,
  encodeBody,
  encodeLines,
  merkleProof,
  type PreparedLines,
  prepareLines,
  provesLine,
} from './body.ts'
export { canonicalJson, type Json } from './canonical.ts'
export {
  type Draft,
  EnvelopeFault,
  type FaultCode,
  Header,
  type MessageType,
  messageHash,
  openMessage,
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
export {
  generateNodeKeys,
  type KeyPairText,
  type NodeKeyTexts,
  type OwnKeys,
  ownKeys,
  type PeerKeys,
  type PeerKeyTexts,
  peerKeys,
  publicHalf,
  SUITE,
  sha256Hex,
} from './suite-ed1.ts'
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

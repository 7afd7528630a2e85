/**
 * The envelope every message travels in. The header is signed and readable on the way, the body is sealed to the
 * receiver. `seq` is gapless per channel and `prev` is the hash of the message before, so a missing or altered one
 * shows at once. Personal identifiers stand only in the body.
 */
import { z } from 'zod'
import { type OwnKeys, type PeerKeys, type SuiteName, suiteNames } from '../contract.ts'
import { bodyDigestHex, digestHex } from '../suites/suite.ts'
import { type EncodedBody, type ReadBody, readBody } from './body.ts'
import { canonicalJson } from './canonical.ts'
import { boundText, headerText, noteHeaderText, signedText } from './header-text.ts'

export const messageTypes = [
  'hello',
  'authorisation',
  'request',
  'accepted',
  'answer',
  'refused',
  'error',
  'cancel',
  'correction',
  'statement',
  'relay',
  'subscription',
  'notice',
  'bundle',
] as const

/** What a message is; see the table of message types in the documentation of the exchange. */
export type MessageType = (typeof messageTypes)[number]

const clearTypes: ReadonlySet<MessageType> = new Set(['hello', 'accepted', 'error', 'relay'])

/** Whether the body of a type is not sealed: it names no person, or (relay) carries what another node sealed. */
export function isClear(type: MessageType): boolean {
  return clearTypes.has(type)
}

/** The two sequences between two nodes in each direction: a single case never waits behind a yearly batch. */
export const lanes = ['batch', 'single'] as const
export type Lane = (typeof lanes)[number]

export const ENVELOPE_VERSION = 1
export const SCHEMA = 'yingbao.exchange'
export const SCHEMA_VERSION = '1.0'

const SCHEMA_MAJOR = 1
const MAX_VIA = 8

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.iso.datetime()
/** Id of a node: it keeps clear of the marks of a channel. */
export const NodeId = z.string().regex(/^[^\s>#\p{Cc}]{1,100}$/u)

const KnownHeader = z.object({
  v: z.literal(ENVELOPE_VERSION),
  suite: z.enum(suiteNames),
  type: z.enum(messageTypes),
  /** UUIDv7 */
  id: z.uuid(),
  /** see `channelOf` */
  chan: z.string().min(3).max(210),
  /** position in the channel, from 1; 0 for hello, accepted and error, which stand outside the numbering */
  seq: z.int().min(0),
  /** hash of the message before in the channel; empty for the first and outside the numbering */
  prev: z.union([hex, z.literal('')]),
  from: NodeId,
  to: NodeId,
  /** nodes the matter has passed so far, oldest first */
  via: z.array(NodeId).max(MAX_VIA).readonly(),
  created: instant,
  /** after this instant the message is not acted on; null = never */
  expires: instant.nullable(),
  /** id of the request this answers */
  corr: z.uuid().nullable(),
  /** the business key: the same question, asked again, carries the same */
  idem: hex,
  /** number of the authorisation it rests on; of several `<count>:<hash of the list>`; empty for none */
  auth: z.string().max(200),
  purpose: z.string().max(200),
  legalBasis: z.string().max(400),
  /** case file or commission that caused it; may be empty */
  caseNo: z.string().max(100),
  operator: z.string().max(100),
  schema: z.literal(SCHEMA),
  schemaVer: z.string().regex(/^1\.\d+$/),
  count: z.int().min(0),
  root: hex,
  digest: hex,
  sig: z.string().length(86),
})

/** The signed header. Times are ISO 8601 in UTC; hashes are those of the suite in hexadecimal. */
export type Header = z.infer<typeof KnownHeader>

const MAX_EXTRA_DEPTH = 8

/** Whether a header, with the members that a newer minor version added, can be written canonically again. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.entries(value).every(([key, member]) => key.isWellFormed() && isPlain(member, depth - 1))
}

/**
 * Reads a header from its JSON value. Members it does not know are kept untouched: they are part of what is signed and
 * hashed.
 */
export const Header: z.ZodType<Header> = KnownHeader.loose().refine((header) => isPlain(header, MAX_EXTRA_DEPTH))

/** What the sender decides; the rest of the header follows from the body and the keys. */
export interface Draft
  extends Pick<
    Header,
    | 'type'
    | 'id'
    | 'seq'
    | 'prev'
    | 'from'
    | 'to'
    | 'created'
    | 'expires'
    | 'corr'
    | 'idem'
    | 'auth'
    | 'purpose'
    | 'legalBasis'
    | 'caseNo'
    | 'operator'
  > {
  lane: Lane
  /** none when left out */
  via?: readonly string[]
}

/** A message as it travels: its body sealed, or as it is for clear types. */
export interface Frame {
  header: Header
  body: Buffer
}

/** A frame that this node made. */
export interface Sealed extends Frame {
  /** hash of the signed header: what `prev` and receipts name */
  hash: string
}

/** Why a message is unusable as a whole. */
export type FaultCode = 'malformed' | 'suite' | 'version' | 'signature' | 'digest' | 'sealed' | 'root' | 'addressee'

/** The message is unusable as a whole; its bytes are kept. */
export class EnvelopeFault extends Error {
  readonly fault: FaultCode

  constructor(fault: FaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'EnvelopeFault'
    this.fault = fault
  }
}

/** Name of a channel: `<sender>><receiver>`, for single cases with `#single`. */
export function channelOf(from: string, to: string, lane: Lane): string {
  return lane === 'single' ? `${from}>${to}#single` : `${from}>${to}`
}

/** The lane of a message. Throws EnvelopeFault when its channel is not one of its sender and receiver. */
export function laneOf({ chan, from, to }: Pick<Header, 'chan' | 'from' | 'to'>): Lane {
  const lane = lanes.find((each) => chan === channelOf(from, to, each))
  if (!lane) throw new EnvelopeFault('addressee', '报文通道与收发节点不符')
  return lane
}

/** Hash of a signed header. */
export function messageHash(header: Header): string {
  return digestHex(header.suite, headerText(header))
}

function sameSuite(body: EncodedBody, own: OwnKeys, receiver: PeerKeys): SuiteName {
  if (own.suite !== receiver.suite) throw new RangeError(`suite ${own.suite} on a link of suite ${receiver.suite}`)
  if (body.suite !== own.suite) throw new RangeError(`a body of suite ${body.suite} in a message of suite ${own.suite}`)
  return own.suite
}

/** A canonical text with one more member, before the one that follows it. */
function withMember(text: string, key: string, value: string, before: string): string {
  const at = text.indexOf(`,"${before}":`)
  return `${text.slice(0, at)},"${key}":"${value}"${text.slice(at)}`
}

/** Seals a body to the receiver (clear types stay as they are) and signs the header. Throws RangeError when suites differ. */
export function sealMessage(draft: Draft, body: EncodedBody, own: OwnKeys, receiver: PeerKeys): Sealed {
  const suite = sameSuite(body, own, receiver)
  const { lane, via = [], ...rest } = draft
  const { count, root, packed } = body
  const unsealed = {
    v: ENVELOPE_VERSION,
    suite,
    ...rest,
    via,
    chan: channelOf(draft.from, draft.to, lane),
    schema: SCHEMA,
    schemaVer: SCHEMA_VERSION,
    count,
    root,
  } as const
  const bound = canonicalJson(unsealed)
  const sealed = isClear(draft.type) ? packed : receiver.seal(packed, bound)
  const digest = bodyDigestHex(suite, sealed)
  const signed = withMember(bound, 'digest', digest, 'expires')
  const sig = own.sign(signed)
  const header: Header = noteHeaderText({ ...unsealed, digest, sig }, withMember(signed, 'sig', sig, 'suite'))
  return { header, body: sealed, hash: messageHash(header) }
}

/** Checks suite and signature over the header, before there is a body. Throws EnvelopeFault. */
export function verifyHeader(header: Header, sender: PeerKeys): void {
  if (header.suite !== sender.suite) {
    throw new EnvelopeFault('suite', `报文的密码套件是 ${header.suite}，与发送方约定的是 ${sender.suite}`)
  }
  if (!sender.verify(signedText(header), header.sig)) throw new EnvelopeFault('signature', '签名与发送方的公钥不符')
}

/** Checks suite, signature over the header and digest of the body. Throws EnvelopeFault. */
export function verifyMessage(header: Header, body: Uint8Array, sender: PeerKeys): void {
  verifyHeader(header, sender)
  if (bodyDigestHex(header.suite, body) !== header.digest) throw new EnvelopeFault('digest', '正文与已签名的摘要不符')
}

function packedBody(header: Header, body: Uint8Array, own: OwnKeys): Uint8Array {
  if (isClear(header.type)) return body
  if (header.suite !== own.suite) {
    throw new EnvelopeFault('suite', `报文的密码套件是 ${header.suite}，本节点此处的密钥属于 ${own.suite}`)
  }
  try {
    return own.unseal(body, boundText(header))
  } catch (cause) {
    throw new EnvelopeFault('sealed', '正文无法解封：不是封给本节点的，或已被改动', cause)
  }
}

/** Opens the body of a verified message: its lines, and what proves each of them. Throws EnvelopeFault. */
export function openBody(header: Header, body: Uint8Array, own: OwnKeys): ReadBody {
  if (header.type === 'relay') throw new EnvelopeFault('malformed', '转送报文的正文是另一报文，没有条目')
  const packed = packedBody(header, body, own)
  try {
    return readBody(packed, header.count, header.root, header.suite)
  } catch (cause) {
    throw new EnvelopeFault('root', '正文与已签名的条目根不符', cause)
  }
}

/** The lines of a verified message. Throws EnvelopeFault. */
export function openMessage(header: Header, body: Uint8Array, own: OwnKeys): string[] {
  return openBody(header, body, own).lines
}

/** The frame that a verified relay carries. Throws EnvelopeFault. */
export function openRelay(header: Header, body: Uint8Array): Uint8Array {
  if (header.type !== 'relay') throw new EnvelopeFault('malformed', '不是转送报文')
  if (header.count !== 1 || digestHex(header.suite, body) !== header.root) {
    throw new EnvelopeFault('root', '正文与已签名的条目根不符')
  }
  return body
}

const Probe = z.object({ v: z.int(), suite: z.string(), schemaVer: z.string() })

/** Reads a header from its canonical JSON; an unknown suite or a newer version is refused by name. Throws EnvelopeFault. */
export function parseHeader(text: string): Header {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EnvelopeFault('malformed', '报文头不是 JSON', cause)
  }
  const read = Header.safeParse(value)
  if (read.success) {
    if (canonicalJson(read.data) !== text) throw new EnvelopeFault('malformed', '报文头不是规范的 JSON 写法')
    return noteHeaderText(read.data, text)
  }
  const { data: probe } = Probe.safeParse(value)
  if (probe && (probe.v > ENVELOPE_VERSION || Number.parseInt(probe.schemaVer, 10) > SCHEMA_MAJOR)) {
    throw new EnvelopeFault('version', `不支持的报文版本：${probe.v}/${probe.schemaVer}`)
  }
  if (probe && !suiteNames.some((name) => name === probe.suite)) {
    throw new EnvelopeFault('suite', `不支持的密码套件：${probe.suite}`)
  }
  throw new EnvelopeFault('malformed', '报文头不完整或格式有误', read.error)
}

const LENGTH_BYTES = 4
const MAX_HEADER_BYTES = 16 * 1024

/** The wire form of one message: length of the header (uint32, big endian), header as canonical JSON, body. */
export function writeFrame(message: Frame): Buffer {
  const header = Buffer.from(headerText(message.header))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(header.length)
  return Buffer.concat([length, header, message.body])
}

/** Reads one frame; the body stays sealed. Throws EnvelopeFault. */
export function readFrame(bytes: Uint8Array): Frame {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = buffer.length < LENGTH_BYTES ? 0 : buffer.readUInt32BE(0)
  if (length === 0 || length > MAX_HEADER_BYTES || LENGTH_BYTES + length > buffer.length) {
    throw new EnvelopeFault('malformed', '报文帧不完整')
  }
  const header = parseHeader(buffer.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length))
  return { header, body: buffer.subarray(LENGTH_BYTES + length) }
}

/** Several frames in one HTTP body: each with its length (uint32, big endian) before it. */
export function writeFrames(frames: readonly Buffer[]): Buffer {
  const parts: Buffer[] = []
  for (const frame of frames) {
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(frame.length)
    parts.push(length, frame)
  }
  return Buffer.concat(parts)
}

/** Splits an HTTP body written by `writeFrames`. Throws EnvelopeFault when it is cut short. */
export function readFrames(bytes: Uint8Array): Buffer[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const frames: Buffer[] = []
  let at = 0
  while (at < buffer.length) {
    const start = at + LENGTH_BYTES
    const end = start > buffer.length ? start : start + buffer.readUInt32BE(at)
    if (end > buffer.length || end === start) throw new EnvelopeFault('malformed', '报文帧不完整')
    frames.push(buffer.subarray(start, end))
    at = end
  }
  return frames
}

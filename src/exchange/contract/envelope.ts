/**
 * The envelope every message travels in. The header is signed and readable on the way, the body is sealed to the
 * receiver. `seq` is gapless per channel and `prev` is the hash of the message before, so a missing or altered one
 * shows at once. Personal identifiers stand only in the body.
 */
import { z } from 'zod'
import { decodeBody, type EncodedBody } from './body.ts'
import { canonicalJson } from './canonical.ts'
import { type OwnKeys, type PeerKeys, SUITE, seal, sha256Hex, signText, unseal, verifyText } from './suite-ed1.ts'

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
] as const

/** What a message is; see the table of message types in the documentation of the exchange. */
export type MessageType = (typeof messageTypes)[number]

export const ENVELOPE_VERSION = 1
export const SCHEMA = 'yingbao.exchange'
export const SCHEMA_VERSION = '1.0'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.iso.datetime()

/** The signed header. Times are ISO 8601 in UTC; hashes are SHA-256 in hexadecimal. */
export const Header = z.strictObject({
  v: z.literal(ENVELOPE_VERSION),
  suite: z.literal(SUITE),
  type: z.enum(messageTypes),
  /** UUIDv7 */
  id: z.uuid(),
  /** `<sender>><receiver>` */
  chan: z.string().min(3).max(200),
  /** position in the channel, from 1; 0 for hello, accepted and error, which stand outside the numbering */
  seq: z.int().min(0),
  /** hash of the message before in the channel; empty for the first and outside the numbering */
  prev: z.union([hex, z.literal('')]),
  from: z.string().min(1).max(100),
  to: z.string().min(1).max(100),
  created: instant,
  /** after this instant the message is not acted on; null = never */
  expires: instant.nullable(),
  /** id of the request this answers */
  corr: z.uuid().nullable(),
  /** the business key: the same question, asked again, carries the same */
  idem: hex,
  purpose: z.string().max(200),
  legalBasis: z.string().max(400),
  operator: z.string().max(100),
  schema: z.literal(SCHEMA),
  schemaVer: z.string().regex(/^1\.\d+$/),
  count: z.int().min(0),
  root: hex,
  digest: hex,
  sig: z.string().min(80).max(100),
})
export type Header = z.infer<typeof Header>

/** What the sender decides; the rest of the header follows from the body and the keys. */
export type Draft = Pick<
  Header,
  'type' | 'id' | 'seq' | 'prev' | 'from' | 'to' | 'created' | 'expires' | 'corr' | 'idem' | 'purpose' | 'legalBasis' | 'operator'
>

/** A message with its sealed body. */
export interface Sealed {
  header: Header
  body: Buffer
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

/** Hash of a signed header. */
export function messageHash(header: Header): string {
  return sha256Hex(canonicalJson(header))
}

/** The part of the header the seal is bound to: all but digest and signature, which are made after sealing. */
function boundText(header: Omit<Header, 'digest' | 'sig'> & Partial<Header>): string {
  return canonicalJson({ ...header, digest: undefined, sig: undefined })
}

/** Seals a body to the receiver and signs the header. */
export function sealMessage(draft: Draft, body: EncodedBody, own: OwnKeys, receiver: PeerKeys): Sealed {
  const { count, root } = body
  const unsealed = {
    v: ENVELOPE_VERSION,
    suite: SUITE,
    ...draft,
    chan: `${draft.from}>${draft.to}`,
    schema: SCHEMA,
    schemaVer: SCHEMA_VERSION,
    count,
    root,
  } as const
  const sealed = seal(body.packed, receiver, boundText(unsealed))
  const unsigned = { ...unsealed, digest: sha256Hex(sealed) }
  const header: Header = { ...unsigned, sig: signText(canonicalJson(unsigned), own.sign) }
  return { header, body: sealed, hash: messageHash(header) }
}

/** Checks the signature over the header and the digest of the sealed body. Throws EnvelopeFault. */
export function verifyMessage(header: Header, body: Uint8Array, sender: PeerKeys): void {
  const unsigned = { ...header, sig: undefined }
  if (!verifyText(canonicalJson(unsigned), header.sig, sender.verify)) {
    throw new EnvelopeFault('signature', '签名与发送方的公钥不符')
  }
  if (sha256Hex(body) !== header.digest) throw new EnvelopeFault('digest', '正文与已签名的摘要不符')
}

/** Opens the body of a verified message: its lines. Throws EnvelopeFault. */
export function openMessage(header: Header, body: Uint8Array, own: OwnKeys): string[] {
  let packed: Buffer
  try {
    packed = unseal(body, own, boundText(header))
  } catch (cause) {
    throw new EnvelopeFault('sealed', '正文无法解封：不是封给本节点的，或已被改动', cause)
  }
  try {
    return decodeBody(packed, header.count, header.root)
  } catch (cause) {
    throw new EnvelopeFault('root', '正文与已签名的条目根不符', cause)
  }
}

/** Reads a header from JSON text; an unknown suite or version is refused by name. Throws EnvelopeFault. */
export function parseHeader(text: string): Header {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EnvelopeFault('malformed', '报文头不是 JSON', cause)
  }
  const read = Header.safeParse(value)
  if (read.success) return read.data
  const probe = z.object({ suite: z.string(), schemaVer: z.string() }).safeParse(value)
  if (probe.success && probe.data.suite !== SUITE) throw new EnvelopeFault('suite', `不支持的密码套件：${probe.data.suite}`)
  if (probe.success && !probe.data.schemaVer.startsWith('1.')) {
    throw new EnvelopeFault('version', `不支持的报文版本：${probe.data.schemaVer}`)
  }
  throw new EnvelopeFault('malformed', '报文头不完整或格式有误', read.error)
}

const LENGTH_BYTES = 4
const MAX_HEADER_BYTES = 16 * 1024

/** The wire form of one message: length of the header (uint32, big endian), header JSON, sealed body. */
export function writeFrame(message: Pick<Sealed, 'header' | 'body'>): Buffer {
  const header = Buffer.from(JSON.stringify(message.header))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(header.length)
  return Buffer.concat([length, header, message.body])
}

/** Reads one frame; the body stays sealed. Throws EnvelopeFault. */
export function readFrame(bytes: Uint8Array): { header: Header; body: Buffer } {
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

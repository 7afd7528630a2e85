/**
 * A message body: a nonce, then NDJSON lines, each one item. The root of the Merkle tree over the lines stands in the signed
 * header, so one line stays provable alone by its path. A body of 4 KiB and more is compressed with zstd before it is sealed.
 *
 * Tree: leaf = digest of salt and hash of the line, both in hexadecimal; hash of a line = its digest without the line end; salts
 * of lines 2n and 2n + 1 = the halves of the digest of nonce, colon and n; inner node = digest of byte 1 and up to 16 child
 * hashes; the digest is the suite's (SM3 or SHA-256). The nonce stays in the sealed body, so who holds a header, or the proof
 * of one line, cannot try out what other lines say.
 */
import { isUtf8 } from 'node:buffer'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { SuiteName } from '../contract.ts'
import { freshBytes } from '../suites/random.ts'
import { digestHex } from '../suites/suite.ts'

const ARITY = 16
const NODE_MARK = '01'
const LINE_END = 10
/** Bytes that one UTF-16 code unit becomes at most. */
const MAX_UTF8_BYTES = 3
const NONCE_BYTES = 16
const HASH = /^[0-9a-f]{64}$/
const SALT = /^[0-9a-f]{32}$/
const SALT_DIGITS = 32
const NONCE = /^[A-Za-z0-9_-]{22}$/
const COMPRESSION_LEVEL = 1
/** Bodies under this many bytes travel as they are: compressing one would take longer than sending it. */
const SMALL_BODY = 4096
/** What zstd begins with. */
const ZSTD_MARK = 0xfd2fb528
/** A body is refused when it grows beyond this on decompression. */
const MAX_BODY_BYTES = 512 * 1024 * 1024

/** Lines with their hashes, made once and used in the bodies of many messages. */
export interface PreparedLines {
  /** suite whose digest made the hashes */
  suite: SuiteName
  /** the lines, each with its line end */
  bytes: Buffer
  /** of each line, hexadecimal: Node gives a hash as text three times as fast as a buffer */
  hashes: readonly string[]
}

/** A body ready to be sealed. */
export interface EncodedBody {
  /** suite whose digest made the root */
  suite: SuiteName
  /** number of lines */
  count: number
  /** Merkle root, hexadecimal */
  root: string
  packed: Buffer
}

/** One step of a proof: the hashes of a node's children, and which of them the path comes from. */
export interface ProofStep {
  children: readonly string[]
  position: number
}

/** What proves one line of a body to belong to its root. */
export interface LineProof {
  salt: string
  /** from the leaf to the root */
  steps: readonly ProofStep[]
}

/** A body as its lines are proven from. */
export interface ReadBody extends Pick<PreparedLines, 'suite' | 'hashes'> {
  nonce: string
  lines: string[]
}

/** A nonce nobody can guess. */
function newNonce(): string {
  return freshBytes(NONCE_BYTES).toString('base64url')
}

/** Hashes lines (JSON texts without line breaks). */
export function prepareLines(lines: readonly string[], suite: SuiteName): PreparedLines {
  const bytes = bytesOf(lines)
  return { suite, bytes, hashes: hashesOf(bytes, endsOf(bytes), suite) }
}

/** Lines as bytes, one by one: joined first, the Chinese of a few would make a text of two bytes a character of them all. */
function bytesOf(lines: readonly string[]): Buffer {
  const room = lines.reduce((sum, line) => sum + MAX_UTF8_BYTES * line.length + 1, 0)
  const bytes = Buffer.allocUnsafe(room)
  let end = 0
  for (const line of lines) {
    end += bytes.write(line, end)
    bytes[end] = LINE_END
    end += 1
  }
  return bytes.subarray(0, end)
}

/** Where each line ends. */
function endsOf(bytes: Buffer): number[] {
  const ends: number[] = []
  for (let start = 0; start < bytes.length; start = (ends.at(-1) ?? 0) + 1) {
    const end = bytes.indexOf(LINE_END, start)
    if (end < 0) throw new RangeError('body: last line has no end')
    ends.push(end)
  }
  return ends
}

function hashesOf(bytes: Buffer, ends: readonly number[], suite: SuiteName): string[] {
  return ends.map((end, i) => digestHex(suite, bytes.subarray((ends[i - 1] ?? -1) + 1, end)))
}

/** Lines as texts, one by one: a whole body as one text costs more than its lines. */
function linesOf(bytes: Buffer, ends: readonly number[]): string[] {
  return ends.map((end, i) => bytes.toString('utf8', (ends[i - 1] ?? -1) + 1, end))
}

/** Salts of two lines in a row: 128 bits each. */
function saltsOf(nonce: string, pair: number, suite: SuiteName): [string, string] {
  const salts = digestHex(suite, `${nonce}:${pair}`)
  return [salts.slice(0, SALT_DIGITS), salts.slice(SALT_DIGITS)]
}

function leavesOf(hashes: readonly string[], nonce: string, suite: SuiteName): string[] {
  const leaves: string[] = []
  for (let pair = 0; 2 * pair < hashes.length; pair += 1) {
    const [even, odd] = saltsOf(nonce, pair, suite)
    leaves.push(digestHex(suite, even + hashes[2 * pair]))
    const second = hashes[2 * pair + 1]
    if (second !== undefined) leaves.push(digestHex(suite, odd + second))
  }
  return leaves
}

function nodeOf(children: readonly string[], suite: SuiteName): string {
  return digestHex(suite, Buffer.from(NODE_MARK + children.join(''), 'hex'))
}

function parents(level: readonly string[], suite: SuiteName): string[] {
  const above: string[] = []
  for (let i = 0; i < level.length; i += ARITY) above.push(nodeOf(level.slice(i, i + ARITY), suite))
  return above
}

/** Merkle root over leaf hashes, hexadecimal; a body without lines has the hash of a node without children. */
function merkleRoot(leaves: readonly string[], suite: SuiteName): string {
  let level = parents(leaves, suite)
  while (level.length > 1) level = parents(level, suite)
  return level[0] ?? nodeOf([], suite)
}

/** What proves one of the lines of a body to belong to its root. */
export function proveLine({ hashes, nonce, suite }: Pick<ReadBody, 'hashes' | 'nonce' | 'suite'>, index: number): LineProof {
  const steps: ProofStep[] = []
  let level = leavesOf(hashes, nonce, suite)
  let at = index
  do {
    const first = at - (at % ARITY)
    steps.push({ children: level.slice(first, first + ARITY), position: at - first })
    level = parents(level, suite)
    at = first / ARITY
  } while (level.length > 1)
  const salts = saltsOf(nonce, Math.floor(index / 2), suite)
  return { salt: salts[index % 2 === 0 ? 0 : 1], steps }
}

/** Whether a line with its proof gives the root. */
export function provesLine(line: string, { salt, steps }: LineProof, root: string, suite: SuiteName): boolean {
  if (steps.length === 0 || !SALT.test(salt)) return false
  let hash = digestHex(suite, salt + digestHex(suite, line))
  for (const { children, position } of steps) {
    if (children[position] !== hash || !children.every((child) => HASH.test(child))) return false
    hash = nodeOf(children, suite)
  }
  return hash === root
}

/**
 * Joins prepared lines to one body. Throws RangeError when lines were prepared for another suite.
 * @param nonce 22 characters of base64url; a new one when left out
 */
export function encodeBody(parts: readonly PreparedLines[], suite: SuiteName, nonce = newNonce()): EncodedBody {
  if (parts.some((part) => part.suite !== suite)) throw new RangeError('lines were prepared for another suite')
  if (!NONCE.test(nonce)) throw new RangeError('a nonce of another form')
  const leaves = leavesOf(
    parts.flatMap((part) => part.hashes),
    nonce,
    suite,
  )
  const bytes = Buffer.concat([Buffer.from(`${nonce}\n`), ...parts.map((part) => part.bytes)])
  return { suite, count: leaves.length, root: merkleRoot(leaves, suite), packed: packedOf(bytes) }
}

function packedOf(bytes: Buffer): Buffer {
  if (bytes.length < SMALL_BODY) return bytes
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL } })
}

/** A body as it was before it was packed; one that was not compressed begins with its nonce. */
function unpacked(packed: Uint8Array): Buffer {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  const isCompressed = bytes.length >= 4 && bytes.readUInt32LE(0) === ZSTD_MARK
  return isCompressed ? zstdDecompressSync(bytes, { maxOutputLength: MAX_BODY_BYTES }) : bytes
}

/** A body of plain lines. */
export function encodeLines(lines: readonly string[], suite: SuiteName, nonce?: string): EncodedBody {
  return encodeBody([prepareLines(lines, suite)], suite, nonce)
}

/** The body of a relay: one frame of other nodes, carried as it is. */
export function encodeRelay(frame: Buffer, suite: SuiteName): EncodedBody {
  return { suite, count: 1, root: digestHex(suite, frame), packed: frame }
}

/** Unpacks a body and checks it against the header's count and root. Throws when they differ. */
export function readBody(packed: Uint8Array, count: number, root: string, suite: SuiteName): ReadBody {
  const whole = unpacked(packed)
  const end = whole.indexOf(LINE_END)
  const nonce = whole.toString('latin1', 0, Math.max(end, 0))
  if (!NONCE.test(nonce)) throw new RangeError('a body without its nonce')
  const bytes = whole.subarray(end + 1)
  const ends = endsOf(bytes)
  const hashes = hashesOf(bytes, ends, suite)
  // bytes that are no text would be read as other lines than those that were hashed
  if (!isUtf8(bytes) || hashes.length !== count || merkleRoot(leavesOf(hashes, nonce, suite), suite) !== root)
    throw new RangeError('body does not fit its root')
  return { suite, nonce, lines: linesOf(bytes, ends), hashes }
}

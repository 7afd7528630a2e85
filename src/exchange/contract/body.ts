/**
 * A message body: NDJSON lines, each one item. The root of the Merkle tree over the lines stands in the signed header,
 * so one line stays provable alone by its path. Lines are compressed with zstd before they are sealed.
 *
 * Tree: leaf = digest of the line without its line end; inner node = digest of byte 1 and up to 16 child hashes; the
 * digest is the suite's (SM3 or SHA-256). A line is JSON text and never starts with byte 1, so a node cannot pass for a leaf.
 */
import { isUtf8 } from 'node:buffer'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { digestHex } from './suite.ts'
import type { SuiteName } from './suite-keys.ts'

const ARITY = 16
const NODE_MARK = '01'
const LINE_END = 10
const COMPRESSION_LEVEL = 1
/** A body is refused when it grows beyond this on decompression. */
const MAX_BODY_BYTES = 512 * 1024 * 1024

/** Lines with their hashes, made once and used in the bodies of many messages. */
export interface PreparedLines {
  /** suite whose digest made the leaves */
  suite: SuiteName
  /** the lines, each with its line end */
  bytes: Buffer
  /** hexadecimal: Node gives a hash as text three times as fast as a buffer */
  leaves: readonly string[]
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

/** Hashes lines (JSON texts without line breaks). */
export function prepareLines(lines: readonly string[], suite: SuiteName): PreparedLines {
  if (lines.length === 0) return { suite, bytes: Buffer.alloc(0), leaves: [] }
  const bytes = Buffer.from(`${lines.join('\n')}\n`)
  return { suite, bytes, leaves: leavesOf(bytes, suite) }
}

function leavesOf(bytes: Buffer, suite: SuiteName): string[] {
  const leaves: string[] = []
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE_END, start)
    if (end < 0) throw new RangeError('body: last line has no end')
    leaves.push(digestHex(suite, bytes.subarray(start, end)))
    start = end + 1
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

/** The path that proves one of the lines to belong to their root. */
export function merkleProof({ leaves, suite }: Pick<PreparedLines, 'leaves' | 'suite'>, index: number): ProofStep[] {
  const steps: ProofStep[] = []
  let level = leaves
  let at = index
  do {
    const first = at - (at % ARITY)
    steps.push({ children: level.slice(first, first + ARITY), position: at - first })
    level = parents(level, suite)
    at = first / ARITY
  } while (level.length > 1)
  return steps
}

/** Whether a line with its path gives the root. */
export function provesLine(line: string, proof: readonly ProofStep[], root: string, suite: SuiteName): boolean {
  if (proof.length === 0 || line.startsWith('\u0001')) return false
  let hash = digestHex(suite, line)
  for (const step of proof) {
    if (step.children[step.position] !== hash) return false
    hash = nodeOf(step.children, suite)
  }
  return hash === root
}

/** Joins prepared lines to one body. Throws RangeError when lines were prepared for another suite. */
export function encodeBody(parts: readonly PreparedLines[], suite: SuiteName): EncodedBody {
  if (parts.some((part) => part.suite !== suite)) throw new RangeError('lines were prepared for another suite')
  const leaves = parts.flatMap((part) => part.leaves)
  const bytes = parts.length === 1 ? (parts[0]?.bytes ?? Buffer.alloc(0)) : Buffer.concat(parts.map((part) => part.bytes))
  const params = { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL }
  return { suite, count: leaves.length, root: merkleRoot(leaves, suite), packed: zstdCompressSync(bytes, { params }) }
}

/** A body of plain lines. */
export function encodeLines(lines: readonly string[], suite: SuiteName): EncodedBody {
  return encodeBody([prepareLines(lines, suite)], suite)
}

/** The body of a relay: one frame of other nodes, carried as it is. */
export function encodeRelay(frame: Buffer, suite: SuiteName): EncodedBody {
  return { suite, count: 1, root: digestHex(suite, frame), packed: frame }
}

/** Unpacks a body and checks it against the header's count and root. Throws when they differ. */
export function decodeBody(packed: Uint8Array, count: number, root: string, suite: SuiteName): string[] {
  const bytes = zstdDecompressSync(packed, { maxOutputLength: MAX_BODY_BYTES })
  const leaves = leavesOf(bytes, suite)
  // bytes that are no text would be read as other lines than those that were hashed
  if (!isUtf8(bytes) || leaves.length !== count || merkleRoot(leaves, suite) !== root)
    throw new RangeError('body does not fit its root')
  const lines = bytes.toString('utf8').split('\n')
  lines.pop()
  return lines
}

/**
 * A message body: NDJSON lines, each one item. The root of the Merkle tree over the lines stands in the signed header,
 * so one line stays provable alone by its path. Lines are compressed with zstd before they are sealed.
 *
 * Tree: leaf = SHA-256 of the line without its line end; inner node = SHA-256 of byte 1 and up to 16 child hashes. A
 * line is JSON text and never starts with byte 1, so a node cannot pass for a leaf.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { sha256Hex } from './suite-ed1.ts'

const ARITY = 16
const NODE_MARK = '01'
const LINE_END = 10
const COMPRESSION_LEVEL = 1
/** A body is refused when it grows beyond this on decompression. */
const MAX_BODY_BYTES = 512 * 1024 * 1024

/** Lines with their hashes, made once and used in the bodies of many messages. */
export interface PreparedLines {
  /** the lines, each with its line end */
  bytes: Buffer
  /** hexadecimal: Node gives a hash as text three times as fast as a buffer */
  leaves: readonly string[]
}

/** A body ready to be sealed. */
export interface EncodedBody {
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
export function prepareLines(lines: readonly string[]): PreparedLines {
  if (lines.length === 0) return { bytes: Buffer.alloc(0), leaves: [] }
  const bytes = Buffer.from(`${lines.join('\n')}\n`)
  return { bytes, leaves: leavesOf(bytes) }
}

function leavesOf(bytes: Buffer): string[] {
  const leaves: string[] = []
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE_END, start)
    if (end < 0) throw new RangeError('body: last line has no end')
    leaves.push(sha256Hex(bytes.subarray(start, end)))
    start = end + 1
  }
  return leaves
}

function nodeOf(children: readonly string[]): string {
  return sha256Hex(Buffer.from(NODE_MARK + children.join(''), 'hex'))
}

function parents(level: readonly string[]): string[] {
  const above: string[] = []
  for (let i = 0; i < level.length; i += ARITY) above.push(nodeOf(level.slice(i, i + ARITY)))
  return above
}

/** Merkle root over leaf hashes, hexadecimal; a body without lines has the hash of a node without children. */
export function merkleRoot(leaves: readonly string[]): string {
  let level = parents(leaves)
  while (level.length > 1) level = parents(level)
  return level[0] ?? nodeOf([])
}

/** The path that proves one line to belong to a root. */
export function merkleProof(leaves: readonly string[], index: number): ProofStep[] {
  const steps: ProofStep[] = []
  let level: readonly string[] = leaves
  let at = index
  do {
    const first = at - (at % ARITY)
    steps.push({ children: level.slice(first, first + ARITY), position: at - first })
    level = parents(level)
    at = first / ARITY
  } while (level.length > 1)
  return steps
}

/** Whether a line with its path gives the root. */
export function provesLine(line: string, proof: readonly ProofStep[], root: string): boolean {
  let hash = sha256Hex(line)
  for (const step of proof) {
    if (step.children[step.position] !== hash) return false
    hash = nodeOf(step.children)
  }
  return hash === root
}

/** Joins prepared lines to one body. */
export function encodeBody(parts: readonly PreparedLines[]): EncodedBody {
  const leaves = parts.flatMap((part) => part.leaves)
  const bytes = parts.length === 1 ? (parts[0]?.bytes ?? Buffer.alloc(0)) : Buffer.concat(parts.map((part) => part.bytes))
  const params = { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL }
  return { count: leaves.length, root: merkleRoot(leaves), packed: zstdCompressSync(bytes, { params }) }
}

/** A body of plain lines. */
export function encodeLines(lines: readonly string[]): EncodedBody {
  return encodeBody([prepareLines(lines)])
}

/** Unpacks a body and checks it against the header's count and root. Throws when they differ. */
export function decodeBody(packed: Uint8Array, count: number, root: string): string[] {
  const bytes = zstdDecompressSync(packed, { maxOutputLength: MAX_BODY_BYTES })
  const leaves = leavesOf(bytes)
  if (leaves.length !== count || merkleRoot(leaves) !== root) throw new RangeError('body does not fit its root')
  const lines = bytes.toString('utf8').split('\n')
  lines.pop()
  return lines
}

import { sha256 } from '#platform/crypto'

/**
 * The hash chain of the journal, computed a second time outside the database.
 * J1: hash(n) = SHA-256(hash(n-1) ‖ fields of row n), each field written as its length in bytes, a colon, itself.
 * J2: rows of a chain are numbered 1, 2, 3 … without a gap.
 * J3: the chain's head names its last row: a tail cut off shows.
 */

/** A journal row with every field as the text that is hashed. */
export interface ChainRow {
  readonly chain: string
  readonly seq: number
  /** UTC with microseconds, 'YYYY-MM-DDTHH:MM:SS.ffffffZ'. */
  readonly at_text: string
  readonly actor: string
  readonly role: string
  readonly action: string
  readonly division_code: string
  /** Keyed indexes as \x and hexadecimal, joined by commas. */
  readonly subjects_text: string
  readonly basis: string
  readonly purpose: string
  readonly detail_text: string
  readonly prev_hash: Buffer
  readonly hash: Buffer
}

export interface ChainHead {
  readonly chain: string
  readonly seq: number
  readonly hash: Buffer
}

export type ChainFaultKind = 'gap' | 'broken-link' | 'altered' | 'tail-missing' | 'head-missing'

export interface ChainFault {
  readonly chain: string
  /** Number of the row at which it shows. */
  readonly seq: number
  readonly kind: ChainFaultKind
}

const GENESIS = Buffer.alloc(32)

function field(value: string): string {
  return `${Buffer.byteLength(value)}:${value}`
}

/** The hash a row must have (J1). */
export function rowHash(row: ChainRow): Buffer {
  const fields = [
    row.chain,
    String(row.seq),
    row.at_text,
    row.actor,
    row.role,
    row.action,
    row.division_code,
    row.subjects_text,
    row.basis,
    row.purpose,
    row.detail_text,
  ]
  return sha256(Buffer.concat([row.prev_hash, Buffer.from(fields.map(field).join(''), 'utf8')]))
}

/** Checks rows handed over in the order chain, seq; `finish` closes the last chain. */
export interface ChainCheck {
  readonly faults: ChainFault[]
  rows: number
  add(row: ChainRow): void
  finish(heads: readonly ChainHead[]): void
}

export function startCheck(): ChainCheck {
  const faults: ChainFault[] = []
  const ends = new Map<string, { seq: number; hash: Buffer }>()
  return {
    faults,
    rows: 0,
    add(row) {
      this.rows += 1
      const before = ends.get(row.chain) ?? { seq: 0, hash: GENESIS }
      if (row.seq !== before.seq + 1) faults.push({ chain: row.chain, seq: row.seq, kind: 'gap' })
      else if (!row.prev_hash.equals(before.hash)) faults.push({ chain: row.chain, seq: row.seq, kind: 'broken-link' })
      if (!rowHash(row).equals(row.hash)) faults.push({ chain: row.chain, seq: row.seq, kind: 'altered' })
      ends.set(row.chain, { seq: row.seq, hash: row.hash })
    },
    finish(heads) {
      const known = new Map(heads.map((head) => [head.chain, head]))
      for (const [chain, end] of ends) {
        const head = known.get(chain)
        if (head === undefined) faults.push({ chain, seq: end.seq, kind: 'head-missing' })
        else if (head.seq !== end.seq || !head.hash.equals(end.hash)) faults.push({ chain, seq: end.seq, kind: 'tail-missing' })
      }
      for (const head of heads) {
        if (!ends.has(head.chain)) faults.push({ chain: head.chain, seq: 1, kind: 'tail-missing' })
      }
    },
  }
}

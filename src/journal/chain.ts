import { sha256 } from '#platform/crypto'

/**
 * The hash chain of the journal, computed a second time outside the database.
 * J1: hash(n) = SHA-256(hash(n-1) ‖ fields of row n), each field written as its length in bytes, a colon, itself.
 * J2: rows of a chain are numbered 1, 2, 3 … without a gap.
 * J3: the chain's head names its last row: a tail cut off shows.
 */

/** A journal row as it is hashed. */
export interface ChainRow {
  readonly chain: string
  readonly seq: number
  /** Its fields, each written as its length in bytes, a colon, itself. */
  readonly said: string
  /** Hexadecimal. */
  readonly prev: string
  readonly hash: string
}

export interface ChainHead {
  readonly chain: string
  readonly seq: number
  /** Hexadecimal. */
  readonly hash: string
}

export type ChainFaultKind = 'gap' | 'fork' | 'broken-link' | 'altered' | 'tail-missing' | 'head-differs' | 'head-missing'

export interface ChainFault {
  readonly chain: string
  /** Number of the row at which it shows. */
  readonly seq: number
  readonly kind: ChainFaultKind
}

const GENESIS = '0'.repeat(64)

/** The hash a row must have (J1). */
export function rowHash({ prev, said }: Pick<ChainRow, 'prev' | 'said'>): string {
  return sha256(Buffer.concat([Buffer.from(prev, 'hex'), Buffer.from(said, 'utf8')])).toString('hex')
}

/** Checks rows handed over in the order chain, seq; `finish` closes the last chain. */
export interface ChainCheck {
  readonly faults: ChainFault[]
  rows: number
  readonly chains: number
  add(row: ChainRow): void
  finish(heads: readonly ChainHead[]): void
}

interface End {
  readonly seq: number
  readonly hash: string
}

function headFault(head: ChainHead | undefined, end: End): ChainFaultKind | null {
  if (head === undefined) return 'head-missing'
  if (end.seq < head.seq) return 'tail-missing'
  return head.seq === end.seq && head.hash === end.hash ? null : 'head-differs'
}

function linkFault(row: ChainRow, before: End): ChainFaultKind | null {
  if (row.seq === before.seq) return 'fork'
  if (row.seq !== before.seq + 1) return 'gap'
  return row.prev === before.hash ? null : 'broken-link'
}

export function startCheck(): ChainCheck {
  const faults: ChainFault[] = []
  const ends = new Map<string, End>()
  const note = (chain: string, seq: number, kind: ChainFaultKind | null): void => {
    if (kind !== null) faults.push({ chain, seq, kind })
  }
  return {
    faults,
    rows: 0,
    get chains() {
      return ends.size
    },
    add(row) {
      this.rows += 1
      note(row.chain, row.seq, linkFault(row, ends.get(row.chain) ?? { seq: 0, hash: GENESIS }))
      if (rowHash(row) !== row.hash) note(row.chain, row.seq, 'altered')
      ends.set(row.chain, { seq: row.seq, hash: row.hash })
    },
    finish(heads) {
      const known = new Map(heads.map((head) => [head.chain, head]))
      for (const [chain, end] of ends) note(chain, end.seq, headFault(known.get(chain), end))
      for (const { chain } of heads) if (!ends.has(chain)) note(chain, 1, 'tail-missing')
    },
  }
}

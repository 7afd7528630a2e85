import { type KeyPair, merkleRoot, signBytes, verifyBytes } from '#platform/crypto'
import { type Db, wholeScope, withTransaction } from '#platform/db'
import { type ChainFault, startCheck } from './chain.ts'
import {
  findLastSeal,
  insertSeal,
  listChainRows,
  listHashes,
  listHeads,
  listSeals,
  lockSealing,
  type SealRow,
  settledBelow,
} from './store.ts'

/**
 * The Merkle seal: from time to time one signed root over all rows of all chains whose transactions are over, linked to the root before.
 * It fixes order and completeness across chains; a root printed or lodged elsewhere proves everything below it.
 */

const scope = wholeScope('system:journal')
const NO_ROOT = Buffer.alloc(32)

function signedBytes(seal: Omit<SealRow, 'signature'>): Buffer {
  const head = `yingbao journal seal ${seal.seal_no} ${seal.tx_from} ${seal.tx_to} ${seal.entries} `
  return Buffer.concat([Buffer.from(head), seal.root, seal.prev_root])
}

/** Seals everything settled since the last seal; gives the new seal's number, or null when there was nothing or another sealer works. */
export function sealSettled(db: Db, signing: KeyPair): Promise<number | null> {
  return withTransaction(db, scope, async (tx) => {
    if (!(await lockSealing(tx))) return null
    const last = await findLastSeal(tx)
    const from = last?.tx_to ?? '0'
    const to = await settledBelow(tx)
    const hashes = await listHashes(tx, from, to)
    if (hashes.length === 0) return null
    const seal = {
      seal_no: (last?.seal_no ?? 0) + 1,
      tx_from: from,
      tx_to: to,
      entries: hashes.length,
      root: merkleRoot(hashes),
      prev_root: last?.root ?? NO_ROOT,
    }
    await insertSeal(tx, { ...seal, signature: signBytes(signing, signedBytes(seal)) })
    return seal.seal_no
  })
}

export type SealFaultKind = 'number' | 'link' | 'range' | 'signature' | 'rows'

export interface JournalCheck {
  readonly rows: number
  readonly seals: number
  readonly chainFaults: readonly ChainFault[]
  readonly sealFaults: readonly { readonly sealNo: number; readonly kind: SealFaultKind }[]
}

const PAGE = 5000

/** Recomputes every chain (or one) outside the database. */
export function verifyChain(db: Db, chain: string | null = null): Promise<{ rows: number; faults: readonly ChainFault[] }> {
  return withTransaction(db, scope, async (tx) => {
    const heads = await listHeads(tx, chain)
    const upTo = new Map(heads.map((head) => [head.chain, head.seq]))
    const check = startCheck()
    let place = { chain: '', seq: 0 }
    for (;;) {
      const rows = await listChainRows(tx, place, PAGE, chain)
      // Rows written after the heads were read are left to the next check.
      for (const row of rows) if (row.seq <= (upTo.get(row.chain) ?? row.seq)) check.add(row)
      const last = rows.at(-1)
      if (last === undefined || rows.length < PAGE) break
      place = { chain: last.chain, seq: last.seq }
    }
    check.finish(heads)
    return { rows: check.rows, faults: check.faults }
  })
}

type SealFault = JournalCheck['sealFaults'][number]

function faultsOf(seal: SealRow, before: SealRow | undefined, hashes: readonly Buffer[], publicKey: string): SealFaultKind[] {
  const { seal_no: number, tx_to: end, root } = before ?? { seal_no: 0, tx_to: '0', root: NO_ROOT }
  const holds: Record<SealFaultKind, boolean> = {
    number: seal.seal_no === number + 1,
    link: seal.prev_root.equals(root),
    range: seal.tx_from === end,
    signature: verifyBytes(publicKey, signedBytes(seal), seal.signature),
    rows: hashes.length === seal.entries && merkleRoot(hashes).equals(seal.root),
  }
  return (Object.keys(holds) as SealFaultKind[]).filter((kind) => !holds[kind])
}

/** Recomputes every seal. */
export function verifySeals(db: Db, publicKey: string): Promise<{ seals: number; faults: readonly SealFault[] }> {
  return withTransaction(db, scope, async (tx) => {
    const faults: SealFault[] = []
    let before: SealRow | undefined
    const seals = await listSeals(tx)
    for (const seal of seals) {
      const hashes = await listHashes(tx, seal.tx_from, seal.tx_to)
      for (const kind of faultsOf(seal, before, hashes, publicKey)) faults.push({ sealNo: seal.seal_no, kind })
      before = seal
    }
    return { seals: seals.length, faults }
  })
}

/** The whole check: every chain and every seal. */
export async function verifyJournal(db: Db, publicKey: string): Promise<JournalCheck> {
  const seals = await verifySeals(db, publicKey)
  const chains = await verifyChain(db)
  return { rows: chains.rows, chainFaults: chains.faults, seals: seals.seals, sealFaults: seals.faults }
}

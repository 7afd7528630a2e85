import { type KeyPair, merkleRoot, signBytes } from '#platform/crypto'
import { type Db, wholeScope, withTransaction } from '#platform/db'
import type { SealRow } from './store/check.ts'
import { findLastSeal, insertSeal, listHashes, lockSealing, settledBelow } from './store/entries.ts'

/**
 * The Merkle seal: from time to time one signed root over all rows of all chains whose transactions are over, linked to the root before.
 * It fixes order and completeness across chains; a root printed or lodged elsewhere proves everything below it.
 */

const scope = wholeScope('system:journal')
/** Before the first seal. */
export const NO_ROOT = Buffer.alloc(32)

/** What the signature of a seal covers. */
export function signedBytes(seal: Omit<SealRow, 'signature'>): Buffer {
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

/** The pack a case stands under, as it was kept when the case was opened, and its parameters. */
import { Problem } from '#kernel/problem'
import type { Tx } from '#platform/db'
import { loadPack } from './pack.ts'
import { caseworkOf, packAt, type ResolvedPack, verifyOf } from './resolve.ts'
import type { CaseworkParameters } from './rules/casework-parameters.ts'
import type { VerifyParameters } from './rules/verify-parameters.ts'
import { packOfSnapshot } from './snapshot.ts'
import { findPackSnapshot } from './store.ts'

const packs = new Map<string, ResolvedPack>()

/** The pack something was begun under, as its row names it. */
interface UnderPack {
  readonly pack_id: string
  readonly pack_hash: string
  readonly pack_on: string
}

/** Parameters of the procedure a case stands under. */
export async function parametersOf(tx: Tx, row: UnderPack): Promise<CaseworkParameters> {
  return caseworkParametersOf(await packOf(tx, row))
}

const readBefore = new WeakMap<ResolvedPack, CaseworkParameters>()

/** Parameters of a pack, read and checked once: a list asks for them line by line. */
export function caseworkParametersOf(pack: ResolvedPack): CaseworkParameters {
  const known = readBefore.get(pack) ?? caseworkOf(pack)
  readBefore.set(pack, known)
  return known
}

const verifiedBefore = new WeakMap<ResolvedPack, VerifyParameters>()

/** Ages and spans of the pack a case stands under, read and checked once. */
export function verifyParametersOf(pack: ResolvedPack): VerifyParameters {
  const known = verifiedBefore.get(pack) ?? verifyOf(pack)
  verifiedBefore.set(pack, known)
  return known
}

/** The pack a case stands under, as it was kept when the case was opened. */
export async function packOf(tx: Tx, row: UnderPack): Promise<ResolvedPack> {
  const key = `${row.pack_hash} ${row.pack_on}`
  const known = packs.get(key)
  if (known !== undefined) return known
  const snapshot = await findPackSnapshot(tx, row.pack_hash)
  const pack =
    snapshot === undefined ? packAt(loadPack(row.pack_id), row.pack_on) : { ...packOfSnapshot(snapshot), on: row.pack_on }
  if (snapshot !== undefined && pack.hash !== row.pack_hash) {
    throw new Problem(
      'casework.pack-altered',
      `案件所依据的政策包“${pack.label}”与立案时的指纹不符，不能据以办理，请联系政策管理员查明`,
      {
        status: 409,
      },
    )
  }
  packs.set(key, pack)
  return pack
}

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadPack } from './pack.ts'
import type { Pack } from './rules/pack-model.ts'

const PACKS = new URL('../../packs/', import.meta.url)

const known = new Map<string, Pack>()

/** A built-in pack as it was shipped, read once. Throws as `loadPack`. */
export function builtInPack(id: string): Pack {
  const held = known.get(id)
  if (held !== undefined) return held
  const pack = loadPack(id)
  known.set(id, pack)
  return pack
}

/** Ids of the built-in packs, in order. */
export function listPackIds(): readonly string[] {
  const folders = readdirSync(fileURLToPath(PACKS), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => name).sort()
}

/** Every built-in pack, in order of its id. */
export function listPacks(): readonly Pack[] {
  return listPackIds().map(builtInPack)
}

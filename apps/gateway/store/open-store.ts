/** Picks the store a unit's configuration asks for. */
import type { GatewayConfig } from '#exchange/contract'
import { FileStore } from './file-store.ts'
import type { UnitStore } from './unit-store.ts'

/** Opens the unit's store. Nothing is read until the first request. */
export function openStore(config: GatewayConfig): UnitStore {
  if (config.source.kind === 'sql') throw new Error('sql')
  return new FileStore(config.unit, config.source, config.stateDir)
}

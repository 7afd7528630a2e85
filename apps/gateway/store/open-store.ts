/** Picks the store a unit's configuration asks for. */
import type { GatewayConfig } from '#exchange/contract'
import { FileStore } from './file-store.ts'
import type { UnitStore } from './unit-store.ts'

/** Opens the unit's store; database drivers are loaded only where one is needed. Nothing is read until the first request. */
export async function openStore(config: GatewayConfig): Promise<UnitStore> {
  if (config.source.kind !== 'sql') return new FileStore(config.unit, config.source, config.stateDir)
  const { SqlStore } = await import('./sql-store.ts')
  return new SqlStore(config.unit, config.source)
}

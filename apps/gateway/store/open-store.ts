/** Picks the store a unit's configuration asks for. */
import { join } from 'node:path'
import type { GatewayConfig, GatewaySource } from '#sources/contract'
import { clockOf } from '../clock.ts'
import { DropIntake } from '../drop/intake.ts'
import type { GatewayIo } from '../io.ts'
import { FileStore } from './file-store.ts'
import { LiveStore } from './live-store.ts'
import { UnitRegister } from './unit-register.ts'
import type { UnitStore } from './unit-store.ts'

/** Where dropped files stand once they are taken: a folder as in a district package. */
function takenFolder(config: GatewayConfig): string {
  return join(config.stateDir, 'dropped')
}

/** Opens the store of a source; database drivers and connectors are loaded only where one is needed. */
async function openSource(config: GatewayConfig, source: GatewaySource, io: GatewayIo): Promise<UnitStore> {
  if (source.kind === 'drop') return new FileStore(config.unit, { kind: 'package', dir: takenFolder(config) }, config.stateDir)
  if (source.kind === 'package' || source.kind === 'csv') return new FileStore(config.unit, source, config.stateDir)
  if (source.kind === 'platform') {
    const { PlatformStore } = await import('./platform-store.ts')
    return new PlatformStore(config, source, io)
  }
  const { SqlStore } = await import('./sql-store.ts')
  return new SqlStore(config.unit, source)
}

/** Opens the unit's store. Nothing is read until the first request, but for files that people drop. */
export function openStore(config: GatewayConfig, io: GatewayIo): Promise<LiveStore> {
  const register = new UnitRegister(config.stateDir)
  const { source, unit } = config
  const intake =
    source.kind === 'drop'
      ? new DropIntake({ unit, source, folder: takenFolder(config), register, clock: clockOf(config.clockFile) })
      : undefined
  return LiveStore.open(config, { register, intake, open: (each) => openSource(config, each, io) })
}

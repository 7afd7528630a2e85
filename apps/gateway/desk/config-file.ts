/** Changes to the gateway's configuration file: checked first, written whole, the one before kept beside it. */
import { closeSync, copyFileSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import type { GatewayConfig } from '#sources/contract'
import { ConfigFault, checkGatewayConfig } from '../config.ts'

/** The file as it stands, with every key it has. */
export type RawConfig = Record<string, unknown>

/** Reads the file as it stands. Throws ConfigFault. */
export function readRaw(file: string): RawConfig {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RawConfig
  } catch (error) {
    throw new ConfigFault(file, `无法读取或不是 JSON（${error instanceof Error ? error.message : String(error)}）`)
  }
}

/**
 * Changes the file: what `change` gives must be a usable configuration, else nothing is written. The file before is kept as
 * `<file>.<stamp>.old`. Gives the new configuration. Throws ConfigFault.
 * @param stamp digits that name the moment
 */
export function changeConfig(file: string, stamp: string, change: (raw: RawConfig) => RawConfig): GatewayConfig {
  const raw = change(readRaw(file))
  const config = checkGatewayConfig(file, raw)
  const part = `${file}.part`
  const fd = openSync(part, 'w', 0o600)
  try {
    writeSync(fd, `${JSON.stringify(raw, undefined, 2)}\n`)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  copyFileSync(file, `${file}.${stamp}.old`)
  renameSync(part, file)
  return config
}

/** The moment as digits, for the name of a kept file. */
export function stampOf(iso: string): string {
  return iso.replace(/\D/g, '').slice(0, 17)
}

/** The services of all units, started on the stores that the product's gateways prepared. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type UnitName, units } from '#sources/contract'
import { generateNodeKeys, ownKeys, peerKeys } from '#wire'
import type { OwnKeys, PeerKeys } from '#wire/contract'
import type { UnitPlan } from './unit-service.ts'

/** The suite of the line that the run is measured on. */
const suite = 'ED1'

/** A unit that can be asked. */
export interface UnitService {
  port: number
  pid: number
  keys: PeerKeys
}

/** All of them, and the keys of the centre. */
export interface UnitServices {
  own: OwnKeys
  of(unit: UnitName): UnitService
  pids: readonly number[]
  stop(): void
}

function storeOf(gatewaysDir: string, unit: UnitName): string {
  const prepared = join(gatewaysDir, unit, 'prepared')
  const [store] = readdirSync(prepared).filter((name) => name.endsWith('.db'))
  if (store === undefined) throw new Error(`unit ${unit} has no prepared store`)
  return join(prepared, store)
}

/**
 * @param gatewaysDir folder of the gateways' state, which must have stopped
 * @param names which units; all of them
 */
export async function startUnitServices(
  gatewaysDir: string,
  names: readonly UnitName[] = units.map(({ name }) => name),
): Promise<UnitServices> {
  const own = ownKeys(generateNodeKeys(suite))
  const program = join(import.meta.dirname, 'unit-service.ts')
  const services = new Map<UnitName, UnitService>()
  const children: ChildProcess[] = []
  const stop = (): void => {
    for (const child of children) child.kill()
  }
  try {
    for (const name of names) {
      const keys = generateNodeKeys(suite)
      const kept = join(gatewaysDir, name, 'floor.db')
      for (const end of ['', '-wal', '-shm']) rmSync(`${kept}${end}`, { force: true })
      const plan: UnitPlan = { store: storeOf(gatewaysDir, name), kept, keys, centre: own.publicTexts }
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, JSON.stringify(plan)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      const [line] = await once(child.stdout, 'data')
      const port = Number(String(line).trim())
      services.set(name, { port, pid: child.pid ?? 0, keys: peerKeys(ownKeys(keys).publicTexts) })
    }
  } catch (error) {
    stop()
    throw error
  }
  const of = (unit: UnitName): UnitService => {
    const found = services.get(unit)
    if (found === undefined) throw new Error(`no service of ${unit}`)
    return found
  }
  return { own, of, pids: [...services.values()].map(({ pid }) => pid), stop }
}

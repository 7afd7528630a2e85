/** Enrols the member units of a district package and runs their gateways as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { enrolUnit } from '#exchange'
import { type UnitName, units } from '#exchange/contract'
import { childEnvironment, packageRoot } from '#platform/config'
import { wholeScope, withTransaction } from '#platform/db'
import type { Installation } from './installation.ts'

/** Where the gateways of a package work. */
export interface GatewayPlan {
  districtCode: string
  centreUrl: string
  /** folder for configuration files and the gateways' own state */
  dir: string
  /** folder of the district package */
  packageDir: string
}

/** Enrols all units and writes one configuration file each (mode 0600); gives the paths by unit. */
export async function enrolGateways(installation: Installation, plan: GatewayPlan): Promise<Map<UnitName, string>> {
  const paths = new Map<UnitName, string>()
  await mkdir(plan.dir, { recursive: true, mode: 0o700 })
  await withTransaction(installation.workerDb, wholeScope('system:enrol'), async (tx) => {
    for (const { name } of units) {
      const config = await enrolUnit(
        tx,
        {
          unit: name,
          districtCode: plan.districtCode,
          centreUrl: plan.centreUrl,
          stateDir: join(plan.dir, name),
          source: { kind: 'package', dir: join(plan.packageDir, 'sources', name) },
        },
        installation,
      )
      const path = join(plan.dir, `${name}.json`)
      await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
      paths.set(name, path)
    }
  })
  return paths
}

/** A gateway process; it is started again when it dies until `stop` is called. */
export interface GatewayProcess {
  readonly pid: number | undefined
  /** kills it without warning; it comes back by itself */
  kill(): void
  stop(): Promise<void>
}

const comeBackAfterMs = 200

/** Starts one process that serves the given configurations. */
export function startGateway(configs: readonly string[]): GatewayProcess {
  let stopped = false
  let child: ChildProcess
  const args = [join(packageRoot, 'bin/yingbao.js'), 'gateway', ...configs.flatMap((path) => ['--config', path])]
  const start = (): void => {
    child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env: childEnvironment() })
    child.on('exit', () => {
      if (!stopped) setTimeout(() => stopped || start(), comeBackAfterMs)
    })
  }
  start()
  return {
    get pid() {
      return child.pid
    },
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      stopped = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** Deals the configurations to a number of processes. */
export function dealConfigs(paths: readonly string[], processes: number): string[][] {
  const hands: string[][] = Array.from({ length: Math.max(1, Math.min(processes, paths.length)) }, () => [])
  paths.forEach((path, i) => {
    hands[i % hands.length]?.push(path)
  })
  return hands
}

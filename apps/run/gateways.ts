/** Enrols the member units of a district package and runs their gateways as processes of their own. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { enrolUnit } from '#exchange'
import { type Clock, systemClock } from '#platform/clock'
import { packageRoot } from '#platform/config'
import { wholeScope, withTransaction } from '#platform/db'
import { type UnitName, units } from '#sources/contract'
import { verificationPurposes } from '#verification'
import type { SuiteName } from '#wire/contract'
import { writeNodeTls } from './exchange-tls.ts'
import type { Installation } from './installation.ts'
import { type Supervised, supervise } from './supervised.ts'

/** Where the gateways of a package work. */
export interface GatewayPlan {
  districtCode: string
  centreUrl: string
  /** folder for configuration files and the gateways' own state */
  dir: string
  /** folder of the district package */
  packageDir: string
  /** moved clock of a demo */
  clockFile?: string
  /** suite of the links; ED1 when left out */
  suite?: SuiteName
  /** folder of the installation whose authority issues certificates for https addresses */
  tlsFrom?: string
}

/** What a unit's configuration file says beside its enrolment. */
async function furtherConfig({ clockFile, tlsFrom, dir }: GatewayPlan, nodeId: string, unit: UnitName, clock: Clock) {
  return {
    ...(clockFile === undefined ? {} : { clockFile }),
    ...(tlsFrom === undefined ? {} : { tls: await writeNodeTls(tlsFrom, nodeId, join(dir, `${unit}-tls`), clock) }),
  }
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
          suite: plan.suite ?? 'ED1',
          purposes: verificationPurposes,
          centreUrl: plan.centreUrl,
          stateDir: join(plan.dir, name),
          source: { kind: 'package', dir: join(plan.packageDir, 'sources', name) },
        },
        installation,
      )
      const path = join(plan.dir, `${name}.json`)
      const further = await furtherConfig(plan, config.nodeId, name, systemClock)
      await writeFile(path, `${JSON.stringify({ ...config, ...further }, null, 2)}\n`, { mode: 0o600 })
      paths.set(name, path)
    }
  })
  return paths
}

/**
 * What a message brings lives as long as the message: room for it in the young space, or it is copied while it dies. Sweeping with
 * threads of its own costs a gateway more CPU than it saves, which counts where machines are small or, as in the demo, eighteen share one.
 */
export const gatewayLimits = ['--max-semi-space-size=16', '--single-threaded-gc']

/** Starts one process that serves the given configurations; it is started again when it dies. */
export function startGateway(configs: readonly string[], quiet = true): Supervised {
  const args = [
    ...gatewayLimits,
    join(packageRoot, 'bin/yingbao.js'),
    'gateway',
    ...configs.flatMap((path) => ['--config', path]),
  ]
  return supervise({ program: process.execPath, args, quiet })
}

/** Deals the configurations to a number of processes. */
export function dealConfigs(paths: readonly string[], processes: number): string[][] {
  const hands: string[][] = Array.from({ length: Math.max(1, Math.min(processes, paths.length)) }, () => [])
  paths.forEach((path, i) => {
    hands[i % hands.length]?.push(path)
  })
  return hands
}

/**
 * A small network for the faults: the centre (PostgreSQL and server), a unit that dials it, a city that dials it, a province
 * that the city dials, and a unit of the province. Every one is a process in a place of its own that may be killed or cut off.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { enrolUnit, registerNode, rightsTo } from '#exchange'
import { packageRoot } from '#platform/config'
import { wholeScope, withTransaction } from '#platform/db'
import type { GatewayConfig } from '#sources/contract'
import { generateNodeKeys, publicHalf } from '#wire'
import type { NodeKeyTexts, PeerKeyTexts, SuiteName } from '#wire/contract'
import { type Installation, openInstallation } from '../../apps/run/installation.ts'
import { keepDatabase } from '../../apps/run/kept-database.ts'
import { roleCommand } from '../../apps/run/roles.ts'
import { type Supervised, supervise } from '../../apps/run/supervised.ts'
import { jobs } from '../../apps/server/jobs.ts'
import type { Net } from './net.ts'

export const purpose = 'bench'
export const nodes = {
  centre: '629901.centre',
  near: '629901.police',
  city: '6299.city',
  province: '62.province',
  far: '62.hrss',
} as const
export const places = ['centre', 'near', 'city', 'province', 'far'] as const
export type PlaceName = (typeof places)[number]

/** Units that are asked, as the centre names them, and what each is asked for. */
export const asked = [
  { unit: 'police', record: 'police/vehicles', folder: 'police' },
  { unit: nodes.far, record: 'hrss/benefits', folder: 'hrss' },
] as const

/** The running network. */
export interface Network {
  net: Net
  dir: string
  installation: Installation
  processes: Record<PlaceName, Supervised>
  stateDirs: Record<'near' | 'city' | 'province' | 'far', string>
  /** address of the centre's pages */
  centreUrl: string
  stop(): Promise<void>
}

interface Parts {
  net: Net
  dir: string
  packageDir: string
  suite: SuiteName
  installation: Installation
  ports: { pages: number; centre: number; province: number }
}

function withId(nodeId: string, keys: PeerKeyTexts) {
  return { nodeId, ...keys }
}

/** Registers the unit that dials the centre itself. */
async function nearConfig({ net, dir, packageDir, suite, installation, ports }: Parts): Promise<GatewayConfig> {
  const source = { kind: 'package', dir: join(packageDir, 'sources/police') } as const
  const centreUrl = await net.line('near', 'centre', ports.centre)
  return withTransaction(installation.workerDb, wholeScope('system:bench'), (tx) =>
    enrolUnit(
      tx,
      { unit: 'police', districtCode: '629901', suite, purposes: [purpose], centreUrl, stateDir: join(dir, 'near'), source },
      installation,
    ),
  )
}

interface FarKeys {
  city: NodeKeyTexts
  province: NodeKeyTexts
  far: NodeKeyTexts
  centre: PeerKeyTexts
}

/** Registers the relay and, through it, the unit of the province. */
async function registerFar({ suite, installation }: Parts): Promise<FarKeys> {
  const [city, province, far] = [generateNodeKeys(suite), generateNodeKeys(suite), generateNodeKeys(suite)]
  const centreId = nodes.centre
  const centre = await withTransaction(installation.workerDb, wholeScope('system:bench'), async (tx) => {
    const relay = { nodeId: nodes.city, centreId, name: '市级节点', kind: 'relay', keys: publicHalf(city) } as const
    const theirs = await registerNode(tx, relay, installation)
    const rights = rightsTo('hrss', [purpose])
    const unit = {
      nodeId: nodes.far,
      centreId,
      name: '省级人社',
      kind: 'node',
      keys: publicHalf(far),
      via: nodes.city,
      rights,
    } as const
    await registerNode(tx, unit, installation)
    return theirs
  })
  return { city, province, far, centre }
}

function passes() {
  return [{ from: nodes.centre, to: nodes.far, purposes: [purpose] }]
}

async function cityConfig({ net, dir, ports }: Parts, { city, province, centre, far }: FarKeys) {
  return {
    nodeId: nodes.city,
    keys: [city],
    stateDir: join(dir, 'city'),
    neighbours: [
      { ...withId(nodes.centre, centre), dial: { url: await net.line('city', 'centre', ports.centre) } },
      { ...withId(nodes.province, publicHalf(province)), dial: { url: await net.line('city', 'province', ports.province) } },
    ],
    nodes: [withId(nodes.far, publicHalf(far))],
    routes: [{ to: '62.*', via: nodes.province }],
    passes: passes(),
  }
}

function provinceConfig({ net, dir, ports }: Parts, { city, province, centre, far }: FarKeys) {
  return {
    nodeId: nodes.province,
    keys: [province],
    stateDir: join(dir, 'province'),
    listen: { host: net.node('province').host, port: ports.province },
    neighbours: [withId(nodes.city, publicHalf(city)), withId(nodes.far, publicHalf(far))],
    nodes: [withId(nodes.centre, centre)],
    routes: [{ to: '629901.*', via: nodes.city }],
    passes: passes(),
  }
}

async function farConfig({ net, dir, packageDir, ports }: Parts, { province, centre, far }: FarKeys) {
  return {
    unit: 'hrss',
    nodeId: nodes.far,
    centreId: nodes.province,
    centreUrl: await net.line('far', 'province', ports.province),
    keys: far,
    centreKeys: publicHalf(province),
    askers: [withId(nodes.centre, centre)],
    rights: [{ asker: nodes.centre, records: '*', lookups: '*', purposes: [purpose] }],
    stateDir: join(dir, 'far'),
    source: { kind: 'package', dir: join(packageDir, 'sources/hrss') },
  }
}

async function writeConfig(dir: string, name: string, config: object): Promise<string> {
  const file = join(dir, `${name}.json`)
  await writeFile(file, JSON.stringify(config), { mode: 0o600 })
  return file
}

/** The configuration files of all nodes but the centre. */
async function writeConfigs(parts: Parts): Promise<Record<Exclude<PlaceName, 'centre'>, string>> {
  const near = await nearConfig(parts)
  const keys = await registerFar(parts)
  return {
    near: await writeConfig(parts.dir, 'near', near),
    city: await writeConfig(parts.dir, 'city', await cityConfig(parts, keys)),
    province: await writeConfig(parts.dir, 'province', provinceConfig(parts, keys)),
    far: await writeConfig(parts.dir, 'far', await farConfig(parts, keys)),
  }
}

function startNode(net: Net, place: PlaceName, command: string, file: string): Supervised {
  const run = net.node(place).command(process.execPath, [join(packageRoot, 'bin/yingbao.js'), command, '--config', file])
  return supervise({ ...run, quiet: true })
}

function startCentre({ net, dir, installation, ports }: Parts): Supervised {
  const { program, args, env } = roleCommand('server', installation.urls, {
    YINGBAO_DATA_DIR: dir,
    YINGBAO_KEYS_FILE: join(dir, 'keys.json'),
    HOST: net.node('centre').host,
    PORT: String(ports.pages),
    YINGBAO_EXCHANGE_HOST: net.node('centre').host,
    YINGBAO_EXCHANGE_PORT: String(ports.centre),
    YINGBAO_EXCHANGE_TLS: 'no',
    YINGBAO_LOG: 'error',
  })
  return supervise({ ...net.node('centre').command(program, args), env, quiet: true })
}

/** Builds and starts the network in a folder that it empties, on the places of a net. */
export async function startNetwork(net: Net, dir: string, packageDir: string, suite: SuiteName): Promise<Network> {
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const installation = keepDatabase(await openInstallation({ dataDir: dir, keysFile: join(dir, 'keys.json'), jobs }), dir)
  const parts: Parts = { net, dir, packageDir, suite, installation, ports: { pages: 18_082, centre: 18_080, province: 18_081 } }
  const files = await writeConfigs(parts)
  const processes: Network['processes'] = {
    centre: startCentre(parts),
    near: startNode(net, 'near', 'gateway', files.near),
    city: startNode(net, 'city', 'relay', files.city),
    province: startNode(net, 'province', 'relay', files.province),
    far: startNode(net, 'far', 'gateway', files.far),
  }
  const [near, city, province, far] = ['near', 'city', 'province', 'far'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
    string,
  ]
  return {
    net,
    dir,
    installation,
    processes,
    stateDirs: { near, city, province, far },
    centreUrl: `http://${net.node('centre').host}:${parts.ports.pages}`,
    async stop() {
      await Promise.allSettled(Object.values(processes).map((each) => each.stop()))
      await net.close()
      await installation.stop()
    },
  }
}

/** Waits until the centre's server answers. */
export async function untilUp(network: Network): Promise<void> {
  const isUp = (): Promise<boolean> =>
    fetch(`${network.centreUrl}/api/health`).then(
      (reply) => reply.ok,
      () => false,
    )
  while (!(await isUp())) await wait(50)
}

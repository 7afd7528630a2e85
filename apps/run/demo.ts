import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { giveGoLive } from '#benefits/server'
import { type DemoUser, makeDemoUsers } from '#identity'
import { instantMs, systemClock } from '#platform/clock'
import type { ExchangePort } from '#platform/config'
import { wholeScope, withTransaction } from '#platform/db'
import { writeOffset } from '#platform/demo-clock'
import type { Pack } from '#policy'
import type { ImportProgress } from '#registry'
import type { UnitName } from '#sources/contract'
import { generateDistrict } from '#synth'
import { countReports, findCampaign, findTrouble, listCampaignIds, startCampaign } from '#verification'
import { fillPools } from './demo-pool.ts'
import { enrolGateways } from './gateways.ts'
import { importFolder } from './import-package.ts'
import type { Installation } from './installation.ts'

export interface DemoPlan {
  /** folder of the installation */
  dataDir: string
  households: number
  seed: number
  /** where its gateways dial */
  exchange: ExchangePort
  clockFile: string
  /** pack the district is checked and verified by */
  pack: Pack
  say(text: string): void
  /** How far a long step is, from 0 to 1. */
  show(stage: string, text: string, share: number): void
}

const actor = 'system:demo'
/** As-of date of the demo's data. */
export const demoAsOf = '2026-09-30'
/** The demo's own first day: shortly after its data, in a year whose holidays are known. */
const firstDay = '2026-10-12T01:00:00Z'
/** The month from which the demo pays: the one after its data. */
const goLive = { month: '2026-10', proposedBy: 'demo-payment', decidedBy: 'demo-approver', at: '2026-10-11T01:00:00Z' }
const demoVillage = { district: '629901000000', township: '629901001000', village: '629901001001', unitCode: 'police' }

function packageDirOf(plan: DemoPlan): string {
  return join(plan.dataDir, 'demo', 'package')
}

/** The file that moves the clock of a demo; made on its first day when it is not there. */
export function demoClockFile(dataDir: string): string {
  const file = join(dataDir, 'demo-clock.json')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeOffset(file, instantMs(firstDay) - systemClock.nowMs())
  }
  return file
}

/** Demo users with their passwords, the first time only. */
export function demoUsers(installation: Installation): Promise<readonly DemoUser[]> {
  return makeDemoUsers(installation.db, demoVillage)
}

async function makePackage(plan: DemoPlan): Promise<string> {
  const dir = packageDirOf(plan)
  if (existsSync(join(dir, 'manifest.json'))) return dir
  const partial = `${dir}.part`
  const show = (done: number): void => plan.show('generate', `生成虚构区县 ${done}/${plan.households} 户`, done / plan.households)
  const progress = ({ households }: { households: number }): void => show(households)
  show(0)
  rmSync(partial, { recursive: true, force: true })
  await generateDistrict({ seed: plan.seed, households: plan.households, out: partial, asOf: demoAsOf, progress })
  await rename(partial, dir)
  return dir
}

/** Generates and imports the demo district when it is not there yet, enrols its units; gives the gateways' configurations by unit. */
export async function prepareDemo(installation: Installation, plan: DemoPlan): Promise<Map<UnitName, string>> {
  const packageDir = await makePackage(plan)
  const onProgress = ({ file, rows, bytesRead, bytesTotal }: ImportProgress): void =>
    plan.show('import', `导入数据包 ${file} ${rows} 行`, bytesTotal === 0 ? 1 : bytesRead / bytesTotal)
  const imported = await importFolder(installation, { packageDir, pack: plan.pack, asOf: demoAsOf, actor, onProgress })
  plan.say(`已导入：有误 ${imported.errors} 处，存疑 ${imported.warnings} 处，均保留在隔离区待更正`)
  await fillPools(installation)
  await withTransaction(installation.workerDb, wholeScope(actor), (tx) =>
    giveGoLive(tx, installation.keys, { ...goLive, divisionCode: demoVillage.district }),
  )
  const { districtCode } = imported
  const { isSecure, names, port } = plan.exchange
  const gateways = {
    districtCode,
    centreUrl: `${isSecure ? 'https' : 'http'}://${names[0]}:${port}`,
    ...(isSecure ? { tlsFrom: plan.dataDir } : {}),
    dir: join(plan.dataDir, 'gateways'),
    packageDir,
    clockFile: plan.clockFile,
  }
  return enrolGateways(installation, gateways)
}

/** Starts the demo campaign when there is none. Gives its id. */
export async function startDemoCampaign(installation: Installation, pack: Pack): Promise<string> {
  return withTransaction(installation.workerDb, wholeScope(actor), async (tx) => {
    const [known] = await listCampaignIds(tx)
    if (known !== undefined) return known
    const order = { label: '演示：全面核对', scheme: 'dibao', asOf: demoAsOf, pack, createdBy: actor }
    return startCampaign(tx, { ...order, districtCode: demoVillage.district.slice(0, 6) }, installation)
  })
}

const lookEveryMs = 500

/** Waits for the campaign's last report, telling how far it is; gives the reason when it waits for a person instead. */
export async function watchDemo(
  installation: Installation,
  campaignId: string,
  tell: (done: number, of: number) => void,
): Promise<string | undefined> {
  for (;;) {
    const { campaign, trouble, done } = await withTransaction(installation.workerDb, wholeScope(actor), async (tx) => ({
      campaign: await findCampaign(tx, campaignId),
      trouble: await findTrouble(tx, campaignId),
      done: await countReports(tx, campaignId),
    }))
    tell(done, campaign?.households ?? 0)
    if (campaign?.state === 'finished') return undefined
    if (trouble?.stopped === true) return trouble.reason
    await wait(lookEveryMs)
  }
}

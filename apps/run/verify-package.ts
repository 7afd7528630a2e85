import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { wholeScope, withTransaction } from '#platform/db'
import { createLog } from '#platform/log'
import type { Pack } from '#policy'
import type { ImportProgress } from '#registry'
import { countReports, exportRun, findCampaign, findTrouble, startCampaign } from '#verification'
import { startCentre } from './centre.ts'
import { dealConfigs, enrolGateways, startGateway } from './gateways.ts'
import { importFolder } from './import-package.ts'
import { type Installation, openInstallation } from './installation.ts'
import { startWorkers } from './roles.ts'

/** What happens, for a progress display. */
export type VerifyStage =
  | { stage: 'database' }
  | { stage: 'import'; progress: ImportProgress }
  | { stage: 'sources' }
  | { stage: 'verify'; done: number; of: number; trouble: string | undefined }
  | { stage: 'export' }

export interface VerifyJob {
  packageDir: string
  pack: Pack
  /** `YYYY-MM-DD` */
  asOf: string
  out: string
  onStage(stage: VerifyStage): void
}

const actor = 'system:verify'
const lookEveryMs = 60

async function watchCampaign(installation: Installation, campaignId: string, job: VerifyJob): Promise<void> {
  for (;;) {
    const { campaign, trouble, done } = await withTransaction(installation.workerDb, wholeScope(actor), async (tx) => ({
      campaign: await findCampaign(tx, campaignId),
      trouble: await findTrouble(tx, campaignId),
      done: await countReports(tx, campaignId),
    }))
    if (campaign === undefined) throw new Error('the campaign is gone')
    if (trouble?.stopped === true) throw new Error(trouble.reason)
    if (campaign.state === 'preparing') job.onStage({ stage: 'sources' })
    else job.onStage({ stage: 'verify', done, of: campaign.households, trouble: trouble?.reason })
    if (campaign.state === 'finished') return
    await wait(lookEveryMs)
  }
}

async function runCampaign(installation: Installation, job: VerifyJob, districtCode: string, dir: string): Promise<string> {
  const log = createLog('error')
  const centre = await startCentre(installation, log)
  const { packageDir } = job
  const paths = await enrolGateways(installation, { districtCode, centreUrl: centre.url, dir: join(dir, 'gateways'), packageDir })
  const gateways = dealConfigs([...paths.values()], availableParallelism()).map((hand) => startGateway(hand))
  const { keys, clock, urls } = installation
  const worker = startWorkers({ keys, clock, log, waits: true }, urls.worker)
  try {
    const order = { label: '数据包核对', scheme: 'dibao', asOf: job.asOf, pack: job.pack, districtCode, createdBy: actor }
    worker.done.catch((error: unknown) => log.error('the worker failed', { error }))
    const campaignId = await withTransaction(installation.workerDb, wholeScope(actor), (tx) =>
      startCampaign(tx, order, installation),
    )
    await Promise.race([
      watchCampaign(installation, campaignId, job),
      worker.done.then(() => Promise.reject(new Error('worker stopped'))),
    ])
    return campaignId
  } finally {
    await Promise.allSettled([worker.stop(), ...gateways.map((gateway) => gateway.stop())])
    await centre.stop()
  }
}

/** Runs the whole job; throws Problem `package.unusable` for input that cannot be used. */
export async function verifyPackage(job: VerifyJob): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'yingbao-verify-'))
  let installation: Installation | undefined
  try {
    job.onStage({ stage: 'database' })
    installation = await openInstallation({})
    const imported = await importFolder(installation, {
      packageDir: job.packageDir,
      pack: job.pack,
      asOf: job.asOf,
      actor,
      onProgress: (progress) => job.onStage({ stage: 'import', progress }),
    })
    const campaignId = await runCampaign(installation, job, imported.districtCode, dir)
    job.onStage({ stage: 'export' })
    await exportRun(installation.workerDb, installation.keys, { campaignId, importId: imported.importId }, job.out)
  } finally {
    await installation?.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

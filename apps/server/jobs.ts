import { caseExports, closeNoticesJob, keepWatchedJob, listCarriedFiles, readScansJob } from '#casework/server'
import { anchorsJob, listHeldSeals, statementsJob, watchNodesJob } from '#exchange'
import { exportJob, sweepExportsJob } from '#exports'
import { sweepFilesJob } from '#files'
import { checkJob, type ProofDoors, sealJob } from '#journal'
import { ledgerDoor } from '#ledgers'
import type { JobList } from '#platform/queue'
import type { ExportKinds } from '#platform/table-export'
import { importJob, registryExports } from '#registry'
import { replayJob } from '#revisions/server'
import { sweepJob } from '#runner'
import { isUnit, unitLabel } from '#sources/contract'
import { checkReports, verificationExports } from '#verification'
import { listRests } from './store/imports.ts'

/** Every background job of the product; the process that does them loads this file and nothing above it. */

/** Every table that can be exported; how to add one: src/platform/table-export.ts. */
export const exportKinds: ExportKinds = { ...registryExports, ...verificationExports, ...caseExports }

export const writeTableJob = exportJob(exportKinds)

export const filesJob = sweepFilesJob({ carried: listCarriedFiles })

export const runImportJob = importJob({ ledgers: ledgerDoor, restsOn: listRests })

/** What the check of the proofs looks at beside the journal: seals that anchors and nodes hold, signed reports. */
export const proofDoors: ProofDoors = {
  keepers: [
    async (sql) =>
      (await listHeldSeals(sql)).map(({ anchor, unit, no, root }) => ({
        sealNo: no,
        root,
        where: anchor === null ? `${unit !== null && isUnit(unit) ? unitLabel(unit) : unit}的对账单` : `第 ${anchor} 号锚`,
      })),
  ],
  documents: checkReports,
}

/** What is done once more when the process of the jobs starts: it may have been away at its hour. */
export const startJobs = [closeNoticesJob, filesJob] as const

export const jobs: JobList = [
  sealJob as never,
  checkJob(proofDoors) as never,
  sweepJob as never,
  runImportJob as never,
  writeTableJob as never,
  sweepExportsJob as never,
  filesJob as never,
  closeNoticesJob as never,
  keepWatchedJob as never,
  replayJob as never,
  readScansJob as never,
  statementsJob as never,
  anchorsJob as never,
  watchNodesJob as never,
]

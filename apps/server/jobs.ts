import { caseExports, closeNoticesJob, keepWatchedJob, listCarriedFiles, readScansJob, replayJob } from '#casework'
import { anchorsJob, statementsJob, watchNodesJob } from '#exchange'
import { exportJob, sweepExportsJob } from '#exports'
import { sweepFilesJob } from '#files'
import { sealJob } from '#journal'
import type { JobList } from '#platform/queue'
import type { ExportKinds } from '#platform/table-export'
import { registryExports, runImportJob } from '#registry'
import { sweepJob } from '#runner'
import { verificationExports } from '#verification'

/** Every background job of the product; the process that does them loads this file and nothing above it. */

/** Every table that can be exported; how to add one: src/platform/table-export.ts. */
export const exportKinds: ExportKinds = { ...registryExports, ...verificationExports, ...caseExports }

export const writeTableJob = exportJob(exportKinds)

export const filesJob = sweepFilesJob({ carried: listCarriedFiles })

/** What is done once more when the process of the jobs starts: it may have been away at its hour. */
export const startJobs = [closeNoticesJob, filesJob] as const

export const jobs: JobList = [
  sealJob as never,
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

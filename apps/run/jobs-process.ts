/**
 * The process that does the background jobs (imports, exports, seals) of an installation that is ready, so that the pages answer while a
 * workbook is written. Started by `yingbao serve`; its environment is that of the other processes of the centre.
 */
import module from 'node:module'
import path from 'node:path'
import { setFilingAddress } from '#documents'
import { keepHolidayNotices } from '#identity'
import { openBlobs } from '#platform/blobs'
import { neededUrl, packageRoot, readConfig } from '#platform/config'
import { openDb, withRetry } from '#platform/db'
import { clockOf } from '#platform/demo-clock'
import { loadKeys } from '#platform/key-file'
import { createLog } from '#platform/log'
import { openQueue } from '#platform/queue'
import { type Runtime, runJob } from '#runner'
import { jobs, startJobs } from '../server/jobs.ts'

module.enableCompileCache?.(path.join(packageRoot, 'node_modules', '.cache', 'yingbao'))

const config = readConfig()
const log = createLog(config.logLevel, { role: 'jobs' })
const db = openDb({ url: neededUrl(config, 'app'), applicationName: 'yingbao-jobs', max: 4 })
const workerUrl = neededUrl(config, 'worker')
const workerDb = openDb({ url: workerUrl, applicationName: 'yingbao-jobs-bulk', max: 4 })
await withRetry(() => db.pool.query('select 1'))
const keys = loadKeys(config.keysFile)
const calendar = await keepHolidayNotices(db, log)
setFilingAddress(config.publicUrl)
const blobs = openBlobs(path.join(config.dataDir, 'blobs'), keys)
const runtime: Runtime = { db, workerDb, keys, clock: clockOf(config.clockFile), log, blobs }
const queue = await openQueue(workerUrl, { works: true, log })
await queue.work(jobs, (job, input, signal, isLastTry) => runJob(runtime, job, input, signal, isLastTry))
for (const job of startJobs) await queue.send(job, {}, { key: 'start' })
await new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
})
calendar.stop()
await queue.stop()
await Promise.all([db.close(), workerDb.close()])

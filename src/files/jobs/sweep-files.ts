/** Once an hour: files that were handed in and never named are forgotten, and contents that nothing refers to are deleted. */
import { z } from 'zod'
import { isoInstant } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { type Job, type JobContext, job } from '#platform/job'
import { type CarriedFile, deleteForgotten, insertCarried, isCarried, listUnused, saveCarried } from '../store.ts'

const HOUR_MS = 3_600_000
/** A form that is begun today may be sent next week: its drafts keep what was uploaded for it. */
const FORGOTTEN_MS = 7 * 24 * HOUR_MS
/** A content without a row may be one whose row is being written. */
const STRAY_MS = 24 * HOUR_MS

const system = wholeScope('system:files')

/** What was stored before files had rows of their own, told by the capability that wrote it sealed. */
export interface FilesDoor {
  carried(context: JobContext): AsyncIterable<readonly CarriedFile[]>
}

async function carryOver(context: JobContext, door: FilesDoor): Promise<void> {
  const { workerDb, clock } = context
  if (await withTransaction(workerDb, system, (tx) => isCarried(tx, 'case-records'))) return
  for await (const files of door.carried(context)) {
    if (files.length > 0) await withTransaction(workerDb, system, (tx) => insertCarried(tx, files))
  }
  await withTransaction(workerDb, system, (tx) => saveCarried(tx, 'case-records', isoInstant(clock.nowMs())))
}

/** The job, with what the capabilities above know of files. */
export function sweepFilesJob(door: FilesDoor): Job<Record<string, never>> {
  return job({
    name: 'files.sweep',
    cron: '41 * * * *',
    input: z.object({}).transform((): Record<string, never> => ({})),
    async run(context) {
      const { workerDb, blobs, clock, log } = context
      await carryOver(context, door)
      const before = isoInstant(clock.nowMs() - FORGOTTEN_MS)
      const forgotten = await withTransaction(workerDb, system, (tx) => deleteForgotten(tx, before))
      let removed = 0
      for await (const hashes of blobs.listOlder(STRAY_MS)) {
        const unused = await withTransaction(workerDb, system, (tx) => listUnused(tx, hashes))
        for (const sha256 of unused) await blobs.remove(sha256)
        removed += unused.length
      }
      log.debug('files swept', { forgotten, removed })
      return null
    },
  })
}

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isProblem } from '#kernel/problem'
import { isoInstant } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { type JobContext, type JobNote, job } from '#platform/job'
import { importCorrections } from '../actions/import-corrections.ts'
import { type ImportOptions, type ImportProgress, importPackage } from '../actions/import-package.ts'
import { mappedSource, openList } from '../lists.ts'
import type { PackageSource } from '../package-source.ts'
import { filesIn, type UploadedFile, uploadedSource } from '../sources.ts'
import { beginImportRun, failImportRun, findImportRun, type ImportRunRow, saveKind, saveProgress } from '../store/import-run.ts'
import { findMapping } from '../store/mappings.ts'
import { CORE_TABLES } from '../tables.ts'

const Request = z.object({
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
  mappingId: z.string().nullable(),
})

const PROGRESS_EVERY_MS = 500

async function mappedUpload(context: JobContext, file: UploadedFile | undefined, mappingId: string): Promise<PackageSource> {
  const mapping = await withTransaction(context.db, wholeScope('system:import'), (tx) => findMapping(tx, mappingId))
  const table = CORE_TABLES.find(({ name }) => name === mapping?.table_name)
  if (mapping === undefined || table === undefined || file === undefined)
    throw new Error(`import names no mapping or file: ${mappingId}`)
  const list = await openList(file.path, context.blobs.read(file.sha256))
  return mappedSource(file.path, list, table, mapping.sheet, mapping)
}

async function sourceOf(context: JobContext, run: ImportRunRow): Promise<PackageSource> {
  const { files, mappingId } = Request.parse(run.request)
  return mappingId === null ? await uploadedSource(context.blobs, files) : await mappedUpload(context, files[0], mappingId)
}

/** Writes how far the import is, beside its transaction and not more often than is looked at. */
function progressKeeper(
  context: JobContext,
  importId: string,
): { onProgress(progress: ImportProgress): void; done(): Promise<void> } {
  let writing = Promise.resolve()
  let last = Number.NEGATIVE_INFINITY
  return {
    onProgress({ bytesRead, bytesTotal }) {
      const now = performance.now()
      if (now - last < PROGRESS_EVERY_MS) return
      last = now
      writing = writing
        .then(() =>
          withTransaction(context.db, wholeScope('system:import'), (tx) => saveProgress(tx, importId, bytesRead, bytesTotal)),
        )
        .catch(() => undefined)
    },
    done: () => writing,
  }
}

async function isWholePackage(source: PackageSource): Promise<boolean> {
  return (await source.sizeOf('manifest.json')) !== null || (await filesIn(source)).length === CORE_TABLES.length
}

async function runImport(context: JobContext, run: ImportRunRow): Promise<JobNote> {
  const importId = run.import_id
  const keeper = progressKeeper(context, importId)
  const options: ImportOptions = {
    asOf: run.as_of,
    limits: run.limits,
    actor: run.started_by,
    now: () => isoInstant(context.clock.nowMs()),
    newId: randomUUID,
    importId,
    onProgress: keeper.onProgress,
  }
  const note = { chain: 'system:registry', divisionCode: run.division_code, basis: '社会救助暂行办法：建立社会救助信息管理系统' }
  let source: PackageSource | undefined
  try {
    source = await sourceOf(context, run)
    const whole = await isWholePackage(source)
    const system = wholeScope('system:import')
    await withTransaction(context.db, system, (tx) => saveKind(tx, importId, whole ? 'package' : 'corrections'))
    const { changed, removed, errors } = await (whole ? importPackage : importCorrections)(
      context.db,
      context.keys,
      source,
      options,
    )
    return { ...note, purpose: '导入数据', detail: { importId, changed, removed, errors } }
  } finally {
    source?.close?.()
    await keeper.done()
  }
}

/** Does an import that a page entered. A package that cannot be used ends as failed with its reason; anything else is tried again. */
export const runImportJob = job({
  name: 'registry.run-import',
  input: z.object({ importId: z.string() }),
  retries: 2,
  maxSeconds: 3600,
  async run(context, { importId }) {
    const system = wholeScope('system:import')
    const run = await withTransaction(context.db, system, (tx) => findImportRun(tx, importId))
    if (run === undefined || run.state === 'done') return null
    await withTransaction(context.db, system, (tx) => beginImportRun(tx, importId))
    try {
      return await runImport(context, run)
    } catch (error) {
      const endedAt = isoInstant(context.clock.nowMs())
      const failure = isProblem(error) ? error.message : '导入中断，数据未改动，正在重试；多次不成功请联系系统管理员'
      await withTransaction(context.db, system, (tx) => failImportRun(tx, importId, failure, endedAt))
      if (!isProblem(error)) throw error
      context.log.warn('an import cannot be used', { importId, code: error.code })
      return null
    }
  },
})

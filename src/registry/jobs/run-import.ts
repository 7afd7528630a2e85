import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isProblem } from '#kernel/problem'
import { isoInstant } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import { type JobContext, type JobNote, job } from '#platform/job'
import { applyChecked, type Checked, checkSource, type ImportOptions } from '../actions/import-package.ts'
import { restsOf } from '../actions/import-rests.ts'
import type { ImportProgress } from '../actions/read-files.ts'
import type { ImportRest } from '../contract/imports.ts'
import type { ReadAnswers } from '../contract/readings.ts'
import type { LedgerDoor } from '../ledger-door.ts'
import { type PackageSource, unusable } from '../package-source.ts'
import { filesIn, uploadedSource } from '../sources.ts'
import { listTouched, lockImports, lockRegistry, restoreBefore, restoreQuarantine } from '../store/apply-import.ts'
import { saveChanges } from '../store/compare.ts'
import { refreshHouseholds, saveIssues } from '../store/import.ts'
import {
  beginImportRun,
  failImportRun,
  findImportRun,
  type ImportKind,
  type ImportRunRow,
  lockImportRun,
  refuseWithdrawal,
  saveChecked,
  saveKind,
  saveProgress,
  saveReading,
  saveState,
} from '../store/import-run.ts'
import { followPapers } from '../store/scans.ts'
import { CORE_TABLES } from '../tables.ts'

const Request = z.object({ files: z.array(z.object({ path: z.string(), sha256: z.string() })) })

const PROGRESS_EVERY_MS = 500
const SYSTEM = wholeScope('system:import')

/** What the job needs from capabilities above. */
export interface ImportJobDoor {
  readonly ledgers: LedgerDoor
  /** What rests on an import in the capabilities above. */
  restsOn(tx: Tx, importId: string): Promise<ImportRest[]>
}

/** Writes how far the import is, beside its transaction and not more often than is looked at. */
function progressKeeper(
  context: JobContext,
  importId: string,
): { onProgress(progress: Pick<ImportProgress, 'bytesRead' | 'bytesTotal'>): void; done(): Promise<void> } {
  let writing = Promise.resolve()
  let last = Number.NEGATIVE_INFINITY
  return {
    onProgress({ bytesRead, bytesTotal }) {
      const now = performance.now()
      if (now - last < PROGRESS_EVERY_MS) return
      last = now
      writing = writing
        .then(() => withTransaction(context.db, SYSTEM, (tx) => saveProgress(tx, importId, bytesRead, bytesTotal)))
        .catch(() => undefined)
    },
    done: () => writing,
  }
}

type Keeper = ReturnType<typeof progressKeeper>

interface Opened {
  readonly source: PackageSource
  readonly kind: ImportKind
}

async function kindOf(source: PackageSource): Promise<ImportKind> {
  const isWhole = (await source.sizeOf('manifest.json')) !== null || (await filesIn(source)).length === CORE_TABLES.length
  return isWhole ? 'package' : 'corrections'
}

/** Opens what was uploaded; null while a person has to say how a workbook is to be read. */
async function openRun(
  context: JobContext,
  door: ImportJobDoor,
  tx: Tx,
  run: ImportRunRow,
  keeper: Keeper,
): Promise<Opened | null> {
  const { files } = Request.parse(run.request)
  const source = await uploadedSource(context.blobs, files)
  if (source !== null) return { source, kind: await kindOf(source) }
  const [file] = files
  if (file === undefined) throw new Error('an import names no file')
  const answers = run.answers === null ? {} : (JSON.parse(context.keys.openText(run.answers)) as ReadAnswers)
  const opened = await door.ledgers.open(tx, context.keys, context.blobs, {
    file,
    asOf: run.as_of,
    limits: run.limits,
    answers,
    onProgress: (bytesRead, bytesTotal) => keeper.onProgress({ bytesRead, bytesTotal }),
  })
  await saveReading(tx, run.import_id, context.keys.seal(JSON.stringify(opened.reading)))
  return opened.source === null ? null : { source: opened.source, kind: 'ledger' }
}

function optionsOf(context: JobContext, run: ImportRunRow, keeper: Keeper): ImportOptions {
  return {
    asOf: run.as_of,
    limits: run.limits,
    office: true,
    actor: run.started_by,
    now: () => isoInstant(context.clock.nowMs()),
    newId: randomUUID,
    importId: run.import_id,
    onProgress: keeper.onProgress,
    ...(run.complete ? { complete: { confirmedBy: run.confirmed_by ?? '' } } : {}),
    ...(run.area === null ? {} : { area: run.area }),
  }
}

async function keepChecked(
  tx: Tx,
  keys: Keys,
  run: ImportRunRow,
  checked: Checked,
  options: ImportOptions,
  note: string | null,
): Promise<void> {
  const { compared, reading } = checked
  if (compared === null) throw new Error('a run is always compared')
  await saveChanges(tx, run.import_id)
  await saveIssues(tx, run.import_id, options.now())
  await saveChecked(tx, {
    importId: run.import_id,
    divisionCode: `${checked.districtCode}000000`,
    files: reading.files,
    changed: compared.changed,
    errors: reading.state.severities.error,
    warnings: reading.state.severities.warn,
    differences: compared.summary,
    digest: compared.digest,
    needsSecond: compared.needsSecond,
    blocked: compared.blocked,
    note: note === null ? null : keys.seal(note),
  })
}

const INTERRUPTED = '写入时中断，名册没有改动，请重新提交'
const MOVED = '提交之后名册有变动，差异已重新计算，没有写入任何数据。请重新查看差异后再提交'

/** Why what was committed has to be committed again; null where nothing was. */
function noteFor({ state, committed_by }: ImportRunRow): string | null {
  if (state === 'applying') return MOVED
  return committed_by === null ? null : INTERRUPTED
}

/** Reads, compares, and writes what was committed where it is still the same. Gives what is to be told. */
async function readRun(context: JobContext, door: ImportJobDoor, tx: Tx, run: ImportRunRow, keeper: Keeper): Promise<object> {
  const applies = run.state === 'applying'
  if (applies) await lockImports(tx)
  const opened = await openRun(context, door, tx, run, keeper)
  if (opened === null) {
    await saveState(tx, run.import_id, 'asking')
    return { asking: true }
  }
  try {
    const { source, kind } = opened
    if (run.complete && kind !== 'package')
      throw unusable('只有整个数据包才能说明是完整的。请去掉“这是完整的名册”后重新上传，文件中没有的家庭将保持不变')
    await saveKind(tx, run.import_id, kind)
    const options = optionsOf(context, run, keeper)
    const checked = await checkSource(tx, context.keys, source, kind, { ...options, locks: applies })
    const same = checked.compared?.digest === run.difference_digest && checked.compared?.blocked === null
    if (!applies || !same) {
      await keepChecked(tx, context.keys, run, checked, options, noteFor(run))
      return { checked: true, changed: checked.compared?.changed ?? 0 }
    }
    await saveIssues(tx, run.import_id, options.now())
    const { changed, removed, errors } = await applyChecked(tx, run.import_id, kind, checked, options)
    return { changed, removed, errors }
  } finally {
    opened.source.close?.()
  }
}

/** Takes a run back, unless something came to rest on it since it was asked. */
async function withdraw(context: JobContext, door: ImportJobDoor, tx: Tx, importId: string): Promise<object> {
  await lockImports(tx)
  await lockRegistry(tx)
  const run = await lockImportRun(tx, importId)
  if (run?.state !== 'done' || run.withdrawn_by === null) return { withdrawn: false }
  const rests = await restsOf(tx, run, door)
  if (rests.length > 0) {
    const why = `没有撤回：确认之后又有${rests.map(({ label }) => label).join('、')}以这次导入为依据`
    await refuseWithdrawal(tx, importId, context.keys.seal(why))
    return { withdrawn: false }
  }
  const touched = await listTouched(tx, importId)
  await restoreBefore(tx, importId)
  await restoreQuarantine(tx, importId)
  await followPapers(tx)
  await refreshHouseholds(tx, null)
  await saveState(tx, importId, 'withdrawn')
  if (touched.householdNos.length > 0) await emit(tx, 'registry.corrected', touched)
  context.log.info('an import was taken back', { importId })
  return { withdrawn: true, households: touched.householdNos.length }
}

function noteOf(run: ImportRunRow, purpose: string, detail: object): JobNote {
  const basis = '社会救助暂行办法：建立社会救助信息管理系统'
  return {
    chain: 'system:registry',
    divisionCode: run.division_code,
    basis,
    purpose,
    detail: { importId: run.import_id, ...detail },
  }
}

async function workOn(context: JobContext, door: ImportJobDoor, importId: string): Promise<JobNote | null> {
  const run = await withTransaction(context.db, SYSTEM, (tx) => findImportRun(tx, importId))
  if (run === undefined) return null
  if (run.state === 'done' && run.withdrawn_by !== null) {
    return noteOf(run, '撤回导入', await withTransaction(context.db, SYSTEM, (tx) => withdraw(context, door, tx, importId)))
  }
  if (!['uploaded', 'checking', 'applying', 'failed'].includes(run.state)) return null
  await withTransaction(context.db, SYSTEM, (tx) => beginImportRun(tx, importId))
  const keeper = progressKeeper(context, importId)
  const state = run.state === 'applying' ? run.state : 'checking'
  try {
    const told = await withTransaction(context.db, SYSTEM, (tx) => readRun(context, door, tx, { ...run, state }, keeper))
    return noteOf(run, state === 'applying' ? '导入数据' : '检查待导入的数据', told)
  } finally {
    await keeper.done()
  }
}

const STOPPED = '没有撤回：办理时中断，名册没有改动。请联系系统管理员，之后可重新申请撤回'

/**
 * Tells on the page of a run that work on it failed. What two persons decided, writing or taking back, stays decided while it is tried again by
 * itself.
 */
async function tellFailure(context: JobContext, importId: string, error: unknown): Promise<void> {
  const isOver = isProblem(error) || context.isLastTry
  const broken = isOver ? '导入中断，数据未改动，请联系系统管理员' : '导入中断，数据未改动，正在重试；多次不成功请联系系统管理员'
  const failure = isProblem(error) ? error.message : broken
  await withTransaction(context.db, SYSTEM, async (tx) => {
    const run = await findImportRun(tx, importId)
    if (run?.state === 'applying' && !isOver) return
    if (run?.state !== 'done') await failImportRun(tx, importId, failure, isoInstant(context.clock.nowMs()))
    else if (run.withdrawn_by !== null && isOver) await refuseWithdrawal(tx, importId, context.keys.seal(STOPPED))
  })
}

/**
 * Reads and compares an import that a page entered, writes one that was committed, takes one back that was withdrawn. A file that cannot be
 * used ends as failed with its reason; anything else is tried again.
 */
export function importJob(door: ImportJobDoor) {
  return job({
    name: 'registry.run-import',
    input: z.object({ importId: z.string() }),
    retries: 2,
    maxSeconds: 3600,
    async run(context, { importId }) {
      try {
        return await workOn(context, door, importId)
      } catch (error) {
        await tellFailure(context, importId, error)
        if (!isProblem(error)) throw error
        context.log.warn('an import cannot be used', { importId, code: error.code })
        return null
      }
    },
  })
}

import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { excelStream, type Sheet } from '#documents'
import { findActor, roleLabel, scopeOf } from '#identity'
import { appendAll, type Entry } from '#journal'
import { isProblem, Problem } from '#kernel/problem'
import type { Actor } from '#platform/action'
import type { StoredBlob } from '#platform/blobs'
import { isoInstant } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { type Job, type JobContext, job } from '#platform/job'
import type { ExportBatch, ExportKind, ExportKinds } from '#platform/table-export'
import { getKind } from '../actions/exports.ts'
import {
  beginExport,
  deleteHandedTables,
  type ExportRow,
  expireExports,
  failExport,
  finishExport,
  saveExportProgress,
} from '../store.ts'

/** Writes an export: a cursor of PostgreSQL goes row by row through the workbook writer into the store of files. */

const KEPT_MS = 7 * 24 * 3_600_000
const LARGEST = 1 << 30
const PROGRESS_EVERY_MS = 500
/** Bytes of the workbook that may wait to be stored before the next rows are fetched. */
const MOST_WAITING = 1 << 20
/** Persons in one entry of the journal. */
const ENTRY_SUBJECTS = 2000
const BASIS = '个人信息保护法第五十一条'
const system = wholeScope('system:export')

interface Written extends StoredBlob {
  readonly rows: number
  readonly persons: readonly Buffer[]
}

/** Persons of an export, each once. */
class Persons {
  readonly #known = new Map<string, Buffer>()
  add(subjects: readonly Buffer[]): void {
    for (const subject of subjects) this.#known.set(subject.toString('base64'), subject)
  }
  list(): Buffer[] {
    return [...this.#known.values()]
  }
}

/** Writes how far an export is, not more often than is looked at. */
function progressOf(context: JobContext, exportId: string, expected: number): (written: number) => Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  return async (written) => {
    const now = performance.now()
    if (now - last < PROGRESS_EVERY_MS) return
    last = now
    await withTransaction(context.db, system, (tx) => saveExportProgress(tx, exportId, written, expected))
  }
}

/** What the reader of the file must know, on a sheet of its own. */
function remarks(kind: ExportKind, params: unknown, owner: Actor, at: string, counted: () => number): Sheet {
  const columns = [
    { header: '项目', key: 'what', kind: 'text', width: 16 },
    { header: '内容', key: 'value', kind: 'text', width: 60 },
  ] as const
  function* rows() {
    yield { what: '名称', value: kind.label }
    yield { what: '筛选条件', value: kind.describe(params) }
    yield { what: '行数', value: String(counted()) }
    yield { what: '导出人', value: `${owner.name}（${roleLabel(owner.role)}）` }
    yield { what: '导出时间', value: at }
    yield { what: '提示', value: '含个人信息，仅限本次工作使用，不得外传；用后按规定删除。' }
  }
  return { name: '导出说明', columns, rows: rows() }
}

async function writeWorkbook(
  context: JobContext,
  exportId: string,
  kind: ExportKind,
  params: unknown,
  owner: Actor,
): Promise<Written> {
  return withTransaction(context.db, scopeOf(owner), async (tx) => {
    const expected = await kind.count(tx, params)
    const progress = progressOf(context, exportId, expected)
    const persons = new Persons()
    let rows = 0
    async function* pour(): AsyncGenerator<ExportBatch['rows'][number]> {
      for await (const batch of kind.batches(tx, context.keys, params)) {
        context.signal.throwIfAborted()
        yield* batch.rows
        rows += batch.rows.length
        persons.add(batch.subjects)
        await progress(rows)
        do await wait(1)
        while (stream.readableLength > MOST_WAITING)
      }
    }
    const at = isoInstant(context.clock.nowMs())
    const table: Sheet = { name: kind.label, columns: kind.columns, rows: pour() }
    const stream = excelStream([table, remarks(kind, params, owner, at, () => rows)])
    const stored = await context.blobs.store(stream, LARGEST)
    return { ...stored, rows, persons: persons.list() }
  })
}

function entriesOf(row: ExportRow, kind: ExportKind, owner: Actor, written: Written): Entry[] {
  const { persons, rows, sha256, size } = written
  const parts = Math.max(1, Math.ceil(persons.length / ENTRY_SUBJECTS))
  return Array.from({ length: parts }, (_, i) => ({
    chain: 'system:export',
    actor: owner.userId,
    role: owner.role,
    action: 'export.table',
    divisionCode: owner.divisionCode,
    subjects: persons.slice(i * ENTRY_SUBJECTS, (i + 1) * ENTRY_SUBJECTS),
    basis: BASIS,
    purpose: `导出${kind.label}`,
    detail: {
      exportId: row.export_id,
      kind: row.kind,
      filter: kind.describe(row.params),
      rows,
      persons: persons.length,
      sha256,
      size,
      part: i + 1,
      parts,
    },
  }))
}

async function write(context: JobContext, kinds: ExportKinds, row: ExportRow): Promise<void> {
  const owner = await withTransaction(context.db, system, (tx) => findActor(tx, row.owner))
  if (owner === undefined) throw new Problem('exports.no-owner', '申请人的账号已停用，没有导出')
  if (owner.divisionCode !== row.division_code) throw new Problem('exports.moved', '申请人的辖区已变更，请重新申请导出')
  const kind = getKind(kinds, row.kind, owner)
  const written = await writeWorkbook(context, row.export_id, kind, kind.params.parse(row.params), owner)
  const now = context.clock.nowMs()
  const { rows, sha256, size, persons } = written
  const done = { rows, sha256, size, persons: persons.length, at: isoInstant(now), expiresAt: isoInstant(now + KEPT_MS) }
  await withTransaction(context.db, system, async (tx) => {
    await finishExport(tx, row.export_id, done)
    await appendAll(tx, entriesOf(row, kind, owner, written))
  })
}

/** The job behind every export. What the owner can mend ends it as failed; anything else is tried again. */
export function exportJob(kinds: ExportKinds): Job<{ exportId: string }> {
  return job({
    name: 'export.table',
    input: z.object({ exportId: z.string() }),
    retries: 2,
    maxSeconds: 3600,
    async run(context, { exportId }) {
      const row = await withTransaction(context.db, system, (tx) => beginExport(tx, exportId))
      if (row === undefined) return null
      try {
        await write(context, kinds, row)
      } catch (error) {
        const told = isProblem(error)
        const failure = told ? error.message : '写文件时系统出错，正在重试；多次不成功请联系系统管理员'
        const at = isoInstant(context.clock.nowMs())
        await withTransaction(context.db, system, (tx) => failExport(tx, exportId, failure, at))
        if (!told) throw error
      }
      return null
    },
  })
}

/** Once a day: files whose time is over are deleted. */
export const sweepExportsJob: Job<Record<string, never>> = job({
  name: 'export.sweep',
  cron: '23 3 * * *',
  input: z.object({}).transform((): Record<string, never> => ({})),
  async run({ db, blobs, clock, log }) {
    const now = isoInstant(clock.nowMs())
    const over = await withTransaction(db, system, async (tx) => [
      ...(await expireExports(tx, now)),
      ...(await deleteHandedTables(tx, now)),
    ])
    for (const sha256 of over) await blobs.remove(sha256)
    log.debug('exports over', { files: over.length })
    return null
  },
})

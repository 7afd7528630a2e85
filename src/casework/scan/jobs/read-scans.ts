/**
 * Reads a scanned stack in the background, page by page, each kept in a transaction of its own: what is read stays read, and a job that runs
 * again goes on behind the last page. A page is decided upon in the sight of whoever scanned it.
 */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { type FilingStatement, LARGEST_SCAN_FILE, readScan, type ScannedPage } from '#documents'
import { findActor, scopeOf } from '#identity'
import { append } from '#journal'
import { isProblem, Problem } from '#kernel/problem'
import type { Actor } from '#platform/action'
import { smallContentOf } from '#platform/blobs'
import { isoInstant } from '#platform/clock'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { type Job, type JobContext, job } from '#platform/job'
import { listSubjectIndexes } from '#registry'
import { filedForm } from '../../papers/rules/paper-forms.ts'
import { newestPaperVersion } from '../../papers/store/papers.ts'
import { findCase } from '../../procedure/store/cases.ts'
import { decideFiling, type Filing, type FilingSlot } from '../rules/filing.ts'
import {
  beginStack,
  endStack,
  findSamePage,
  hasScan,
  insertScanPage,
  lastPageOf,
  type NewScanPage,
  type StackRow,
  saveStackPages,
} from '../store/scans.ts'

const system = wholeScope('system:scan')
const BASIS = '社会救助暂行办法：建立社会救助档案'

/** What reading a stack needs of the job it runs in. */
export type ScanContext = Pick<JobContext, 'db' | 'clock' | 'blobs' | 'signal'>

async function stackBytes({ blobs }: ScanContext, sha256: string): Promise<Buffer> {
  const bytes = await smallContentOf(blobs, sha256, LARGEST_SCAN_FILE)
  if (bytes !== null) return bytes
  const most = `${LARGEST_SCAN_FILE / 1_048_576} MB`
  throw new Problem('casework.scan-size', `文件超过 ${most}，请用较低的分辨率扫描，或分成几份上传。`, { status: 422 })
}

async function slotOf(tx: Tx, statement: FilingStatement): Promise<FilingSlot> {
  const { caseNo, form: printed, version, page } = statement
  const form = filedForm(printed) ?? ''
  const seen = (await findCase(tx, caseNo)) !== undefined
  if (!seen) return { statement, seen, newest: 0, taken: false }
  const newest = await newestPaperVersion(tx, caseNo, form)
  return { statement, seen, newest, taken: await hasScan(tx, { caseNo, form, version, page }) }
}

async function filingOf(tx: Tx, page: ScannedPage): Promise<Filing> {
  const same = page.unreadable ? undefined : await findSamePage(tx, page.digest)
  const known = same === undefined ? null : `“${same.fileName}”第 ${same.page} 页`
  const slots: FilingSlot[] = []
  for (const code of page.codes) slots.push(await slotOf(tx, code))
  return decideFiling({ unreadable: page.unreadable, blank: page.blank, known, slots })
}

const nowhere = { caseNo: null, form: null, formVersion: null, formPage: null }

/** The row of a page, in the division of its case once it is filed. */
async function rowOf(tx: Tx, kept: Omit<NewScanPage, keyof typeof nowhere | 'state' | 'remark'>, filing: Filing) {
  const { state, remark } = filing
  if (filing.state !== 'filed') return { ...kept, ...nowhere, state, remark }
  const { caseNo, version, page } = filing.statement
  const found = await findCase(tx, caseNo)
  const divisionCode = found?.division_code ?? kept.divisionCode
  return { ...kept, divisionCode, state, remark, caseNo, form: filing.form, formVersion: version, formPage: page }
}

async function journalFiling(tx: Tx, owner: Actor, row: NewScanPage): Promise<void> {
  const { caseNo, form, formVersion, formPage, pageId } = row
  if (caseNo === null) return
  const householdNo = (await findCase(tx, caseNo))?.household_no ?? null
  await append(tx, {
    chain: `case:${caseNo}`,
    actor: owner.userId,
    role: owner.role,
    action: 'casework.read-scans',
    divisionCode: row.divisionCode,
    subjects: householdNo === null ? [] : await listSubjectIndexes(tx, householdNo),
    basis: BASIS,
    purpose: '扫描件按二维码归档',
    detail: { pageId, form, formVersion, formPage },
  })
}

async function keepPage(context: ScanContext, owner: Actor, stack: StackRow, page: ScannedPage): Promise<void> {
  const { picture, mediaType } = page
  const stored = picture === null ? null : await context.blobs.store(Readable.from([picture]), LARGEST_SCAN_FILE)
  const kept = {
    pageId: randomUUID(),
    stackId: stack.stack_id,
    divisionCode: stack.division_code,
    page: page.page,
    digest: page.unreadable ? null : page.digest,
    sha256: stored?.sha256 ?? null,
    mediaType,
    by: owner.userId,
    byName: owner.name,
    at: isoInstant(context.clock.nowMs()),
  }
  await withTransaction(context.db, scopeOf(owner), async (tx) => {
    const row = await rowOf(tx, kept, await filingOf(tx, page))
    if (await insertScanPage(tx, row)) return journalFiling(tx, owner, row)
    const repeated = { ...kept, ...nowhere, state: 'repeated', remark: '与另一份扫描件中的一页相同，没有重复归档' } as const
    await insertScanPage(tx, repeated)
  })
}

/** Reads a stack from its first page that is not kept yet to its end. */
export async function readStack(context: ScanContext, stack: StackRow): Promise<void> {
  const owner = await withTransaction(context.db, system, (tx) => findActor(tx, stack.by_user))
  if (owner === undefined) throw new Problem('casework.scan-owner', '上传人的账号已停用，没有归档；请由在岗人员重新上传。')
  if (owner.divisionCode !== stack.division_code)
    throw new Problem('casework.scan-owner', '上传人的辖区已变更，没有归档；请重新上传。')
  const { stack_id: stackId } = stack
  const last = await withTransaction(context.db, system, (tx) => lastPageOf(tx, stackId))
  const onPages = (pages: number) => withTransaction(context.db, system, (tx) => saveStackPages(tx, stackId, pages))
  for await (const page of readScan(await stackBytes(context, stack.sha256), onPages, last + 1)) {
    context.signal.throwIfAborted()
    await keepPage(context, owner, stack, page)
  }
}

/** Reads one stack and writes how it ended. What the uploader can mend ends it as failed; anything else is thrown and tried again. */
export async function doScan(context: ScanContext, stackId: string): Promise<void> {
  const stack = await withTransaction(context.db, system, (tx) => beginStack(tx, stackId))
  if (stack === undefined) return
  const end = (failure: string | null) =>
    withTransaction(context.db, system, (tx) => endStack(tx, stackId, { failure, at: isoInstant(context.clock.nowMs()) }))
  try {
    await readStack(context, stack)
    await end(null)
  } catch (error) {
    await end(isProblem(error) ? error.message : '读取时系统出错，正在重试；多次不成功请联系系统管理员。')
    if (!isProblem(error)) throw error
  }
}

/** The job behind every scanned file. */
export const readScansJob: Job<{ stackId: string }> = job({
  name: 'casework.read-scans',
  input: z.object({ stackId: z.string() }),
  retries: 2,
  maxSeconds: 3600,
  async run(context, { stackId }) {
    await doScan(context, stackId)
    return null
  },
})

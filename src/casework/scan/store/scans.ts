/** SQL of scanned stacks and their pages. */
import type { Tx } from '#platform/db'
import type { ScanOfCase } from '../../cases/contract/case.ts'
import type { ScanPage, ScanStack } from '../contract/scan.ts'

export interface StackRow {
  readonly stack_id: string
  readonly division_code: string
  readonly file_name: string
  readonly sha256: string
  readonly by_user: string
}

/** Enters files to be read. */
export async function insertStacks(
  tx: Tx,
  place: { divisionCode: string; by: string; byName: string; at: string },
  files: readonly { stackId: string; name: string; sha256: string; size: number }[],
): Promise<void> {
  await tx.execute(
    `insert into scan_stack (stack_id, division_code, file_name, sha256, size, by_user, by_name, at)
     select f.id, $1, f.name, f.sha256, f.size, $2, $3, $4
     from unnest($5::uuid[], $6::text[], $7::text[], $8::bigint[]) as f(id, name, sha256, size)`,
    [
      place.divisionCode,
      place.by,
      place.byName,
      place.at,
      files.map((file) => file.stackId),
      files.map((file) => file.name),
      files.map((file) => file.sha256),
      files.map((file) => file.size),
    ],
  )
}

/** The newest stacks with what became of their pages. */
export function listStacks(tx: Tx, limit: number): Promise<ScanStack[]> {
  return tx.query<ScanStack>(
    `with s as (select * from scan_stack order by at desc, stack_id limit $1)
     select s.stack_id as "stackId", s.file_name as "fileName", s.size, s.state, s.pages, s.failure, s.by_name as "byName", s.at,
       count(p.page_id) filter (where p.state = 'filed')::int as filed, count(p.page_id) filter (where p.state = 'waiting')::int as waiting,
       count(p.page_id) filter (where p.state = 'aside')::int as aside, count(p.page_id) filter (where p.state = 'repeated')::int as repeated
     from s left join scan_page p on p.stack_id = s.stack_id
     group by s.stack_id, s.file_name, s.size, s.state, s.pages, s.failure, s.by_name, s.at order by s.at desc, s.stack_id`,
    [limit],
  )
}

/** Takes a stack up for reading, also one whose reader died; undefined when it is read already. */
export function beginStack(tx: Tx, stackId: string): Promise<StackRow | undefined> {
  return tx.maybe<StackRow>(
    `update scan_stack set state = 'reading', failure = null where stack_id = $1 and state <> 'done'
     returning stack_id, division_code, file_name, sha256, by_user`,
    [stackId],
  )
}

export async function saveStackPages(tx: Tx, stackId: string, pages: number): Promise<void> {
  await tx.execute('update scan_stack set pages = $2 where stack_id = $1', [stackId, pages])
}

/** Ends the reading of a stack; with a failure in words when it was not read to its end. */
export async function endStack(tx: Tx, stackId: string, end: { failure: string | null; at: string }): Promise<void> {
  await tx.execute(
    `update scan_stack set state = case when $2::text is null then 'done' else 'failed' end, failure = $2, ended_at = $3 where stack_id = $1`,
    [stackId, end.failure, end.at],
  )
}

/** The last page of a stack that is kept; 0 for none. */
export async function lastPageOf(tx: Tx, stackId: string): Promise<number> {
  const row = await tx.one<{ last: number }>('select coalesce(max(page), 0)::int as last from scan_page where stack_id = $1', [
    stackId,
  ])
  return row.last
}

/** Where a page with this digest is already. */
export function findSamePage(tx: Tx, digest: string): Promise<{ fileName: string; page: number; at: string } | undefined> {
  return tx.maybe(
    `select s.file_name as "fileName", p.page, p.at from scan_page p join scan_stack s on s.stack_id = p.stack_id
     where p.digest = $1 and p.state <> 'repeated' order by p.at limit 1`,
    [digest],
  )
}

/** Whether a scan of the form, version and page is filed with a case. */
export async function hasScan(
  tx: Tx,
  slot: { caseNo: string; form: string; version: number; page: number | null },
): Promise<boolean> {
  const row = await tx.one<{ there: boolean }>(
    `select exists (select from scan_page where case_no = $1 and state = 'filed' and form = $2 and form_version = $3
       and form_page is not distinct from $4) as there`,
    [slot.caseNo, slot.form, slot.version, slot.page],
  )
  return row.there
}

export interface NewScanPage {
  readonly pageId: string
  readonly stackId: string
  readonly divisionCode: string
  readonly page: number
  readonly digest: string | null
  readonly sha256: string | null
  readonly mediaType: string
  readonly state: 'waiting' | 'filed' | 'repeated'
  readonly remark: string | null
  readonly caseNo: string | null
  readonly form: string | null
  readonly formVersion: number | null
  readonly formPage: number | null
  readonly by: string
  readonly byName: string
  readonly at: string
}

/** Keeps a page; false when the same one was filed meanwhile. */
export async function insertScanPage(tx: Tx, page: NewScanPage): Promise<boolean> {
  const row = await tx.maybe(
    `insert into scan_page (page_id, stack_id, division_code, page, digest, sha256, media_type, state, remark, case_no, form, form_version,
       form_page, by_user, by_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (digest) where state = 'filed' do nothing returning page_id`,
    [
      page.pageId,
      page.stackId,
      page.divisionCode,
      page.page,
      page.digest,
      page.sha256,
      page.mediaType,
      page.state,
      page.remark,
      page.caseNo,
      page.form,
      page.formVersion,
      page.formPage,
      page.by,
      page.byName,
      page.at,
    ],
  )
  return row !== undefined
}

/** A page as the lists show it; form and reason are put into words by the caller. */
export interface ScanPageRow extends Omit<ScanPage, 'formLabel' | 'reason'> {
  readonly sealedReason: Buffer | null
  readonly divisionCode: string
  readonly digest: string | null
  readonly sha256: string | null
  readonly mediaType: string
}

const PAGE = `p.page_id as "pageId", p.stack_id as "stackId", coalesce(s.file_name, '') as "fileName", p.page, p.state, p.remark,
  p.case_no as "caseNo", c.applicant_name as "applicantName", p.form, p.form_version as "formVersion", p.form_page as "formPage",
  p.by_hand as "byHand", p.reason as "sealedReason", p.sha256 is not null as "hasPicture", p.by_name as "byName", p.at,
  p.division_code as "divisionCode", p.digest, p.sha256, p.media_type as "mediaType"`
const FROM = `scan_page p left join scan_stack s on s.stack_id = p.stack_id left join casefile c on c.case_no = p.case_no`

export interface ScanPageFilter {
  readonly state: ScanPage['state']
  readonly stackId: string | null
  /** instant and id of the last page before; null for the first */
  readonly after: { readonly at: string; readonly pageId: string } | null
  readonly limit: number
}

/** Pages in a state, the newest stack first, each stack in the order of its pages. */
export function listScanPageRows(tx: Tx, { state, stackId, after, limit }: ScanPageFilter): Promise<ScanPageRow[]> {
  return tx.query<ScanPageRow>(
    `select ${PAGE} from ${FROM} where p.state = $1 and ($2::uuid is null or p.stack_id = $2)
       and ($3::timestamptz is null or (p.at, p.page_id) > ($3, $4::uuid)) order by p.at, p.page_id limit $5`,
    [state, stackId, after?.at ?? null, after?.pageId ?? null, limit],
  )
}

export async function countScanPages(tx: Tx, state: ScanPage['state'], stackId: string | null): Promise<number> {
  const row = await tx.one<{ n: number }>(
    'select count(*)::int as n from scan_page where state = $1 and ($2::uuid is null or stack_id = $2)',
    [state, stackId],
  )
  return row.n
}

/** A page, held while something is decided about it when `lock` is set. */
export function findScanPage(tx: Tx, pageId: string, lock = false): Promise<ScanPageRow | undefined> {
  return tx.maybe<ScanPageRow>(`select ${PAGE} from ${FROM} where p.page_id = $1 ${lock ? 'for update of p' : ''}`, [pageId])
}

/** Scans filed with a case, form by form. */
export function listCaseScans(tx: Tx, caseNo: string): Promise<Omit<ScanOfCase, 'formLabel'>[]> {
  return tx.query(
    `select p.page_id as "pageId", p.form, p.form_version as "formVersion", p.form_page as "formPage", p.remark,
       coalesce(s.file_name, '') as "fileName", p.by_hand as "byHand", p.by_name as "byName", p.at
     from scan_page p left join scan_stack s on s.stack_id = p.stack_id
     where p.case_no = $1 and p.state = 'filed' order by p.form, p.form_version, p.form_page, p.at, p.page`,
    [caseNo],
  )
}

/** Who changed what about a page, and when. */
export interface PageChange {
  readonly by: string
  readonly byName: string
  readonly at: string
}

export async function fileByHand(
  tx: Tx,
  pageId: string,
  filing: PageChange & { caseNo: string; divisionCode: string; form: string },
): Promise<void> {
  await tx.execute(
    `update scan_page set state = 'filed', case_no = $2, division_code = $3, form = $4, by_hand = true, remark = null, by_user = $5,
       by_name = $6, at = $7 where page_id = $1`,
    [pageId, filing.caseNo, filing.divisionCode, filing.form, filing.by, filing.byName, filing.at],
  )
}

/** Sets waiting pages aside; gives how many. */
export function setAside(tx: Tx, pageIds: readonly string[], change: PageChange & { reason: Buffer }): Promise<number> {
  return tx.execute(
    `update scan_page set state = 'aside', reason = $2, by_user = $3, by_name = $4, at = $5
     where page_id = any ($1::uuid[]) and state = 'waiting'`,
    [pageIds, change.reason, change.by, change.byName, change.at],
  )
}

/** Puts a page back among the waiting ones. */
export async function takeBack(tx: Tx, pageId: string, change: PageChange & { remark: string; reason: Buffer }): Promise<void> {
  await tx.execute(
    `update scan_page set state = 'waiting', case_no = null, form = null, form_version = null, form_page = null, by_hand = false,
       remark = $2, reason = $3, by_user = $4, by_name = $5, at = $6 where page_id = $1`,
    [pageId, change.remark, change.reason, change.by, change.byName, change.at],
  )
}

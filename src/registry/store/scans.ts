import type { Sql, Tx } from '#platform/db'

/** SQL of the scans of authorisations. A scan belongs to the number of the paper and its subject; the newest one counts. */

export interface ScanRow {
  authorisation_no: string
  subject_no: string
  paper_no: string
  number_differs: boolean
  sha256: string
  media_type: 'image/jpeg' | 'image/png' | 'application/pdf'
  file_name: string
  size: number
  pages: number | null
  scanned_by_name: string
  scanned_at: string
}

/** An authorisation with the place it belongs to. */
export interface PaperRow {
  authorisation_no: string
  subject_no: string
  household_no: string
  division_code: string
  signature: string
}

const SCAN = `authorisation_no, subject_no, paper_no, number_differs, sha256, media_type, file_name, size, pages, scanned_by_name, scanned_at`

/** The scans in use of the authorisations of these subjects. */
export async function listScans(sql: Sql, subjectNos: readonly string[], householdNo: string): Promise<ScanRow[]> {
  return await sql.query<ScanRow>(
    `select ${SCAN} from authorisation_scan where household_no = $2 and subject_no = any($1) and replaced_at is null`,
    [subjectNos, householdNo],
  )
}

/** The scan in use of an authorisation; undefined if there is none in scope. */
export async function findScan(sql: Sql, authorisationNo: string): Promise<(ScanRow & PaperRow) | undefined> {
  return await sql.maybe<ScanRow & PaperRow>(
    `select ${SCAN.replace(/\w+/g, 's.$&')}, a.household_no, a.division_code, a.signature
     from authorisation a join authorisation_scan s on s.authorisation_no = a.authorisation_no and s.subject_no = a.subject_no
     where a.authorisation_no = $1 and s.replaced_at is null`,
    [authorisationNo],
  )
}

/** The authorisation, locked so that two scans of it follow one another; undefined if there is none in scope. */
export async function lockPaper(tx: Tx, authorisationNo: string): Promise<PaperRow | undefined> {
  return await tx.maybe<PaperRow>(
    `select authorisation_no, subject_no, household_no, division_code, signature from authorisation
     where authorisation_no = $1 for update`,
    [authorisationNo],
  )
}

export interface NewScan {
  readonly scanId: string
  readonly paperNo: string
  readonly numberDiffers: boolean
  readonly sha256: string
  readonly mediaType: string
  readonly fileName: string
  readonly size: number
  readonly pages: number | null
  readonly by: string
  readonly byName: string
  readonly at: string
}

/** Enters a scan; the one in use before is kept as replaced. */
export async function insertScan(tx: Tx, paper: PaperRow, scan: NewScan): Promise<void> {
  await tx.execute(
    `update authorisation_scan set replaced_at = $3 where authorisation_no = $1 and subject_no = $2 and replaced_at is null`,
    [paper.authorisation_no, paper.subject_no, scan.at],
  )
  const { scanId, paperNo, numberDiffers, sha256, mediaType, fileName, size, pages, by, byName, at } = scan
  await tx.execute(
    `insert into authorisation_scan (authorisation_no, subject_no, household_no, division_code, scan_id, paper_no, number_differs, sha256,
       media_type, file_name, size, pages, scanned_by, scanned_by_name, scanned_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      paper.authorisation_no,
      paper.subject_no,
      paper.household_no,
      paper.division_code,
      ...[scanId, paperNo, numberDiffers, sha256, mediaType, fileName, size, pages, by, byName, at],
    ],
  )
}

/** Scans follow their papers to the household and division an import put these in. */
export async function followPapers(tx: Tx): Promise<void> {
  await tx.execute(
    `update authorisation_scan s set household_no = a.household_no, division_code = a.division_code from authorisation a
     where a.authorisation_no = s.authorisation_no and a.subject_no = s.subject_no
       and (a.household_no, a.division_code) is distinct from (s.household_no, s.division_code)`,
  )
}

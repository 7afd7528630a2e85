/** SQL of the papers of a case: printed, signed, photographed. */
import type { Tx } from '#platform/db'

export interface NewPaper {
  readonly form: string
  readonly subjectNo: string | null
  readonly signature: string | null
  readonly signedOn: string | null
  readonly sha256: string | null
  readonly fileName: string | null
  readonly templateHash: string | null
  /** Version of what it says of the case, and the digest of that; left out for papers that the system did not print. */
  readonly version?: number
  readonly contentHash?: string
}

/** Takes as many numbers of a series as asked for; gives the last of them. */
async function takeNumbers(tx: Tx, series: string, count: number): Promise<number> {
  const { last } = await tx.one<{ last: number }>(
    `insert into number_series as n (series, last) values ($1, $2)
     on conflict (series) do update set last = n.last + $2 returning n.last`,
    [series, count],
  )
  return Number(last)
}

const DIGITS = 7

/** Gives out numbers of papers, in order. */
export async function takePaperNumbers(tx: Tx, at: string, count: number): Promise<string[]> {
  const series = `CL${at.slice(0, 4)}`
  const last = await takeNumbers(tx, series, count)
  return Array.from({ length: count }, (_, i) => `${series}${String(last - count + 1 + i).padStart(DIGITS, '0')}`)
}

/** The version of a form a printing with this content has: the newest one's when it says the same, otherwise the next. */
export async function findPaperVersion(tx: Tx, caseNo: string, form: string, contentHash: string): Promise<number> {
  const newest = await tx.maybe<{ version: number; hash: string | null }>(
    `select form_version as version, content_hash as hash from case_paper where case_no = $1 and form = $2 and content_hash is not null
     order by form_version desc limit 1`,
    [caseNo, form],
  )
  if (newest === undefined) return 1
  return newest.hash === contentHash ? newest.version : newest.version + 1
}

/** The newest version that was printed of a form; 0 for none. */
export async function newestPaperVersion(tx: Tx, caseNo: string, form: string): Promise<number> {
  const row = await tx.one<{ version: number }>(
    `select coalesce(max(form_version), 0)::int as version from case_paper where case_no = $1 and form = $2 and content_hash is not null`,
    [caseNo, form],
  )
  return row.version
}

/** Files papers with a case; gives their numbers in order. Two statements, however many; one when the numbers are given out. */
export async function insertPapers(
  tx: Tx,
  place: { caseNo: string; divisionCode: string; by: string; at: string },
  papers: readonly NewPaper[],
  given?: readonly string[],
): Promise<readonly string[]> {
  if (papers.length === 0) return []
  const numbers = given ?? (await takePaperNumbers(tx, place.at, papers.length))
  const column = <K extends keyof NewPaper>(name: K): NewPaper[K][] => papers.map((paper) => paper[name])
  await tx.execute(
    `insert into case_paper (paper_no, case_no, division_code, form, template_hash, subject_no, signature, signed_on, sha256, file_name, form_version,
       content_hash, by_user, at)
     select p.no, $1, $2, p.form, p.hash, p.subject, p.signature, p.signed_on, p.sha256, p.file_name, p.version, p.content, $3, $4
     from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[], $11::text[], $12::text[], $13::int[], $14::text[])
       as p(no, form, hash, subject, signature, signed_on, sha256, file_name, version, content)`,
    [
      place.caseNo,
      place.divisionCode,
      place.by,
      place.at,
      numbers,
      column('form'),
      column('templateHash'),
      column('subjectNo'),
      column('signature'),
      column('signedOn'),
      column('sha256'),
      column('fileName'),
      papers.map((paper) => paper.version ?? 1),
      papers.map((paper) => paper.contentHash ?? null),
    ],
  )
  return numbers
}

/** Papers of new rows go over to the numbers the registry gave. */
export async function renamePaperSubjects(tx: Tx, caseNo: string, numbers: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(numbers)
  if (names.length === 0) return
  await tx.execute(
    `update case_paper p set subject_no = n.new from unnest($2::text[], $3::text[]) as n(old, new)
     where p.case_no = $1 and p.subject_no = n.old`,
    [caseNo, names, names.map((name) => numbers[name])],
  )
}

/** Running cases of a village, oldest first. */
export function listRunningCases(
  tx: Tx,
  village: string,
  limit: number,
): Promise<{ caseNo: string; householdNo: string | null }[]> {
  return tx.query(
    `select case_no as "caseNo", household_no as "householdNo" from casefile where division_code = $1 and result is null
     order by case_no limit $2`,
    [village, limit],
  )
}

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

/** Files papers with a case; gives their numbers in order. Two statements, however many. */
export async function insertPapers(
  tx: Tx,
  place: { caseNo: string; divisionCode: string; by: string; at: string },
  papers: readonly NewPaper[],
): Promise<string[]> {
  if (papers.length === 0) return []
  const series = `CL${place.at.slice(0, 4)}`
  const last = await takeNumbers(tx, series, papers.length)
  const numbers = papers.map((_, i) => `${series}${String(last - papers.length + 1 + i).padStart(DIGITS, '0')}`)
  const column = <K extends keyof NewPaper>(name: K): NewPaper[K][] => papers.map((paper) => paper[name])
  await tx.execute(
    `insert into case_paper (paper_no, case_no, division_code, form, template_hash, subject_no, signature, signed_on, sha256, file_name, by_user, at)
     select p.no, $1, $2, p.form, p.hash, p.subject, p.signature, p.signed_on, p.sha256, p.file_name, $3, $4
     from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[], $11::text[], $12::text[])
       as p(no, form, hash, subject, signature, signed_on, sha256, file_name)`,
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

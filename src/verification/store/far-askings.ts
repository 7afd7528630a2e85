/** SQL of askings of nodes beyond the district: who asked, why, about whom and on which papers. */
import type { Sql, Tx } from '#platform/db'

/** An asking before it is stored. */
export interface NewFarAsking {
  householdNo: string
  divisionCode: string
  campaignId: string
  unit: string
  reason: string
  askedOn: string
  guardianAge: number
  askedBy: string
  askedByName: string
  askedAt: string
  subjects: readonly {
    subjectNo: string
    bornOn: string
    /** bits of the record types asked */
    asked: number
    authorisationNos: readonly string[]
  }[]
}

/** Stores an asking with its subjects and gives its number; the database refuses a subject who has not signed for it. Two statements. */
export async function insertFarAsking(tx: Tx, asking: NewFarAsking): Promise<number> {
  const { subjects } = asking
  const { no } = await tx.one<{ no: number }>(
    `insert into far_asking (household_no, division_code, campaign_id, unit, reason, asked_on, guardian_age, asked_by, asked_by_name, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning asking_no as no`,
    [
      asking.householdNo,
      asking.divisionCode,
      asking.campaignId,
      asking.unit,
      asking.reason,
      asking.askedOn,
      asking.guardianAge,
      asking.askedBy,
      asking.askedByName,
      asking.askedAt,
    ],
  )
  await tx.execute(
    `insert into far_asking_subject (asking_no, place, subject_no, born_on, asked, authorisation_nos, division_code)
     select $1, t.n - 1, t.subject_no, t.born_on, t.asked, array(select jsonb_array_elements_text($5::jsonb -> (t.n::int - 1))), $6
       from unnest($2::text[], $3::date[], $4::int[]) with ordinality as t(subject_no, born_on, asked, n)`,
    [
      no,
      subjects.map((each) => each.subjectNo),
      subjects.map((each) => each.bornOn),
      subjects.map((each) => each.asked),
      JSON.stringify(subjects.map((each) => each.authorisationNos)),
      asking.divisionCode,
    ],
  )
  return no
}

/** A subject of an asking. */
export interface FarSubjectRow {
  asking_no: number
  subject_no: string
  /** null, like his index, when he is not registered in the household any more: nothing is shown of him then */
  name: string | null
  id_number_index: Buffer | null
  asked: number
  /** bits of what an authorisation covers today: nothing else is shown */
  covered: number
  authorisation_nos: string[]
}

export interface FarAskingRow {
  asking_no: number
  household_no: string
  unit: string
  reason: string
  asked_by_name: string
  asked_at: string
}

/** Askings about a household, newest first. */
export function listFarAskingRows(sql: Sql, householdNo: string): Promise<FarAskingRow[]> {
  return sql.query<FarAskingRow>(
    `select asking_no, household_no, unit, reason, asked_by_name, asked_at from far_asking
      where household_no = $1 order by asking_no desc`,
    [householdNo],
  )
}

/** The subjects of some askings, in the order of the question. */
export function listFarSubjects(sql: Sql, askingNos: readonly number[], today: string): Promise<FarSubjectRow[]> {
  return sql.query<FarSubjectRow>(
    `select s.asking_no, s.subject_no, p.name, p.id_number_index, s.asked, s.authorisation_nos,
            case when p.person_no is null then 0 else far_mask(s.subject_no, s.born_on, $2::date, a.guardian_age) end as covered
       from far_asking_subject s join far_asking a using (asking_no)
       left join person p on p.person_no = s.subject_no and p.household_no = a.household_no
      where s.asking_no = any($1::int[]) order by s.asking_no, s.place`,
    [askingNos, today],
  )
}

/** The askings about a household under some campaigns, with the numbers of their subjects in the question. */
export function listFarPlaces(
  sql: Sql,
  campaignIds: readonly string[],
  householdNo: string,
): Promise<{ batch: number; items: number[] }[]> {
  return sql.query(
    `select a.asking_no as batch, array_agg(s.place order by s.place) as items
       from far_asking a join far_asking_subject s using (asking_no)
      where a.campaign_id = any($1::uuid[]) and a.household_no = $2 group by a.asking_no order by a.asking_no`,
    [campaignIds, householdNo],
  )
}

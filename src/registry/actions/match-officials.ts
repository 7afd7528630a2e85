/** Officials who are, or are filed as relatives of, somebody in a household. */
import { labelOf } from '#kernel/terms'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { loadHouseholdBatch } from '../store/batch.ts'
import { listOfficialMatches } from '../store/search.ts'
import { inWholeDistrict } from '../store/whole-district.ts'
import { notFound } from './households.ts'

export interface OfficialMatch {
  readonly officialNo: string
  readonly name: string
  readonly role: string
  readonly roleLabel: string
  readonly post: string | null
  readonly unit: string | null
  readonly divisionCode: string
  /** in office on the day asked about */
  readonly inOffice: boolean
  /** the number of somebody in the household is the official's own, or the official filed the household */
  readonly by: 'number' | 'filing'
  /** the person or supporter who is the official; null for a filing, which names the household */
  readonly subjectNo: string | null
  readonly subjectName: string | null
  /** code of the list of kin */
  readonly relation: string | null
  readonly relationLabel: string | null
  readonly filedOn: string | null
}

/**
 * Officials of the whole district who are members or supporters of a household by citizen number, and those who filed it as a relative's.
 * Links of the population register are found by the verification (rule FIS-2). Problem 404 when the household is not in scope.
 */
export async function matchOfficials(tx: Tx, keys: Keys, householdNo: string, on: string): Promise<OfficialMatch[]> {
  const { households, persons, supporters } = await loadHouseholdBatch(tx, keys, [householdNo])
  if (households.length === 0) throw notFound('这一户')
  const names = new Map([
    ...supporters.map((row): [string, string] => [row.supporter_no, row.name]),
    ...persons.map((row): [string, string] => [row.person_no, row.name]),
  ])
  const rows = await inWholeDistrict(tx, () => listOfficialMatches(tx, householdNo))
  return rows.map((row) => ({
    officialNo: row.official_no,
    name: row.name,
    role: row.role,
    roleLabel: labelOf('official_role', row.role),
    post: row.post,
    unit: row.unit,
    divisionCode: row.division_code,
    inOffice: row.in_office_from <= on && (row.in_office_to === null || row.in_office_to >= on),
    by: row.subject_no === null ? 'filing' : 'number',
    subjectNo: row.subject_no,
    subjectName: row.subject_no === null ? null : (names.get(row.subject_no) ?? null),
    relation: row.relation,
    relationLabel: row.relation === null ? null : labelOf('kin', row.relation),
    filedOn: row.filed_on,
  }))
}

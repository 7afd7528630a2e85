/** Search first: is this household, or anybody in it, known to the district already? */
import { divisionAt } from '#kernel/division'
import { readIdNumber } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import { labelOf } from '#kernel/terms'
import { clean } from '#kernel/text'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { type FoundRow, listSamePersons, type SamePersonRow, searchHouseholdRows } from '../store/search.ts'
import { numberIndex } from '../store/stored-table.ts'
import { inWholeDistrict } from '../store/whole-district.ts'

/** Whether a household receives aid on a day: not yet, now, or no more. */
export type AidState = 'none' | 'current' | 'ended'

export interface FoundHousehold {
  readonly householdNo: string
  readonly headName: string
  readonly townshipCode: string
  readonly townshipName: string
  readonly villageCode: string
  readonly villageName: string
  readonly programme: 'urban' | 'rural'
  readonly programmeLabel: string
  readonly kind: 'new' | 'existing'
  readonly kindLabel: string
  readonly aid: AidState
  readonly aidFrom: string | null
  readonly aidTo: string | null
  readonly tier: string | null
  /** fen */
  readonly approvedAmount: number | null
  readonly persons: number
  /** who in the household the word named; empty when its number did */
  readonly matched: readonly { subjectNo: string; name: string; role: 'member' | 'listed' | 'supporter' }[]
}

export interface HouseholdSearch {
  readonly rows: readonly FoundHousehold[]
  /** there are more than the rows given: the word should be longer */
  readonly more: boolean
  /** the citizen number stands in another division of this district, which the caller may not see */
  readonly elsewhere: boolean
  /** why a word that looks like a citizen number is none, in Chinese; null otherwise */
  readonly numberFault: string | null
}

export interface HouseholdQuery {
  readonly text: string
  /** today, `YYYY-MM-DD` */
  readonly on: string
  readonly limit?: number
}

/** Rows of a page of hits. */
const PAGE = 20
const MOST_ROWS = 100
const LONGEST_WORD = 60
/** A number that gives a higher age is a slip. */
const OLDEST = 150
const LOOKS_LIKE_NUMBER = /^\d{15}$|^\d{17}[\dXx]$/

function aidOf(row: FoundRow, on: string): AidState {
  if (row.aid_from === null) return 'none'
  return row.aid_to !== null && row.aid_to < on.slice(0, 7) ? 'ended' : 'current'
}

function foundView(row: FoundRow, on: string): FoundHousehold {
  return {
    householdNo: row.household_no,
    headName: row.head_name,
    townshipCode: divisionAt(row.division_code, 'township'),
    townshipName: row.township_name,
    villageCode: row.division_code,
    villageName: row.village_name,
    programme: row.programme,
    programmeLabel: labelOf('programme', row.programme),
    kind: row.kind,
    kindLabel: labelOf('household_kind', row.kind),
    aid: aidOf(row, on),
    aidFrom: row.aid_from,
    aidTo: row.aid_to,
    tier: row.tier,
    approvedAmount: row.approved_amount,
    persons: row.persons,
    matched: row.matched,
  }
}

function wordOf(query: HouseholdQuery): string {
  const text = clean(query.text).normalize('NFKC').trim()
  if (text === '') throw new Problem('registry.search-empty', '请输入姓名、拼音、身份号码或家庭编号再查找', { status: 422 })
  if (text.length > LONGEST_WORD) {
    throw new Problem('registry.search-long', `查找内容过长，请不要超过 ${LONGEST_WORD} 个字`, { status: 422 })
  }
  return text
}

/**
 * Households in scope that a word names: number of the household or its beginning, name or part of it, pinyin or initials, or the full
 * citizen number of a member or supporter. Of a number that stands beyond the scope only that it does is told. Three statements at most.
 */
export async function searchHouseholds(tx: Tx, keys: Keys, query: HouseholdQuery): Promise<HouseholdSearch> {
  const text = wordOf(query)
  const limit = Math.min(query.limit ?? PAGE, MOST_ROWS)
  const number = readIdNumber(text, query.on, OLDEST).value
  const index = number === null ? null : numberIndex(keys, number)
  const found = await searchHouseholdRows(tx, {
    text,
    chars: [...new Set(text)],
    letters: /^[A-Za-z]+$/.test(text) ? text.toLowerCase() : '',
    numberIndex: index,
    limit: limit + 1,
  })
  const same = index === null ? [] : await inWholeDistrict(tx, () => listSamePersons(tx, [index]))
  const isSlip = number === null && LOOKS_LIKE_NUMBER.test(text)
  return {
    rows: found.slice(0, limit).map((row) => foundView(row, query.on)),
    more: found.length > limit,
    elsewhere: same.some((row) => !row.within),
    numberFault: isSlip ? '输入的公民身份号码位数或校验位不对，请对照证件重新输入' : null,
  }
}

/** Somebody in the district with a number asked about. */
export interface SamePerson {
  readonly idNumber: string
  readonly role: SamePersonRow['role']
  readonly householdKind: SamePersonRow['kind']
  /** null: a household of another division, of which the caller may see nothing else */
  readonly householdNo: string | null
}

/** Who in the whole district carries one of these numbers, as member or supporter. Two statements and the way back. */
export async function findSamePersons(tx: Tx, keys: Keys, idNumbers: readonly string[]): Promise<SamePerson[]> {
  if (idNumbers.length === 0) return []
  const byIndex = new Map(idNumbers.map((id) => [numberIndex(keys, id).toString('hex'), id]))
  const indexes = [...byIndex.keys()].map((hex) => Buffer.from(hex, 'hex'))
  const rows = await inWholeDistrict(tx, () => listSamePersons(tx, indexes))
  return rows.map((row) => ({
    idNumber: byIndex.get(row.id_number_index.toString('hex')) ?? '',
    role: row.role,
    householdKind: row.kind,
    householdNo: row.within ? row.household_no : null,
  }))
}

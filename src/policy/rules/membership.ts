import { FLAG } from './columns.ts'
import { MEMBER_RELATIONS } from './household.ts'

/**
 * Who is counted as a co-living family member (最低生活保障审核确认办法 art. 7).
 *
 * M1 Nobody who is serving a sentence, declared missing, three years or more in a religious site, or a conscript.
 * M2 The applicant and the spouse; a child under 18; a child of 18 or more who studies at a dependent level or cannot
 *    live independently. An unknown age is an adult's.
 * M3 A child of 18 or more who studies at another level: never, unless unable to live independently.
 * M4 Another adult child, a parent, sibling, grandparent, grandchild or child-in-law: if living together.
 * M5 A parent-in-law or any other person: never.
 */
export const STANDING = {
  applicant: 0,
  spouse: 1,
  minorChild: 2,
  dependentStudent: 3,
  cannotLiveIndependently: 4,
  livesTogether: 5,
  serving: 6,
  missing: 7,
  clergy: 8,
  conscript: 9,
  otherStudy: 10,
  livesApart: 11,
  parentInLaw: 12,
  otherRelation: 13,
} as const

/** Standings up to this one are counted. */
export const LAST_COUNTED: number = STANDING.livesTogether

export const ADULT_AGE = 18
/** Age of a member whose age is unknown; it meets no age condition. */
export const UNKNOWN_AGE = -1

const APPLICANT = MEMBER_RELATIONS.indexOf('applicant')
const SPOUSE = MEMBER_RELATIONS.indexOf('spouse')
const CHILD = MEMBER_RELATIONS.indexOf('child')
const PARENT_IN_LAW = MEMBER_RELATIONS.indexOf('parent_in_law')
const OTHER = MEMBER_RELATIONS.indexOf('other')
const AWAY = FLAG.serving | FLAG.missing | FLAG.clergy | FLAG.conscript
const DATE_YEAR = 10_000

/** Full years on `on`; both dates as whole numbers YYYYMMDD: the year counts only from the birthday on. */
export function fullYears(birth: number, on: number): number {
  return ((on - birth) / DATE_YEAR) | 0
}

/** Stated age, else full years, else UNKNOWN_AGE. */
export function ageOf(stated: number, birth: number, on: number): number {
  return stated >= 0 ? stated : birth > 0 ? fullYears(birth, on) : UNKNOWN_AGE
}

function awayStanding(flags: number): number {
  if ((flags & FLAG.serving) !== 0) return STANDING.serving
  if ((flags & FLAG.missing) !== 0) return STANDING.missing
  return (flags & FLAG.clergy) !== 0 ? STANDING.clergy : STANDING.conscript
}

/** What tells a member's standing, as the columns hold it. */
export interface Standing {
  readonly relation: Uint8Array
  readonly flags: Uint16Array
  readonly study: Uint8Array
  readonly age: Int16Array
  readonly birth: Int32Array
}

function childStanding(c: Standing, m: number, flags: number, on: number, dependentStudy: number): number {
  const age = ageOf(c.age[m] as number, c.birth[m] as number, on)
  if (age >= 0 && age < ADULT_AGE) return STANDING.minorChild
  const study = c.study[m] as number
  if (((dependentStudy >> study) & 1) !== 0) return STANDING.dependentStudent
  if ((flags & FLAG.cannotLiveIndependently) !== 0) return STANDING.cannotLiveIndependently
  if (study !== 0) return STANDING.otherStudy
  return (flags & FLAG.livesTogether) !== 0 ? STANDING.livesTogether : STANDING.livesApart
}

/**
 * Standing of the member in row `m` on a date (YYYYMMDD); `dependentStudy` holds one bit per study level that keeps an
 * adult child in the household.
 */
export function standingOf(c: Standing, m: number, on: number, dependentStudy: number): number {
  const flags = c.flags[m] as number
  const relation = c.relation[m] as number
  if ((flags & AWAY) !== 0) return awayStanding(flags)
  if (relation === APPLICANT) return STANDING.applicant
  if (relation === SPOUSE) return STANDING.spouse
  if (relation === CHILD) return childStanding(c, m, flags, on, dependentStudy)
  if (relation === PARENT_IN_LAW) return STANDING.parentInLaw
  if (relation === OTHER) return STANDING.otherRelation
  return (flags & FLAG.livesTogether) !== 0 ? STANDING.livesTogether : STANDING.livesApart
}

export function isCounted(standing: number): boolean {
  return standing <= LAST_COUNTED
}

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
const standing = {
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

// The loops use the names of this module: the engine folds them, an imported binding it would load each time.
export const STANDING = standing

/** Standings up to this one are counted. */
const LAST_COUNTED: number = standing.livesTogether
const ADULT_AGE = 18
const unknownAge = -1

/** Age of a member whose age is unknown; it meets no age condition. */
export const UNKNOWN_AGE: number = unknownAge

const APPLICANT = MEMBER_RELATIONS.indexOf('applicant')
const SPOUSE = MEMBER_RELATIONS.indexOf('spouse')
const CHILD = MEMBER_RELATIONS.indexOf('child')
const PARENT_IN_LAW = MEMBER_RELATIONS.indexOf('parent_in_law')
const OTHER = MEMBER_RELATIONS.indexOf('other')
const LIVES_TOGETHER = FLAG.livesTogether
const CANNOT_LIVE_INDEPENDENTLY = FLAG.cannotLiveIndependently
const SERVING = FLAG.serving
const MISSING = FLAG.missing
const CLERGY = FLAG.clergy
const AWAY = FLAG.serving | FLAG.missing | FLAG.clergy | FLAG.conscript
const DATE_YEAR = 10_000

/** Full years on `on`; both dates as whole numbers YYYYMMDD: the year counts only from the birthday on. */
export function fullYears(birth: number, on: number): number {
  return ((on - birth) / DATE_YEAR) | 0
}

/** Stated age, else full years, else UNKNOWN_AGE. */
export function ageOf(stated: number, birth: number, on: number): number {
  return stated >= 0 ? stated : birth > 0 ? fullYears(birth, on) : unknownAge
}

function awayStanding(flags: number): number {
  if ((flags & SERVING) !== 0) return standing.serving
  if ((flags & MISSING) !== 0) return standing.missing
  return (flags & CLERGY) !== 0 ? standing.clergy : standing.conscript
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
  if (age >= 0 && age < ADULT_AGE) return standing.minorChild
  const study = c.study[m] as number
  if (((dependentStudy >> study) & 1) !== 0) return standing.dependentStudent
  if ((flags & CANNOT_LIVE_INDEPENDENTLY) !== 0) return standing.cannotLiveIndependently
  if (study !== 0) return standing.otherStudy
  return (flags & LIVES_TOGETHER) !== 0 ? standing.livesTogether : standing.livesApart
}

function relatedStanding(relation: number, together: boolean): number {
  if (relation === APPLICANT) return standing.applicant
  if (relation === SPOUSE) return standing.spouse
  if (relation === PARENT_IN_LAW) return standing.parentInLaw
  if (relation === OTHER) return standing.otherRelation
  return together ? standing.livesTogether : standing.livesApart
}

/** Standing of every relation but a child, by relation × 2, plus 1 for living together. */
const BY_RELATION = Uint8Array.from({ length: 2 * MEMBER_RELATIONS.length }, (_, place) =>
  relatedStanding(place >> 1, (place & 1) === 1),
)

/**
 * Standing of the member in row `m` on a date (YYYYMMDD); `dependentStudy` holds one bit per study level that keeps an
 * adult child in the household.
 */
export function standingOf(c: Standing, m: number, on: number, dependentStudy: number): number {
  const flags = c.flags[m] as number
  const relation = c.relation[m] as number
  if ((flags & AWAY) !== 0) return awayStanding(flags)
  if (relation === CHILD) return childStanding(c, m, flags, on, dependentStudy)
  return BY_RELATION[(relation << 1) | (flags & LIVES_TOGETHER)] as number
}

export function isCounted(standing: number): boolean {
  return standing <= LAST_COUNTED
}

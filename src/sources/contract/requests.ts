/**
 * Bodies of requests. The first line is the head, each further line one item.
 *
 * prepare  the unit gets its data ready as of a date and states what it can answer; legal basis and log entry of its own
 * records  which rows belong to these subjects; a line has the subjects of one household, each with the authorisations
 *          the unit checks by itself
 * lookup   the few questions that go beyond the subjects, each with its own legal basis and the fewest columns
 */
import { z } from 'zod'
import type { AuthorisationFacts } from './authorisation.ts'
import { isRecordName, type UnitName } from './catalogue.ts'
import type { RecordName } from './record-rows.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const recordName = z.custom<RecordName>((value) => typeof value === 'string' && isRecordName(value))

/** What decides how a unit's rows are read: a unit that prepared for it answers from accepted rows as of the date. */
export const Basis = z.strictObject({
  asOf: day,
  /** highest age a citizen number may give */
  maxAge: z.int().min(1),
  /** an answer whose data are older than this many days is stale */
  staleDays: z.int().min(0),
  /** below this age at signing a guardian must have signed */
  guardianAge: z.int().min(0),
  /** traditional and simplified characters in pairs */
  nameVariants: z.string(),
})
export type Basis = z.infer<typeof Basis>

/** Where a request belongs: the campaign, its batch of households, the round of the batch. */
const place = { campaign: z.string().min(1).max(100), batch: z.int().min(0), round: z.int().min(0) }

export const PrepareHead = z.strictObject({ kind: z.literal('prepare'), ...place, basis: Basis })

/** What one or more signed papers say, in the order of `termsCells`. */
export const PaperCells = z.tuple([z.string(), day.nullable(), day.nullable(), day.nullable(), z.array(z.string())])
export type PaperCells = z.infer<typeof PaperCells>

export const RecordsHead = z.strictObject({
  kind: z.literal('records'),
  ...place,
  basis: Basis,
  /** aid scheme the queries serve, e.g. dibao */
  scheme: z.string().max(100),
  /** record types of this unit that are asked */
  records: z.array(recordName).min(1),
  /** lists of indexes into `records`; a subject names the list of what it wants */
  wants: z.array(z.array(z.int().min(0))).min(1),
  /** what the papers of the subjects say, each different one once; a subject's paper names it by place */
  papers: z.array(PaperCells),
})

/** The look-ups beyond the subjects. */
export const lookupNames = [
  'register_books',
  'register_children',
  'register_persons',
  'register_officials',
  'deaths',
  'disability_list',
  'aid_active',
] as const
export type LookupName = (typeof lookupNames)[number]

/** Which units answer which look-ups. */
const lookupUnits: Readonly<Record<LookupName, readonly UnitName[]>> = {
  register_books: ['police'],
  register_children: ['police'],
  register_persons: ['police'],
  register_officials: ['police'],
  deaths: ['police', 'civil_affairs'],
  disability_list: ['disabled_federation'],
  aid_active: ['civil_affairs'],
}

/** The look-ups a unit answers. */
export function lookupsOf(unit: UnitName): LookupName[] {
  return lookupNames.filter((name) => lookupUnits[name].includes(unit))
}

export const LookupHead = z.strictObject({
  kind: z.literal('lookup'),
  ...place,
  basis: Basis,
  lookup: z.enum(lookupNames),
  /** disability_list: grades asked for */
  grades: z.array(z.string()).optional(),
  /** disability_list: first digits of the division code */
  districtPrefix: z.string().regex(/^\d+$/).optional(),
  /** aid_active: projects asked for */
  projects: z.array(z.string()).optional(),
})

/** First line of every request's body. */
export const RequestHead = z.discriminatedUnion('kind', [PrepareHead, RecordsHead, LookupHead])
export type RequestHead = z.infer<typeof RequestHead>
export type PrepareHead = z.infer<typeof PrepareHead>
export type RecordsHead = z.infer<typeof RecordsHead>
export type LookupHead = z.infer<typeof LookupHead>

/** A person asked about in a `records` request. */
export interface Subject {
  /** number of the subject in its batch, chosen by the asker */
  i: number
  idNumber: string
  /** index into the head's `wants` */
  want: number
  /** names the person is known by, as written */
  names: readonly string[]
  papers: readonly SubjectPaper[]
}

/** A signed paper of a subject. */
export interface SubjectPaper {
  no: string
  /** index into the head's `papers`: what the paper says */
  terms: number
  /** hash of the signed paper's scan, where there is one */
  docHash: string | null
}

/** Wire form of a subject: its number, citizen number, want, names, and of each paper number, terms and document hash in a row. */
export type SubjectCells = [i: number, id: string, want: number, names: string[], papers: (string | number | null)[]]

/** Places of a paper in the wire form of a subject. */
export const PAPER_CELLS = 3

/** Wire form of what a paper says: signature, signed on, valid to, withdrawn on, items. */
export function termsCells(facts: AuthorisationFacts): PaperCells {
  return [facts.signature, facts.signed_on, facts.valid_to, facts.withdrawn_on, [...facts.items]]
}

/** Reads the wire form of what a paper says. */
export function readTerms([signature, signedOn, validTo, withdrawnOn, items]: PaperCells): AuthorisationFacts {
  return { signature, signed_on: signedOn, valid_to: validTo, withdrawn_on: withdrawnOn, items }
}

/** One line of a `records` request: the subjects of one household. It does not depend on the unit, so one serves all units of a batch. */
export function subjectsLine(subjects: readonly Subject[]): string {
  const cells = subjects.map(({ i, idNumber, want, names, papers }): SubjectCells => {
    return [i, idNumber, want, [...names], papers.flatMap(({ no, terms, docHash }) => [no, terms, docHash])]
  })
  return JSON.stringify(cells)
}

const isIndex = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0

/** Checked by hand: a campaign brings millions of these. */
function isSubject(value: unknown): value is SubjectCells {
  if (!Array.isArray(value) || value.length !== 5) return false
  const [i, id, want, names, papers] = value as readonly unknown[]
  if (!isIndex(i) || typeof id !== 'string' || !isIndex(want) || !Array.isArray(names) || !Array.isArray(papers)) return false
  for (const name of names) if (typeof name !== 'string') return false
  if (papers.length % PAPER_CELLS !== 0) return false
  for (let at = 0; at < papers.length; at += PAPER_CELLS) {
    const doc: unknown = papers[at + 2]
    if (typeof papers[at] !== 'string' || !isIndex(papers[at + 1]) || (doc !== null && typeof doc !== 'string')) return false
  }
  return true
}

/** Reads a line of a `records` request. Throws when it has another form. */
export function readSubjects(line: string): SubjectCells[] {
  const value: unknown = JSON.parse(line)
  if (Array.isArray(value) && value.every(isSubject)) return value
  throw new TypeError('a line of a request has an unknown form')
}

/** A person of a look-up: number and name, or the number alone. */
export const LookupPerson = z.strictObject({ id: z.string(), name: z.string() })
export type LookupPerson = z.infer<typeof LookupPerson>

/**
 * Body of `authorisation` in its revoked form: each line one of these; from the day on no pair rests on it. It goes by the lane of
 * single cases and may arrive before the requests that rest on the paper: the unit remembers it for good.
 */
export const Revocation = z.strictObject({ no: z.string().min(1), withdrawnOn: day })
export type Revocation = z.infer<typeof Revocation>

/**
 * Body of `cancel`: each line the id of a request whose open items are stopped. It goes by the lane of single cases and may
 * overtake the request: the unit remembers it and refuses the request when it comes.
 */
export const Cancellation = z.strictObject({ request: z.uuid(), reason: z.string().max(400) })
export type Cancellation = z.infer<typeof Cancellation>

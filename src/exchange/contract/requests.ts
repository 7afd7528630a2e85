/**
 * Bodies of requests. The first line is the head, each further line one item.
 *
 * prepare  the unit gets its data ready as of a date and states what it can answer; legal basis and log entry of its own
 * records  which rows belong to these subjects; every subject carries the authorisations the unit checks by itself
 * lookup   the few questions that go beyond the subjects, each with its own legal basis and the fewest columns
 */
import { z } from 'zod'
import type { AuthorisationFacts } from './authorisation.ts'
import { isRecordName } from './catalogue.ts'
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

/** An authorisation as it travels with a subject. */
export interface AuthorisationProof extends AuthorisationFacts {
  no: string
  /** hash of the signed paper's scan, where there is one */
  docHash: string | null
}

/** A person asked about in a `records` request. */
export interface Subject {
  /** number of the subject in its batch, chosen by the asker */
  i: number
  idNumber: string
  /** names the person is known by, as written */
  names: readonly string[]
  /** index into the head's `wants` */
  want: number
  authorisations: readonly AuthorisationProof[]
}

/** Wire form of an authorisation: no, signature, signed on, valid to, withdrawn on, items, document hash. */
type ProofCells = [string, string, string | null, string | null, string | null, string[], string | null]

interface SubjectCells {
  i: number
  id: string
  n: string[]
  w: number
  a: ProofCells[]
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string'
const isIndex = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

/** Checked by hand: a campaign brings millions of these lines. */
function isProof(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 7) return false
  const cells: readonly unknown[] = value
  if (typeof cells[0] !== 'string' || typeof cells[1] !== 'string' || !isTexts(cells[5])) return false
  return isTextOrNull(cells[2]) && isTextOrNull(cells[3]) && isTextOrNull(cells[4]) && isTextOrNull(cells[6])
}

function isSubject(value: unknown): value is SubjectCells {
  if (typeof value !== 'object' || value === null) return false
  const { i, id, n, w, a } = value as Record<string, unknown>
  return isIndex(i) && isText(id) && isTexts(n) && isIndex(w) && Array.isArray(a) && a.every(isProof)
}

/** One line of a `records` request. Lines do not depend on the unit, so one serves all units of a batch. */
export function subjectLine(subject: Subject): string {
  const { i, idNumber: id, names: n, want: w } = subject
  const a = subject.authorisations.map((each) => [
    each.no,
    each.signature,
    each.signed_on,
    each.valid_to,
    each.withdrawn_on,
    each.items,
    each.docHash,
  ])
  return JSON.stringify({ i, id, n, w, a })
}

/** Reads a line of a `records` request. Throws when it has another form. */
export function readSubject(line: string): Subject {
  const value: unknown = JSON.parse(line)
  if (!isSubject(value)) throw new TypeError('a subject of a request has an unknown form')
  const { i, id, n, w, a } = value
  const authorisations = a.map(([no, signature, signedOn, validTo, withdrawnOn, items, docHash]) => ({
    no,
    signature,
    signed_on: signedOn,
    valid_to: validTo,
    withdrawn_on: withdrawnOn,
    items,
    docHash,
  }))
  return { i, idNumber: id, names: n, want: w, authorisations }
}

/** A person of a look-up: number and name, or the number alone. */
export const LookupPerson = z.strictObject({ id: z.string(), name: z.string() })
export type LookupPerson = z.infer<typeof LookupPerson>

/** Body of `authorisation` in its revoked form: each line one of these; from the day on no pair rests on it. */
export const Revocation = z.strictObject({ no: z.string().min(1), withdrawnOn: day })
export type Revocation = z.infer<typeof Revocation>

/** Body of `cancel`: each line the id of a request whose open items are stopped. */
export const Cancellation = z.strictObject({ request: z.uuid(), reason: z.string().max(400) })
export type Cancellation = z.infer<typeof Cancellation>

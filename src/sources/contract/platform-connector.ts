/**
 * How a sharing platform is spoken to, as data: a connector says how a call is signed, what it carries, how pages follow
 * each other, what the platform's codes mean and how often it may be called. A province with other headers is another
 * description, not other code.
 *
 * Texts are templates: `{name}` is replaced by a value, `{name:10}` by its first ten characters, and a text that is
 * nothing but `{name:number}` becomes a number. Names are what the configuration gives (`values`), what steps set, what the
 * session took, and `asked.id`, `asked.name`, `page.number`, `page.size`, `page.cursor`, `asOf`, `grounds.purpose` (and
 * `legalBasis`, `operator`, `caseNo`, `auth`) of the request; in rows also `row.…`.
 */
import { z } from 'zod'
import { PeerKeyTexts } from '#wire/contract'

const template = z.string()
const named = z.record(z.string(), template)
const encoding = z.enum(['utf8', 'hex', 'base64'])
const set = z.string().regex(/^[a-z][A-Za-z0-9]*$/, '名称须以小写字母开头，只含字母和数字')
const digest = z.enum(['sha1', 'sha256', 'sm3'])

const Decrypting = z.strictObject({
  decrypt: z.enum(['aes-128-cbc', 'aes-128-ecb', 'sm4-cbc', 'sm4-ecb']),
  of: template,
  from: encoding,
  key: template,
  keyFrom: encoding.default('utf8'),
  /** initialisation vector as UTF-8 text; only for cbc */
  iv: template.default(''),
})
export type Decrypting = z.infer<typeof Decrypting>

/** One step that gives a name a value. The set is closed: what no step can do is no connector. */
export const ConnectorStep = z.union([
  z.strictObject({ set, clock: z.enum(['milliseconds', 'seconds']) }),
  /** so many random bytes as hexadecimal */
  z.strictObject({ set, random: z.int().min(8).max(64) }),
  z.strictObject({ set, text: template }),
  z.strictObject({
    set,
    hash: digest,
    of: template,
    from: encoding.default('utf8'),
    as: z.enum(['hex', 'base64']),
    /** only the first bytes of the hash */
    bytes: z.int().min(1).optional(),
  }),
  z.strictObject({
    set,
    hmac: digest,
    of: template,
    key: template,
    keyFrom: encoding.default('utf8'),
    as: z.enum(['hex', 'base64']),
  }),
  Decrypting.extend({ set }),
])
export type ConnectorStep = z.infer<typeof ConnectorStep>

const call = {
  method: z.enum(['GET', 'POST']),
  /** how what is asked travels: as parameters of the address, a form, JSON, or lines in our own signed envelope */
  carries: z.enum(['query', 'form', 'json', 'envelope']),
  steps: z.array(ConnectorStep).default([]),
  headers: named.default({}),
}

/** A short-lived secret or token that has to be had before calls are taken. */
const Session = z.strictObject({
  ...call,
  path: template,
  ask: z.json().default({}),
  /** place of the code in the answer and what it must be */
  ok: z.strictObject({ at: z.string(), is: z.array(z.string()).min(1) }),
  /** name → place in the answer */
  take: named,
  ends: z.strictObject({ at: z.string(), unit: z.enum(['milliseconds', 'seconds', 'seconds-from-now']) }),
  /** what is made of what was taken, e.g. the secret decrypted */
  after: z.array(ConnectorStep).default([]),
  /** a new one is had so many seconds before the old one ends */
  renewBefore: z.int().min(0),
})
export type ConnectorSession = z.infer<typeof Session>

/** What an answer of the platform means. */
export const callOutcomes = ['found', 'none', 'later', 'renew', 'refused', 'failed'] as const
export type CallOutcome = (typeof callOutcomes)[number]

const codeLists = z.partialRecord(z.enum(callOutcomes), z.array(z.string()))

const AnswerShape = z.strictObject({
  /** place of the code; empty when only the HTTP status counts */
  code: z.string(),
  /** found, none (said in words: no such record), later (try again), renew (new session, then again), refused, failed */
  codes: codeLists,
  /** the same for HTTP statuses other than 2xx; `5xx` stands for all of them */
  http: codeLists,
  /** what it means when the call is answered with an empty list */
  empty: z.enum(['none', 'failed']),
  rows: z.string(),
  /** place of the number of all rows; checked when it is there */
  total: z.string().optional(),
  /** place where the answer repeats the number of the page */
  page: z.string().optional(),
  /** place of the next cursor; absent or empty after the last page */
  next: z.string().optional(),
  /** rows that arrive encrypted: `{row}` is the text of one; what comes out is JSON */
  row: Decrypting.optional(),
})
export type AnswerShape = z.infer<typeof AnswerShape>

const Limits = z.strictObject({
  /** calls under way at a time */
  atOnce: z.int().min(1),
  /** at most so many calls in so many seconds */
  calls: z.int().min(1),
  seconds: z.number().positive(),
  /** a call without an answer counts as lost after so many seconds */
  waitSeconds: z.number().positive(),
  /** when nothing was answered for so many seconds, whoever is left is a timeout */
  patienceSeconds: z.number().positive(),
  tries: z.int().min(1).max(10),
  /** first and longest wait before a call is repeated, in milliseconds */
  backOff: z.tuple([z.int().min(1), z.int().min(1)]),
  /** persons in one call */
  persons: z.int().min(1),
  maxBytes: z.int().min(1),
  maxPages: z.int().min(1),
})
export type ConnectorLimits = z.infer<typeof Limits>

/** One service of a platform, which answers one record type. A configuration may give all of it or what differs. */
export const PlatformService = z.strictObject({
  /** record type it answers, without the unit; only in a connector's own list */
  record: z.string().optional(),
  values: named.default({}),
  path: template.optional(),
  /** what is asked; in a list `{each: …}` stands once for every person of the call */
  ask: z.json().optional(),
  answer: AnswerShape.partial().optional(),
  /** column of the catalogue → template over the platform's row, e.g. `{row.cert_no}`; a column left out is empty */
  columns: named.default({}),
  /** column of the catalogue → (the platform's code → code of the catalogue) */
  codes: z.record(z.string(), z.record(z.string(), z.string())).default({}),
})
export type PlatformService = z.infer<typeof PlatformService>

/** Where a fact comes from: published, a draft, seen in public code, or assumed here. */
export const factMarks = ['published', 'draft', 'observed', 'assumed'] as const

/** A connector as its file describes it. */
export const Connector = z.strictObject({
  connector: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  /** platform: the platform vouches for the answer with its own login only; envelope: the other side signs what it answers */
  authentic: z.enum(['platform', 'envelope']),
  /** the platform knows its callers by their certificate */
  certificate: z.boolean().default(false),
  facts: z.array(z.strictObject({ what: z.string(), mark: z.enum(factMarks), source: z.string() })).min(1),
  /** names the configuration must give, with what they are */
  values: z.record(set, z.string()),
  session: Session.optional(),
  call: z.strictObject(call),
  paging: z.discriminatedUnion('style', [
    z.strictObject({ style: z.literal('single') }),
    z.strictObject({ style: z.literal('page'), size: z.int().min(1), first: z.int().min(0) }),
    z.strictObject({ style: z.literal('cursor'), size: z.int().min(1) }),
  ]),
  answer: AnswerShape,
  limits: Limits,
  services: z.record(z.string(), PlatformService).default({}),
})
export type Connector = z.infer<typeof Connector>

/** The part of a gateway's configuration that names a connector and gives what it needs. */
export const PlatformSource = z.strictObject({
  kind: z.literal('platform'),
  /** a connector that comes with the gateway, or the path of a description (.yaml, .json) */
  connector: z.string().min(1),
  /** address of the platform, e.g. https://10.0.0.8:8181 */
  url: z.url({ protocol: /^https?$/, error: '须以 http:// 或 https:// 开头' }),
  values: named.default({}),
  /** files of the client's certificate, its key and the authority of the platform (PEM) */
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1), ca: z.string().min(1) }).optional(),
  /** the other side of our own envelope */
  peer: z.strictObject({ nodeId: z.string().min(1), keys: PeerKeyTexts }).optional(),
  limits: Limits.partial().optional(),
  /** days the bytes of calls are kept, sealed; their hashes stay */
  keepDays: z.int().min(1).default(90),
  records: z.record(z.string(), PlatformService.extend({ service: z.string().optional() })),
})
export type PlatformSource = z.infer<typeof PlatformSource>

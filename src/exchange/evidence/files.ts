/**
 * The folder that proves to a third party what was asked about one household, on which authorisation, and what was answered.
 * Of every message it holds the signed header and only the lines of this household, each with what proves it to belong there.
 *
 * manifest.json            what there is, the digest of every file, signed by the centre
 * NNN/request.json         one question to one unit; NNN counts from 001
 * NNN/receipt.bin          the unit's signed frame that says it has stored the question
 * NNN/answer-K.json        what the unit sent in return, corrections included
 * statements/ID.json       the unit's statement that tells its log, whole: it names no person
 * anchors.json             roots over the heads of all logs, as the centre signed them
 * scans/SHA256             signed papers, by the digest that the question names
 */
import { z } from 'zod'
import { Anchor, Header } from '#wire'
import { suiteNames } from '#wire/contract'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.iso.datetime()

/** A line with what proves it to belong to a root. */
const ProvenLine = z.strictObject({
  line: z.string(),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  steps: z.array(z.strictObject({ children: z.array(hash).min(1).max(16), position: z.int().min(0).max(15) })).min(1),
})
export type ProvenLine = z.infer<typeof ProvenLine>

/** A message with the lines of the household: the head first. */
export const ProvenMessage = z.strictObject({ header: Header, lines: z.array(ProvenLine).min(1) })
export type ProvenMessage = z.infer<typeof ProvenMessage>

/** A message with all its lines. */
export const WholeMessage = z.strictObject({
  header: Header,
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  lines: z.array(z.string()).min(1),
})
export type WholeMessage = z.infer<typeof WholeMessage>

/** The anchors from the oldest to the newest that is needed, and the heads of logs that are shown under them. */
export const AnchorFile = z.strictObject({
  anchors: z.array(Anchor),
  heads: z.array(z.strictObject({ anchor: z.int(), statement: z.uuid(), head: ProvenLine })),
})
export type AnchorFile = z.infer<typeof AnchorFile>

/** One question and what the folder has about it. */
const QueryEntry = z.strictObject({
  no: z.string().regex(/^\d{3,6}$/),
  unit: z.string(),
  request: z.uuid(),
  receipt: z.boolean(),
  answers: z.int().min(0),
  /** the statement whose log tells of the answer; null while there is none */
  statement: z.uuid().nullable(),
})
export type QueryEntry = z.infer<typeof QueryEntry>

export const Manifest = z.strictObject({
  kind: z.literal('yingbao evidence'),
  v: z.literal(1),
  madeAt: instant,
  centre: z.string(),
  /** case file or commission, and the household, by their numbers */
  about: z.string(),
  household: z.string(),
  /** what the folder is made for */
  purpose: z.string(),
  queries: z.array(QueryEntry),
  /** SHA-256 of every other file */
  files: z.record(z.string(), hash),
  suite: z.enum(suiteNames),
  sig: z.string(),
})
export type Manifest = z.infer<typeof Manifest>

/** Public keys as the verifier holds them. */
export const EvidenceKeys = z.strictObject({
  kind: z.literal('yingbao evidence keys'),
  v: z.literal(1),
  madeAt: instant,
  keys: z.array(
    z.strictObject({
      node: z.string(),
      suite: z.enum(suiteNames),
      signing: z.string(),
      box: z.string(),
      /** null: from the beginning, until further notice */
      from: instant.nullable(),
      to: instant.nullable(),
    }),
  ),
})
export type EvidenceKeys = z.infer<typeof EvidenceKeys>

/** The line of a unit's log under an anchor. */
export const LogHead = z.strictObject({ kind: z.literal('log'), node: z.string(), statement: z.uuid(), n: z.int(), head: hash })

/** Lines under an anchor are hashes, which nobody can guess: their tree needs no nonce of its own. */
export const ANCHOR_NONCE = '-'.repeat(22)

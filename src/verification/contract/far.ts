/** 异地协查: a node of another district or level is asked about members of a household. What it says is a hint, never a decision. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { InstantText, Reason } from '#kernel/schema'
import { Fact } from './household.ts'
import { AnswerState } from './words.ts'

/** How an asking stands; only `answered` says anything about somebody. */
export const FarAskingState = z.enum(['sent', 'answered', 'refused', 'given_up', 'cancelled', 'expired'])
export type FarAskingState = z.infer<typeof FarAskingState>

/** What the node said of one person for one record type. */
export const FarAnswer = z.object({
  record: z.string(),
  recordName: z.string(),
  /** Only NO_RECORD means "has none". */
  state: AnswerState,
  /** Why, in words, for every state but HIT and NO_RECORD. */
  reason: z.string().nullable(),
  /** The rows of a hit, each as labelled values; numbers of persons and accounts masked. */
  rows: z.array(z.array(Fact)),
})
export type FarAnswer = z.infer<typeof FarAnswer>

export const FarAsking = z.object({
  askingNo: z.int().positive(),
  /** id of the node */
  unit: z.string(),
  unitName: z.string(),
  by: z.string(),
  askedAt: InstantText,
  expiresAt: InstantText.nullable(),
  answeredAt: InstantText.nullable(),
  reason: z.string(),
  state: FarAskingState,
  /** Why it is not answered, as far as known. */
  note: z.string().nullable(),
  subjects: z.array(z.object({ subjectNo: z.string(), name: z.string(), answers: z.array(FarAnswer) })),
})
export type FarAsking = z.infer<typeof FarAsking>

/** A node that may be asked for the household's scheme, with the record types there is a right to. */
export const FarNode = z.object({
  unit: z.string(),
  name: z.string(),
  /** the relay it is reached through */
  via: z.string().nullable(),
  records: z.array(z.object({ record: z.string(), recordName: z.string() })),
})
export type FarNode = z.infer<typeof FarNode>

const path = '/api/households/:householdNo/far-askings'
const params = z.object({ householdNo: z.string() })

/** Askings about a household, newest first, with what was answered; every person in them is journalled as looked at. */
export const listFarAskings = defineRoute({
  name: 'verification.list-far-askings',
  method: 'GET',
  path,
  permission: 'verification.read',
  params,
  query: z.object({ campaignId: z.uuid().optional() }),
  output: z.object({
    rows: z.array(FarAsking),
    /** Whom the caller may ask; nobody for a caller who may not. */
    nodes: z.array(FarNode),
  }),
})

/** Withdraws an asking that is not answered: what the node has not begun it stops; an answer that comes all the same is shown. */
export const cancelFarAsking = defineRoute({
  name: 'verification.cancel-far-asking',
  method: 'POST',
  path: `${path}/:askingNo/cancellation`,
  permission: 'verification.rerun',
  params: params.extend({ askingNo: z.coerce.number().int().positive() }),
  body: z.object({ campaignId: z.uuid().optional(), reason: Reason }),
  output: z.object({ askingNo: z.int().positive() }),
})

/** Asks a node about members of a household, once; each of them must have signed for what is asked, today. */
export const askFarNode = defineRoute({
  name: 'verification.ask-far-node',
  method: 'POST',
  path,
  permission: 'verification.rerun',
  params,
  body: z.object({
    campaignId: z.uuid().optional(),
    unit: z.string().min(1, '请选择异地节点').max(100),
    subjectNos: z.array(z.string()).min(1, '请至少选择一名成员').max(50, '一次最多询问 50 名成员'),
    records: z.array(z.string()).min(1, '请至少选择一类记录').max(30),
    reason: Reason,
  }),
  output: z.object({ askingNo: z.int().positive() }),
})

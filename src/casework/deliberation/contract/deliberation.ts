/** Deliberation of a village: the pool, the session with its drawn body, and the cases it is called for. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, InstantText, personName, Reason } from '#kernel/schema'
import { MEMBER_KINDS } from './member-kinds.ts'

export * from './member-kinds.ts'

export const MemberKind = z.enum(MEMBER_KINDS)
export type MemberKind = z.infer<typeof MemberKind>

export const PoolMemberView = z.object({
  memberId: z.string(),
  name: z.string(),
  kind: MemberKind,
  fromOn: DateText,
  toOn: DateText.nullable(),
})
export type PoolMemberView = z.infer<typeof PoolMemberView>

export const listPool = defineRoute({
  name: 'casework.list-pool',
  method: 'GET',
  path: '/api/villages/:villageCode/pool',
  permission: 'casework.read',
  params: z.object({ villageCode: DivisionCode }),
  output: z.object({ rows: z.array(PoolMemberView) }),
})

/** Adds a person to the pool; the citizen number is kept sealed and only compared, for recusal. */
export const addPoolMember = defineRoute({
  name: 'casework.add-pool-member',
  method: 'POST',
  path: '/api/villages/:villageCode/pool',
  permission: 'casework.pool',
  params: z.object({ villageCode: DivisionCode }),
  body: z.object({
    name: personName(),
    kind: MemberKind,
    idNumber: z.string().trim().max(40).default(''),
    fromOn: DateText,
  }),
  output: PoolMemberView,
})

export const endPoolMember = defineRoute({
  name: 'casework.end-pool-member',
  method: 'POST',
  path: '/api/villages/:villageCode/pool/:memberId/end',
  permission: 'casework.pool',
  params: z.object({ villageCode: DivisionCode, memberId: z.uuid() }),
  body: z.object({ toOn: DateText }),
  output: PoolMemberView,
})

export const SessionView = z.object({
  sessionId: z.string(),
  villageCode: DivisionCode,
  villageName: z.string(),
  plannedOn: DateText,
  heldOn: DateText.nullable(),
  place: z.string(),
  chair: z.string(),
  ballot: z.enum(['secret', 'hands']),
  /** published with the pool: anyone draws the same persons from them */
  seed: z.string(),
  pool: z.array(z.object({ memberId: z.string(), name: z.string(), kind: MemberKind })),
  drawn: z.array(z.object({ memberId: z.string(), name: z.string(), kind: MemberKind })),
  present: z.array(z.string()),
  state: z.enum(['convened', 'held', 'cancelled']),
  at: InstantText,
  cases: z.array(
    z.object({
      caseNo: z.string(),
      applicantName: z.string(),
      members: Count,
      version: Count,
      recused: z.array(z.object({ memberId: z.string(), name: z.string(), relation: z.string() })),
      yes: Count.nullable(),
      no: Count.nullable(),
      abstain: Count.nullable(),
      invalid: Count.nullable(),
      outcome: z.enum(['passed', 'failed', 'no_quorum']).nullable(),
    }),
  ),
})
export type SessionView = z.infer<typeof SessionView>

/** Cases of a village that wait for a deliberation, its pool, and what the pack asks of the body. */
export const readVillageDeliberation = defineRoute({
  name: 'casework.read-deliberation',
  method: 'GET',
  path: '/api/villages/:villageCode/deliberation',
  permission: 'casework.read',
  params: z.object({ villageCode: DivisionCode }),
  output: z.object({
    villageName: z.string(),
    waiting: z.array(
      z.object({ caseNo: z.string(), applicantName: z.string(), members: Count, version: Count, related: z.boolean() }),
    ),
    pool: z.array(PoolMemberView),
    rule: z.object({
      minMembers: Count,
      odd: z.boolean(),
      representatives: z.string(),
      quorum: z.string(),
      pass: z.string(),
      ballot: z.enum(['secret', 'hands']),
      drawn: Count.nullable(),
    }),
    /** what the pool lacks, in words */
    faults: z.array(z.string()),
    sessions: z.array(SessionView),
  }),
})

/** Somebody who would deliberate and has the name of kin of the household: a person says whether it is the same one. */
export const KinQuestion = z.object({
  caseNo: z.string(),
  applicantName: z.string(),
  key: z.string(),
  name: z.string(),
  /** what the namesake is to the household */
  relation: z.string(),
})
export type KinQuestion = z.infer<typeof KinQuestion>

/** What has to be answered before a body of the village is drawn or votes; `chair`: who is to chair. */
export const readKinQuestions = defineRoute({
  name: 'casework.read-kin-questions',
  method: 'GET',
  path: '/api/villages/:villageCode/kin-questions',
  permission: 'casework.read',
  params: z.object({ villageCode: DivisionCode }),
  query: z.object({ chair: z.string().trim().max(60).optional() }),
  output: z.object({ rows: z.array(KinQuestion) }),
})

/** Says whether somebody is the namesake, with the reason; a later answer stands in the place of an earlier one. */
export const answerKin = defineRoute({
  name: 'casework.answer-kin',
  method: 'POST',
  path: '/api/cases/:caseNo/kin-answers',
  permission: 'casework.convene',
  params: z.object({ caseNo: z.string() }),
  body: z.object({
    key: z.string().min(1).max(80),
    name: z.string().min(1).max(60),
    relation: z.string().min(1).max(200),
    isKin: z.boolean(),
    reason: Reason,
  }),
  output: z.object({ caseNo: z.string() }),
})

/** Draws the body by lot and calls the session for the chosen cases. */
export const conveneSession = defineRoute({
  name: 'casework.convene-session',
  method: 'POST',
  path: '/api/villages/:villageCode/sessions',
  permission: 'casework.convene',
  params: z.object({ villageCode: DivisionCode }),
  body: z.object({
    cases: z
      .array(z.object({ caseNo: z.string(), version: z.int().min(0) }))
      .min(1, '请勾选要评议的案件')
      .max(100),
    plannedOn: DateText,
    place: z.string().trim().min(2, '请填写地点').max(120),
    chair: personName('主持人'),
    /** a public number agreed beforehand (e.g. a lottery result of the day); one is made by the program when left out */
    seed: z.string().trim().min(6, '种子至少 6 个字符').max(80).optional(),
  }),
  output: SessionView,
})

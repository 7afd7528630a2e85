/** Forms of the moves of deliberation. */

import { z } from 'zod'
import { DateText, personName, StoredFile } from '#kernel/schema'

const Name = personName()
const Words = z.string().trim().max(2000, '不超过 2000 字')

/** 登记评议结果. */
export const SessionResult = z.object({
  sessionId: z.uuid(),
  heldOn: DateText,
  present: z.array(z.string()).min(1, '请勾选到会人员'),
  recused: z.array(z.object({ memberId: z.string(), relation: z.string().trim().min(1, '请写明回避原因').max(60) })).default([]),
  statement: Words.default(''),
  questions: z
    .array(z.object({ asked: Words, answered: Words }))
    .max(40)
    .default([]),
  yes: z.int().min(0),
  no: z.int().min(0),
  abstain: z.int().min(0),
  invalid: z.int().min(0),
  conclusion: z.string().trim().min(2, '请写明评议结论').max(2000),
  signatures: z.array(StoredFile).max(10).default([]),
  photos: z.array(StoredFile).max(10).default([]),
  postedOn: DateText.nullable().default(null),
})
export type SessionResult = z.infer<typeof SessionResult>

/** 与区级会商的意见. */
export const Consultation = z.object({
  with: Name,
  on: DateText,
  opinion: z.string().trim().min(4, '请写明会商意见和证据').max(2000),
})
export type Consultation = z.infer<typeof Consultation>

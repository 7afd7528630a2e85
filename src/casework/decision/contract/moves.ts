/** Forms of the moves of township review, approval, decision and undo. */
import { z } from 'zod'
import { DateText, personName, StoredFile } from '#kernel/schema'

const Words = z.string().trim().min(4, '请写明意见，至少 4 个字').max(2000, '意见不超过 2000 字')

/** Whoever agrees may say no more than that; whoever does not says why. */
const Opinion = z.string().trim().min(1, '请填写意见').max(2000, '意见不超过 2000 字')
const LEAST_REASON = 4

/** Opinion of one of the three ranks of the township. */
export const ReviewOpinion = z
  .object({ agrees: z.boolean(), text: Opinion })
  .refine(({ agrees, text }) => agrees || text.length >= LEAST_REASON, {
    path: ['text'],
    message: '不同意的，请写明理由，至少 4 个字',
  })
export type ReviewOpinion = z.infer<typeof ReviewOpinion>

/** 入户抽查：谁、何时、看到什么。 */
export const SampleVisit = z.object({
  visitedOn: DateText,
  investigators: z
    .array(personName())
    .min(2, '抽查人员不少于两人')
    .max(6)
    .refine((list) => new Set(list).size === list.length, '两名抽查人员不能是同一人'),
  /** what was found agrees with the file: said by whoever was there, never preset */
  agrees: z.boolean('请选择所见与材料是否一致'),
  found: Words,
  photos: z.array(StoredFile).max(20).default([]),
})
export type SampleVisit = z.infer<typeof SampleVisit>

/** 同意：测评结论为不符合而仍同意的，写明理由。 */
export const Approval = z.object({
  text: Opinion.default('同意审核意见'),
  explanation: z.string().trim().max(2000).default(''),
})
export type Approval = z.infer<typeof Approval>

/** 不予批准：事实、依据；救济途径由政策包补充。 */
export const Refusal = z.object({
  facts: z.string().trim().min(8, '请写明认定的事实').max(4000),
  rule: z.string().trim().min(4, '请写明依据的条款').max(1000),
  otherHelp: z.string().trim().max(1000).default(''),
  /** confirmation that the refusal may rest on imputed income */
  imputedReason: Words.optional(),
})
export type Refusal = z.infer<typeof Refusal>

/** 作出决定. */
export const Decision = z.object({
  note: z.string().trim().max(1000).default(''),
  /** what was looked at, where the account is doubtful */
  accountReason: z.string().trim().max(1000).default(''),
})
export type Decision = z.infer<typeof Decision>

/** Forms of the moves of the home visit. */

import { z } from 'zod'
import { DateText, personName, StoredFile } from '#kernel/schema'

const Name = personName()
const Words = z.string().trim().max(2000, '不超过 2000 字')

/** 入户安排：谁、何时、怎么走。 */
export const VisitPlan = z.object({
  investigators: z
    .array(z.object({ name: Name, post: z.string().trim().max(60), userId: z.string().nullable().default(null) }))
    .min(2, '入户调查人员不少于两人')
    .max(6, '入户调查人员不超过 6 人')
    .refine((list) => new Set(list.map((each) => each.name)).size === list.length, '两名调查人员不能是同一人'),
  plannedOn: DateText,
  /** place in the day's route, from 1 */
  order: z.int().min(1).max(200).nullable().default(null),
  note: Words.default(''),
})
export type VisitPlan = z.infer<typeof VisitPlan>

const Signature = z.object({
  name: Name,
  kind: z.enum(['signed', 'fingerprint', 'guardian', 'refused']),
  file: StoredFile.nullable().default(null),
  /** why it was refused, or who signed for whom */
  note: Words.default(''),
})

/** 入户调查表. */
export const Visit = z
  .object({
    visitedOn: DateText,
    /** nobody at home: only the next date is taken */
    absent: z.boolean().default(false),
    nextOn: DateText.nullable().default(null),
    met: z.string().trim().max(120).default(''),
    identityChecked: z.boolean().default(false),
    place: Words.default(''),
    /** WGS-84, when the device told */
    latitude: z.number().min(-90).max(90).nullable().default(null),
    longitude: z.number().min(-180).max(180).nullable().default(null),
    dwelling: z.object({
      kind: z.string().trim().max(60).default(''),
      /** square metres */
      area: z.number().min(0).max(10_000).nullable().default(null),
      condition: z.string().trim().max(200).default(''),
    }),
    /** what was seen: tick list and words */
    seen: z.array(z.string().max(60)).max(40).default([]),
    members: z
      .array(
        z.object({
          name: Name,
          atHome: z.boolean(),
          health: z.string().trim().max(200).default(''),
          work: z.string().trim().max(200).default(''),
        }),
      )
      .max(30)
      .default([]),
    income: z
      .array(z.object({ name: Name, words: Words, amount: z.int().min(0).nullable().default(null) }))
      .max(30)
      .default([]),
    expenditure: Words.default(''),
    hardship: Words.default(''),
    statement: Words.default(''),
    conclusion: Words.default(''),
    investigators: z.array(Signature).max(6).default([]),
    household: Signature.nullable().default(null),
    witness: Signature.nullable().default(null),
    photos: z
      .array(StoredFile.extend({ slot: z.string().max(20) }))
      .max(20)
      .default([]),
  })
  .superRefine((form, issues) => {
    if (form.absent) {
      if (form.nextOn === null) issues.addIssue({ code: 'custom', path: ['nextOn'], message: '家里没人，请写下次入户日期' })
      return
    }
    if (form.conclusion === '') issues.addIssue({ code: 'custom', path: ['conclusion'], message: '请写明调查结论和理由' })
    if (!form.identityChecked) issues.addIssue({ code: 'custom', path: ['identityChecked'], message: '请核对在场人员身份' })
    if (form.household?.kind === 'refused' && form.household.note === '') {
      issues.addIssue({ code: 'custom', path: ['household', 'note'], message: '申请家庭拒绝签字的，请写明情形，并由见证人签字' })
    }
  })
export type Visit = z.infer<typeof Visit>

/** 邻里访问 / 信函索证. */
export const Interview = z.object({
  kind: z.enum(['neighbour', 'letter']),
  on: DateText,
  who: Name,
  relation: z.string().trim().max(60).default(''),
  statement: z.string().trim().min(4, '请写明访问内容').max(2000),
  signature: Signature.nullable().default(null),
})
export type Interview = z.infer<typeof Interview>

/** Forms of the moves of intake and verification. */
import { z } from 'zod'
import { DateText, personName, StoredFile } from '#kernel/schema'
import { SignedForm } from './intake.ts'

const Words = z.string().trim().max(2000, '不超过 2000 字')

/** A move that only records that it was made. */
export const Plain = z.object({})

/** One signature on one form by one person of the application. */
export const PaperSignature = z
  .object({
    form: SignedForm,
    /** row of the draft: a member or supporter */
    subject: z.string().min(1).max(60),
    signature: z.enum(['signed', 'fingerprint', 'guardian', 'refused'], '请选择签字方式'),
    signedOn: DateText,
    /** who signed for somebody, or why it was refused */
    note: Words.default(''),
    file: StoredFile.nullable().default(null),
  })
  .refine(({ signature, note }) => (signature !== 'guardian' && signature !== 'refused') || note.length >= 2, {
    path: ['note'],
    message: '监护人代签请写明监护人姓名，拒签请写明原因',
  })
export type PaperSignature = z.infer<typeof PaperSignature>

/** 登记签字材料. */
export const SignPapers = z.object({
  papers: z.array(PaperSignature).min(1, '请至少登记一份签字材料').max(60, '一次最多登记 60 份'),
})
export type SignPapers = z.infer<typeof SignPapers>

/** 一次性告知补正: every gap in one list. */
export const AskMissing = z.object({
  items: z
    .array(
      z.object({
        what: z.string().trim().min(2, '请写明缺少的材料或内容').max(200),
        problem: Words.default(''),
        mend: z.string().trim().min(2, '请写明怎样补正').max(400),
      }),
    )
    .min(1, '请至少列出一项')
    .max(40, '一次最多列出 40 项'),
  toldOn: DateText,
  toldTo: z.string().trim().min(2, '请填写告知何人').max(60),
  /** why something is asked for after the one list was told */
  again: Words.default(''),
})
export type AskMissing = z.infer<typeof AskMissing>

/** 补正材料已收. */
export const SupplyMissing = z.object({ receivedOn: DateText, note: Words.default('') })
export type SupplyMissing = z.infer<typeof SupplyMissing>

/** 受理. Warnings of the registry's checks have to be seen before they are accepted. */
export const AcceptIntake = z.object({
  warningsSeen: z.boolean().default(false),
  note: Words.default(''),
})
export type AcceptIntake = z.infer<typeof AcceptIntake>

/** 不予受理; the reason itself goes with the move. */
export const DeclineIntake = z.object({
  clause: z.string().trim().min(4, '请写明依据的条款').max(400),
  facts: z.string().trim().min(4, '请写明认定的事实').max(2000),
})
export type DeclineIntake = z.infer<typeof DeclineIntake>

/** 委托核对, with papers signed meanwhile. */
export const CommissionVerification = z.object({ papers: z.array(PaperSignature).max(60, '一次最多登记 60 份').default([]) })
export type CommissionVerification = z.infer<typeof CommissionVerification>

/** 告知核对结果. */
export const TellResult = z.object({
  toldOn: DateText,
  toldTo: z.string().trim().min(2, '请填写告知何人').max(60),
  way: z.enum(['in_person', 'telephone', 'letter'], '请选择告知方式'),
  /** what the household said to it */
  answer: Words.default(''),
})
export type TellResult = z.infer<typeof TellResult>

/** 对核对结果有异议; the reason goes with the move. */
export const ObjectToResult = z.object({
  raisedBy: personName('提出异议的人'),
  raisedOn: DateText,
  evidence: z.array(StoredFile).max(20, '材料不超过 20 份').default([]),
})
export type ObjectToResult = z.infer<typeof ObjectToResult>

/** Forms of the moves of a notice step. */
import { z } from 'zod'
import { DateText, FileHash, MonthText } from '#kernel/schema'
import { nameFault } from '#kernel/typed-person'

/** The bureau's own telephone for objections: what a list may show beside its rows. */
export const NoticeTelephone = z
  .string()
  .trim()
  .regex(/^[0-9][0-9 -]{5,19}$/, '请填写受理异议的办公电话，如 0937-1234567')
  .refine((text) => !/^1[3-9]\d{9}$/.test(text.replace(/[ -]/g, '')), '请填写办公电话，不要填写个人手机号码')

/** Where objections are taken in person. */
export const NoticeAddress = z.string().trim().max(60, '异议受理地址不超过 60 个字')

/** 发布公示. */
export const PublishForm = z.object({
  /** day of posting; today if left out */
  fromOn: DateText.optional(),
  /** month from which the aid would be paid */
  fromMonth: MonthText.optional(),
  telephone: NoticeTelephone,
  /** '' : the one of the last notice of the township */
  address: NoticeAddress.default(''),
})
export type PublishForm = z.infer<typeof PublishForm>

/** 登记张贴照片. */
export const ProveForm = z.object({
  postedOn: DateText,
  place: z.string().trim().min(2, '请填写张贴地点，如“村委会公示栏”').max(100, '张贴地点不超过 100 字'),
  sha256: FileHash,
  /** why a photo of an earlier day was not registered while the notice hung */
  lateReason: z.string().trim().max(400, '补登说明不超过 400 字').default(''),
})
export type ProveForm = z.infer<typeof ProveForm>

/** Who says what: kept sealed, shown only to whoever handles it. */
export const Statement = z
  .object({
    named: z.boolean(),
    from: z.string().trim().max(60, '姓名不超过 60 字').default(''),
    contact: z.string().trim().max(100, '联系方式不超过 100 字').default(''),
    text: z.string().trim().min(4, '请写明反映的内容，至少 4 个字').max(4000, '反映的内容不超过 4000 字'),
  })
  .superRefine((form, issues) => {
    const fault = nameFault(form.from)
    if (fault !== null) issues.addIssue({ code: 'custom', path: ['from'], message: fault })
    if (form.named && form.from.length < 2) issues.addIssue({ code: 'custom', path: ['from'], message: '实名提出的，请填写姓名' })
  })
export type Statement = z.infer<typeof Statement>

/** 异议答复: upheld or not is said by the move. */
export const AnswerForm = z.object({
  answer: z.string().trim().min(4, '请写明核实情况和答复，至少 4 个字').max(4000, '答复不超过 4000 字'),
})
export type AnswerForm = z.infer<typeof AnswerForm>

/** A move that holds nothing but does more than move. */
export const NothingForm = z.object({})

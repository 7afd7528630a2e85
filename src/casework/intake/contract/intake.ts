/** Intake: look for the household first, open its case, write the application, print its papers, see who has signed. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, Fen, InstantText, MonthText, personName, Reason } from '#kernel/schema'
import { PaperView } from '../../cases/contract/case.ts'
import { Draft, DraftChange, DraftConflict, DraftGap } from './draft.ts'
import { DoubleMember } from './membership.ts'
import { ProofLine } from './proof.ts'

const RunningCase = z.object({ caseNo: z.string(), openedOn: DateText })

export const FoundHousehold = z.object({
  householdNo: z.string(),
  headName: z.string(),
  townshipName: z.string(),
  villageCode: DivisionCode,
  villageName: z.string(),
  programme: z.enum(['urban', 'rural']),
  programmeLabel: z.string(),
  aid: z.enum(['none', 'current', 'ended']),
  aidFrom: MonthText.nullable(),
  approvedAmount: Fen.nullable(),
  persons: Count,
  /** who of the household the word named */
  matched: z.array(z.object({ name: z.string(), role: z.enum(['member', 'listed', 'supporter']) })),
  /** a case of it that runs: no second one is opened */
  running: RunningCase.nullable(),
  /** until when a new application after a refusal is only taken with a reason; null when nothing stands against it */
  barredUntil: DateText.nullable(),
  /** the clean-up in which it has not applied anew yet */
  cleanUpLabel: z.string().nullable(),
})
export type FoundHousehold = z.infer<typeof FoundHousehold>

/** An application of a family the registry does not know yet, as it is being written. */
export const OpenApplication = z.object({
  caseNo: z.string(),
  /** of the case, for its moves */
  version: Count,
  applicantName: z.string(),
  villageName: z.string(),
  openedOn: DateText,
  openedByName: z.string(),
  /** the last day on which something was written */
  savedOn: DateText,
})
export type OpenApplication = z.infer<typeof OpenApplication>

/** Looks for a household before a case is opened: nobody is entered twice. */
export const searchForIntake = defineRoute({
  name: 'casework.search-households',
  method: 'GET',
  path: '/api/intake/search',
  permission: 'casework.open',
  query: z.object({
    q: z.string().trim().min(1, '请输入姓名、拼音、身份号码或家庭编号再查找').max(60, '查找内容不超过 60 个字'),
  }),
  output: z.object({
    rows: z.array(FoundHousehold),
    /** applications that are being written for somebody of this name, with no household yet */
    applications: z.array(OpenApplication),
    more: z.boolean(),
    elsewhere: z.boolean(),
    numberFault: z.string().nullable(),
  }),
})

/** What is asked of a family that the registry does not know. */
const ASKED_OF_NEW = [
  ['applicantName', '请填写申请人姓名'],
  ['village', '请选择申请人所在的村（社区）'],
  ['programme', '请选择救助项目'],
] as const

/** Opens a case: of a household the registry knows, or of a new one in a village. */
export const openIntake = defineRoute({
  name: 'casework.open',
  method: 'POST',
  path: '/api/cases',
  permission: 'casework.open',
  body: z
    .object({
      householdNo: z.string().max(40).optional(),
      village: DivisionCode.optional(),
      applicantName: personName('申请人姓名').optional(),
      programme: z.enum(['urban', 'rural']).optional(),
      origin: z.enum(['application', 'proxy', 'found', 'clean_up']).default('application'),
      /** who applies for the family, and why */
      proxy: z
        .object({
          name: personName('代办人姓名'),
          relation: z.string().trim().min(1, '请填写与申请人的关系').max(60),
          reason: Reason,
        })
        .optional(),
      /** why an application is taken although one was refused not long ago */
      barReason: Reason.optional(),
      /** another family than the one whose application of the same name is being written in the village */
      another: z.boolean().default(false),
    })
    .superRefine(({ householdNo, ...family }, issues) => {
      if (householdNo !== undefined) return
      for (const [field, message] of ASKED_OF_NEW) {
        if (family[field] === undefined) issues.addIssue({ code: 'custom', path: [field], message })
      }
    })
    .refine(({ origin, proxy }) => (origin === 'proxy') === (proxy !== undefined), {
      path: ['proxy'],
      message: '代为申请的，请填写代办人、关系和原因；不是代办的不填',
    }),
  output: z.object({ caseNo: z.string(), cleanUpLabel: z.string().nullable() }),
})

/** Applications nobody has written on for the days of the pack, and whose signatures are not in: of whoever opened them. */
export const listIdleDrafts = defineRoute({
  name: 'casework.list-idle-drafts',
  method: 'GET',
  path: '/api/intake/idle-drafts',
  permission: 'casework.open',
  query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
  output: z.object({ rows: z.array(OpenApplication), total: Count, days: Count }),
})

/** What the pack says of a member, and what was entered. */
export const MemberVerdict = z.object({
  row: z.string(),
  name: z.string(),
  /** what the rules of the pack give: counted or not, and why */
  ruled: z.boolean(),
  ruledReason: z.string(),
  clause: z.string(),
  /** as entered; null: not yet */
  counted: z.boolean().nullable(),
  /** entered otherwise than ruled: a reason has to be written */
  differs: z.boolean(),
  settled: z.boolean(),
})
export type MemberVerdict = z.infer<typeof MemberVerdict>

/** A form of the application somebody has to sign. */
export const SignedForm = z.enum(['application', 'undertaking', 'authorisation'])
export type SignedForm = z.infer<typeof SignedForm>

export const Signer = z.object({
  row: z.string(),
  name: z.string(),
  kind: z.enum(['adult', 'guarded', 'supporter']),
  kindLabel: z.string(),
  forms: z.array(
    z.object({
      form: SignedForm,
      label: z.string(),
      /** null: not signed yet */
      signature: PaperView.shape.signature,
      signedOn: DateText.nullable(),
      hasScan: z.boolean(),
      /** the authorisation stands in the registry from earlier */
      standing: z.boolean(),
    }),
  ),
})
export type Signer = z.infer<typeof Signer>

export const DraftView = z.object({
  caseNo: z.string(),
  applicantName: z.string(),
  householdNo: z.string().nullable(),
  villageName: z.string(),
  townshipName: z.string(),
  programme: z.enum(['urban', 'rural']),
  /** version of the case, for its moves */
  version: Count,
  revision: Count,
  savedBy: z.string(),
  savedAt: InstantText,
  /** false: the application is accepted or ended, and can only be read */
  editable: z.boolean(),
  /** false: the case has ended, and no proof is added any more */
  running: z.boolean(),
  draft: Draft,
  gaps: z.array(DraftGap),
  verdicts: z.array(MemberVerdict),
  signers: z.array(Signer),
  /** the checklist of proofs */
  proofs: z.array(ProofLine),
  /** who is a member of another living household too */
  doubles: z.array(DoubleMember),
  /** how many columns came from the registry and wait to be confirmed */
  unconfirmed: Count,
  today: DateText,
  /** months that declared income and expenditure cover by default */
  period: z.object({ from: MonthText, to: MonthText }),
})
export type DraftView = z.infer<typeof DraftView>

const Params = z.object({ caseNo: z.string() })

/** Opens the application of a case; journalled as a read of its household. */
export const openDraft = defineRoute({
  name: 'casework.open-draft',
  method: 'GET',
  path: '/api/cases/:caseNo/draft',
  permission: 'casework.read',
  params: Params,
  output: DraftView,
})

/** Saves changes of the application, each by itself; what somebody else changed meanwhile comes back as two values. */
export const saveDraft = defineRoute({
  name: 'casework.save-draft',
  method: 'POST',
  path: '/api/cases/:caseNo/draft',
  permission: 'casework.open',
  params: Params,
  body: z.object({ changes: z.array(DraftChange).min(1, '没有要保存的内容').max(200, '一次最多保存 200 处改动') }),
  output: z.object({ view: DraftView, conflicts: z.array(DraftConflict) }),
})

/** Papers of the intake that are printed. */
export const IntakeForm = z.enum([
  'application',
  'household-economics',
  'proxy',
  'missing-items-notice',
  'acceptance-notice',
  'rejection-notice',
  'related-party',
])
export type IntakeForm = z.infer<typeof IntakeForm>

/** Papers of verification, visit, deliberation and review: filled with what the case holds so far, empty boxes for the rest. */
export const CourseForm = z.enum([
  'verification-order',
  'home-visit',
  'neighbour-interview',
  'written-inquiry',
  'deliberation',
  'review-form',
  'card-agreement',
])
export type CourseForm = z.infer<typeof CourseForm>

/** Every paper of a case that is printed from its page as it stands. */
export const CaseForm = z.enum([...IntakeForm.options, ...CourseForm.options])
export type CaseForm = z.infer<typeof CaseForm>

/** Prints a paper of the intake, filled with what the case holds; it is filed with the case. */
export const printPaper = defineRoute({
  name: 'casework.print-paper',
  method: 'GET',
  path: '/api/cases/:caseNo/papers/:form',
  permission: 'casework.print',
  params: z.object({ caseNo: z.string(), form: CaseForm }),
  query: z.object({ large: z.enum(['yes']).optional() }),
  download: true,
  output: z.instanceof(Uint8Array),
})

export const RelatedReason = z.object({
  /** how it is known */
  by: z.enum(['number', 'filing', 'declared', 'register', 'entered']),
  official: z.string(),
  post: z.string(),
  relationLabel: z.string(),
  member: z.string(),
  text: z.string(),
  clause: z.string(),
})
export type RelatedReason = z.infer<typeof RelatedReason>

/** Files a near relative that became known after acceptance (近亲属备案). */
export const fileRelated = defineRoute({
  name: 'casework.file-related',
  method: 'POST',
  path: '/api/cases/:caseNo/relatives',
  permission: 'casework.move',
  params: Params,
  body: z.object({
    official: z.string().trim().min(2, '请填写经办人员或村干部姓名').max(60),
    post: z.string().trim().min(2, '请填写单位和职务').max(120),
    relation: z.string().max(40),
    member: z.string().trim().min(2, '请填写家庭成员姓名').max(60),
    note: Reason,
  }),
  output: z.object({ caseNo: z.string(), related: z.boolean(), reasons: z.array(RelatedReason) }),
})

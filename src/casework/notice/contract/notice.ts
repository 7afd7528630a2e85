/** Notices: what waits to be published, what hangs with its proof, the lists on paper, and the standing list of a village. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, Fen, FileHash, InstantText, MonthText, pageOf, pageQuery } from '#kernel/schema'
import { NoticeAddress, NoticeTelephone, ProveForm } from './moves.ts'

export const NoticeLevel = z.enum(['village', 'township', 'district'])
export type NoticeLevel = z.infer<typeof NoticeLevel>
/** The first notice of a case at a level, or another one after a change. */
export const NoticeStage = z.enum(['review', 'again'])
export type NoticeStage = z.infer<typeof NoticeStage>

/** Cases that may be put on one list: one place, one level, one stage. */
export const NoticePlan = z.object({
  level: NoticeLevel,
  stage: NoticeStage,
  divisionCode: DivisionCode,
  placeName: z.string(),
  townshipName: z.string(),
  cases: Count,
  /** first day any of them could have been published */
  since: InstantText,
})
export type NoticePlan = z.infer<typeof NoticePlan>

/** What waits to be published in the caller's scope, place by place. */
export const listNoticePlans = defineRoute({
  name: 'casework.list-notice-plans',
  method: 'GET',
  path: '/api/notice-plans',
  permission: 'casework.read',
  query: z.object({ level: NoticeLevel.optional(), township: DivisionCode.optional() }),
  output: z.object({ rows: z.array(NoticePlan), cases: Count }),
})

const Period = z.object({
  fromOn: DateText,
  toOn: DateText,
  days: Count,
  unit: z.enum(['working', 'calendar']),
  provisional: z.boolean(),
})

const Totals = z.object({ households: Count, persons: Count, amount: Fen.nullable() })

/** A line as it would stand on the list, name masked; `fault` says why it cannot. */
export const PlannedLine = z.object({
  caseNo: z.string(),
  version: Count,
  name: z.string(),
  members: Count,
  amount: Fen.nullable(),
  tier: z.string().nullable(),
  fault: z.string().nullable(),
})
export type PlannedLine = z.infer<typeof PlannedLine>

const Plan = { level: NoticeLevel, stage: NoticeStage.default('review'), division: DivisionCode }

/** The list before it is published: lines, faults of their figures, first and last day. */
export const previewNotice = defineRoute({
  name: 'casework.preview-notice',
  method: 'GET',
  path: '/api/notice-plans/preview',
  permission: 'casework.publish',
  query: z.object({ ...Plan, from: DateText.optional() }),
  output: z.object({
    title: z.string(),
    placeName: z.string(),
    /** null when no line can be listed */
    period: Period.nullable(),
    clause: z.string(),
    lines: z.array(PlannedLine),
    totals: Totals,
    /** the telephone of the last notice of the township, to be confirmed */
    telephone: z.string(),
    /** the same of the address */
    address: z.string(),
  }),
})

/** Publishes one list for many cases at once: all of them or none. */
export const publishNotice = defineRoute({
  name: 'casework.publish-notice',
  method: 'POST',
  path: '/api/notices',
  permission: 'casework.publish',
  body: z.object({
    ...Plan,
    cases: z
      .array(z.object({ caseNo: z.string(), version: z.int().min(0) }))
      .min(1, '请先勾选要公示的案件')
      .max(500, '一张公示单最多 500 户，请分开公示')
      .refine((list) => new Set(list.map((each) => each.caseNo)).size === list.length, '同一案件勾选了两次'),
    fromOn: DateText.optional(),
    fromMonth: MonthText.optional(),
    telephone: NoticeTelephone,
    address: NoticeAddress.default(''),
  }),
  output: z.object({ noticeNo: z.string(), title: z.string(), period: Period, totals: Totals }),
})

export const NoticeRow = z.object({
  noticeNo: z.string(),
  title: z.string(),
  level: NoticeLevel,
  stage: z.enum(['review', 'again', 'long_term']),
  divisionCode: DivisionCode,
  placeName: z.string(),
  townshipName: z.string(),
  fromOn: DateText,
  toOn: DateText,
  provisional: z.boolean(),
  state: z.enum(['posted', 'closed', 'withdrawn']),
  /** days until the last day, negative once over; null when it no longer hangs */
  left: z.int().nullable(),
  telephone: z.string(),
  address: z.string(),
  totals: Totals,
  /** lines by what became of them */
  running: Count,
  objected: Count,
  closed: Count,
  withdrawn: Count,
  /** first and last day a photo was taken; null: none yet */
  firstProofOn: DateText.nullable(),
  lastProofOn: DateText.nullable(),
  publishedBy: z.string(),
  publishedAt: InstantText,
})
export type NoticeRow = z.infer<typeof NoticeRow>

/** Notices in the caller's scope, the newest first. */
export const listNotices = defineRoute({
  name: 'casework.list-notices',
  method: 'GET',
  path: '/api/notices',
  permission: 'casework.read',
  query: z.object({
    ...pageQuery,
    state: z.enum(['posted', 'closed', 'withdrawn']).optional(),
    level: NoticeLevel.optional(),
    township: DivisionCode.optional(),
    village: DivisionCode.optional(),
    /** hanging without a photo */
    proof: z.enum(['missing']).optional(),
    q: z.string().trim().max(40).optional(),
  }),
  output: pageOf(NoticeRow),
})

export const NoticeLineView = z.object({
  caseNo: z.string(),
  /** masked */
  name: z.string(),
  members: Count,
  amount: Fen.nullable(),
  tier: z.string().nullable(),
  fromMonth: z.string().nullable(),
  /** running, objected (clock stopped), closed, withdrawn */
  state: z.enum(['running', 'objected', 'closed', 'withdrawn']),
  /** last day of this case: later than the list's where an objection stopped the clock */
  dueOn: DateText.nullable(),
  objections: Count,
})
export type NoticeLineView = z.infer<typeof NoticeLineView>

export const PostingView = z.object({
  postingId: z.string(),
  postedOn: DateText,
  place: z.string(),
  sha256: FileHash,
  /** given when it was dated back after the notice was over */
  lateReason: z.string().nullable(),
  byName: z.string(),
  at: InstantText,
})
export type PostingView = z.infer<typeof PostingView>

/** One notice with its lines (names masked) and photos. */
export const openNotice = defineRoute({
  name: 'casework.open-notice',
  method: 'GET',
  path: '/api/notices/:noticeNo',
  permission: 'casework.read',
  params: z.object({ noticeNo: z.string() }),
  output: z.object({ notice: NoticeRow, lines: z.array(NoticeLineView), postings: z.array(PostingView) }),
})

/** A photo of a notice board. */
export const readProof = defineRoute({
  name: 'casework.read-proof',
  method: 'GET',
  path: '/api/notices/:noticeNo/photos/:sha256',
  permission: 'casework.read',
  params: z.object({ noticeNo: z.string(), sha256: FileHash }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** Proves the posting of a whole notice: every case on it that still hangs is moved. */
export const proveNotice = defineRoute({
  name: 'casework.prove-notice',
  method: 'POST',
  path: '/api/notices/:noticeNo/photos',
  permission: 'casework.prove',
  params: z.object({ noticeNo: z.string() }),
  body: ProveForm,
  output: z.object({ noticeNo: z.string(), cases: Count, toOn: DateText }),
})

/** Closes every case of a notice whose last day is over; what is not ripe is told. */
export const closeNotice = defineRoute({
  name: 'casework.close-notice',
  method: 'POST',
  path: '/api/notices/:noticeNo/closing',
  permission: 'casework.publish',
  params: z.object({ noticeNo: z.string() }),
  output: z.object({ closed: Count, refused: z.array(z.object({ caseNo: z.string(), message: z.string() })) }),
})

/** Paper for the board: A4, or A3 to be read from where people stand. */
const NoticeSheet = z.enum(['a4', 'a3']).default('a4')

/** The paper to hang up. */
export const printNotice = defineRoute({
  name: 'casework.print-notice',
  method: 'GET',
  path: '/api/notices/:noticeNo/notice.pdf',
  permission: 'casework.print-notice',
  params: z.object({ noticeNo: z.string() }),
  query: z.object({ sheet: NoticeSheet }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** All notices that hang in a township, or in one village, as one PDF. */
export const printNotices = defineRoute({
  name: 'casework.print-notices',
  method: 'GET',
  path: '/api/notice-papers/notices.pdf',
  permission: 'casework.print-notice',
  query: z.object({ division: DivisionCode, level: NoticeLevel.default('village'), sheet: NoticeSheet }),
  download: true,
  output: z.instanceof(Uint8Array),
})

export const StandingLine = z.object({
  /** place in the list, from 1 */
  number: Count,
  /** masked */
  name: z.string(),
  members: Count,
  amount: Fen,
  tier: z.string().nullable(),
  programme: z.enum(['urban', 'rural']),
  fromMonth: MonthText,
})
export type StandingLine = z.infer<typeof StandingLine>

/** 末端公示: who is on aid in a village in a month, by decisions and by older grants that run on. */
export const readStandingList = defineRoute({
  name: 'casework.read-standing-list',
  method: 'GET',
  path: '/api/standing-list',
  permission: 'casework.read',
  query: z.object({ village: DivisionCode, month: MonthText.optional() }),
  output: z.object({
    villageCode: DivisionCode,
    villageName: z.string(),
    townshipName: z.string(),
    month: MonthText,
    telephone: z.string(),
    lines: z.array(StandingLine),
    totals: z.object({ households: Count, persons: Count, amount: Fen }),
  }),
})

/** The standing lists on paper: of one village, or of every village of a township. */
export const printStandingLists = defineRoute({
  name: 'casework.print-standing-lists',
  method: 'GET',
  path: '/api/standing-list/list.pdf',
  permission: 'casework.print-notice',
  query: z.object({ division: DivisionCode, month: MonthText.optional(), telephone: NoticeTelephone.optional() }),
  download: true,
  output: z.instanceof(Uint8Array),
})

export const noticeRoutes = {
  listNoticePlans,
  previewNotice,
  publishNotice,
  listNotices,
  openNotice,
  readProof,
  proveNotice,
  closeNotice,
  printNotice,
  printNotices,
  readStandingList,
  printStandingLists,
}

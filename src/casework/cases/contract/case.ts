/** What pages see of cases: the task list, the list of cases, one case with everything in it, and the one way to move it. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, Fen, InstantText, MonthText, pageOf, pageQuery } from '#kernel/schema'
import { Todo } from '#kernel/todo'
import { ExtendableClock } from '../../procedure/contract/extension.ts'

export const StepState = z.enum(['waiting', 'open', 'posted', 'paused', 'done', 'idle'])
export const Light = z.enum(['green', 'yellow', 'red', 'none'])

/** A clock in figures: the last day, what is left of it, and why it stands still. */
export const Clock = z.object({
  dueOn: DateText.nullable(),
  light: Light,
  /** days left, negative when over; null without a limit */
  left: z.int().nullable(),
  unit: z.enum(['working', 'calendar']).nullable(),
  stoppedOn: DateText.nullable(),
  /** `dueOn` is the last day of a period that has to be full; `left` are the days until the first on which it can be ended */
  period: z.boolean(),
  /** the year's holiday notice is not known yet */
  provisional: z.boolean(),
})
export type Clock = z.infer<typeof Clock>

export const CaseHead = z.object({
  caseNo: z.string(),
  householdNo: z.string().nullable(),
  applicantName: z.string(),
  members: Count,
  programme: z.enum(['urban', 'rural']),
  scheme: z.string(),
  schemeLabel: z.string(),
  origin: z.enum(['application', 'proxy', 'found', 'clean_up', 'review']),
  /** the complaint against an earlier decision that was upheld and that the case was opened after */
  appealNo: z.string().nullable(),
  townshipCode: DivisionCode,
  townshipName: z.string(),
  villageCode: DivisionCode,
  villageName: z.string(),
  procedureLabel: z.string(),
  packId: z.string(),
  packOn: DateText,
  related: z.boolean(),
  complained: z.boolean(),
  sampled: z.boolean(),
  version: Count,
  result: z.enum(['granted', 'refused', 'rejected_at_intake', 'discarded', 'withdrawn', 'terminated']).nullable(),
  openedAt: InstantText,
  acceptedOn: DateText.nullable(),
  total: Clock,
  endedAt: InstantText.nullable(),
})
export type CaseHead = z.infer<typeof CaseHead>

/** One line of the task list: a step of a case that lies on a desk. */
export const Task = z.object({
  caseNo: z.string(),
  step: z.string(),
  stepLabel: z.string(),
  state: StepState,
  applicantName: z.string(),
  members: Count,
  programme: z.enum(['urban', 'rural']),
  townshipName: z.string(),
  villageName: z.string(),
  related: z.boolean(),
  clock: Clock,
  since: InstantText,
  /** it was sent back to this step */
  returned: z.boolean(),
  assignedTo: z.string().nullable(),
  mine: z.boolean(),
})
export type Task = z.infer<typeof Task>

/** 待办: what lies on the caller's desk, the most urgent first; with counts for the tabs. */
export const listTasks = defineRoute({
  name: 'casework.list-tasks',
  method: 'GET',
  path: '/api/tasks',
  permission: 'casework.read',
  query: z.object({
    ...pageQuery,
    step: z.string().optional(),
    light: Light.optional(),
    /** by the last day: over, today, within three working days, later or without a limit (a stopped clock is one of these) */
    due: z.enum(['overdue', 'today', 'soon', 'other']).optional(),
    who: z.enum(['mine', 'desk']).default('desk'),
    returned: z.enum(['yes']).optional(),
    q: z.string().trim().max(40).optional(),
  }),
  output: pageOf(Task).extend({
    counts: z.object({ overdue: Count, today: Count, soon: Count, other: Count, returned: Count, mine: Count }),
    /** step → tasks, for the filter */
    bySteps: z.array(z.object({ step: z.string(), label: z.string(), count: Count })),
  }),
})

export const CaseLine = z.object({
  caseNo: z.string(),
  householdNo: z.string().nullable(),
  applicantName: z.string(),
  members: Count,
  programme: z.enum(['urban', 'rural']),
  townshipName: z.string(),
  villageName: z.string(),
  /** labels of the steps it lies at; empty when it has ended */
  at: z.array(z.string()),
  clock: Clock,
  related: z.boolean(),
  result: CaseHead.shape.result,
  amount: Fen.nullable(),
  openedAt: InstantText,
  endedAt: InstantText.nullable(),
})
export type CaseLine = z.infer<typeof CaseLine>

/** All cases in the caller's scope. */
export const listCases = defineRoute({
  name: 'casework.list-cases',
  method: 'GET',
  path: '/api/cases',
  permission: 'casework.read',
  query: z.object({
    ...pageQuery,
    q: z.string().trim().max(40).optional(),
    township: DivisionCode.optional(),
    village: DivisionCode.optional(),
    programme: z.enum(['urban', 'rural']).optional(),
    step: z.string().optional(),
    /** 'running', 'ended', or one result */
    state: z
      .enum(['running', 'ended', 'granted', 'refused', 'rejected_at_intake', 'discarded', 'withdrawn', 'terminated'])
      .optional(),
    related: z.enum(['yes']).optional(),
    overdue: z.enum(['yes']).optional(),
    /** a standing decision was not served yet */
    unserved: z.enum(['yes']).optional(),
    cleanUp: z.uuid().optional(),
    /** moves the caller made: 已办 */
    done: z.enum(['mine']).optional(),
    sort: z.enum(['opened', 'due', 'village']).default('opened'),
  }),
  output: pageOf(CaseLine),
})

export const StepView = z.object({
  step: z.string(),
  label: z.string(),
  state: StepState,
  level: z.enum(['village', 'township', 'district']),
  after: z.array(z.string()),
  since: InstantText,
  clock: Clock,
  /** what is still to be done although the step is over, in words; null: nothing */
  waits: z.string().nullable(),
})
export type StepView = z.infer<typeof StepView>

/** A move the caller's role may make from here: ready, or what is missing for it. */
export const OfferedMove = z.object({
  step: z.string(),
  command: z.string(),
  label: z.string(),
  clause: z.string(),
  reason: z.boolean(),
  /** ids and labels of steps it may open again; empty when it opens none of choice */
  reopen: z.array(z.object({ step: z.string(), label: z.string() })),
  /** why it cannot be made now; null when it can */
  missing: z.string().nullable(),
})
export type OfferedMove = z.infer<typeof OfferedMove>

/** What is to be done next at a step, by whom and where; `command` when it is a move of the case itself. */
export const NextTodo = Todo.extend({ step: z.string(), command: z.string().nullable() })

export const MoveView = z.object({
  seq: Count,
  step: z.string(),
  stepLabel: z.string(),
  command: z.string(),
  label: z.string(),
  byName: z.string(),
  byRoleLabel: z.string(),
  reason: z.string().nullable(),
  reopenedLabel: z.string().nullable(),
  at: InstantText,
})
export type MoveView = z.infer<typeof MoveView>

/** Something written down at a step; `body` is what the form of its kind holds. */
export const RecordView = z.object({
  recordId: z.string(),
  kind: z.string(),
  kindLabel: z.string(),
  step: z.string(),
  byName: z.string(),
  at: InstantText,
  /** false: written before its step was opened again, so it no longer counts */
  counts: z.boolean(),
  body: z.record(z.string(), z.unknown()),
})
export type RecordView = z.infer<typeof RecordView>

export const PaperView = z.object({
  paperNo: z.string(),
  form: z.string(),
  formLabel: z.string(),
  formVersion: Count,
  subjectNo: z.string().nullable(),
  signature: z.enum(['signed', 'fingerprint', 'guardian', 'refused']).nullable(),
  signedOn: DateText.nullable(),
  sha256: z.string().nullable(),
  fileId: z.uuid().nullable(),
  fileName: z.string().nullable(),
  at: InstantText,
})
export type PaperView = z.infer<typeof PaperView>

/** A scanned page filed with the case. */
export const ScanOfCase = z.object({
  pageId: z.string(),
  form: z.string(),
  formLabel: z.string(),
  /** null when a person filed it by hand */
  formVersion: Count.nullable(),
  formPage: Count.nullable(),
  /** what is doubtful about it */
  remark: z.string().nullable(),
  fileName: z.string(),
  byHand: z.boolean(),
  byName: z.string(),
  at: InstantText,
})
export type ScanOfCase = z.infer<typeof ScanOfCase>

export const NoticeOfCase = z.object({
  noticeNo: z.string(),
  level: z.enum(['village', 'township', 'district']),
  fromOn: DateText,
  toOn: DateText,
  provisional: z.boolean(),
  state: z.enum(['posted', 'closed', 'withdrawn']),
  name: z.string(),
  members: Count,
  /** null on a notice that hung before the amount was figured */
  amount: Fen.nullable(),
  postings: Count,
})
export type NoticeOfCase = z.infer<typeof NoticeOfCase>

export const ObjectionView = z.object({
  objectionNo: z.string(),
  kind: z.enum(['objection', 'report', 'complaint']),
  noticeNo: z.string().nullable(),
  named: z.boolean(),
  from: z.string(),
  text: z.string(),
  receivedOn: DateText,
  dueOn: DateText.nullable(),
  outcome: z.enum(['upheld', 'rejected']).nullable(),
  answer: z.string().nullable(),
  answeredAt: InstantText.nullable(),
  /** the case that was opened after it was upheld */
  openedNo: z.string().nullable(),
})
export type ObjectionView = z.infer<typeof ObjectionView>

export const DecisionView = z.object({
  decisionNo: z.string(),
  result: z.enum(['granted', 'refused']),
  base: Fen,
  topUp: Fen,
  amount: Fen,
  persons: Count,
  tier: z.string().nullable(),
  fromMonth: MonthText.nullable(),
  validTo: DateText.nullable(),
  certificateNo: z.string().nullable(),
  byName: z.string(),
  at: InstantText,
  undoneAt: InstantText.nullable(),
  notifiedAt: InstantText.nullable(),
})
export type DecisionView = z.infer<typeof DecisionView>

export const SessionOfCase = z.object({
  sessionId: z.string(),
  plannedOn: DateText,
  heldOn: DateText.nullable(),
  place: z.string(),
  seed: z.string(),
  drawn: z.array(z.object({ memberId: z.string(), name: z.string(), kind: z.string() })),
  recused: z.array(z.object({ memberId: z.string(), name: z.string(), relation: z.string() })),
  /** as called for this family; before its vote, as called for the session */
  present: z.array(z.string()),
  yes: Count.nullable(),
  no: Count.nullable(),
  abstain: Count.nullable(),
  invalid: Count.nullable(),
  outcome: z.enum(['passed', 'failed', 'no_quorum']).nullable(),
})
export type SessionOfCase = z.infer<typeof SessionOfCase>

/** One case with everything in it: 一户一档. */
export const CaseView = z.object({
  head: CaseHead,
  steps: z.array(StepView),
  /** one for each step that runs, whoever reads it */
  next: z.array(NextTodo),
  offered: z.array(OfferedMove),
  /** limits that run and may be extended */
  extendable: z.array(ExtendableClock),
  moves: z.array(MoveView),
  records: z.array(RecordView),
  papers: z.array(PaperView),
  scans: z.array(ScanOfCase),
  notices: z.array(NoticeOfCase),
  objections: z.array(ObjectionView),
  sessions: z.array(SessionOfCase),
  decisions: z.array(DecisionView),
  report: z
    .object({
      reportNo: z.string(),
      conclusion: z.string(),
      signedOn: DateText,
      validTo: DateText,
      /** of class A, which stop the case */
      openFindings: Count,
      /** how the findings of all classes stand, in words */
      standing: z.object({ label: z.string(), tone: z.enum(['red', 'amber', 'green']) }),
      /** Why it may not be used although it is stored: it is not what was signed. */
      altered: z.string().nullable(),
    })
    .nullable(),
})
export type CaseView = z.infer<typeof CaseView>

/** Opens a case; journalled as a read of every person of its household. */
export const openCase = defineRoute({
  name: 'casework.open-case',
  method: 'GET',
  path: '/api/cases/:caseNo',
  permission: 'casework.read',
  params: z.object({ caseNo: z.string() }),
  output: CaseView,
})

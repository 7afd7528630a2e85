/** Campaigns, their progress, the household list under them, and the member units. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import {
  Count,
  DateText,
  DivisionCode,
  FileHash,
  InstantText,
  MaybeFen,
  PackId,
  pageOf,
  pageQuery,
  Reason,
  Share,
} from '#kernel/schema'
import { AnswerState, CommissionState, Conclusion, FindingClass } from './words.ts'

/** One run over a frozen list of households at an as-of date under one policy pack. */
export const Campaign = z.object({
  campaignId: z.string(),
  title: z.string(),
  asOf: DateText,
  pack: z.string(),
  state: z.enum(['frozen', 'running', 'done', 'closed']),
  startedAt: InstantText,
  startedBy: z.string(),
  endedAt: InstantText.nullable(),
  households: Count,
  persons: Count,
  supporters: Count,
  /** Households with a signed report. */
  reported: Count,
})
export type Campaign = z.infer<typeof Campaign>

export const listCampaigns = defineRoute({
  name: 'verification.list-campaigns',
  method: 'GET',
  path: '/api/campaigns',
  permission: 'verification.read',
  output: z.object({ rows: z.array(Campaign) }),
})

/** Freezes the household list and starts the batches. Without townships: the whole scope of the caller. */
export const startCampaign = defineRoute({
  name: 'verification.start-campaign',
  method: 'POST',
  path: '/api/campaigns',
  permission: 'verification.start',
  body: z.object({
    title: z.string().trim().min(2, '请写批次名称').max(80),
    asOf: DateText,
    pack: PackId,
    townships: z.array(DivisionCode).default([]),
  }),
  output: Campaign,
})

/** Counts of distinct households of one township or village. */
export const ProgressRow = z.object({
  code: z.string(),
  name: z.string(),
  households: Count,
  /** State → households; states with none are left out. */
  states: z.partialRecord(CommissionState, Count),
  reported: Count,
  consistent: Count,
  inconsistent: Count,
  undetermined: Count,
  /** Households with an open finding of the class. */
  openA: Count,
  openB: Count,
  /** Rows returned to the township and not yet corrected. */
  returned: Count,
})
export type ProgressRow = z.infer<typeof ProgressRow>

/** Progress per township, or per village of one township. */
export const readProgress = defineRoute({
  name: 'verification.read-progress',
  method: 'GET',
  path: '/api/campaigns/:campaignId/progress',
  permission: 'verification.read',
  params: z.object({ campaignId: z.uuid() }),
  query: z.object({ township: DivisionCode.optional() }),
  output: z.object({
    campaign: Campaign,
    rows: z.array(ProgressRow),
    total: ProgressRow,
    /** Median minutes from a household's commission to its first report. */
    medianMinutes: z.number().nullable(),
    /** Persons on no roll who may have been left out, and those without an outcome yet. */
    missed: z.object({ persons: Count, open: Count }),
    /** Sentences about the campaign's pack; empty when there is nothing to say. */
    warnings: z.array(z.string()),
  }),
})

/** One row of the household list. */
export const HouseholdRow = z.object({
  householdNo: z.string(),
  headName: z.string(),
  townshipName: z.string(),
  villageName: z.string(),
  programme: z.enum(['urban', 'rural']),
  kind: z.enum(['new', 'existing']),
  members: Count,
  state: CommissionState.nullable(),
  conclusion: Conclusion.nullable(),
  openA: Count,
  openB: Count,
  findings: Count,
  /** (subject, record) pairs without an answer that counts. */
  openSources: Count,
  perCapita: MaybeFen,
  reportNo: z.string().nullable(),
  reportedOn: DateText.nullable(),
  /** Last day to act, null when no clock runs; and working days left, negative when late. */
  dueOn: DateText.nullable(),
  daysLeft: z.int().nullable(),
})
export type HouseholdRow = z.infer<typeof HouseholdRow>

export const HouseholdFilter = z.object({
  campaignId: z.uuid().optional(),
  township: DivisionCode.optional(),
  village: DivisionCode.optional(),
  programme: z.enum(['urban', 'rural']).optional(),
  kind: z.enum(['new', 'existing']).optional(),
  state: CommissionState.optional(),
  conclusion: Conclusion.optional(),
  /** Households with an open finding of this class. */
  finding: FindingClass.optional(),
  rule: z.string().max(12).optional(),
  /** Households whose findings were cleared since their newest report: a new version waits for its signature. */
  toSign: z.enum(['yes']).optional(),
  /** Name, pinyin initials, household number, or a whole citizen number. */
  q: z.string().trim().max(40).optional(),
})
export type HouseholdFilter = z.infer<typeof HouseholdFilter>

/** Households in the caller's scope, in order of urgency, then number. Without a campaign the newest one is meant. */
export const listHouseholds = defineRoute({
  name: 'verification.list-households',
  method: 'GET',
  path: '/api/households',
  permission: 'verification.read',
  query: HouseholdFilter.extend(pageQuery),
  output: pageOf(HouseholdRow),
})

/** What one unit answered about one record type in this campaign. */
export const UnitRecord = z.object({
  record: z.string(),
  name: z.string(),
  asked: Count,
  states: z.partialRecord(AnswerState, Count),
  /** Date of the unit's data, null when it never said. */
  asOf: DateText.nullable(),
  stale: z.boolean(),
  /** Rows the unit itself called unreadable or cut off; a sentence for people, null when there is nothing to say. */
  remark: z.string().nullable(),
})
export type UnitRecord = z.infer<typeof UnitRecord>

export const UnitRow = z.object({
  unit: z.string(),
  name: z.string(),
  link: z.enum(['online', 'late', 'silent', 'never']),
  lastSeenAt: InstantText.nullable(),
  asked: Count,
  answered: Count,
  /** Questions past their due time without an answer. */
  late: Count,
  states: z.partialRecord(AnswerState, Count),
  remindedAt: InstantText.nullable(),
  /** Median minutes from a question to its answer, null while there is none. */
  medianMinutes: z.number().nullable(),
  records: z.array(UnitRecord),
})
export type UnitRow = z.infer<typeof UnitRow>

/** The 18 member units with their answers in this campaign. */
export const listUnits = defineRoute({
  name: 'verification.list-units',
  method: 'GET',
  path: '/api/campaigns/:campaignId/units',
  permission: 'verification.read',
  params: z.object({ campaignId: z.uuid() }),
  output: z.object({ campaign: Campaign, rows: z.array(UnitRow) }),
})

/** Reminds units that are late; a unit without late questions is not reminded and comes back in `skipped`. */
export const remindUnits = defineRoute({
  name: 'verification.remind-units',
  method: 'POST',
  path: '/api/campaigns/:campaignId/reminders',
  permission: 'verification.remind',
  params: z.object({ campaignId: z.uuid() }),
  body: z.object({ units: z.array(z.string()).min(1, '请选择要催办的单位') }),
  output: z.object({ reminded: z.array(z.string()), skipped: z.array(z.string()) }),
})

/** How the items of the last 30 days were answered, by unit: for whoever looks after the lines. */
export const listAnswerShares = defineRoute({
  name: 'verification.list-answer-shares',
  method: 'GET',
  path: '/api/answer-shares',
  permission: 'exchange.read',
  output: z.object({ rows: z.array(z.object({ unit: z.string(), states: z.partialRecord(AnswerState, Count) })) }),
})

/** All newest reports of a village as one PDF, in order of household number. */
export const printVillage = defineRoute({
  name: 'verification.print-village',
  method: 'GET',
  path: '/api/campaigns/:campaignId/villages/:village/reports.pdf',
  permission: 'verification.print',
  params: z.object({ campaignId: z.uuid(), village: DivisionCode }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** One figure of the statistics; `value` null = cannot be said (denominator 0). Shares are 0…1. */
export const Statistic = z.object({
  key: z.string(),
  label: z.string(),
  kind: z.enum(['count', 'share', 'days']),
  value: z.number().nullable(),
  /** What the figure counts, distinct by what. */
  note: z.string(),
})
export type Statistic = z.infer<typeof Statistic>

/** The sixteen required statistics, then detection and clearing per rule, answer shares per unit. Distinct counts only. */
export const readStatistics = defineRoute({
  name: 'verification.read-statistics',
  method: 'GET',
  path: '/api/campaigns/:campaignId/statistics',
  permission: 'verification.statistics',
  params: z.object({ campaignId: z.uuid() }),
  query: z.object({ township: DivisionCode.optional() }),
  output: z.object({
    campaign: Campaign,
    figures: z.array(Statistic),
    byProgramme: z.array(z.object({ programme: z.string(), label: z.string(), verified: Count, queries: Count, reports: Count })),
    rules: z.array(
      z.object({
        rule: z.string(),
        name: z.string(),
        class: FindingClass,
        findings: Count,
        households: Count,
        /** Households with this finding ÷ households compared. */
        detection: Share,
        cleared: Count,
        true: Count,
        notTrue: Count,
        otherAid: Count,
        /** Cleared ÷ findings. */
        clearing: Share,
      }),
    ),
    units: z.array(z.object({ unit: z.string(), name: z.string(), asked: Count, shares: z.partialRecord(AnswerState, Share) })),
  }),
})

/** Which commission is meant, also one for a single case; the household's newest in the district's run when left out. */
const CampaignChoice = z.uuid('核对批次编号有误').optional()

/** Stops the clock of one household (withdrawn authorisation, identity conflict, source outage). */
export const suspendHousehold = defineRoute({
  name: 'verification.suspend-household',
  method: 'POST',
  path: '/api/households/:householdNo/suspension',
  permission: 'verification.suspend',
  params: z.object({ householdNo: z.string() }),
  body: z.object({
    ground: z.enum(['authorisation', 'identity_conflict', 'source_outage']),
    reason: Reason,
    evidence: z.array(FileHash).default([]),
    campaignId: CampaignChoice,
  }),
  output: z.object({ householdNo: z.string(), state: CommissionState }),
})

/** Ends the commission for good (withdrawn, died, commissioning unit withdraws, refuses to cooperate). */
export const terminateHousehold = defineRoute({
  name: 'verification.terminate-household',
  method: 'POST',
  path: '/api/households/:householdNo/termination',
  permission: 'verification.suspend',
  params: z.object({ householdNo: z.string() }),
  body: z.object({
    ground: z.enum(['applicant_withdrew', 'applicant_died', 'unit_withdrew', 'refused']),
    reason: Reason,
    evidence: z.array(FileHash).default([]),
    campaignId: CampaignChoice,
  }),
  output: z.object({ householdNo: z.string(), state: CommissionState }),
})

/** Goes on after a suspension, from the step where it stood. */
export const resumeHousehold = defineRoute({
  name: 'verification.resume-household',
  method: 'POST',
  path: '/api/households/:householdNo/resumption',
  permission: 'verification.suspend',
  params: z.object({ householdNo: z.string() }),
  body: z.object({ reason: Reason, campaignId: CampaignChoice }),
  output: z.object({ householdNo: z.string(), state: CommissionState }),
})

/** Asks and compares one household again; the report it leads to is a new version. */
export const rerunHousehold = defineRoute({
  name: 'verification.rerun-household',
  method: 'POST',
  path: '/api/households/:householdNo/runs',
  permission: 'verification.rerun',
  params: z.object({ householdNo: z.string() }),
  body: z.object({ reason: Reason, campaignId: CampaignChoice }),
  output: z.object({ householdNo: z.string(), state: CommissionState }),
})

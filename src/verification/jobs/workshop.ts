/** What the batch jobs work with: database, keys, the clock, and the campaign's rules worked out once. */

import { addWorkingDays } from '#kernel/calendar'
import { type Clock, nowIso, today } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Db, Tx } from '#platform/db'
import type { Log } from '#platform/log'
import type { VerifyParameters } from '#policy'
import type { HouseholdBatch } from '#registry'
import type { Basis } from '#sources/contract'
import type { LookupAnswers } from '../rules/asking/lookups.ts'
import { type PlannedSubject, schemeMask } from '../rules/asking/plan.ts'
import type { QuestionPlace } from '../rules/asking/questions.ts'
import { prepareRules, type RuleContext } from '../rules/findings/prepare.ts'
import type { AnswerBook } from '../rules/found/answer-book.ts'
import type { OfficialLinks } from '../rules/household/dossier.ts'
import { type Scheme, schemeOf } from '../rules/household/schemes.ts'
import type { JournalSeal } from '../rules/report/report.ts'
import type { BatchHousehold, CampaignFacts } from '../store/campaigns.ts'
import type { BatchKey } from '../store/results.ts'

/** What is kept in memory about a batch between its steps; made again from the database after a restart. */
export interface BatchMemory {
  key: BatchKey
  households: BatchHousehold[]
  rows: HouseholdBatch
  /** in order of household and subject number: the position is the item number of every question */
  subjects: PlannedSubject[]
  book: AnswerBook
  lookups: LookupAnswers
  /** rounds whose answers are in the book */
  taken: Set<number>
}

/** What all reports of a campaign share; read once and kept. */
export interface ReportGround {
  divisions: ReadonlyMap<string, string>
  sourceDates: ReadonlyMap<string, string>
  journalSeal: JournalSeal | null
}

export interface Workshop {
  db: Db
  keys: Keys
  log: Log
  clock: Clock
  /** households in a batch when a campaign is frozen */
  batchSize: number
  /** workers that share the work: each looks further down the list, for batches the others do not hold */
  lanes: number
  /** batches a worker keeps open at once */
  inFlight: number
  /** true: waits for the units for ever; false: as many working days as the scheme gives them */
  waits: boolean
}

/** SQL statements and milliseconds by step. */
export interface Effort {
  statements: number
  spent: Record<string, number>
}

/** A campaign with everything that follows from its pack and date. */
export interface CampaignContext {
  facts: CampaignFacts
  scheme: Scheme
  /** bits of the record types the scheme may ask */
  allowed: number
  guardianAge: number
  rules: RuleContext
  basis: Basis
  /** register links of the officials in office; undefined until the district's own batch has them */
  officials: readonly OfficialLinks[] | undefined
  /** names of places and dates of sources for the reports; read at the first comparison */
  ground: ReportGround | undefined
  /** what the batches in flight took so far */
  effort: Map<number, Effort>
  /** what is held in memory of the batches in flight */
  memory: Map<number, BatchMemory>
  /** batches whose plan met a paper withdrawn meanwhile: they are planned again with the papers held */
  withdrawn: Set<number>
}

/** Works out a campaign's rules from the parameters stored with it. */
export function campaignContext(facts: CampaignFacts): CampaignContext {
  const params = facts.parameters as VerifyParameters
  const scheme = schemeOf(facts.scheme)
  return {
    facts,
    scheme,
    allowed: schemeMask(scheme.records),
    guardianAge: params.guardian_age,
    rules: prepareRules(params, facts.asOf, facts.districtCode),
    basis: {
      asOf: facts.asOf,
      maxAge: params.max_age,
      staleDays: params.stale_days,
      guardianAge: params.guardian_age,
      nameVariants: params.name_variants,
    },
    officials: undefined,
    ground: undefined,
    effort: new Map(),
    memory: new Map(),
    withdrawn: new Set(),
  }
}

/** Where the questions of a batch belong. */
export function placeOf(context: CampaignContext, batchNo: number): QuestionPlace {
  return { campaign: context.facts.campaignId, batch: batchNo, basis: context.basis, scheme: context.facts.scheme }
}

/** Work on a batch inside one transaction. */
export interface BatchWork<Shop = Workshop> {
  shop: Shop
  tx: Tx
  context: CampaignContext
}

/** The present instant as the tables keep it. */
export function instantOf(shop: Pick<Workshop, 'clock'>): string {
  return nowIso(shop.clock)
}

/** Midnight in China as the last part of an instant in UTC of the day before it ends. */
const endOfChinaDay = 'T16:00:00.000Z'

/** The present instant with the one until which the units are waited for: the end of their last working day. */
export function deadlineOf({ shop, context }: Pick<BatchWork, 'shop' | 'context'>): { at: string; deadlineAt: string | null } {
  const { value: days } = context.scheme.unitAnswerWorkingDays
  const deadlineAt = shop.waits ? null : `${addWorkingDays(today(shop.clock), days).date}${endOfChinaDay}`
  return { at: instantOf(shop), deadlineAt }
}

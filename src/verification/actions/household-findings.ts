/** What the verification knows of one household, for the capabilities above: its newest report, its findings, its assessment. */

import type { z } from 'zod'
import type { Alarm } from '#journal'
import { Problem } from '#kernel/problem'
import type { Clock } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { type Assessment, assessHousehold, assessmentBasis, type Household, type Pack, packAt, type ResolvedPack } from '#policy'
import { isRecordName, type RecordName, recordLabel, recordNames, recordTypeOf, unitLabel } from '#sources/contract'
import type { Conclusion } from '../contract/words.ts'
import { loadDisproven } from '../jobs/disproven-records.ts'
import { recallHousehold } from '../jobs/recall-household.ts'
import { type ClearingOutcome, type ClearingState, standingOf } from '../rules/findings/clearing.ts'
import { relatives } from '../rules/findings/public-pay.ts'
import { ruleCards } from '../rules/findings/rules.ts'
import { assessedHousehold, type FactsBeside } from '../rules/household/assessed.ts'
import { viewHousehold } from '../rules/household/view.ts'
import {
  type CommissionRow,
  findCommission,
  listClearingOf,
  listFindingRows,
  listReportLetters,
} from '../store/household-page.ts'
import { findNewestReport, listNewestReports } from '../store/single.ts'
import { findingIdOf, historyOf } from './finding-view.ts'
import { reportAlarm, reportFault } from './stored-report.ts'

/** A record type from which no answer came about somebody of the household. */
export interface MissingSource {
  readonly record: RecordName
  readonly recordName: string
  readonly unitName: string
}

/** The report of a household that may be used on a day. */
export interface UsableReport {
  readonly campaignId: string
  readonly reportNo: string
  readonly version: number
  readonly kind: string
  readonly conclusion: z.infer<typeof Conclusion>
  readonly signedOn: string
  readonly validTo: string
  /** findings of class A nobody has cleared */
  readonly openFindings: number
  /** findings of class B nobody has cleared: they do not stop the report, and are not settled either */
  readonly openOthers: number
  /** findings of any class */
  readonly findings: number
  readonly missingSources: readonly MissingSource[]
  /** That the stored report is not what was signed, as an alarm; null when it holds. Then it is shown as such and used for nothing. */
  readonly altered: Alarm | null
}

/** An objection stops the use of a report until it is answered; so does a verification suspended or ended. */
const STOPPED: ReadonlySet<string> = new Set(['objected', 'suspended', 'terminated'])

/** Letters that say a unit has not answered: source error, timeout, pending. */
const UNANSWERED = /[ETP]/

function missingFrom(letters: readonly string[]): MissingSource[] {
  return recordNames.flatMap((record, place) => {
    if (!letters.some((subject) => UNANSWERED.test(subject[place] ?? 'P'))) return []
    const { unit, table } = recordTypeOf(record)
    return [{ record, recordName: table.label, unitName: unitLabel(unit) }]
  })
}

/**
 * The newest signed report of a household over all campaigns and commissions that is valid on a day; undefined when there is none in scope,
 * or while an objection, a suspension or an end stops its use.
 */
export async function findReportOf(
  { tx, keys }: { readonly tx: Tx; readonly keys: Keys },
  householdNo: string,
  on: string,
): Promise<UsableReport | undefined> {
  const row = await findNewestReport(tx, householdNo, on)
  if (row === undefined || STOPPED.has(row.state)) return undefined
  const letters = await listReportLetters(tx, row.campaign_id, householdNo, row.version)
  const fault = reportFault(row, keys)
  return {
    campaignId: row.campaign_id,
    reportNo: row.report_no,
    version: row.version,
    kind: row.kind,
    conclusion: row.conclusion,
    signedOn: row.issued_on,
    validTo: row.valid_to,
    openFindings: row.open_a,
    openOthers: row.open_b,
    findings: row.findings,
    missingSources: missingFrom(letters),
    altered: fault === null ? null : reportAlarm(row, fault),
  }
}

/** Findings of class A nobody has cleared, of each household that `findReportOf` would give a report for. One statement. */
export async function listOpenFindings(
  tx: Tx,
  householdNos: readonly string[],
  on: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await listNewestReports(tx, householdNos, on)
  return new Map(rows.filter(({ state }) => !STOPPED.has(state)).map((row) => [row.household_no, row.open_a]))
}

/** A finding in a line, with how it stands. */
export interface FindingLine {
  readonly findingId: string
  readonly rule: string
  readonly ruleName: string
  readonly class: 'A' | 'B' | 'C'
  /** person or supporter; null for the household */
  readonly subjectNo: string | null
  readonly message: string
  /** what the rule rests on */
  readonly clause: string | null
  readonly clearing: ClearingState
  readonly outcome: ClearingOutcome | null
  /** what the first signature under it says */
  readonly reason: string | null
  readonly source: RecordName | null
  readonly sourceName: string | null
  readonly asOf: string | null
}

/** The findings of a household's report in force in a campaign, in order of class; empty when it is not in scope. Two statements. */
export async function loadFindings(tx: Tx, campaignId: string, householdNo: string): Promise<FindingLine[]> {
  const [rows, clearing] = await Promise.all([
    listFindingRows(tx, campaignId, householdNo),
    listClearingOf(tx, campaignId, [householdNo]),
  ])
  return rows.map((row) => {
    const standing = standingOf(row.class, historyOf(row, clearing).steps)
    const source = isRecordName(row.source) ? row.source : null
    const key = {
      campaignId,
      householdNo,
      person: row.person,
      rule: row.rule,
      source: row.source,
      recordId: row.source_record_id,
    }
    return {
      findingId: findingIdOf(key),
      rule: row.rule,
      ruleName: ruleCards.get(row.rule)?.title ?? row.rule,
      class: row.class,
      subjectNo: row.person === '' ? null : row.person,
      message: row.message,
      clause: ruleCards.get(row.rule)?.clause ?? null,
      clearing: standing.state,
      outcome: standing.outcome,
      reason: standing.reason,
      source,
      sourceName: source === null ? null : recordLabel(source),
      asOf: row.record_as_of === '' ? null : row.record_as_of,
    }
  })
}

/** An official in office to whom a member is kin by the population register. */
export interface RegisterKin {
  readonly officialNo: string
  readonly name: string
  readonly role: string
  readonly divisionCode: string
  readonly subjectNo: string
  readonly subjectName: string
  /** what the member is to the official, in Chinese */
  readonly kin: string
}

/** The commission of a household that has a report and is not asked about anew. Problem 404 when it is not in scope, 409 otherwise. */
/** The commission of a household whose report stands. Problem 404 when it is not in scope, 409 while there is none or it is asked about anew. */
export async function reportedCommission(tx: Tx, campaignId: string, householdNo: string): Promise<CommissionRow> {
  const commission = await findCommission(tx, campaignId, householdNo)
  if (commission === undefined) {
    throw new Problem('verification.not-found', '这一户不在核对批次中，或不在您的辖区内', { status: 404 })
  }
  if (commission.conclusion === null) {
    throw new Problem('verification.no-report', '该户的核对还没有出具报告，请等报告出具后再办理', { status: 409 })
  }
  if (commission.version > commission.in_force) {
    throw new Problem('verification.running', '该户正在重新核对，请等新的报告出具后再办理', { status: 409 })
  }
  return commission
}

/** Officials in office to whom a member of the household is kin by the register's answers, whether they filed it or not. Throws as `assessmentOf`. */
export async function listRegisterKin(
  tx: Tx,
  keys: Keys,
  deps: { readonly clock: Clock },
  campaignId: string,
  householdNo: string,
): Promise<RegisterKin[]> {
  const { batch_no: batchNo } = await reportedCommission(tx, campaignId, householdNo)
  const { dossier, context } = await recallHousehold({ tx, keys, clock: deps.clock }, campaignId, batchNo, householdNo)
  const found = relatives(viewHousehold(dossier, context.rules), context.rules)
  return [...found].map(([official, { member, kin }]) => ({
    officialNo: official.official_no,
    name: official.name,
    role: official.role,
    divisionCode: official.division_code,
    subjectNo: member.no,
    subjectName: member.name,
    kin,
  }))
}

/** Under which values a household is assessed: a pack as of `on`, or one resolved already. */
export interface AssessmentOrder extends FactsBeside {
  readonly pack: Pack | ResolvedPack
  readonly on: string
}

/** An assessment with the facts it was made from. */
export interface HouseholdAssessment {
  readonly assessment: Assessment
  readonly household: Household
  /** what was left out of the facts or could not be used, in Chinese */
  readonly notes: readonly string[]
  /** as-of date of the verified facts */
  readonly asOf: string
}

function resolved({ pack, on }: AssessmentOrder): ResolvedPack {
  return 'hash' in pack ? pack : packAt(pack, on)
}

/**
 * Assesses a household from what it declared and what its verification in a campaign found. Problem 404 when it is not in scope, 409 while
 * it has no report, or is asked about anew.
 */
export async function assessmentOf(
  tx: Tx,
  keys: Keys,
  deps: { readonly clock: Clock },
  campaignId: string,
  householdNo: string,
  order: AssessmentOrder,
): Promise<HouseholdAssessment> {
  const commission = await reportedCommission(tx, campaignId, householdNo)
  const { dossier, context } = await recallHousehold(
    { tx, keys, clock: deps.clock },
    campaignId,
    commission.batch_no,
    householdNo,
  )
  const disproven = (await loadDisproven(tx, campaignId, [householdNo])).get(householdNo)
  const { household, notes } = assessedHousehold(dossier, context.rules, { ...order, disproven })
  if (household.members.length === 0) {
    throw new Problem('verification.no-members', '该户没有可列入核算的共同生活成员，请核对家庭成员', { status: 409 })
  }
  const assessment = assessHousehold(assessmentBasis(resolved(order)), household)
  return { assessment, household, notes, asOf: commission.as_of }
}

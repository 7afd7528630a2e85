/** Draws up and signs the report of one household: by the worker for a batch, on a person's word for one household. */
import { qrStatementText } from '#documents'
import { findNewestSeal } from '#journal'
import { addWorkingDays } from '#kernel/calendar'
import { addMonths } from '#kernel/dates'
import { type Clock, chinaDate, today } from '#platform/clock'
import { type KeyPair, type Keys, sha256, signBytes } from '#platform/crypto'
import type { CopyValue } from '#platform/db'
import type { EventPayloads } from '#platform/events'
import { packBytes } from '#platform/pack'
import type { Comparison } from '../rules/findings/compare.ts'
import type { Dossier } from '../rules/household/dossier.ts'
import { buildReport, type ReportFacts, reportKind } from '../rules/report/report.ts'
import type { BatchHousehold } from '../store/campaigns.ts'
import { listReviewed } from '../store/objections.ts'
import { loadDivisionNames, loadSourceDates } from '../store/places.ts'
import { type BatchWork, type CampaignContext, instantOf, type ReportGround } from './workshop.ts'

/** What reports are drawn up from beside the comparison: the households in `reviewed` owe the version that answers an objection. */
type SigningGround = ReportGround & { reviewed: ReadonlySet<string>; days: Map<string, ReportDays> }

/** What follows from the day on which a report is signed. */
type ReportDays = Pick<ReportFacts, 'validTo' | 'objectionUntil'>

const nobody: ReadonlySet<string> = new Set()

/**
 * Names of places and dates of the sources, read at the first report of a campaign; whose objection was answered is read
 * only where a further version is to be signed.
 */
export async function groundOf(
  { context, tx }: Pick<BatchWork, 'context' | 'tx'>,
  further = [...context.memory.values()].some(({ households }) => households.some((each) => each.version > 1)),
): Promise<SigningGround> {
  context.ground ??= {
    divisions: await loadDivisionNames(tx),
    sourceDates: await loadSourceDates(tx, context.facts.campaignId),
    journalSeal: (await findNewestSeal(tx)) ?? null,
  }
  return { ...context.ground, reviewed: further ? await listReviewed(tx, context.facts.campaignId) : nobody, days: new Map() }
}

const keyIdLength = 16

/** Short name of a signing key: the first characters of its public half. */
export function keyIdOf(pair: KeyPair): string {
  return pair.publicKey.slice(0, keyIdLength)
}

/** Number of a report: district, campaign, place in the frozen list, version. */
function reportNoOf(context: CampaignContext, household: BatchHousehold): string {
  const { districtCode, campaignNo } = context.facts
  const place = String(household.ordinal).padStart(6, '0')
  return `HD${districtCode}-${String(campaignNo).padStart(4, '0')}-${place}-${household.version}`
}

declare module '#platform/events' {
  interface EventPayloads {
    /**
     * A version of a report was stored: the first of a household that was commissioned by itself, and every later one. The first reports of
     * a whole district are not told.
     */
    'verification.reported': {
      readonly campaignId: string
      readonly householdNo: string
      readonly reportNo: string
      readonly conclusion: Comparison['conclusion']
    }
  }
}

export type ReportNews = EventPayloads['verification.reported']

/** The news of a report. */
export function newsOf(context: CampaignContext, household: BatchHousehold, conclusion: Comparison['conclusion']): ReportNews {
  const { householdNo } = household
  return { campaignId: context.facts.campaignId, householdNo, reportNo: reportNoOf(context, household), conclusion }
}

const townshipDigits = 9

/** With what reports are signed. */
export interface SigningDesk {
  shop: { keys: Keys; clock: Clock }
  context: CampaignContext
  ground: SigningGround
}

/** One household's report to be signed; `version` of the household is the report's. */
export interface ReportDraft {
  household: BatchHousehold
  batchNo: number
  dossier: Dossier
  comparison: Comparison
  /** what was decided about a finding so far */
  clearingOf?: NonNullable<ReportFacts['clearingOf']>
}

/** Counting working days takes longer than the rest: the reports of a batch mostly share their day. */
function daysOf({ context, ground }: SigningDesk, issuedOn: string): ReportDays {
  const known = ground.days.get(issuedOn)
  if (known !== undefined) return known
  const { reportValidityMonths, objectionWorkingDays } = context.scheme
  const validTo = addMonths(issuedOn, reportValidityMonths.value)
  const made = { validTo, objectionUntil: addWorkingDays(issuedOn, objectionWorkingDays.value).date }
  ground.days.set(issuedOn, made)
  return made
}

function factsOf(desk: SigningDesk, { household, clearingOf }: ReportDraft): ReportFacts {
  const { context, ground, shop } = desk
  const { facts, scheme } = context
  const issuedOn = today(shop.clock)
  const unit = (code: string): { code: string; name: string } => ({ code, name: ground.divisions.get(code) ?? code })
  return {
    reportNo: reportNoOf(context, household),
    reportVersion: household.version,
    kind: reportKind(household.version, ground.reviewed.has(household.householdNo)),
    applicationNo: household.householdNo,
    commissionNo: `WT${reportNoOf(context, household).slice(2)}`,
    acceptanceNo: null,
    project: { code: scheme.id, name: scheme.label },
    commissioningUnit: unit(household.divisionCode.slice(0, townshipDigits).padEnd(12, '0')),
    verifyingUnit: unit(`${facts.districtCode}000000`),
    pack: { id: facts.packId, label: facts.packLabel, hash: facts.packHash },
    startedOn: facts.startedAt === null ? issuedOn : chinaDate(facts.startedAt),
    issuedOn,
    ...daysOf(desk, issuedOn),
    objectionDays: scheme.objectionWorkingDays.value,
    journalSeal: ground.journalSeal,
    sourceAsOf: (record) => ground.sourceDates.get(record) ?? null,
    ...(clearingOf === undefined ? {} : { clearingOf }),
  }
}

function countClass(comparison: Comparison, letter: string): number {
  return comparison.findings.filter((finding) => finding.class === letter).length
}

/** One signed report as a row of the report table, in the order of its columns. */
export function signReport(desk: SigningDesk, draft: ReportDraft): CopyValue[] {
  const { household, dossier, comparison } = draft
  const facts = factsOf(desk, draft)
  const pair = desk.shop.keys.signing
  const document = Buffer.from(JSON.stringify(buildReport(dossier, comparison, desk.context.rules, facts)))
  const hash = sha256(document)
  const statement = qrStatementText({
    reportNo: facts.reportNo,
    version: facts.reportVersion,
    conclusion: comparison.conclusion,
    signedOn: facts.issuedOn,
    validTo: facts.validTo,
    keyId: keyIdOf(pair),
    contentHash: hash.toString('hex'),
  })
  return [
    desk.context.facts.campaignId,
    household.householdNo,
    household.version,
    facts.reportNo,
    draft.batchNo,
    comparison.conclusion,
    countClass(comparison, 'A'),
    countClass(comparison, 'B'),
    countClass(comparison, 'C'),
    comparison.open.length,
    comparison.members,
    comparison.totals.verified.per_capita_monthly,
    facts.kind,
    packBytes(document),
    hash,
    signBytes(pair, Buffer.from(statement)),
    keyIdOf(pair),
    instantOf(desk.shop),
    facts.issuedOn,
    facts.validTo,
    household.divisionCode,
  ]
}

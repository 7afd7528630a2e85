/** Compares the households of a batch, signs their reports and stores everything by COPY. */
import { qrStatementText } from '#documents'
import { addWorkingDays } from '#kernel/calendar'
import { addMonths } from '#kernel/dates'
import { today } from '#platform/clock'
import { type KeyPair, sha256, signBytes } from '#platform/crypto'
import type { CopyValue } from '#platform/db'
import { type Comparison, compareHousehold } from '../rules/compare.ts'
import type { Dossier } from '../rules/dossier.ts'
import { buildReport, type ReportFacts } from '../rules/report.ts'
import { type BatchHousehold, type BatchRow, signCommissions } from '../store/campaigns.ts'
import { loadDivisionNames, loadSourceDates } from '../store/places.ts'
import { closeQueryLines, copyFindings, copyReports, copySubjectResults, countAnswers } from '../store/results.ts'
import { findingRow } from './result-rows.ts'
import { type BatchMemory, type BatchWork, type CampaignContext, instantOf, type ReportGround } from './workshop.ts'

async function groundOf(work: BatchWork): Promise<ReportGround> {
  const { context, tx } = work
  context.ground ??= {
    divisions: await loadDivisionNames(tx),
    sourceDates: await loadSourceDates(tx, context.facts.campaignId),
  }
  return context.ground
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

const townshipDigits = 9

function factsOf(work: BatchWork, ground: ReportGround, household: BatchHousehold, issuedOn: string): ReportFacts {
  const { context } = work
  const { facts, scheme } = context
  const unit = (code: string): { code: string; name: string } => ({ code, name: ground.divisions.get(code) ?? code })
  const objectionDays = scheme.objectionWorkingDays.value
  return {
    reportNo: reportNoOf(context, household),
    reportVersion: household.version,
    kind: household.version === 1 ? 'result' : 'review',
    applicationNo: household.householdNo,
    commissionNo: `WT${reportNoOf(context, household).slice(2)}`,
    acceptanceNo: null,
    project: { code: scheme.id, name: scheme.label },
    commissioningUnit: unit(household.divisionCode.slice(0, townshipDigits).padEnd(12, '0')),
    verifyingUnit: unit(`${facts.districtCode}000000`),
    pack: { id: facts.packId, label: facts.packLabel, hash: facts.packHash },
    startedOn: (facts.startedAt ?? issuedOn).slice(0, 10),
    issuedOn,
    validTo: addMonths(issuedOn, scheme.reportValidityMonths.value),
    objectionDays,
    objectionUntil: addWorkingDays(issuedOn, objectionDays).date,
    sourceAsOf: (record) => ground.sourceDates.get(record) ?? null,
  }
}

function countClass(comparison: Comparison, letter: string): number {
  return comparison.findings.filter((finding) => finding.class === letter).length
}

/** One signed report as a row of the report table. */
function reportRow(
  work: BatchWork,
  batch: BatchRow,
  household: BatchHousehold,
  dossier: Dossier,
  comparison: Comparison,
  facts: ReportFacts,
): CopyValue[] {
  const pair = work.shop.keys.signing
  const document = JSON.stringify(buildReport(dossier, comparison, work.context.rules, facts))
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
    batch.campaignId,
    household.householdNo,
    household.version,
    facts.reportNo,
    batch.batchNo,
    comparison.conclusion,
    countClass(comparison, 'A'),
    countClass(comparison, 'B'),
    countClass(comparison, 'C'),
    comparison.open.length,
    comparison.members,
    comparison.totals.verified.per_capita_monthly,
    document,
    hash,
    signBytes(pair, Buffer.from(statement)),
    keyIdOf(pair),
    instantOf(work.shop),
    facts.issuedOn,
    facts.validTo,
    household.divisionCode,
  ]
}

function* subjectRows(batch: BatchRow, memory: BatchMemory): Iterable<CopyValue[]> {
  const versions = new Map(memory.households.map((household) => [household.householdNo, household.version]))
  for (const [item, subject] of memory.subjects.entries()) {
    const version = versions.get(subject.householdNo)
    if (version === undefined) continue
    const reasons = memory.book.reasons(item)
    yield [
      batch.campaignId,
      version,
      subject.subjectNo,
      subject.kind,
      subject.householdNo,
      batch.batchNo,
      memory.book.letters(item),
      Object.keys(reasons).length === 0 ? null : JSON.stringify(reasons),
      subject.divisionCode,
    ]
  }
}

/** Compares, signs and stores a batch: a constant number of statements. */
export async function compareBatch(
  work: BatchWork,
  batch: BatchRow,
  memory: BatchMemory,
  dossiers: readonly Dossier[],
): Promise<void> {
  const { tx, context, shop } = work
  const ground = await groundOf(work)
  const issuedOn = today(shop.clock)
  const households = new Map(memory.households.map((household) => [household.householdNo, household]))
  const findings: CopyValue[][] = []
  const reports: CopyValue[][] = []
  for (const dossier of dossiers) {
    const household = households.get(dossier.household.household_no)
    if (household === undefined) continue
    const comparison = compareHousehold(dossier, context.rules)
    const { version, divisionCode } = household
    const place = { campaignId: batch.campaignId, batchNo: batch.batchNo, version, divisionCode }
    for (const finding of comparison.findings) findings.push(findingRow(finding, place))
    reports.push(reportRow(work, batch, household, dossier, comparison, factsOf(work, ground, household, issuedOn)))
  }
  await copySubjectResults(tx, subjectRows(batch, memory))
  await copyFindings(tx, findings)
  await copyReports(tx, reports)
  await countAnswers(tx, batch)
  await closeQueryLines(tx, batch)
  await signCommissions(tx, batch, 'report_signed', instantOf(shop))
}

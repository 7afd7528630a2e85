/** Compares the households of a batch, signs their reports and stores everything by COPY. */
import type { CopyValue } from '#platform/db'
import { emitAll } from '#platform/events'
import { compareHousehold } from '../rules/findings/compare.ts'
import { AnswerTally, type TallyCount } from '../rules/found/answer-tally.ts'
import type { Dossier } from '../rules/household/dossier.ts'
import { type BatchRow, signCommissions } from '../store/campaigns.ts'
import { copyFindings, copyReports, copySubjectResults, insertAnswerCounts, listReplacedStatuses } from '../store/results.ts'
import { recountOpen } from './open-counts.ts'
import { findingRow } from './result-rows.ts'
import { groundOf, newsOf, type ReportNews, signReport } from './sign-report.ts'
import { type BatchMemory, type BatchWork, instantOf } from './workshop.ts'

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

/**
 * Answer states of a batch per township and record type, so that boards never scan the subjects. What a re-run replaces is
 * counted off, so that the sum over all batches speaks of the results in force.
 */
async function countsOf(work: BatchWork, batch: BatchRow, memory: BatchMemory): Promise<TallyCount[]> {
  const tally = new AnswerTally()
  const known = new Set(memory.households.map((household) => household.householdNo))
  for (const [item, subject] of memory.subjects.entries()) {
    if (known.has(subject.householdNo)) tally.add(subject.divisionCode, memory.book.letters(item), 1)
  }
  const replaced = batch.kind === 'rerun' ? await listReplacedStatuses(work.tx, batch) : []
  for (const { divisionCode, statuses } of replaced) tally.add(divisionCode, statuses, -1)
  return tally.counts()
}

/** Reports somebody waits for or has read before are news; the first reports of a district are not told one by one. */
function isNews(work: BatchWork, batch: BatchRow): boolean {
  return work.context.facts.kind === 'single' || batch.kind === 'rerun'
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
  const households = new Map(memory.households.map((household) => [household.householdNo, household]))
  const findings: CopyValue[][] = []
  const reports: CopyValue[][] = []
  const news: ReportNews[] = []
  for (const dossier of dossiers) {
    const household = households.get(dossier.household.household_no)
    if (household === undefined) continue
    const comparison = compareHousehold(dossier, context.rules)
    const { version, divisionCode } = household
    const place = { campaignId: batch.campaignId, batchNo: batch.batchNo, version, divisionCode }
    for (const finding of comparison.findings) findings.push(findingRow(finding, place))
    reports.push(signReport({ shop, context, ground }, { household, batchNo: batch.batchNo, dossier, comparison }))
    news.push(newsOf(context, household, comparison.conclusion))
  }
  await copySubjectResults(tx, subjectRows(batch, memory))
  await copyFindings(tx, findings)
  await copyReports(tx, reports)
  await insertAnswerCounts(tx, batch, await countsOf(work, batch, memory))
  await signCommissions(tx, batch, 'report_signed', instantOf(shop))
  if (isNews(work, batch)) await emitAll(tx, 'verification.reported', news)
  if (batch.kind === 'rerun') await recountOpen(tx, batch.campaignId, [...households.keys()])
}

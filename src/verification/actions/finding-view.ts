/** A finding as the clearing page shows it: declared beside found, what was decided, what earlier reasons say. */

import { Problem } from '#kernel/problem'
import type { Actor } from '#platform/action'
import type { HouseholdBatch } from '#registry'
import { isRecordName, recordLabel } from '#sources/contract'
import type { ClearingStep, Exemption, Fact, Finding } from '../contract/household.ts'
import { keyWithin, stepOf } from '../jobs/open-counts.ts'
import { exemptionsFor, maySign, type ClearingStep as Step, standingOf } from '../rules/findings/clearing.ts'
import { ruleCards } from '../rules/findings/rules.ts'
import { declaredFacts } from '../rules/household/declared-facts.ts'
import type { Finding as RuleFinding } from '../rules/household/dossier.ts'
import { isUuid } from '../rules/uuid.ts'
import type { ClearingRow, ExemptionRow, FindingKey, FindingRow } from '../store/household-page.ts'

/** The key as one text that may stand in an address. */
export function findingIdOf(key: FindingKey): string {
  const parts = [key.campaignId, key.householdNo, key.person, key.rule, key.source, key.recordId]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Reads what `findingIdOf` wrote; Problem 404 for any other text. */
export function findingKeyOf(findingId: string): FindingKey {
  try {
    const parts: unknown = JSON.parse(Buffer.from(findingId, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === 6 && parts.every((part) => typeof part === 'string')) {
      const [campaignId = '', householdNo = '', person = '', rule = '', source = '', recordId = ''] = parts as string[]
      if (isUuid(campaignId)) return { campaignId, householdNo, person, rule, source, recordId }
    }
  } catch {
    // falls through to the same answer: there is no such finding
  }
  throw new Problem('verification.not-found', '没有这条疑点', { status: 404 })
}

/** Everything the views of a household's findings are made from. */
export interface FindingParts {
  campaignId: string
  packId: string
  asOf: string
  today: string
  /** null for a finding beyond the roll */
  batch: HouseholdBatch | null
  clearing: readonly ClearingRow[]
  exemptions: readonly ExemptionRow[]
  actor: Actor
  mayClear: boolean
  mayConfirm: boolean
  roleLabel(role: string): string
}

/** The clearing steps of one finding, as rows and as the rules read them. */
export function historyOf(
  finding: Pick<FindingRow, 'person' | 'rule' | 'source' | 'source_record_id'>,
  clearing: readonly ClearingRow[],
): { rows: ClearingRow[]; steps: Step[] } {
  const key = keyWithin(finding)
  const rows = clearing.filter((row) => keyWithin(row) === key)
  return { rows, steps: rows.map(stepOf) }
}

function stepView(row: ClearingRow, roleLabel: (role: string) => string): ClearingStep {
  const { at, by_name: by, step, outcome, reason, evidence } = row
  return { at, by, roleLabel: roleLabel(row.by_role), step, outcome, reason, evidence }
}

/** The row as the rules write findings. */
export function ruleFindingOf(row: FindingRow): RuleFinding {
  return {
    household_no: row.household_no,
    person: row.person,
    rule: row.rule,
    class: row.class,
    source: isRecordName(row.source) ? row.source : '',
    source_record_id: row.source_record_id,
    value: row.value,
    limit: row.limit_value,
    message: row.message,
    recordAsOf: row.record_as_of,
  }
}

/** An exemption with the names people know. */
export function exemptionView(row: ExemptionRow, subjectName: string | null): Exemption {
  return {
    exemptionId: row.exemption_id,
    rule: row.rule,
    ruleName: ruleCards.get(row.rule)?.title ?? row.rule,
    householdNo: row.household_no,
    subjectNo: row.person === '' ? null : row.person,
    subjectName,
    reason: row.reason,
    by: row.created_by_name,
    on: row.created_on,
    validTo: row.valid_to,
    withdrawnOn: row.withdrawn_on,
  }
}

/** Name of a person or supporter of the household. */
function subjectNameOf(batch: HouseholdBatch, no: string): string | null {
  const person = batch.persons.find((each) => each.person_no === no)
  return person?.name ?? batch.supporters.find((each) => each.supporter_no === no)?.name ?? null
}

/** What the household itself stated about the matter of a rule; the batch holds this household alone. */
function declaredSide(finding: FindingRow, batch: HouseholdBatch | null): Fact[] {
  if (batch === null) return []
  const {
    households: [household],
    ...rows
  } = batch
  return household === undefined ? [] : declaredFacts(finding, { household, ...rows })
}

function foundFacts(finding: FindingRow): Fact[] {
  const facts: Fact[] = []
  if (isRecordName(finding.source)) facts.push({ label: '来源', value: recordLabel(finding.source) })
  if (finding.source_record_id !== '') facts.push({ label: '记录编号', value: finding.source_record_id })
  if (finding.record_as_of !== '') facts.push({ label: '数据时点', value: finding.record_as_of })
  if (finding.value !== '') facts.push({ label: '核对值', value: finding.value })
  if (finding.limit_value !== '') facts.push({ label: '对照值', value: finding.limit_value })
  return facts
}

/** One finding for the page. */
export function findingView(finding: FindingRow, parts: FindingParts): Finding {
  const { rows, steps } = historyOf(finding, parts.clearing)
  const standing = standingOf(finding.class, steps)
  const card = ruleCards.get(finding.rule)
  const source = isRecordName(finding.source) ? finding.source : null
  const key = {
    campaignId: parts.campaignId,
    householdNo: finding.household_no,
    person: finding.person,
    rule: finding.rule,
    source: finding.source,
    recordId: finding.source_record_id,
  }
  const name = finding.person === '' || parts.batch === null ? null : subjectNameOf(parts.batch, finding.person)
  const permitted = standing.state === 'awaiting_second' ? parts.mayConfirm : parts.mayClear
  return {
    findingId: findingIdOf(key),
    householdNo: finding.household_no,
    subjectNo: finding.person === '' ? null : finding.person,
    subjectName: name,
    rule: finding.rule,
    ruleName: card?.title ?? finding.rule,
    class: finding.class,
    record: source,
    recordName: source === null ? null : recordLabel(source),
    recordId: finding.source_record_id === '' ? null : finding.source_record_id,
    asOf: finding.record_as_of === '' ? null : finding.record_as_of,
    value: finding.value === '' ? null : finding.value,
    limit: finding.limit_value === '' ? null : finding.limit_value,
    message: finding.message,
    clause: `${card?.clause ?? ''}（政策包 ${parts.packId}，核对时点 ${parts.asOf}）`,
    explanation: finding.message.split(/(?<=。)/).filter((sentence) => sentence !== ''),
    declared: declaredSide(finding, parts.batch),
    found: foundFacts(finding),
    clearing: standing.state,
    outcome: standing.outcome,
    maySign: permitted && maySign(finding.class, steps, parts.actor.userId),
    history: rows.map((row) => stepView(row, parts.roleLabel)),
    exemptions: exemptionsFor(ruleFindingOf(finding), parts.exemptions, parts.today).map((row) => exemptionView(row, name)),
  }
}

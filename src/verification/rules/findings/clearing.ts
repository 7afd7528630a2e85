/**
 * Clearing of findings: a person says what the field check showed.
 *
 * K1 every step needs a reason; the first signature needs evidence;
 * K2 class A is cleared only when a second, different person confirms it; B and C with the first signature;
 * K3 who sends back or reopens does not clear: the finding is open again and its history stays;
 * K4 an accepted reason may teach: it is shown beside the next finding of the same person and rule, never applied;
 * K5 a page that has not seen the latest step is refused instead of overwriting it;
 * K6 a record is disproven when every finding that rests on it was cleared as not true.
 */
import { ok, type Refusal, type Result, refuse } from '#kernel/result'
import type { Finding } from '../household/dossier.ts'

export type ClearingOutcome = 'true' | 'not_true' | 'other_aid'
export type ClearingState = 'open' | 'awaiting_second' | 'cleared'

/** One signature in the history of a finding, in order of time. */
export interface ClearingStep {
  /** account of the person who signed */
  by: string
  step: 'first' | 'confirmed' | 'sent_back' | 'reopened'
  /** said by the first signature only */
  outcome: ClearingOutcome | null
  reason: string
  /** hashes of stored files */
  evidence: readonly string[]
  /** keep the reason as an exemption */
  teach?: boolean
}

export type ClearingCommand =
  | {
      type: 'clear'
      by: string
      outcome: ClearingOutcome
      reason: string
      evidence: readonly string[]
      teach: boolean
      seen: number
    }
  | { type: 'confirm'; by: string; agree: boolean; reason: string; seen: number }
  | { type: 'reopen'; by: string; reason: string; seen: number }

/** How a finding stands. */
export interface ClearingStanding {
  state: ClearingState
  outcome: ClearingOutcome | null
  reason: string | null
  /** who signed first, while that signature holds */
  firstBy: string | null
}

const OPEN: ClearingStanding = { state: 'open', outcome: null, reason: null, firstBy: null }

/** How a finding of a class stands after its history. */
export function standingOf(cls: Finding['class'], history: readonly ClearingStep[]): ClearingStanding {
  let standing = OPEN
  for (const { step, by, outcome, reason } of history) {
    if (step === 'first') standing = { state: cls === 'A' ? 'awaiting_second' : 'cleared', outcome, reason, firstBy: by }
    else if (step === 'confirmed') standing = { ...standing, state: 'cleared' }
    else standing = OPEN
  }
  return standing
}

const MIN_REASON = 4

function missingReason(reason: string): Refusal | null {
  if (reason.trim().length >= MIN_REASON) return null
  return refuse('clearing.reason', `请写明理由，至少 ${MIN_REASON} 个字`).refusal
}

function decideFirst(standing: ClearingStanding, command: ClearingCommand & { type: 'clear' }): Result<ClearingStep> {
  if (standing.state !== 'open') return refuse('clearing.not_open', '该疑点已经处置，如需更改请先重新打开')
  if (command.evidence.length === 0) return refuse('clearing.evidence', '请上传至少一份证据材料')
  if (command.teach && command.outcome !== 'not_true') {
    return refuse('clearing.teach', '只有认定为“不属实”的疑点才能留作下次提示')
  }
  const { by, outcome, reason, evidence, teach } = command
  return ok({ by, step: 'first', outcome, reason: reason.trim(), evidence, teach })
}

function decideSecond(standing: ClearingStanding, command: ClearingCommand & { type: 'confirm' }): Result<ClearingStep> {
  if (standing.state !== 'awaiting_second') return refuse('clearing.not_waiting', '该疑点不在等待复核')
  if (standing.firstBy === command.by) return refuse('clearing.same_person', 'A 类疑点须由另一人复核，不能由初核人自己确认')
  const step = command.agree ? 'confirmed' : 'sent_back'
  return ok({ by: command.by, step, outcome: null, reason: command.reason.trim(), evidence: [] })
}

function decideReopening(standing: ClearingStanding, command: ClearingCommand & { type: 'reopen' }): Result<ClearingStep> {
  if (standing.state === 'open') return refuse('clearing.open', '该疑点尚未处置，无需重新打开')
  return ok({ by: command.by, step: 'reopened', outcome: null, reason: command.reason.trim(), evidence: [] })
}

/** The step a command leads to, or why it is refused. The caller checks the permission. */
export function decideClearing(
  cls: Finding['class'],
  history: readonly ClearingStep[],
  command: ClearingCommand,
): Result<ClearingStep> {
  if (command.seen !== history.length) return refuse('clearing.stale', '该疑点已被他人处置，请刷新页面后再操作')
  const refusal = missingReason(command.reason)
  if (refusal !== null) return { ok: false, refusal }
  const standing = standingOf(cls, history)
  if (command.type === 'clear') return decideFirst(standing, command)
  return command.type === 'confirm' ? decideSecond(standing, command) : decideReopening(standing, command)
}

/** Names a record of a source. */
export function recordKey(source: string, recordId: string): string {
  return `${source} ${recordId}`
}

/** Records that persons disproved (K6), by `recordKey`; a finding without a record disproves none. */
export function disprovenRecords(
  findings: readonly {
    readonly class: Finding['class']
    readonly source: string
    readonly source_record_id: string
    readonly history: readonly ClearingStep[]
  }[],
): ReadonlySet<string> {
  const byRecord = Map.groupBy(
    findings.filter(({ source }) => source !== ''),
    (finding) => recordKey(finding.source, finding.source_record_id),
  )
  const isDisproven = (finding: (typeof findings)[number]) => {
    const { state, outcome } = standingOf(finding.class, finding.history)
    return state === 'cleared' && outcome === 'not_true'
  }
  return new Set([...byRecord].flatMap(([record, all]) => (all.every(isDisproven) ? [record] : [])))
}

/** Whether a person may sign next under a finding: the first signature, or the second of somebody else's first. */
export function maySign(cls: Finding['class'], history: readonly ClearingStep[], by: string): boolean {
  const { state, firstBy } = standingOf(cls, history)
  return state === 'open' || (state === 'awaiting_second' && firstBy !== by)
}

/** A reason that was accepted before. */
export interface Exemption {
  household_no: string
  person: string
  rule: string
  valid_to: string | null
  withdrawn_on: string | null
}

/** Whether a step that has just cleared a finding leaves an exemption behind. */
export function teaches(cls: Finding['class'], history: readonly ClearingStep[]): boolean {
  const { state, outcome } = standingOf(cls, history)
  if (state !== 'cleared' || outcome !== 'not_true') return false
  return history.findLast((step) => step.step === 'first')?.teach === true
}

/** The exemptions to show beside a finding on a date: same household, person and rule, in force. Showing is all they do. */
export function exemptionsFor<E extends Exemption>(finding: Finding, exemptions: readonly E[], on: string): E[] {
  return exemptions.filter(
    (each) =>
      each.household_no === finding.household_no &&
      each.person === finding.person &&
      each.rule === finding.rule &&
      (each.valid_to === null || on <= each.valid_to) &&
      (each.withdrawn_on === null || on < each.withdrawn_on),
  )
}

/** Findings that keep a report from being issued again: those of class A nobody has cleared. */
export function blockingFindings<F extends { class: Finding['class']; history: readonly ClearingStep[] }>(
  findings: readonly F[],
): F[] {
  return findings.filter((each) => each.class === 'A' && standingOf('A', each.history).state !== 'cleared')
}

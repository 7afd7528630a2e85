/** Compares what a household declared with what the units know: findings, totals, statuses, what stayed open, conclusion. */
import { type RecordName, recordNames } from '#exchange/contract'
import { compareCodePoints } from '#kernel/text'
import type { Dossier, Finding, PairStatus } from './dossier.ts'
import { type HouseholdView, type Subject, viewHousehold } from './household-view.ts'
import type { RuleContext } from './prepare.ts'
import { applies, findingOf } from './rule.ts'
import { householdRules } from './rules.ts'
import { type Totals, totalsOf } from './totals.ts'

export type Conclusion = 'consistent' | 'inconsistent' | 'undetermined'

/** A pair of subject and record type whose status is neither HIT nor NO_RECORD. */
export interface OpenPair {
  subject: string
  record: RecordName
  status: PairStatus
}

/** How many pairs of subject and record type ended in each status. */
export type StatusCounts = Record<PairStatus, number>

/** What the comparison of one household found. */
export interface Comparison {
  /** in order of person, rule, source_record_id, source; one per key */
  findings: Finding[]
  totals: Totals
  /** over every listed person and supporter and all record types */
  statuses: StatusCounts
  /** by subject, then record */
  open: OpenPair[]
  conclusion: Conclusion
  members: number
  incomplete: boolean
}

function inFileOrder(a: Finding, b: Finding): number {
  return (
    compareCodePoints(a.person, b.person) ||
    compareCodePoints(a.rule, b.rule) ||
    compareCodePoints(a.source_record_id, b.source_record_id) ||
    compareCodePoints(a.source, b.source)
  )
}

function findAll(h: HouseholdView, ctx: RuleContext, totals: () => Totals): Finding[] {
  const householdNo = h.dossier.household.household_no
  const found = new Map<string, Finding>()
  for (const rule of householdRules) {
    if (!applies(rule, h)) continue
    rule.find(
      h,
      ctx,
      (observation) => {
        const finding = findingOf(rule, householdNo, observation)
        const key = `${finding.person}\u0000${finding.rule}\u0000${finding.source}\u0000${finding.source_record_id}`
        if (!found.has(key)) found.set(key, finding)
      },
      totals,
    )
  }
  return [...found.values()].sort(inFileOrder)
}

function countStatuses(subjects: readonly Subject[]): { statuses: StatusCounts; open: OpenPair[] } {
  const statuses: StatusCounts = { HIT: 0, NO_RECORD: 0, NAME_MISMATCH: 0, ID_NOT_FOUND: 0, NOT_ANSWERED: 0, NOT_AUTHORISED: 0 }
  const open: OpenPair[] = []
  for (const subject of subjects) {
    for (const record of recordNames) {
      const status = subject.answers.status[record]
      statuses[status]++
      if (status !== 'HIT' && status !== 'NO_RECORD') open.push({ subject: subject.no, record, status })
    }
  }
  return { statuses, open }
}

function isOpen(h: HouseholdView, ctx: RuleContext): boolean {
  return h.members.some((member) =>
    recordNames.some((record) => {
      if (!ctx.sets.required_records.has(record)) return false
      const status = member.answers.status[record]
      return status !== 'HIT' && status !== 'NO_RECORD'
    }),
  )
}

function conclude(h: HouseholdView, findings: readonly Finding[], ctx: RuleContext): Conclusion {
  if (findings.some((finding) => finding.class !== 'C' && !ctx.sets.conclusion_ignores.has(finding.rule))) return 'inconsistent'
  if (h.dossier.household.incomplete || h.headCount === 0 || isOpen(h, ctx)) return 'undetermined'
  return 'consistent'
}

/** Runs every rule over one household. The order of the dossier's rows does not matter. */
export function compareHousehold(dossier: Dossier, ctx: RuleContext): Comparison {
  const h = viewHousehold(dossier, ctx)
  const totals = totalsOf(h, ctx)
  const findings = findAll(h, ctx, () => totals)
  const { statuses, open } = countStatuses([...h.persons, ...h.supporters])
  open.sort((a, b) => compareCodePoints(a.subject, b.subject) || compareCodePoints(a.record, b.record))
  return {
    findings,
    totals,
    statuses,
    open,
    conclusion: conclude(h, findings, ctx),
    members: h.headCount,
    incomplete: dossier.household.incomplete,
  }
}

/** Compares what a household declared with what the units know: findings, totals, statuses, what stayed open, conclusion. */

import { compareCodePoints } from '#kernel/text'
import { type RecordName, recordNames } from '#sources/contract'
import { type Totals, totalsOf } from '../found/totals.ts'
import type { Dossier, Finding, PairStatus } from '../household/dossier.ts'
import { type HouseholdView, type Subject, viewHousehold } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import { applies, findingOf } from './rule.ts'
import { householdRules } from './rules.ts'

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
  const found: Finding[] = []
  for (const rule of householdRules) {
    if (!applies(rule, h)) continue
    rule.find(
      h,
      ctx,
      (observation) => {
        found.push(findingOf(rule, householdNo, observation))
      },
      totals,
    )
  }
  found.sort(inFileOrder)
  // of what is observed twice the first word counts
  return found.filter((finding, i) => i === 0 || inFileOrder(found[i - 1] as Finding, finding) !== 0)
}

/** Statuses counted, and the record types that stayed open in order of their names. */
interface StatusSum {
  counts: StatusCounts
  open: readonly Omit<OpenPair, 'subject'>[]
}

type Statuses = Subject['answers']['status']

const noStatuses: StatusCounts = { HIT: 0, NO_RECORD: 0, NAME_MISMATCH: 0, ID_NOT_FOUND: 0, NOT_ANSWERED: 0, NOT_AUTHORISED: 0 }
const recordsInOrder = recordNames.toSorted(compareCodePoints)

function sumStatuses(status: Statuses): StatusSum {
  const counts = { ...noStatuses }
  const open: Omit<OpenPair, 'subject'>[] = []
  for (const record of recordsInOrder) {
    const each = status[record]
    counts[each]++
    if (each !== 'HIT' && each !== 'NO_RECORD') open.push({ record, status: each })
  }
  return { counts, open }
}

/** Subjects that are answered alike share their statuses: they are counted once. */
const sums = new WeakMap<Statuses, StatusSum>()

function sumOf(status: Statuses): StatusSum {
  const known = sums.get(status)
  if (known !== undefined) return known
  const made = sumStatuses(status)
  sums.set(status, made)
  return made
}

function countStatuses(subjects: readonly Subject[]): { statuses: StatusCounts; open: OpenPair[] } {
  const statuses = { ...noStatuses }
  const open: OpenPair[] = []
  for (const subject of subjects) {
    const sum = sumOf(subject.answers.status)
    statuses.HIT += sum.counts.HIT
    statuses.NO_RECORD += sum.counts.NO_RECORD
    statuses.NAME_MISMATCH += sum.counts.NAME_MISMATCH
    statuses.ID_NOT_FOUND += sum.counts.ID_NOT_FOUND
    statuses.NOT_ANSWERED += sum.counts.NOT_ANSWERED
    statuses.NOT_AUTHORISED += sum.counts.NOT_AUTHORISED
    for (const { record, status } of sum.open) open.push({ subject: subject.no, record, status })
  }
  return { statuses, open }
}

/** Subjects mostly stand in the order of their numbers, and their pairs are in order already. */
function inOrder(subjects: readonly Subject[]): boolean {
  return subjects.every(({ no }, i) => i === 0 || compareCodePoints(subjects[i - 1]?.no ?? '', no) < 0)
}

function isOpen(h: HouseholdView, ctx: RuleContext): boolean {
  return h.members.some(({ answers }) => sumOf(answers.status).open.some(({ record }) => ctx.sets.required_records.has(record)))
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
  const subjects = [...h.persons, ...h.supporters]
  const { statuses, open } = countStatuses(subjects)
  if (!inOrder(subjects)) {
    open.sort((a, b) => compareCodePoints(a.subject, b.subject) || compareCodePoints(a.record, b.record))
  }
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

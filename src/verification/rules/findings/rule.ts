/**
 * A rule as data: what it is called, whom it concerns, what it rests on, and how it looks at a household. A finding is
 * a machine's question; no rule stops or refuses aid.
 */
import { type RecordName, recordLabel, type SourceRow } from '#sources/contract'
import type { Totals } from '../found/totals.ts'
import type { Finding } from '../household/dossier.ts'
import type { HouseholdView } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'

/** What a rule reports of one finding; the rest follows from the rule. */
export interface Observation {
  /** person_no or supporter_no; left out for a finding on the household */
  person?: string
  /** record type and record the finding rests on */
  source?: RecordName
  record?: SourceRow | null
  /** number of another row of the package the finding rests on (a person, a household, a payment …), instead of a record */
  other?: string
  value?: string
  limit?: string
  /** Chinese sentences without the closing full stop: what was found and what it was held against */
  text: string
}

/** Takes a finding of the rule that runs. */
export type Report = (observation: Observation) => void

/** N: new households, R: existing ones, NR: both, X: beyond (the rule itself says which). */
export type RuleScope = 'N' | 'R' | 'NR' | 'X'

export interface Rule {
  readonly id: string
  /** Chinese title */
  readonly title: string
  readonly class: Finding['class']
  readonly scope: RuleScope
  /** what the finding rests on, in Chinese */
  readonly clause: string
  /** record types whose silence leaves the rule open */
  readonly silent: readonly RecordName[]
  /** not evaluated while a quarantined row would make its counting wrong */
  readonly needs?: 'members' | 'members-and-supporters'
  /** looks at one household; `totals` works its totals out when first asked for */
  find(household: HouseholdView, ctx: RuleContext, report: Report, totals: () => Totals): void
}

/** The part of a rule a page shows. */
export type RuleCard = Omit<Rule, 'find'>

/** Whether the rule looks at this household at all. */
export function applies(rule: Rule, h: HouseholdView): boolean {
  if (rule.scope === 'N' && !h.isNew) return false
  if (rule.scope === 'R' && h.isNew) return false
  if (rule.needs === undefined) return true
  const { incomplete_members, incomplete_supporters } = h.dossier.household
  return !(incomplete_members || (rule.needs === 'members-and-supporters' && incomplete_supporters))
}

function basisOf(observation: Observation): string {
  const { source, record } = observation
  if (source === undefined || !record) return ''
  const on = record.as_of_date === '' ? '' : `，数据时点 ${record.as_of_date}`
  return `（${recordLabel(source)}记录 ${record.source_record_id}${on}）`
}

/** The finding of an observation. `householdNo` is empty for rules beyond the roll. */
export function findingOf(rule: RuleCard, householdNo: string, observation: Observation): Finding {
  const { source, record } = observation
  return {
    household_no: householdNo,
    person: observation.person ?? '',
    rule: rule.id,
    class: rule.class,
    source: source !== undefined && record ? source : '',
    source_record_id: record?.source_record_id ?? observation.other ?? '',
    value: observation.value ?? '',
    limit: observation.limit ?? '',
    message: `${observation.text}${basisOf(observation)}。依据：${rule.clause}。`,
    recordAsOf: record?.as_of_date ?? '',
  }
}

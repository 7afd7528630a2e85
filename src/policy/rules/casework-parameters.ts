/**
 * Parameters of the procedure of a case: steps, clocks, notices, deliberation, samples. Dated values of a pack, each with clause and mark.
 * Days are counted from the day after the event that starts them.
 */

/** A limit of time. `extension`: further days that a named person may grant with reasons; null when none may. */
export interface ClockRule {
  readonly days: number
  readonly unit: 'working' | 'calendar'
  readonly extension: number | null
}

/** The clocks a pack may set; null where it sets none. */
export const CLOCKS = [
  'missing_items',
  'acceptance',
  'start_investigation',
  'commission_verification',
  'investigation',
  'recheck',
  'deliberation',
  'township_review',
  'district_review',
  'final_decision',
  'refusal_letter',
  'total',
  'objection_answer',
  'complaint_answer',
] as const
export type ClockName = (typeof CLOCKS)[number]

export interface NoticeRule {
  readonly level: 'village' | 'township' | 'district'
  readonly days: number
  readonly unit: 'working' | 'calendar'
}

/** A share as whole numbers: 2/3 is { num: 2, den: 3 }. */
export interface Share {
  readonly num: number
  readonly den: number
}

export interface DeliberationRule {
  /** 'every': every case; 'called': after an objection to a notice, or where the township sees need. */
  readonly held: 'every' | 'called'
  readonly min_members: number
  readonly odd: boolean
  /** least share of residents' representatives among the members */
  readonly representatives: Share
  /** least share of those due who must be present */
  readonly quorum: Share
  readonly pass: Share
  /** true: more than the share; false: at least the share */
  readonly pass_strict: boolean
  readonly pass_base: 'present' | 'valid' | 'due'
  readonly ballot: 'secret' | 'hands'
  /** how many are drawn from the pool; null: the whole pool is convened */
  readonly drawn: number | null
  /** the second failed vote on a household that meets all tests goes to whom; never a refusal */
  readonly overrule: 'township_with_district' | 'district'
}

/** A ground on which a pack lists households as not to be aided: a lead for a person, never a verdict. */
export interface ExclusionReason {
  readonly code: string
  readonly label: string
  readonly clause: string
  /** rules of verification or facts that raise it, e.g. VEH-1 or business_active */
  readonly raised_by: readonly string[]
}

export interface CaseworkParameters {
  readonly procedure: string
  readonly decided_by: 'district' | 'township'
  readonly clocks: Readonly<Record<ClockName, ClockRule | null>>
  readonly notices: readonly NoticeRule[]
  readonly renotice: NoticeRule | null
  readonly paper_names: 'full' | 'masked'
  readonly deliberation: DeliberationRule
  /** relations to an official that make a case a related-party case, and that recuse a member of the deliberation */
  readonly related_circle: readonly string[]
  readonly sample: { readonly share: Share; readonly always: readonly ('related_party' | 'complained' | 'refused')[] }
  /** months a decision stands before it is looked at anew; null where the pack sets none */
  readonly validity_months: { readonly full: number | null; readonly shortfall: number | null }
  /** months after a refusal in which no new application is taken unless circumstances changed; null: no bar */
  readonly reapply_bar_months: number | null
  readonly remedies: { readonly reconsideration_days: number; readonly litigation_months: number }
  readonly undo_minutes: number
  readonly exclusions: readonly ExclusionReason[]
  /** what happens to an old grant whose household has not re-applied by the deadline of a campaign; never an automatic stop */
  readonly campaign_old_grant: 'until_decision' | 'task_at_deadline'
}

import { listOf, nullable, object, oneOf, type Reader, ReadingFault, text, whole, yesNo } from './reader.ts'

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

/** Parts of an application whose rows a proof may go with. */
export const PROOF_PARTS = ['household', 'members', 'incomes', 'expenditures', 'assets'] as const

/**
 * A proof on the checklist of an application. It goes with every row of a part, or with those that say one of `says` in a column. `required`: handed in
 * before acceptance, unless a person writes why it cannot be had; `by_query`: what the verification asks for itself is never demanded;
 * `on_request`: only when something is doubtful.
 */
export interface ProofRule {
  readonly code: string
  readonly label: string
  readonly part: (typeof PROOF_PARTS)[number]
  readonly column: string | null
  readonly says: readonly string[]
  readonly demand: 'required' | 'by_query' | 'on_request'
  readonly clause: string
}

/** A ground on which a running grant is suspended, stopped or resumed: a person names it, with the facts. */
export interface GrantGround {
  readonly code: string
  readonly label: string
  readonly kinds: readonly ('suspend' | 'stop' | 'resume')[]
  readonly clause: string
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
  /** the checklist of proofs; packs of before there was one have none */
  readonly proofs: readonly ProofRule[]
  /** packs of before there were any have none */
  readonly grant_grounds: readonly GrantGround[]
  /** what happens to an old grant whose household has not re-applied by the deadline of a campaign; never an automatic stop */
  readonly campaign_old_grant: 'until_decision' | 'task_at_deadline'
  /** most households that a complete package may take off the register, in percent of those registered */
  readonly import_removal_percent: number
  /** days after which an application nobody writes on is told to whoever opened it; 0: never */
  readonly draft_idle_days: number
}

const MOST_DAYS = 3650
const MOST_MONTHS = 1200
const MOST_MEMBERS = 1000
const MOST_UNDO_MINUTES = 1440

const days = whole({ least: 1, most: MOST_DAYS })
const months = whole({ least: 1, most: MOST_MONTHS })
const dayUnit = oneOf('working', 'calendar')

const clock: Reader<ClockRule | null> = nullable(object({ days, unit: dayUnit, extension: nullable(days) }))
const notice: Reader<NoticeRule> = object({ level: oneOf('village', 'township', 'district'), days, unit: dayUnit })
const shareFields = object({ num: whole(), den: whole({ least: 1 }) })

const share: Reader<Share> = (value, place) => {
  const read = shareFields(value, place)
  if (read.num > read.den)
    throw new ReadingFault(place, `“${place}”应为不大于 1 的比例（num 不大于 den），现为 ${read.num}/${read.den}`)
  return read
}

const deliberation: Reader<DeliberationRule> = object({
  held: oneOf('every', 'called'),
  min_members: whole({ least: 1, most: MOST_MEMBERS }),
  odd: yesNo,
  representatives: share,
  quorum: share,
  pass: share,
  pass_strict: yesNo,
  pass_base: oneOf('present', 'valid', 'due'),
  ballot: oneOf('secret', 'hands'),
  drawn: nullable(whole({ least: 1, most: MOST_MEMBERS })),
  overrule: oneOf('township_with_district', 'district'),
})

const exclusionFields = object({ code: text, label: text, clause: text, raised_by: listOf(text) })

const proofFields = object({
  code: text,
  label: text,
  part: oneOf(...PROOF_PARTS),
  column: nullable(text),
  says: listOf(text),
  demand: oneOf('required', 'by_query', 'on_request'),
  clause: text,
})

const groundFields = object({ code: text, label: text, kinds: listOf(oneOf('suspend', 'stop', 'resume')), clause: text })

/** A list whose items are told apart by their codes. */
function coded<T extends { readonly code: string }>(item: Reader<T>): Reader<readonly T[]> {
  return (value, place) => {
    const items = listOf(item)(value, place)
    const codes = new Set(items.map(({ code }) => code))
    if (codes.size !== items.length) throw new ReadingFault(place, `“${place}”里有重复的代码（code）`)
    return items
  }
}

const clockFields = {
  missing_items: clock,
  acceptance: clock,
  start_investigation: clock,
  commission_verification: clock,
  investigation: clock,
  recheck: clock,
  deliberation: clock,
  township_review: clock,
  district_review: clock,
  final_decision: clock,
  refusal_letter: clock,
  total: clock,
  objection_answer: clock,
  complaint_answer: clock,
} satisfies Readonly<Record<ClockName, Reader<ClockRule | null>>>

const fields = object(
  {
    procedure: text,
    decided_by: oneOf('district', 'township'),
    clocks: object(clockFields),
    notices: listOf(notice),
    renotice: nullable(notice),
    paper_names: oneOf('full', 'masked'),
    deliberation,
    related_circle: listOf(text),
    sample: object({ share, always: listOf(oneOf('related_party', 'complained', 'refused')) }),
    validity_months: object({ full: nullable(months), shortfall: nullable(months) }),
    reapply_bar_months: nullable(months),
    remedies: object({ reconsideration_days: days, litigation_months: months }),
    undo_minutes: whole({ most: MOST_UNDO_MINUTES, least: 0 }),
    exclusions: coded(exclusionFields),
    campaign_old_grant: oneOf('until_decision', 'task_at_deadline'),
  },
  {
    proofs: coded(proofFields),
    grant_grounds: coded(groundFields),
    import_removal_percent: whole({ least: 0, most: 100 }),
    draft_idle_days: whole({ least: 0, most: MOST_DAYS }),
  },
)

/** Reads the parameters of the procedure. What packs that were kept earlier could not say yet is empty or none. Throws ReadingFault naming the field. */
export const readCaseworkParameters: Reader<CaseworkParameters> = (value, place) => {
  const { proofs = [], grant_grounds = [], import_removal_percent = 0, draft_idle_days = 0, ...read } = fields(value, place)
  return { ...read, proofs, grant_grounds, import_removal_percent, draft_idle_days }
}

/** The leaves of the tree above: the names a pack gives a clause and dated values for. */
export const CASEWORK_NAMES: readonly string[] = [
  'procedure',
  'decided_by',
  ...CLOCKS.map((name) => `clocks.${name}`),
  'notices',
  'renotice',
  'paper_names',
  'deliberation.held',
  'deliberation.min_members',
  'deliberation.odd',
  'deliberation.representatives',
  'deliberation.quorum',
  'deliberation.pass',
  'deliberation.pass_strict',
  'deliberation.pass_base',
  'deliberation.ballot',
  'deliberation.drawn',
  'deliberation.overrule',
  'related_circle',
  'sample.share',
  'sample.always',
  'validity_months.full',
  'validity_months.shortfall',
  'reapply_bar_months',
  'remedies.reconsideration_days',
  'remedies.litigation_months',
  'undo_minutes',
  'exclusions',
  'proofs',
  'grant_grounds',
  'campaign_old_grant',
  'import_removal_percent',
  'draft_idle_days',
]

/**
 * The "3+1" sheet: residence, income, assets, deliberation. Each is met, not met or undetermined; there is no score.
 *
 * S1 A source that has not answered leaves its finding undetermined; it is never read as "none".
 * S2 Income and assets follow from the assessment; a person cannot settle them against the sums, only where facts are missing. Every
 *    reason by which the assessment refuses stands against one of the three tests: a sheet never concludes "eligible" where it refuses.
 * S3 A finding of verification of class A that nobody has cleared, or that was cleared as true, leaves residence undetermined until a person
 *    settles it with reasons; of income and assets it stands beside the sums as a contradiction.
 * S4 Grounds of exclusion, occupation and post are leads with their clause; none of them changes a finding.
 * S5 A vote that failed makes the deliberation "not met", never one of the three tests.
 */
import type { Assessment, ExclusionReason } from '#policy'
import type { ExclusionLead, Pillar, PillarFinding, PillarView, SheetFact, SheetView } from '../contract/sheet.ts'
import { pillarOfReason, pillarOfRecord, pillarOfRule } from './sheet-pillars.ts'

export interface FindingOfSheet {
  readonly rule: string
  readonly ruleName: string
  readonly class: 'A' | 'B' | 'C'
  readonly message: string
  readonly clause: string | null
  readonly clearing: 'open' | 'awaiting_second' | 'cleared'
  readonly outcome: 'true' | 'not_true' | 'other_aid' | null
  /** why it was cleared so */
  readonly reason: string | null
  readonly sourceName: string | null
  readonly asOf: string | null
}

export interface SheetSources {
  readonly report: {
    readonly reportNo: string
    readonly missingSources: readonly { readonly record: string; readonly recordName: string; readonly unitName: string }[]
  } | null
  readonly findings: readonly FindingOfSheet[]
  readonly assessment: Assessment | null
  /** facts by pillar, with who said them */
  readonly facts: Readonly<Record<Pillar, readonly SheetFact[]>>
  readonly deliberation: {
    readonly outcome: 'passed' | 'failed' | 'no_quorum' | null
    /** decided by the township with the district after a second failed vote */
    readonly overruled: boolean
    readonly called: boolean
  }
  readonly settled: readonly { readonly pillar: Pillar; readonly finding: 'met' | 'not_met'; readonly reason: string }[]
}

export const PILLAR_LABELS: Readonly<Record<Pillar, string>> = {
  residence: '户籍与共同生活',
  income: '家庭收入',
  assets: '家庭财产',
  deliberation: '民主评议',
}

interface Proposal {
  readonly finding: PillarFinding
  readonly why: readonly string[]
  /** only other facts change it: nobody settles it */
  readonly fixed?: true
}

const stateWords = { open: '待处置', awaiting_second: '待第二人复核', cleared: '已处置' } as const
const outcomeWords = { true: '属实', not_true: '不属实', other_aid: '转其他救助' } as const

/** How a finding of verification stands, in words. */
export function standingText({ clearing, outcome, reason }: Pick<FindingOfSheet, 'clearing' | 'outcome' | 'reason'>): string {
  if (clearing !== 'cleared' || outcome === null) return stateWords[clearing]
  return `已处置：${outcomeWords[outcome]}${reason === null ? '' : `，${reason}`}`
}

function contradicts({ clearing, outcome }: FindingOfSheet): boolean {
  return clearing !== 'cleared' || outcome === 'true'
}

function silentIn(sources: SheetSources, pillar: Pillar): string[] {
  return (sources.report?.missingSources ?? [])
    .filter(({ record }) => pillarOfRecord(record) === pillar)
    .map(({ unitName, recordName }) => `${unitName}“${recordName}”没有答复，不能视为没有`)
}

/** Reasons of the assessment against a pillar, each with its clause. */
function reasonsAgainst({ assessment }: SheetSources, pillar: Pillar): string[] {
  const against = assessment?.reasons.filter(({ code }) => pillarOfReason(code) === pillar) ?? []
  return against.map(({ text, clause }) => `${text}（${clause}）`)
}

function residence(sources: SheetSources): Proposal {
  const against = reasonsAgainst(sources, 'residence')
  if (against.length > 0) return { finding: 'not_met', why: against, fixed: true }
  if (sources.report === null) return { finding: 'undetermined', why: ['还没有有效期内的核对报告'] }
  const doubts = sources.findings.filter(
    (each) => each.class === 'A' && pillarOfRule(each.rule) === 'residence' && contradicts(each),
  )
  const why = [
    ...doubts.map((each) => `${each.rule} ${each.message}（${standingText(each)}）`),
    ...silentIn(sources, 'residence'),
  ]
  return why.length === 0 ? { finding: 'met', why: ['户籍登记与申报相符'] } : { finding: 'undetermined', why }
}

/** A tier that has to be decided before the household can be said to be eligible. */
function undecidedTier({ assessment }: SheetSources): string[] {
  const refusals = assessment?.reasons.filter(({ code }) => pillarOfReason(code) === 'income') ?? []
  if (refusals.some(({ code }) => code !== 'NO_MATCHING_TIER')) return []
  return assessment?.missing.filter(({ fact }) => fact === 'tier').map(({ text }) => text) ?? []
}

function tested(sources: SheetSources, pillar: 'income' | 'assets'): Proposal {
  const { assessment } = sources
  if (assessment === null) return { finding: 'undetermined', why: ['还没有核对报告，不能核算'] }
  if (assessment.counted === 0) return { finding: 'not_called', why: ['没有计入共同生活的家庭成员，不核算'] }
  const tier = pillar === 'income' ? undecidedTier(sources) : []
  if (tier.length > 0) return { finding: 'undetermined', why: tier, fixed: true }
  const against = reasonsAgainst(sources, pillar)
  if (against.length > 0) return { finding: 'not_met', why: against }
  const gaps = assessment.missing.filter(({ fact }) => fact.startsWith('assets') && pillar === 'assets').map(({ text }) => text)
  const unreported = sources.report === null ? ['还没有有效期内的核对报告，金额仅按登记的事实试算'] : []
  const why = [...unreported, ...gaps, ...silentIn(sources, pillar)]
  if (why.length > 0) return { finding: 'undetermined', why }
  const step = assessment.trace.find((each) => each.step === (pillar === 'income' ? 'income_test' : 'assets'))
  return { finding: 'met', why: step === undefined ? [] : [`${step.text}（${step.clause}）`] }
}

function voted({ deliberation }: SheetSources): Proposal {
  const { outcome, overruled, called } = deliberation
  if (overruled) return { finding: 'met', why: ['重新调查后评议仍未通过，由乡镇会同区级直接认定'] }
  if (!called) return { finding: 'not_called', why: ['本程序只在有异议或乡镇认为需要时评议，本件没有启动'] }
  if (outcome === 'passed') return { finding: 'met', why: ['评议通过'] }
  if (outcome === 'failed') return { finding: 'not_met', why: ['评议未通过；不能仅因此不予批准，应当重新调查'] }
  return { finding: 'undetermined', why: [outcome === 'no_quorum' ? '到会人数不够，评议无效' : '还没有评议结果'] }
}

const proposals: Readonly<Record<Pillar, (sources: SheetSources) => Proposal>> = {
  residence,
  income: (sources) => tested(sources, 'income'),
  assets: (sources) => tested(sources, 'assets'),
  deliberation: voted,
}

/** Whether a person may settle what the facts propose. */
function maySettle(pillar: Pillar, { finding, fixed }: Proposal): boolean {
  if (fixed === true || pillar === 'deliberation') return false
  return pillar === 'residence' || finding === 'undetermined'
}

/** Why a settlement cannot be taken, in words; null when all can. */
export function settlementFault(sources: SheetSources): string | null {
  for (const { pillar, finding } of sources.settled) {
    const proposal = proposals[pillar](sources)
    if (maySettle(pillar, proposal) || proposal.finding === finding) continue
    if (pillar === 'deliberation') return '民主评议的结果以评议会登记的票数为准，不能在测评表上改写'
    const label = PILLAR_LABELS[pillar]
    if (proposal.finding === 'undetermined') return `“${label}”还不能认定：${proposal.why.join('；')}`
    return `“${label}”已由核算得出，不能改写；事实有误的，请更正事实并写明依据`
  }
  return null
}

function pillarOf(pillar: Pillar, sources: SheetSources): PillarView {
  const proposal = proposals[pillar](sources)
  const settled = sources.settled.find((each) => each.pillar === pillar)
  const byPerson = settled !== undefined && maySettle(pillar, proposal)
  return {
    pillar,
    label: PILLAR_LABELS[pillar],
    finding: byPerson ? settled.finding : proposal.finding,
    settledBy: byPerson ? 'person' : 'facts',
    why: byPerson ? [settled.reason, ...proposal.why] : [...proposal.why],
    facts: sources.facts[pillar].map((fact) => ({ ...fact })),
  }
}

/** The four findings. */
export function pillarsOf(sources: SheetSources): PillarView[] {
  return (['residence', 'income', 'assets', 'deliberation'] as const).map((pillar) => pillarOf(pillar, sources))
}

/** The conclusion of four findings: a conjunction. */
export function conclusionOf(pillars: readonly Pick<PillarView, 'finding'>[]): SheetView['conclusion'] {
  if (pillars.some(({ finding }) => finding === 'not_met')) return 'ineligible'
  return pillars.some(({ finding }) => finding === 'undetermined') ? 'undetermined' : 'eligible'
}

/** All three tests are met and only the vote failed: no ground for a refusal. */
export function failedByVoteOnly(pillars: readonly Pick<PillarView, 'pillar' | 'finding'>[]): boolean {
  const of = (pillar: Pillar) => pillars.find((each) => each.pillar === pillar)?.finding
  const three = (['residence', 'income', 'assets'] as const).every((pillar) => of(pillar) === 'met')
  return three && of('deliberation') === 'not_met'
}

/** Grounds of exclusion that something in the findings raises, as leads. */
export function leadsOf(exclusions: readonly ExclusionReason[], findings: readonly FindingOfSheet[]): ExclusionLead[] {
  return exclusions.flatMap(({ code, label, clause, raised_by: raisers }) => {
    const raisedBy = findings
      .filter(({ rule }) => raisers.includes(rule))
      .map((each) => ({ what: `${each.rule} ${each.ruleName}：${each.message}`, state: standingText(each) }))
    return raisedBy.length === 0 ? [] : [{ code, label, clause, raisedBy }]
  })
}

/**
 * 民主评议 and 听证会: who sits, whether enough came, whether the vote passed. It judges the truth of the facts, never poverty by popularity:
 * a vote alone refuses nobody.
 *
 * H1 whoever is kin of the household or of it neither sits nor counts as due; H2 without quorum there is no result; H3 ballots are never
 * more than voters; H4 a share that is to be reached is compared as a fraction, never as a rounded number.
 */
import { max, min } from '#kernel/money'
import type { DeliberationRule, Share } from '#policy'
import { type Digest, draw, shareOf } from './draw.ts'

export interface PoolMember {
  readonly memberId: string
  readonly name: string
  /** 'representative' of the residents, or of committee, party, deputies, supervisors, township */
  readonly kind: string
}

export interface Body {
  readonly members: readonly PoolMember[]
  /** what the rule asks for and the body does not have, in words; empty when it may sit */
  readonly faults: readonly string[]
}

const percent = ({ num, den }: Share): string => `${num}/${den}`

/** part ÷ whole against a share: reached, or passed when `strict`. */
export function reaches(part: number, whole: number, share: Share, strict = false): boolean {
  const left = BigInt(part) * BigInt(share.den)
  const right = BigInt(whole) * BigInt(share.num)
  return strict ? left > right : left >= right
}

/** What a body lacks by the rule; `members` are those due, without the recused. */
export function bodyFaults(members: readonly PoolMember[], rule: DeliberationRule): string[] {
  const faults: string[] = []
  if (members.length < rule.min_members) faults.push(`评议人员应不少于 ${rule.min_members} 人，现有 ${members.length} 人`)
  if (rule.odd && members.length % 2 === 0) faults.push(`评议人员应为单数，现为 ${members.length} 人`)
  const representatives = members.filter((member) => member.kind === 'representative').length
  if (!reaches(representatives, members.length, rule.representatives)) {
    faults.push(`村（居）民代表应不少于 ${percent(rule.representatives)}，现为 ${representatives}/${members.length}`)
  }
  return faults
}

/** How many are to be drawn: as many as the rule says (at least its minimum, odd where it must be), never more than there are. */
function wanted(pool: number, rule: DeliberationRule): number {
  const there = min(max(rule.drawn ?? pool, rule.min_members), pool)
  return rule.odd && there % 2 === 0 ? there - 1 : there
}

/** Draws a body from the pool: representatives up to their share first, then from everybody left. */
export function drawBody(pool: readonly PoolMember[], rule: DeliberationRule, seed: string, digest: Digest): Body {
  const count = wanted(pool.length, rule)
  const byId = new Map(pool.map((member) => [member.memberId, member]))
  const representatives = pool.filter((member) => member.kind === 'representative').map((member) => member.memberId)
  const first = draw(seed, representatives, shareOf(count, rule.representatives), digest)
  const rest = [...byId.keys()].filter((id) => !first.includes(id))
  const ids = [...first, ...draw(seed, rest, count - first.length, digest)]
  const members = ids.flatMap((id) => byId.get(id) ?? [])
  return { members, faults: bodyFaults(members, rule) }
}

export interface Vote {
  readonly yes: number
  readonly no: number
  readonly abstain: number
  readonly invalid: number
}

export type Outcome = 'passed' | 'failed' | 'no_quorum'

export interface Session {
  /** those drawn without the recused */
  readonly due: readonly string[]
  /** those who came, without the recused */
  readonly present: readonly string[]
  readonly vote: Vote
}

/** What is wrong with the figures of a vote, in words; null when nothing is. */
export function voteFault({ present, vote }: Session): string | null {
  const cast = vote.yes + vote.no + vote.abstain + vote.invalid
  if (cast === present.length) return null
  const more = cast > present.length
  return `票数合计 ${cast}，到会有表决权 ${present.length} 人，${more ? '票数多于人数' : '票数少于人数'}，请核对（弃权、废票也要登记）`
}

/** The result of a vote by the rule: passed, failed, or none for want of quorum. */
export function outcomeOf({ due, present, vote }: Session, rule: DeliberationRule): Outcome {
  if (!reaches(present.length, due.length, rule.quorum)) return 'no_quorum'
  const base = { present: present.length, valid: vote.yes + vote.no + vote.abstain, due: due.length }[rule.pass_base]
  return base > 0 && reaches(vote.yes, base, rule.pass, rule.pass_strict) ? 'passed' : 'failed'
}

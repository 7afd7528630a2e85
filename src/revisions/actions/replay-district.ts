/** A district's households under two packs or days: who flips, what a month costs. Pure; set-based by the columns of the policy engine. */
import { type AssessmentBasis, columnsOf, type Household, replay, replayRow, replaySummary } from '#policy'

/** A household with the facts it is assessed by. */
export interface ReplayFacts {
  readonly householdNo: string
  readonly divisionCode: string
  /** null: nobody of it can be assessed */
  readonly household: Household | null
  /** the standing decision the facts come from */
  readonly decisionNo: string | null
}

export interface FlippedHousehold {
  readonly householdNo: string
  readonly divisionCode: string
  readonly change: 'entering' | 'leaving' | 'more' | 'less'
  readonly beforeFen: number
  readonly afterFen: number
  readonly beforeRefusals: number
  readonly afterRefusals: number
  readonly decisionNo: string | null
}

const TOWNSHIP_DIGITS = 9

type Assessable = ReplayFacts & { readonly household: Household }

/** Only households that were complete on the earlier day: nobody is assessed before his birth. */
function isAssessable(facts: ReplayFacts, earlier: string): facts is Assessable {
  const { household } = facts
  return household?.members.every(({ birth_date }) => (birth_date ?? '') <= earlier) === true
}

/** Assesses every household under both; gives counts and costs by township, and each household that changes. */
export function replayDistrict(before: AssessmentBasis, after: AssessmentBasis, facts: readonly ReplayFacts[]) {
  const [earlier = ''] = [before.pack.on, after.pack.on].sort()
  const taken = facts.filter((each): each is Assessable => isAssessable(each, earlier))
  const run = replay(before, after, columnsOf(taken.map(({ household }) => household)))
  const { townships, ...all } = replaySummary(
    run,
    taken.map(({ divisionCode }) => `${divisionCode.slice(0, TOWNSHIP_DIGITS)}000`),
  )
  const flipped = taken.flatMap(({ householdNo, divisionCode, decisionNo }, i): FlippedHousehold[] => {
    const { before: was, after: is, change } = replayRow(run, i)
    if (change === 'same' || change === 'neither') return []
    const fen = { beforeFen: was.totalFen, afterFen: is.totalFen }
    return [{ householdNo, divisionCode, change, ...fen, beforeRefusals: was.refusals, afterRefusals: is.refusals, decisionNo }]
  })
  const decided = taken.filter(({ decisionNo }) => decisionNo !== null).length
  return { summary: { ...all, decided, leftOut: facts.length - taken.length, townships }, flipped }
}

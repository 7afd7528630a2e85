import { describe, expect, it } from 'vitest'
import { type AssessmentBasis, assessHousehold, assessmentBasis, householdOf } from './assess.ts'
import { parseExactJson } from './exact-text.ts'
import { loadPack } from './pack.ts'
import { replay, replayRow, replaySummary } from './replay.ts'
import { packAt } from './resolve.ts'
import { columnsOf } from './rules/columns.ts'

const ON = '2023-06-15'

function basisOf(pack: string, params = '{}'): AssessmentBasis {
  return assessmentBasis(packAt(loadPack(pack), ON), parseExactJson(params, 'params'))
}

const qingdao = basisOf('qingdao')
const nanjing = basisOf('nanjing')

/** One person with an income from wages. */
function person(programme: 'urban' | 'rural', wage: number, age = 40): string {
  return `{"programme":"${programme}","members":[{"id":"a","relation":"applicant","age":${age}}],"incomes":[{"item":"wage","amount":${wage}}]}`
}

// 青岛 995/784, 南京 985/985 with a minimum of a fifth
const written = [
  person('rural', 900), // 784 不符合 → 985: 差额 85, 最低 197
  person('urban', 990), // 995: 差额 5 → 985 不符合
  person('urban', 300), // 695 → 685
  person('rural', 300), // 484 → 685
  person('urban', 2000), // 都不符合
  person('urban', 0, 83), // 995 → 985 + 197
]
const households = written.map((text) => householdOf(qingdao, parseExactJson(text, 'household')))
const run = replay(qingdao, nanjing, columnsOf(households))
const towns = ['B', 'A', 'A', 'B', 'A', 'C']

describe('a replay', () => {
  it('tells of each household what it gets under both', () => {
    const rows = households.map((_, i) => replayRow(run, i))
    expect(rows.map(({ change, before, after }) => [change, before.totalFen, after.totalFen])).toEqual([
      ['entering', 0, 19700],
      ['leaving', 500, 0],
      ['less', 69500, 68500],
      ['more', 48400, 68500],
      ['neither', 0, 0],
      ['more', 99500, 118200],
    ])
  })

  it('agrees with the assessment of each household alone', () => {
    for (const [i, household] of households.entries()) {
      const { before, after } = replayRow(run, i)
      const alone = [qingdao, nanjing].map((basis) => assessHousehold(basis, household))
      expect(alone.map(({ eligible, total }) => [eligible, Math.round(Number(total) * 100)])).toEqual([
        [before.eligible, before.totalFen],
        [after.eligible, after.totalFen],
      ])
    }
  })

  it('sums up winners, losers and the cost of a month by township', () => {
    const summary = replaySummary(run, towns)
    expect(summary).toMatchObject({
      households: 6,
      entering: 1,
      leaving: 1,
      more: 2,
      less: 1,
      same: 0,
      neither: 1,
      winners: 3,
      losers: 2,
      beforeFen: 217900,
      afterFen: 274900,
      differenceFen: 57000,
    })
    expect(
      summary.townships.map(({ township, beforeFen, afterFen, leaving }) => [township, beforeFen, afterFen, leaving]),
    ).toEqual([
      ['A', 70000, 68500, 1],
      ['B', 48400, 88200, 0],
      ['C', 99500, 118200, 0],
    ])
  })

  it('of the same values changes nothing, and overrides are a side like any other', () => {
    const columns = columnsOf(households)
    expect(replaySummary(replay(nanjing, nanjing, columns), towns)).toMatchObject({ winners: 0, losers: 0, differenceFen: 0 })
    const raised = basisOf('nanjing', '{"standard":{"urban":{"value":1000,"unit":"month"}}}')
    const summary = replaySummary(replay(nanjing, raised, columns), towns)
    expect(summary).toMatchObject({ entering: 1, more: 2, losers: 0 })
  })

  it('wants one township per household', () => {
    expect(() => replaySummary(run, ['A'])).toThrow(RangeError)
  })
})

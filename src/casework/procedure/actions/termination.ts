/** Ending a case because the household does not cooperate: alike at every step that may end so. */
import { NonCooperation } from '../contract/termination.ts'
import type { Facts } from './fact.ts'
import { standingRecords } from './file-model.ts'
import type { MoveHandlers } from './handler.ts'
import { daysOf, keeping } from './keeping.ts'

const stepsThatEnd = ['verification', 'visit', 'deliberation', 'sheet', 'opinion', 'leader', 'head', 'approval']

export const terminationHandlers: MoveHandlers = Object.fromEntries(
  stepsThatEnd.map((step) => [
    `${step}.terminate`,
    keeping(
      { step, kind: 'non_cooperation', provides: ['refusal-recorded'] },
      NonCooperation,
      daysOf(({ occasions }) =>
        occasions.map(({ on }, at) => ({ day: on, path: ['occasions', at, 'on'], what: `第 ${at + 1} 次拒不配合的日期` })),
      ),
    ),
  ]),
)

export const terminationFacts: Facts = {
  'refusal-recorded': (_context, file) => standingRecords(file, 'non_cooperation').length > 0,
}

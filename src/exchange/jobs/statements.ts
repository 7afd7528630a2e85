/** Every few minutes: what nodes have stated is compared, and whoever had no statement for a day gets one. */
import { z } from 'zod'
import { withTransaction } from '#platform/db'
import { type Job, job } from '#platform/job'
import { exchangeScope } from '../actions/scope.ts'
import { compareStatements, listUnitsDue, sendStatement } from '../actions/statements.ts'

export const statementsJob: Job<Record<string, never>> = job({
  name: 'exchange.statements',
  cron: '*/5 * * * *',
  retries: 1,
  maxSeconds: 600,
  input: z.object({}).transform((): Record<string, never> => ({})),
  async run({ db, keys, clock, log }) {
    const deps = { keys, clock }
    for (;;) {
      const { compared, differences } = await withTransaction(db, exchangeScope, (tx) => compareStatements(tx, deps))
      if (differences > 0) log.warn('statements of nodes differ from the books', { differences })
      if (compared === 0) break
    }
    const due = await withTransaction(db, exchangeScope, (tx) => listUnitsDue(tx, deps))
    for (const unit of due) await withTransaction(db, exchangeScope, (tx) => sendStatement(tx, unit, deps))
    return null
  },
})

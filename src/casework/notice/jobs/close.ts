/** Ends notices whose last day is over: found as a set, each case judged by its own move in its own transaction. */
import { z } from 'zod'
import type { ActionContext, Actor } from '#platform/action'
import { wholeScope, withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import { type Job, type JobContext, job } from '#platform/job'
import { closeOne } from '../actions/notices.ts'
import { listRipe, settleNotices } from '../store/notices.ts'

const actor: Actor = {
  userId: 'system:casework',
  account: '',
  name: '系统',
  role: 'system',
  divisionCode: '000000000000',
  unitCode: null,
}

function contextOf({ db, workerDb, keys, clock, today, log, blobs }: JobContext, tx: ActionContext['tx']): ActionContext {
  const session = { token: undefined, set: () => undefined, address: '' }
  const scope = wholeScope(actor.userId)
  return {
    tx,
    db,
    workerDb,
    scope,
    actor,
    keys,
    clock,
    today,
    log,
    blobs,
    session,
    emit: (name, payload) => emit(tx, name, payload),
  }
}

export interface Closing {
  readonly closed: number
  /** why a case stays: no photo, an open objection … */
  readonly kept: readonly { readonly caseNo: string; readonly message: string }[]
}

/** Closes what is over as of today; what lacks proof or an answer stays and is told. */
export async function closeNotices(context: JobContext): Promise<Closing> {
  const scope = wholeScope(actor.userId)
  const { ripe, outer } = await withTransaction(context.db, scope, async (tx) => ({
    ripe: await listRipe(tx, context.today, null),
    outer: contextOf(context, tx),
  }))
  const kept: { caseNo: string; message: string }[] = []
  for (const each of ripe) {
    if (context.signal.aborted) break
    const message = await closeOne(outer, each, true)
    if (message !== null) kept.push({ caseNo: each.case_no, message })
  }
  await withTransaction(context.db, scope, settleNotices)
  return { closed: ripe.length - kept.length, kept }
}

/** Every morning, and once when the server starts. */
export const closeNoticesJob: Job<Record<string, never>> = job({
  name: 'casework.close-notices',
  cron: '5 0 * * *',
  retries: 2,
  maxSeconds: 3600,
  input: z.object({}).transform((): Record<string, never> => ({})),
  async run(context) {
    const { closed, kept } = await closeNotices(context)
    if (closed === 0) return null
    return {
      chain: 'system:casework',
      divisionCode: '000000000000',
      basis: '社会救助暂行办法 第十一条',
      purpose: '公示期满',
      detail: { closed, kept: kept.length },
    }
  },
})

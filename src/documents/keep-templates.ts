import { type Db, type Sql, wholeScope, withTransaction } from '#platform/db'
import type { Log } from '#platform/log'
import { listTextsInForce } from './store.ts'
import { setDistrictTemplates } from './templates.ts'

/** The district's own templates in force, taken into the printing of this process. */

/** So often a process looks for a release that another one made. */
const LOOK_MS = 60_000

/** Takes the texts in force over; the only place that does. */
export async function loadTemplates(sql: Sql): Promise<void> {
  const rows = await listTextsInForce(sql)
  setDistrictTemplates(new Map(rows.map(({ template, body, sha256 }) => [template, { text: body, sha256 }])))
}

/** Loads the templates now and looks again every minute, for every long-running process that prints; `stop` ends it. */
export async function keepTemplates(db: Db, log: Log): Promise<{ stop(): void }> {
  const look = (): Promise<void> => withTransaction(db, wholeScope('system:templates'), loadTemplates)
  await look()
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn('templates wait for the database', { error: String(error) }))
  }, LOOK_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

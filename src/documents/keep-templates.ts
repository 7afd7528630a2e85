import { type Db, type Sql, wholeScope, withTransaction } from '#platform/db'
import type { Log } from '#platform/log'
import { listTextsInForce } from './store.ts'
import { setDistrictTemplates, templateHash } from './templates.ts'

/** The district's own templates in force, taken into the printing of this process. */

/** So often a process looks for a release that another one made. */
const LOOK_MS = 60_000

/**
 * Takes the texts in force over; the only place that does. A text that is not the one that was released is left out: its papers print by the
 * built-in template. Gives the names of those.
 */
export async function loadTemplates(sql: Sql): Promise<string[]> {
  const rows = await listTextsInForce(sql)
  const held = rows.filter(({ body, sha256 }) => templateHash(body) === sha256)
  setDistrictTemplates(new Map(held.map(({ template, body, sha256 }) => [template, { text: body, sha256 }])))
  return rows.filter((row) => !held.includes(row)).map(({ template }) => template)
}

/** Loads the templates now and looks again every minute, for every long-running process that prints; `stop` ends it. */
export async function keepTemplates(db: Db, log: Log): Promise<{ stop(): void }> {
  const look = async (): Promise<void> => {
    const altered = await withTransaction(db, wholeScope('system:templates'), loadTemplates)
    if (altered.length > 0) log.error('templates are not what was released and are not used', { altered })
  }
  await look()
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn('templates wait for the database', { error: String(error) }))
  }, LOOK_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

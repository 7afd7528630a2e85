import { afterAll, beforeAll, expect, test } from 'vitest'
import { withTransaction } from '#platform/db'
import { testDb } from '#testkit/db'
import { CentreRig } from '#testkit/exchange-rig'
import { uuidV7 } from '#wire'
import { exchangeScope } from '../actions/scope.ts'
import { type ArrivedIds, lockArrivals } from './inbox.ts'

let rig: CentreRig
beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.enrol('tax', { kind: 'package', dir: '/nowhere' }, { suite: 'ED1' })
})
afterAll(() => rig.close())

const rowsRead = `select seq_tup_read + idx_tup_fetch as n from pg_stat_xact_user_tables where relname = 'exchange_message'`

/** What is known of messages, and how many rows of the table were read for it. */
function lookedUp(arrived: readonly ArrivedIds[]) {
  return withTransaction(rig.db.pool, exchangeScope, async (tx) => {
    const before = await tx.one<{ n: number }>(rowsRead)
    const { known } = await lockArrivals(tx, arrived)
    const after = await tx.one<{ n: number }>(rowsRead)
    return { known: known.map((each) => each.id).sort(), read: after.n - before.n }
  })
}

test('each message that comes in is looked up by itself, also in a table without statistics that has grown', async () => {
  const { pool } = rig.db.ownerPool
  await pool.query('alter table exchange_message set (autovacuum_enabled = false)')
  for (const [first, last] of [
    [1, 300],
    [301, 6000],
  ]) {
    await pool.query(
      `insert into exchange_message (unit, lane, direction, id, seq, type, corr, idem, hash, header, body, created_at)
       select 'tax', 'batch', d.direction, gen_random_uuid(), n, 'notice', null, '', '', '', '', now()
       from generate_series($1::int, $2::int) n, (values ('in'), ('out')) d(direction)`,
      [first, last],
    )
    const { rows } = await pool.query<{ id: string }>(
      `select id from exchange_message where direction = 'in' and seq = any ($1)`,
      [[7, last]],
    )
    const stored = rows.map((row) => row.id)
    const ids = [...stored, ...Array.from({ length: 62 }, () => uuidV7(Date.now()))]
    const arrived = ids.map((id) => ({ unit: 'tax', lane: 'batch', id, corr: uuidV7(Date.now()) }) as const)
    // more often than a statement is planned anew
    for (let times = 0; times < 7; times += 1) {
      const { known, read } = await lookedUp(arrived)
      expect(known).toEqual(stored.sort())
      expect(read).toBeLessThan(arrived.length / 4)
    }
  }
})

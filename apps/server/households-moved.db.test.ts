/** Villages that are merged or split: cases, pools, notices and rolls go along, and the areas that see them change. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertPoolMembers } from '#casework/server'
import { scopeOf } from '#identity'
import type { Actor } from '#platform/action'
import { dispatchEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { registryActions } from '#registry'
import { runAction } from '#runner'
import { testDb } from '#testkit/db'
import { clerk, NoticeOffice, refusal, village } from '#testkit/notice-office'
import { subscriptionsOf } from './subscriptions.ts'

const admin: Actor = { ...clerk, userId: 'admin', role: 'district_admin', divisionCode: '629901000000' }
const db = await testDb()
const office = new NoticeOffice(db)
const actions = new Map(registryActions({ limits: () => ({}) } as never).map((action) => [action.name, action]))
let households: string[] = []
/** A village of another township. */
let heir = ''
const split = '629901001099'
const here = '629901001000'
const there = () => `${heir.slice(0, 9)}000`

/** What somebody of an area sees of a table. */
async function seenBy(area: string, table: string, key = 'case_no'): Promise<string[]> {
  const scope = scopeOf({ userId: 'reader', divisionCode: area })
  const text = `select distinct ${key}::text as key from ${table} order by 1`
  return (await db.as(scope, (tx) => tx.query<{ key: string }>(text))).map((row) => row.key)
}

function run(name: string, input: object): Promise<unknown> {
  const action = actions.get(name)
  if (action === undefined) throw new Error(`no action ${name}`)
  return runAction(office.runtime, action, { actor: admin, input })
}

async function codes(text: string, values: unknown[] = []): Promise<string[]> {
  return (await db.as(undefined, (tx) => tx.query<{ code: string }>(text, values))).map((row) => row.code)
}

const handOut = () => dispatchEvents(db.pool, subscriptionsOf({ keys: db.keys, clock: office.clock }), silentLog)
const ofCases = ['casefile', 'case_step', 'case_move', 'notice_line']

beforeAll(async () => {
  await office.prepare()
  households = await codes('select household_no as code from household where division_code = $1 order by 1 limit 3', [village])
  const [other = ''] = await codes(
    `select code from division where level = 'village' and left(code, 9) <> left($1, 9) order by code limit 1`,
    [village],
  )
  heir = other
})
afterAll(() => office.close())

test('a split takes the cases of its households along, and leaves the others and the pool', async () => {
  const [moving = '', staying = ''] = households
  const cases = [await office.reached({ householdNo: moving }), await office.reached({ householdNo: staying })]
  await office.publish(cases)
  await db.as(undefined, (tx) =>
    insertPoolMembers(tx, [
      {
        memberId: randomUUID(),
        villageCode: village,
        name: '李代表',
        kind: 'representative',
        fromOn: '2026-01-01',
        sealed: db.keys.seal('{}'),
        idIndex: null,
      },
    ]),
  )
  await run('registry.split-division', {
    params: { code: village },
    body: {
      newCode: split,
      name: '新设社区',
      kind: 'community',
      on: '2026-09-21',
      householdNos: [moving],
      reason: '区划调整批复',
    },
  })
  expect(await seenBy(split, 'casefile')).toEqual([])
  expect(await handOut()).toBeGreaterThan(0)
  for (const table of ofCases) {
    expect([table, await seenBy(split, table)]).toEqual([table, [cases[0]]])
    expect([table, await seenBy(village, table)]).toEqual([table, [cases[1]]])
  }
  expect(await seenBy(village, 'pool_member', 'name')).toEqual(['李代表'])
  expect(await seenBy(split, 'pool_member', 'name')).toEqual([])
})

test('a merged village takes along cases, drafts without a household, pool, notices, sessions and objections', async () => {
  const before = await seenBy(village, 'casefile')
  const draft = await office.reached()
  const { noticeNo } = await office.publish([draft])
  await office.prove(noticeNo)
  await office.object(noticeNo, draft)
  await db.as(undefined, (tx) => tx.execute('update casefile set household_no = null where case_no = $1', [draft]))
  const sealed = db.keys.seal('{}')
  for (const [place, name] of [
    [village, '张两边'],
    [heir, '张两边'],
  ] as const)
    await db.as(undefined, (tx) =>
      tx.execute(
        `insert into pool_member (member_id, division_code, name, kind, sealed, id_number_index, from_on)
         values (gen_random_uuid(), $1, $2, 'party', $3, '\\x01', '2026-01-01')`,
        [place, name, sealed],
      ),
    )
  await run('registry.merge-division', {
    params: { code: village },
    body: { into: heir, on: '2026-09-21', reason: '区划调整批复' },
  })
  await handOut()
  const gone = [...before, draft].sort()
  for (const table of ofCases) {
    expect([table, await seenBy(heir, table)]).toEqual([table, gone])
    expect([table, await codes(`select case_no as code from ${table} where division_code = $1`, [village])]).toEqual([table, []])
  }
  for (const table of ['notice', 'notice_posting', 'case_objection']) {
    expect(await seenBy(heir, table, 'notice_no')).toContain(noticeNo)
    expect(await seenBy(here, table, 'notice_no')).not.toContain(noticeNo)
  }
  expect(await seenBy(there(), 'case_step')).toEqual(gone)
  expect(await codes('select township_code as code from casefile where case_no = $1', [draft])).toEqual([there()])
  const pool = 'select name as code from pool_member where division_code = $1 and (to_on is null or to_on >= $2) order by 1'
  expect(await codes(pool, [heir, '2026-09-21'])).toEqual(['张两边', '李代表'])
  const another = { ...clerk, divisionCode: there() }
  const opened = await office.call<{ lines: object[] }>(another, 'open-notice', { params: { noticeNo } })
  expect(opened.lines).toHaveLength(1)
})

test('nobody changes a move but by moving its village, and the application not even that', async () => {
  const attempt = (text: string, pool = db.ownerPool) => refusal(pool.pool.query(text))
  expect(await attempt(`update case_move set by_user = 'x'`)).toContain('append-only')
  expect(await attempt('delete from case_move')).toContain('append-only')
  expect(await refusal(db.as(undefined, (tx) => tx.execute('update case_move set division_code = $1', [heir])))).toContain(
    'permission denied',
  )
})

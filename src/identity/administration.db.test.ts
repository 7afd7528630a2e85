import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayKind, setHolidayNotices } from '#kernel/calendar'
import { isProblem } from '#kernel/problem'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import {
  dutyOfficers,
  identityActions,
  keepHolidayNotices,
  makeDemoUsers,
  moveDuties,
  openSessions,
  type Sessions,
  scopeOf,
} from './index.ts'

let db: TestDb
let runtime: Runtime
let sessions: Sessions
let actions: Map<string, Action>
const clock = fixedClock('2026-11-06T01:00:00Z')
const places = { district: '999901000000', township: '999901001000', village: '999901001001', unitCode: 'police' }
const otherVillage = '999901001002'
const names = new Map([
  ['999901000000', '虚构区'],
  ['999901001000', '甲镇'],
  ['999901001001', '一村'],
  ['999901001002', '二村'],
])
const passwords = new Map<string, string>()

const actorOf = (account: string, role: string, divisionCode = places.district): Actor => ({
  userId: `demo-${account}`,
  account,
  name: account,
  role,
  divisionCode,
  unitCode: null,
})
const admin = actorOf('admin', 'district_admin')
const security = actorOf('security', 'security_admin')
const clerk = actorOf('township', 'township_clerk', places.township)

beforeAll(async () => {
  db = await testDb()
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs: openBlobs('/nowhere', db.keys) }
  sessions = openSessions(db.pool, db.keys, clock)
  const door = {
    sessions,
    divisionNames: async () => ({ scopeName: '', districtName: '' }),
    divisionNamesOf: async (_: unknown, codes: readonly string[]) => new Map([...names].filter(([code]) => codes.includes(code))),
  }
  actions = new Map(identityActions(door).map((entry) => [entry.name, entry]))
  for (const user of await makeDemoUsers(db.pool, places)) passwords.set(user.account, user.password)
})

afterAll(() => setHolidayNotices(new Map()))

type Out = Record<string, unknown>
async function run(actor: Actor | null, name: string, input: { params?: object; query?: object; body?: object }): Promise<Out> {
  const session = { token: undefined, set: () => undefined, address: '10.0.0.1' }
  return (await runAction(runtime, actions.get(name) as Action, { actor, input, session })) as Out
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return `${error.status} ${error.message}`
}

const signIn = (account: string, password: string) => run(null, 'identity.sign-in', { body: { account, password } })
const reason = '新调入人员'
type Row = {
  account: string
  userId: string
  role: string
  state: string
  change: { changeId: string; role: string } | null
  reset: { resetId: string } | null
}
const find = async (account: string): Promise<Row> => {
  const { rows } = (await run(security, 'identity.list-users', { query: { q: account } })) as { rows: Row[] }
  const row = rows.find((each) => each.account === account)
  if (row === undefined) throw new Error(`no ${account}`)
  return row
}

describe('accounts', () => {
  const wanted = {
    account: 'newclerk',
    name: '新经办',
    role: 'township_clerk',
    divisionCode: places.township,
    posts: ['民政办科员'],
    reason,
  }

  test('an account works only after the security administrator confirmed it', async () => {
    const { password } = (await run(admin, 'identity.create-user', { body: wanted })) as { password: string }
    expect(await refusal(signIn('newclerk', password))).toContain('401')
    const made = await find('newclerk')
    expect(made).toMatchObject({ state: 'awaiting', change: { role: 'township_clerk', requestedByName: '系统管理员' } })
    const decision = { params: { changeId: made.change?.changeId }, body: { confirm: true } }
    expect(await refusal(run(admin, 'identity.decide-role-change', decision))).toContain('403')
    expect(await run(security, 'identity.decide-role-change', decision)).toEqual({ state: 'confirmed' })
    expect(await signIn('newclerk', password)).toMatchObject({ roles: ['township_clerk'], passwordGiven: true })
    expect(await refusal(run(security, 'identity.decide-role-change', decision))).toContain('已处理')
    const { rows } = await db.ownerPool.pool.query(`select action, actor from journal where chain = $1 order by seq`, [
      `user:${made.userId}`,
    ])
    expect(rows).toEqual([
      { action: 'identity.create-user', actor: 'demo-admin' },
      { action: 'identity.decide-role-change', actor: 'demo-security' },
    ])
  })

  test('a change of power waits, the old one stays; a refusal needs a reason', async () => {
    const { userId } = await find('newclerk')
    const body = { name: '新经办乙', role: 'township_head', divisionCode: places.township, posts: [], reason }
    expect(await run(admin, 'identity.change-user', { params: { userId }, body })).toEqual({ changed: true, awaiting: true })
    const asked = await find('newclerk')
    expect(asked).toMatchObject({ role: 'township_clerk', name: '新经办乙', change: { role: 'township_head' } })
    const params = { changeId: asked.change?.changeId }
    expect(await refusal(run(security, 'identity.decide-role-change', { params, body: { confirm: false } }))).toContain('理由')
    await run(security, 'identity.decide-role-change', { params, body: { confirm: false, reason: '材料不全' } })
    expect(await find('newclerk')).toMatchObject({ role: 'township_clerk', change: null })
  })

  test('nobody gives himself a power, not even past the action', async () => {
    const body = { name: '系统管理员', role: 'security_admin', divisionCode: places.district, posts: [], reason }
    expect(await refusal(run(admin, 'identity.change-user', { params: { userId: 'demo-admin' }, body }))).toContain('自己的岗位')
    const insert = `insert into role_change (change_id, user_id, role, division_code, reason, requested_by, requested_at)
      values (gen_random_uuid(), 'demo-admin', 'security_admin', '999901000000', 'x', 'demo-admin', now())`
    await expect(db.ownerPool.pool.query(insert)).rejects.toThrow('role_change_check')
  })

  test('bad requests are told what is wrong', async () => {
    const create = (change: object) =>
      refusal(run(admin, 'identity.create-user', { body: { ...wanted, account: 'x-1', ...change } }))
    expect(await create({ divisionCode: places.district })).toContain('应是乡镇（街道）')
    expect(await create({ role: 'emperor' })).toContain('没有这个岗位')
    expect(await create({ account: 'newclerk' })).toContain('已有人使用')
    expect(await create({ account: '坏' })).toContain('账号由')
    expect(await create({ divisionCode: '999901009000' })).toContain('没有代码为')
    expect(await create({ role: 'unit_officer', divisionCode: places.district })).toContain('单位代码')
  })

  test('a new password of somebody who works holds when the security administrator confirmed it', async () => {
    const old = passwords.get('leader') ?? ''
    const live = await sessions.open('demo-leader', '')
    const reset = (actor: Actor, userId: string) =>
      run(actor, 'identity.reset-password', { params: { userId }, body: { reason } })
    expect(await refusal(reset(admin, 'demo-auditor'))).toContain('安全管理员')
    expect(await refusal(reset(security, 'demo-leader'))).toContain('系统管理员')
    const replaced = (await reset(admin, 'demo-leader')) as { password: string }
    const given = (await reset(admin, 'demo-leader')) as { password: string }
    // until then nothing has changed for anybody
    expect(await refusal(signIn('leader', given.password))).toContain('401')
    expect(await sessions.find(live.token)).toBeDefined()
    expect(await signIn('leader', old)).toMatchObject({ passwordGiven: false })
    const waiting = await find('leader')
    expect(waiting.reset).toMatchObject({ reason, requestedByName: '系统管理员', decidable: true })
    const decide = (actor: Actor, body: object) =>
      run(actor, 'identity.decide-reset', { params: { resetId: waiting.reset?.resetId }, body })
    expect(await refusal(decide(admin, { confirm: true }))).toContain('403')
    expect(await refusal(decide(security, { confirm: false }))).toContain('理由')
    expect(await decide(security, { confirm: true })).toEqual({ state: 'confirmed' })
    expect(await refusal(decide(security, { confirm: true }))).toContain('已处理')
    expect(await sessions.find(live.token)).toBe(undefined)
    for (const former of [old, replaced.password]) expect(await refusal(signIn('leader', former))).toContain('401')
    expect(await signIn('leader', given.password)).toMatchObject({ passwordGiven: true, permissions: [] })
  })

  test('a given password of an administrator takes two as well, and permits only changing it', async () => {
    const { password } = (await run(security, 'identity.reset-password', {
      params: { userId: 'demo-auditor' },
      body: { reason },
    })) as { password: string }
    expect(await refusal(signIn('auditor', password))).toContain('401')
    const { reset } = await find('auditor')
    const decision = { params: { resetId: reset?.resetId }, body: { confirm: true } }
    expect(await refusal(run(security, 'identity.decide-reset', decision))).toContain('另一人（系统管理员或安全管理员）')
    expect(await refusal(run(actorOf('auditor', 'auditor'), 'identity.decide-reset', decision))).toContain('403')
    await run(admin, 'identity.decide-reset', decision)
    const auditor = actorOf('auditor', 'auditor')
    const asGiven: Actor = { ...auditor, passwordGiven: true }
    expect(await signIn('auditor', password)).toMatchObject({ passwordGiven: true })
    expect(await refusal(run(asGiven, 'identity.list-users', {}))).toContain('修改口令')
    expect(await refusal(run(asGiven, 'identity.list-views', { query: { page: '/households' } }))).toContain('修改口令')
    const change = (actor: Actor, current: string) =>
      run(actor, 'identity.change-password', { body: { current, next: 'another-long-one' } })
    expect(await refusal(change(asGiven, 'wrong'))).toContain('不正确')
    await change(asGiven, password)
    expect(await signIn('auditor', 'another-long-one')).toMatchObject({ passwordGiven: false })
    expect(await refusal(signIn('auditor', password))).toContain('401')
    expect(await run(auditor, 'identity.list-views', { query: { page: '/households' } })).toMatchObject({ rows: [] })
  })

  test('a refused new password is void, and the one in use stays', async () => {
    const given = (await run(admin, 'identity.reset-password', { params: { userId: 'demo-payment' }, body: { reason } })) as {
      password: string
    }
    const { reset } = await find('payment')
    const decision = { params: { resetId: reset?.resetId }, body: { confirm: false, reason: '本人未提出' } }
    expect(await run(security, 'identity.decide-reset', decision)).toEqual({ state: 'refused' })
    expect(await refusal(signIn('payment', given.password))).toContain('401')
    expect(await signIn('payment', passwords.get('payment') ?? '')).toMatchObject({ passwordGiven: false })
    const { rows } = await db.ownerPool.pool.query('select distinct password_hash from password_reset where state <> $1', [
      'open',
    ])
    expect(rows).toEqual([{ password_hash: '' }])
  })

  test('what is asked for is decided once and by a second person, past the actions too', async () => {
    await run(admin, 'identity.reset-password', { params: { userId: 'demo-payment' }, body: { reason } })
    const body = { name: '支付', role: 'township_head', divisionCode: places.township, posts: [], reason }
    await run(admin, 'identity.change-user', { params: { userId: 'demo-payment' }, body })
    const asApp = (sql: string) =>
      db
        .as(undefined, (tx) => tx.execute(sql))
        .then(
          () => 'done',
          (error: Error) => error.message,
        )
    const deciding = `state = 'confirmed', decided_at = now(), decided_by`
    for (const [table, also, key] of [
      ['password_reset', `, password_hash = ''`, 'reset_id'],
      ['role_change', '', 'change_id'],
    ] as const) {
      const open = `where user_id = 'demo-payment' and state = 'open'`
      expect(await asApp(`update ${table} set ${deciding} = requested_by${also} ${open}`)).toContain('check constraint')
      const swapped = `update ${table} set ${deciding} = 'demo-admin', requested_by = 'x'${also} ${open}`
      expect(await asApp(swapped)).toContain('changes what was proposed')
      expect(await asApp(`update ${table} set user_id = 'demo-leader' ${open}`)).toContain('permission denied')
      const done = `where ${key} = (select ${key} from ${table} where state <> 'open' limit 1)`
      expect(await asApp(`update ${table} set decision = 'x' ${done}`)).toContain('is decided')
      expect(await asApp(`update ${table} set state = 'open', decided_by = null ${done}`)).toContain('is decided')
    }
    const whole = `insert into password_reset (reset_id, user_id, division_code, password_hash, reason, state, requested_by, requested_at, decided_by,
      decided_at) values (gen_random_uuid(), 'demo-leader', '${places.district}', '', 'x', 'confirmed', 'a', now(), 'b', now())`
    expect(await asApp(whole)).toContain('not decided yet')
    const { reset, change } = await find('payment')
    const no = { confirm: false, reason: '本人未提出' }
    await run(security, 'identity.decide-reset', { params: { resetId: reset?.resetId }, body: no })
    await run(security, 'identity.decide-role-change', { params: { changeId: change?.changeId }, body: no })
  })

  test('an account is taken out of use with its sessions, and unlocked by security', async () => {
    const live = await sessions.open('demo-inspector', '')
    await run(admin, 'identity.switch-user', { params: { userId: 'demo-inspector' }, body: { disabled: true, reason } })
    expect(await sessions.find(live.token)).toBe(undefined)
    expect(await find('inspector')).toMatchObject({ state: 'disabled' })
    await run(admin, 'identity.switch-user', { params: { userId: 'demo-inspector' }, body: { disabled: false, reason } })
    for (let i = 0; i < 5; i += 1) await refusal(signIn('inspector', 'wrong'))
    expect(await find('inspector')).toMatchObject({ state: 'locked' })
    expect(await run(security, 'identity.unlock-user', { params: { userId: 'demo-inspector' } })).toEqual({ unlocked: true })
    expect(await signIn('inspector', passwords.get('inspector') ?? '')).toMatchObject({ account: 'inspector' })
  })

  test('the list is paged and filtered', async () => {
    const first = (await run(admin, 'identity.list-users', { query: { limit: 5 } })) as {
      rows: Row[]
      next: string
      total: number
    }
    expect(first.rows).toHaveLength(5)
    const second = (await run(admin, 'identity.list-users', { query: { limit: 5, cursor: first.next } })) as { rows: Row[] }
    expect(second.rows.map((row) => row.account)).not.toContain(first.rows[4]?.account)
    expect(first.total).toBe(18)
    const some = (await run(admin, 'identity.list-users', { query: { division: places.township, role: 'township_head' } })) as {
      rows: Row[]
    }
    expect(some.rows.map((row) => row.account)).toEqual(['townhead'])
    const locked = (await run(admin, 'identity.list-users', { query: { state: 'locked' } })) as { total: number }
    expect(locked.total).toBe(0)
  })
})

describe('duty areas', () => {
  test('say who answers for a village on a day, also to a reader who cannot see the account', async () => {
    const assign = (villageCodes: string[], userId = 'demo-centre') =>
      run(admin, 'identity.assign-duty', { body: { userId, villageCodes, from: '2026-10-01' } })
    expect(await assign([places.village])).toEqual({ assigned: 1 })
    expect(await assign([places.village, otherVillage])).toEqual({ assigned: 1 })
    await run(clerk, 'identity.assign-duty', {
      body: { userId: 'demo-township', villageCodes: [places.village], from: '2026-11-01' },
    })
    const inVillage = scopeOf({ userId: 'demo-village', divisionCode: places.village })
    const on = (day: string) => db.as(inVillage, (tx) => dutyOfficers(tx, places.village, day))
    expect((await on('2026-11-06')).map((officer) => officer.name)).toEqual(['核对中心甲', '乡镇经办人'])
    expect(await on('2026-09-30')).toEqual([])
    const { rows } = (await run(clerk, 'identity.list-duty', {})) as { rows: { dutyId: string; villageName: string }[] }
    expect(rows.map((row) => row.villageName)).toEqual(['一村', '一村', '二村'])
    const end = (day: string) => run(clerk, 'identity.end-duty', { params: { dutyId: rows[0]?.dutyId }, body: { on: day } })
    expect(await refusal(end('2026-10-01'))).toContain('晚于开始日期')
    await end('2026-11-05')
    expect((await on('2026-11-04')).map((officer) => officer.name)).toContain('核对中心甲')
    expect((await on('2026-11-05')).map((officer) => officer.name)).toEqual(['乡镇经办人'])
  })

  test('go over with a village that is merged into another', async () => {
    const merge = { from: places.village, to: otherVillage, on: '2026-11-06' }
    expect(await db.as(undefined, (tx) => moveDuties(tx, merge, { by: 'demo-admin', at: '2026-11-06T01:00:00Z' }))).toBe(1)
    const of = (code: string) => db.as(undefined, (tx) => dutyOfficers(tx, code, '2026-11-06'))
    expect(await of(places.village)).toEqual([])
    expect((await of(otherVillage)).map((officer) => officer.name).sort()).toEqual(['乡镇经办人', '核对中心甲'].sort())
  })

  test('are for villages of one’s own area and people who work', async () => {
    const assign = (actor: Actor, userId: string, code: string) =>
      refusal(run(actor, 'identity.assign-duty', { body: { userId, villageCodes: [code], from: '2026-10-01' } }))
    expect(await assign(clerk, 'demo-township', '999901002001')).toContain('不是您辖区内')
    expect(await assign(admin, 'demo-auditor', places.village)).toContain('岗位不办理救助')
  })
})

describe('the calendar', () => {
  const text =
    '元旦：1月1日（周五）至3日（周日）放假，共3天。春节：2月5日（周五）至11日（周四）放假调休，共7天。2月20日（周六）上班。'
  const at = (year: number) => ({ params: { year: String(year) } })

  test('takes a notice as a version, in this process and in those that look', async () => {
    expect(await run(clerk, 'identity.read-calendar', at(2027))).toMatchObject({ version: null, off: [] })
    expect(await run(clerk, 'identity.read-calendar', at(2026))).toMatchObject({ version: 0 })
    const preview = (await run(admin, 'identity.preview-calendar', { ...at(2027), body: { text } })) as { changed: object[] }
    expect(preview).toMatchObject({ problems: [], work: ['2027-02-20'] })
    expect(preview.changed).toContainEqual({ date: '2027-02-08', working: false })
    expect(preview.changed).not.toContainEqual({ date: '2027-01-01', working: false })
    expect(dayKind('2027-02-08').provisional).toBe(true)
    expect(await run(admin, 'identity.save-calendar', { ...at(2027), body: { text, source: '国办发明电〔2026〕7号' } })).toEqual({
      version: 1,
    })
    expect(dayKind('2027-02-08')).toEqual({ working: false, provisional: false })
    setHolidayNotices(new Map())
    ;(await keepHolidayNotices(db.pool, silentLog)).stop()
    expect(dayKind('2027-02-20')).toEqual({ working: true, provisional: false })
    expect(await run(admin, 'identity.save-calendar', { ...at(2027), body: { text, source: '更正通知' } })).toEqual({
      version: 2,
    })
    expect(await run(clerk, 'identity.read-calendar', at(2027))).toMatchObject({
      version: 2,
      source: '更正通知',
      versions: [{}, {}],
    })
  })

  test('keeps nothing it does not understand', async () => {
    const body = { text: '元旦：1月1日（周三）放假1天', source: '某某通知' }
    expect(await refusal(run(admin, 'identity.save-calendar', { ...at(2028), body }))).toContain('读不准')
    expect(await refusal(run(clerk, 'identity.save-calendar', { ...at(2028), body }))).toContain('403')
  })
})

describe('saved views', () => {
  const view = { page: '/households', name: '待复核', search: 'finding=A&township=999901001000' }
  const list = async (actor: Actor) =>
    (
      (await run(actor, 'identity.list-views', { query: { page: '/households' } })) as {
        rows: { name: string; own: boolean; viewId: string }[]
      }
    ).rows

  test('belong to their owner; shared ones are offered to colleagues of the same place', async () => {
    await run(clerk, 'identity.save-view', { body: view })
    const leader = actorOf('townleader', 'township_leader', places.township)
    expect(await list(leader)).toEqual([])
    await run(clerk, 'identity.save-view', { body: { ...view, shared: true } })
    expect(await list(leader)).toMatchObject([{ name: '待复核', own: false, ownerName: '乡镇经办人' }])
    expect(await list(admin)).toEqual([])
    const [own] = await list(clerk)
    expect(await refusal(run(leader, 'identity.delete-view', { params: { viewId: own?.viewId } }))).toContain('不是您保存的')
    await run(clerk, 'identity.delete-view', { params: { viewId: own?.viewId } })
    expect(await list(leader)).toEqual([])
  })

  test('hold no personal number', async () => {
    expect(await refusal(run(clerk, 'identity.save-view', { body: { ...view, search: 'q=11010519491231002X' } }))).toContain(
      '证件号码',
    )
  })
})

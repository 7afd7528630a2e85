/** The centre's board on a real database: figures, outages, tasks that come and go, changes that need two persons. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProblem } from '#kernel/problem'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import type { UnitName } from '#sources/contract'
import { testDb } from '#testkit/db'
import { basis, CentreRig, grounds } from '#testkit/exchange-rig'
import { HandNode } from '#testkit/hand-node'
import { generateNodeKeys, publicHalf, type Sealed, uuidV7 } from '#wire'
import type { NodePage, NodeRow, NodeTask, readBoard } from './contract/board.ts'
import { exchangeActions } from './index.ts'
import { watchNodes } from './jobs/watch-nodes.ts'
import { centreKeys } from './node.ts'
import { insertStatement } from './store/statements.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const district = '629901000000'
const everything = { kind: 'package', dir: '/nowhere' } as const

let rig: CentreRig
let runtime: Runtime
const actions = new Map<string, Action>(exchangeActions().map((action) => [action.name, action]))
/** how far the board's clock is ahead of the lines' */
let aheadMs = 0

const person = (userId: string, role: string): Actor => ({
  userId,
  account: userId,
  name: `${userId}名`,
  role,
  divisionCode: district,
  unitCode: null,
})
const centre = person('centre', 'verification_centre')
const centre2 = person('centre2', 'verification_centre')
const approver = person('approver', 'district_approver')

beforeAll(async () => {
  const db = await testDb()
  rig = new CentreRig(db)
  await rig.startServer()
  const clock = { nowMs: () => Date.now() + aheadMs }
  runtime = {
    db: db.pool,
    workerDb: db.workerPool,
    keys: rig.deps.keys,
    clock,
    log: silentLog,
    blobs: openBlobs('/nowhere', db.keys),
  }
})
afterAll(() => rig.close())

async function run<T>(actor: Actor, name: string, params: object = {}, body?: object): Promise<T> {
  const action = actions.get(name)
  if (action === undefined) throw new Error(`no action ${name}`)
  return (await runAction(runtime, action, { actor, input: { params, query: {}, body } })) as T
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return error.message
}

type Board = typeof readBoard.output._output
const board = (actor = centre) => run<Board>(actor, 'exchange.read-board')
const page = (unit: string, actor = centre) => run<NodePage>(actor, 'exchange.open-node', { unit })
const tasksOf = async (unit: string, actor = centre): Promise<NodeTask[]> =>
  (await board(actor)).tasks.filter((task) => task.unit === unit)

async function rowOf(unit: string): Promise<NodeRow> {
  const row = (await board()).rows.find((each) => each.unit === unit)
  if (row === undefined) throw new Error(`no row ${unit}`)
  return row
}

async function handUnit(unit: UnitName): Promise<HandNode> {
  return new HandNode((await rig.enrol(unit, everything)).config, () => rig.url)
}

let batch = 0
async function ask(unit: string): Promise<string> {
  batch += 1
  const head = { kind: 'prepare', campaign: 'board', batch, round: 0, basis } as const
  const [sent] = await rig.ask([{ unit, head, lines: [] }])
  return sent?.id ?? ''
}

/** Asks a unit, which answers at once; gives its answer. */
async function answered(node: HandNode, unit: string): Promise<Sealed> {
  const id = await ask(unit)
  const request = (await node.poll()).messages.find(({ header }) => header.id === id)?.header
  if (!request) throw new Error('the request did not arrive')
  const line = { kind: 'statement', campaign: 'board', batch, round: 0, unit, asOf: basis.asOf, received: 1, open: 0 }
  const answer = node.next([JSON.stringify(line)], { type: 'statement', corr: request.id, idem: request.idem })
  await node.send(answer)
  return answer
}

/** The job's look so long after now. */
async function look(ms: number): Promise<void> {
  aheadMs = ms
  await watchNodes(runtime.db, runtime.clock.nowMs())
}

const terms = {
  fromOn: '2026-01-01',
  carrier: 'line',
  requestsPerDay: 500,
  answerHours: 4,
  silentMinutes: 10,
  outageMinutes: 60,
  escalateDays: 3,
  keyDays: 180,
  responsible: null,
  source: '数据共享协议 2026-3 号',
  mark: 'sourced',
} as const

describe('a unit', () => {
  test('shows what it owes, what it answered and how fast, by the terms that hold', async () => {
    const unit = await handUnit('tax')
    expect(await rowOf('tax')).toMatchObject({
      link: 'never',
      open: 0,
      medianMinutes: null,
      terms: { answerHours: 48, mark: 'proposal', own: false },
    })
    await answered(unit, 'tax')
    await ask('tax')
    await run(approver, 'exchange.set-terms', { unit: 'tax' }, terms)
    await look(0)
    const row = await rowOf('tax')
    expect(row).toMatchObject({ link: 'online', open: 1, asked: 2, answered: 1, askedToday: 2, lateSince: null, keyDue: false })
    expect(row).toMatchObject({ unreceipted: 2, terms: { requestsPerDay: 500, answerHours: 4, own: true, mark: 'sourced' } })
    const own = (unitCode: string) => run({ ...person('contact', 'unit_officer'), unitCode }, 'exchange.read-own-unit')
    expect(await own('tax')).toMatchObject({
      unit: { unit: 'tax', open: 1, asked: 2, answered: 1, answerHours: 4, failures: [] },
    })
    expect(await own('veterans')).toEqual({ unit: null })
    expect(row.medianMinutes).toBeLessThan(1)
    aheadMs = 5 * HOUR
    const later = await rowOf('tax')
    expect(later).toMatchObject({ link: 'silent', lateSince: expect.any(String) })
    expect(Date.parse(later.since ?? '')).toBe(Date.parse(row.seenAt ?? 'never'))
  })

  test('terms that contradict themselves, name nobody or no source are refused', async () => {
    const set = (change: object) => refusal(run(centre, 'exchange.set-terms', { unit: 'tax' }, { ...terms, ...change }))
    expect(await set({ outageMinutes: 5 })).toContain('不能短于')
    expect(await set({ responsible: 'nobody' })).toContain('没有账号“nobody”')
    expect(await set({ source: '' })).toContain('出处')
    expect(await refusal(run(person('i', 'inspector'), 'exchange.set-terms', { unit: 'tax' }, terms))).toContain('没有这项权限')
  })
})

describe('tasks', () => {
  test('are raised once, handed on after the agreed days, and close by themselves', async () => {
    const unit = await handUnit('housing')
    await unit.poll()
    await look(30 * 60_000)
    expect((await page('housing')).outages).toMatchObject([{ until: null }])
    expect(await tasksOf('housing')).toEqual([])
    await look(3 * HOUR)
    await look(4 * HOUR)
    const [task, ...others] = await tasksOf('housing')
    expect(others).toEqual([])
    expect(task).toMatchObject({ cause: 'silent', rank: 0, whom: '核对中心经办人', mine: true })
    expect((await tasksOf('housing', approver))[0]?.mine).toBe(false)
    await look(3 * HOUR + 2 * DAY + HOUR)
    expect((await tasksOf('housing', approver))[0]).toMatchObject({
      taskNo: task?.taskNo,
      rank: 1,
      whom: '区级审核人',
      mine: true,
    })
    aheadMs = 0
    await unit.poll()
    await look(1000)
    expect(await tasksOf('housing')).toEqual([])
    const { outages } = await page('housing')
    expect(outages).toHaveLength(1)
    expect(outages[0]?.until).not.toBeNull()
  })

  test('of a late unit closes when the request is given up, with the reason kept', async () => {
    const unit = await handUnit('market')
    const id = await ask('market')
    await unit.poll()
    await look(3 * DAY)
    expect((await tasksOf('market')).map((task) => task.cause).sort()).toEqual(['late', 'silent'])
    const end = (reason: string) => run(centre, 'exchange.end-request', { unit: 'market', id }, { reason })
    expect(await refusal(end(''))).toContain('理由')
    await end('该单位书面回复无此系统')
    expect((await tasksOf('market')).map((task) => task.cause)).toEqual(['silent'])
    const parked = (await page('market')).parked.filter((each) => each.settledReason === '该单位书面回复无此系统')
    expect(parked).toMatchObject([{ state: 'given_up', ofRequest: true, settledBy: 'centre名' }])
    aheadMs = 0
  })

  test('of what is parked stays until a person settled it', async () => {
    const unit = await handUnit('education')
    const { header } = await answered(unit, 'education')
    const { id, corr, idem } = header
    const forged = unit.seal(['{}'], { type: 'statement', corr, idem, id, seq: 1, prev: '' })
    await unit.send(forged)
    await look(1000)
    expect(await rowOf('education')).toMatchObject({ parked: 1, tasks: 1 })
    const [parked] = (await page('education')).parked
    const settle = (giveUp: string | null) =>
      run(centre, 'exchange.settle-parked', { parkedNo: parked?.parkedNo ?? 0 }, { giveUp })
    expect(await refusal(settle(null))).toContain('仍无法使用')
    expect((await page('education')).parked[0]?.state).toBe('open')
    await settle('单位确认系误发，已另发')
    expect(await rowOf('education')).toMatchObject({ parked: 0, tasks: 0 })
    expect(await refusal(settle('再次放弃这一条'))).toContain('已有人处理')
  })

  test('of statements that differ stays until one without a difference has come, or the node is shut out', async () => {
    await (await handUnit('utilities')).poll()
    const state = (differences: readonly object[], hour: number) =>
      rig.db.as(undefined, (tx) =>
        insertStatement(tx, {
          unit: 'utilities',
          direction: 'in',
          id: uuidV7(Date.now()),
          at: new Date(Date.now() + hour * HOUR).toISOString(),
          said: {},
          ours: {},
          differences: differences as never,
        }),
      )
    await state([{ code: 'count', lane: 'batch', direction: 'sent', seq: 3, message: '件数不符：对方 2 件，本中心 3 件' }], 0)
    await look(1000)
    expect(await rowOf('utilities')).toMatchObject({ differences: 1, tasks: 1 })
    expect((await tasksOf('utilities')).map((task) => task.cause)).toEqual(['difference'])
    expect((await page('utilities')).statements).toMatchObject([{ differences: ['件数不符：对方 2 件，本中心 3 件'] }])
    await state([], 1)
    await look(2000)
    expect(await rowOf('utilities')).toMatchObject({ differences: 0, tasks: 0 })
    await state([{ code: 'hash', lane: 'batch', direction: 'sent', seq: 3, message: '摘要不同' }], 2)
    await look(3000)
    expect(await rowOf('utilities')).toMatchObject({ differences: 1, tasks: 1 })
    await run(centre, 'exchange.revoke-node', { unit: 'utilities' }, { reason: '账册为旧副本，重新登记' })
    expect(await rowOf('utilities')).toMatchObject({ differences: 1, tasks: 0 })
  })

  test('bytes of nobody known are a task of their own and shown apart', async () => {
    await rig.db.as(undefined, (tx) =>
      tx.execute(
        `insert into exchange_parked (sender, fault, reason, bytes, digest, at) values ('x.unknown', 'unknown_sender', '未登记', '', 'd', now())`,
      ),
    )
    await look(1000)
    expect((await board()).strays).toMatchObject([{ sender: 'x.unknown', ofRequest: false }])
    expect((await tasksOf(''))[0]).toMatchObject({ cause: 'parked', name: '无法辨认的来源' })
  })
})

describe('changes of a node', () => {
  const reason = '按年度密钥更换计划'

  test('new keys hold when another person has confirmed them, those before until the overlap ends', async () => {
    const unit = await handUnit('finance')
    const keys = generateNodeKeys('ED1')
    const change = { kind: 'keys', keys: publicHalf(keys), overlapHours: 24 }
    const broken = { ...change, keys: { ...change.keys, suite: 'GM1', signing: 'A'.repeat(86), box: 'A'.repeat(86) } }
    const propose = (what: object) =>
      run<{ changeNo: number }>(centre, 'exchange.propose-change', { unit: 'finance' }, { change: what, reason })
    expect(await refusal(propose(broken))).toMatch(/公钥|套件/)
    const { changeNo } = await propose(change)
    const renewed = new HandNode({ ...unit.id, keys }, () => rig.url)
    expect((await renewed.poll()).status).not.toBe(200)
    const decide = (actor: Actor, refused: string | null) =>
      run(actor, 'exchange.decide-change', { changeNo }, { refusal: refused })
    expect(await refusal(decide(centre, null))).toContain('另一人')
    await decide(centre2, null)
    expect(await refusal(decide(centre2, null))).toContain('已有人处理')
    const past = (sql: string) => rig.db.as(undefined, (tx) => tx.execute(sql, [changeNo]))
    await expect(past(`update exchange_change set what = '{}' where change_no = $1`)).rejects.toThrow('is decided')
    const whole = `insert into exchange_change (unit, kind, what, reason, asked_by, asked_by_name, asked_at, state, decided_by, decided_at)
      select unit, kind, what, reason, asked_by, asked_by_name, asked_at, state, 'x', decided_at from exchange_change where change_no = $1`
    await expect(past(whole)).rejects.toThrow('not decided yet')
    const { keys: shown, changes } = await page('finance')
    expect(shown.map((key) => key.state)).toEqual(['holds', 'holds'])
    expect(changes).toMatchObject([{ state: 'done', askedBy: 'centre名', decidedBy: 'centre2名' }])
    await new Promise((resolve) => setTimeout(resolve, 2100))
    expect((await renewed.poll()).status).toBe(200)
    expect((await unit.poll()).status).toBe(200)
  })

  test('a right is asked for by one and given by another, and taken away at once', async () => {
    await handUnit('banks')
    const right = { item: 'register_persons', purpose: '补查' }
    const change = { kind: 'grant', rights: [right] }
    const { changeNo } = await run<{ changeNo: number }>(centre, 'exchange.propose-change', { unit: 'banks' }, { change, reason })
    const has = async () =>
      (await page('banks')).rights.some(({ item, purpose }) => item === right.item && purpose === right.purpose)
    expect(await has()).toBe(false)
    await run(person('security', 'security_admin'), 'exchange.decide-change', { changeNo }, { refusal: null })
    expect(await has()).toBe(true)
    await run(centre, 'exchange.withdraw-rights', { unit: 'banks' }, { rights: [right], reason: '专项已结束' })
    expect(await has()).toBe(false)
  })

  test('a right that is withdrawn is not asked any more', async () => {
    await handUnit('housing_fund')
    const rights = (await page('housing_fund')).rights.filter(({ purpose }) => purpose === grounds.purpose)
    const given = rights.map(({ item, purpose }) => ({ item, purpose }))
    await run(centre, 'exchange.withdraw-rights', { unit: 'housing_fund' }, { rights: given, reason: '协议到期未续' })
    const head = {
      kind: 'records',
      campaign: 'board',
      batch: 900,
      round: 0,
      basis,
      papers: [],
      records: ['housing_fund/accounts'],
    }
    const asking = rig.ask([{ unit: 'housing_fund', head: head as never, lines: [] }])
    expect(
      await asking.then(
        () => 'asked',
        (error: unknown) => String(error),
      ),
    ).toContain('未授予此项查询权')
  })

  test('a node is registered by two persons and shut out by one', async () => {
    const keys = publicHalf(generateNodeKeys('GM1'))
    const change = { kind: 'register', name: '市级节点', nodeKind: 'relay', keys, via: null }
    const unit = '629900.city'
    const { changeNo } = await run<{ changeNo: number }>(centre, 'exchange.propose-change', { unit }, { change, reason })
    expect((await board()).changes.map((each) => each.unit)).toContain(unit)
    const second = await run<{ changeNo: number }>(centre, 'exchange.propose-change', { unit }, { change, reason })
    await run(centre2, 'exchange.decide-change', { changeNo }, { refusal: null })
    expect(await refusal(run(centre2, 'exchange.decide-change', second, { refusal: null }))).toContain('已经登记')
    const ill = run(centre, 'exchange.propose-change', { unit: '629900 city' }, { change, reason })
    expect(await refusal(ill)).toContain('不含空格')
    expect((await page(unit)).centreKeys).toEqual(centreKeys(rig.deps, 'GM1').publicTexts)
    expect(await rowOf(unit)).toMatchObject({ name: '市级节点', kind: 'relay', suite: 'GM1', link: 'never' })
    expect((await page(unit)).rights).toEqual([])
    await run(centre, 'exchange.revoke-node', { unit }, { reason: '密钥可能外泄' })
    expect(await rowOf(unit)).toMatchObject({ link: 'revoked', keySince: null, keyDue: false })
  })
})

describe('a long table of messages', () => {
  /** Rows as `enqueueRequests` would leave them, of 40 nodes. */
  async function grow(messages: number): Promise<void> {
    await rig.db.ownerPool.pool.query(
      `insert into exchange_node (unit, node_id, centre_id, name, kind, suite, enrolled_at, last_seen_at)
       select 'long.' || i, 'long.' || i, 'c', '节点' || i, 'node', 'ED1', now(), now() from generate_series(1, 40) i on conflict do nothing`,
    )
    await rig.db.ownerPool.pool.query(
      `insert into exchange_message (unit, lane, direction, id, seq, type, idem, hash, header, body, created_at, answered_at)
       select 'long.' || 1 + i % 40, 'batch', 'out', gen_random_uuid(), i, 'request', 'long' || i, '', '', '',
              now() - make_interval(secs => i % 2000000), case when i % 10 > 0 then now() end
         from generate_series((select coalesce(max(seq), 0) + 1 from exchange_message where unit like 'long.%')::int, $1) i`,
      [messages],
    )
    await rig.db.ownerPool.pool.query('analyze exchange_message')
  }

  async function statementsOf(work: () => Promise<unknown>): Promise<number> {
    await work()
    const before = runtime.db.statements.count
    await work()
    return runtime.db.statements.count - before
  }

  test('costs the board, a page and the job no more statements', async () => {
    const measure = async () => [
      await statementsOf(board),
      await statementsOf(() => page('long.1')),
      await statementsOf(() => watchNodes(runtime.db, runtime.clock.nowMs())),
    ]
    await grow(200)
    const few = await measure()
    await grow(10_000)
    expect(await measure()).toEqual(few)
    await look(0)
    const long = (await board()).rows.filter((row) => row.unit.startsWith('long.'))
    expect(long).toHaveLength(40)
    const { rows } = await rig.db.ownerPool.pool.query(
      `select percentile_disc(array[0.5, 0.95]) within group (order by date_part('epoch', answered_at - created_at) / 60) as minutes
         from exchange_message where unit = 'long.2' and answered_at is not null and created_at >= now() - interval '30 days'`,
    )
    const [median, p95] = rows[0].minutes as number[]
    const shown = long.find((row) => row.unit === 'long.2')
    expect(Math.abs((shown?.medianMinutes ?? 0) / (median ?? 1) - 1)).toBeLessThan(0.015)
    expect(Math.abs((shown?.p95Minutes ?? 0) / (p95 ?? 1) - 1)).toBeLessThan(0.015)
  }, 120_000)
})

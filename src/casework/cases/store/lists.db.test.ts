import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { addDays } from '#kernel/dates'
import { rangeOf } from '#kernel/division'
import type { Scope, Tx } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { places, plantCases } from '../../../../bench/case-plant.ts'
import { insertSession, insertSessionCases, saveSessionResult } from '../../deliberation/store/sessions.ts'
import { type CaseFilter, countCases, countTasks, listCaseRows, listTaskRows, type TaskFilter } from './lists.ts'
import { listCaseSessions } from './open-case.ts'

/** The lists by their indexes, held against the plainest query that says the same, on cases in every state. */

const today = '2026-06-22'
const soon = '2026-06-25'
const scopeOf = (code: string): Scope => ({ ...rangeOf(code), actor: 'test' })
const readers: readonly { role: string; userId: string; scope: Scope }[] = [
  { role: 'township_clerk', userId: 'demo-township', scope: scopeOf(places.township) },
  { role: 'village_assistant', userId: 'demo-village', scope: scopeOf(places.village) },
  { role: 'township_leader', userId: 'demo-townleader', scope: scopeOf(places.township) },
  { role: 'verification_centre', userId: 'demo-centre', scope: scopeOf(places.district) },
  { role: 'district_approver', userId: 'demo-approver', scope: scopeOf(places.district) },
  { role: 'inspector', userId: 'demo-inspector', scope: scopeOf(places.district) },
]

let db: TestDb
beforeAll(async () => {
  db = await testDb()
  await plantCases({ urls: db.urls, keys: db.keys, households: 900, today })
}, 120_000)

interface Plain {
  case_no: string
  step: string
  due: string
  returned: boolean
  assigned_to: string | null
  name: string
}

/** Every task of a role in the caller's sight, by the procedures themselves. */
function plainTasks(tx: Tx, role: string): Promise<Plain[]> {
  return tx.query<Plain>(
    `select s.case_no, s.step, case when s.stopped_on is null then coalesce(s.due_on + (s.state = 'posted')::int, 'infinity'::date) else 'infinity'::date end as due,
       exists (select from case_move m where m.case_no = s.case_no and m.reopened = s.step and m.at = s.since) as returned, c.assigned_to,
       c.applicant_name as name
     from case_step s join casefile c on c.case_no = s.case_no
     where s.state in ('open', 'posted', 'paused') and c.result is null and exists (select from procedure_move m
       where m.procedure_id = c.procedure_id and m.version = c.procedure_version and m.step = s.step and m.from_state = s.state and $1 = any (m.roles)
         and (m.ends is null or m.ends not in ('withdrawn', 'terminated')))
     order by due, s.case_no, s.step`,
    [role],
  )
}

const inTab = (due: string, tab: string): boolean =>
  ({ overdue: due < today, today: due === today, soon: due > today && due <= soon, other: due > soon })[tab] === true

const inLight = (due: string, light: string): boolean =>
  ({ red: due < today, yellow: due >= today && due <= soon, green: due > soon && due !== 'infinity', none: due === 'infinity' })[
    light
  ] === true

function isWanted(task: Plain, filter: TaskFilter): boolean {
  const { step, light, due, who, returned, q, userId } = filter
  return (
    (step === null || task.step === step) &&
    (light === null || inLight(task.due, light)) &&
    (due === null || inTab(task.due, due)) &&
    (who === 'desk' || task.assigned_to === userId) &&
    (!returned || task.returned) &&
    (q === null || task.name.startsWith(q) || task.case_no === q)
  )
}

const named = (task: { case_no: string; step: string }): string => `${task.case_no} ${task.step}`

async function pagesOf(tx: Tx, filter: TaskFilter): Promise<string[]> {
  const all: string[] = []
  for (let { after } = filter; ; ) {
    const rows = await listTaskRows(tx, { ...filter, after })
    all.push(...rows.map(named))
    const last = rows.at(-1)
    if (last === undefined || rows.length < filter.limit) return all
    after = { due: last.due, caseNo: last.case_no, step: last.step }
  }
}

const filters: readonly Partial<TaskFilter>[] = [
  {},
  { step: 'visit' },
  { step: 'nothing' },
  { light: 'red' },
  { light: 'yellow' },
  { light: 'green' },
  { light: 'none' },
  { due: 'overdue' },
  { due: 'today' },
  { due: 'soon' },
  { due: 'other' },
  { due: 'other', light: 'green' },
  { due: 'today', light: 'green' },
  { who: 'mine' },
  { who: 'mine', due: 'other' },
  { returned: true },
  { q: '王' },
  { q: '李秀英', light: 'green' },
  { q: '%' },
  { q: 'AJ20260000004' },
]

describe.each(readers)('tasks of $role', ({ role, userId, scope }) => {
  it('are listed page by page as the procedures say, under every filter', async () => {
    await db.rolledBack(scope, async (tx) => {
      const plain = await plainTasks(tx, role)
      expect(plain.length).toBeGreaterThan(role === 'inspector' ? -1 : 0)
      for (const given of filters) {
        const filter: TaskFilter = {
          ...{
            role,
            userId,
            step: null,
            who: 'desk',
            light: null,
            due: null,
            returned: false,
            q: null,
            today,
            soon,
            after: null,
          },
          limit: 30,
          ...given,
        }
        const wanted = plain.filter((task) => isWanted(task, filter)).map(named)
        expect(await pagesOf(tx, filter), JSON.stringify(given)).toEqual(wanted)
      }
    })
  })

  it('are counted as they are listed', async () => {
    await db.rolledBack(scope, async (tx) => {
      const plain = await plainTasks(tx, role)
      const count = (test: (task: Plain) => boolean): number => plain.filter(test).length
      const steps = [...Map.groupBy(plain, (task) => task.step)].map(([step, tasks]) => [step, tasks.length])
      expect(await countTasks(tx, { role, userId, today, soon })).toEqual({
        overdue: count(({ due }) => inTab(due, 'overdue')),
        today: count(({ due }) => inTab(due, 'today')),
        soon: count(({ due }) => inTab(due, 'soon')),
        other: count(({ due }) => inTab(due, 'other')),
        returned: count(({ returned }) => returned),
        mine: count((task) => task.assigned_to === userId),
        steps: Object.fromEntries(steps),
      })
    })
  })
})

describe('the mark of a step sent back', () => {
  it('comes with the move that opens it again and goes with the next change of the step', async () => {
    await db.rolledBack(undefined, async (tx) => {
      const of = () => plainTasks(tx, 'township_clerk').then((tasks) => tasks.filter(({ returned }) => returned).map(named))
      const marked = () =>
        tx
          .query<{ case_no: string; step: string }>('select case_no, step from case_step where returned and desk is not null')
          .then((rows) => rows.map(named))
      const before = await of()
      expect((await marked()).sort()).toEqual([...before].sort())
      const [task] = before.filter((name) => name.endsWith(' visit'))
      const caseNo = task?.split(' ')[0] ?? ''
      const row = await tx.one<{ version: number }>('select version from casefile where case_no = $1', [caseNo])
      const move = (seq: number, command: string) =>
        tx.execute(
          `insert into case_move (case_no, seq, division_code, step, command, from_state, by_user, by_role, at)
           values ($1, $2, $3, 'visit', $4, '', 'demo-township', 'township_clerk', $5)`,
          [caseNo, seq, places.village, command, `${addDays(today, 1)}T00:00:00Z`],
        )
      await move(row.version + 1, 'plan')
      expect(await marked()).toContain(task)
      await move(row.version + 2, 'complete')
      expect(await marked()).not.toContain(task)
    })
  })
})

describe('whom a case is assigned to', () => {
  it('stands on its tasks, on those that open later too, and goes with the assignment', async () => {
    await db.rolledBack(undefined, async (tx) => {
      const [row] = await tx.query<{ case_no: string; version: number }>(
        `select c.case_no, c.version from casefile c join case_step s using (case_no)
         where s.step = 'visit' and s.state = 'open' and c.result is null order by c.case_no limit 1`,
      )
      const { case_no: caseNo = '', version = 0 } = row ?? {}
      const mine = () =>
        tx
          .query<{ step: string }>('select step from case_step where case_no = $1 and desk is not null and assigned_to = $2', [
            caseNo,
            'x',
          ])
          .then((rows) => rows.map(({ step }) => step))
      await tx.execute('update casefile set assigned_to = $2 where case_no = $1', [caseNo, 'x'])
      expect(await mine()).toEqual(['visit'])
      await tx.execute(
        `insert into case_move (case_no, seq, division_code, step, command, from_state, by_user, by_role, at)
         values ($1, $2, $3, 'visit', 'complete', '', 'demo-township', 'township_clerk', $4)`,
        [caseNo, version + 1, places.village, `${today}T05:00:00Z`],
      )
      expect(await mine()).toEqual(['deliberation'])
      await tx.execute('update casefile set assigned_to = null where case_no = $1', [caseNo])
      expect(await mine()).toEqual([])
    })
  })
})

interface PlainCase {
  case_no: string
  household_no: string
  name: string
  initials: string
  opened_at: string
  total_due_on: string | null
  division_code: string
  programme: string
  result: string | null
  related: boolean
  live: string[]
  movers: string[]
  unserved: boolean
}

function plainCases(tx: Tx): Promise<PlainCase[]> {
  return tx.query<PlainCase>(
    `select c.case_no, c.household_no, c.applicant_name as name, c.initials, c.total_due_on, c.division_code, c.programme, c.result,
       to_char(c.opened_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') as opened_at,
       c.related, exists (select from case_decision d where d.case_no = c.case_no and d.undone_at is null and d.notified_at is null) as unserved,
       array(select s.step from case_step s where s.case_no = c.case_no and s.state in ('open', 'posted', 'paused')) as live,
       array(select distinct m.by_user from case_move m where m.case_no = c.case_no) as movers from casefile c`,
  )
}

const empty: CaseFilter = {
  ...{
    q: null,
    lo: null,
    hi: null,
    programme: null,
    step: null,
    state: null,
    related: false,
    overdue: false,
    unserved: false,
    cleanUp: null,
  },
  ...{ doneBy: null, today, sort: 'opened', after: null, limit: 40 },
}

const caseFilters: readonly (readonly [Partial<CaseFilter>, (row: PlainCase) => boolean])[] = [
  [{}, () => true],
  [{ sort: 'due' }, () => true],
  [{ sort: 'village' }, () => true],
  [{ q: '王' }, ({ name }) => name.startsWith('王')],
  [{ q: 'WX' }, ({ initials }) => initials.startsWith('wx')],
  [{ q: 'AJ20260000007' }, (row) => row.case_no === 'AJ20260000007'],
  [{ q: 'H0000008' }, (row) => row.household_no === 'H0000008'],
  [{ q: '%' }, () => false],
  [{ lo: '629901002', hi: '629901002:' }, (row) => row.division_code.startsWith('629901002')],
  [{ programme: 'urban', sort: 'due' }, (row) => row.programme === 'urban'],
  [{ step: 'approval' }, ({ live }) => live.includes('approval')],
  [{ state: 'running' }, ({ result }) => result === null],
  [{ state: 'ended', sort: 'due' }, ({ result }) => result !== null],
  [{ state: 'refused' }, ({ result }) => result === 'refused'],
  [{ related: true }, ({ related }) => related],
  [{ unserved: true }, (row) => row.unserved],
  [{ overdue: true }, (row) => row.result === null && row.total_due_on !== null && row.total_due_on < today],
  [{ doneBy: 'demo-townhead' }, ({ movers }) => movers.includes('demo-townhead')],
  [{ cleanUp: '00000000-0000-4000-8000-000000000000' }, () => false],
]

function inOrder(sort: CaseFilter['sort'], rows: readonly PlainCase[]): string[] {
  const key = (row: PlainCase): string =>
    sort === 'opened' ? row.opened_at : sort === 'due' ? (row.total_due_on ?? 'infinity') : row.division_code
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  const up = rows.toSorted((a, b) => compare(key(a), key(b)) || compare(a.case_no, b.case_no))
  return (sort === 'opened' ? up.reverse() : up).map((row) => row.case_no)
}

describe.each([places.district, places.township, places.village])('cases in sight of %s', (code) => {
  it('are listed and counted page by page as the plain query says, in every order and under every filter', async () => {
    await db.rolledBack(scopeOf(code), async (tx) => {
      const plain = await plainCases(tx)
      for (const [given, isIn] of caseFilters) {
        const filter = { ...empty, ...given }
        const found: string[] = []
        for (let after: CaseFilter['after'] = null; ; ) {
          const rows = await listCaseRows(tx, { ...filter, after })
          found.push(...rows.map((row) => row.case_no))
          const last = rows.at(-1)
          if (last === undefined || rows.length < filter.limit) break
          after = { key: last.key, caseNo: last.case_no }
        }
        const wanted = inOrder(filter.sort, plain.filter(isIn))
        expect(found, JSON.stringify(given)).toEqual(wanted)
        expect(await countCases(tx, filter), JSON.stringify(given)).toBe(wanted.length)
      }
    })
  })
})

describe('the roll of a session', () => {
  it('is called once and taken for each family, and differs where it was otherwise', async () => {
    await db.rolledBack(undefined, async (tx) => {
      const [one, other] = (await tx.query<{ case_no: string }>('select case_no from casefile order by 1 limit 2')).map(
        (row) => row.case_no,
      )
      const sessionId = randomUUID()
      const drawn = ['M1', 'M2', 'M3'].map((memberId) => ({ memberId, name: memberId, kind: 'representative' as const }))
      const at = `${today}T01:00:00Z`
      const called = { sessionId, villageCode: places.village, plannedOn: today, place: '村委会', chair: '主任', seed: 'abcdef' }
      await insertSession(tx, { ...called, ballot: 'secret', pool: drawn, drawn, byUser: 'demo-township', at })
      await insertSessionCases(
        tx,
        sessionId,
        [one, other].map((caseNo) => ({ caseNo: caseNo ?? '', recused: [] })),
      )
      const vote = { sessionId, heldOn: today, recused: [], yes: 2, no: 0, abstain: 0, invalid: 0, outcome: 'passed' }
      await saveSessionResult(tx, { ...vote, caseNo: one ?? '', present: ['M1', 'M2'] })
      const of = async (caseNo = '') => (await listCaseSessions(tx, caseNo)).find((each) => each.sessionId === sessionId)
      expect(await of(other)).toMatchObject({ heldOn: today, present: ['M1', 'M2'], outcome: null })
      await saveSessionResult(tx, { ...vote, caseNo: other ?? '', present: ['M1', 'M2', 'M3'] })
      expect((await of(one))?.present).toEqual(['M1', 'M2'])
      expect((await of(other))?.present).toEqual(['M1', 'M2', 'M3'])
    })
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import { EXEMPLARS } from '../../bench/case-exemplars.ts'
import { places, plantCases } from '../../bench/case-plant.ts'
import type { CaseView } from './cases/contract/case.ts'
import { caseworkActions } from './server.ts'

/** Pages read with a bounded number of statements, whatever the district or the case holds. */

const today = '2026-06-22'
const clerk = personOf('township_clerk', 'demo-township', places.township)
const approver = personOf('district_approver', 'demo-approver', places.district)
/** a case, whatever its state: case, steps, moves, records, places, papers, notices …, and the facts of the moves offered */
const mostOfCase = 40

let db: TestDb
let dir: string
let runtime: Runtime

function personOf(role: string, userId: string, divisionCode: string): Actor {
  return { userId, account: userId, name: userId, role, divisionCode, unitCode: null }
}

beforeAll(async () => {
  db = await testDb()
  dir = mkdtempSync(path.join(tmpdir(), 'yingbao-statements-'))
  await plantCases({ urls: db.urls, keys: db.keys, households: 900, today })
  const blobs = openBlobs(dir, db.keys)
  runtime = {
    db: db.pool,
    workerDb: db.workerPool,
    keys: db.keys,
    clock: fixedClock(`${today}T02:00:00Z`),
    log: silentLog,
    blobs,
  }
}, 120_000)

afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Calls an action; gives its output and the number of statements it took, the journal's included. */
async function counted<O>(actor: Actor, name: string, input: object): Promise<{ output: O; statements: number }> {
  const action = caseworkActions({ packId: 'reference' }).find((each) => each.name === name)
  if (action === undefined) throw new Error(name)
  const call = { actor, input: { params: {}, query: {}, body: undefined, ...input } }
  await runAction(runtime, action, call)
  const before = db.pool.statements.count
  const output = (await runAction(runtime, action, call)) as O
  return { output, statements: db.pool.statements.count - before }
}

describe('the task list', () => {
  it.each([clerk, approver])(
    'reads a page of $role and all its counts with two statements, be it one row or a hundred',
    async (actor) => {
      const seen = new Set<number>()
      for (const limit of ['1', '100']) {
        for (const query of [{}, { due: 'overdue' }, { q: '王' }, { who: 'mine' }, { returned: 'yes' }]) {
          seen.add((await counted(actor, 'casework.list-tasks', { query: { ...query, limit } })).statements)
        }
      }
      // page, counts, and the journal's entry
      expect([...seen]).toEqual([3])
    },
  )
})

describe('the list of cases', () => {
  it('reads a page and its total with two statements, be it one row or a hundred', async () => {
    const seen = new Set<number>()
    for (const limit of ['1', '100']) {
      for (const query of [{}, { q: '王' }, { step: 'visit' }, { done: 'mine' }, { sort: 'due' }]) {
        seen.add((await counted(clerk, 'casework.list-cases', { query: { ...query, limit } })).statements)
      }
    }
    expect([...seen]).toEqual([3])
  })
})

/** One planted case in the township for each state. */
async function caseOfEach(): Promise<string[]> {
  const rows = await db.as(undefined, (tx) =>
    tx.query<{ no: string }>(
      `select min(c.case_no) as no from casefile c join case_step s on s.case_no = c.case_no
       where left(c.division_code, 9) || '000' = $1
       group by (select string_agg(x.step || x.state, ' ' order by x.step) from case_step x where x.case_no = c.case_no), c.result, c.related
       order by 1`,
      [places.township],
    ),
  )
  return rows.map(({ no }) => no)
}

describe('one case', () => {
  it('opens in every state with a bounded number of statements', async () => {
    const cases = [...new Set(await caseOfEach())]
    expect(cases.length).toBeGreaterThan(EXEMPLARS.length / 2)
    for (const caseNo of cases) {
      for (const actor of [clerk, approver]) {
        const { output, statements } = await counted<CaseView>(actor, 'casework.open-case', { params: { caseNo } })
        expect(statements, `${caseNo} ${actor.role}: ${output.offered.length} moves offered`).toBeLessThanOrEqual(mostOfCase)
      }
    }
  })

  it('takes as many with thirty more visits written down as without', async () => {
    const row = await db.as(undefined, (tx) =>
      tx.one<{ no: string; version: number; division: string }>(
        `select c.case_no as no, c.version, c.division_code as division from casefile c join case_step s on s.case_no = c.case_no
         where s.step = 'visit' and s.state = 'open' and c.result is null and left(c.division_code, 9) || '000' = $1
           and exists (select from case_record r where r.case_no = c.case_no and r.kind = 'visit') order by 1 limit 1`,
        [places.township],
      ),
    )
    const open = () => counted<CaseView>(clerk, 'casework.open-case', { params: { caseNo: row.no } })
    const before = await open()
    await db.as(undefined, async (tx) => {
      for (let n = 1; n <= 30; n++) {
        const at = `${today}T01:00:${String(n).padStart(2, '0')}Z`
        await tx.execute(
          `insert into case_record (record_id, case_no, division_code, step, kind, case_version, sealed, by_user, at)
           values (gen_random_uuid(), $1, $2, 'visit', 'interview', $3, $4, 'demo-township', $5)`,
          [row.no, row.division, row.version + n - 1, db.keys.seal('{"statement":"属实"}'), at],
        )
        await tx.execute(
          `insert into case_move (case_no, seq, division_code, step, command, from_state, by_user, by_role, at)
           values ($1, $2, $3, 'visit', 'interview', '', 'demo-township', 'township_clerk', $4)`,
          [row.no, row.version + n, row.division, at],
        )
      }
    })
    const after = await open()
    expect(after.output.records.length).toBe(before.output.records.length + 30)
    expect(after.output.moves.length).toBe(before.output.moves.length + 30)
    expect(after.statements).toBe(before.statements)
  })
})

describe('many cases at once', () => {
  /** The moves that the pages offer for many, and who makes them. */
  const moves = [
    ['verification', 'conclude', 'verification_centre'],
    ['opinion', 'agree', 'township_clerk'],
    ['leader', 'agree', 'township_leader'],
    ['head', 'agree', 'township_head'],
    ['notice_village', 'close', 'township_clerk'],
    ['notice_township', 'close', 'township_clerk'],
    ['notice_district', 'close', 'district_approver'],
    ['approval', 'approve', 'district_approver'],
    ['decision', 'decide', 'district_approver'],
    ['payment', 'pay', 'payment_officer'],
  ] as const
  type Preview = { rows: { caseNo: string; refusal: string | null }[] }

  /** Cases at a step whose turn it is. */
  async function casesAt(step: string): Promise<string[]> {
    const rows = await db.as(undefined, (tx) =>
      tx.query<{ no: string }>(
        `select s.case_no as no from case_step s join casefile c on c.case_no = s.case_no
         where s.step = $1 and s.state in ('open', 'posted') and c.result is null order by 1 limit 200`,
        [step],
      ),
    )
    return rows.map(({ no }) => no)
  }

  it.each(moves)(
    '%s.%s: the dry run takes as many statements for one case as for all, and says what one case is told',
    async (step, command, role) => {
      const actor = personOf(role, `one-${role}`, places.district)
      const caseNos = await casesAt(step)
      expect(caseNos.length).toBeGreaterThan(3)
      const preview = (list: string[]) =>
        counted<Preview>(actor, 'casework.preview-moves', { body: { caseNos: list, step, command } })
      const [one, all] = [await preview(caseNos.slice(0, 1)), await preview(caseNos)]
      expect(all.statements).toBe(one.statements)
      expect(all.output.rows.map(({ caseNo }) => caseNo)).toEqual(caseNos)
      for (const { caseNo, refusal } of all.output.rows.slice(0, 20)) {
        const { output } = await counted<CaseView>(actor, 'casework.open-case', { params: { caseNo } })
        const offered = output.offered.find((move) => move.step === step && move.command === command)
        expect(refusal === null, `${caseNo}: ${refusal}`).toBe(offered !== undefined && offered.missing === null)
        if (refusal === null) continue
        expect(refusal).toMatch(/（依据：.+）$/)
        if (offered !== undefined) expect(refusal).toContain(offered.missing ?? '')
      }
    },
  )

  it('makes them one by one, each with no more statements than the first', async () => {
    const actor = personOf('township_clerk', 'other-clerk', places.township)
    const rows = await db.as(undefined, (tx) =>
      tx.query<{ caseNo: string; version: number }>(
        `select c.case_no as "caseNo", c.version from case_step s join casefile c on c.case_no = s.case_no
         where s.step = 'opinion' and s.state = 'open' and c.result is null and left(c.division_code, 9) || '000' = $1 order by 1`,
        [places.township],
      ),
    )
    expect(rows.length).toBeGreaterThan(3)
    const statements = async (cases: typeof rows): Promise<number> => {
      const before = db.pool.statements.count
      const action = caseworkActions({ packId: 'reference' }).find((each) => each.name === 'casework.move-cases')
      if (action === undefined) throw new Error('casework.move-cases is missing')
      const body = { cases, step: 'opinion', command: 'agree', record: { agrees: true, text: '情况属实，同意上报' } }
      const input = { params: {}, query: {}, body }
      expect(await runAction(runtime, action, { actor, input })).toMatchObject({ done: cases.length, refused: [] })
      return db.pool.statements.count - before
    }
    const [first, ...others] = rows
    if (first === undefined) throw new Error('nobody waits')
    const one = await statements([first])
    expect(one).toBeLessThan(25)
    expect(await statements(others)).toBeLessThanOrEqual(one * others.length)
  })
})

import { beforeAll, expect, test } from 'vitest'
import type { Tx } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { plantedCase } from '#testkit/planted-case'
import { type CaseState, decide, evolve, newCase } from '../rules/decide.ts'
import { KNOWN_NEEDS } from '../rules/needs.ts'
import { PROCEDURES } from '../rules/styles/index.ts'
import { insertCases, insertMove, listSteps, type NewMove } from './cases.ts'

let db: TestDb
beforeAll(async () => {
  db = await testDb()
})

const division = '629901001001'
const facts: ReadonlySet<string> = new Set(KNOWN_NEEDS)

function procedureOf(id: string) {
  const procedure = PROCEDURES.get(id)
  if (procedure === undefined) throw new Error(id)
  return procedure
}

async function openCase(tx: Tx, caseNo: string, procedureId: string): Promise<void> {
  await insertCases(tx, [plantedCase(caseNo, procedureOf(procedureId), { household_no: `H-${caseNo}` })])
}

function moveOf(caseNo: string, seq: number, name: string, change: Partial<NewMove> = {}): NewMove {
  const [step = '', command = ''] = name.split('.')
  const at = '2026-06-22T01:00:00Z'
  return {
    caseNo,
    seq,
    step,
    command,
    reopened: null,
    byUser: name,
    byRole: 'township_clerk',
    reason: Buffer.from('x'),
    dues: {},
    detail: {},
    at,
    ...change,
  }
}

/** The message a statement is refused with; a savepoint keeps the transaction alive. */
async function refusal(tx: Tx, work: () => Promise<unknown>): Promise<string> {
  await tx.execute('savepoint trial')
  try {
    await work()
    return 'done'
  } catch (error) {
    await tx.execute('rollback to savepoint trial')
    return error instanceof Error ? error.message : String(error)
  }
}

test('the database refuses a skipped step, a wrong role, one person in two parts, a stale version and a move after the end', async () => {
  await db.rolledBack(undefined, async (tx) => {
    await openCase(tx, 'A1', 'dibao-2012')
    const attempt = (seq: number, name: string, change: Partial<NewMove> = {}) =>
      refusal(tx, () => insertMove(tx, moveOf('A1', seq, name, change)))
    expect(await attempt(1, 'approval.approve', { byRole: 'district_approver' })).toMatch(
      /no move approval.approve from state waiting/,
    )
    expect(await attempt(1, 'payment.pay', { byRole: 'payment_officer' })).toMatch(/from state waiting/)
    expect(await attempt(1, 'intake.accept', { byRole: 'village_assistant' })).toMatch(/role village_assistant/)
    expect(await attempt(2, 'intake.accept')).toMatch(/version 0/)
    expect(await attempt(1, 'intake.accept')).toBe('done')
    expect(await attempt(2, 'verification.terminate', { reason: null })).toMatch(/needs a reason/)
    expect(await attempt(2, 'verification.conclude')).toBe('done')
    expect(await attempt(3, 'visit.complete')).toBe('done')
    expect(await attempt(4, 'deliberation.reinvestigate', { reopened: 'intake' })).toMatch(/does not open intake again/)
    expect(await attempt(4, 'deliberation.pass')).toBe('done')
    expect(await attempt(5, 'notice_village.publish')).toBe('done')
    expect(await attempt(6, 'notice_village.close')).toBe('done')
    expect(await attempt(7, 'sheet.assess')).toBe('done')
    expect(await attempt(8, 'opinion.agree', { byUser: 'one' })).toBe('done')
    expect(await attempt(9, 'leader.agree', { byUser: 'one', byRole: 'township_leader' })).toMatch(/one person/)
    expect(await attempt(9, 'leader.send-back', { byRole: 'township_leader', reopened: 'head' })).toMatch(/does not stand before/)
    expect(await attempt(9, 'leader.send-back', { byRole: 'township_leader', reopened: 'visit' })).toBe('done')
    const states = Object.fromEntries((await listSteps(tx, 'A1')).map((step) => [step.step, step.state]))
    expect(states).toMatchObject({
      intake: 'done',
      verification: 'done',
      visit: 'open',
      deliberation: 'waiting',
      sheet: 'waiting',
      leader: 'waiting',
    })
    expect(await attempt(10, 'visit.withdraw')).toBe('done')
    expect(await attempt(11, 'visit.complete')).toMatch(/has ended/)
  })
})

test('the application cannot move a step, rewrite a move, change a version, or write a procedure by hand', async () => {
  await db.rolledBack(undefined, async (tx) => {
    await openCase(tx, 'A2', 'dibao-2021')
    await insertMove(tx, moveOf('A2', 1, 'intake.accept'))
    const attempt = (sql: string) => refusal(tx, () => tx.execute(sql))
    for (const sql of [
      `update case_step set state = 'done'`,
      `insert into case_step (case_no, step, division_code, state, since) values ('A2', 'x', '${division}', 'done', now())`,
      `update case_move set command = 'accept'`,
      `delete from case_move`,
      `update casefile set version = 9`,
      `update casefile set result = 'granted'`,
      `update procedure_move set roles = '{township_clerk}'`,
      `insert into procedure_version (procedure_id, version, label, style, body) values ('x', 'x', 'x', 'x', '{}')`,
    ]) {
      expect(await attempt(sql), sql).toMatch(/permission denied/)
    }
  })
})

/** A generator of small numbers that is the same in every run. */
function dice(): (n: number) => number {
  let seed = 7
  return (n) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % n
  }
}

interface Trial {
  readonly name: string
  readonly made: NewMove
  readonly next: CaseState | null
}

/** Every move of the procedure in a state as `decide` judges it, each by a person of its own. */
function trialsOf(state: CaseState, caseNo: string, next: (n: number) => number): Trial[] {
  const { steps } = state.procedure
  return steps.flatMap((step) =>
    step.moves.map((each): Trial => {
      const role = each.by[0] ?? 'system'
      const name = `${step.id}.${each.command}`
      const target = each.reopens === 'chosen' ? steps[next(steps.length)]?.id : (each.reopens ?? undefined)
      const reopen = target === undefined ? {} : { reopen: target }
      const decided = decide(state, {
        step: step.id,
        command: each.command,
        by: { userId: name, role },
        reason: '理由',
        facts,
        ...reopen,
      })
      const made = moveOf(caseNo, state.version + 1, name, { byRole: role, reopened: target ?? null })
      return { name, made, next: decided.ok ? evolve(state, decided.value) : null }
    }),
  )
}

/** Tries every move and takes it back; gives those the database would have made. */
async function allowedBy(tx: Tx, trials: readonly Trial[]): Promise<string[]> {
  const allowed: string[] = []
  for (const { name, made } of trials) {
    const outcome = await refusal(tx, async () => {
      await insertMove(tx, made)
      throw new Error('taken back')
    })
    if (outcome === 'taken back') allowed.push(name)
  }
  return allowed
}

test.each([...PROCEDURES.keys()])(
  '%s: decide and the database agree on every move from every state that is reached',
  async (id) => {
    const next = dice()
    await db.rolledBack(undefined, async (tx) => {
      for (const caseNo of ['W1', 'W2', 'W3']) {
        await openCase(tx, caseNo, id)
        let state = newCase(procedureOf(id))
        for (let turn = 0; turn < 24 && state.result === null; turn++) {
          const trials = trialsOf(state, caseNo, next)
          const open = trials.filter((trial) => trial.next !== null)
          expect(await allowedBy(tx, trials), JSON.stringify(state.steps)).toEqual(open.map((trial) => trial.name))
          const chosen = open[next(open.length)]
          if (chosen?.next === null || chosen === undefined) throw new Error('no move is left')
          await insertMove(tx, chosen.made)
          state = chosen.next
          const stored = Object.fromEntries((await listSteps(tx, caseNo)).map((step) => [step.step, step.state]))
          expect(stored).toEqual(state.steps)
        }
      }
    })
  },
)

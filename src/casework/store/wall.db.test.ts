import { beforeAll, expect, test } from 'vitest'
import type { Tx } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { PROCEDURES } from '../procedures/index.ts'
import { KNOWN_NEEDS } from '../rules/needs.ts'
import { type CaseState, decide, evolve, newCase } from '../rules/procedure.ts'
import { insertCase, insertMove, listSteps, type NewMove } from './cases.ts'
import { procedureVersion } from './procedures.ts'

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
  const procedure = procedureOf(procedureId)
  await insertCase(tx, {
    case_no: caseNo,
    household_no: `H-${caseNo}`,
    division_code: division,
    scheme: 'dibao',
    programme: 'rural',
    origin: 'application',
    clean_up_id: null,
    procedure_id: procedure.id,
    procedure_version: procedureVersion(procedure),
    pack_id: 'reference',
    pack_hash: 'x',
    pack_on: '2026-06-21',
    applicant_name: '王秀英',
    members: 3,
    initials: 'wxy',
    opened_at: '2026-06-21T01:00:00Z',
    opened_by: 'clerk',
  })
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

/** Walks at random: what `decide` allows the database does, what it refuses by state, order, role or person the database refuses. */
test.each([...PROCEDURES.keys()])(
  '%s: decide and the database agree on every move from every state that is reached',
  async (id) => {
    const procedure = procedureOf(id)
    let seed = 7
    const next = (n: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % n
    }
    await db.rolledBack(undefined, async (tx) => {
      for (let walk = 0; walk < 3; walk++) {
        const caseNo = `W${walk}`
        await openCase(tx, caseNo, id)
        let state: CaseState = newCase(procedure)
        for (let turn = 0; turn < 24 && state.result === null; turn++) {
          const allowed: (() => Promise<CaseState>)[] = []
          for (const step of procedure.steps) {
            for (const each of step.moves) {
              const role = each.by[0] ?? 'system'
              const target =
                each.reopens === 'chosen'
                  ? (procedure.steps[next(procedure.steps.length)]?.id ?? '')
                  : (each.reopens ?? undefined)
              const userId = `${step.id}.${each.command}`
              const command = {
                step: step.id,
                command: each.command,
                by: { userId, role },
                reason: '理由',
                facts,
                ...(target === undefined ? {} : { reopen: target }),
              }
              const decided = decide(state, command)
              const made = moveOf(caseNo, state.version + 1, userId, { byRole: role, byUser: userId, reopened: target ?? null })
              const trial = await refusal(tx, async () => {
                await insertMove(tx, made)
                throw new Error('undo')
              })
              expect([userId, target, trial === 'undo'], JSON.stringify([state.steps, trial])).toEqual([
                userId,
                target,
                decided.ok,
              ])
              if (decided.ok) allowed.push(async () => (await insertMove(tx, made), evolve(state, decided.value)))
            }
          }
          const chosen = allowed[next(allowed.length)]
          if (chosen === undefined) throw new Error('no move is left')
          state = await chosen()
          const states = Object.fromEntries((await listSteps(tx, caseNo)).map((step) => [step.step, step.state]))
          expect(states).toEqual(state.steps)
        }
      }
    })
  },
)

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRole, ROLES, type Role } from '#identity'
import { isProblem } from '#kernel/problem'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { loadPack, packAt, packSnapshot, savePackSnapshot } from '#policy'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import { plantedCase } from '#testkit/planted-case'
import { commands } from './commands-table.ts'
import type { Move, Procedure, Step, StepState } from './procedure/rules/model.ts'
import { PROCEDURES } from './procedure/rules/styles/index.ts'
import { insertCases } from './procedure/store/cases.ts'
import { caseworkActions } from './server.ts'

/** Every move of every procedure × every role × inside and outside the scope, through the one action the pages call. */

const roles = Object.keys(ROLES).filter(isRole)
const village = '629901001001'
const elsewhere = '629901002000'
const today = '2026-06-22'

/** What `decide` refuses with. */
const byProcedure = new Set(
  ['not_your_role', 'same_person', 'ended', 'not_now', 'reason_missing', 'reopen_missing', 'not_held', 'need_missing'].map(
    (code) => `casework.${code}`,
  ),
)

let db: TestDb
let dir: string
let runtime: Runtime
let move: Action

beforeAll(async () => {
  db = await testDb()
  dir = mkdtempSync(path.join(tmpdir(), 'yingbao-commands-'))
  const clock = fixedClock(`${today}T02:00:00Z`)
  const blobs = openBlobs(dir, db.keys)
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs }
  const found = caseworkActions({ packId: 'reference' }).find((action) => action.name === 'casework.move-case')
  if (found === undefined) throw new Error('casework.move-case is missing')
  move = found
  const pack = packAt(loadPack('reference'), today)
  await db.as(undefined, async (tx) => {
    await savePackSnapshot(tx, pack.hash, packSnapshot(pack))
    const opened = { pack_hash: pack.hash, pack_on: today, members: 1, opened_by: 'somebody' }
    await insertCases(
      tx,
      [...PROCEDURES.values()].map((procedure) => plantedCase(procedure.id, procedure, opened)),
    )
  })
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Puts a step into a state and its predecessors behind it, as the owner may for a test. */
async function put(procedure: Procedure, step: Step, state: string): Promise<void> {
  const done = procedure.steps.slice(0, procedure.steps.indexOf(step)).map((each) => each.id)
  await db.ownerPool.pool.query(
    `update case_step set state = case when step = $2 then $3 when step = any ($4) then 'done' else 'waiting' end where case_no = $1`,
    [procedure.id, step.id, state, done],
  )
}

function actorOf(role: Role, divisionCode: string): Actor {
  return {
    userId: `u-${role}`,
    account: role,
    name: role,
    role,
    divisionCode,
    unitCode: role === 'unit_officer' ? 'police' : null,
  }
}

/** 'allowed' when neither role nor scope stands in the way: then only form and facts decide, which is told otherwise. */
async function judged(procedure: Procedure, step: Step, { command, reopens, clause }: Move, actor: Actor): Promise<string> {
  const reopen = reopens === 'chosen' ? { reopen: procedure.steps[0]?.id } : {}
  const body = { step: step.id, command, version: 0, reason: '因为测试', ...reopen }
  try {
    await runAction(runtime, move, { actor, input: { params: { caseNo: procedure.id }, body } })
    return 'made'
  } catch (error) {
    if (!isProblem(error)) throw error
    if (error.code === 'identity.not-permitted') return 'role'
    // whatever the procedure refuses it refuses with the clause of the move
    if (byProcedure.has(error.code)) expect(error.message, error.code).toContain(`（依据：${clause}）`)
    if (error.code === 'casework.not_your_role') return 'role'
    if (error.code === 'casework.not-found') return 'scope'
    expect(error.message).toMatch(/[\u4e00-\u9fff]/)
    return ['casework.need_missing', 'input.invalid'].includes(error.code) ||
      error.status === 409 ||
      error.status === 422 ||
      error.status === 404
      ? 'allowed'
      : error.code
  }
}

/** Roles that neither permission nor procedure stops inside the scope; outside it nobody comes through. */
async function rolesOf(procedure: Procedure, step: Step, each: Move): Promise<Role[]> {
  await put(procedure, step, each.from[0] ?? 'open')
  const allowed: Role[] = []
  for (const role of roles) {
    const inside = await judged(procedure, step, each, actorOf(role, village))
    if (inside === 'made') await undo(procedure, step, each)
    if (inside === 'role') continue
    allowed.push(role)
    const outside = await judged(procedure, step, each, actorOf(role, elsewhere))
    expect(outside, `${step.id}.${each.command} by ${role} from elsewhere`).toBe('scope')
  }
  return allowed.sort()
}

test('every move has a line in the table, and every line a move', () => {
  const known = [...PROCEDURES.values()].flatMap((procedure) =>
    procedure.steps.flatMap((step) => step.moves.map((each) => `${step.id}.${each.command}`)),
  )
  expect([...new Set(known)].sort()).toEqual(Object.keys(commands).sort())
})

test.each([...PROCEDURES.values()].map((procedure) => [procedure.id, procedure] as const))(
  '%s: each role may make exactly the moves of its lines, in its own area only',
  async (_id, procedure) => {
    for (const [step, each] of procedure.steps.flatMap((one) => one.moves.map((made) => [one, made] as const))) {
      const allowed = await rolesOf(procedure, step, each)
      const lines = (commands[`${step.id}.${each.command}`] ?? []).filter((role) => each.by.includes(role))
      expect(allowed, `${procedure.id} ${step.id}.${each.command}`).toEqual([...lines].sort())
    }
  },
)

test.each([...PROCEDURES.values()].map((procedure) => [procedure.id, procedure] as const))(
  '%s: a step in a state from which a move is not made refuses it with its clause, and so does a case that has ended',
  async (_id, procedure) => {
    const states: readonly StepState[] = ['waiting', 'open', 'posted', 'paused', 'done', 'idle']
    for (const [step, each] of procedure.steps.flatMap((one) => one.moves.map((made) => [one, made] as const))) {
      const role = (commands[`${step.id}.${each.command}`] ?? []).find((one) => each.by.includes(one))
      if (role === undefined) throw new Error(`nobody makes ${step.id}.${each.command}`)
      const tell = async () => {
        const body = { step: step.id, command: each.command, version: 0, reason: '因为测试' }
        try {
          await runAction(runtime, move, { actor: actorOf(role, village), input: { params: { caseNo: procedure.id }, body } })
          return 'made'
        } catch (error) {
          if (!isProblem(error)) throw error
          return `${error.code} ${error.message}`
        }
      }
      const same = step.moves.filter((one) => one.command === each.command)
      for (const state of states.filter((one) => !same.some(({ from }) => from.includes(one)))) {
        await put(procedure, step, state)
        const told = await tell()
        expect(told, `${procedure.id} ${step.id}.${each.command} from ${state}`).toMatch(/^casework\.not_now /)
        expect(told).toContain(`（依据：${same[0]?.clause}）`)
      }
      await put(procedure, step, each.from[0] ?? 'open')
      await ended(procedure, 'withdrawn')
      const told = await tell()
      await ended(procedure, null)
      expect(told).toMatch(/^casework\.ended .*（依据：.+）$/)
    }
  },
)

async function ended(procedure: Procedure, result: string | null): Promise<void> {
  const at = result === null ? null : '2026-06-22T01:00:00Z'
  await db.ownerPool.pool.query('update casefile set result = $2, ended_at = $3 where case_no = $1', [procedure.id, result, at])
}

/** Takes a made move back, as the owner may for a test: the next role finds the case as the one before did. */
async function undo(procedure: Procedure, step: Step, { from }: Move): Promise<void> {
  const { pool } = db.ownerPool
  await pool.query('alter table case_move disable trigger case_move_refuse')
  await pool.query('delete from case_move where case_no = $1', [procedure.id])
  await pool.query('alter table case_move enable trigger case_move_refuse')
  await pool.query('update casefile set version = 0, result = null, ended_at = null where case_no = $1', [procedure.id])
  await put(procedure, step, from[0] ?? 'open')
}

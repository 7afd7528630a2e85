/** For tests: cases that have reached the notice of a village, and what officers do with notices and objections, as calls of the routes. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock, today } from '#platform/clock'
import type { Tx } from '#platform/db'
import { silentLog } from '#platform/log'
import { loadPack, packHash } from '#policy'
import { folderSource, importPackage } from '#registry'
import { type Runtime, runAction } from '#runner'
import { readDayAction } from '../src/casework/cases/actions/day.ts'
import { openCaseAction } from '../src/casework/cases/actions/open-case.ts'
import { noticeActions } from '../src/casework/notice/actions/all.ts'
import { type Closing, closeNotices } from '../src/casework/notice/jobs/close.ts'
import { moveCaseAction } from '../src/casework/procedure/actions/move-case.ts'
import { dibao2021 } from '../src/casework/procedure/rules/styles/dibao-2021.ts'
import { insertCases, insertMove, setCase } from '../src/casework/procedure/store/cases.ts'
import type { TestDb } from './db.ts'
import { handIn } from './handed-files.ts'
import { plantedCase } from './planted-case.ts'

export const sampleDistrict = join(import.meta.dirname, 'fixtures/sample-district')
export const village = '629901001001'
const township = '629901001000'
export const telephone = '0937-1234567'
export const DAY = 86_400_000

function officer(role: string, userId: string, divisionCode = township): Actor {
  return { userId, account: userId, name: `${userId}（测试）`, role, divisionCode, unitCode: null }
}
/** Opens and handles every case of these tests; the others did not. */
export const clerk = officer('township_clerk', 'clerk')
export const otherClerk = officer('township_clerk', 'clerk2')
export const leader = officer('township_leader', 'leader2')
export const assistant = officer('village_assistant', 'assistant', village)
export const approver = officer('district_approver', 'approver', '629901000000')
export const inspector = officer('inspector', 'inspector', '629901000000')

const signers: Readonly<Record<string, string>> = { leader: 'township_leader', head: 'township_head' }
const procedure = dibao2021('dibao-2021', '低保（2021 年办法，区级审核确认）', 'district')

/** Makes moves without their forms, as the steps before the notice would: each rank by a person of its own. */
export async function walk(tx: Tx, caseNo: string, moves: string): Promise<void> {
  let { version } = await tx.one<{ version: number }>('select version from casefile where case_no = $1', [caseNo])
  for (const name of moves.split(' ')) {
    const [step = '', command = ''] = name.split('.')
    const by = { byUser: step in signers ? step : 'clerk', byRole: signers[step] ?? 'township_clerk' }
    version += 1
    const more = { reopened: null, reason: null, dues: {}, detail: {}, at: '2026-09-20T01:00:00Z' }
    await insertMove(tx, { caseNo, seq: version, step, command, ...by, ...more })
  }
}

/** The message an attempt is refused with; 'done' when it succeeds. */
export function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: Error) => error.message,
  )
}

export interface Published {
  noticeNo: string
  period: { fromOn: string; toOn: string; days: number }
  totals: { households: number; persons: number; amount: number | null }
}

export class NoticeOffice {
  readonly db: TestDb
  readonly dir = mkdtempSync(join(tmpdir(), 'yingbao-notices-'))
  readonly clock = fixedClock('2026-09-21T02:00:00.000Z')
  readonly runtime: Runtime
  readonly #actions: ReadonlyMap<string, Action>
  #cases = 0

  constructor(db: TestDb) {
    this.db = db
    const blobs = openBlobs(this.dir, db.keys)
    this.runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock: this.clock, log: silentLog, blobs }
    const actions = [...noticeActions({ packId: 'reference' }), openCaseAction, moveCaseAction, readDayAction]
    this.#actions = new Map(actions.map((action) => [action.name, action]))
  }

  /** Imports the sample district, stores a photo, makes the officers' accounts. */
  async prepare(): Promise<void> {
    const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
    const when = { asOf: '2026-09-30', now: () => '2026-09-20T00:00:00.000Z' }
    const options = { ...when, limits, actor: 'system:test', newId: randomUUID }
    await importPackage(this.db.pool, this.db.keys, await folderSource(sampleDistrict), options)
    for (const { userId, name, role, divisionCode } of [clerk, otherClerk, leader, assistant, approver]) {
      await this.db.ownerPool.pool.query(
        `insert into app_user (user_id, login, display_name, role, division_code, password_hash) values ($1, $1, $2, $3, $4, 'x')`,
        [userId, name, role, divisionCode],
      )
    }
  }

  async call<O>(actor: Actor, name: string, parts: { params?: object; query?: object; body?: object } = {}): Promise<O> {
    const action = this.#actions.get(`casework.${name}`)
    if (action === undefined) throw new Error(`no action ${name}`)
    return (await runAction(this.runtime, action, { actor, input: parts })) as O
  }

  /** A case that has reached the notice of its village, with figures that agree unless told otherwise. */
  async reached(change: { name?: string; householdNo?: string; amount?: number } = {}): Promise<string> {
    this.#cases += 1
    const caseNo = `AJ-T-${String(this.#cases).padStart(4, '0')}`
    const name = change.name ?? `王${[...'秀桂春夏秋冬'][this.#cases % 6]}英`
    await this.db.as(undefined, async (tx) => {
      const hash = packHash(loadPack('reference'), '2026-09-01')
      const law = { pack_hash: hash, pack_on: '2026-09-01', opened_at: '2026-09-01T01:00:00Z' }
      const about = { household_no: change.householdNo ?? `H-${caseNo}`, division_code: village, applicant_name: name }
      await insertCases(tx, [plantedCase(caseNo, procedure, { ...about, ...law })])
      await setCase(tx, caseNo, { base: 40_000, top_up: 5_000, amount: change.amount ?? 45_000, covered: 2, tier: '二类' })
      const before = 'intake.accept verification.conclude visit.complete sheet.assess opinion.agree leader.agree head.agree'
      await walk(tx, caseNo, before)
    })
    return caseNo
  }

  async versionOf(caseNo: string): Promise<number> {
    const read = (tx: Tx) => tx.one<{ version: number }>('select version from casefile where case_no = $1', [caseNo])
    return (await this.db.as(undefined, read)).version
  }

  stepOf(caseNo: string, step = 'notice_village'): Promise<{ state: string; due_on: string | null }> {
    return this.db.as(undefined, (tx) =>
      tx.one('select state, due_on from case_step where case_no = $1 and step = $2', [caseNo, step]),
    )
  }

  async publish(caseNos: readonly string[], more: object = {}): Promise<Published> {
    const cases = await Promise.all(caseNos.map(async (caseNo) => ({ caseNo, version: await this.versionOf(caseNo) })))
    const body = { level: 'village', division: village, cases, telephone, fromMonth: '2026-10', ...more }
    return this.call<Published>(clerk, 'publish-notice', { body })
  }

  async prove(noticeNo: string, postedOn = today(this.clock), more: object = {}): Promise<{ cases: number; toOn: string }> {
    const { sha256 } = await handIn(this.runtime, assistant)
    const body = { postedOn, place: '村委会公示栏', sha256, ...more }
    return this.call(assistant, 'prove-notice', { params: { noticeNo }, body })
  }

  object(noticeNo: string, caseNo: string, more: object = {}): Promise<{ objectionNo: string; dueOn: string; followed: string }> {
    const statement = { named: true, from: '李检举', contact: '13800001111', text: '他家有一辆小轿车', ...more }
    return this.call(clerk, 'register-objection', { params: { noticeNo }, body: { caseNo, statement } })
  }

  answer(objectionNo: string, body: object, actor = otherClerk): Promise<{ followed: string }> {
    const order = { params: { objectionNo }, body: { answer: '经核实，车辆已于去年报废。', ...body } }
    return this.call(actor, 'answer-objection', order)
  }

  /** What the job does of a morning. */
  closeOver(): Promise<Closing> {
    return closeNotices({ ...this.runtime, today: today(this.clock), signal: new AbortController().signal, isLastTry: true })
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}

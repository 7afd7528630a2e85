import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '#platform/config'
import { emit } from '#platform/events'
import { units } from '#sources/contract'
import { testDb } from '#testkit/db'
import { person, VerifiedDistrict } from '#testkit/verified-district'
import type { ChangeTask } from '../contract/index.ts'
import { keepAllWatched } from '../server.ts'

const PATIENCE_MS = 60_000
/** So long nothing has come is nothing: the gateway looks every second. */
const QUIET_MS = 3500

/** The police's gateway as a process that can be killed. */
class Police {
  readonly #file: string
  #child: ChildProcess | undefined
  #said = ''

  constructor(file: string) {
    this.#file = file
  }

  start(): void {
    this.#said = ''
    const args = [
      '--disable-warning=ExperimentalWarning',
      join(packageRoot, 'apps/cli/main.ts'),
      'gateway',
      '--config',
      this.#file,
    ]
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#said += text.toString('utf8')
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  said(text: string): Promise<void> {
    return until(async () => this.#said.includes(text), `the gateway to say ${text}; it said ${this.#said}`)
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await pause(50)
  }
}

interface Member {
  person_no: string
  household_no: string
  division_code: string
  name: string
  idNumber: string
}

let district: VerifiedDistrict
let police: Police
let data = ''
let members: Member[] = []
const clerk = person('township_clerk')

/** Members the police watch, each of another household. */
async function loadMembers(): Promise<Member[]> {
  const rows = await district.db.as(undefined, (tx) =>
    tx.query<Omit<Member, 'idNumber'> & { sealed: Buffer }>(
      `select distinct on (p.household_no) p.person_no, p.household_no, p.division_code, p.name, p.sealed
         from exchange_subscription s join person p on p.person_no = s.subject_no
        where s.unit = 'police' and s.ended_at is null and s.asked & 2 <> 0 order by p.household_no, p.person_no`,
    ),
  )
  const dead = readFileSync(join(data, 'deaths.csv'), 'utf8')
  return rows
    .map(({ sealed, ...row }) => ({ ...row, idNumber: JSON.parse(district.keys.openText(sealed)).id_number as string }))
    .filter(({ idNumber }) => !dead.includes(idNumber))
}

/** The member the nth time somebody is needed. */
function member(nth: number): Member {
  const found = members[nth]
  if (found === undefined) throw new Error('the fixture has too few members')
  return found
}

let deaths = 0
function dies({ idNumber, name }: Member): void {
  deaths += 1
  const file = join(data, 'deaths.csv')
  const [header = ''] = readFileSync(file, 'utf8').split('\n')
  const row: Record<string, string> = {
    ...{ source_record_id: `SWTEST${deaths}`, as_of_date: '2026-09-20', id_number: idNumber, name, death_date: '2026-09-18' },
  }
  appendFileSync(
    file,
    `${header
      .split(',')
      .map((column) => row[column.replace(/[^a-z_]/g, '')] ?? '')
      .join(',')}\n`,
  )
}

async function tasks(): Promise<ChangeTask[]> {
  await district.news()
  const { rows } = await district.call<{ rows: ChangeTask[] }>(clerk, 'casework.list-change-tasks', { query: { limit: 200 } })
  return rows
}

const tasksOf = async ({ household_no: no }: Member): Promise<ChangeTask[]> =>
  (await tasks()).filter((task) => task.householdNo === no)

async function openCase({ household_no: no, division_code: place, name }: Member): Promise<void> {
  await district.db.as(undefined, (tx) =>
    tx.execute(
      `insert into casefile (case_no, household_no, division_code, scheme, programme, origin, procedure_id, procedure_version, pack_id,
         pack_hash, pack_on, applicant_name, initials, assigned_to, opened_at, opened_by)
       select 'AJ1', $1, $2, 'dibao', 'rural', 'application', procedure_id, version, 'reference', '', '2026-09-01', $3, '', 'u1', now(), 'u1'
         from procedure_version order by 1 limit 1`,
      [no, place, name],
    ),
  )
}

beforeAll(async () => {
  district = new VerifiedDistrict(await testDb(), 20)
  await district.prepare({ households: 60, offLine: units.map(({ name }) => name) })
  await district.start('测试批次')
  data = join(district.dir, 'package/sources/police')
  const file = district.offLine.get('police')?.file ?? ''
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), watchSeconds: 1 }))
  police = new Police(file)
  const { runtime } = district
  const signal = new AbortController().signal
  const today = '2026-09-30'
  expect(await keepAllWatched({ ...runtime, today, signal })).toBeGreaterThan(100)
  expect(await keepAllWatched({ ...runtime, today, signal })).toBe(0)
  members = await loadMembers()
  await openCase(member(0))
  police.start()
  await police.said('首次查看')
}, 120_000)
afterAll(async () => {
  await police.kill()
  await district.close()
})

test('whom units watch: members alone, nothing that no paper covers, with an end, and no name in any table', async () => {
  const rows = await district.db.as(undefined, (tx) =>
    tx.query<{ wrong: number; endless: number; supporters: number; n: number }>(
      `select count(*)::int as n, count(*) filter (where asked & ~authorised_mask(subject_no, born_on, checked_on, guardian_age) <> 0)::int as wrong,
              count(*) filter (where until > checked_on + 366)::int as endless,
              count(*) filter (where subject_no in (select supporter_no from supporter))::int as supporters from exchange_subscription`,
    ),
  )
  expect(rows).toMatchObject([{ wrong: 0, endless: 0, supporters: 0 }])
  const told = await district.db.as(undefined, (tx) =>
    tx.query(`select payload from outbox_event where name = 'casework.case-running'`),
  )
  expect(told).toEqual([{ payload: { householdNos: [member(0).household_no] } }])
  await expect(
    district.db.as(undefined, (tx) =>
      tx.execute(
        `insert into exchange_subscription (unit, subject_no, household_no, born_on, guardian_age, asked, papers, until, checked_on, made_at)
         values ('police', 'nobody', 'H', '1980-01-01', 18, 2, '{}', '2027-01-01', '2026-09-30', now())`,
      ),
    ),
  ).rejects.toThrow('订阅未经授权')
})

test('a death of a member with a running case is one task within seconds, whatever is repeated or killed', async () => {
  const first = member(0)
  dies(first)
  await until(async () => (await tasksOf(first)).length > 0, 'a task')
  const [task] = await tasksOf(first)
  expect(task).toMatchObject({ caseNo: 'AJ1', subjectName: first.name, title: '变动提示：死亡登记（公安）新增', covered: true })
  expect(task?.facts).toEqual([{ label: '死亡日期', value: '2026-09-18' }])
  const { note } = await district.call<{ note: string }>(clerk, 'casework.list-change-tasks')
  expect(note).toContain('不是决定')
  const journal = await district.db.as(undefined, (tx) =>
    tx.query<{ action: string; purpose: string; detail: object }>(
      `select action, purpose, detail from journal where subjects && array[$1::bytea] and action = 'verification.take-change'`,
      [district.keys.blindIndex('id', first.idNumber)],
    ),
  )
  expect(journal).toMatchObject([{ purpose: '最低生活保障对象动态管理', detail: { unitName: '公安', record: 'police/deaths' } }])

  const now = new Date()
  utimesSync(join(data, 'deaths.csv'), now, now)
  await district.rig.stopServer()
  const second = member(1)
  dies(second)
  await police.said('1 条变动提示已登记')
  await police.kill()
  police.start()
  await district.rig.startServer()
  await until(async () => (await tasksOf(second)).length > 0, 'the task of a killed gateway')
  await police.kill()
  police.start()
  await pause(QUIET_MS)
  expect([(await tasksOf(first)).length, (await tasksOf(second)).length, (await tasks()).length]).toEqual([1, 1, 2])
}, 120_000)

test('a source that fails tells nothing; a withdrawn authorisation ends it, at the centre with the withdrawal itself', async () => {
  const before = (await tasks()).length
  const file = join(data, 'deaths.csv')
  renameSync(file, `${file}.away`)
  await pause(QUIET_MS)
  renameSync(`${file}.away`, file)
  const third = member(2)
  const covered = await district.db.as(undefined, async (tx) => {
    await tx.execute(`update authorisation set withdrawn_on = '2026-09-30' where subject_no = $1`, [third.person_no])
    const papers = await tx.query<{ authorisationNo: string }>(
      `select authorisation_no as "authorisationNo" from authorisation where subject_no = $1`,
      [third.person_no],
    )
    const withdrawals = papers.map((paper) => ({ ...paper, withdrawnOn: '2026-09-30' }))
    await emit(tx, 'registry.authorisation-withdrawn', { withdrawals })
    return tx.query<{ asked: number }>(
      `select asked from exchange_subscription where subject_no = $1 and unit = 'police' and asked & 2 <> 0`,
      [third.person_no],
    )
  })
  expect(covered).toEqual([])
  await district.news()
  await until(
    async () =>
      (
        await district.db.as(undefined, (tx) =>
          tx.query(
            `select from exchange_message where unit = 'police' and direction = 'out' and type = 'subscription' and delivered_at is null`,
          ),
        )
      ).length === 0,
    'the end to be told',
  )
  dies(third)
  await pause(QUIET_MS)
  expect((await tasks()).length).toBe(before)
}, 120_000)

test('a person settles a hint; it stands with its outcome and no aid has changed', async () => {
  const [task] = await tasksOf(member(1))
  const params = { hintNo: task?.hintNo ?? 0 }
  const body = { outcome: 'no_effect', note: '经核实为同名登记错误' }
  await expect(district.call(person('village_assistant'), 'casework.settle-change-task', { params, body })).rejects.toThrow()
  await district.call(clerk, 'casework.settle-change-task', { params, body })
  await expect(district.call(clerk, 'casework.settle-change-task', { params, body })).rejects.toThrow('已由他人处理')
  expect(await tasksOf(member(1))).toEqual([])
  const { rows } = await district.call<{ rows: ChangeTask[] }>(clerk, 'casework.list-change-tasks', {
    query: { state: 'settled' },
  })
  expect(rows).toMatchObject([{ hintNo: params.hintNo, outcome: 'no_effect', note: body.note, settledBy: clerk.name }])
  const journal = await district.db.as(undefined, (tx) =>
    tx.query(`select chain, detail from journal where subjects && array[$1::bytea] and action = 'casework.settle-change-task'`, [
      district.keys.blindIndex('id', member(1).idNumber),
    ]),
  )
  const { household_no: householdNo } = member(1)
  expect(journal).toEqual([{ chain: `household:${householdNo}`, detail: { hintNo: params.hintNo, outcome: 'no_effect' } }])
})

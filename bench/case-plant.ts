/**
 * Fills a database with households and cases in every state of their procedure, quickly: each state is one exemplar that the wall let
 * through move by move; all others are copies of exemplars, shifted in time and put to their household, with triggers at rest.
 */
import { giveGoLive } from '#benefits/server'
import { makeDemoUsers } from '#identity'
import { addDays } from '#kernel/dates'
import { checkCharacter } from '#kernel/id-number'
import { nowIso } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { type CopyValue, type Db, openDb, type Tx, wholeScope, withTransaction } from '#platform/db'
import type { DatabaseUrls } from '#platform/logins'
import { loadPack, packAt, packSnapshot, savePackSnapshot } from '#policy'
import { nameIndex } from '#registry'
import { randomSource } from './assess-households.ts'
import { AMOUNT, EXEMPLARS, type Exemplar, MOVERS, RECORDS } from './case-exemplars.ts'
import { plantPapers } from './case-plant-papers.ts'

/** Area codes of the planted district; its first township has a quarter of all households. */
export const places = { district: '629901000000', township: '629901001000', village: '629901001001', unitCode: 'police' }
const TOWNSHIPS = 12
const VILLAGES = 15
const seed = 20_261
const procedure = 'dibao-2012'

export interface CasePlan {
  /** connection string of the owner */
  readonly urls: Pick<DatabaseUrls, 'owner' | 'worker'>
  readonly keys: Keys
  readonly households: number
  /** the day the lists are looked at */
  readonly today: string
}

const three = (n: number): string => String(n).padStart(3, '0')
const townshipCode = (t: number): string => `629901${three(t + 1)}000`
const villageCode = (t: number, v: number): string => `629901${three(t + 1)}${three(v + 1)}`

async function plantDivisions(tx: Tx, keys: Keys): Promise<void> {
  const row = (code: string, name: string, level: string, kind: string, parent: string | null): CopyValue[] => [
    code,
    name,
    level,
    kind,
    parent,
    nameIndex(name).initials,
    keys.blindIndex('content', code),
  ]
  const rows = [row(places.district, '虚构区', 'district', 'district', null)]
  for (let t = 0; t < TOWNSHIPS; t++) {
    rows.push(row(townshipCode(t), `虚构${t + 1}镇`, 'township', 'township', places.district))
    for (let v = 0; v < VILLAGES; v++) {
      rows.push(row(villageCode(t, v), `虚构${t + 1}镇${v + 1}村`, 'village', 'village', townshipCode(t)))
    }
  }
  await tx.copyIn('copy division (code, name, level, kind, parent_code, initials, content) from stdin', rows)
}

/** One household with its case, as the copies are made from it. */
interface Planted {
  n: number
  householdNo: string
  caseNo: string
  exemplar: string
  divisionCode: string
  programme: 'urban' | 'rural'
  name: string
  members: number
  /** days by which the exemplar's days are moved */
  shift: number
  assignedTo: string | null
}

const surnames = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '赵',
  '黄',
  '周',
  '吴',
  '徐',
  '孙',
  '胡',
  '朱',
  '高',
  '林',
  '何',
  '郭',
  '马',
  '罗',
]
const given = [
  '秀英',
  '桂兰',
  '建国',
  '志强',
  '玉梅',
  '海燕',
  '春生',
  '文',
  '敏',
  '德福',
  '金凤',
  '小龙',
  '永发',
  '菊香',
  '国庆',
  '平',
]

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T
}

/** Exemplars in the order of a wheel: each as often as it weighs. */
const wheel: readonly Exemplar[] = EXEMPLARS.flatMap((each) => Array.from({ length: each.weight }, () => each))

/** Most are in time, some are due today, some are late. */
function shiftOf({ due }: Exemplar, random: () => number): number {
  const chance = random()
  const [, days] = due ?? ['', 4]
  if (chance < 0.05) return -days - 1 - Math.floor(random() * 20)
  if (chance < 0.1) return -days
  return Math.floor(random() * 12) - Math.min(3, days)
}

function* plantedRows(households: number): Generator<Planted> {
  const random = randomSource(seed)
  for (let n = 0; n < households; n++) {
    const township = n % 4 === 0 ? 0 : 1 + Math.floor(random() * (TOWNSHIPS - 1))
    const exemplar = pick(wheel, random)
    const number = String(n + 1).padStart(7, '0')
    const chance = random()
    yield {
      n,
      householdNo: `H${number}`,
      caseNo: `AJ2026${number}`,
      exemplar: exemplar.id,
      divisionCode: villageCode(township, Math.floor(random() * VILLAGES)),
      programme: township < 3 ? 'urban' : 'rural',
      name: `${pick(surnames, random)}${pick(given, random)}`,
      members: 1 + Math.floor(random() * 3),
      shift: shiftOf(exemplar, random),
      assignedTo: chance < 0.02 ? 'demo-township' : chance < 0.03 ? 'demo-approver' : null,
    }
  }
}

function idNumberOf(n: number, person: number): string {
  const year = 1940 + ((n * 7 + person * 31) % 75)
  const digits = `629901${year}0${1 + (n % 9)}1${n % 10}${three((n * 3 + person) % 1000)}`
  return `${digits}${checkCharacter(digits)}`
}

function* householdRows(keys: Keys, rows: Iterable<Planted>): Generator<CopyValue[]> {
  const nothing = keys.seal(JSON.stringify({}))
  for (const { householdNo, divisionCode, programme, name, members } of rows) {
    const content = keys.blindIndex('content', householdNo)
    yield [householdNo, programme, 'applicant', divisionCode, '2026-03-01', '虚构农商行', nothing, content, name, members]
  }
}

function* personRows(keys: Keys, rows: Iterable<Planted>): Generator<CopyValue[]> {
  for (const { n, householdNo, divisionCode, name, members } of rows) {
    for (let person = 0; person < members; person++) {
      const idNumber = idNumberOf(n, person)
      const called = person === 0 ? name : `${name.slice(0, 1)}${given[(n + person) % given.length]}`
      const index = nameIndex(called)
      const no = `${householdNo}-${person + 1}`
      const sealed = keys.seal(JSON.stringify({ id_number: idNumber, health: null, top_ups: null, phone: null }))
      const birth = `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`
      const relation = person === 0 ? 'head' : 'child'
      const number = keys.blindIndex('id', idNumber)
      const words = [index.pinyin, index.initials, index.chars] as const
      yield [no, householdNo, divisionCode, called, 'female', birth, relation, 'yes', sealed, number, number, n + 1, ...words]
    }
  }
}

async function plantRegistry(worker: Db, { keys, households }: CasePlan): Promise<void> {
  await withTransaction(worker, wholeScope('system:bench'), async (tx) => {
    await plantDivisions(tx, keys)
    await tx.copyIn(
      `copy household (household_no, programme, kind, division_code, applied_on, bank_name, sealed, content, head_name, persons_count)
       from stdin`,
      householdRows(keys, plantedRows(households)),
    )
    await tx.copyIn(
      `copy person (person_no, household_no, division_code, name, gender, birth_date, relation, counted, sealed, id_number_index, content,
         file_row, pinyin, initials, name_chars) from stdin`,
      personRows(keys, plantedRows(households)),
    )
  })
}

/** A move of an exemplar two days after the one before it, the last one some days ago. */
function dayOf(exemplar: Exemplar, move: number, today: string): string {
  return addDays(today, -12 - 2 * (exemplar.moves.length - 1 - move))
}

async function plantMove(tx: Tx, keys: Keys, today: string, exemplar: Exemplar, at: number): Promise<void> {
  const [name = '', role = '', reopen] = exemplar.moves[at] ?? []
  const [step = '', command = ''] = name.split('.')
  const day = dayOf(exemplar, at, today)
  const instant = `${day}T02:00:00Z`
  const record = RECORDS[name]
  if (record !== undefined) {
    await tx.execute(
      `insert into case_record (record_id, case_no, division_code, step, kind, case_version, sealed, by_user, at)
       values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8)`,
      [exemplar.id, places.village, step, record.kind, at, keys.seal(JSON.stringify(record.body)), MOVERS[role], instant],
    )
  }
  const last = at === exemplar.moves.length - 1
  const dues = {
    ...(name === 'intake.accept' ? { total: addDays(day, 60) } : {}),
    ...(last && exemplar.due !== null ? { [exemplar.due[0]]: addDays(today, exemplar.due[1]) } : {}),
  }
  await tx.execute(
    `insert into case_move (case_no, seq, division_code, step, command, from_state, reopened, by_user, by_role, reason, dues, at)
     values ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, $10, $11)`,
    [
      exemplar.id,
      at + 1,
      places.village,
      step,
      command,
      reopen ?? null,
      MOVERS[role],
      role,
      keys.seal('情况说明'),
      JSON.stringify(dues),
      instant,
    ],
  )
}

/** The exemplars, each let through by the wall. */
async function plantExemplars(tx: Tx, { keys, today }: CasePlan): Promise<void> {
  const law = packAt(loadPack('reference'), today)
  await savePackSnapshot(tx, law.hash, packSnapshot(law))
  for (const exemplar of EXEMPLARS) {
    const opened = addDays(dayOf(exemplar, 0, today), -3)
    const assessed = exemplar.moves.some(([name]) => name === 'sheet.assess')
    await tx.execute(
      `insert into casefile (case_no, division_code, scheme, programme, origin, procedure_id, procedure_version, pack_id, pack_hash, pack_on,
         applicant_name, initials, members, related, base, top_up, amount, covered, opened_at, opened_by)
       select $1, $2, 'dibao', 'rural', 'application', v.procedure_id, v.version, $4, $5, $6, '', '', 1, $7, $8, $9, $10, $11, $12, $13
       from procedure_version v where v.procedure_id = $3`,
      [
        exemplar.id,
        places.village,
        procedure,
        law.id,
        law.hash,
        law.on,
        exemplar.related === true,
        ...(assessed ? [AMOUNT.base, AMOUNT.topUp, AMOUNT.total, 3] : [null, null, null, null]),
        `${opened}T01:00:00Z`,
        MOVERS.township_clerk,
      ],
    )
    for (const at of exemplar.moves.keys()) await plantMove(tx, keys, today, exemplar, at)
  }
}

const copies = [
  `insert into casefile (case_no, household_no, division_code, scheme, programme, origin, procedure_id, procedure_version, pack_id, pack_hash,
     pack_on, applicant_name, initials, members, related, base, top_up, amount, covered, assigned_to, version, result, opened_at, opened_by,
     accepted_on, total_due_on, ended_at)
   select p.case_no, p.household_no, p.division_code, e.scheme, p.programme, e.origin, e.procedure_id, e.procedure_version, e.pack_id, e.pack_hash,
     e.pack_on, p.name, p.initials, p.members, e.related, e.base, e.top_up, e.amount, e.covered,
     case when e.result is null then p.assigned_to end, e.version, e.result,
     e.opened_at + p.shift * interval '1 day' + p.n * interval '1 millisecond', e.opened_by,
     e.accepted_on + p.shift, e.total_due_on + p.shift, e.ended_at + p.shift * interval '1 day'
   from planted p join casefile e on e.case_no = p.exemplar order by p.n`,
  `insert into case_step (case_no, step, division_code, state, since, due_on, stopped_on, desk, returned, assigned_to)
   select p.case_no, s.step, p.division_code, s.state, s.since + p.shift * interval '1 day', s.due_on + p.shift, s.stopped_on + p.shift, s.desk,
     s.returned, case when s.desk is not null then p.assigned_to end
   from planted p join case_step s on s.case_no = p.exemplar order by p.n`,
  `insert into case_move (case_no, seq, division_code, step, command, from_state, reopened, by_user, by_role, reason, dues, detail, at)
   select p.case_no, m.seq, p.division_code, m.step, m.command, m.from_state, m.reopened, m.by_user, m.by_role, m.reason,
     coalesce((select jsonb_object_agg(d.key, (d.value::date + p.shift)::text) from jsonb_each_text(m.dues) d), '{}'), m.detail,
     m.at + p.shift * interval '1 day'
   from planted p join case_move m on m.case_no = p.exemplar order by p.n, m.seq`,
  `insert into case_record (record_id, case_no, division_code, step, kind, case_version, sealed, by_user, at)
   select gen_random_uuid(), p.case_no, p.division_code, r.step, r.kind, r.case_version, r.sealed, r.by_user, r.at + p.shift * interval '1 day'
   from planted p join case_record r on r.case_no = p.exemplar order by p.n`,
]

async function plantCopies(tx: Tx, { keys, households, today }: CasePlan): Promise<void> {
  await tx.execute(`create temporary table planted (n int, case_no text collate "C", household_no text collate "C", exemplar text collate "C",
    division_code text collate "C", programme text, name text, initials text, members int, shift int, assigned_to text) on commit drop`)
  const lines = function* (): Generator<CopyValue[]> {
    for (const row of plantedRows(households)) {
      const { n, caseNo, householdNo, exemplar, divisionCode, programme, name, members, shift, assignedTo } = row
      yield [
        n,
        caseNo,
        householdNo,
        exemplar,
        divisionCode,
        programme,
        name,
        nameIndex(name).initials,
        members,
        shift,
        assignedTo,
      ]
    }
  }
  await tx.copyIn('copy planted from stdin', lines())
  await tx.execute('analyze planted')
  await tx.execute(`set local session_replication_role = replica`)
  for (const copy of copies) await tx.execute(copy)
  await plantPapers(tx, keys, today)
  for (const table of ['case_record', 'case_move', 'case_step', 'casefile']) {
    await tx.execute(`delete from ${table} where case_no = any ($1)`, [EXEMPLARS.map(({ id }) => id)])
  }
}

/** Plants households, persons and cases; gives the demo users with their passwords. The owner must be a superuser: triggers rest meanwhile. */
export async function plantCases(plan: CasePlan): Promise<Awaited<ReturnType<typeof makeDemoUsers>>> {
  const [owner, worker] = [openDb({ url: plan.urls.owner }), openDb({ url: plan.urls.worker })]
  try {
    const users = await makeDemoUsers(owner, places)
    await plantRegistry(worker, plan)
    await withTransaction(owner, wholeScope('system:bench'), async (tx) => {
      await plantExemplars(tx, plan)
      await plantCopies(tx, plan)
      const month = plan.today.slice(0, 7)
      const by = { proposedBy: MOVERS.payment_officer ?? '', decidedBy: MOVERS.district_approver ?? '' }
      await giveGoLive(tx, plan.keys, { divisionCode: places.district, month, ...by, at: nowIso() })
    })
    await owner.pool.query('vacuum (analyze)')
    return users
  } finally {
    await Promise.all([owner.close(), worker.close()])
  }
}

/** The day it is for an installation's lists. */
export const plantedToday = (): string => nowIso().slice(0, 10)

/**
 * For tests: a district with rows in every list, in any size. One kind is planted with cases in every state and what stands beside them; the
 * other is generated, imported and verified by real gateways.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { excelStream } from '#documents'
import { openSessions } from '#identity'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import type { Finding, HouseholdView, Objection } from '#verification/contract'
import { actionsOf } from '../apps/server/actions.ts'
import { places, plantCases } from '../bench/case-plant.ts'
import { cardOf } from './case-application.ts'
import { type TestDb, testDb } from './db.ts'
import { dotPng, handIn } from './handed-files.ts'
import { person, verifiedDistrict } from './verified-district.ts'

const day = '2026-06-22'

export interface GrownDistrict {
  readonly db: TestDb
  readonly runtime: Runtime
  readonly actions: ReadonlyMap<string, Action>
  /** its 12-digit code, and that of a township and a village of it */
  readonly places: { readonly district: string; readonly township: string; readonly village: string }
  /** names of what its routes are asked for */
  readonly ids: Record<string, string>
  /** cookie of somebody who is signed in */
  readonly token?: string
  close(): Promise<void>
}

export type CallParts = { params?: object; query?: object; body?: object; upload?: object }

/** Calls an action of a grown district as HTTP would. */
export async function callIn<O>(grown: GrownDistrict, actor: Actor, name: string, parts: CallParts = {}): Promise<O> {
  const action = grown.actions.get(name)
  if (action === undefined) throw new Error(`no action ${name}`)
  const input = { params: {}, query: {}, body: undefined, ...parts }
  const session = { token: grown.token, set: () => undefined, address: '' }
  return (await runAction(grown.runtime, action, { actor, input, session })) as O
}

async function run(grown: GrownDistrict, ...texts: string[]): Promise<void> {
  for (const text of texts) await grown.db.ownerPool.pool.query(text)
}

/** The first value of the first row. */
async function firstOf(grown: GrownDistrict, text: string): Promise<string> {
  const { rows } = await grown.db.ownerPool.pool.query(text)
  const [first] = Object.values((rows[0] ?? {}) as Record<string, string>)
  if (first === undefined) throw new Error(`nothing is there: ${text}`)
  return first
}

async function storedPicture({ runtime }: GrownDistrict): Promise<string> {
  return (await runtime.blobs.store(Readable.from([dotPng]), 10_000)).sha256
}

/** A row with other keys, n times: `keys` are pairs of column and expression over i. */
function copiesOf(table: string, keys: string, n: number, where = 'true'): string {
  return `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object(${keys}))).*
    from ${table} t, generate_series(1, ${n}) i where t.ctid = (select ctid from ${table} where ${where} limit 1)`
}

/** Users with wishes for another role, areas of duty, views, exports, handed-in tables, old names of places: n of each. */
async function growOffice(grown: GrownDistrict, n: number, picture: string): Promise<void> {
  const { district, township, village } = grown.places
  const owner = 'demo-approver'
  await run(
    grown,
    copiesOf('app_user', `'user_id', 'grown-' || i, 'login', 'grown-' || i`, n, `user_id = 'demo-township'`),
    `insert into role_change (change_id, user_id, role, division_code, reason, requested_by, requested_at)
     select gen_random_uuid(), 'grown-' || i, 'township_leader', '${township}', '工作调动', 'demo-admin', now() from generate_series(1, ${n}) i`,
    `insert into duty_area (duty_id, user_id, user_name, village_code, valid_from, assigned_by, assigned_at)
     select gen_random_uuid(), 'grown-' || i, '某人', (${village} + i % 15)::text, '2026-01-01', 'demo-admin', now() from generate_series(1, ${n}) i`,
    `insert into division_change (code, changed_on, name, level, kind, parent_code)
     select (${village} + i % 15)::text, date '2020-01-01' + i, '旧村名', 'village', 'village', '${township}' from generate_series(1, ${n}) i`,
    `insert into saved_view (view_id, owner, division_code, page, name, search, shared, saved_at)
     select gen_random_uuid(), '${owner}', '${district}', '/cases', '视图' || i, '?step=visit', true, now() from generate_series(1, ${n}) i`,
    `insert into export_job (export_id, kind, params, state, sha256, size, owner, division_code, asked_at, ended_at, expires_at)
     select gen_random_uuid(), 'cases', '{}', 'done', '${picture}', 70, '${owner}', '${district}', now(), now(), '2030-01-01'
     from generate_series(1, ${n}) i`,
    `insert into outbox_event (name, payload, attempts, due_at) select 'x.grown', '{}', 5, '2100-01-01' from generate_series(1, ${n}) i`,
  )
  const seal = grown.db.keys.seal(dotPng).toString('hex')
  await run(
    grown,
    `insert into office_seal (seal_id, division_code, image, sha256, basis, entered_by, entered_by_name, entered_at, ended_at, end_reason)
     select gen_random_uuid(), '${district}', '\\x${seal}', '${picture}', '某区〔2026〕1号', 'demo-admin', '管理员', now(), now(), '换印'
     from generate_series(1, ${n}) i`,
  )
  grown.ids.sealId = await firstOf(grown, 'select seal_id from office_seal')
  grown.ids.exportId = await firstOf(grown, 'select export_id from export_job')
}

/** Complaints, clean-ups, revisions, replays with their households: n of each. */
async function growOrders(grown: GrownDistrict, n: number): Promise<void> {
  const { district, township, village } = grown.places
  const statement = { named: false, text: '反映某户有车' }
  const clerk = { ...person('township_clerk', 'demo-township', township) }
  await callIn(grown, clerk, 'casework.take-complaint', { body: { kind: 'complaint', division: village, statement } })
  await callIn(grown, person('policy_officer', 'demo-policy', district), 'casework.create-revision', {
    body: { packId: 'reference', title: '提高城市低保标准' },
  })
  await run(grown, `update household set aid_from = '2025-01', approved_amount = 30000, account_index = content`)
  const order = { label: '全面清理、重新申请', divisionCode: district, deadlineOn: '2026-11-30' }
  await callIn(grown, person('district_approver', 'demo-approver', district), 'casework.start-clean-up', { body: order })
  grown.ids.cleanUpId = await firstOf(grown, 'select clean_up_id from clean_up')
  grown.ids.objectionNo = await firstOf(grown, 'select objection_no from case_objection')
  grown.ids.revisionId = await firstOf(grown, 'select revision_id from policy_revision')
  const side = `'{"packId":"reference","on":"${day}","revisionId":null}'`
  await run(
    grown,
    copiesOf('case_objection', `'objection_no', 'YY-' || i`, n),
    copiesOf('clean_up', `'clean_up_id', gen_random_uuid(), 'label', '清理' || i`, n),
    copiesOf('policy_revision', `'revision_id', gen_random_uuid(), 'title', '修订' || i`, n),
    `insert into replay_run (replay_id, before_side, after_side, division_code, state, failure, asked_by, asked_by_name, asked_at)
     select gen_random_uuid(), ${side}, ${side}, '${district}', 'failed', '已取消', 'demo-policy', '政策', now() from generate_series(1, ${n}) i`,
    `insert into replay_row (replay_id, household_no, division_code, change, before_fen, after_fen, before_refusals, after_refusals)
     select r.replay_id, h.household_no, h.division_code, 'more', 100, 200, 0, 0 from household h, (select replay_id from replay_run limit 1) r`,
  )
  grown.ids.replayId = await firstOf(grown, 'select replay_id from replay_row')
  await run(
    grown,
    `insert into change_hint (hint_no, household_no, subject_no, division_code, unit, record, what, seen_on, received_at, bit, guardian_age)
     select row_number() over (order by household_no), household_no, household_no, division_code, 'police', 'police/deaths', 'new', '${day}', now(), 2, 18
       from (select * from household order by household_no limit ${n}) h`,
    `insert into change_task (hint_no, household_no, subject_no, division_code, record, what, seen_on, raised_at)
     select hint_no, household_no, subject_no, division_code, record, what, seen_on, received_at from change_hint`,
  )
}

/** Pool, draws, scans, papers of a village and the rolls of a month. */
async function growPapers(grown: GrownDistrict, n: number, picture: string): Promise<void> {
  const { village, district } = grown.places
  await run(
    grown,
    `insert into pool_member (member_id, division_code, name, kind, sealed, from_on)
     select gen_random_uuid(), '${village}', '评议员' || i, 'representative', '\\x${grown.db.keys.seal('{}').toString('hex')}', '2026-01-01'
     from generate_series(1, ${n}) i`,
    copiesOf('sample_draw', `'draw_id', gen_random_uuid()`, n),
    `update notice_posting set sha256 = '${picture}'`,
    `insert into scan_stack (stack_id, division_code, file_name, sha256, size, state, pages, by_user, by_name, at)
     select gen_random_uuid(), '${village}', '扫描' || i || '.pdf', '${picture}', 70, 'done', 1, 'demo-township', '经办', now()
     from generate_series(1, ${n}) i`,
    `insert into scan_page (page_id, stack_id, division_code, page, sha256, media_type, state, remark, by_user, by_name, at)
     select gen_random_uuid(), stack_id, division_code, 1, '${picture}', 'image/png', 'waiting', '没有二维码', by_user, by_name, at from scan_stack`,
  )
  // whoever waits for the notice of a village lives in this one
  await run(
    grown,
    `do $$ begin
      set local session_replication_role = replica;
      create temporary table waiting on commit drop as select case_no from case_step where step = 'notice_village' and state = 'open';
      update casefile set division_code = '${village}' where case_no in (select case_no from waiting);
      update case_step set division_code = '${village}' where case_no in (select case_no from waiting);
    end $$`,
  )
  const payer = person('payment_officer', 'demo-payment', district)
  await callIn(grown, payer, 'casework.make-payment-rolls', { params: { month: day.slice(0, 7) }, body: {} })
  await run(grown, 'update household set approved_amount = 31000')
  const { ids } = grown
  ids.rollNo = await firstOf(grown, 'select roll_no from payment_roll_line group by 1 order by count(*) desc')
  ids.noticeNo = await firstOf(
    grown,
    `select notice_no from notice_line where notice_no like 'GS-village%' group by 1 order by count(*) desc`,
  )
  ids.noticeVillage = await firstOf(grown, `select division_code from notice where notice_no = '${ids.noticeNo}'`)
  ids.picture = picture
  ids.pageId = await firstOf(grown, 'select page_id from scan_page')
  ids.caseNo = await firstOf(grown, `select case_no from case_decision where result = 'granted' order by case_no`)
  await run(
    grown,
    `insert into stored_file (file_id, sha256, name, size, media_type, kind, taken_by, taken_at, division_code, owner_kind, owner_no, attached_at)
     select gen_random_uuid(), '${picture}', '照片.png', 70, 'image/png', 'paper', 'demo-township', now(), '${village}', kind, no, now()
     from (select 'notice', notice_no from notice union all select 'case', case_no from casefile) as owner(kind, no)`,
  )
  ids.fileId = await firstOf(grown, `select file_id from stored_file where owner_no = '${ids.caseNo}'`)
  ids.draftNo = await openDraft(grown, n)
  ids.tableId = await handInTable(grown, n)
  const running = `from casefile c where c.division_code = '${village}' and c.result is null`
  await run(
    grown,
    `insert into case_draft select (jsonb_populate_record(d, jsonb_build_object('case_no', c.case_no, 'division_code', c.division_code))).*
     from case_draft d, (select c.case_no, c.division_code ${running} and c.case_no <> '${ids.draftNo}') c where d.case_no = '${ids.draftNo}'`,
  )
  await growGrants(grown, n)
  ids.running = await firstOf(grown, `select count(*)::text ${running}`)
}

/** Changes of grants that wait for a second person, and one that was decided. */
async function growGrants(grown: GrownDistrict, n: number): Promise<void> {
  const sealed = `'\\x${grown.db.keys.seal('情况属实').toString('hex')}'`
  const remedies = `'{"reconsiderationDays":60,"litigationMonths":6,"clause":"行政复议法"}'`
  await run(
    grown,
    `insert into grant_change (change_no, household_no, division_code, kind, from_month, ground, ground_label, clause, facts, amount, persons, remedies,
       proposed_by, proposed_at)
     select 'BG-' || row_number() over (order by household_no), household_no, division_code, 'stop', '2099-01', 'own_wish', '本人申请', '第十三条',
       ${sealed}, 100, 1, ${remedies}, 'demo-township', now() from (select * from household order by household_no limit ${n}) h`,
    `update grant_change set outcome = 'confirmed', answer = ${sealed}, decided_by = 'demo-approver', decided_at = now() where change_no = 'BG-1'`,
  )
  grown.ids.changeNo = 'BG-1'
  grown.ids.householdNo = await firstOf(grown, `select household_no from grant_change where change_no = 'BG-1'`)
}

/** A workbook of members of the pool, handed in and not taken yet. */
async function handInTable(grown: GrownDistrict, n: number): Promise<string> {
  const { village, township } = grown.places
  const columns = ['村（社区）', '姓名', '身份'].map((header) => ({ header, key: header, kind: 'text' as const, width: 20 }))
  const rows = Array.from({ length: n }, (_, k) => ({
    '村（社区）': village,
    姓名: `评议员甲${k}`,
    身份: k % 2 === 0 ? '村民代表' : '不详',
  }))
  const upload = { stream: excelStream([{ name: '评议人员名册', columns, rows }]), mediaType: '' }
  const parts = { params: { kind: 'pool' }, query: { name: '名册.xlsx' }, upload }
  const clerk = person('township_clerk', 'demo-township', township)
  return (await callIn<{ tableId: string }>(grown, clerk, 'exports.check-table', parts)).tableId
}

/** A case with an application of many lines of income. */
async function openDraft(grown: GrownDistrict, n: number): Promise<string> {
  const householdNo = await firstOf(
    grown,
    `select c.household_no from casefile c where c.result is not null and left(c.division_code, 9) || '000' = '${grown.places.township}' order by 1`,
  )
  const clerk = person('township_clerk', 'demo-township', grown.places.township)
  const { caseNo } = await callIn<{ caseNo: string }>(grown, clerk, 'casework.open', { body: { householdNo } })
  const changes = Array.from({ length: n }, (_, k) => ({ do: 'add', section: 'incomes', row: `+income${k}` }))
  await callIn(grown, clerk, 'casework.save-draft', { params: { caseNo }, body: { changes } })
  return caseNo
}

/** A district with cases in every state and a tenth as many of everything that stands beside cases. */
export async function grownCases(households: number): Promise<GrownDistrict> {
  const db = await testDb()
  const dir = mkdtempSync(join(tmpdir(), 'yingbao-grown-'))
  await plantCases({ urls: db.urls, keys: db.keys, households, today: day })
  const runtime: Runtime = {
    db: db.pool,
    workerDb: db.workerPool,
    keys: db.keys,
    clock: fixedClock(`${day}T02:00:00Z`),
    log: silentLog,
    blobs: openBlobs(dir, db.keys),
  }
  const sessions = openSessions(db.pool, db.keys, runtime.clock)
  const actions = actionsOf({ runtime, sessions, queue: undefined, packId: 'reference' })
  const close = async () => rmSync(dir, { recursive: true, force: true })
  const { token } = await sessions.open('demo-approver', '')
  const byName = new Map(actions.map((action) => [action.name, action]))
  const grown: GrownDistrict = { db, runtime, actions: byName, places, ids: {}, token, close }
  const picture = await storedPicture(grown)
  await growOffice(grown, households / 10, picture)
  await growOrders(grown, households / 10)
  await growPapers(grown, households / 10, picture)
  await db.ownerPool.pool.query('analyze')
  return grown
}

/** Imports, quarantined rows, exemptions, scans and looks: n of each. */
async function growRegistry(grown: GrownDistrict, n: number): Promise<void> {
  const { ids } = grown
  const picture = await storedPicture(grown)
  const inVillage = `select household_no from household where division_code = '${grown.places.village}' order by 1`
  ids.householdNo = await firstOf(grown, inVillage)
  ids.campaignId = await firstOf(grown, 'select campaign_id from campaign')
  ids.importId = await firstOf(grown, 'select import_id from import_run')
  ids.reportNo = await firstOf(grown, `select report_no from report where household_no = '${ids.householdNo}'`)
  ids.subjectNo = await firstOf(grown, `select person_no from person where household_no = '${ids.householdNo}' order by 1`)
  ids.authorisationNo = await firstOf(
    grown,
    `select authorisation_no from authorisation where household_no = '${ids.householdNo}' order by 1`,
  )
  const raw = grown.runtime.keys.seal(JSON.stringify(['X1'])).toString('hex')
  await run(
    grown,
    copiesOf('import_run', `'import_id', gen_random_uuid(), 'digest', null`, n),
    `insert into quarantined_row (row_id, import_id, file, row, quarantined, codes, raw_sealed, header, names, refers_to, household_no, division_code,
       returned_at)
     select gen_random_uuid(), '${ids.importId}', 'persons.csv', 100000 + i, true, '{IDQ-1}', '\\x${raw}', '{person_no}', '{}', '{}',
       '${ids.householdNo}', '${grown.places.village}', now() from generate_series(1, ${n}) i`,
    `insert into exemption (exemption_id, household_no, person, rule, source, source_record_id, reason, created_by, created_at, division_code)
     select gen_random_uuid(), '${ids.householdNo}', '${ids.subjectNo}', 'VEH-1', 'traffic/vehicles', 'r' || i, '残疾人代步车', 'centre', now(),
       '${grown.places.village}' from generate_series(1, ${n}) i`,
    `insert into authorisation_scan (scan_id, authorisation_no, subject_no, household_no, division_code, paper_no, number_differs, sha256, media_type,
       file_name, size, scanned_by, scanned_by_name, scanned_at)
     select gen_random_uuid(), authorisation_no, subject_no, household_no, division_code, 'X-1', true, '${picture}', 'image/png', 'x.png', 70,
       'centre', '核对', now() from authorisation`,
  )
  ids.rowId = await firstOf(grown, `select row_id from quarantined_row where row > 100000`)
  const centre = person('verification_centre', 'centre', grown.places.district)
  await growEvidence(grown, centre)
  await growAccounts(grown, n)
  for (let k = 0; k < n; k++) {
    await callIn(grown, centre, 'verification.open-household', { params: { householdNo: ids.householdNo } })
  }
}

/** Changes of accounts that wait, one of them with a proof. */
async function growAccounts(grown: GrownDistrict, n: number): Promise<void> {
  const { ids, places } = grown
  const clerk = person('township_clerk', 'clerk', places.township)
  const params = { householdNo: ids.householdNo }
  const { members } = await callIn<{ members: string[] }>(grown, clerk, 'registry.read-account', { params })
  const proofs = [await handIn(grown.runtime, clerk)]
  const account = { bankName: '甲子农商银行', accountNo: cardOf('77'), holder: members[0], proxyFiled: false }
  const body = { ...account, reason: '原账户已销户', proofs }
  ids.changeId = (await callIn<{ changeId: string }>(grown, clerk, 'registry.propose-account', { params, body })).changeId
  ids.proofId = await firstOf(grown, `select proofs->0->>'fileId' from account_change where change_id = '${ids.changeId}'`)
  const changes = grown.runtime.keys.seal(JSON.stringify([{ column: 'address', before: '', after: '新址' }])).toString('hex')
  await run(
    grown,
    `insert into account_change (change_id, household_no, division_code, before_sealed, after_sealed, reason, proofs, proposed_by, proposed_by_name,
       proposed_at)
     select gen_random_uuid(), household_no || '-' || i, division_code, before_sealed, after_sealed, reason, proofs, proposed_by, proposed_by_name,
       proposed_at from account_change, generate_series(1, ${n}) i`,
    `insert into registry_correction (correction_id, table_name, row_key, household_no, division_code, changes, reason, by_user, by_name, at)
     select gen_random_uuid(), 'households', household_no, household_no, division_code, '\\x${changes}', reason, 'clerk', '经办', now()
     from account_change, generate_series(1, ${n}) i where change_id = '${ids.changeId}'`,
  )
}

/** A finding cleared with evidence, and an objection with a file. */
async function growEvidence(grown: GrownDistrict, centre: Actor): Promise<void> {
  const { ids } = grown
  const householdNo = await firstOf(grown, `select household_no from finding where household_no <> '' order by 1`)
  const asked = { params: { householdNo } }
  const view = await callIn<HouseholdView>(grown, centre, 'verification.open-household', asked)
  const finding = view.findings[0]
  if (finding === undefined) throw new Error(`${householdNo} has no finding`)
  const body = { outcome: 'true', reason: '入户核实属实', evidence: [await handIn(grown.runtime, centre)], seen: 0 }
  const params = { findingId: finding.findingId }
  const cleared = await callIn<Finding>(grown, centre, 'verification.clear-finding', { params, body })
  ids.findingId = finding.findingId
  ids.evidenceId = cleared.history[0]?.evidence[0]?.fileId ?? ''
  const reportNo = await firstOf(grown, `select report_no from report where household_no = '${householdNo}'`)
  const raised = { raisedBy: '申请人', reason: '存款不是本人的', evidence: [await handIn(grown.runtime, centre)] }
  const objection = await callIn<Objection>(grown, centre, 'verification.raise-objection', { params: { reportNo }, body: raised })
  ids.objectionId = objection.objectionId
  ids.objectionFileId = objection.evidence[0]?.fileId ?? ''
}

/** A district imported and verified by real gateways, with the lists of the registry a tenth of its size. */
export async function grownVerified(households: number): Promise<GrownDistrict> {
  const district = await verifiedDistrict(await testDb(), { households, batchSize: households })
  const { db, runtime, actions } = district
  const village = await db.as(undefined, (tx) =>
    tx.one<{ code: string }>(
      `select division_code as code from household where not incomplete group by 1 order by count(*) desc, 1 limit 1`,
    ),
  )
  const grownPlaces = { district: '629901000000', township: `${village.code.slice(0, 9)}000`, village: village.code }
  const grown: GrownDistrict = { db, runtime, actions, places: grownPlaces, ids: {}, close: () => district.close() }
  await district.stopWorker()
  await district.rig.stopGateways()
  await district.rig.stopServer()
  await growRegistry(grown, households / 10)
  return grown
}

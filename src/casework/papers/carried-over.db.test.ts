import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { scopeOf } from '#identity'
import type { ActionContext, Actor } from '#platform/action'
import { type Blobs, contentOf, openBlobs } from '#platform/blobs'
import { fixedClock, today } from '#platform/clock'
import { type Db, openDb, wholeScope, withTransaction } from '#platform/db'
import type { JobContext } from '#platform/job'
import { silentLog } from '#platform/log'
import { prepareLogins } from '#platform/logins'
import { migrate } from '#platform/migrate'
import { type TestDb, testDb } from '#testkit/db'
import { dotJpeg } from '#testkit/handed-files'
import { type OldInstallation, oldInstallation } from '#testkit/old-installation'
import { type FileOwner, showFile, sweepFilesJob } from '../../files/index.ts'
import { listCarriedFiles } from '../server.ts'

/** What was stored before files had rows of their own, on an installation whose owner is no superuser: an upgrade loses none of it. */
const clerk: Actor = {
  userId: 'u9',
  account: 'a',
  name: '甲',
  role: 'township_clerk',
  divisionCode: '629901001000',
  unitCode: null,
}
const campaign = '00000000-0000-4000-8000-000000000001'
const stack = '00000000-0000-4000-8000-000000000002'
const village = '629901001001'
const clock = fixedClock('2026-10-12T01:00:00.000Z')

let db: TestDb
let old: OldInstallation
/** The office's own connections. */
let office: Db
let dir = ''
let blobs: Blobs
let hashes: Record<'step' | 'beyond' | 'objection' | 'scan' | 'paper' | 'proof' | 'posting' | 'stack' | 'list' | 'record', string>

async function plant(): Promise<void> {
  const evidence = (sha256: string, name: string) => JSON.stringify([{ sha256, name, size: 7 }])
  const texts: [string, unknown[]][] = [
    [
      `insert into household (household_no, programme, kind, division_code, applied_on, sealed, content)
       values ('H1', 'rural', 'new', '${village}', '2026-01-01', '', '')`,
      [],
    ],
    [
      `insert into clearing_step (campaign_id, household_no, person, rule, source, source_record_id, step, outcome, reason, evidence, by_user, by_name,
         by_role, at, division_code)
       select '${campaign}', no, 'p', 'INC-3', 's', 'r', 'first', 'true', '属实', evidence, 'u1', '甲', 'township_clerk', now(), '${village}'
       from (values ('H1', $1::jsonb), ('', $2::jsonb)) as v(no, evidence)`,
      [evidence(hashes.step, '流水.jpg'), evidence(hashes.beyond, '册外.jpg')],
    ],
    [
      `insert into objection (objection_id, campaign_id, household_no, report_no, raised_by, reason, evidence, entered_by, raised_at, division_code)
       values (gen_random_uuid(), '${campaign}', 'H1', 'R1', '户主', '不服', $1, 'u1', now(), '${village}')`,
      [evidence(hashes.objection, '异议.jpg')],
    ],
    [
      `insert into authorisation_scan (scan_id, authorisation_no, subject_no, household_no, division_code, paper_no, number_differs, sha256, media_type,
         file_name, size, scanned_by, scanned_by_name, scanned_at)
       values (gen_random_uuid(), 'A1', 'P1', 'H1', '${village}', 'A1', false, $1, 'image/jpeg', '授权.jpg', 7, 'u1', '甲', now())`,
      [hashes.scan],
    ],
    [
      `insert into case_paper (paper_no, case_no, division_code, form, sha256, file_name, by_user, at)
       values ('W1', 'AJ1', '${village}', 'application', $1, '申请.jpg', 'u1', now())`,
      [hashes.paper],
    ],
    [
      `insert into case_proof (proof_id, case_no, division_code, code, subject_no, sha256, file_name, by_user, at)
       values (gen_random_uuid(), 'AJ1', '${village}', 'wage', 'P1', $1, '收入.jpg', 'u1', now())`,
      [hashes.proof],
    ],
    [
      `insert into notice_posting (posting_id, notice_no, division_code, posted_on, place, sha256, by_user, at)
       values (gen_random_uuid(), 'GS1', '${village}', '2026-05-01', '公示栏', $1, 'u1', now())`,
      [hashes.posting],
    ],
    [
      `insert into scan_stack (stack_id, division_code, file_name, sha256, size, by_user, by_name, at)
       values ('${stack}', '${village}', '一摞.pdf', $1, 7, 'u1', '甲', now())`,
      [hashes.stack],
    ],
    [
      `insert into import_run (import_id, division_code, name, as_of, kind, state, limits, request, started_by, started_at)
       values ('${campaign}', '${village}', '名册', '2026-01-01', 'package', 'done', '{}', $1, 'u1', now())`,
      [JSON.stringify({ files: [{ sha256: hashes.list, path: 'household.csv' }] })],
    ],
    [
      `insert into case_record (record_id, case_no, division_code, step, kind, case_version, sealed, by_user, at)
       values (gen_random_uuid(), 'AJ1', '${village}', 'visit', 'visit', 1, $1, 'u1', now())`,
      [db.keys.seal(JSON.stringify({ photos: [{ sha256: hashes.record, name: '入户.jpg', size: 7 }] }))],
    ],
  ]
  const client = await old.behind.pool.connect()
  try {
    // the rows these would refer to say nothing about files
    await client.query('set session_replication_role = replica')
    for (const [text, values] of texts) await client.query(text, values)
  } finally {
    client.release(true)
  }
}

beforeAll(async () => {
  db = await testDb()
  dir = mkdtempSync(path.join(tmpdir(), 'yingbao-carried-'))
  blobs = openBlobs(path.join(dir, 'blobs'), db.keys)
  const names = ['step', 'beyond', 'objection', 'scan', 'paper', 'proof', 'posting', 'stack', 'list', 'record'] as const
  const kept = names.map(async (name) => {
    const { sha256 } = await blobs.store(Readable.from([dotJpeg(name)]), 10_000)
    return [name, sha256] as const
  })
  hashes = Object.fromEntries(await Promise.all(kept)) as typeof hashes
  old = await oldInstallation(db, '0025')
})
afterAll(async () => {
  await office?.close()
  await old?.close()
  rmSync(dir, { recursive: true, force: true })
})

it('is carried over by the upgrade and the first sweep, and opens through what it belongs to', async () => {
  expect((await migrate(old.owner, old.migrations)).applied).toHaveLength(24)
  await plant()
  expect((await migrate(old.owner)).applied[0]).toBe('0025_stored_files.sql')
  const job = sweepFilesJob({ carried: listCarriedFiles })
  await job.run({ workerDb: old.behind, keys: db.keys, blobs, clock, log: silentLog } as unknown as JobContext, {})
  const { rows } = await old.behind.pool.query<{ kind: FileOwner['kind']; no: string; sha256: string }>(
    `select owner_kind as kind, owner_no as no, sha256 from stored_file`,
  )
  const owners = Object.fromEntries(
    Object.entries(hashes).map(([name, sha256]) => [
      name,
      rows.filter((row) => row.sha256 === sha256).map(({ kind, no }) => `${kind} ${no}`),
    ]),
  )
  expect(owners).toEqual({
    step: ['household H1'],
    beyond: [`campaign ${campaign}`],
    objection: ['household H1'],
    scan: ['household H1'],
    paper: ['case AJ1'],
    proof: ['case AJ1'],
    posting: ['notice GS1'],
    stack: [`scan ${stack}`],
    list: [`import ${campaign}`],
    record: ['case AJ1'],
  })
  const evidence = await old.behind.pool.query<{ fileId: string; sha256: string }>(
    `select e->>'fileId' as "fileId", e->>'sha256' as sha256
     from (select evidence from clearing_step union all select evidence from objection) s, jsonb_array_elements(s.evidence) e`,
  )
  expect(evidence.rows.map(({ sha256 }) => sha256).sort()).toEqual([hashes.step, hashes.beyond, hashes.objection].sort())
  office = openDb({ url: (await prepareLogins(old.behind, db.keys)).app, max: 2 })
  const inside = (work: (context: ActionContext) => Promise<void>) =>
    withTransaction(office, scopeOf(clerk), (tx) =>
      work({ tx, blobs, actor: clerk, clock, keys: db.keys, today: today(clock) } as unknown as ActionContext),
    )
  await inside(async (context) => {
    for (const { fileId, sha256 } of evidence.rows) {
      const [row] = rows.filter((each) => each.sha256 === sha256)
      const shown = await showFile(context, { kind: row?.kind ?? 'case', no: row?.no ?? '' }, (file) => file.fileId === fileId)
      const pieces = await contentOf({ read: () => shown.body as AsyncIterable<Buffer> }, sha256)
      expect([shown.mediaType, pieces]).toEqual([
        'image/jpeg',
        dotJpeg(sha256 === hashes.step ? 'step' : sha256 === hashes.beyond ? 'beyond' : 'objection'),
      ])
    }
  })
  const unreferred = await withTransaction(old.behind, wholeScope('test'), (tx) =>
    tx.query('select h from unnest($1::text[]) h where h not in (select sha256 from stored_content)', [Object.values(hashes)]),
  )
  expect(unreferred).toEqual([])
})

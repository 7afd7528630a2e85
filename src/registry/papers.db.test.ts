import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Action, ActionContext, Download } from '#platform/action'
import { type Blobs, openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { type Scope, wholeScope } from '#platform/db'
import { silentLog } from '#platform/log'
import { testDb } from '#testkit/db'
import { dotJpeg, handIn, shortPdf } from '#testkit/handed-files'
import { attachScanAction, readScanAction } from './actions/authorisations.ts'
import { correctFieldAction } from './actions/correct.ts'
import { openHouseholdAction } from './actions/households.ts'
import { type ImportOptions, importPackage } from './actions/import-package.ts'
import { listQualityAction, listQualityCasesAction } from './actions/quality.ts'
import type { AuthorisationPaper, AuthorisationScan, QualityCase, QualityRow } from './contract/index.ts'
import { folderSource, type PackageSource } from './package-source.ts'
import { loadHouseholdBatch } from './store/batch.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const options: ImportOptions = {
  asOf: '2026-09-30',
  limits,
  actor: 'system:test',
  now: () => '2026-10-01T00:00:00.000Z',
  newId: randomUUID,
}
const household = 'H001001000005'
const township = '629901001000'
const inside: Scope = { lo: '629901001000', hi: '629901002000', actor: 'u1' }
const outside: Scope = { lo: '629901002000', hi: '629901003000', actor: 'u1' }
const jpeg = dotJpeg('a photograph of the paper')
const clock = fixedClock('2026-10-12T01:00:00.000Z')
const actor = { userId: 'u1', account: 'a', name: '甲', role: 'township_clerk', divisionCode: township, unitCode: null }
const correctField = correctFieldAction({ limits: async () => limits })

/** A line of a file with some cells changed. */
function withCells(columns: readonly string[], line: string, more: Readonly<Record<string, string>>): string {
  const cells = line.replace(/\r$/, '').split(',')
  for (const [column, value] of Object.entries(more)) cells[columns.indexOf(column)] = value
  return cells.join(',')
}

describe('papers of authorisation', async () => {
  const db = await testDb()
  let blobs: Blobs
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yingbao-papers-'))
    blobs = openBlobs(folder, db.keys)
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  /** Runs an action as the runner would; gives its output and its note in the journal. */
  async function run<O>(action: Action, input: object, scope: Scope = wholeScope('u1')) {
    return await db.as(scope, async (tx) => {
      const surroundings = { keys: db.keys, blobs, clock, today: '2026-10-12' }
      const context = { tx, scope, actor, ...surroundings, emit: async () => undefined } as unknown as ActionContext
      const output = (await action.run(context, input)) as O
      const note = action.journal(input, output, context)
      return { output, note: note === null ? null : [note].flat()[0] }
    })
  }

  async function store(bytes: Uint8Array, name: string): Promise<{ sha256: string; name: string; size: number }> {
    const runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs }
    return handIn(runtime, actor, { bytes, name })
  }

  async function attach(authorisationNo: string, bytes: Uint8Array, paperNo = authorisationNo, name = '授权书.jpg') {
    return await run<AuthorisationScan>(attachScanAction, { authorisationNo, file: await store(bytes, name), paperNo }, inside)
  }

  async function papers(): Promise<AuthorisationPaper[]> {
    const { output } = await run<{ authorisations: AuthorisationPaper[] }>(openHouseholdAction, { householdNo: household })
    return output.authorisations
  }

  async function hashes(): Promise<(string | null)[]> {
    const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, [household]))
    return batch.authorisations.map((paper) => paper.doc_hash)
  }

  async function first(): Promise<AuthorisationPaper & { authorisationNo: string }> {
    const [paper] = await papers()
    if (paper === undefined || paper.authorisationNo === null) throw new Error('the fixture has no paper')
    return { ...paper, authorisationNo: paper.authorisationNo }
  }

  /** The sample with one file changed, as a package of its own. */
  async function changed(file: string, change: (text: string) => string): Promise<PackageSource> {
    const whole = await folderSource(SAMPLE)
    const read = async (): Promise<Buffer> => {
      const pieces: Uint8Array[] = []
      for await (const piece of whole.open(file)) pieces.push(piece)
      return Buffer.from(change(Buffer.concat(pieces).toString()))
    }
    return {
      name: 'x',
      sizeOf: async (name) => (name === file ? (await read()).length : whole.sizeOf(name)),
      async *open(name) {
        if (name === file) yield await read()
        else yield* whole.open(name)
      },
    }
  }

  it('are listed for every subject with state, scope in words and no scan at first', async () => {
    const all = await papers()
    const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, [household]))
    const subjects = [...batch.persons.map((row) => row.person_no), ...batch.supporters.map((row) => row.supporter_no)]
    expect(new Set(all.map((paper) => paper.subjectNo))).toEqual(new Set(subjects))
    expect(all[0]).toMatchObject({ state: 'signed', signatureLabel: '本人签字', items: ['全部项目'], scan: null })
    expect(await hashes()).toEqual(batch.authorisations.map(() => null))
  })

  it('takes a scan, keeps it sealed, and gives its hash to later questions', async () => {
    const { authorisationNo } = await first()
    const { output, note } = await attach(authorisationNo, jpeg, ` ${authorisationNo.toLowerCase()} `)
    const sha256 = createHash('sha256').update(jpeg).digest('hex')
    expect(output).toMatchObject({ sha256, mediaType: 'image/jpeg', pages: 1, scannedBy: '甲', question: null })
    expect(note).toMatchObject({ chain: `household:${household}`, divisionCode: '629901001001', purpose: '上传授权书扫描件' })
    expect(note?.subjects).toHaveLength(1)
    expect((await hashes()).filter((hash) => hash !== null)).toEqual([sha256])
    expect((await first()).scan?.sha256).toBe(sha256)
    const files = await import('node:fs').then(({ globSync, readFileSync }) =>
      globSync(join(folder, '*/*')).map((path) => readFileSync(path)),
    )
    expect(files.length).toBeGreaterThan(0)
    for (const bytes of files) expect(bytes.includes('photograph')).toBe(false)
  })

  it('shows it again, journalled with the person it shows, within the scope only', async () => {
    const { authorisationNo } = await first()
    const { output, note } = await run<Download>(readScanAction, { authorisationNo }, inside)
    expect(output).toMatchObject({ fileName: '授权书.jpg', mediaType: 'image/jpeg' })
    expect(output.body).toEqual(jpeg)
    expect(note).toMatchObject({ chain: `household:${household}`, purpose: '查看授权书扫描件' })
    expect(note?.subjects).toHaveLength(1)
    await expect(run(readScanAction, { authorisationNo }, outside)).rejects.toMatchObject({ status: 404 })
    const file = await store(jpeg, 'x.jpg')
    await expect(run(attachScanAction, { authorisationNo, file, paperNo: 'x' }, outside)).rejects.toMatchObject({ status: 404 })
  })

  it.each<[string, Uint8Array, string]>([
    ['a web page with a picture name', Buffer.from('<html><script>alert(1)</script></html>'), 'files.content'],
    ['an empty file', Buffer.alloc(0), 'files.content'],
    ['more than 10 MB', Buffer.concat([jpeg, Buffer.alloc(10 * 1024 * 1024)]), 'registry.scan-too-large'],
  ])('refuses %s and keeps the scan there is', async (_, bytes, code) => {
    const { authorisationNo, scan } = await first()
    await expect(attach(authorisationNo, bytes)).rejects.toMatchObject({ code })
    expect((await first()).scan).toEqual(scan)
  })

  it('believes the content, not the size the caller states, and nothing that was not uploaded', async () => {
    const { authorisationNo } = await first()
    const large = await store(Buffer.concat([jpeg, Buffer.alloc(11 * 1024 * 1024)]), 'x.jpg')
    const input = { authorisationNo, paperNo: authorisationNo, file: { ...large, size: 1 } }
    await expect(run(attachScanAction, input)).rejects.toMatchObject({ code: 'registry.scan-too-large' })
    const missing = { ...input, file: { sha256: '0'.repeat(64), name: 'x.jpg', size: 1 } }
    await expect(run(attachScanAction, missing)).rejects.toMatchObject({ code: 'files.not-taken' })
  })

  it('asks about another number and a second page, and keeps what was replaced', async () => {
    const { authorisationNo } = await first()
    const pdf = shortPdf('/Type /Pages /Type /Page /Type/Page')
    const { output } = await attach(authorisationNo, pdf, 'SQ9999999', '授权书.pdf')
    expect(output).toMatchObject({ mediaType: 'application/pdf', pages: 2 })
    expect(output.question).toMatch(/编号不一致.*多于一页/)
    const kept = await db.as(undefined, (tx) => tx.query('select from authorisation_scan where replaced_at is not null'))
    expect(kept).toHaveLength(1)
    await expect(db.as(undefined, (tx) => tx.execute('delete from authorisation_scan'))).rejects.toThrow(/permission/)
  })

  it('loses no scan when the row is corrected or withdrawn, or its household moves', async () => {
    const { authorisationNo } = await first()
    const before = await hashes()
    const fields = { withdrawn_on: '2026-10-10' }
    await run(correctField, { table: 'authorisations', key: authorisationNo, fields, reason: '本人书面撤回' })
    expect(await first()).toMatchObject({ state: 'withdrawn', withdrawnOn: '2026-10-10' })
    const move = { table: 'households', key: household, fields: { division_code: '629901001002' }, reason: '搬迁' }
    expect((await run<{ accepted: boolean }>(correctField, move)).output.accepted).toBe(true)
    expect(await hashes()).toEqual(before)
    const scans = await db.as(undefined, (tx) => tx.query('select distinct division_code from authorisation_scan'))
    expect(scans).toEqual([{ division_code: '629901001002' }])
  })

  it('loses no scan when the package comes again, leaves the row out, or brings it back', async () => {
    const { authorisationNo, subjectNo } = await first()
    const before = await hashes()
    const drop = (text: string) =>
      text
        .split('\n')
        .filter((line) => !line.includes(authorisationNo))
        .join('\n')
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), { ...options, asOf: '2026-09-29' })
    expect(await hashes()).toEqual(before)
    const complete = { confirmedBy: 'second' }
    await importPackage(db.pool, db.keys, await changed('authorisations.csv', drop), { ...options, complete })
    expect((await papers()).find((paper) => paper.subjectNo === subjectNo)).toMatchObject({
      authorisationNo: null,
      state: 'missing',
    })
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), { ...options, asOf: '2026-09-28' })
    expect(await hashes()).toEqual(before)
    expect((await first()).scan?.scannedBy).toBe('甲')
    const scans = await db.as(undefined, (tx) => tx.query('select distinct division_code from authorisation_scan'))
    expect(scans).toEqual([{ division_code: '629901001001' }])
  })

  it('does not take the scan of one person for that of another under the same number', async () => {
    const { authorisationNo, subjectNo } = await first()
    const other = (await papers()).find((paper) => paper.subjectNo !== subjectNo)?.subjectNo ?? ''
    const give = (text: string) => text.replace(`${authorisationNo},${subjectNo},`, `${authorisationNo},${other},`)
    await importPackage(db.pool, db.keys, await changed('authorisations.csv', give), { ...options, asOf: '2026-09-27' })
    expect((await papers()).find((paper) => paper.authorisationNo === authorisationNo)).toMatchObject({
      subjectNo: other,
      scan: null,
    })
    expect((await hashes()).every((hash) => hash === null)).toBe(true)
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), { ...options, asOf: '2026-09-26' })
    expect((await hashes()).filter((hash) => hash !== null)).toHaveLength(1)
  })

  it('takes no scan of a paper that is not signed', async () => {
    const unsigned = await db.as(undefined, (tx) =>
      tx.query<{ no: string }>(`select authorisation_no as no from authorisation where signature = 'missing' limit 1`),
    )
    const input = { authorisationNo: unsigned[0]?.no ?? '', paperNo: 'x', file: await store(jpeg, 'x.jpg') }
    await expect(run(attachScanAction, input)).rejects.toMatchObject({ code: 'registry.paper-unsigned' })
  })

  type Quality = { rows: QualityRow[]; total: QualityRow }
  const quality = async (input: object) => (await run<Quality>(listQualityAction, input)).output
  const cases = async (rule: string, more: object = {}) =>
    (await run<{ rows: QualityCase[]; total: number }>(listQualityCasesAction, { township, rule, limit: 500, ...more })).output

  it('counts papers without a scan per township and names them', async () => {
    const signed = await db.as(undefined, (tx) =>
      tx.one<{ n: number }>(`select count(*)::int as n from authorisation where signature <> 'missing'`),
    )
    const all = await quality({})
    expect(all.total.byCause).toMatchObject({ no_scan: signed.n - 1, other_number: 1, several_pages: 1 })
    expect(all.total.byRule['IDQ-12']).toBe(signed.n)
    // the figure of the papers is a part of the papers, never of the persons
    expect(all.total.checked['IDQ-12']).toBe(signed.n)
    expect(all.rows.reduce((sum, row) => sum + (row.checked['IDQ-12'] ?? 0), 0)).toBe(signed.n)
    const own = all.rows.find((row) => row.code === township)
    const villages = await quality({ township })
    expect(villages.total.byRule['IDQ-12']).toBe(own?.byRule['IDQ-12'])
    const listed = await cases('IDQ-12')
    expect(listed.total).toBe(own?.byRule['IDQ-12'])
    const { authorisationNo } = await first()
    const question = listed.rows.find((row) => row.authorisationNo === authorisationNo)?.question
    expect(question).toMatch(/编号不一致.*多于一页/)
    expect((await cases('IDQ-12', { limit: 1 })).rows).toHaveLength(1)
    await attach(authorisationNo, jpeg)
    expect((await quality({})).total.byRule['IDQ-12']).toBe(signed.n - 1)
  })

  it('counts a card that fails its check digit, and a holder from outside, where they stand', async () => {
    const before = await quality({})
    /** The household's account as a package would bring it. */
    const bring = async (more: Readonly<Record<string, string>>) => {
      const source = await changed('households.csv', (text) => {
        const [header = '', ...lines] = text.split('\n')
        const columns = header.trim().split(',')
        return [header, ...lines.map((line) => (line.startsWith(`${household},`) ? withCells(columns, line, more) : line))].join(
          '\n',
        )
      })
      await importPackage(db.pool, db.keys, source, options)
    }
    await bring({ account_no: '6222 0212 3456 7890 129' })
    const after = await quality({})
    expect(after.total.byCause.failing_card).toBe((before.total.byCause.failing_card ?? 0) + 1)
    expect((await cases('IDQ-11')).rows.find((row) => row.householdNo === household)?.question).toContain('校验位')
    await bring({
      account_no: '6222 0212 3456 7890 129',
      account_holder: '外人',
      account_holder_id: '11010519491231002X',
    })
    const both = await quality({})
    expect(both.total.byRule['IDQ-11']).toBe(after.total.byRule['IDQ-11'])
    expect(both.total.byCause.foreign_holder).toBe((after.total.byCause.foreign_holder ?? 0) + 1)
    const row = (await cases('IDQ-11')).rows.find((each) => each.householdNo === household)
    expect(row?.question).toMatch(/户名.*校验位/)
    expect(JSON.stringify(row)).not.toMatch(/外人|6222/)
  })

  it('names households in a division that no list has', async () => {
    const all = await quality({})
    const stray = await db.as(undefined, (tx) =>
      tx.query<{ code: string }>(
        'select division_code as code from household h where not exists (select from division d where d.code = h.division_code)',
      ),
    )
    expect(all.total.byRule['IDQ-10']).toBe(stray.length)
    const place = `${stray[0]?.code.slice(0, 9)}000`
    expect((await cases('IDQ-10', { township: place })).rows[0]?.question).toContain('不在现行区划表中')
  })
})

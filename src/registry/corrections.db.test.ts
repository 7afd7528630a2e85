import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkCharacter } from '#kernel/id-number'
import type { Action, ActionContext } from '#platform/action'
import { fixedClock } from '#platform/clock'
import { type Scope, wholeScope } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { noLedgers } from '#testkit/no-ledgers'
import { correctFieldAction, correctRowAction } from './actions/correct.ts'
import { listCorrectionsAction } from './actions/corrections.ts'
import { downloadQuarantineAction } from './actions/exports.ts'
import { listDivisionsAction, openHouseholdAction, revealNumberAction } from './actions/households.ts'
import { type ImportOptions, importCorrections, importPackage } from './actions/import-package.ts'
import { listQualityAction } from './actions/quality.ts'
import { listQuarantineAction, openQuarantineRowAction } from './actions/quarantine.ts'
import { exportStream } from './export.ts'
import { folderSource, type PackageSource } from './package-source.ts'
import { fileSource } from './sources.ts'
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

/** Runs an action as the runner would, inside one transaction; gives its output. */
async function call<O>(db: TestDb, action: Action, input: Record<string, unknown>, scope?: Scope): Promise<O> {
  return await db.as(scope, async (tx) => {
    const context = {
      tx,
      db: db.pool,
      scope: scope ?? wholeScope('test'),
      actor: {
        userId: 'u1',
        account: 'a',
        name: '甲',
        role: 'verification_centre',
        divisionCode: '629901000000',
        unitCode: null,
      },
      keys: db.keys,
      clock: fixedClock('2026-10-12T01:00:00.000Z'),
      today: '2026-10-12',
      emit: async (name: string, payload: unknown) => {
        await tx.execute('insert into outbox_event (name, payload) values ($1, $2)', [name, payload])
      },
    } as unknown as ActionContext
    const output = await action.run(context, input)
    const note = action.journal(input, output, context)
    if (action.kind === 'write') expect(note).not.toBeNull()
    return output as O
  })
}

type Listed = {
  rows: { rowId: string; file: string; row: number; issues: { code: string; remedy: string }[] }[]
  total: number
  next: string | null
}
type Corrected = { accepted: boolean; issues: { column: string; code: string }[]; released: number; touched: string[] }

async function rowAt(db: TestDb, file: string, row: number): Promise<string> {
  const found = await db.as(undefined, (tx) =>
    tx.one<{ row_id: string }>('select row_id from quarantined_row where file = $1 and row = $2', [file, row]),
  )
  return found.row_id
}

function newNumber(birth: string, sequence: string): string {
  const digits = `629901${birth}${sequence}`
  return digits + checkCharacter(digits)
}

describe('corrections', async () => {
  const db = await testDb()
  beforeAll(async () => {
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
  })

  it('lists returned rows page by page with what is wrong and how to mend it', async () => {
    const first = await call<Listed>(db, listQuarantineAction, { severity: 'error', limit: 20 })
    expect(first.rows).toHaveLength(20)
    expect(first.rows[0]?.issues[0]?.remedy).not.toBe('')
    const seen = new Set(first.rows.map(({ rowId }) => rowId))
    let next = first.next
    while (next !== null) {
      const page = await call<Listed>(db, listQuarantineAction, { severity: 'error', limit: 20, cursor: next })
      for (const { rowId } of page.rows) seen.add(rowId)
      next = page.next
    }
    expect(seen.size).toBe(first.total)
    const numbers = await call<Listed>(db, listQuarantineAction, { code: 'IDQ-1', limit: 50 })
    expect(numbers.total).toBe(4)
  })

  it('opens a row with its fields, choices and faulty number as written', async () => {
    const opened = await call<{ fields: { column: string; value: string; choices: { code: string }[] | null }[] }>(
      db,
      openQuarantineRowAction,
      { rowId: await rowAt(db, 'persons.csv', 213) },
    )
    expect(opened.fields.find(({ column }) => column === 'id_number')?.value).toMatch(/E\+17/i)
    expect(opened.fields.find(({ column }) => column === 'gender')?.choices?.[1]).toEqual({ code: '1', label: '男' })
  })

  it('keeps a row that is still wrong', async () => {
    const rowId = await rowAt(db, 'persons.csv', 213)
    const wrong = await call<Corrected>(db, correctRowAction, { rowId, fields: { id_number: '110' }, reason: '对照身份证' })
    expect(wrong).toMatchObject({ accepted: false, released: 0, touched: [] })
    expect(wrong.issues.map(({ code }) => code)).toContain('IDQ-1')
  })

  it('takes up a corrected person with the lines that waited, and clears the mark', async () => {
    const rowId = await rowAt(db, 'persons.csv', 5)
    const waiting = await db.as(undefined, (tx) =>
      tx.query<{ file: string; household_no: string }>(
        `select w.file, w.household_no from quarantined_row w join quarantined_row p on p.row_key = any(w.refers_to) where p.row_id = $1`,
        [rowId],
      ),
    )
    expect(waiting.length).toBeGreaterThan(0)
    const birth = await call<{ fields: { column: string; value: string }[] }>(db, openQuarantineRowAction, { rowId })
    const born = birth.fields.find(({ column }) => column === 'birth_date')?.value.replaceAll('-', '') ?? ''
    const done = await call<Corrected>(db, correctRowAction, {
      rowId,
      fields: { id_number: newNumber(born, '917') },
      reason: '对照身份证改正',
    })
    expect(done).toMatchObject({ accepted: true, released: waiting.length })
    const [householdNo = ''] = done.touched
    const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, [householdNo]))
    expect(batch.persons.map(({ id_number }) => id_number)).toContain(newNumber(born, '917'))
    expect(batch.households[0]?.incomplete).toBe(false)
    const events = await db.as(undefined, (tx) =>
      tx.query<{ payload: { householdNos: string[] } }>(`select payload from outbox_event where name = 'registry.corrected'`),
    )
    expect(events.at(-1)?.payload.householdNos).toEqual([householdNo])
    await expect(call(db, correctRowAction, { rowId, fields: {}, reason: '再来一次' })).rejects.toThrow(/已经处理/)
  })

  it('releases a whole household when its own row is corrected', async () => {
    const rowId = await rowAt(db, 'households.csv', 44)
    const done = await call<Corrected>(db, correctRowAction, { rowId, fields: { applied_on: '2026-09-01' }, reason: '日期录错' })
    expect(done.accepted).toBe(true)
    expect(done.released).toBeGreaterThan(1)
    const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, done.touched))
    expect(batch.persons.length).toBeGreaterThan(0)
    expect(batch.authorisations.length).toBeGreaterThan(0)
  })

  it('corrects a field of an accepted row and refuses what would break it', async () => {
    const action = correctFieldAction({ limits: async () => limits })
    const input = { table: 'persons', key: 'H001001000005-1', reason: '本人更正' }
    const done = await call<{ accepted: boolean; touched: string[] }>(db, action, {
      ...input,
      fields: { phone: '13900000000', marital_status: '20' },
    })
    expect(done).toMatchObject({ accepted: true, touched: ['H001001000005-1'] })
    const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, ['H001001000005']))
    expect(batch.persons[0]).toMatchObject({ phone: '13900000000', marital_status: '20', id_number: '62990119920706001X' })
    const other = { id_number: '629901201401170028' }
    await expect(call(db, action, { ...input, fields: other })).rejects.toThrow(/性别与公民身份号码不符：号码所示为“女”/)
    await expect(call(db, action, { ...input, fields: { name: '王😀', phone: '12345' } })).rejects.toMatchObject({
      status: 422,
      details: {
        issues: [{ path: ['fields', 'name'] }, { path: ['fields', 'phone'], message: expect.stringContaining('11 位手机号码') }],
      },
    })
    const whole = { ...other, gender: '2', birth_date: '2014-01-17' }
    const bad = await call<{ accepted: boolean }>(db, action, { ...input, fields: whole })
    expect(bad.accepted).toBe(false)
    await expect(call(db, action, { ...input, fields: { household_no: 'X' } })).rejects.toThrow(/不能在此更改.*请在“导入”页/)
    const kept = await call<{ rows: { changes: object[]; reason: string; byName: string }[] }>(db, listCorrectionsAction, {
      householdNo: 'H001001000005',
      limit: 50,
    })
    expect(kept.rows).toMatchObject([
      {
        byName: '甲',
        reason: '本人更正',
        changes: [
          { column: 'marital_status', after: '20' },
          { column: 'phone', after: '****0000' },
        ],
      },
    ])
    const sealed = await db.as(undefined, (tx) => tx.query<{ row: string }>('select r::text as row from registry_correction r'))
    expect(JSON.stringify(sealed)).not.toMatch(/13900000000|本人更正/)
    await expect(db.as(undefined, (tx) => tx.execute('delete from registry_correction'))).rejects.toThrow(/permission/)
  })

  it('takes corrected rows back as the workbook that was sent out', async () => {
    const run = await db.as(undefined, (tx) =>
      tx.one<{ import_id: string }>(`select import_id from import_run where kind = 'package'`),
    )
    const file = await call<{ body: Readable }>(db, downloadQuarantineAction({ ledgers: noLedgers }), { importId: run.import_id })
    const source = await fileSource('待改正.xlsx', file.body)
    const before = await db.as(undefined, (tx) => tx.query(`select from quarantined_row where state = 'open' and quarantined`))
    const result = await importCorrections(db.pool, db.keys, source, options)
    source.close?.()
    expect(result.changed).toBe(0)
    const after = await db.as(undefined, (tx) => tx.query(`select from quarantined_row where state = 'open' and quarantined`))
    // The row with the wrong number of fields came back without its key: nobody can tell that it is the same.
    expect(after).toHaveLength(before.length + 1)
  })

  it('puts a corrected row in place of the one with its key', async () => {
    const line = 'H001001000009-1,H001001000009,甲兰花,629921197202110029,2,1972-02-11,head,30,good,unable,none,yes,,,,\n'
    const header =
      'person_no,household_no,name,id_number,gender,birth_date,relation,marital_status,health,work_status,student_level,counted,aid_from,aid_to,top_ups,phone\n'
    const source: PackageSource = {
      name: '更正',
      sizeOf: async (file) => (file === 'persons.csv' ? header.length + line.length : null),
      async *open() {
        yield Buffer.from(header + line)
      },
    }
    const result = await importCorrections(db.pool, db.keys, source, options)
    expect(result).toMatchObject({ changed: 1, removed: 0, errors: 0 })
    const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, ['H001001000009']))
    expect(batch.persons.map(({ name }) => name)).toEqual(['甲兰花'])
  })

  it('shows a household, its divisions and the quality of the data within the scope only', async () => {
    const village: Scope = { lo: '629901001001', hi: '629901001002', actor: 'clerk' }
    const view = await call<{ persons: { idMasked: string }[]; headName: string }>(
      db,
      openHouseholdAction,
      { householdNo: 'H001001000005' },
      village,
    )
    expect(view.headName).toBe('壬康丰')
    expect(view.persons[0]?.idMasked).toBe('629901********001X')
    await expect(call(db, openHouseholdAction, { householdNo: 'H100201000008' }, village)).rejects.toThrow(/不存在/)
    const number = await call<{ idNumber: string }>(db, revealNumberAction, { subjectNo: 'H001001000005-1', reason: '核对证件' })
    expect(number.idNumber).toBe('62990119920706001X')
    const towns = await call<{ rows: { code: string; households: number }[] }>(db, listDivisionsAction, {
      level: 'township',
      limit: 100,
    })
    const all = await db.as(undefined, (tx) => tx.one<{ n: number }>('select count(*)::int as n from household'))
    const beyond = await db.as(undefined, (tx) =>
      tx.one<{ n: number }>(
        'select count(*)::int as n from household h where not exists (select from division d where d.code = h.township_code)',
      ),
    )
    expect(towns.rows.reduce((sum, { households }) => sum + households, 0)).toBe(all.n - beyond.n)
    const quality = await call<{
      rows: { entries: number }[]
      total: { byRule: Record<string, number>; corrected: number; medianDays: number }
    }>(db, listQualityAction, {})
    expect(quality.total.byRule).toMatchObject({ 'IDQ-1': 4, 'IDQ-9': 2, 'IDQ-10': 1 })
    expect(quality.total.corrected).toBeGreaterThan(0)
    expect(quality.total.medianDays).toBe(3)
  })
})

describe('export', async () => {
  const db = await testDb()
  const other = await testDb()
  const third = await testDb()
  const content = (each: TestDb) =>
    each.as(undefined, async (tx) => {
      const households = (await tx.query<{ household_no: string }>('select household_no from household')).map(
        (row) => row.household_no,
      )
      const { persons, ...batch } = await loadHouseholdBatch(tx, each.keys, households.sort())
      return { ...batch, persons: persons.sort((a, b) => (a.person_no < b.person_no ? -1 : 1)) }
    })

  it('gives a package that imports without a fault and holds the same', async () => {
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
    const archive = await fileSource('数据包.zip', exportStream(db.pool, db.keys, wholeScope('test'), 'zip', '2026-10-12'))
    const result = await importPackage(other.pool, other.keys, archive, options)
    archive.close?.()
    expect(result.errors).toBe(0)
    expect(await content(other)).toEqual({ ...(await content(db)), households: expect.anything() })
    const book = await fileSource('数据包.xlsx', exportStream(db.pool, db.keys, wholeScope('test'), 'xlsx', '2026-10-12'))
    const again = await importPackage(third.pool, third.keys, book, options)
    book.close?.()
    expect(again.errors).toBe(0)
    expect(await content(third)).toEqual(await content(other))
  })
})

describe('an import that cannot be', async () => {
  const db = await testDb()
  const broken = async (change: (file: string, text: Buffer) => Buffer | null): Promise<PackageSource> => {
    const whole = await folderSource(SAMPLE)
    const read = async (file: string): Promise<Buffer | null> => {
      const pieces: Uint8Array[] = []
      for await (const piece of whole.open(file)) pieces.push(piece)
      return change(file, Buffer.concat(pieces))
    }
    return {
      name: 'x',
      sizeOf: async (file) => (await read(file))?.length ?? null,
      async *open(file) {
        const bytes = await read(file)
        if (bytes !== null) yield bytes
      },
    }
  }
  const only = (name: string, make: (text: Buffer) => Buffer | null) => (file: string, text: Buffer) =>
    file === name ? make(text) : text

  it.each<[string, (file: string, text: Buffer) => Buffer | null, RegExp]>([
    ['a missing core file', only('payments.csv', () => null), /缺少 payments\.csv/],
    ['a missing manifest', only('manifest.json', () => null), /manifest\.json/],
    ['another version', only('manifest.json', (t) => Buffer.from(t.toString().replace('"1.0"', '"2.0"'))), /version/],
    [
      'a district code of five digits',
      only('manifest.json', (t) => Buffer.from(t.toString().replace('629901', '62990'))),
      /district_code/,
    ],
    ['a manifest that is a list', only('manifest.json', () => Buffer.from('[]')), /JSON 对象/],
    [
      'a missing column',
      only('persons.csv', (t) => Buffer.from(t.toString().replace('id_number', 'id_no'))),
      /persons\.csv 缺少列：id_number/,
    ],
    ['an empty file', only('query_log.csv', () => Buffer.alloc(0)), /query_log\.csv 是空文件/],
    [
      'bytes that are no UTF-8',
      only('households.csv', (t) => Buffer.concat([t, Buffer.from([0xff, 0xfe])])),
      /households\.csv.*UTF-8/,
    ],
    ['an open quote', only('payments.csv', (t) => Buffer.concat([t, Buffer.from('"x')])), /payments\.csv.*引号/],
    ['text after a quote', only('payments.csv', (t) => Buffer.concat([t, Buffer.from('"x"y\n')])), /payments\.csv.*双引号/],
  ])('leaves nothing: %s', async (_, change, message) => {
    await expect(importPackage(db.pool, db.keys, await broken(change), options)).rejects.toThrow(message)
    const left = await db.as(undefined, (tx) =>
      tx.one<{ rows: number; failed: string }>(
        `select (select count(*) from household)::int + (select count(*) from division)::int + (select count(*) from import_issue)::int as rows,
          (select failure from import_run order by started_at desc, ended_at desc limit 1) as failed`,
      ),
    )
    expect(left.rows).toBe(0)
    expect(left.failed).not.toBeNull()
  })

  it('leaves nothing when it is cut off half-way', async () => {
    const whole = await folderSource(SAMPLE)
    let opened = 0
    const cut: PackageSource = {
      ...whole,
      async *open(file) {
        if (file === 'payments.csv') opened++
        if (opened > 0) throw new Error('cut off')
        yield* whole.open(file)
      },
    }
    await expect(importPackage(db.pool, db.keys, cut, options)).rejects.toThrow('cut off')
    expect(await db.as(undefined, (tx) => tx.query('select from person'))).toHaveLength(0)
    const after = await importPackage(db.pool, db.keys, whole, options)
    expect(after.repeated).toBe(false)
  })

  it('reads what nobody would write', async () => {
    const strange = `H1\u0000\u200b-9,H001001000005,${'长'.repeat(3000)}\\t"x\t,${newNumber('19800101', '011')},1,1980-01-01,other,,,,,yes,,,,'; drop table person --\n`
    const header =
      'person_no\u0000,household_no,name,id_number,gender,birth_date,relation,marital_status,health,work_status,student_level,counted,aid_from,aid_to,top_ups,phone\n'
    const text = Buffer.from(`${header + strange}a,b\u0000\n`)
    const source: PackageSource = {
      name: 'x',
      sizeOf: async (file) => (file === 'persons.csv' ? text.length : null),
      async *open() {
        yield text
      },
    }
    const result = await importCorrections(db.pool, db.keys, source, options)
    expect(result.files['persons.csv']).toMatchObject({ rows: 2, accepted: 1, quarantined: 1 })
    const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, ['H001001000005']))
    const strangeOne = batch.persons.find(({ person_no }) => person_no === 'H1-9')
    expect(strangeOne?.name).toBe(`${'长'.repeat(3000)}\\t"x`)
    expect(strangeOne?.phone).toBe("'; drop table person --")
  })

  it('refuses the package of another district', async () => {
    const change = only('manifest.json', (t) => Buffer.from(t.toString().replace('629901', '629902')))
    await expect(importPackage(db.pool, db.keys, await broken(change), options)).rejects.toThrow(/629902/)
  })
})

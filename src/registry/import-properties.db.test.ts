import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type TestDb, testDb } from '#testkit/db'
import { admin, approver, centre, ImportOffice, townsman } from '#testkit/import-office'
import type { Difference, QuarantineRow } from './contract/index.ts'
import { STORED_TABLES } from './store/stored-table.ts'
import { CORE_TABLES } from './tables.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const FILES = ['manifest.json', ...CORE_TABLES.map(({ file }) => file)]
const sample = (): Record<string, string> =>
  Object.fromEntries(FILES.map((file) => [file, readFileSync(join(SAMPLE, file), 'utf8')]))

type Page<T> = { rows: T[]; total: number; next: string | null }

/** Every row of the registry, each as it is; of returned rows those that count. */
async function dump(db: TestDb): Promise<Record<string, string[]>> {
  const tables = [...STORED_TABLES.map(({ name }) => name), 'division_change', 'authorisation_scan', 'quarantined_row']
  const all: Record<string, string[]> = {}
  for (const name of tables) {
    const only = name === 'quarantined_row' ? `where t.state in ('open', 'corrected', 'dismissed')` : ''
    const rows = await db.as(undefined, (tx) =>
      tx.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t ${only} order by 1`),
    )
    all[name] = rows.map(({ row }) => row)
  }
  return all
}

/** Small numbers that repeat with their seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) | 0
    return (state >>> 0) % sides
  }
}

function edited(
  text: string,
  roll: (sides: number) => number,
  edit: (fields: string[], at: number) => string[] | null,
  times = 3,
): string {
  const lines = text.trimEnd().split('\n')
  for (let i = 0; i < times; i++) {
    const at = 1 + roll(lines.length - 1)
    const fields = (lines[at] ?? '').split(',')
    const next = edit(fields, at)
    if (next === null) lines.splice(at, 1)
    else lines[at] = next.join(',')
  }
  return `${lines.join('\n')}\n`
}

/** The package with some of everything otherwise: moved, renamed, changed, left out, new, and wrong. */
function mutated(seed: number): Record<string, string> {
  const roll = dice(seed)
  const files = sample()
  const change = (file: string, edit: (fields: string[], at: number) => string[] | null, times?: number) => {
    files[file] = edited(files[file] ?? '', roll, edit, times)
  }
  const set = (at: number, value: string) => (fields: string[]) => fields.with(at, value)
  const codes = (files['divisions.csv'] ?? '')
    .split('\n')
    .flatMap((line) => (line.includes(',village,') ? [line.slice(0, 12)] : []))
  change('divisions.csv', (fields) => fields.with(1, `${fields[1]}改`), 2)
  change('households.csv', set(4, '新的住址'))
  change('households.csv', (fields) => fields.with(3, codes[roll(codes.length)] ?? ''))
  change('households.csv', (fields) => fields.with(9, '777.00'))
  change('households.csv', set(5, '2026-13-45'), 1)
  change('persons.csv', set(15, '13800001111'))
  change('persons.csv', (fields) => fields.with(2, `${fields[2]}改`))
  change('persons.csv', () => null, 2)
  change('persons.csv', set(3, '123'), 1)
  change('payments.csv', set(3, '1.00'))
  change('payments.csv', () => null)
  change('payments.csv', (fields, at) => fields.with(0, `NEU${seed}-${at}`))
  change('declared_assets.csv', (fields) => fields.with(6, '5.00'))
  change('supporters.csv', (fields) => fields.with(6, '某厂'))
  return files
}

describe('an import', async () => {
  const db = await testDb()
  const office = new ImportOffice(db)
  afterAll(() => office.close())

  it('writes nothing while it is checked, and nothing at all when the same files come twice', async () => {
    const empty = await dump(db)
    const first = await office.check(sample())
    expect(first).toMatchObject({ state: 'checked', needsSecond: true, removed: 0, may: { commit: true, confirm: false } })
    expect(await dump(db)).toEqual(empty)
    expect((await office.do<Page<QuarantineRow>>(centre, 'registry.list-quarantine', { limit: 10 })).total).toBe(0)
    expect(
      (await office.do<Page<QuarantineRow>>(centre, 'registry.list-quarantine', { importId: first.importId, limit: 10 })).total,
    ).toBeGreaterThan(50)
    expect((await office.commit(first.importId)).state).toBe('done')
    const once = await dump(db)
    expect(once.quarantined_row?.length).toBeGreaterThan(50)
    const again = await office.check(sample())
    expect(again).toMatchObject({ changed: 0, removed: 0, needsSecond: false, quarantined: first.quarantined })
    expect(await office.commit(again.importId)).toMatchObject({ state: 'done', changed: 0 })
    expect(await dump(db)).toEqual(once)
  })

  it.each([1, 2, 3])('taken back leaves every table as it was, twice in is once in (seed %i)', async (seed) => {
    const before = await dump(db)
    const run = await office.check(mutated(seed))
    expect(run).toMatchObject({ state: 'checked', removed: 0 })
    expect(run.changed).toBeGreaterThan(8)
    expect(await dump(db)).toEqual(before)
    expect(await office.commit(run.importId)).toMatchObject({ state: 'done', rests: [] })
    const after = await dump(db)
    expect(after).not.toEqual(before)
    for (const { name } of STORED_TABLES) expect(after[name]?.length, name).toBeGreaterThanOrEqual(before[name]?.length ?? 0)
    const again = await office.check(mutated(seed))
    expect(again).toMatchObject({ changed: 0, removed: 0 })
    await office.commit(again.importId)
    expect(await dump(db)).toEqual(after)
    // returned rows that the second one knows by the first hold it: it goes first
    await office.withdraw(again.importId)
    expect(await dump(db)).toEqual(after)
    expect((await office.withdraw(run.importId)).state).toBe('withdrawn')
    expect(await dump(db)).toEqual(before)
  })

  it('takes nobody off that a file does not name, and only by two where it is said to be complete', async () => {
    const files = sample()
    const gone = (files['households.csv'] ?? '').split('\n')[5]?.split(',')[0] ?? ''
    for (const file of FILES) {
      if (file !== 'divisions.csv' && file !== 'manifest.json')
        files[file] = (files[file] ?? '')
          .split('\n')
          .filter((line) => !line.includes(gone))
          .join('\n')
    }
    const part = await office.check(files)
    expect(part.removed).toBe(0)
    await office.do(centre, 'registry.drop-import', { importId: part.importId })
    const before = await dump(db)
    const whole = await office.check(files, centre, { complete: true })
    expect(whole).toMatchObject({ blocked: null, needsSecond: true, differences: { removal: { households: 1 } } })
    expect(whole.removed).toBeGreaterThan(2)
    const list = await office.do<Page<Difference>>(centre, 'registry.list-differences', {
      importId: whole.importId,
      kind: 'removed',
      limit: 100,
    })
    expect(list.rows.filter(({ table }) => table === 'households').map(({ key }) => key)).toEqual([gone])
    const { importId } = whole
    // by SQL: no step without the second person, no removal of a file that is not complete
    const tried = (text: string) => db.as(undefined, (tx) => tx.execute(text, [importId]))
    await expect(tried(`update import_run set state = 'done' where import_id = $1`)).rejects.toThrow(/import_run/)
    await expect(tried(`update import_run set state = 'applying' where import_id = $1`)).rejects.toThrow(/import_run/)
    await expect(tried(`update import_run set needs_second = false, state = 'applying' where import_id = $1`)).rejects.toThrow(
      /second person/,
    )
    await expect(tried(`update import_run set confirmed_by = 'x' where import_id = $1`)).rejects.toThrow(/while it waits/)
    await expect(tried(`update import_run set removed = 1 where import_id = $1`)).rejects.toThrow(/import_run_removal/)
    await expect(
      db.as(undefined, (tx) => tx.execute(`update import_run set complete = true where import_id = $1`, [part.importId])),
    ).rejects.toThrow(/said at the upload/)
    await expect(
      db.as(undefined, (tx) =>
        tx.execute(
          `insert into import_change (import_id, table_name, row_key, division_code, kind) values ($1, 'households', 'X', '629901001001', 'removed')`,
          [part.importId],
        ),
      ),
    ).rejects.toThrow(/only a complete package/)
    await office.do(centre, 'registry.commit-import', { importId })
    await expect(tried(`update import_run set state = 'applying', confirmed_by = 'centre' where import_id = $1`)).rejects.toThrow(
      /import_run/,
    )
    const own = office.do(centre, 'registry.confirm-import', { importId, accept: true, reason: '自己确认' })
    await expect(own).rejects.toThrow(/须由另一人/)
    await office.do(approver, 'registry.confirm-import', { importId, accept: false, reason: '请再核对一次' })
    expect(await office.read(importId)).toMatchObject({ state: 'checked', note: 'approver退回：请再核对一次' })
    expect(await office.commit(importId)).toMatchObject({ state: 'done' })
    expect(await db.as(undefined, (tx) => tx.query('select from household where household_no = $1', [gone]))).toEqual([])
    expect((await office.withdraw(importId)).state).toBe('withdrawn')
    expect(await dump(db)).toEqual(before)
    const lines = (files['households.csv'] ?? '').trimEnd().split('\n')
    const cut = { ...files, 'households.csv': `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n` }
    const blocked = await office.check(cut, centre, { complete: true })
    expect(blocked.blocked).toMatch(/超过 2% 的上限/)
    await expect(office.do(centre, 'registry.commit-import', { importId: blocked.importId })).rejects.toThrow(/超过 2%/)
  })

  it('takes nobody off whose row a complete file has and whose row is refused', async () => {
    const files = sample()
    const lines = (files['households.csv'] ?? '').split('\n')
    const named = lines[5]?.split(',')[0] ?? ''
    lines[5] = (lines[5] ?? '').split(',').with(5, '2026-13-45').join(',')
    const persons = (files['persons.csv'] ?? '').split('\n')
    // a member of another household left out, another member of it torn: a household that is half read loses nobody
    const [first, second] = persons.slice(1).filter((line, i, all) => {
      const household = line.split(',')[1]
      return household !== named && all.filter((other) => other.split(',')[1] === household).length > 1 && i < 60
    })
    const torn = persons.map((line) => (line === second ? `${line},多出一栏` : line)).filter((line) => line !== first)
    expect(first?.split(',')[1]).toBe(second?.split(',')[1])
    const run = await office.check({ ...files, 'households.csv': lines.join('\n'), 'persons.csv': torn.join('\n') }, centre, {
      complete: true,
    })
    const gone = await office.do<Page<Difference>>(centre, 'registry.list-differences', {
      importId: run.importId,
      kind: 'removed',
      limit: 100,
    })
    expect(gone.rows.map(({ table, key }) => `${table} ${key}`)).toEqual([])
    await office.do(centre, 'registry.drop-import', { importId: run.importId })
  })

  it('takes as many statements for many differences as for few', async () => {
    const statements = async (times: number) => {
      const { statements: sent } = db.pool
      sent.byText.clear()
      sent.recording = true
      const files = sample()
      const edit = (fields: string[]) => fields.with(3, '2.00')
      const run = await office.check({ 'payments.csv': edited(files['payments.csv'] ?? '', dice(9), edit, times) })
      sent.recording = false
      // how often progress is kept depends on the time it takes
      const counted = [...sent.byText].filter(([text]) => !text.includes('set bytes_read = $2'))
      await office.do(centre, 'registry.drop-import', { importId: run.importId })
      return { changed: run.changed, sent: counted.reduce((sum, [, times]) => sum + times, 0) }
    }
    const few = await statements(2)
    const many = await statements(200)
    expect(many.changed).toBeGreaterThan(few.changed + 100)
    expect(many.sent).toBe(few.sent)
  })

  it('writes nothing when the register changed after it was committed', async () => {
    const files = sample()
    const header = (files['households.csv'] ?? '').split('\n')[0] ?? ''
    const line =
      (files['households.csv'] ?? '')
        .split('\n')
        .find((each) => each.includes(',existing,'))
        ?.split(',') ?? []
    const only = { 'households.csv': `${header}\n${line.with(9, '888.00').join(',')}\n` }
    const run = await office.check(only)
    expect(run.differences).toMatchObject({
      money: 1,
      tables: [{ table: 'households', changed: 1, fields: [{ column: 'approved_amount', rows: 1 }] }],
    })
    await office.do(centre, 'registry.commit-import', { importId: run.importId })
    await office.do(approver, 'registry.confirm-import', { importId: run.importId, accept: true, reason: '已核对' })
    await db.as(undefined, (tx) => tx.execute(`update household set address = '另有变动' where household_no = $1`, [line[0]]))
    await office.work(run.importId)
    const back = await office.read(run.importId)
    expect(back).toMatchObject({ state: 'checked', committed: null, confirmed: null })
    expect(back.note).toMatch(/名册有变动/)
    await office.do(centre, 'registry.drop-import', { importId: run.importId })
  })

  it('says where an older export puts back what the register had before, and asks a second person', async () => {
    const files = sample()
    const [header = '', ...lines] = (files['persons.csv'] ?? '').split('\n')
    const line = lines.find((each) => each.startsWith('H001001000005-1,'))?.split(',') ?? []
    const of = (phone: string) => ({ 'persons.csv': `${header}\n${line.with(15, phone).join(',')}\n` })
    const newer = await office.check(of('13800002222'))
    expect(newer).toMatchObject({ needsSecond: false, differences: { older: 0 } })
    await office.commit(newer.importId)
    const older = await office.check(of(line[15] ?? ''))
    expect(older).toMatchObject({ needsSecond: true, differences: { older: 1, money: 0 } })
    const { rows } = await office.do<Page<Difference>>(centre, 'registry.list-differences', {
      importId: older.importId,
      flag: 'older',
      limit: 10,
    })
    expect(rows).toMatchObject([{ key: 'H001001000005-1', flags: ['older'], fields: [{ column: 'phone', before: '****2222' }] }])
    await office.do(centre, 'registry.drop-import', { importId: older.importId })
  })

  it('says where a file undoes what one person corrected', async () => {
    const [header = '', ...lines] = (sample()['persons.csv'] ?? '').split('\n')
    const line = lines.find((each) => each.startsWith('H001001000009-1,')) ?? ''
    const correction = { table: 'persons', key: 'H001001000009-1', fields: { marital_status: '20' }, reason: '对照证件更正' }
    expect(await office.do(centre, 'registry.correct-field', correction)).toMatchObject({ accepted: true })
    const run = await office.check({ 'persons.csv': `${header}\n${line}\n` })
    expect(run).toMatchObject({ changed: 1, needsSecond: true, differences: { older: 1 } })
    await office.do(centre, 'registry.drop-import', { importId: run.importId })
    const clerk = townsman('clerk', 'township_clerk', '629901001')
    await expect(office.do(clerk, 'registry.drop-import', { importId: run.importId })).rejects.toThrow(/不在您的辖区内/)
  })

  it('is held by what rests on it, which is named', async () => {
    const files = sample()
    const header = (files['households.csv'] ?? '').split('\n')[0] ?? ''
    const line =
      (files['households.csv'] ?? '')
        .split('\n')
        .find((each) => each.includes(',existing,'))
        ?.split(',') ?? []
    const of = (address: string) => ({ 'households.csv': `${header}\n${line.with(4, address).join(',')}\n` })
    const first = await office.check(of('甲路 1 号'))
    await office.commit(first.importId)
    const second = await office.check(of('乙路 2 号'))
    await office.commit(second.importId)
    const { rests, may } = await office.read(first.importId)
    expect(rests).toMatchObject([{ kind: 'import', href: `/imports/${second.importId}` }])
    expect(may.withdraw).toBe(false)
    await expect(
      office.do(centre, 'registry.withdraw-import', { importId: first.importId, reason: '传错了文件' }),
    ).rejects.toThrow(/不能撤回.*之后的导入/)
    await office.do(centre, 'registry.withdraw-import', { importId: second.importId, reason: '传错了文件' })
    await expect(
      db.as(undefined, (tx) =>
        tx.execute(`update import_run set withdrawn_by = 'centre' where import_id = $1`, [second.importId]),
      ),
    ).rejects.toThrow(/import_run/)
  })

  it('takes from a township its own rows alone, and from an administrator only the first roll', async () => {
    const town = townsman('clerk', 'township_clerk', '629901001')
    const leader = townsman('leader', 'township_leader', '629901001')
    const files = sample()
    const [header = '', ...lines] = (files['households.csv'] ?? '').split('\n')
    const own = lines.find((each) => each.split(',')[3]?.startsWith('629901001') && each.includes(',existing,'))?.split(',') ?? []
    const other = lines.find((each) => /^6299011/.test(each.split(',')[3] ?? ''))?.split(',') ?? []
    const moved = other.with(3, own[3] ?? '')
    const run = await office.check(
      { 'households.csv': `${[header, own.with(4, '丙路 3 号').join(','), other.with(4, '丁路').join(',')].join('\n')}\n` },
      town,
    )
    expect(run).toMatchObject({ state: 'checked', accepted: 1, quarantined: 1, changed: 1 })
    const { rows } = await office.do<Page<QuarantineRow>>(centre, 'registry.list-quarantine', {
      importId: run.importId,
      limit: 10,
    })
    expect(rows[0]?.issues.map(({ code }) => code)).toEqual(['OUTSIDE_AREA'])
    // the township sees all that it handed in, and marks nobody elsewhere by it
    const lost = (files['payments.csv'] ?? '').split('\n')[0] ?? ''
    const householdNo = other[0] ?? ''
    const stray = await office.check(
      {
        'households.csv': `${header}\n${other.with(5, '2026-13-45').join(',')}\n`,
        'payments.csv': `${lost}\nZZ1,NOBODY,2026-07,1.00,2026-07-31,,\n`,
      },
      town,
    )
    const seen = await office.do<Page<QuarantineRow>>(town, 'registry.list-quarantine', { importId: stray.importId, limit: 10 })
    expect(seen.rows.map(({ file }) => file)).toEqual(['households.csv', 'payments.csv'])
    await office.commit(stray.importId, town, leader)
    const marked = await db.as(undefined, (tx) =>
      tx.query('select incomplete from household where household_no = $1', [householdNo]),
    )
    expect(marked).toEqual([{ incomplete: false }])
    const stolen = await office.check({ 'households.csv': `${header}\n${moved.join(',')}\n` }, town)
    expect(stolen).toMatchObject({ accepted: 0, quarantined: 1, changed: 0 })
    const money = await office.check({ 'households.csv': `${header}\n${own.with(9, '654.00').join(',')}\n` }, town)
    expect(money.needsSecond).toBe(true)
    expect(await office.commit(money.importId, town, leader)).toMatchObject({ state: 'done', changed: 1 })
    const elsewhere = townsman('other', 'township_clerk', other[3]?.slice(0, 9) ?? '')
    await expect(office.read(money.importId, elsewhere)).rejects.toThrow(/不在您的辖区内/)
    await expect(office.check({ 'households.csv': `${header}\n` }, town, { complete: true })).rejects.toThrow(/只有核对中心/)
    await expect(office.check({ 'households.csv': `${header}\n` }, admin)).rejects.toThrow(/系统管理员不再导入/)
    await expect(office.do(admin, 'registry.download-quarantine', { importId: run.importId })).rejects.toThrow(
      /上传的人或核对中心/,
    )
    const may = async (person: typeof town) =>
      (await office.do<{ may: { import: boolean; complete: boolean } }>(person, 'registry.list-imports', { limit: 1 })).may
    expect(
      [await may(centre), await may(town), await may(admin), await may(approver)].map((each) => [each.import, each.complete]),
    ).toEqual([
      [true, true],
      [true, false],
      [false, false],
      [false, false],
    ])
  })
})

describe('the first roll of an empty register', async () => {
  const db = await testDb()
  const office = new ImportOffice(db)
  afterAll(() => office.close())

  it('begins with the divisions alone, by the administrator', async () => {
    const only = await office.check({ 'persons.csv': sample()['persons.csv'] ?? '' }, admin)
    expect(only.failure).toMatch(/请先导入行政区划表/)
    const run = await office.check({ 'divisions.csv': sample()['divisions.csv'] ?? '' }, admin)
    expect(run).toMatchObject({ state: 'checked', needsSecond: false })
    expect(await office.commit(run.importId, admin)).toMatchObject({ state: 'done', changed: run.changed })
  })
})

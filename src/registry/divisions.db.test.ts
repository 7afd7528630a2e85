import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Action, ActionContext } from '#platform/action'
import { type Scope, wholeScope } from '#platform/db'
import { testDb } from '#testkit/db'
import { listDivisionsAction } from './actions/households.ts'
import { type ImportOptions, importCorrections, importPackage } from './actions/import-package.ts'
import { listQualityCasesAction } from './actions/quality.ts'
import type { Division } from './contract/index.ts'
import { folderSource, type PackageSource } from './package-source.ts'
import { divisionNameOn } from './store/divisions.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const options: ImportOptions = {
  asOf: '2026-06-30',
  limits: { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 },
  actor: 'system:test',
  now: () => '2026-10-01T00:00:00.000Z',
  newId: randomUUID,
}

type Change = (text: string) => string

/** The sample with some files changed. */
async function sample(
  changes: Readonly<Record<string, Change>> = {},
  only: readonly string[] | null = null,
): Promise<PackageSource> {
  const whole = await folderSource(SAMPLE)
  const read = async (file: string): Promise<Buffer | null> => {
    if (only !== null && !only.includes(file)) return null
    const pieces: Uint8Array[] = []
    for await (const piece of whole.open(file)) pieces.push(piece)
    return Buffer.from((changes[file] ?? ((text: string) => text))(Buffer.concat(pieces).toString()))
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

describe('divisions with history', async () => {
  const db = await testDb()
  const name = (code: string, on: string) => db.as(undefined, (tx) => divisionNameOn(tx, code, on))
  const changes = () => db.as(undefined, (tx) => tx.query('select * from division_change order by changed_on, code'))
  const rename = (from: string, to: string): Change => {
    return (text) => text.replace(`,${from},`, `,${to},`)
  }
  let renamed = { code: '', name: '' }
  let merged = { code: '', name: '' }
  let heir = { code: '', name: '' }

  async function run<O>(action: Action, input: object, scope: Scope = wholeScope('test')): Promise<O> {
    return await db.as(scope, async (tx) => {
      return (await action.run({ tx, scope, today: '2026-10-12' } as unknown as ActionContext, input)) as O
    })
  }

  beforeAll(async () => {
    await importPackage(db.pool, db.keys, await sample(), options)
    const villages = await db.as(undefined, (tx) =>
      tx.query<{ code: string; name: string }>(
        `select d.code, d.name from division d where level = 'village' and exists (select from household h where h.division_code = d.code)
         order by code limit 3`,
      ),
    )
    ;[renamed = renamed, merged = merged, heir = heir] = villages
  })

  const complete = { confirmedBy: 'second' }
  const later = { ...options, asOf: '2026-08-01', complete }
  /** One village renamed, one merged into a third: its line is gone and its households stand in the other. */
  const reform = {
    'divisions.csv': (text: string) =>
      rename(
        renamed.name,
        '新名社区',
      )(text)
        .split('\n')
        .filter((line) => !line.startsWith(merged.code))
        .concat('629901001099,新设村,village,village,629901001000', '')
        .join('\n'),
    'households.csv': (text: string) => text.replaceAll(`,${merged.code},`, `,${heir.code},`),
  }

  it('begin with the first package, which changes nothing', async () => {
    expect(await changes()).toEqual([])
    expect(await name(renamed.code, '1990-01-01')).toBe(renamed.name)
    expect(await name('629999999999', '2026-01-01')).toBeNull()
  })

  it('keep the name, the end and the successor of what a package changes', async () => {
    await importPackage(db.pool, db.keys, await sample(reform), later)
    const kept = await changes()
    expect(kept).toHaveLength(2)
    expect(kept).toContainEqual(
      expect.objectContaining({ ...renamed, valid_from: null, changed_on: '2026-08-01', successor_code: renamed.code }),
    )
    expect(kept).toContainEqual(
      expect.objectContaining({ ...merged, valid_from: null, changed_on: '2026-08-01', successor_code: heir.code }),
    )
    const since = await db.as(undefined, (tx) =>
      tx.query('select code, since from division where since is not null order by code'),
    )
    expect(since).toEqual([
      { code: renamed.code, since: '2026-08-01' },
      { code: '629901001099', since: '2026-08-01' },
    ])
  })

  it('are named as they were on a day, half-open', async () => {
    expect(await name(renamed.code, '2026-07-31')).toBe(renamed.name)
    expect(await name(renamed.code, '2026-08-01')).toBe('新名社区')
    expect(await name(merged.code, '2026-07-31')).toBe(merged.name)
    expect(await name(merged.code, '2030-01-01')).toBe(merged.name)
    expect(await name('629901001099', '2020-01-01')).toBe('新设村')
  })

  it('are shown with the names people still know, and found by them', async () => {
    const { rows } = await run<{ rows: Division[] }>(listDivisionsAction, { level: 'village', limit: 1000 })
    expect(rows.find((row) => row.code === renamed.code)?.formerly).toEqual([{ ...renamed, until: '2026-08-01' }])
    expect(rows.find((row) => row.code === heir.code)?.formerly).toEqual([{ ...merged, until: '2026-08-01' }])
    const found = await run<{ rows: Division[] }>(listDivisionsAction, { q: merged.name, limit: 100 })
    expect(found.rows.map((row) => row.code)).toContain(heir.code)
  })

  it('change nothing when the same package comes again, and nothing by a package of the same day', async () => {
    await importPackage(db.pool, db.keys, await sample(reform), later)
    expect(await changes()).toHaveLength(2)
    await importPackage(db.pool, db.keys, await sample({ ...reform, 'officials.csv': (text) => `${text}\n` }), later)
    expect(await changes()).toHaveLength(2)
  })

  it('follow a second change, each state in its own days', async () => {
    const twice = { ...reform, 'divisions.csv': (text: string) => rename('新名社区', '又名社区')(reform['divisions.csv'](text)) }
    await importPackage(db.pool, db.keys, await sample(twice), { ...later, asOf: '2026-09-01' })
    expect(await name(renamed.code, '2026-07-31')).toBe(renamed.name)
    expect(await name(renamed.code, '2026-08-31')).toBe('新名社区')
    expect(await name(renamed.code, '2026-09-01')).toBe('又名社区')
  })

  it('tell what became of a code a household still carries', async () => {
    const stray = {
      'divisions.csv': reform['divisions.csv'],
    }
    await importPackage(db.pool, db.keys, await sample(stray), { ...later, asOf: '2026-09-30' })
    const township = `${merged.code.slice(0, 9)}000`
    const { rows } = await run<{ rows: { question: string }[] }>(listQualityCasesAction, { township, rule: 'IDQ-10', limit: 10 })
    expect(rows[0]?.question).toBe(`行政区划“${merged.name}”自 2026-08-01 起不再使用，现为“${heir.name}”，请更新`)
  })

  it('are not ended by a file of corrections that names only some of them', async () => {
    const before = await changes()
    const only = (text: string) =>
      text
        .split('\n')
        .filter((line, i) => i === 0 || line.startsWith(heir.code))
        .join('\n')
        .replace(`,${heir.name},`, ',合并社区,')
    await importCorrections(db.pool, db.keys, await sample({ 'divisions.csv': only }, ['divisions.csv']), {
      ...options,
      asOf: '2026-10-01',
    })
    expect(await changes()).toHaveLength(before.length + 1)
    expect(await name(heir.code, '2026-09-30')).toBe(heir.name)
    expect(await name(heir.code, '2026-10-01')).toBe('合并社区')
  })
})

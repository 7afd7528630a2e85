import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Scope } from '#platform/db'
import { testDb } from '#testkit/db'
import { findSamePersons, folderSource, importPackage, searchHouseholds } from './index.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const on = '2026-10-12'
const village: Scope = { lo: '629901001001', hi: '629901001002', actor: 'clerk' }
const elsewhere: Scope = { lo: '629901100000', hi: '629901101000', actor: 'other' }
const HOUSEHOLD = 'H001001000005'
const HEAD_NUMBER = '62990119920706001X'
const NOBODY = '62990119700101991X'

describe('search first', async () => {
  const db = await testDb()
  await importPackage(db.pool, db.keys, await folderSource(SAMPLE), {
    asOf: '2026-09-30',
    limits: { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 },
    actor: 'system:test',
    now: () => '2026-10-01T00:00:00.000Z',
    newId: randomUUID,
  })
  const search = (text: string, scope?: Scope) => db.as(scope, (tx) => searchHouseholds(tx, db.keys, { text, on }))

  it('finds a household by number, name, initials, pinyin and the full number of a member or supporter', async () => {
    for (const text of [
      HOUSEHOLD,
      '壬康丰',
      'rkf',
      'renkangf',
      HEAD_NUMBER,
      HEAD_NUMBER.toLowerCase(),
      '壬明园',
      'rmy',
      '629901199603010014',
    ]) {
      const { rows } = await search(text, village)
      expect(
        rows.map(({ householdNo }) => householdNo),
        text,
      ).toContain(HOUSEHOLD)
    }
    const { rows } = await search('壬明园', village)
    expect(rows[0]).toMatchObject({
      headName: '壬康丰',
      aid: 'current',
      kindLabel: '在保（存量）',
      matched: [{ name: '壬明园', role: 'supporter' }],
    })
    expect(rows[0]?.villageName).not.toBe(rows[0]?.villageCode)
  })

  it('tells of a number beyond the scope only that it stands in another division', async () => {
    expect(await search(HEAD_NUMBER, elsewhere)).toEqual({ rows: [], more: false, elsewhere: true, numberFault: null })
    expect(await search('壬康丰', elsewhere)).toMatchObject({ rows: [], elsewhere: false })
    const same = (scope: Scope) => db.as(scope, (tx) => findSamePersons(tx, db.keys, [HEAD_NUMBER, NOBODY]))
    expect(await same(elsewhere)).toEqual([
      { idNumber: HEAD_NUMBER, role: 'member', householdKind: 'existing', householdNo: null },
    ])
    expect(await same(village)).toMatchObject([{ householdNo: HOUSEHOLD }])
  })

  it('is back in its own scope afterwards, and bounded', async () => {
    const seen = await db.as(elsewhere, async (tx) => {
      await searchHouseholds(tx, db.keys, { text: HEAD_NUMBER, on })
      return tx.query('select from household where household_no = $1', [HOUSEHOLD])
    })
    expect(seen).toHaveLength(0)
    const many = await db.as(undefined, (tx) => searchHouseholds(tx, db.keys, { text: 'H', on, limit: 5 }))
    expect(many.rows).toHaveLength(5)
    expect(many.more).toBe(true)
    const before = db.pool.statements.count
    await search(HEAD_NUMBER)
    expect(db.pool.statements.count - before).toBeLessThanOrEqual(5)
  })

  it('says what is wrong with a word', async () => {
    await expect(search('  ')).rejects.toThrow(/请输入姓名/)
    await expect(search('长'.repeat(80))).rejects.toThrow(/过长/)
    expect((await search('629901199207060011')).numberFault).toMatch(/校验位不对/)
    expect(await search("%_'\\")).toMatchObject({ rows: [] })
  })
})

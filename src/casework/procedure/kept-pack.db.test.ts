import { beforeAll, describe, expect, it } from 'vitest'
import { builtInPack, packAt, packOf, packSnapshot, revisedPack, savePackSnapshot, verifyParametersOf } from '#policy'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { termsOf } from '../intake/actions/draft.ts'
import { adultAgeOf } from '../notice/actions/listing.ts'
import type { CaseFile } from './actions/file-model.ts'

describe('a case under the pack as it was kept', () => {
  let db: TestDb
  beforeAll(async () => {
    db = await testDb()
  })

  it('takes ages of notice and application from the kept pack, not from the one that ships', async () => {
    const on = '2026-11-01'
    const basis = { clause: '测试 第一条', mark: 'known', reviewed_until: '2027-12-31' } as const
    const ages = { adult_age: '20', guardian_age: '19' }
    const changes = Object.entries(ages).map(([name, value]) => ({ section: 'verify', name, from: on, value, ...basis }) as const)
    const kept = packAt(revisedPack(builtInPack('reference'), changes, 'revision:test'), on)
    const under = { pack_id: 'reference', pack_hash: kept.hash, pack_on: on }
    const shipped = { ...under, pack_hash: 'of-no-snapshot' }
    await db.as(undefined, async (tx) => {
      await savePackSnapshot(tx, kept.hash, packSnapshot(kept))
      expect([await adultAgeOf(tx, under), await adultAgeOf(tx, shipped)]).toEqual([20, 18])
      // a snapshot of another pack under this hash is not the pack the case was opened under
      await savePackSnapshot(tx, 'exchanged', packSnapshot(kept))
      expect(await codeOf(packOf(tx, { ...under, pack_hash: 'exchanged' }))).toBe('casework.pack-altered')
      const pack = await packOf(tx, under)
      expect(verifyParametersOf(pack)).toMatchObject({ adult_age: 20, guardian_age: 19 })
      expect(termsOf({ pack } as CaseFile, on).guardianAge).toBe(19)
    })
  })
})

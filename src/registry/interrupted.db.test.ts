import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Blobs } from '#platform/blobs'
import { testDb } from '#testkit/db'
import { approver, centre, ImportOffice } from '#testkit/import-office'
import { CORE_TABLES } from './tables.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const FILES = ['manifest.json', ...CORE_TABLES.map(({ file }) => file)]

describe('an import interrupted while it is written', async () => {
  const db = await testDb()
  const office = new ImportOffice(db)
  const torn = {
    ...office.blobs,
    size: () => Promise.reject(new Error('torn')),
    read: () => {
      throw new Error('torn')
    },
  } as Blobs
  let importId = ''

  beforeAll(async () => {
    const files = Object.fromEntries(FILES.map((file) => [file, readFileSync(join(SAMPLE, file), 'utf8')]))
    importId = (await office.check(files)).importId
    await office.do(centre, 'registry.commit-import', { importId })
    await office.do(approver, 'registry.confirm-import', { importId, accept: true, reason: '已对照原件核对' })
  })
  afterAll(() => office.close())

  it('stays committed and confirmed while it is tried again', async () => {
    const before = await office.read(importId)
    await expect(office.work(importId, { blobs: torn })).rejects.toThrow('torn')
    const { state, committed, confirmed, failure } = await office.read(importId)
    expect({ state, committed, confirmed, failure }).toEqual({
      state: 'applying',
      committed: before.committed,
      confirmed: before.confirmed,
      failure: null,
    })
  })

  it('says that it is to be committed again when all tries failed and it is begun anew', async () => {
    await expect(office.work(importId, { blobs: torn, isLastTry: true })).rejects.toThrow('torn')
    const failed = await office.read(importId)
    expect(failed.state).toBe('failed')
    expect(failed.failure).toMatch(/请联系系统管理员/)
    expect(failed.failure).not.toMatch(/正在重试/)
    await office.work(importId)
    expect(await office.read(importId)).toMatchObject({
      state: 'checked',
      committed: null,
      confirmed: null,
      note: '写入时中断，名册没有改动，请重新提交',
    })
    expect(await office.commit(importId)).toMatchObject({ state: 'done', note: null })
  })
})

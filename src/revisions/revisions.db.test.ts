import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseYuan } from '#kernel/money'
import { systemClock } from '#platform/clock'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import type { JobContext } from '#platform/job'
import { assessHousehold, assessmentBasis, builtInPack, factsAgain, packAt, packInForce, packOf } from '#policy'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { ReplayHousehold, ReplayView } from './contract/replay.ts'
import type { PolicyParameter, RevisionView } from './contract/revision.ts'
import { assessDistrict, doReplay, type ReplayContext, replayJob } from './jobs/replay.ts'
import { findReplay, insertReplay, loadFactRows } from './store/replays.ts'

const officer = person('policy_officer', 'policy')
const colleague = person('policy_officer', 'policy2')
const approver = person('district_approver', 'approver')
const clerk = person('township_clerk', 'clerk')
const basis = { clause: '某区民发〔2026〕9号 第一条', mark: 'sourced', reviewedUntil: '2027-12-31' }
const chinaToday = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)

describe('the policy officer’s desk', () => {
  let db: TestDb
  let district: VerifiedDistrict
  let context: ReplayContext

  beforeAll(async () => {
    db = await testDb()
    district = await verifiedDistrict(db, { households: 60 })
    const signal = new AbortController().signal
    context = { workerDb: db.workerPool, keys: district.keys, clock: systemClock, signal }
  })
  afterAll(async () => {
    await district.close()
  })

  const create = (title = '提高城市低保标准') =>
    district.call<RevisionView>(officer, 'casework.create-revision', { body: { packId: 'reference', title } })
  const change = (revision: RevisionView, more: object, actor = officer) =>
    district.call<RevisionView>(actor, 'casework.change-value', {
      params: { revisionId: revision.revisionId },
      body: { version: revision.version, from: chinaToday(), ...basis, ...more },
    })
  const step = (name: string, revision: RevisionView, actor = officer, more: object = {}) =>
    district.call<RevisionView>(actor, `casework.${name}-revision`, {
      params: { revisionId: revision.revisionId },
      body: { version: revision.version, ...more },
    })
  const standards = async (revision: RevisionView, yuan: string, from = chinaToday()) => {
    const value = { from, json: `{"value":${yuan},"unit":"month"}` }
    const first = await change(revision, { ...value, section: 'assess', name: 'standard.urban' })
    return change(first, { ...value, section: 'verify', name: 'standard_urban' })
  }
  const refusalIn = async (work: (tx: Tx) => Promise<unknown>): Promise<string> => {
    try {
      await db.as(undefined, work)
      return 'done'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  interface Opened {
    readonly case_no: string
    readonly pack_hash: string
    readonly pack_on: string
    readonly pack_id: string
  }
  const rowOfCase = (caseNo: string) =>
    db.as(undefined, (tx) =>
      tx.one<Opened>('select case_no, pack_hash, pack_on, pack_id from casefile where case_no = $1', [caseNo]),
    )
  /** Opens a case of the nth household of the district. */
  const openCase = async (nth: number): Promise<Opened> => {
    const [household] = await db.as(undefined, (tx) =>
      tx.query<{ household_no: string }>('select household_no from household order by household_no offset $1 limit 1', [nth]),
    )
    const body = { householdNo: household?.household_no, origin: 'application' }
    return rowOfCase((await district.call<{ caseNo: string }>(clerk, 'casework.open', { body })).caseNo)
  }
  /** By which pack, and by which standard, a case is judged now. */
  const underPack = async (caseNo: string) => {
    const row = await rowOfCase(caseNo)
    const pack = await db.as(undefined, (tx) => packOf(tx, row))
    return { hash: pack.hash, standard: assessmentBasis(pack).parameters.standard.urban.value }
  }

  it('refuses a wrong value with a sentence that names the parameter and the field', async () => {
    const revision = await create()
    const wrong = change(revision, { section: 'assess', name: 'standard.urban', json: '{"value":"很多","unit":"month"}' })
    await expect(wrong).rejects.toMatchObject({
      code: 'casework.value',
      status: 422,
      message: expect.stringContaining('城市低保标准'),
      details: { issues: [{ path: ['json', 'value'] }] },
    })
    const early = change(revision, {
      section: 'assess',
      name: 'standard.urban',
      json: '{"value":1,"unit":"month"}',
      from: '2001-01-01',
    })
    await expect(early).rejects.toMatchObject({ details: { issues: [{ path: ['from'] }] } })
    expect(await codeOf(step('submit', revision))).toBe('casework.revision-fault')
    const half = await change(revision, { section: 'assess', name: 'standard.urban', json: '{"value":760,"unit":"month"}' })
    expect(half.fault).toContain('两处须一并修改')
    expect(
      await codeOf(change(revision, { section: 'assess', name: 'standard.urban', json: '{"value":1,"unit":"month"}' })),
    ).toBe('casework.stale')
    expect(await codeOf(step('delete', half))).toBe('done')
    expect(await codeOf(step('submit', half))).toBe('casework.no-revision')
  })

  it('is not open to a township, and an approver publishes but does not write', async () => {
    expect(await codeOf(district.call(clerk, 'casework.list-packs'))).toBe('identity.not-permitted')
    const title = { body: { packId: 'reference', title: '试一试权限' } }
    expect(await codeOf(district.call(approver, 'casework.create-revision', title))).toBe('identity.not-permitted')
    const { rows } = await district.call<{ rows: { packId: string; inUse: boolean }[] }>(approver, 'casework.list-packs')
    expect(rows.filter(({ inUse }) => inUse).map(({ packId }) => packId)).toEqual(['reference'])
  })

  it('is not published by anybody who wrote in it: by sentence and by the database', async () => {
    const ready = await standards(await create('两人写的修订'), '730')
    const limits = { section: 'casework', name: 'undo_minutes', json: '30' }
    const submitted = await step('submit', await change(ready, limits, colleague))
    expect(submitted.state).toBe('submitted')
    for (const maker of [officer, colleague])
      expect(await codeOf(step('publish', submitted, maker))).toBe('casework.own-revision')
    const byHand = (who: string) =>
      refusalIn((tx) =>
        tx.execute(
          `update policy_revision set state = 'published', published_by = $2, published_by_name = $2, published_at = now(), pack_hash = 'x'
           where revision_id = $1`,
          [submitted.revisionId, who],
        ),
      )
    expect(await byHand('policy')).toMatch(/one person/)
    expect(await byHand('policy2')).toMatch(/one person/)
    const rewrite = `update policy_revision set changes = '[]' where revision_id = $1`
    expect(await refusalIn((tx) => tx.execute(rewrite, [submitted.revisionId]))).toMatch(
      /does not go from submitted to submitted/,
    )
    const returned = await step('return', submitted, approver, { reason: '条款写得不全' })
    expect(returned).toMatchObject({ state: 'draft', reason: '条款写得不全' })
    expect(await codeOf(step('delete', returned))).toBe('done')
  })

  it('once published stands, changes what new cases and campaigns go by, and leaves a running one alone', async () => {
    const today = chinaToday()
    const before = await db.as(undefined, (tx) => packInForce(tx, 'reference'))
    const campaign = await db.as(undefined, (tx) =>
      tx.one<{ pack_hash: string }>('select pack_hash from campaign where campaign_id = $1', [district.campaignId]),
    )
    const running = await openCase(0)
    const submitted = await step('submit', await standards(await create(), '760'))
    const published = await step('publish', submitted, approver)
    expect(published.state).toBe('published')
    const after = await db.as(undefined, (tx) => packInForce(tx, 'reference'))
    expect(packAt(after, today).hash).toBe(published.packHash)
    expect(packAt(after, today).hash).not.toBe(packAt(before, today).hash)
    expect(assessmentBasis(packAt(after, today)).parameters.standard.urban.value).toEqual({ n: 760n, d: 1n })
    expect(packAt(after, '2026-01-01').hash).toBe(packAt(builtInPack('reference'), '2026-01-01').hash)

    const kept = await db.as(undefined, (tx) =>
      tx.one<{ pack_hash: string; n: number }>(
        `select pack_hash, (select count(*) from pack_snapshot s where s.pack_hash = c.pack_hash) as n from campaign c where campaign_id = $1`,
        [district.campaignId],
      ),
    )
    expect(kept).toEqual({ pack_hash: campaign.pack_hash, n: 1 })
    const opened = await openCase(1)
    expect(opened.pack_hash).toBe(published.packHash)
    expect((await underPack(opened.case_no)).standard).toEqual({ n: 760n, d: 1n })
    expect(running.pack_hash).toBe(packAt(before, today).hash)
    expect(await underPack(running.case_no)).toEqual({ hash: running.pack_hash, standard: { n: 720n, d: 1n } })
    const view = await district.call<{ parameters: PolicyParameter[] }>(officer, 'casework.read-pack', {
      params: { packId: 'reference' },
    })
    const standard = view.parameters.find(({ section, name }) => section === 'assess' && name === 'standard.urban')
    expect(standard?.values.at(-1)).toMatchObject({ text: '760 元/月', kind: 'revision', originLabel: '修订：提高城市低保标准' })

    for (const sql of [
      `update policy_revision set title = '改名' where revision_id = $1`,
      `update policy_revision set pack_hash = 'x' where revision_id = $1`,
      `update policy_revision set state = 'draft' where revision_id = $1`,
      'delete from policy_revision where revision_id = $1',
    ]) {
      expect(await refusalIn((tx) => tx.execute(sql, [published.revisionId])), sql).toMatch(/stand|does not go|only a draft/)
    }
    const withdrawn = await step('withdraw', published, approver, { reason: '文件暂缓执行' })
    expect(withdrawn.state).toBe('withdrawn')
    expect(packAt(await db.as(undefined, (tx) => packInForce(tx, 'reference')), today).hash).toBe(packAt(before, today).hash)
  })

  it('compares a pack with itself under a draft', async () => {
    const draft = await standards(await create('比较用的草稿'), '800', '2027-07-01')
    const query = { packA: 'reference', onA: '2027-07-01', packB: 'reference', onB: '2027-07-01', revision: draft.revisionId }
    const { rows } = await district.call<{ rows: { name: string; after: { text: string } }[] }>(
      officer,
      'casework.compare-packs',
      {
        query,
      },
    )
    expect(rows.map(({ name, after }) => `${name} ${after.text}`)).toEqual([
      'standard_urban 800 元/月',
      'standard.urban 800 元/月',
    ])
  })

  /** Asks for a replay as the route does, without a queue. */
  async function ask(before: object, after: object): Promise<string> {
    const replayId = randomUUID()
    const side = (own: object) => ({ packId: 'reference', on: chinaToday(), revisionId: null, ...own })
    const by = { divisionCode: officer.divisionCode, by: 'policy', byName: '政策', at: new Date().toISOString() }
    await db.as(undefined, (tx) => insertReplay(tx, { replayId, before: side(before), after: side(after), ...by }))
    return replayId
  }
  const readReplay = (replayId: string) => district.call<ReplayView>(officer, 'casework.read-replay', { params: { replayId } })
  const flips = (replayId: string, query: object = {}) =>
    district.call<{ rows: ReplayHousehold[]; total: number; next: string | null }>(officer, 'casework.list-replay-households', {
      params: { replayId },
      query,
    })

  it('replays the district: as single assessments say, kept, paged, with masked names', async () => {
    const draft = await standards(await create('大幅提高'), '1400')
    const replayId = await ask({}, { revisionId: draft.revisionId })
    const result = await doReplay(context, replayId)
    const view = await readReplay(replayId)
    expect(view).toMatchObject({ state: 'done', campaignLabel: '测试批次', result })
    if (view.result === null) throw new Error('no result')
    const { households, winners, losers, same, neither, leftOut, townships, beforeFen, afterFen, differenceFen } = view.result
    expect(households + leftOut).toBeGreaterThan(40)
    expect(winners).toBeGreaterThan(0)
    expect(winners + losers + same + neither).toBe(households)
    expect(afterFen - beforeFen).toBe(differenceFen)
    expect(townships.reduce((sum, own) => sum + own.afterFen, 0)).toBe(afterFen)

    const page = await flips(replayId, { limit: 3 })
    expect(page.total).toBe(winners + losers)
    const rest = page.next === null ? { rows: [] } : await flips(replayId, { limit: 200, cursor: page.next })
    const all = [...page.rows, ...rest.rows]
    expect(new Set(all.map(({ householdNo }) => householdNo)).size).toBe(winners + losers)
    expect(all.every(({ name }) => name.includes('*'))).toBe(true)
    const entering = await flips(replayId, { change: 'entering' })
    expect(entering.rows.every(({ beforeWhy, afterWhy }) => beforeWhy.length > 0 && afterWhy.length === 0)).toBe(true)

    const pack = await db.as(undefined, (tx) => packInForce(tx, 'reference'))
    const single = assessmentBasis(packAt(pack, chinaToday()))
    const facts = await db.as(undefined, (tx) => loadFactRows(tx, district.campaignId))
    const known = new Map(all.map((row) => [row.householdNo, row]))
    let sum = 0
    for (const { household_no: no, sealed } of facts) {
      if (sealed === null) continue
      const assessment = assessHousehold(single, factsAgain(JSON.parse(district.keys.openText(sealed))))
      const fen = parseYuan(assessment.total)
      sum += fen
      const row = known.get(no)
      if (row !== undefined) expect([no, row.beforeFen, row.beforeWhy.length === 0]).toEqual([no, fen, assessment.eligible])
    }
    expect(sum).toBe(beforeFen)
  })

  it('takes as many statements for the whole district as for a village, and gathers facts once', async () => {
    const count = async (divisionCode: string) => {
      const replayId = await ask({}, { on: '2027-01-01' })
      await db.as(undefined, (tx) =>
        tx.execute('update replay_run set division_code = $2 where replay_id = $1', [replayId, divisionCode]),
      )
      const run = await db.as(undefined, (tx) => findReplay(tx, replayId))
      if (run === undefined) throw new Error('no run')
      await district.stopWorker()
      const before = db.workerPool.statements.count
      const result = await withTransaction(db.workerPool, wholeScope('test'), (tx) =>
        assessDistrict(tx, context, run, district.campaignId),
      )
      return { statements: db.workerPool.statements.count - before, households: result.households }
    }
    const [whole, village] = [await count(officer.divisionCode), await count('629901001001')]
    expect(whole.households).toBeGreaterThan(village.households)
    expect(whole.statements).toBe(village.statements)
    expect(whole.statements).toBeLessThan(10)
    const again = await ask({}, { on: '2027-01-01' })
    await doReplay(context, again)
    expect((await readReplay(again)).expected).toBe(0)
  })

  it('that breaks off for a reason of the system says so on its page, and is done when the queue tries it again', async () => {
    const replayId = await ask({}, { on: '2027-01-01' })
    const owner = db.ownerPool.pool
    await owner.query(`create function no_room() returns trigger language plpgsql as
      $$ begin raise exception 'planted' using errcode = '53100'; end $$`)
    await owner.query(
      `create trigger no_room before update on replay_run for each row when (new.state = 'done') execute function no_room()`,
    )
    await expect(replayJob.run(context as JobContext, { replayId })).rejects.toMatchObject({ code: '53100' })
    expect(await readReplay(replayId)).toMatchObject({ state: 'failed', failure: expect.stringContaining('正在重试') })
    await owner.query('drop function no_room() cascade')
    await replayJob.run(context as JobContext, { replayId })
    expect(await readReplay(replayId)).toMatchObject({ state: 'done', failure: null })
  })

  it('refuses two equal sides, and a side before its pack', async () => {
    const side = { packId: 'reference', on: '2026-06-01', revisionId: null }
    const start = (before: object, after: object) =>
      codeOf(district.call(officer, 'casework.start-replay', { body: { before, after } }))
    expect(await start(side, { ...side, on: '2027-01-01' })).toBe('server.no-queue')
    const replayId = await ask({ on: '2020-01-01' }, {})
    await expect(doReplay(context, replayId)).rejects.toMatchObject({ code: 'casework.side' })
  })
})

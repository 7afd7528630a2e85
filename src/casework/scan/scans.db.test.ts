import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#platform/action'
import { instantMs } from '#platform/clock'
import { CaseWalk, steppingClock } from '#testkit/case-walk'
import { testDb } from '#testkit/db'
import { shortPdf } from '#testkit/handed-files'
import { boundPdf, noisy, type Sheet, scanned, turned, withoutCode } from '#testkit/scanner'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { CaseView, ScanPage, ScanStack } from '../contract/index.ts'
import { doScan } from '../server.ts'
import { startScansAction } from './actions/scan-pages.ts'

const minutes = 60_000
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'not refused',
    (error: { message: string }) => error.message,
  )

describe('scanned papers of cases', () => {
  let district: VerifiedDistrict
  let walk: CaseWalk
  let caseNo = ''
  let sheets: Sheet[] = []
  const clerk = () => walk.who('township_clerk', 'clerk')
  const call = <T>(actor: Actor, name: string, parts: object = {}): Promise<T> => district.call<T>(actor, name, parts)
  const listed = (state: ScanPage['state'], actor = clerk()) =>
    call<{ rows: ScanPage[]; total: number }>(actor, 'casework.list-scan-pages', { query: { state } })

  /** Hands files in and reads them as the job does; gives the stacks. */
  async function hand(files: Record<string, Buffer>, actor = clerk()): Promise<ScanStack[]> {
    const stored = []
    for (const [name, bytes] of Object.entries(files)) {
      stored.push(await district.handIn(actor, { bytes, name, kind: 'scan' }))
    }
    const { stackIds } = await call<{ stackIds: string[] }>(actor, 'casework.start-scans', { body: { files: stored } })
    const { runtime } = district
    const context = { db: runtime.db, blobs: runtime.blobs, clock: runtime.clock, signal: new AbortController().signal }
    for (const stackId of stackIds) await doScan(context, stackId)
    const { stacks } = await call<{ stacks: ScanStack[] }>(actor, 'casework.list-scans')
    return stackIds.flatMap((id) => stacks.filter((stack) => stack.stackId === id))
  }

  const printed = async (form = 'application', no = caseNo): Promise<Sheet[]> => {
    const paper = await call<{ body: Buffer }>(clerk(), 'casework.print-paper', { params: { caseNo: no, form } })
    return scanned(paper.body, 150)
  }

  beforeAll(async () => {
    district = await verifiedDistrict(await testDb(), { households: 60, batchSize: 20, clock: steppingClock() })
    const { code } = await district.db.as(undefined, (tx) =>
      tx.one<{ code: string }>(
        `select division_code as code from household where aid_from is not null and aid_to is null and not incomplete
         group by 1 order by count(*) desc, 1 limit 1`,
      ),
    )
    const own = new Map(district.actions)
    own.set('casework.start-scans', startScansAction({ sendScan: async () => undefined }))
    Object.assign(district, { actions: own })
    walk = new CaseWalk(district, steppingClock(), code)
    await district.db.ownerPool.pool.query(
      `insert into app_user (user_id, login, display_name, role, division_code, password_hash)
       select r, r, '归档' || r, role, division, 'x'
       from unnest(array['clerk', 'elsewhere'], array['township_clerk', 'township_clerk'], array[$1, $2]) as u(r, role, division)`,
      [`${code.slice(0, 9)}000`, '629901099000'],
    )
    await walk.apply('丁新来', '51', 'rural', '300')
    caseNo = walk.caseNo
    sheets = await printed()
  }, 2 * minutes)
  afterAll(() => district.close())

  it(
    'a stack of signed pages files itself, whichever way up; a page whose code is gone waits; nothing is lost',
    async () => {
      const [first, second, third] = sheets as [Sheet, Sheet, Sheet]
      const stack = boundPdf([noisy(turned(second, 180), 30), noisy(first, 30), withoutCode(first), noisy(turned(third, 3), 20)])
      const [read] = await hand({ '签字件.pdf': stack })
      expect(read).toMatchObject({ state: 'done', pages: 4, filed: 3, waiting: 1, repeated: 0, failure: null })
      const { scans } = await call<CaseView>(clerk(), 'casework.open-case', { params: { caseNo } })
      expect(scans.map(({ form, formVersion, formPage, remark }) => [form, formVersion, formPage, remark])).toEqual([
        ['application', 1, 1, null],
        ['application', 1, 2, null],
        ['application', 1, 3, null],
      ])
      const { rows } = await listed('waiting')
      expect(rows).toMatchObject([{ page: 3, remark: '没有读到归档二维码，请手工归档', hasPicture: true }])
      const shown = { params: { pageId: scans[0]?.pageId ?? '' } }
      const picture = await call<{ body: Buffer; mediaType: string }>(clerk(), 'casework.read-scan-page', shown)
      expect([picture.mediaType, picture.body.subarray(1, 4).toString()]).toEqual(['image/png', 'PNG'])
      const looked = await district.db.as(undefined, (tx) =>
        tx.query<{ purpose: string }>(`select purpose from journal where chain = $1 and purpose like '%扫描件%' order by 1`, [
          `case:${caseNo}`,
        ]),
      )
      expect(looked.map(({ purpose }) => purpose)).toEqual([
        '扫描件按二维码归档',
        '扫描件按二维码归档',
        '扫描件按二维码归档',
        '查看扫描件',
      ])
    },
    2 * minutes,
  )

  it(
    'the same file once more files nothing twice; another scan of the same page waits for a person',
    async () => {
      const stack = boundPdf([noisy(sheets[0] as Sheet, 30)])
      const [again] = await hand({ '又一次.pdf': stack })
      expect(again).toMatchObject({ filed: 0, repeated: 1, waiting: 0 })
      const [rescanned] = await hand({ '重扫.pdf': boundPdf([noisy(sheets[0] as Sheet, 25, 7)]) })
      expect(rescanned).toMatchObject({ filed: 0, repeated: 0, waiting: 1 })
      const { rows } = await listed('waiting')
      expect(rows.at(-1)?.remark).toContain('已有扫描件')
    },
    minutes,
  )

  it(
    'an older version is filed with a warning; a version that was never printed waits',
    async () => {
      const old = await printed('household-economics')
      const seen = '13900001234'
      const changes = [{ do: 'set', section: 'household', row: 'household', column: 'phone', value: '13900005678', seen }]
      await call(clerk(), 'casework.save-draft', { params: { caseNo }, body: { changes } })
      expect(await printed('household-economics').then((pages) => pages.length)).toBe(old.length)
      const [read] = await hand({ '旧版.pdf': boundPdf(old) })
      expect(read?.filed).toBe(old.length)
      const { scans, papers } = await call<CaseView>(clerk(), 'casework.open-case', { params: { caseNo } })
      const versions = papers.filter(({ form }) => form === 'household_economics').map(({ formVersion }) => formVersion)
      expect(versions).toEqual([1, 2])
      expect(scans.find(({ form }) => form === 'household_economics')?.remark).toContain('最新打印的是第 2 版')
      await printed('household-economics')
      const again = await call<CaseView>(clerk(), 'casework.open-case', { params: { caseNo } })
      expect(again.papers.at(-1)?.formVersion).toBe(2)
    },
    2 * minutes,
  )

  it(
    "a case outside the scanner's area is refused with words, and somebody else sees nothing of it",
    async () => {
      const elsewhere = person('township_clerk', 'elsewhere', '629901099000')
      const [read] = await hand({ '外乡.pdf': boundPdf([noisy(sheets[1] as Sheet, 22, 5)]) }, elsewhere)
      expect(read).toMatchObject({ filed: 0, waiting: 1 })
      const { rows } = await listed('waiting', elsewhere)
      expect(rows.map(({ remark }) => remark)).toEqual([`案件 ${caseNo} 不在您的辖区内或不存在，请交有权办理的人员归档`])
      const pageId = rows[0]?.pageId ?? ''
      const filing = { params: { pageId }, body: { caseNo, form: 'application' } }
      expect(await refusal(call(elsewhere, 'casework.file-scan-page', filing))).toContain('不在您的辖区内')
      expect((await listed('waiting')).rows.some((row) => row.pageId === pageId)).toBe(false)
    },
    minutes,
  )

  it('a person files by hand, sets aside with a reason, and puts back what was filed wrongly', async () => {
    const { rows } = await listed('waiting')
    const [torn, double] = rows as [ScanPage, ScanPage]
    const wrong = { params: { pageId: torn.pageId }, body: { caseNo, form: 'no-form' } }
    expect(await refusal(call(clerk(), 'casework.file-scan-page', wrong))).toBe('请选择是哪种材料')
    const filing = { params: { pageId: torn.pageId }, body: { caseNo, form: 'evidence' } }
    const filed = await call<ScanPage>(clerk(), 'casework.file-scan-page', filing)
    expect(filed).toMatchObject({
      state: 'filed',
      caseNo,
      applicantName: '丁新来',
      formLabel: '证明材料',
      byHand: true,
      remark: null,
    })
    expect(await refusal(call(clerk(), 'casework.file-scan-page', filing))).toContain('已经归档')
    const aside = { body: { pageIds: [double.pageId], reason: '重复扫描的一页' } }
    expect(await call(clerk(), 'casework.set-scan-pages-aside', aside)).toEqual({ pages: 1 })
    expect(await refusal(call(clerk(), 'casework.set-scan-pages-aside', aside))).toContain('都没有搁置')
    expect((await listed('aside')).rows).toMatchObject([{ pageId: double.pageId, reason: '重复扫描的一页' }])
    const back = { params: { pageId: torn.pageId }, body: { reason: '归错了案件' } }
    const returned = await call<ScanPage>(clerk(), 'casework.return-scan-page', back)
    expect(returned).toMatchObject({
      state: 'waiting',
      caseNo: null,
      remark: `由案件 ${caseNo} 的证明材料退回`,
      reason: '归错了案件',
    })
    expect((await listed('waiting')).rows.map(({ pageId }) => pageId)).toContain(torn.pageId)
  })

  it(
    'a file that cannot be read ends as failed with what to do; a reader that died is taken up behind its last page',
    async () => {
      const [broken, none] = await hand({ '坏.pdf': shortPdf('nothing'), '空.pdf': boundPdf([]) })
      expect([broken?.state, broken?.failure]).toEqual(['failed', expect.stringContaining('已损坏')])
      expect(none?.failure).toContain('没有页面')
      const stack = boundPdf([withoutCode(noisy(sheets[2] as Sheet, 12, 3)), withoutCode(noisy(sheets[1] as Sheet, 12, 4))])
      const [read] = await hand({ '两页.pdf': stack })
      await district.db.ownerPool.pool.query(`delete from scan_page where stack_id = $1 and page = 2`, [read?.stackId])
      await district.db.ownerPool.pool.query(`update scan_stack set state = 'reading', ended_at = null where stack_id = $1`, [
        read?.stackId,
      ])
      const { runtime } = district
      const context = { db: runtime.db, blobs: runtime.blobs, clock: runtime.clock, signal: new AbortController().signal }
      await doScan(context, read?.stackId ?? '')
      const { stacks } = await call<{ stacks: ScanStack[] }>(clerk(), 'casework.list-scans')
      expect(stacks.find(({ stackId }) => stackId === read?.stackId)).toMatchObject({ state: 'done', pages: 2, waiting: 2 })
      expect(instantMs(stacks[0]?.at ?? '')).toBeGreaterThan(0)
    },
    minutes,
  )
})

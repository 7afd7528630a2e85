import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chineseDate } from '#kernel/chinese-date'
import { CaseWalk, steppingClock } from '#testkit/case-walk'
import { testDb } from '#testkit/db'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { DraftView } from '../contract/index.ts'

/** What people type at the steps of a case and cannot be: each is refused with where, what, and how to mend it. */
describe('typed values', () => {
  let district: VerifiedDistrict
  let walk: CaseWalk
  const clock = steppingClock()
  const day = (n: number): string => new Date(clock.nowMs() + n * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)

  type Refusal = { status: number; message: string; details: { issues?: { path: unknown[]; message: string }[] } }
  const refusal = (work: Promise<unknown>): Promise<Refusal> =>
    work.then(
      () => {
        throw new Error('it was not refused')
      },
      (error: Refusal) => error,
    )
  /** The sentence beside a field of the form of a move. */
  async function said(move: string, record: object, field: string, role = 'township_clerk'): Promise<string> {
    const { status, message, details } = await refusal(walk.move(move, role, record))
    expect([status, message]).toEqual([422, expect.any(String)])
    const issue = details.issues?.find(({ path }) => path.join('.') === `record.${field}`)
    return issue?.message ?? JSON.stringify(details)
  }

  beforeAll(async () => {
    district = await verifiedDistrict(await testDb(), { households: 20, clock })
    const { code } = await district.db.as(undefined, (tx) =>
      tx.one<{ code: string }>(`select code from division where level = 'village' order by 1 limit 1`),
    )
    walk = new CaseWalk(district, clock, code)
    const township = `${code.slice(0, 9)}000`
    for (const [id, role, division, disabled] of [
      ['here', 'township_clerk', township, false],
      ['gone', 'township_clerk', township, true],
      ['auditing', 'auditor', township, false],
      ['beyond', 'township_clerk', '629901999000', false],
    ] as const) {
      await district.db.ownerPool.pool.query(
        `insert into app_user (user_id, login, display_name, role, division_code, password_hash, disabled)
         values ($1, $1, $1, $2, $3, 'x', $4)`,
        [id, role, division, disabled],
      )
    }
  }, 180_000)
  afterAll(() => district.close())

  it('an application tells where a name, a telephone, sex or birth date cannot be, and is not accepted', async () => {
    const named = { village: walk.village, applicantName: '丁😀来', programme: 'rural' }
    const { status, message } = await refusal(walk.call('township_clerk', 'casework.open', { body: named }))
    expect([status, message]).toEqual([422, expect.stringContaining('姓名中的“😀”不能使用：请照身份证件填写')])
    await walk.apply('丁新来', '00', 'rural', '300')
    const params = { caseNo: walk.caseNo }
    const set = (section: string, row: string, column: string, value: string, seen: string) => ({
      do: 'set',
      ...{ section, row, column, value, seen },
    })
    const wrong = [
      set('household', 'household', 'phone', '12345', '13900001234'),
      set('members', '+child', 'name', '丁🐣', '丁小来'),
      set('members', '+child', 'gender', '2', '1'),
      set('members', '+child', 'birth_date', '2016-03-05', '2016-03-04'),
    ]
    const save = (changes: object[]) =>
      walk.call<{ view: DraftView }>('township_clerk', 'casework.save-draft', { params, body: { changes } })
    const { view } = await save(wrong)
    expect(view.gaps.map(({ column, message: text }) => [column, text])).toEqual(
      expect.arrayContaining([
        ['phone', '电话“12345”有误：请填写 11 位手机号码，或带区号的固定电话，如 0937-1234567'],
        ['name', expect.stringContaining('“🐣”不能使用')],
        ['gender', '性别与公民身份号码不符：号码所示为“男”，请对照证件更正性别或号码'],
        ['birth_date', '出生日期与公民身份号码不符：号码所示为 2016-03-04，请对照证件更正日期或号码'],
      ]),
    )
    expect((await refusal(walk.move('intake.accept', 'township_clerk', { warningsSeen: true }))).status).toBe(422)
    const { view: mended } = await save(wrong.map((each) => ({ ...each, value: each.seen, seen: each.value })))
    expect(mended.gaps.filter(({ column }) => column !== '')).toEqual([])
    await walk.accept(mended)
    await walk.verify()
  })

  it('nothing is written down as done before the application or tomorrow', async () => {
    const visit = { identityChecked: true, dwelling: {}, conclusion: '相符' }
    expect(await said('visit.record', { ...visit, visitedOn: day(-1) }, 'visitedOn')).toBe(
      `入户日期 ${chineseDate(day(-1))} 早于申请日期（${chineseDate(day(0))}），请核对`,
    )
    expect(await said('visit.record', { ...visit, visitedOn: day(1) }, 'visitedOn')).toContain('不能晚于今天')
    const away = { visitedOn: day(0), absent: true, nextOn: day(0), dwelling: {} }
    expect(await said('visit.record', away, 'nextOn')).toContain('不晚于这次入户')
    const interview = { kind: 'neighbour', who: '王大爷', statement: '情况属实' }
    expect(await said('visit.interview', { ...interview, on: day(-30) }, 'on')).toContain('早于申请日期')
    expect(await said('visit.interview', { ...interview, on: day(0), who: '王👴' }, 'who')).toContain('不能使用')
    const refused = { occasions: [{ on: day(-9), what: '拒绝入户调查' }] }
    const ended = await refusal(walk.move('visit.terminate', 'township_clerk', refused, { reason: '多次拒绝配合调查' }))
    expect(ended.message).toContain('第 1 次拒不配合的日期')
  })

  it('a case is given to somebody who is there, has its village and handles cases', async () => {
    const assign = async (userId: string | null) => {
      const { head } = await walk.view()
      const parts = { params: { caseNo: walk.caseNo }, body: { userId, version: head.version } }
      return walk.call<{ assignedTo: string | null }>('township_leader', 'casework.assign-case', parts)
    }
    for (const nobody of ['nobody', 'gone', 'beyond']) {
      const { status, message, details } = await refusal(assign(nobody))
      expect([status, details.issues?.[0]?.path]).toEqual([422, ['userId']])
      expect(message).toBe(`“${nobody}”不是在用的账号，或不在您的辖区内：请从人员名单中选择；名单中没有的，请系统管理员开通账号`)
    }
    expect((await refusal(assign('auditing'))).message).toContain('不办理案件')
    expect((await assign('here')).assignedTo).toBe('here')
    expect((await assign(null)).assignedTo).toBe(null)
    const investigators = [
      { name: '李入户', post: '民政干事', userId: 'nobody' },
      { name: '周调查', post: '驻村干部' },
    ]
    expect(await said('visit.plan', { investigators, plannedOn: day(0) }, 'investigators.0.userId')).toContain('不是在用的账号')
  })

  it('a pool belongs to a village that is there', async () => {
    const body = { name: '王代表', kind: 'representative', fromOn: day(0) }
    const none = `${walk.village.slice(0, 9)}999`
    const pool = (villageCode: string, more: object = {}) =>
      walk.call('township_clerk', 'casework.add-pool-member', { params: { villageCode }, body: { ...body, ...more } })
    expect(await refusal(pool(none))).toMatchObject({
      status: 422,
      message: `没有代码为 ${none} 的村（社区），可能已撤并或代码有误，请从列表中重新选择`,
    })
    expect((await refusal(pool(walk.village, { name: '王代表👍' }))).message).toContain('“👍”不能使用')
    expect(await pool(walk.village)).toMatchObject({ name: '王代表' })
  })

  it('an application is begun once: the second click finds the first, and so does the search by its name', async () => {
    const body = { village: walk.village, applicantName: '邱一次', programme: 'rural' }
    const begin = (more: object = {}) =>
      walk.call<{ caseNo: string }>('township_clerk', 'casework.open', { body: { ...body, ...more } })
    const { caseNo } = await begin()
    const both = await Promise.allSettled([begin(), begin()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await refusal(begin())).message).toContain(caseNo)
    type Search = { rows: unknown[]; applications: { caseNo: string; applicantName: string }[] }
    const find = () => walk.call<Search>('township_clerk', 'casework.search-households', { query: { q: '邱一次' } })
    expect(await find()).toMatchObject({ rows: [], applications: [{ caseNo, applicantName: '邱一次' }] })
    await begin({ another: true })
    expect((await find()).applications).toHaveLength(2)
  })

  it('a draft nobody writes on comes up at whoever opened it, and is discarded with a reason while nobody signed', async () => {
    const idle = (role = 'township_clerk') =>
      walk.call<{ rows: { caseNo: string }[]; total: number; days: number }>(role, 'casework.list-idle-drafts', {})
    await walk.apply('常闲置', '71', 'rural', '300')
    const { caseNo } = walk
    const { days } = await idle()
    expect((await idle()).rows.map((row) => row.caseNo)).not.toContain(caseNo)
    clock.forward(days)
    expect((await idle()).rows.map((row) => row.caseNo)).toContain(caseNo)
    expect((await idle('village_assistant')).total).toBe(0)
    const { message } = await refusal(walk.move('intake.discard', 'township_clerk', {}))
    expect(message).toContain('须写明理由')
    await walk.move('intake.discard', 'township_clerk', {}, { reason: '申请人说不再申请，没有签字' })
    expect((await walk.view()).head.result).toBe('discarded')
    expect((await idle()).rows.map((row) => row.caseNo)).not.toContain(caseNo)
    const draft = await walk.apply('常签字', '72', 'rural', '300')
    await walk.sign(draft)
    clock.forward(days)
    expect((await idle()).rows.map((row) => row.caseNo)).not.toContain(walk.caseNo)
    expect((await refusal(walk.move('intake.discard', 'township_clerk', {}, { reason: '想作废这份申请' }))).message).toContain(
      '已有人签字',
    )
  })
})

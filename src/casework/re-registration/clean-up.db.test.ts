import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, addMonths } from '#kernel/dates'
import { CaseWalk, steppingClock } from '#testkit/case-walk'
import { testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { CleanUp, CleanUpHousehold, DraftView, GrantChange } from '../contract/index.ts'

/** Two ways of the procedure of 2012 that concern more than one family, by the actions the screens call; only the clock is moved. */
const minutes = 60_000

describe('clean-up and near relatives', () => {
  let district: VerifiedDistrict
  let village = ''
  const clock = steppingClock()
  const newWalk = (): CaseWalk => new CaseWalk(district, clock, village)

  beforeAll(async () => {
    district = await verifiedDistrict(await testDb(), { households: 60, batchSize: 20, clock })
    const { code } = await district.db.as(undefined, (tx) =>
      tx.one<{ code: string }>(
        `select division_code as code from household where aid_from is not null and aid_to is null
         group by 1 having bool_and(not incomplete) and count(*) between 5 and 7 order by count(*) desc, 1 limit 1`,
      ),
    )
    village = code
  }, 2 * minutes)
  afterAll(() => district.close())

  /** The months of a household's aid. */
  async function aidOf(householdNo: string): Promise<(string | null)[]> {
    const aid = await district.db.as(undefined, (tx) =>
      tx.one<{ aid_from: string | null; aid_to: string | null }>(
        'select aid_from, aid_to from household where household_no = $1',
        [householdNo],
      ),
    )
    return [aid.aid_from, aid.aid_to]
  }

  /** From acceptance to the three signatures, side by side; whether each is to be granted. */
  async function upToReview(walks: readonly CaseWalk[]): Promise<Map<CaseWalk, boolean>> {
    for (const walk of walks) {
      await walk.verify()
      await walk.visit()
      await walk.deliberate(7)
      await walk.move('deliberation.pass')
      await walk.publish('village')
    }
    clock.forward(9)
    const eligible = new Map<CaseWalk, boolean>()
    for (const walk of walks) {
      await walk.close('village')
      eligible.set(walk, (await walk.assess()).conclusion === 'eligible')
      await walk.review()
    }
    return eligible
  }

  async function grant(walks: readonly CaseWalk[]): Promise<void> {
    for (const walk of walks) await walk.publish('township')
    clock.forward(9)
    for (const walk of walks) {
      await walk.close('township')
      await walk.approve()
      await walk.publish('district')
    }
    clock.forward(9)
    for (const walk of walks) {
      await walk.close('district')
      await walk.move('decision.decide', 'district_approver', {})
    }
  }

  async function refuse(walk: CaseWalk): Promise<void> {
    await walk.move('notice_township.pass-over', 'township_clerk', {}, { reason: '拟不予批准' })
    await walk.call('district_approver', 'casework.draw-sample', { body: {} })
    const refusal = { facts: '家庭月人均收入高于低保标准', rule: '社会救助暂行办法 第九条' }
    await walk.move('approval.refuse', 'district_approver', refusal, { reason: '收入超过标准' })
  }

  it(
    'a related-party case is marked by itself and visited by the district before approval',
    async () => {
      const walk = newWalk()
      const draft = await walk.apply('辛新来', '55', 'rural', '200')
      expect(draft.gaps).toEqual([])
      const kin = [
        { do: 'set', section: 'household', row: 'household', column: 'has_relatives', value: 'yes', seen: 'no' },
        { do: 'add', section: 'relatives', row: '+kin1' },
        ...Object.entries({ member: '+head', official: '甲干部', post: '村委会主任', relation: 'sibling' }).map(
          ([column, value]) => ({ do: 'set', section: 'relatives', row: '+kin1', column, value, seen: '' }),
        ),
      ]
      const params = { caseNo: walk.caseNo }
      await walk.call('township_clerk', 'casework.save-draft', { params, body: { changes: kin } })
      await walk.accept(draft)
      expect((await walk.view()).head.related).toBe(true)
      await walk.verify()
      await walk.visit()
      await walk.deliberate(7)
      await walk.move('deliberation.pass')
      await walk.notice('village')
      await walk.assess()
      await walk.review()
      await walk.notice('township')
      const early = walk.move('approval.approve', 'district_approver', { text: '同意审核意见' })
      expect(await codeOf(early)).toBe('casework.need_missing')
      await walk.approve()
      await walk.notice('district')
      await walk.move('decision.decide', 'district_approver', {})
      await walk.pay()
      const { head, records } = await walk.view()
      expect(head.result).toBe('granted')
      expect(records.filter(({ kind }) => kind === 'sample_visit')).toHaveLength(1)
    },
    2 * minutes,
  )

  /** Opens the re-application of a household of the list, up to its acceptance; `yearly` is what its head is found to earn. */
  async function applyAnew(householdNo: string, yearly?: string): Promise<CaseWalk> {
    const walk = newWalk()
    let draft = await walk.reapply(householdNo)
    if (yearly !== undefined) draft = await earns(walk, draft, yearly)
    expect(draft.gaps).toEqual([])
    expect((await walk.view()).head.origin).toBe('clean_up')
    await walk.accept(draft)
    await walk.move('verification.commission')
    return walk
  }

  async function earns(walk: CaseWalk, { draft, period }: DraftView, yearly: string): Promise<DraftView> {
    const head = draft.members.find(({ values }) => values.relation === 'head')?.id ?? ''
    const wage = { person_no: head, item: 'wage', amount: yearly, period_from: period.from, period_to: period.to }
    const said = draft.household.values.no_incomes ?? ''
    const changes = [
      { do: 'set', section: 'household', row: 'household', column: 'no_incomes', value: 'no', seen: said },
      { do: 'add', section: 'incomes', row: '+wage' },
      ...Object.entries(wage).map(([column, value]) => ({
        do: 'set',
        section: 'incomes',
        row: '+wage',
        column,
        value,
        seen: '',
      })),
    ]
    const params = { caseNo: walk.caseNo }
    return (await walk.call<{ view: DraftView }>('township_clerk', 'casework.save-draft', { params, body: { changes } })).view
  }

  const decide = (desk: CaseWalk, changeNo: string | null, confirm: boolean, user = 'approver') =>
    desk.call<GrantChange>(desk.who('district_approver', user), 'casework.decide-grant-change', {
      params: { changeNo },
      body: { confirm, reason: '已核对，按此办理' },
    })
  type Settled = { changeNo: string | null }
  const listedAs = (householdNo: string) =>
    district.db.as(undefined, (tx) =>
      tx.one<{ settled: string | null; change_no: string | null }>(
        'select settled, change_no from clean_up_household where household_no = $1',
        [householdNo],
      ),
    )

  /** One person only proposes to stop: refused or taken back it waits again, confirmed by another it is settled and its letter can be printed. */
  async function stopped(desk: CaseWalk, householdNo: string, settle: () => Promise<unknown>): Promise<void> {
    const propose = async () => ((await settle()) as Settled).changeNo ?? ''
    const unchanged = async () => expect((await aidOf(householdNo))[1]).toBeNull()
    const first = await propose()
    await unchanged()
    expect(await listedAs(householdNo)).toEqual({ settled: null, change_no: first })
    expect(await codeOf(settle())).toBe('casework.settled')
    const alone = `update clean_up_household set settled = 'stopped' where household_no = $1`
    await expect(district.db.as(undefined, (tx) => tx.execute(alone, [householdNo]))).rejects.toThrow('nobody else')
    await expect(decide(desk, first, true, 'township_head')).rejects.toThrow('另一人')
    expect(await decide(desk, first, false)).toMatchObject({ outcome: 'refused' })
    await unchanged()
    expect(await listedAs(householdNo)).toEqual({ settled: null, change_no: null })
    const params = { changeNo: await propose() }
    const body = { reason: '家庭当日前来申请' }
    await desk.call('township_head', 'casework.withdraw-grant-change', { params, body })
    expect(await listedAs(householdNo)).toEqual({ settled: null, change_no: null })
    const changeNo = await propose()
    const month = desk.today.slice(0, 7)
    const next = addMonths(`${month}-01`, 1).slice(0, 7)
    expect(await decide(desk, changeNo, true)).toMatchObject({ outcome: 'confirmed', kind: 'stop', fromMonth: next })
    expect((await aidOf(householdNo))[1]).toBe(month)
    expect(await listedAs(householdNo)).toEqual({ settled: 'stopped', change_no: changeNo })
    expect(await codeOf(settle())).toBe('casework.settled')
    const letter = await desk.call<{ body: Buffer }>('township_head', 'casework.print-grant-letter', { params: { changeNo } })
    expect(letter.body.subarray(0, 5).toString()).toBe('%PDF-')
    const undone = `update clean_up_household set settled = null where household_no = $1`
    await expect(district.db.as(undefined, (tx) => tx.execute(undone, [householdNo]))).rejects.toThrow('is settled')
  }

  /** Who applies after the stop was proposed is not stopped by it. */
  async function appliesMeanwhile(desk: CaseWalk, householdNo: string, settle: () => Promise<unknown>): Promise<void> {
    const { changeNo } = (await settle()) as Settled
    await newWalk().reapply(householdNo)
    await expect(decide(desk, changeNo, true)).rejects.toThrow('已在全面清理中重新申请')
    await decide(desk, changeNo, false)
    expect((await aidOf(householdNo))[1]).toBeNull()
  }

  it(
    'who applies anew gets a new decision, the old grant runs on until then; who does not is settled after the deadline, stopped by two persons',
    async () => {
      const desk = newWalk()
      const body = { label: '全面清理试点村', divisionCode: village, deadlineOn: addDays(desk.today, 60) }
      const { cleanUpId } = await desk.call<{ cleanUpId: string }>('district_approver', 'casework.start-clean-up', { body })
      const params = { cleanUpId }
      const listed = { params, query: { state: 'all' } }
      const { rows } = await desk.call<{ rows: CleanUpHousehold[] }>(
        'township_clerk',
        'casework.list-clean-up-households',
        listed,
      )
      const [withdrawn = '', silent = '', stays = '', leaves = '', last = ''] = rows.map(({ householdNo }) => householdNo)
      const kept = await applyAnew(stays)
      const ended = await applyAnew(leaves, '300000')
      const eligible = await upToReview([kept, ended])
      expect([...eligible.values()]).toEqual([true, false])
      for (const householdNo of [stays, leaves]) expect((await aidOf(householdNo))[1]).toBeNull()
      await refuse(ended)
      await grant([kept])
      expect((await kept.view()).decisions).toMatchObject([{ result: 'granted' }])
      expect((await aidOf(stays))[1]).toBeNull()
      expect((await ended.view()).head.result).toBe('refused')
      expect((await aidOf(leaves))[1]).not.toBeNull()
      await desk.reapply(withdrawn)
      await desk.move('intake.withdraw', 'township_clerk', {}, { reason: '家庭情况好转，不再申请' })
      const settle = (householdNo: string, settled: string) =>
        desk.call('township_head', 'casework.settle-old-grant', {
          params,
          body: { householdNo, settled, reason: '到期没有申请，已上门核实' },
        })
      const read = async () => (await desk.call<{ rows: CleanUp[] }>('township_head', 'casework.list-clean-ups')).rows[0]
      expect(await codeOf(settle(withdrawn, 'stopped'))).toBe('casework.too-early')
      while (desk.today <= body.deadlineOn) clock.forward(1)
      expect(await read()).toMatchObject({ late: true, oldGrants: 'task_at_deadline', open: rows.length - 2 })
      expect((await aidOf(withdrawn))[1]).toBeNull()
      expect(await codeOf(settle(leaves, 'stopped'))).toBe('casework.applied')
      await settle(silent, 'kept')
      expect((await aidOf(silent))[1]).toBeNull()
      await stopped(desk, withdrawn, () => settle(withdrawn, 'stopped'))
      expect(await read()).toMatchObject({ households: rows.length, settled: 2, open: rows.length - 4, pending: 0 })
      await appliesMeanwhile(desk, last, () => settle(last, 'stopped'))
      await kept.pay()
      expect((await kept.view()).head.result).toBe('granted')
      expect(await read()).toMatchObject({ decided: 2 })
    },
    4 * minutes,
  )

  it('a list is counted before it is frozen, and its applications are opened by hundreds with as many statements as one', async () => {
    const desk = newWalk()
    const area = { divisionCode: `${village.slice(0, 9)}000` }
    const preview = await desk.call<{ households: number; townships: { households: number }[] }>(
      'district_approver',
      'casework.preview-clean-up',
      { query: area },
    )
    expect(preview.townships).toMatchObject([{ households: preview.households }])
    const order = { ...area, label: '再清理一个街道', deadlineOn: addDays(desk.today, 60) }
    const freeze = (households: number) =>
      desk.call<{ cleanUpId: string; households: number }>('district_approver', 'casework.start-clean-up', {
        body: { ...order, households },
      })
    expect(await codeOf(freeze(preview.households + 1))).toBe('casework.counted-otherwise')
    const { cleanUpId } = await freeze(preview.households)
    const params = { cleanUpId }
    const { statements } = district.db.pool
    const open = async (body: object) => {
      const before = statements.count
      const done = await desk.call<{
        opened: { householdNo: string; headName: string; caseNo: string }[]
        refused: { householdNo: string; caseNo: string | null; message: string }[]
        left: number
      }>('township_clerk', 'casework.open-clean-up-cases', { params, body })
      return { ...done, sent: statements.count - before }
    }
    const { rows, total } = await desk.call<{ rows: CleanUpHousehold[]; total: number }>(
      'township_clerk',
      'casework.list-clean-up-households',
      { params, query: { state: 'open' } },
    )
    const householdNo = rows.at(-1)?.householdNo ?? ''
    const few = await open({ householdNos: [householdNo] })
    expect(few.opened).toMatchObject([{ householdNo, headName: rows.at(-1)?.headName }])
    const again = await open({ householdNos: [householdNo, 'H-none'] })
    expect(again).toMatchObject({
      opened: [],
      refused: [{ caseNo: few.opened[0]?.caseNo }, { householdNo: 'H-none', caseNo: null }],
    })
    const many = await open({ area: area.divisionCode })
    expect(many.opened.length + many.refused.length).toBe(total - 1)
    expect(many.opened.length).toBeGreaterThan(5)
    expect(new Set(many.opened.map(({ caseNo }) => caseNo)).size).toBe(many.opened.length)
    // a township is listed and counted before: two more
    expect(many.sent - few.sent).toBe(2)
    const draft = await desk.call<DraftView>('township_clerk', 'casework.open-draft', {
      params: { caseNo: many.opened[0]?.caseNo },
    })
    expect(draft.unconfirmed).toBeGreaterThan(5)
    const place = await desk.call<{ place: { households: number; open: number } }>('township_clerk', 'casework.read-clean-up', {
      params,
      query: { township: area.divisionCode },
    })
    expect(place.place).toMatchObject({ households: preview.households, open: many.refused.length })
  })
})

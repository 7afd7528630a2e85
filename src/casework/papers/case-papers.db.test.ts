import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, daysBetween } from '#kernel/dates'
import { applicationOf, cardOf } from '#testkit/case-application'
import { CaseWalk, steppingClock } from '#testkit/case-walk'
import { testDb } from '#testkit/db'
import { textOf } from '#testkit/scanner'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import {
  BlankForm,
  type CaseForm,
  type DayRow,
  type ReviewPaper,
  type SearchReply,
  type SheetView,
  VillageForm,
} from '../contract/index.ts'

const minutes = 60_000
const name = '丁新来'
/** Two pictures as small as one can be, a township's seal and the district's. */
const pictures = [
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
]

/** What the village is to do today for one case: where each thing leads, by what for. */
async function villageDay(walk: CaseWalk): Promise<Record<string, string[]>> {
  const assistant = { ...walk.who('village_assistant'), divisionCode: walk.village }
  const { rows } = await walk.call<{ rows: DayRow[] }>(assistant, 'casework.read-day', {})
  for (const { items, count } of rows) expect(items.length).toBe(count)
  const { notices } = await walk.view()
  const own = [walk.caseNo, ...notices.map(({ noticeNo }) => noticeNo)]
  const mine = ({ to }: { to: string }): boolean => own.some((no) => to.includes(no))
  return Object.fromEntries(rows.map(({ key, items }) => [key, items.filter(mine).map(({ to }) => to)]))
}

describe('papers of a case', () => {
  let district: VerifiedDistrict
  let walk: CaseWalk
  let sheet: SheetView
  const clock = steppingClock()

  /** How many pictures a paper has: seals, as no photo was taken. */
  async function picturesOn(route: string, form: string): Promise<number> {
    const { body } = await walk.call<{ body: Buffer }>('township_clerk', `casework.${route}`, {
      params: { caseNo: walk.caseNo, form },
    })
    return body.toString('latin1').match(/\/Subtype\s*\/Image/g)?.length ?? 0
  }
  const read = async (work: Promise<{ body: Buffer }>): Promise<string> => textOf((await work).body)
  const paper = (form: CaseForm): Promise<string> =>
    read(walk.call('township_clerk', 'casework.print-paper', { params: { caseNo: walk.caseNo, form } }))
  const letter = (form: ReviewPaper): Promise<string> =>
    read(walk.call('township_clerk', 'casework.print-review-paper', { params: { caseNo: walk.caseNo, form } }))
  /** Everything that has to stand on a paper; what is missing is named. */
  async function shows(text: Promise<string>, ...facts: string[]): Promise<void> {
    const found = await text
    const wanted = facts.map((fact) => fact.replace(/\s+/g, ''))
    expect(wanted.filter((fact) => !found.includes(fact))).toEqual([])
  }

  beforeAll(async () => {
    district = await verifiedDistrict(await testDb(), { households: 60, batchSize: 20, clock })
    const { code } = await district.db.as(undefined, (tx) =>
      tx.one<{ code: string }>(
        `select division_code as code from household where aid_from is not null and aid_to is null and not incomplete
         group by 1 order by count(*) desc, 1 limit 1`,
      ),
    )
    walk = new CaseWalk(district, clock, code)
    const offices = [`${code.slice(0, 9)}000`, '629901000000']
    await district.db.ownerPool.pool.query(
      `insert into office_seal (seal_id, division_code, image, sha256, basis, entered_by, entered_by_name, entered_at)
       select gen_random_uuid(), o.code, o.image, encode(sha256(o.clear), 'hex'), '印模备案', 'a', '甲', now() from unnest($1::text[], $2::bytea[], $3::bytea[]) as o(code, image, clear)`,
      [
        offices,
        pictures.map((each) => district.keys.seal(Buffer.from(each, 'base64'))),
        pictures.map((each) => Buffer.from(each, 'base64')),
      ],
    )
    const confirmed = `update office_seal set confirmed_by = 'b', confirmed_by_name = '乙', confirmed_at = now()`
    await district.db.ownerPool.pool.query(confirmed)
  }, 2 * minutes)
  afterAll(() => district.close())

  it(
    'are filled before there is anything but the application: the family stands on them, the rest is empty',
    async () => {
      expect(applicationOf('51', '300').length).toBeGreaterThan(10)
      const draft = await walk.apply(name, '51', 'rural', '300')
      await shows(
        paper('application'),
        name,
        '丁小来',
        '甲子村1组1号',
        '因病缺少劳动力',
        '13900001234',
        '农村',
        '户主',
        '授权',
        '承诺',
      )
      await shows(paper('household-economics'), name, '工资', '300.00')
      await shows(paper('home-visit'), name, '丁小来', '甲子村1组1号', '被调查家庭')
      await shows(paper('neighbour-interview'), name, '甲子村1组1号')
      await shows(paper('verification-order'), name, '丁小来', '共同生活成员', '核对中心', '公安')
      await shows(paper('card-agreement'), name, '甲子农商银行', `****${cardOf('51').slice(-4)}`)
      for (const form of ['verification-order', 'card-agreement', 'review-form', 'acceptance-notice']) {
        expect([form, await picturesOn('print-paper', form)]).toEqual([form, 0])
      }
      await walk.accept(draft)
      expect(await picturesOn('print-paper', 'acceptance-notice')).toBeGreaterThan(0)
      await shows(paper('acceptance-notice'), name, walk.caseNo, '受理')
    },
    2 * minutes,
  )

  it(
    'say after the walk what was found, voted, opined and decided',
    async () => {
      await walk.verify()
      await walk.move('visit.interview', 'village_assistant', {
        kind: 'neighbour',
        on: walk.today,
        who: '邻居甲',
        relation: '邻居',
        statement: '常年靠打零工度日',
      })
      await walk.visit()
      await walk.deliberate(7)
      await walk.move('deliberation.pass')
      await walk.notice('village')
      sheet = await walk.assess()
      expect(await picturesOn('print-paper', 'review-form')).toBe(0)
      await walk.review()
      const ofTownship = await picturesOn('print-paper', 'review-form')
      expect(ofTownship).toBeGreaterThan(0)
      await walk.notice('township')
      await walk.approve()
      await walk.notice('district')
      await walk.move('decision.decide', 'district_approver', {})
      expect(await picturesOn('print-paper', 'review-form')).toBe(2 * ofTownship)
      expect(await picturesOn('print-review-paper', 'three-plus-one')).toBe(0)
      expect(await picturesOn('print-review-paper', 'confirmation')).toBeGreaterThan(0)
      const { decisions, report } = await walk.view()
      const amount = `${((decisions[0]?.amount ?? 0) / 100).toFixed(2)}`
      const [year = '', month = ''] = (decisions[0]?.fromMonth ?? '').split('-')
      await shows(paper('verification-order'), report?.reportNo ?? 'none', name)
      await shows(paper('home-visit'), name, '李入户', '周调查', '砖木', '60.00', '家庭情况与申报相符', '民政干事')
      await shows(paper('neighbour-interview'), '邻居甲', '常年靠打零工度日')
      await shows(paper('deliberation'), name, '村委会', '评议员', '柒', '经评议，家庭情况属实')
      await shows(
        paper('review-form'),
        ...[name, '丁小来', '情况属实，同意上报', '同意审核意见', '同意确认', '同意 7 票', amount, `${year}年${Number(month)}月`],
        ...[`${((sheet.figures?.perCapita ?? 0) / 100).toFixed(2)}`, `${((sheet.figures?.standard ?? 0) / 100).toFixed(2)}`],
        ...['已结束', '乡镇'],
      )
      await shows(letter('three-plus-one'), name)
      await shows(letter('confirmation'), name, amount, decisions[0]?.decisionNo ?? 'none', '0937-1234567')
    },
    4 * minutes,
  )

  it(
    'print for a whole village in one file, each family on its own, and are filed with each case',
    async () => {
      const first = walk.caseNo
      const other = new CaseWalk(district, clock, walk.village)
      await other.apply('戊新来', '52', 'rural', '280')
      await other.apply('己新来', '53', 'rural', '280')
      const call = (form: string) =>
        read(walk.call('village_assistant', 'casework.print-village-papers', { params: { village: walk.village, form } }))
      for (const form of VillageForm.options) {
        const text = await call(form)
        expect([form, text.includes('戊新来'), text.includes('己新来')]).toEqual([form, true, true])
      }
      walk.caseNo = other.caseNo
      const { papers } = await walk.view()
      expect(papers.filter(({ form }) => form === 'home_visit').length).toBe(1)
      walk.caseNo = first
      const refused = read(
        walk.call('village_assistant', 'casework.print-village-papers', {
          params: { village: '629901099001', form: 'application' },
        }),
      )
      await expect(refused).rejects.toThrow('没有在办案件')
    },
    3 * minutes,
  )

  it(
    'every form is printed blank',
    async () => {
      for (const form of BlankForm.options) {
        const text = await read(walk.call('village_assistant', 'casework.print-blank', { params: { form } }))
        expect([form, text.includes('空白表')]).toEqual([form, true])
      }
    },
    minutes,
  )

  it(
    'a village is told whose signatures, visits and photos of notices are due today, and no other',
    async () => {
      const own = new CaseWalk(district, clock, walk.village)
      const draft = await own.apply('庚新来', '57', 'rural', '300')
      const nobody = { visits: [], signatures: [], photos: [] }
      expect((await villageDay(own)).signatures).toEqual([`/intake/${own.caseNo}?part=papers`])
      await own.accept(draft)
      expect(await villageDay(own)).toEqual(nobody)
      await own.verify()
      const plannedOn = addDays(own.today, 2)
      const investigators = [
        { name: '李入户', post: '民政干事' },
        { name: '周调查', post: '驻村干部' },
      ]
      await own.move('visit.plan', 'township_clerk', { investigators, plannedOn })
      expect(await villageDay(own)).toEqual(nobody)
      clock.forward(2)
      expect(await villageDay(own)).toEqual({ ...nobody, visits: [`/cases/${own.caseNo}?step=visit`] })
      await own.visit()
      await own.deliberate(7)
      await own.move('deliberation.pass')
      await own.publish('village')
      const { notices } = await own.view()
      // there is a photo of the first day; on the last one another is due
      expect(await villageDay(own)).toEqual(nobody)
      clock.forward(daysBetween(own.today, notices[0]?.toOn ?? ''))
      expect((await villageDay(own)).photos).toEqual([`/notices/${notices[0]?.noticeNo}`])
    },
    2 * minutes,
  )

  it('one search finds households, their people and cases, with the page the role opens, within what it sees', async () => {
    const search = (role: string, q: string, divisionCode = '629901000000') =>
      walk.call<SearchReply>({ ...walk.who(role), divisionCode }, 'casework.search', { query: { q } })
    const { head } = await walk.view()
    const found = await search('district_approver', name)
    expect(found.cases.rows).toContainEqual(expect.objectContaining({ no: walk.caseNo, to: `/cases/${walk.caseNo}` }))
    expect(found.households.rows).toMatchObject([{ no: head.householdNo, label: name, to: `/households/${head.householdNo}` }])
    expect(found.persons.rows.map(({ label }) => label)).toContain(name)
    expect((await search('village_assistant', name, walk.village)).households.rows[0]?.to).toBe(`/intake?q=${head.householdNo}`)
    expect((await search('payment_officer', name)).households.rows[0]?.to).toBe(`/accounts?household=${head.householdNo}`)
    const seen = await search('leader', name)
    expect([...seen.households.rows, ...seen.persons.rows].filter(({ label }) => label === name)).toEqual([])
    const elsewhere = await search('township_clerk', name, '629901099000')
    expect([elsewhere.households.rows, elsewhere.persons.rows, elsewhere.cases.rows]).toEqual([[], [], []])
    await expect(search('district_approver', '丁')).rejects.toThrow('至少输入两个字')
    const { rows } = await district.db.ownerPool.pool.query(
      `select detail from journal where action = 'casework.search' order by entry_id limit 1`,
    )
    expect(rows[0].detail).toMatchObject({ households: 1, cases: found.cases.rows.length })
    expect(JSON.stringify(rows)).not.toContain(name)
  })
})

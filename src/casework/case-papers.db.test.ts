import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applicationOf, cardOf } from '#testkit/case-application'
import { CaseWalk, steppingClock } from '#testkit/case-walk'
import { testDb } from '#testkit/db'
import { textOf } from '#testkit/scanner'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { BlankForm, type CaseForm, type ReviewPaper, type SheetView, VillageForm } from './contract/index.ts'

const minutes = 60_000
const name = '丁新来'
/** Two pictures as small as one can be, a township's seal and the district's. */
const pictures = [
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
]

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
})

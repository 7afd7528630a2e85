import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Assessment, assessHousehold, assessmentBasis, householdOf } from './assess.ts'
import { parseExactJson } from './exact-text.ts'
import { loadPack, loadPackFile } from './pack.ts'
import { packDifference, packValues } from './pack-values.ts'
import { packAt, resolveAssess, resolveCasework, resolveVerify } from './resolve.ts'
import { type Pack, SECTIONS } from './rules/pack-model.ts'
import { monthlyStandard } from './rules/terms.ts'

const ids = readdirSync(new URL('../../packs/', import.meta.url))
const local = ids.filter((id) => !id.startsWith('reference') && !id.startsWith('national-'))
const packs = new Map(ids.map((id) => [id, loadPack(id)]))
const packOf = (id: string): Pack => packs.get(id) as Pack

/** The pack's first day and every later day on which one of its values begins. */
function daysOf(pack: Pack): string[] {
  const begins = SECTIONS.flatMap((section) => [...(pack[section]?.values() ?? [])].flatMap(({ values }) => values))
  const days = new Set([pack.effective_from, ...begins.map(({ from }) => from)])
  return [...days].filter((day) => day >= pack.effective_from).sort()
}

function assess(id: string, on: string, household: string): Assessment {
  const basis = assessmentBasis(packAt(packOf(id), on))
  return assessHousehold(basis, householdOf(basis, parseExactJson(household, 'household')))
}

describe.each(ids)('pack %s', (id) => {
  const pack = packOf(id)

  it('bears the name of its folder and resolves on every day on which something changes', () => {
    expect(pack.id).toBe(id)
    for (const on of daysOf(pack)) {
      expect(resolveVerify(pack, on).income_months).toBeGreaterThan(0)
      expect(resolveAssess(packAt(pack, on)).recheck_months.stable).toBeGreaterThan(0)
      expect(resolveCasework(pack, on).notices.length).toBeGreaterThan(0)
    }
  })

  it('names in every clause a document of its law registry that is in force when the value begins', () => {
    for (const section of SECTIONS) {
      for (const { name, values } of pack[section]?.values() ?? []) {
        for (const { clause, from, reviewed_until } of values) {
          const named = pack.law.filter((document) => clause === document.name || clause.startsWith(`${document.name} `))
          const inForce = named.some((document) => (document.from ?? '') <= from && (document.to ?? '9999') > from)
          expect(inForce, `${section}.${name}: ${clause}`).toBe(true)
          expect(reviewed_until, `${section}.${name}`).not.toBeNull()
        }
      }
    }
  })

  it('verifies and assesses with the same standards and the same limit of money', () => {
    for (const on of daysOf(pack)) {
      const [verify, assessed] = [resolveVerify(pack, on), resolveAssess(packAt(pack, on))]
      for (const programme of ['urban', 'rural'] as const) {
        const { num, den } = verify[`standard_${programme}`]
        expect(monthlyStandard(assessed, programme)).toEqual({ n: BigInt(num), d: BigInt(den) })
      }
      const months = assessed.assets.monetary_months
      expect(months).toEqual({ n: BigInt(verify.fin1_months), d: 1n })
    }
  })
})

describe.each(local)('the pack of a place: %s', (id) => {
  const pack = packOf(id)

  it('states its own standards and differs from the pack it inherits from in something else as well', () => {
    const on = pack.effective_from
    const parent = packOf(pack.inherits ?? '')
    expect(packAt(pack, on).assess?.get('standard.urban')?.origin).toBe(id)
    expect(packAt(pack, on).assess?.get('standard.rural')?.origin).toBe(id)
    const values = packDifference(parent, on, pack, on).filter(({ kind }) => kind === 'value')
    expect(values.filter(({ name }) => !/^standard[._]/.test(name)).length).toBeGreaterThan(0)
  })
})

const COUPLE = `{"programme":"urban","members":[{"id":"a","relation":"applicant","age":45},{"id":"b","relation":"spouse","age":44}],
  "incomes":[{"item":"wage","amount":1300,"member":"a"}]}`

describe('the same household under two packs', () => {
  it('is paid differently, from another month, and is told why', () => {
    const on = '2023-06-15'
    const [nanjing, chongqing] = [assess('nanjing', on, COUPLE), assess('chongqing', on, COUPLE)]
    expect([nanjing.total, chongqing.total]).toEqual(['670.00', '134.00'])
    expect([nanjing.payment_from, chongqing.payment_from]).toEqual(['2023-07', '2023-06'])
    const told = (result: Assessment) => JSON.stringify(result.trace)
    expect(told(nanjing)).toContain('985')
    expect(told(chongqing)).toContain('717')
    expect(told(nanjing)).not.toBe(told(chongqing))
  })

  it('one passes the assets of one place and fails those of another', () => {
    const saver = `{"programme":"urban","members":[{"id":"a","relation":"applicant","age":45}],"assets":{"monetary":20000}}`
    const [nanjing, chongqing] = [assess('nanjing', '2023-06-15', saver), assess('chongqing', '2023-06-15', saver)]
    expect(nanjing.eligible).toBe(true)
    expect(chongqing.eligible).toBe(false)
    const reason = { code: 'MONETARY_ABOVE_LIMIT', clause: '重庆低保家庭财产规定 2020年' }
    expect(chongqing.reasons).toContainEqual(expect.objectContaining(reason))
  })

  it('a household of Gansu gets the amount of its tier, not the shortfall', () => {
    const rural = `{"programme":"rural","tier":"二类","members":[{"id":"a","relation":"applicant","age":58}]}`
    expect(assess('gansu-2012', '2021-06-01', rural).total).toBe('378.00')
    expect(assess('gansu-2012', '2023-06-01', rural).total).toBe('442.00')
  })

  it('the deliberation differs, and in no place does a failed vote alone refuse', () => {
    const shangluo = resolveCasework(packOf('shangluo'), '2016-03-01').deliberation
    const anqing = resolveCasework(packOf('anqing'), '2018-06-01').deliberation
    expect(shangluo).toMatchObject({ min_members: 15, pass: { num: 2, den: 3 }, pass_strict: false, ballot: 'secret' })
    expect(anqing).toMatchObject({ pass: { num: 1, den: 2 }, pass_strict: true, overrule: 'township_with_district' })
    expect(resolveCasework(packOf('taian'), '2023-03-01').reapply_bar_months).toBe(6)
  })

  it('the procedure differs: notices, deliberation, who decides, terms', () => {
    const [old, now, shanghai] = [
      resolveCasework(packOf('gansu-2012'), '2021-06-01'),
      resolveCasework(packOf('national-2021'), '2021-07-01'),
      resolveCasework(packOf('shanghai'), '2024-09-01'),
    ]
    expect([old.notices.length, now.notices.length]).toEqual([3, 1])
    expect([old.deliberation.held, now.deliberation.held]).toEqual(['every', 'called'])
    expect([old.sample.share, now.sample.share]).toEqual([
      { num: 3, den: 10 },
      { num: 0, den: 1 },
    ])
    expect([old.validity_months.full, now.validity_months.full]).toEqual([24, null])
    expect([now.decided_by, shanghai.decided_by]).toEqual(['district', 'township'])
    expect(now.clocks.total).toEqual({ days: 30, unit: 'working', extension: 15 })
    expect(resolveCasework(packOf('chongqing'), '2025-08-01').clocks.total).toMatchObject({ days: 30, unit: 'calendar' })
  })
})

describe('inheritance', () => {
  it('tells of every value the pack it comes from, over several generations', () => {
    const origins = packAt(packOf('guangzhou'), '2023-06-01')
    expect(origins.assess?.get('standard.urban')?.origin).toBe('guangzhou')
    expect(origins.assess?.get('lines.extreme_hardship_multiple')?.origin).toBe('guangdong')
    expect(origins.assess?.get('lines.marginal_multiple')?.origin).toBe('national-2021')
    expect(origins.verify?.get('stale_days')?.origin).toBe('national-2012')
  })

  it('lends label and unit, and its values until the first own one begins', () => {
    const months = packOf('guangzhou').verify?.get('income_months')
    expect(months).toMatchObject({ label: '收入核算期', unit: '月' })
    expect(months?.values.map(({ from, origin }) => [from, origin])).toEqual([
      ['2014-05-01', 'national-2012'],
      ['2023-01-01', 'guangdong'],
    ])
  })

  const folder = mkdtempSync(join(tmpdir(), 'yingbao-inherit-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  function file(name: string, tree: object): string {
    const path = join(folder, `${name}.json`)
    writeFileSync(path, JSON.stringify({ id: name, label: '县包', effective_from: '2024-01-01', ...tree }))
    return path
  }

  it('a pack file gives what it changes and takes the rest', () => {
    const pack = loadPackFile(
      file('county', {
        inherits: 'nanjing',
        assess: { standard: { urban: { value: 1000, unit: 'month' } } },
        casework: { clocks: { total: { days: 25, unit: 'working', extension: 15 } } },
      }),
    )
    const parameters = resolveAssess(packAt(pack, '2024-02-01'))
    expect(monthlyStandard(parameters, 'urban')).toEqual({ n: 100000n, d: 1n })
    expect(monthlyStandard(parameters, 'rural')).toEqual({ n: 98500n, d: 1n })
    expect(resolveCasework(pack, '2024-02-01').clocks.total).toEqual({ days: 25, unit: 'working', extension: 15 })
    expect(packAt(pack, '2024-02-01').casework?.get('clocks.refusal_letter')?.origin).toBe('national-2021')
  })

  it.each<[string, object, string]>([
    ['unknown-parent', { inherits: 'atlantis' }, 'atlantis'],
    ['unknown-name', { inherits: 'nanjing', assess: { asets: { dwelling_max: 1 } } }, 'assess.asets.dwelling_max'],
    ['wrong-value', { inherits: 'nanjing', assess: { minimum_share: 2 } }, 'minimum_share'],
    [
      'wrong-clock',
      { inherits: 'nanjing', casework: { clocks: { total: { days: 0, unit: 'working', extension: null } } } },
      'clocks.total.days',
    ],
  ])('a pack file is refused with the place: %s', (name, tree, place) => {
    expect(() => loadPackFile(file(name, tree))).toThrow(place)
  })
})

describe('the tools of whoever keeps a pack', () => {
  it('values over time, with what they rest on and where they come from', () => {
    const values = packValues(packOf('gansu-2012'))
    const rural = values.find(({ section, name }) => section === 'assess' && name === 'standard.rural')
    expect(rural).toMatchObject({ label: '农村低保标准', unit: '元/人' })
    expect(rural?.values[3]).toEqual({
      from: '2021-01-01',
      until: '2022-01-01',
      text: '4788 元/年',
      json: '{"value":4788,"unit":"year"}',
      clause: '甘肃低保提标公布 2021年',
      mark: 'sourced',
      reviewed_until: '2021-12-31',
      origin: 'gansu-2012',
      inherited: false,
    })
    expect(rural?.values.at(-1)?.until).toBeNull()
    const text = (name: string) => values.find((own) => own.section === 'casework' && own.name === name)?.values.at(-1)
    expect(text('notices')?.text).toBe('村（社区） 7日；乡镇（街道） 7日；区县 7日')
    expect(text('deliberation.representatives')).toMatchObject({ text: '2/3', inherited: true, origin: 'national-2012' })
    expect(text('clocks.total')?.text).toBe('不设')
    expect(text('deliberation.odd')?.text).toBe('是')
  })

  it('values that ended before the first day of the pack are left out', () => {
    const remedies = packValues(packOf('gansu-2012')).find(({ name }) => name === 'remedies.litigation_months')
    expect(remedies?.values.map(({ from }) => from)).toEqual(['2015-05-01'])
  })

  it('two days of one pack differ in what was published between them', () => {
    const chongqing = packOf('chongqing')
    const rise = packDifference(chongqing, '2024-10-01', chongqing, '2025-08-01')
    expect(rise.map(({ section, name, kind }) => `${section} ${name} ${kind}`)).toEqual([
      'verify standard_urban value',
      'verify standard_rural value',
      'assess standard.urban value',
      'assess standard.rural value',
    ])
    expect(rise[2]).toMatchObject({ before: { text: '750 元/月' }, after: { text: '770 元/月', origin: 'chongqing' } })
    expect(packDifference(chongqing, '2025-08-01', chongqing, '2025-09-01')).toEqual([])
  })

  it('the two national procedures differ in what the rules of 2021 changed', () => {
    const all = packDifference(packOf('national-2012'), '2021-06-30', packOf('national-2021'), '2021-07-01')
    const values = all.filter(({ kind }) => kind === 'value').map(({ name }) => name)
    expect(values).toEqual(
      expect.arrayContaining([
        'procedure',
        'notices',
        'deliberation.held',
        'sample.share',
        'clocks.total',
        'recheck_months.volatile',
      ]),
    )
    const study = all.find(({ name }) => name === 'household.dependent_study_levels')
    expect(study).toMatchObject({ kind: 'clause', after: { clause: '民发〔2021〕57号 第七条' } })
  })
})

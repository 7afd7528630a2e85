import { describe, expect, it } from 'vitest'
import { loadPack } from './pack.ts'
import { listPacks } from './pack-list.ts'
import { packDifference, packValues } from './pack-values.ts'
import { packAt, resolveAssess } from './resolve.ts'
import { reviewedAs, signable } from './review.ts'
import { changeFaults, type PackChange, revisedPack, revisionFault } from './revision.ts'

const pack = loadPack('reference')

function change(more: Partial<PackChange> = {}): PackChange {
  const basis = { clause: '某区民发〔2027〕1号 第一条', mark: 'sourced', reviewed_until: '2028-06-30' } as const
  return {
    section: 'assess',
    name: 'standard.urban',
    from: '2027-07-01',
    value: '{"value":760,"unit":"month"}',
    ...basis,
    ...more,
  }
}

const both = [change(), change({ section: 'verify', name: 'standard_urban', value: '{"value":"760.00","unit":"month"}' })]

describe('a revision', () => {
  it('gives its values from their day on and leaves the pack and the days before alone', () => {
    const revised = revisedPack(pack, both, 'revision:1')
    expect(resolveAssess(packAt(revised, '2027-07-01')).standard.urban.value).toEqual({ n: 760n, d: 1n })
    expect(packAt(revised, '2027-06-30').hash).toBe(packAt(pack, '2027-06-30').hash)
    expect(packAt(pack, '2027-07-01').hash).not.toBe(packAt(revised, '2027-07-01').hash)
    const differences = packDifference(pack, '2027-07-01', revised, '2027-07-01')
    expect(differences.map(({ section, name }) => `${section}.${name}`)).toEqual([
      'verify.standard_urban',
      'assess.standard.urban',
    ])
    const value = packValues(revised)
      .find(({ name }) => name === 'standard.urban')
      ?.values.at(-1)
    expect(value).toMatchObject({
      text: '760 元/月',
      json: '{"value":760,"unit":"month"}',
      origin: 'revision:1',
      from: '2027-07-01',
    })
  })

  it('replaces a value of the same day', () => {
    const revised = revisedPack(pack, [change({ from: '2026-01-01' })], 'revision:1')
    expect(revised.assess?.get('standard.urban')?.values).toHaveLength(1)
  })

  it.each([
    ['a word for an amount', { value: '{"value":"很多","unit":"month"}' }, 'value', '城市低保标准'],
    ['an unknown unit', { value: '{"value":760,"unit":"week"}' }, 'unit', 'month、year'],
    ['a missing member', { value: '{"value":760}' }, 'unit', '缺少必填字段'],
    ['no JSON', { value: '{"value":' }, '', '写法有误'],
    ['a day before the pack', { from: '2020-01-01' }, 'from', '不得早于政策包的施行日 2026年1月1日'],
    ['a day that does not exist', { from: '2027-02-30' }, 'from', '存在的日期'],
    ['a review before its day', { reviewed_until: '2027-01-01' }, 'reviewed_until', '不得早于生效日'],
    ['an unknown parameter', { name: 'standard.mars' }, '', '没有参数'],
    ['a share above one', { section: 'casework', name: 'deliberation.pass', value: '{"num":3,"den":2}' }, '', '不大于 1 的比例'],
    [
      'half a day',
      { section: 'casework', name: 'clocks.total', value: '{"days":1.5,"unit":"working","extension":null}' },
      'days',
      '整数',
    ],
  ] as const)('is refused with %s, naming the part', (_, wrong, part, text) => {
    const [fault] = changeFaults(pack, [], change(wrong as Partial<PackChange>))
    expect(fault?.part).toBe(part)
    expect(fault?.message).toContain(text)
  })

  it('is complete only when verification and assessment go by the same standard', () => {
    expect(revisionFault(pack, [])).toContain('还没有任何修改')
    expect(revisionFault(pack, [change()])).toContain('两处须一并修改')
    expect(revisionFault(pack, both)).toBeNull()
  })
})

it('confirms a value of a kept pack only where day, clause and value are the same', () => {
  const kept = packAt(pack, '2026-06-01')
  const dated = kept.assess?.get('standard.urban')
  const same = { from: dated?.from ?? '', clause: dated?.clause ?? '', reviewed_until: '2031-12-31' }
  const confirmed = reviewedAs(
    kept,
    packAt(revisedPack(pack, [change({ ...same, value: '{"value":720,"unit":"month"}' })], 'x'), kept.on),
  )
  expect(confirmed.hash).toBe(kept.hash)
  const overdue = (each: typeof kept) => signable(each, '2030-01-01').overdue.map(({ parameter }) => parameter)
  expect(overdue(kept)).toContain('assess.standard.urban')
  expect(overdue(confirmed)).toEqual(overdue(kept).filter((name) => name !== 'assess.standard.urban'))
  const other = reviewedAs(
    kept,
    packAt(revisedPack(pack, [change({ ...same, value: '{"value":730,"unit":"month"}' })], 'x'), kept.on),
  )
  expect(overdue(other)).toEqual(overdue(kept))
})

it('lists every built-in pack by its id', () => {
  const ids = listPacks().map(({ id }) => id)
  expect(ids).toContain('reference')
  expect(ids).toEqual([...ids].sort())
})

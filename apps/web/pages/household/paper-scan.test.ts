import { expect, it, vi } from 'vitest'
import { isListed } from '../statistics/quality-cases.tsx'
import { divisionLabel } from './filter-fields.tsx'
import { wrongOf } from './paper-scan.tsx'

vi.mock('virtual:route-table', () => ({ routeTable: {} }))

it('says what of a scan is missing or too large before anything is sent', () => {
  expect(wrongOf({ size: 10 * 1024 * 1024 }, 'SQ1')).toEqual({})
  expect(wrongOf({ size: 10 * 1024 * 1024 + 1 }, 'SQ1').file).toContain('10 MB')
  expect(Object.keys(wrongOf(null, ''))).toEqual(['file', 'paperNo'])
})

it('names a division with the names people still know', () => {
  const former = (name: string) => ({ code: '629901001001', name, until: '2026-01-01' })
  expect(divisionLabel({ name: '乙社区', formerly: [] })).toBe('乙社区')
  expect(divisionLabel({ name: '乙社区', formerly: [former('甲村'), former('丙村'), former('甲村')] })).toBe(
    '乙社区（原甲村、丙村）',
  )
  expect(divisionLabel({ name: '乙社区', formerly: [former('乙社区')] })).toBe('乙社区')
})

it('takes no rule from the address that has no list', () => {
  expect([isListed('IDQ-12'), isListed('IDQ-1'), isListed(undefined)]).toEqual([true, false, false])
})

import { describe, expect, it } from 'vitest'
import { isPermitted } from '../../src/identity/contract/permissions.ts'
import { ROLES } from '../../src/identity/contract/roles.ts'
import { groups, groupsOf, officePages, pagesOf } from './pages/navigation.ts'
import { pagesFor } from './pages/search-pages.ts'

/** Every role finds the pages it works with, in named groups, and none it may not open. */

const roles = Object.keys(ROLES)

describe('the navigation', () => {
  it.each(roles)('of %s leads only to pages that may be opened, no more than a screen holds in one group', (role) => {
    expect(pagesOf(role).filter(({ permission }) => !isPermitted(role, permission))).toEqual([])
    expect(pagesOf(role).length).toBeGreaterThan(0)
    for (const { pages } of groupsOf(role)) expect(pages.length).toBeLessThanOrEqual(7)
    expect(groupsOf(role).length).toBeLessThanOrEqual(groups.length)
  })

  it('has every page in one group, worked with by somebody', () => {
    expect(new Set(officePages.map(({ to }) => to)).size).toBe(officePages.length)
    expect(officePages.filter(({ to }) => !roles.some((role) => pagesOf(role).some((page) => page.to === to)))).toEqual([])
  })

  it('leaves out what a role merely may read', () => {
    const names = (role: string) => pagesOf(role).map(({ label }) => label)
    expect(names('village_assistant')).toEqual([
      '待办',
      '全部案件',
      '受理',
      '民主评议',
      '扫描归档',
      '表格导入',
      '公示',
      '在保名单',
    ])
    expect(names('payment_officer')).toEqual(['资金发放', '发放账户', '导出'])
    expect(isPermitted('payment_officer', 'casework.read')).toBe(true)
    expect(names('unit_officer')).toEqual(['数据标准'])
  })

  it('says of every page what it shows and by which words it is found', () => {
    for (const { label, shows, words } of officePages) {
      expect(shows, label).toMatch(/。$/)
      expect(words, label).toMatch(/[一-龥]/)
    }
  })
})

describe('pages found by a word', () => {
  const found = (word: string, role: string) =>
    pagesFor(word, (permission) => isPermitted(role, permission)).map(({ label }) => label)

  it('are those whose title or other words hold it, the title first, and only what the role may open', () => {
    expect(found('抽签', 'district_approver')).toEqual(['入户抽查'])
    expect(found('公示', 'township_clerk').slice(0, 2)).toEqual(['公示', '在保名单'])
    expect(found('银行', 'payment_officer')).toEqual(['资金发放', '发放账户'])
    expect(found('银行', 'auditor')).toEqual([])
    // what a role merely may read is found although the navigation leaves it out
    expect(found('案件', 'payment_officer')).toEqual(['全部案件'])
    expect(found('', 'district_admin')).toEqual([])
    expect(found('excel', 'verification_centre')).toContain('导入')
  })
})

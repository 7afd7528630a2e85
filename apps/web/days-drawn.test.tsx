import { createElement, type ReactElement } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PaymentMonth } from '#benefits/contract'
import type { CleanUp } from '#casework/contract'
import type { QualityRow } from '#registry/contract'
import { type Answered, drawn, drawnAtOnce, press } from '#testkit/drawn-pages'
import { permissionsOf } from '../../src/identity/contract/permissions.ts'
import { type Input, type Output, type RouteName, reading } from './client.ts'
import { OpenButtons, Opened } from './pages/clean-up/clean-up-list.tsx'
import { CleanUpPage } from './pages/clean-up/clean-up-page.tsx'
import { HomePage } from './pages/home/home-page.tsx'
import { QualityPage } from './pages/statistics/quality-page.tsx'

/** First screens of roles, and pages of figures, as they are drawn from what the server answers. */

const township = '629901001000'
const at = vi.hoisted(() => ({ search: {} as { township?: string } }))

vi.mock('virtual:route-table', () => ({ routeTable: {} }))
vi.mock('@tanstack/react-router', async () => (await import('#testkit/drawn-pages')).routerStub(at))

beforeEach(() => vi.stubGlobal('window', { location: { hash: '', origin: 'http://localhost' } }))
afterEach(() => {
  at.search = {}
  vi.unstubAllGlobals()
})

function answer<N extends RouteName>(name: N, input: Input<N>, data: unknown): Answered {
  return [reading(name, input).queryKey, data as Output<N>]
}
const sessionOf = (role: string): Answered =>
  answer('identity.read-session', {}, { permissions: permissionsOf(role), roles: [role], today: '2026-12-02' })
const now = (element: ReactElement, role: string, ...answers: Answered[]) =>
  drawnAtOnce(element, [sessionOf(role), ...answers]).replaceAll('<!-- -->', '')
const home = (role: string, ...answers: Answered[]) => drawn(createElement(HomePage), [sessionOf(role), ...answers])
/** a row of the day without its marks */
const linesOf = (text: string) =>
  [...text.matchAll(/<li class="day-row[^"]*"[^>]*>(.*?)<\/li>/g)].map(([, line = '']) => line.replaceAll(/<[^>]*>/g, ''))

describe('the first screen of a payment officer', () => {
  const sum = { households: 120, persons: 200, base: 5_000_000, topUp: 0, total: 5_000_000 }
  const month: PaymentMonth = {
    ...{ month: '2026-12', rolls: 5, confirmed: 2, due: sum, listed: { ...sum, households: 117, total: 4_900_000 } },
    differences: [
      { kind: 'no_account', label: '没有账户', count: 2 },
      { kind: 'double', label: '重复享受', count: 1 },
    ],
  }
  const screen = (current: object | null) =>
    home(
      'payment_officer',
      answer('casework.read-payment-month', { params: { month: '2026-12' } }, { month, months: [], townships: [] }),
      answer('casework.read-go-live', {}, { current }),
      answer('casework.read-day', {}, { rows: [] }),
    )

  it('says what is due, what is on rolls, what waits for a second person, what goes to the bank, and what differs', async () => {
    const text = await screen({})
    const [due, listed, open, bank, differences] = linesOf(text)
    expect(due).toBe('应发 120 户，合计 50,000.00 元')
    expect(listed).toBe('名册：已编入 117 户 49,000.00 元，还差 3 户。去编制')
    expect(open).toContain('名册 5 份，待另一人确认 3 份')
    expect(bank).toContain('已确认 2 份，可下载给银行的工作簿')
    expect(differences).toBe('差异 3 户（没有账户 2，重复享受 1）。去处理')
    expect(text).toContain('href="/payments?month=2026-12"')
    expect(text).not.toContain('还没有确认启用月份')
  })

  it('says first that no roll can be made before the month is confirmed', async () => {
    expect(await screen(null)).toContain('还没有确认启用月份，不能编制名册')
  })
})

describe('the first screen of a security administrator', () => {
  const users = (state: 'awaiting' | 'locked', data: object) =>
    answer('identity.list-users', { query: { state, limit: 1 } }, data)
  const proofs = (open: number, lastCheck: object | null) => answer('journal.read-proofs', {}, { open, lastCheck, alarms: [] })
  const screen = (waiting: number, locked: number, ...more: Answered[]) =>
    home('security_admin', users('awaiting', { waiting, total: 0 }), users('locked', { waiting: 9, total: locked }), ...more)

  it('says which accounts wait or are locked, and whether what is stored is what was sealed', async () => {
    const text = await screen(4, 2, proofs(3, { failure: null }))
    expect(linesOf(text).slice(0, 2)).toEqual(['等待确认的岗位和口令 4 项。去确认', '连续输错口令被锁定 2 个账号。查明后解锁'])
    expect(text).toContain('href="/users?state=locked"')
    expect(text).toMatch(/notice red">上次检查完成；待查明的异常 3 项。<a href="\/proofs\?">去查明/)
  })

  it('leads nowhere where nothing waits, and says when a check failed or was never made', async () => {
    expect(linesOf(await screen(0, 0, proofs(0, null))).slice(0, 2)).toEqual([
      '等待确认的岗位和口令 0 项。',
      '连续输错口令被锁定 0 个账号。',
    ])
    expect(await screen(0, 0, proofs(0, null))).toContain('还没有检查过')
    expect(await screen(0, 0, proofs(0, { failure: '磁盘已满' }))).toContain('上次检查没有完成：磁盘已满')
  })
})

describe('data quality', () => {
  const row: QualityRow = {
    ...{ code: township, name: '甲午镇', entries: 4000, firstTimeRight: 3960, returned: 40, corrected: 12, medianDays: 2 },
    checked: { 'IDQ-11': 1500, 'IDQ-12': 1884 },
    byRule: { 'IDQ-11': 15, 'IDQ-12': 1836 },
    byCause: { no_scan: 1836 },
  }
  const page = (query: { township?: string }) =>
    now(
      createElement(QualityPage),
      'verification_centre',
      answer('registry.list-quality', { query: { township: query.township } }, { rows: [row], total: row }),
    )

  it('says of whom the share is, and of each other check how many of how many fail', () => {
    const text = page({})
    expect(text).toContain('人员信息一次正确率')
    expect(text).toContain('人员信息一次正确率只计成员和赡养人自身的检查（IDQ-1 至 IDQ-9）')
    expect(text).toContain('99.0 %')
    expect(text).toContain('共 1,884 份已签授权书，有问题 1,836 份（97.5 %）')
    expect(text).toContain('共 1,500 户有发放账户，有问题 15 户（1.0 %）')
    expect(text).toContain('没有扫描件 1,836')
  })
})

describe('全面清理', () => {
  const figures = { households: 423, applied: 100, running: 40, granted: 50, refused: 5, ended: 5, settled: 8, open: 315 }
  const cleanUp: CleanUp = {
    ...{ cleanUpId: 'one', label: '2026 年全面清理', divisionCode: '629901000000', divisionName: '示范区', late: false },
    ...{ frozenOn: '2026-11-01', deadlineOn: '2026-12-31', daysLeft: 20, oldGrants: 'until_decision' },
    ...{ households: 9999, applied: 5000, decided: 4000, settled: 77, open: 4922, pending: 0 },
  }
  const list = { pages: [{ rows: [], total: 0, next: null }], pageParams: [''] }
  const page = (place: object | null) => {
    at.search = place === null ? {} : { township }
    const query = place === null ? {} : { township }
    const areas = [{ code: '629901001001', name: '桃林村', ...figures }]
    return now(
      createElement(CleanUpPage),
      'township_clerk',
      answer('casework.list-clean-ups', {}, { rows: [cleanUp] }),
      answer('casework.read-clean-up', { params: { cleanUpId: 'one' }, query }, { ...cleanUp, areas, place }),
      [['casework.list-clean-up-households', 'one', { ...(place === null ? {} : { area: township }), state: 'open' }], list],
    )
  }

  it('speaks of the township that was opened, not of the whole district', () => {
    const text = page({ code: township, name: '甲午镇', ...figures })
    expect(text).toContain('甲午镇在名单上 423 户；已重新申请 100 户，已作出决定 55 户，原待遇已处理 8 户，还有 360 户没有结果')
    expect(text).toContain('各村（社区）清理进度')
    expect(text).not.toMatch(/9,999|5,000|示范区/)
  })

  it('speaks of the whole list where no township was opened', () => {
    expect(page(null)).toMatch(/示范区，.*冻结名单 9,999 户；已重新申请 5,000 户/)
  })
})

describe('applications opened by the hundred', () => {
  const opened = [
    { householdNo: 'H1', headName: '甲春', caseNo: 'AJ2026000001' },
    { householdNo: 'H2', headName: '乙夏', caseNo: 'AJ2026000002' },
  ]
  const refused = [{ householdNo: 'H3', headName: '丙秋', message: '已有在办案件', caseNo: 'AJ2026000009' }]

  it('are named each with the way to it, and so is the case that stands in the way', () => {
    const text = now(createElement(Opened, { done: { opened, refused, left: 12 } }), 'township_clerk')
    expect(text).toContain('已开立 2 件，1 户没有开立；还有 12 户，请再点一次')
    for (const { caseNo } of [...opened, ...refused]) expect(text).toContain(`<a href="/cases/${caseNo}?">${caseNo}</a>`)
  })

  const buttons = (picked: readonly string[], area: string | null = township) => {
    const [onOpen, onPick] = [vi.fn(), vi.fn()]
    const rows = opened.map(({ householdNo }) => ({ householdNo }))
    const props = {
      area: area ?? undefined,
      areaName: '本乡镇（街道）',
      total: 423,
      rows,
      picked: new Set(picked),
      busy: false,
      onPick,
      onOpen,
    }
    return { shown: createElement(OpenButtons, props as never), onOpen, onPick }
  }

  it('are opened for all of the street by one button', () => {
    const { shown, onOpen } = buttons([])
    press(shown, '为本乡镇（街道） 423 户开立申请')
    expect(onOpen.mock.calls).toEqual([[{ area: township }]])
    expect(() => press(buttons([], null).shown, '为本')).toThrow()
  })

  it('are opened for what is ticked, and only for that', () => {
    const { shown, onOpen } = buttons(['H2'])
    press(shown, '为勾选的 1 户开立申请')
    expect(onOpen.mock.calls).toEqual([[{ householdNos: ['H2'] }]])
    expect(() => press(shown, '为本')).toThrow()
    const { shown: none, onPick } = buttons([])
    press(none, '勾选已显示的 2 户')
    expect(onPick.mock.calls).toEqual([[new Set(['H1', 'H2'])]])
  })
})

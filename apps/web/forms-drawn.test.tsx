import { createElement } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CaseView, DraftConflict, DraftView, OfferedMove } from '#casework/contract'
import { type Answered, drawn, drawnAtOnce, press } from '#testkit/drawn-pages'
import { type Input, type Output, type RouteName, reading } from './client.ts'
import { CasePage } from './pages/case/case-page.tsx'
import { CaseParts } from './pages/case/case-parts.tsx'
import type { FormProps } from './pages/case/form-props.ts'
import { HoldForm } from './pages/case/forms/field-hold.tsx'
import { SampleForm } from './pages/case/forms/review-sample.tsx'
import { leadsOn } from './pages/case/plan.ts'
import { HouseholdCases } from './pages/household/household-cases.tsx'
import { DraftConflicts } from './pages/intake/draft-conflicts.tsx'
import { DraftPage } from './pages/intake/draft-page.tsx'
import type { Saving } from './pages/intake/use-saving.ts'

/** Forms and papers of a case as they are drawn before anybody touched them. */

const caseNo = 'AJ2026000001'

vi.mock('virtual:route-table', () => ({
  routeTable: {
    'casework.print-paper': ['GET', '/api/cases/:caseNo/papers/:form'],
    'casework.list-sheet': ['GET', '/api/x'],
  },
}))
vi.mock('@tanstack/react-router', async () =>
  (await import('#testkit/drawn-pages')).routerStub({ params: { caseNo: 'AJ2026000001' } }),
)

function answer<N extends RouteName>(name: N, input: Input<N>, data: unknown): Answered {
  return [reading(name, input).queryKey, data as Output<N>]
}
const permissions = ['casework.print', 'casework.scan', 'casework.read', 'casework.move']
const session = answer('identity.read-session', {}, { permissions, roles: ['township_clerk'], today: '2026-12-02' })

const head = {
  caseNo,
  applicantName: '丁新来',
  schemeLabel: '低保',
  programme: 'rural',
  result: null as string | null,
  origin: 'own',
  appealNo: null,
  householdNo: null,
  members: 2,
  total: { dueOn: null, left: null },
  openedAt: '2026-11-20T01:00:00.000Z',
}
const lists = ['steps', 'next', 'offered', 'extendable', 'moves', 'records', 'papers', 'scans', 'notices', 'objections']
function viewOf(change: object): CaseView {
  const empty = Object.fromEntries([...lists, 'sessions', 'decisions', 'looks', 'files'].map((name) => [name, []]))
  return { head, report: null, commission: null, ...empty, ...change } as unknown as CaseView
}
const propsOf = (view: CaseView): FormProps => ({
  view,
  move: { step: 'visit', command: 'sample', label: '登记' } as OfferedMove,
  submit: () => undefined,
  busy: false,
  problems: {},
})

beforeEach(() => vi.stubGlobal('window', { location: { hash: '', origin: 'http://localhost' } }))
afterEach(() => vi.unstubAllGlobals())

describe('所见与材料是否一致', () => {
  it('is said by whoever was there: neither answer is chosen before', () => {
    const text = drawnAtOnce(createElement(SampleForm, propsOf(viewOf({}))), [session])
    expect(text.match(/type="radio"/g)).toHaveLength(2)
    expect(text).not.toContain('checked')
  })
})

describe('the roll call of a family', () => {
  const member = (memberId: string, name: string) => ({ memberId, name, kind: 'villager' })
  const drawnBody = [member('a', '甲春'), member('b', '乙夏'), member('c', '丙秋')]
  const called = {
    ...{ sessionId: 's', plannedOn: '2026-12-01', heldOn: '2026-12-01', place: '村委会', seed: '5eed', drawn: drawnBody },
    ...{ recused: [{ memberId: 'b', name: '乙夏', relation: '兄弟' }], present: ['a', 'b'], outcome: null },
  }
  const form = (change: object) =>
    drawnAtOnce(createElement(HoldForm, propsOf(viewOf({ sessions: [{ ...called, ...change }] }))), [session])
  const saidOf = (text: string, name: string) =>
    new RegExp(`aria-label="${name} 到会情况">.*?<option value="(\\w+)" selected=""`).exec(text)?.[1]

  it('begins with who was called for the session already, without those who sit out for this family', () => {
    const text = form({})
    expect([saidOf(text, '甲春'), saidOf(text, '丙秋')]).toEqual(['present', 'away'])
    expect(text).toMatch(/回避：(<!-- -->)?兄弟/)
    expect(text).toMatch(/到会 (<!-- -->)?1(<!-- -->)? 人/)
    expect(text).toContain('到会情况取自本次评议会已登记的点名')
    expect(text).toMatch(/value="2026-12-01"/)
  })

  it('begins with nobody where nobody was called yet, on the day of today', () => {
    const text = form({ present: [], heldOn: null })
    expect([saidOf(text, '甲春'), saidOf(text, '丙秋')]).toEqual(['away', 'away'])
    expect(text).not.toContain('到会情况取自')
    expect(text).toMatch(/value="2026-12-02"/)
  })
})

describe('two pages that write one application', () => {
  const conflict: DraftConflict = {
    ...{ section: 'household', row: 'household', column: 'phone', columnLabel: '联系电话', mine: '139', theirs: '138' },
    ...{ gone: false, by: '李四', at: '2026-12-02T01:00:00.000Z' },
  } as DraftConflict
  const draft = {
    ...{ caseNo, applicantName: '丁新来', townshipName: '甲午镇', villageName: '桃林村', programme: 'rural', unconfirmed: 0 },
    ...{ editable: true, savedBy: '李四', savedAt: conflict.at, revision: 3, householdNo: null, verdicts: [], gaps: [] },
    ...{ signers: [], proofs: [], columns: {}, today: '2026-12-02' },
    draft: { household: { values: {}, known: [] }, members: [], relatives: [] },
  } as unknown as DraftView
  const page = (conflicts: readonly DraftConflict[]) => {
    const kept = new Map([[`yingbao-draft intake-conflicts ${caseNo}`, JSON.stringify(conflicts)]])
    vi.stubGlobal('sessionStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: () => undefined })
    return drawn(createElement(DraftPage), [session, answer('casework.open-draft', { params: { caseNo } }, draft)])
  }

  it('are told of what collided above the application, with both values', async () => {
    const text = await page([conflict])
    expect(text).toContain('1 处与另一页面或他人填写的不一致')
    expect(text).toMatch(/“联系电话”在另一处改过（李四 .*您填的是“139”，现在是“138”/)
    expect(await page([])).not.toContain('不一致')
  })

  it('take either value by a button', () => {
    const settle = vi.fn()
    const list = createElement(DraftConflicts, {
      saving: { conflicts: [conflict], settle, valueOf: () => '' } as unknown as Saving,
      onGo: () => undefined,
    })
    press(list, '用我填的')
    press(list, '用对方的')
    expect(settle.mock.calls).toEqual([
      [conflict, true],
      [conflict, false],
    ])
  })
})

describe('after a move', () => {
  const done = (command: string, answer: object = {}) =>
    leadsOn({ move: { command }, answer: { state: 'done', result: null, ...answer } })

  it('the next case may open when the step is over, but not after 不予受理', () => {
    expect(done('accept')).toBe(true)
    expect(done('accept', { state: 'open' })).toBe(false)
    expect(done('decline', { result: 'rejected_at_intake' })).toBe(false)
    expect(done('withdraw', { state: 'open', result: 'withdrawn' })).toBe(true)
  })

  it('the page of a case not taken in offers the letter, as long as it is looked at', async () => {
    const page = (result: string | null) =>
      drawn(createElement(CasePage), [
        session,
        answer('casework.open-case', { params: { caseNo } }, viewOf({ head: { ...head, result } })),
        answer('casework.list-tasks', { query: { step: 'intake', limit: 5 } }, { rows: [] }),
      ])
    expect(await page('rejected_at_intake')).toContain('打印不予受理告知书')
    expect(await page('refused')).not.toContain('打印不予受理告知书')
  })
})

describe('the printed sheet (3+1)', () => {
  const parts = (counts: boolean) =>
    drawn(
      createElement(CaseParts, {
        view: viewOf({ records: [{ kind: 'sheet', counts, recordId: 'r', at: head.openedAt, label: '测评', facts: [] }] }),
        ...{ step: undefined, onReload: async () => undefined, onDone: () => undefined },
      }),
      [session],
    )

  it('has its button where the sheet stands, and among the papers', async () => {
    const text = await parts(true)
    for (const part of ['assessment', 'papers']) {
      const [, after = ''] = text.split(`id="${part}"`)
      expect(after.split('</details>')[0]).toMatch(/<button type="button" class="button">打印综合测评表（3\+1）/)
    }
    expect(await parts(false)).not.toContain('打印综合测评表')
  })

  it('is led to from the page of the household', () => {
    const rows = [{ caseNo, result: null, at: ['测评'], openedAt: head.openedAt }]
    const list = answer('casework.list-cases', { query: { q: 'H1', limit: 5 } }, { rows })
    const text = drawnAtOnce(createElement(HouseholdCases, { householdNo: 'H1' }), [session, list])
    expect(text).toMatch(new RegExp(`href="/cases/${caseNo}\\?#assessment">综合测评表（3\\+1）`))
  })
})

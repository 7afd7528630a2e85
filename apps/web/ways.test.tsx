import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement, type ReactElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import type { CaseView, StepView } from '#casework/contract'
import { CallProblem, type Input, type Output, type RouteName, reading } from './client.ts'
import { ReasonDialog } from './pages/admin/reason-dialog.tsx'
import { ProgressPage } from './pages/campaign/progress-page.tsx'
import { DeclinedLetter } from './pages/case/declined-letter.tsx'
import { ExportButton } from './pages/case/export-button.tsx'
import { PrintMenu } from './pages/case/print-menu.tsx'
import { StepTrack } from './pages/case/step-track.tsx'
import { NoneChosen } from './pages/import/imports-page.tsx'
import { NoRows } from './pages/import/quarantine-list.tsx'
import { saidOfPages } from './pages/search-dialog.tsx'
import { ProblemHint } from './ui/problem-hint.tsx'

/** Finding one's way: what a page says is to be done, where a paper is, and where a refusal leads. */

const township = '629901001000'

vi.mock('virtual:route-table', () => ({
  routeTable: {
    'casework.print-paper': ['GET', '/api/cases/:caseNo/papers/:form'],
    'casework.print-notice': ['GET', '/api/notices/:noticeNo/paper'],
  },
}))
vi.mock('@tanstack/react-router', () => ({
  Link: ({ to, params, search, children }: { to: string; params?: object; search?: object; children: ReactNode }) => {
    const path = Object.entries(params ?? {}).reduce((text, [key, value]) => text.replace(`$${key}`, String(value)), to)
    return createElement('a', { href: `${path}?${new URLSearchParams(Object.entries(search ?? {}))}` }, children)
  },
  useSearch: () => ({ campaign: 'one', township }),
  useNavigate: () => () => undefined,
  useLocation: () => '/',
}))

type Answer = readonly [key: readonly unknown[], data: unknown]
function answer<N extends RouteName>(name: N, input: Input<N>, data: unknown): Answer {
  return [reading(name, input).queryKey, data as Output<N>]
}
const permissions = ['casework.print', 'casework.scan', 'casework.read', 'casework.move', 'verification.read']
const session = answer('identity.read-session', {}, { permissions, roles: ['township_clerk'], today: '2026-12-02' })

function shown(element: ReactElement, ...answers: Answer[]): string {
  const client = new QueryClient()
  for (const [key, data] of [session, ...answers]) client.setQueryData(key, data)
  return renderToStaticMarkup(createElement(QueryClientProvider, { client }, element))
}

const caseNo = 'AJ2026000001'
const viewOf = (change: object): CaseView =>
  ({
    head: { caseNo, applicantName: '丁新来', result: null, origin: 'own', acceptedOn: null, related: false },
    records: [],
    decisions: [],
    notices: [],
    scans: [],
    ...change,
  }) as unknown as CaseView

describe('a decision nobody was told of', () => {
  const step = (waits: string | null) =>
    ({ step: 'decision', label: '决定与告知', state: 'done', after: [], clock: { left: null }, waits }) as unknown as StepView

  it('is not shown as done on the way of the case: it says what is waited for', () => {
    const open = shown(createElement(StepTrack, { steps: [step('已决定，待送达申请人')], current: undefined }))
    expect(open).toContain('已决定，待送达申请人')
    expect(open).toContain('class="step open"')
    expect(open).not.toMatch(/办完|✓/)
    const told = shown(createElement(StepTrack, { steps: [step(null)], current: undefined }))
    expect(told).toMatch(/class="step done".*✓.*办完/)
  })
})

describe('after 不予受理', () => {
  const declined = (scans: object[]) =>
    shown(
      createElement(DeclinedLetter, { view: viewOf({ scans }) }),
      answer('casework.list-tasks', { query: { step: 'intake', limit: 5 } }, { rows: [] }),
    )

  it('keeps the place of the next case while it is looked for, and says when there is none', () => {
    expect(shown(createElement(DeclinedLetter, { view: viewOf({}) }))).toMatch(/<button[^>]*disabled=""[^>]*>正在找下一件…/)
    expect(declined([])).toContain('没有下一件')
  })

  it('the page offers the letter and where its receipt goes', () => {
    const text = declined([])
    expect(text).toContain(`href="/api/cases/${caseNo}/papers/rejection-notice"`)
    expect(text).toContain('打印不予受理告知书')
    expect(text).toMatch(/href="\/scans\?"[^>]*>去扫描归档送达回执/)
    expect(text).toContain('不予受理须书面告知丁新来')
  })

  it('says that the receipt is there once it is', () => {
    expect(declined([{ form: 'not_accepted' }])).toContain('送达回执已经归档')
  })
})

describe('a dialog that is opened again', () => {
  const dialog = (error: unknown) => {
    const parts = { title: '撤回', text: '', button: '撤回', busy: false, onSubmit: () => undefined, onClose: () => undefined }
    return shown(createElement(ReasonDialog, { ...parts, error }))
  }

  it('does not show what went wrong the last time', () => {
    expect(dialog(new CallProblem(409, 'x', '名册已经确认或撤回，不能撤回'))).not.toContain('名册已经确认')
  })

  /** Components that open a dialog, not the one above, upon a mutation that outlives it, and do not begin it anew. */
  function stale(text: string): string[] {
    return text
      .split(/^(?=(?:export )?function )/m)
      .filter((part) => /useMutation\(/.test(part) && !part.includes('.reset()'))
      .flatMap((part) =>
        [...part.matchAll(/&& \(?\s*<(\w*Dialog)\b((?:[^<>]|=>)*)/g)]
          .filter(([, name, props = '']) => name !== 'ReasonDialog' && /\w+\.error\b/.test(props))
          .map(([, name = '']) => name),
      )
  }

  it('begins its mutation anew where it outlives the dialog', () => {
    const sources = (folder: string): string[] =>
      readdirSync(folder).flatMap((name) => {
        const path = join(folder, name)
        if (statSync(path).isDirectory()) return sources(path)
        return path.endsWith('.tsx') ? [path] : []
      })
    const files = sources(join(import.meta.dirname, 'pages'))
    expect(files.length).toBeGreaterThan(150)
    expect(files.flatMap((path) => stale(readFileSync(path, 'utf8')).map((name) => `${path} ${name}`))).toEqual([])
    const planted =
      'function A() {\n const m = useMutation({})\n return open && (\n <SealDialog error={m.error} onClose={() => set(false)} />)\n}'
    expect(stale(planted)).toEqual(['SealDialog'])
  })
})

describe('the printed sheet (3+1)', () => {
  const menu = (records: object[]) => shown(createElement(PrintMenu, { view: viewOf({ records }) }))

  it('is found in the case’s menu of papers as soon as the sheet counts', () => {
    expect(menu([{ kind: 'sheet', counts: true }])).toMatch(/打印<\/summary>.*<button[^>]*>下载测评表/)
    expect(menu([{ kind: 'sheet', counts: false }])).not.toContain('下载测评表')
    expect(menu([])).not.toContain('下载测评表')
  })
})

describe('the progress of a township', () => {
  const row = {
    households: 12,
    reported: 8,
    consistent: 4,
    inconsistent: 3,
    undetermined: 1,
    openA: 2,
    openB: 1,
    returned: 0,
    states: {},
  }
  const campaign = {
    campaignId: 'one',
    title: '全面核对',
    state: 'done',
    asOf: '2026-11-30',
    pack: 'reference',
    persons: 9999,
    supporters: 777,
    households: 5555,
    startedAt: '2026-11-30T01:00:00Z',
    startedBy: 'system:demo',
    endedAt: null,
  }
  const text = shown(
    createElement(ProgressPage),
    answer('verification.list-campaigns', {}, { rows: [campaign] }),
    answer('verification.list-troubles', {}, { rows: [] }),
    answer(
      'registry.list-divisions',
      { query: { level: 'township', limit: 1000 } },
      { rows: [{ code: township, name: '甲午镇' }] },
    ),
    answer(
      'verification.read-progress',
      { params: { campaignId: 'one' }, query: { township } },
      {
        campaign,
        medianMinutes: null,
        warnings: [],
        missed: { persons: 3, open: 1 },
        total: { code: township, name: '甲午镇', ...row },
        rows: [{ code: '629901001001', name: '桃林村', ...row }],
      },
    ),
  )

  it('speaks of that township: its name, its figures, its lists', () => {
    expect(text).toContain('甲午镇各村社区')
    expect(text).toMatch(/纳入核对<\/dt><dd><a href="\/households\?campaign=one&amp;township=629901001000">12 户/)
    const lists = [...text.matchAll(/href="(\/(?:households|missed)\?[^"]*)"/g)].map(([, link = '']) => link)
    expect(lists.length).toBeGreaterThan(6)
    expect(lists.filter((link) => !link.includes(`township=${township}`))).toEqual([])
  })

  it('names what is of the whole campaign as such, and the way back to it', () => {
    expect(text).toContain('整个批次 9,999 人，义务人 777 人')
    expect(text).not.toContain('5,555')
    expect(text).toMatch(/href="\/progress\?campaign=one"[^>]*>全部乡镇街道/)
  })
})

describe('the refusal of a second application', () => {
  it('leads to the case that runs', () => {
    const refusal = readFileSync(join(import.meta.dirname, '../../src/casework/intake/actions/write-cases.ts'), 'utf8')
    const [, words = '', code = ''] =
      /const message = `([^`]*running_no[^`]*)`\s*return new Problem\('([\w.-]+)'/.exec(refusal) ?? []
    const sentence = words.replace(/\$\{[^}]*\}/, caseNo)
    expect(code).toBe('casework.running')
    expect(sentence).toContain(caseNo)
    vi.stubGlobal('window', { location: { origin: 'http://localhost' } })
    const text = shown(createElement(ProblemHint, { problem: new CallProblem(409, code, sentence) }))
    vi.unstubAllGlobals()
    expect(text).toMatch(new RegExp(`href="/cases/${caseNo}\\?"[^>]*>打开案件 ${caseNo}`))
  })
})

describe('a choice among imports of which some are not shown yet', () => {
  it('is told to be empty only when all were looked through', () => {
    expect(shown(createElement(NoneChosen, { more: true }))).toContain('已显示的记录里没有')
    expect(shown(createElement(NoneChosen, { more: true }))).toContain('再看更早的')
    expect(shown(createElement(NoneChosen, { more: false }))).not.toContain('已显示')
  })

  it('says that every row passed only where every row was read', () => {
    const passed = '每一行都通过了检查'
    expect(shown(createElement(NoRows, { filter: {}, checked: true }))).toContain(passed)
    expect(shown(createElement(NoRows, { filter: { code: 'IDQ-12' }, checked: true }))).not.toContain(passed)
    expect(shown(createElement(NoRows, { filter: {}, checked: false }))).toContain('没有检查完')
  })
})

describe('the export of a list', () => {
  const button = (...may: string[]) =>
    shown(
      createElement(ExportButton, { kind: 'cases', permission: 'export.cases', params: {} }),
      answer('identity.read-session', {}, { permissions: may, roles: [], today: '2026-12-02' }),
    )

  it('is offered from the start to whoever may, and to nobody else', () => {
    expect(button('export.use', 'export.cases')).toMatch(/<button type="button" class="button">导出 Excel/)
    expect(button('export.use')).toBe('')
    expect(button('export.cases')).toBe('')
  })

  it('asks for what the server asks for', () => {
    const source = (file: string) => readFileSync(join(import.meta.dirname, '../../src', file), 'utf8')
    expect(source('casework/table-exports.ts')).toContain("permission: 'export.cases'")
    expect(source('verification/table-exports.ts')).toContain("permission: 'export.households'")
  })
})

describe('the search', () => {
  it('is never silent: it asks for one more letter, or for another word', () => {
    expect(saidOfPages('', 0, true)).toBe('')
    expect(saidOfPages('王', 0, true)).toContain('再输入一个字')
    expect(saidOfPages('名册', 2, false)).toBe('')
    expect(saidOfPages('无此页', 0, false)).toContain('请换一个词')
  })
})

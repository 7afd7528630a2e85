import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { enter, openTab, type Size, signIn, violations, visit } from './browser.ts'
import { demoOf } from './demo.ts'
import { faultsAt, faultsOf, type State, states } from './page-states.ts'
import { HttpOffice, HttpWalk, walkTo } from './walk-over-http.ts'

/** The task centre, the list of cases and the page of a case, with cases opened and moved through the server as the pages do it. */
const demo = demoOf({ households: 40 })
let caseNos: string[] = []

const headers = { 'x-requested-with': 'yingbao' }

/** Opens cases of households that get no aid yet, as the clerk of the township; gives their numbers. */
async function openCases(page: Page, most: number): Promise<string[]> {
  const api = page.context().request
  const { rows } = await (await api.get('/api/households?limit=200')).json()
  const opened: string[] = []
  for (const { householdNo } of rows as { householdNo: string }[]) {
    if (opened.length === most) break
    const reply = await api.post('/api/cases', { headers, data: { householdNo, origin: 'application' } })
    const body = await reply.json()
    if (!reply.ok()) throw new Error(`${householdNo}: ${reply.status()} ${JSON.stringify(body)}`)
    opened.push(body.caseNo)
  }
  return opened
}

beforeAll(async () => {
  const { page, context } = await openTab(demo.browser, demo.world.url)
  await enter({ page, context }, demo.user('township'))
  caseNos = await openCases(page, 6)
  await context.close()
})

function addresses(): string[] {
  return [
    '/tasks',
    '/tasks?tab=returned',
    '/tasks?tab=done',
    '/tasks?tab=ended',
    '/cases',
    '/cases?overdue=yes',
    `/cases/${caseNos[0]}`,
  ]
}

const problemsOf = (account: string, size: Size, state: State): Promise<string[]> =>
  faultsAt({ browser: demo.browser, url: demo.world.url, user: demo.user(account), size, state }, addresses())

describe.each(['desktop', 'phone'] as const)('on a %s', (size) => {
  it.each(states)('every page in its %s state is accessible, fits and holds still', async (state) => {
    expect(caseNos.length).toBeGreaterThan(3)
    expect(await problemsOf('township', size, state)).toEqual([])
  })

  it('whoever only reads, and whoever decides, sees accessible pages too', async () => {
    expect(await problemsOf('centre', size, 'typical')).toEqual([])
    expect(await problemsOf('townhead', size, 'typical')).toEqual([])
  })
})

describe('the task centre', () => {
  it('is the first page after signing in, and its filters are in the address', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await signIn(page, demo.user('township'))
    await page.getByRole('heading', { name: '任务中心' }).waitFor()
    await page.getByLabel('步骤').selectOption('intake')
    await page.waitForURL(/step=intake/)
    expect(await page.locator('.tasks tbody tr').count()).toBe(caseNos.length)
    await page.getByLabel('申请人姓名或案号').fill(caseNos[1] ?? '')
    await page.waitForURL(/q=/)
    await page.waitForFunction(() => document.querySelectorAll('.tasks tbody tr').length === 1)
    await page.reload()
    expect(await page.getByLabel('申请人姓名或案号').inputValue()).toBe(caseNos[1])
    await page.goBack()
    await context.close()
  })

  it('says that hints could not be read, instead of showing none', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('township'))
    const failed = { code: 'server.failed', message: '服务器出错，请稍后重试。', details: {} }
    await page.route('**/api/change-tasks*', (route) => route.fulfill({ status: 500, json: failed }))
    await visit(page, '/tasks')
    await page.getByRole('alert').getByText(failed.message).waitFor()
    await context.close()
  })

  it('is worked by keyboard alone: j and k go through the rows, x ticks one, Enter opens it', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('township'))
    await visit(page, '/tasks')
    await page.locator('.tasks tbody tr').first().waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex'))
    await page.keyboard.press('j')
    expect(await focused()).toBe('2')
    await page.keyboard.press('j')
    expect(await focused()).toBe('3')
    await page.keyboard.press('ArrowUp')
    expect(await focused()).toBe('2')
    await page.keyboard.press('x')
    await page.getByText('已勾选 1 件').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('navigation', { name: '本页内容' }).waitFor()
    expect(page.url()).toMatch(/\/cases\/.+step=/)
    await context.close()
  })
})

/** The dialog of a move that asks for a reason. */
async function openWithdrawal(page: Page, caseNo: string): Promise<void> {
  await visit(page, `/cases/${caseNo}`)
  await page.getByText('结束本案').first().click()
  await page.getByRole('button', { name: '申请人撤回申请' }).first().click()
  await page.locator('dialog').waitFor()
}

const reason = '申请人说子女已接回赡养，不再申请。'

describe('the page of a case', () => {
  it('opens at the part to decide, and asks for a reason before a case is ended', async () => {
    const { page, context, complaints } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('township'))
    const caseNo = caseNos[2] ?? ''
    await openWithdrawal(page, caseNo)
    await page.locator('dialog button.primary').click()
    await page.getByText('请写明理由，至少 4 个字').waitFor()
    expect(await violations(page)).toEqual([])
    await page.locator('dialog textarea').fill(reason)
    // two clicks are one move
    await page.locator('dialog button.primary').dblclick()
    await page.getByText('已办：申请人撤回申请').waitFor()
    const { rows } = await (await context.request.get(`/api/cases?q=${caseNo}`)).json()
    expect(rows[0].result).toBe('withdrawn')
    const view = await (await context.request.get(`/api/cases/${caseNo}`)).json()
    expect(view.moves.filter((move: { command: string }) => move.command === 'withdraw')).toHaveLength(1)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('keeps what was typed through a reload, and through a move somebody else made meanwhile', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('township'))
    const caseNo = caseNos[3] ?? ''
    await openWithdrawal(page, caseNo)
    await page.locator('dialog textarea').fill(reason)
    const warnings: string[] = []
    page.on('dialog', (dialog) => {
      warnings.push(dialog.type())
      void dialog.accept()
    })
    await openWithdrawal(page, caseNo)
    expect(warnings).toEqual(['beforeunload'])
    expect(await page.locator('dialog textarea').inputValue()).toBe(reason)
    const api = context.request
    const { head } = await (await api.get(`/api/cases/${caseNo}`)).json()
    const data = { step: 'intake', command: 'save', version: head.version }
    expect((await api.post(`/api/cases/${caseNo}/moves`, { headers, data })).status()).toBe(200)
    await page.locator('dialog button.primary').click()
    await page.getByRole('button', { name: '重新载入案件，保留已填内容' }).click()
    await page.locator('dialog [role=alert]').waitFor({ state: 'detached' })
    expect(await page.locator('dialog textarea').inputValue()).toBe(reason)
    await page.locator('dialog button.primary').click()
    await page.getByText('已办：申请人撤回申请').waitFor()
    await context.close()
  })
})

describe('many cases at once', () => {
  it('are tried out first; nothing is done before', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('township'))
    await visit(page, '/tasks?step=intake')
    await page.locator('.pick input').first().check()
    await page.getByText('须逐件办理').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: '取消勾选' }).click()
    expect(await page.getByText('已勾选').count()).toBe(0)
    await context.close()
  })
})

describe('saved views', () => {
  it('keep the filters of the list under a name', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await enter({ page, context }, demo.user('township'))
    await visit(page, '/cases')
    await page.getByLabel('状态').selectOption('running')
    await page.getByRole('button', { name: '存为视图' }).click()
    await page.getByLabel('名称').fill('在办案件')
    await page.locator('dialog button.primary').click()
    await page.getByRole('link', { name: '在办案件' }).waitFor()
    await visit(page, '/cases')
    await page.getByRole('link', { name: '在办案件' }).click()
    await page.waitForURL(/state=running/)
    await context.close()
  })
})

describe('what is asked on the way', () => {
  const village = '629901001001'
  let verified: HttpWalk
  let visited: HttpWalk
  let twice: HttpWalk

  beforeAll(async () => {
    const office = new HttpOffice(demo.world.url, demo.world.users)
    const day = await office.today()
    const [first, second, third] = [0, 1, 2].map(() => new HttpWalk(office, village, day))
    if (first === undefined || second === undefined || third === undefined) throw new Error('three walks')
    await first.apply('马冬梅', '81', 'rural', '300')
    await walkTo(first, 'verified')
    // He has the name of one of those who deliberate.
    await second.apply('陈建军', '82', 'rural', '300')
    await walkTo(second, 'visited')
    await third.apply('丁二来', '82', 'rural', '300')
    ;[verified, visited, twice] = [first, second, third]
  })

  it.each(['desktop', 'phone'] as const)('is accessible, says what is missing and fits a %s', async (size) => {
    const found: string[] = []
    const look = async (account: string, address: string, open: (page: Page) => Promise<void>) => {
      const { page, context, complaints } = await openTab(demo.browser, demo.world.url, size)
      await enter({ page, context }, demo.user(account))
      await visit(page, address)
      await open(page)
      found.push(...(await faultsOf(page, address)), ...complaints)
      await context.close()
    }
    await look('townhead', `/cases/${verified.caseNo}`, async (page) => {
      await page.getByRole('button', { name: /^延长“入户调查”的时限/ }).click()
      await page.locator('dialog').getByRole('button', { name: '延长' }).click()
      await page.getByText('请写明理由，至少 4 个字').waitFor()
    })
    await look('township', `/deliberation?village=${village}&case=${visited.caseNo}`, async (page) => {
      await page.getByText(/评议人员陈建军是不是陈建军户的/).waitFor()
      await page.getByRole('button', { name: /^确认/ }).first().click()
    })
    await look('township', `/intake/${twice.caseNo}?part=review`, async (page) => {
      await page
        .getByRole('button', { name: /^登记核实结果/ })
        .first()
        .click()
      await page.getByText('请选择核实的结果').waitFor()
    })
    expect(found).toEqual([])
  })
})

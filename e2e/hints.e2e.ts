import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { everyHint } from '#testkit/every-hint'
import { type Account, openTab, resume, settled, signIn, visit } from './browser.ts'
import { crawl } from './crawl.ts'
import { demoOf } from './demo.ts'
import { HttpOffice, HttpWalk, walkTo } from './walk-over-http.ts'

/** Every hint is followed by every role it sends: the page opens, and what was promised can be done there. */
const demo = demoOf({ households: 40 })
const village = '629901001001'

/** Words of the links of hints, and what stands on the page where it is done: for whoever does it, or for one role. */
const there: Readonly<Record<string, RegExp>> = {
  去导入: /上传并检查/,
  // there are households: the administrator is told who imports now
  'district_admin 去导入': /由核对中心或乡镇街道导入/,
  去导入记录: /导入记录/,
  去核对进度: /新建核对批次/,
  去找案件: /马冬梅/,
  去线路: /登记节点/,
  'security_admin 去线路': /只看/,
  去人员库: /登记入库/,
  去抽取: /抽取/,
  去抽签: /对 \d+ 件抽签/,
  去公示: /待公示/,
  去指派: /指派承办人/,
  去异议举报: /YY-629901-/,
  去发放账户: /马冬梅/,
  去启动: /启动全面清理/,
  去编制: /编制 \d{4}年\d+月 名册/,
  去编制名册: /编制 \d{4}年\d+月 名册/,
  去确认名册: /确认所选名册/,
  去资金发放: /提出启用月份/,
  'district_approver 去资金发放': /确认启用月份/,
  去修订: /起草/,
  去模板: /样张/,
  去账号: /修改/,
  'security_admin 去账号': /确认/,
  去行政区划: /印章/,
  去填写申请: /下一部分|受理/,
  去核实: /检查与受理/,
  去复核: /报告与异议/,
  去处置疑点: /签署并办结/,
  去抽取评议人员: /抽取/,
  去答复异议: /YY-629901-/,
  去登记: /任务中心/,
  去审批: /任务中心/,
  去送达: /全部案件/,
  去确认: /确认所选名册/,
  看案件: /全部案件/,
  看超期: /全部案件/,
  看公示: /只看没有照片的/,
  看异议: /YY-629901-/,
  看全部入户: /任务中心/,
  看全部申请: /任务中心/,
  看全部公示: /公示单/,
  打开发放账户: /等待确认的变更.*证明材料/,
}

let hints: ReturnType<typeof everyHint> = []
let verified = ''

/** A case at intake, and one on the board that was objected to; an account and a go-live month that wait for their second person. */
beforeAll(async () => {
  const office = new HttpOffice(demo.world.url, demo.world.users)
  const draft = new HttpWalk(office, village, await office.today())
  await draft.apply('丁新来', '50', 'rural', '300')
  const posted = new HttpWalk(office, village, await office.today())
  await posted.apply('马冬梅', '51', 'rural', '300')
  await walkTo(posted, 'posted')
  const { notices, head } = await posted.view()
  const householdNo = head.householdNo ?? ''
  verified = posted.caseNo
  const { objectionNo } = await posted.call<{ objectionNo: string }>('township_clerk', 'casework.register-objection', {
    params: { noticeNo: notices[0]?.noticeNo },
    body: { caseNo: posted.caseNo, statement: { named: true, from: '邻居甲', text: '他家在城里还有一套房子' } },
  })
  await posted.call('payment_officer', 'casework.propose-go-live', { body: { month: '2026-11' } })
  const proof = await office.handIn(posted.who('township_clerk'))
  await posted.call('township_clerk', 'registry.propose-account', {
    params: { householdNo },
    body: {
      bankName: '甲子农商银行',
      accountNo: '6228480000000000018',
      holder: '马冬梅',
      proxyFiled: false,
      reason: '原账户已经销户',
      proofs: [proof],
    },
  })
  const place = { householdNo, villageCode: village, due: () => '2026-07-01', month: (await office.today()).slice(0, 7) }
  const of = (caseNo: string) => everyHint({ ...place, caseNo }, objectionNo)
  // What is said before acceptance leads to the case at intake, what is said of an objection to the one objected to.
  const answers = of(posted.caseNo).filter(([, { page }]) => page?.to.startsWith('/objections'))
  hints = [...of(draft.caseNo).filter(([, { page }]) => page?.to.startsWith('/objections') !== true), ...answers]
})

/** What is wrong with a page that a hint led to. */
async function wrongWith(page: Page, role: string, to: string, label: string): Promise<string[]> {
  const { pathname, hash } = new URL(to, 'http://x')
  const main = page.locator('main')
  const words = `${(await main.textContent()) ?? ''} ${(await main.getByRole('button').allTextContents()).join(' ')}`
  const isCase = pathname.startsWith('/cases/')
  const expected = isCase ? /办理进程|申请受理/ : (there[`${role} ${label}`] ?? there[label] ?? /^$/)
  const anchor = isCase || hash === '' || (await page.locator(hash).isVisible())
  return [
    ...(new URL(page.url()).pathname === pathname ? [] : [`ends at ${page.url()}`]),
    ...(await main.getByRole('alert').allTextContents()).map((text) => `says ${text}`),
    ...(expected.test(words) ? [] : [`shows no ${expected}: ${words.slice(0, 200)}`]),
    ...(anchor ? [] : [`has no ${hash}`]),
  ]
}

/** Follows all hints that send the role of an account, each page once. */
async function follow(user: Account): Promise<{ role: string; followed: number; wrong: string[] }> {
  const { page, context, complaints } = await openTab(demo.browser, demo.world.url)
  if (!(await resume({ page, context }, user))) await signIn(page, user)
  const role: string = (await (await context.request.get('/api/session')).json()).roles[0]
  const pages = new Map(
    hints.flatMap(([, todo]) => (todo.by.includes(role) && todo.page !== null ? [[todo.page.to, todo.page.label]] : [])) as [
      string,
      string,
    ][],
  )
  const wrong: string[] = []
  for (const [to, label] of pages) {
    await visit(page, to)
    await settled(page)
    for (const fault of await wrongWith(page, role, to, label)) wrong.push(`${to} (${label}) ${fault}`)
  }
  await context.close()
  return { role, followed: pages.size, wrong: [...wrong, ...complaints] }
}

/** One account of each role that does something, or is told what to look at. */
const accounts = [
  ...['admin', 'centre', 'approver', 'township', 'townleader', 'townhead'],
  ...['policy', 'payment', 'village', 'security', 'inspector', 'leader'],
]

describe('a hint', () => {
  it.each(accounts)('sends %s to pages where it can be done', async (account) => {
    const { role, followed, wrong } = await follow(demo.user(account))
    expect(wrong, role).toEqual([])
    expect(followed).toBeGreaterThan(0)
  })

  it('sends nobody else than these', () => {
    const senders = new Set(hints.flatMap(([, { by, page }]) => (page === null ? [] : by)))
    expect(senders.size).toBe(accounts.length)
  })
})

describe('a link', () => {
  const all = [...accounts, 'unit', 'auditor']
  it.each(all)('leads %s to no page that is refused or not there', async (account) => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    const user = demo.user(account)
    if (!(await resume({ page, context }, user))) await signIn(page, user)
    const { permissions }: { permissions: string[] } = await (await context.request.get('/api/session')).json()
    // A case whose report is there has the most links.
    const begin = ['/', ...(permissions.includes('casework.read') ? [`/cases/${verified}`] : [])]
    const { opened, wrong } = await crawl(page, begin)
    await context.close()
    expect(wrong).toEqual([])
    expect(opened.length).toBeGreaterThan(1)
  })
})

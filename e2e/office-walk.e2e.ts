import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { dotJpeg, dotPng } from '#testkit/handed-files'
import { openTab, overflow, signIn, sizes, violations, visit } from './browser.ts'
import { demoOf } from './demo.ts'
import { answerAsBank, registerBank } from './far-asking-steps.ts'

/** The whole story in a browser, on the real server with a small fictional district and its member units. */
const demo = demoOf({ households: 120 })

/** The first household of the list that has an open class A finding; its number. */
async function openClassA(page: Page): Promise<string> {
  await visit(page, '/households?finding=A')
  const link = page.locator('.households tbody .row-link').first()
  await link.waitFor()
  const address = (await link.getAttribute('href')) ?? ''
  await link.click()
  await page.getByRole('heading', { name: '疑点处置' }).waitFor()
  return decodeURIComponent(address.split('/')[2]?.split('?')[0] ?? '')
}

/** Goes to the first open class A finding of the household that is open. */
async function chooseClassA(page: Page, mark: string): Promise<void> {
  await page
    .locator('.finding-list button', { hasText: 'A 类' })
    .filter({ hasNotText: /已处置|待复核/ })
    .first()
    .click()
  await page.locator('article.finding').getByText(mark, { exact: true }).waitFor()
}

describe('import, progress, household, clearing, report, print', () => {
  it('imports a package and shows what happened to every row', async () => {
    const { page, complaints } = await openTab(demo.browser, demo.world.url)
    await visit(page, '/imports')
    await signIn(page, demo.user('centre'))
    await page.getByRole('heading', { name: '导入名册' }).waitFor()
    await page.getByLabel('选择整个文件夹').setInputFiles(demo.world.packageDir)
    await page.getByText(/已选 13 个文件/).waitFor()
    await page.getByLabel('核对时点').fill(demo.world.asOf)
    await page.getByRole('button', { name: '上传并检查' }).click()
    await page.getByRole('heading', { name: '导入情况' }).waitFor()
    // The same package for the second time: there is nothing to write.
    await page.getByText('与名册现有内容相同').waitFor({ timeout: 120_000 })
    await page.getByRole('heading', { name: /退回与存疑的行（\d/ }).waitFor()
    const first = page.locator('table.cards tbody tr').first()
    expect(await first.textContent()).toMatch(/第 \d+ 行/)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('corrects a returned row on the page, with every check again', async () => {
    const { page, complaints, context } = await openTab(demo.browser, demo.world.url)
    await signIn(page, demo.user('centre'))
    const rows = await (await context.request.get('/api/quarantine?severity=error&state=open&file=persons.csv&code=IDQ-2')).json()
    await visit(page, `/quarantine/${rows.rows[0].rowId}`)
    await page.getByLabel('更正依据（必填）').fill('核对户口本原件')
    await page.getByRole('button', { name: '检查并入库' }).click()
    await page.getByText('这一行仍未入库').waitFor()
    const birth = (await page.getByLabel(/^出生日期/).inputValue()).replaceAll('-', '')
    const isMan = (await page.getByLabel(/^性别/).inputValue()) === '1'
    await page.getByLabel(/^公民身份号码/).fill(withCheck(`629901${birth}73${isMan ? 9 : 8}`))
    await page.getByRole('button', { name: '检查并入库' }).click()
    await page.getByText('这一行已通过检查并入库').waitFor()
    await page.getByText('只对受影响的家庭重新询问').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('takes the scan of an authorisation, says what of it to look at again, and shows it', async () => {
    const { page, complaints, context } = await openTab(demo.browser, demo.world.url)
    await visit(page, '/households')
    await signIn(page, demo.user('centre'))
    await page.locator('.households tbody .row-link').first().click()
    const papers = page.locator('#papers')
    await papers.getByRole('button', { name: '上传扫描件' }).first().click()
    const dialog = page.getByRole('dialog')
    const choose = (name: string, buffer: Buffer) =>
      dialog.getByLabel('选择文件').setInputFiles({ name, mimeType: 'image/png', buffer })
    await choose('授权书.png', Buffer.from('<html>no picture</html>'))
    await dialog.getByLabel(/纸上的编号/).fill('SQ-另一份')
    await dialog.getByRole('button', { name: '上传并保存' }).click()
    await dialog.getByText('不是 JPEG、PNG 图片或 PDF').waitFor()
    await choose('授权书.png', await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 100 } }))
    await dialog.getByRole('button', { name: '上传并保存' }).click()
    await dialog.getByText('扫描件已保存').waitFor()
    await dialog.getByRole('button', { name: '关闭' }).click()
    await papers.getByText('编号与系统编号不一致').waitFor()
    await papers.getByRole('button', { name: '查看扫描件' }).click()
    const width = () => dialog.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth)
    await expect.poll(width).toBe(200)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows the campaign by township and leads down to a household', async () => {
    const { page, complaints } = await openTab(demo.browser, demo.world.url)
    await page.goto('/progress')
    await signIn(page, demo.user('centre'))
    const township = page.locator('tbody th a').first()
    await township.waitFor()
    const total = (await page.locator('tfoot td.num').first().textContent()) ?? ''
    expect(Number(total.replaceAll(',', ''))).toBeGreaterThan(50)
    await township.click()
    await page.getByRole('heading', { name: /各村社区/ }).waitFor()
    await page.locator('tbody th a').first().click()
    await page.getByText(/^共 \d+ 户/).waitFor()
    expect(page.url()).toMatch(/village=\d{12}/)
    await page.locator('.row-link').first().click()
    await page.getByRole('heading', { name: '成员与来源' }).waitFor()
    expect(await page.locator('table.matrix thead th').count()).toBe(19)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('shows what does not go on, why and until when, and lets the centre try it again', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await page.goto('/progress')
    await signIn(page, demo.user('centre'))
    await page.locator('tbody th a').first().waitFor()
    const campaigns = await (await context.request.get('/api/campaigns')).json()
    const { campaignId, title } = campaigns.rows[0]
    const failed = { campaignId, title, caseNo: null, tries: 3, failedAt: '2026-10-12T01:00:00.000Z' }
    const batch = { part: '第 2 组（比对与签发）', again: false, households: 1000, householdNos: [] }
    const again = { part: '重新核对（查询户籍之后）', again: true, households: 1, householdNos: ['H001001000001'] }
    const rows = [
      { ...failed, ...batch, reason: '数据库所在的磁盘已满，请清理或扩容', retryAt: '2026-10-12T01:10:00.000Z' },
      { ...failed, ...again, reason: '处理时出错（代码 22012），请系统管理员查看日志', retryAt: null },
    ]
    await page.route('**/api/verification-troubles', (route) => route.fulfill({ json: { rows } }))
    await visit(page, '/progress')
    const list = page.getByRole('region', { name: '有核对没有往下走' })
    await list.getByText('1,000 户：数据库所在的磁盘已满，请清理或扩容。').waitFor()
    await list.getByText('批次仍为已完成，只是这次重新核对没有做成。').waitFor()
    for (const size of Object.values(sizes)) {
      await page.setViewportSize(size)
      expect([await violations(page), await overflow(page)]).toEqual([[], 0])
    }
    // The office's own server answers: nothing of this campaign has failed.
    await list.getByRole('button', { name: '再试一次' }).click()
    await list.getByText('这个批次没有停下的部分，无需再试；请刷新页面').waitFor()
    await page.unroute('**/api/verification-troubles')
    await list.waitFor({ state: 'detached' })
    await context.close()
  })

  it('clears a class A finding with two persons, issues a report and prints it', async () => {
    const first = await openTab(demo.browser, demo.world.url)
    await visit(first.page, '/households')
    await signIn(first.page, demo.user('centre'))
    const householdNo = await openClassA(first.page)
    await chooseClassA(first.page, '待处置')
    const form = first.page.getByRole('form', { name: '处置这条疑点' })
    await form.getByRole('button', { name: /签署/ }).click()
    await form.getByText('还差 3 项：').waitFor()
    await form.getByLabel(/^不属实/).check()
    await form.getByLabel('理由', { exact: true }).fill('入户核实，与申报相符，村委会出具了证明。')
    await form
      .getByLabel('选择文件')
      .setInputFiles({ name: '入户照片.jpg', mimeType: 'image/jpeg', buffer: dotJpeg(`photo of ${householdNo}`) })
    await form.getByRole('button', { name: '移除 入户照片.jpg' }).waitFor()
    await form.getByRole('button', { name: '签署“不属实”，送第二人复核' }).click()
    await first.page.locator('.finding-list').getByText('待复核').first().waitFor()
    expect(first.complaints).toEqual([])

    const second = await openTab(demo.browser, demo.world.url)
    await second.page.goto(`/households/${householdNo}`)
    await signIn(second.page, demo.user('approver'))
    await second.page.locator('.finding-list button', { hasText: '待复核' }).first().click()
    const evidence = await second.page.getByRole('link', { name: '入户照片.jpg' }).getAttribute('href')
    const opened = await second.context.request.get(evidence ?? '')
    expect(await opened.body()).toEqual(dotJpeg(`photo of ${householdNo}`))
    await second.page.getByRole('textbox', { name: '复核意见' }).fill('看过照片和证明，同意。')
    await second.page.getByRole('button', { name: '同意并办结' }).click()
    await second.page.locator('.finding-list').getByText('已处置').first().waitFor()
    expect(second.complaints).toEqual([])
    await second.context.close()

    await printNewReport(first.page, householdNo)
    await first.context.close()
  })
})

describe('异地协查', () => {
  type Subject = { subjectNo: string; name: string; role: string; authorisation: string; authorisedTo: string | null }

  /** A household two of whose members have signed for longer than today, and these two. */
  async function signedFamily(page: Page): Promise<{ householdNo: string; members: Subject[] }> {
    const api = page.context().request
    const today = new Date().toISOString().slice(0, 10)
    const { rows } = await (await api.get('/api/households?limit=200')).json()
    for (const { householdNo } of rows as { householdNo: string }[]) {
      const view: { subjects: Subject[] } = await (await api.get(`/api/households/${householdNo}`)).json()
      const signed = view.subjects.filter(
        ({ role, authorisation, authorisedTo }) =>
          role !== 'supporter' && ['signed', 'guardian'].includes(authorisation) && (authorisedTo ?? '9') > today,
      )
      if (signed.length > 1) return { householdNo, members: signed.slice(0, 2) }
    }
    throw new Error('nobody has signed for today')
  }

  it('asks a bank elsewhere about two members, by keyboard, and shows what it says', async () => {
    const { page, complaints, context } = await openTab(demo.browser, demo.world.url)
    const security = await openTab(demo.browser, demo.world.url)
    await signIn(page, demo.user('centre'))
    await signIn(security.page, demo.user('security'))
    const bank = await registerBank(demo.world, context.request, security.context.request)
    await security.context.close()
    const { householdNo, members } = await signedFamily(page)
    await visit(page, `/households/${householdNo}`)
    const section = page.locator('#far')
    await section.getByRole('button', { name: '向异地协查' }).press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '发出协查' }).press('Enter')
    await dialog.getByText('请至少选择一名成员').waitFor()
    expect(await violations(page)).toEqual([])
    for (const { name } of members) await dialog.getByLabel(name).press('Space')
    await dialog.getByLabel('理由').fill('曾在邻区居住')
    await dialog.getByRole('button', { name: '发出协查' }).press('Enter')
    await section.getByText('未答复，不等于没有记录').waitFor()
    await answerAsBank(bank)
    await section.getByRole('button', { name: '看有没有答复' }).press('Enter')
    await section.getByText('12345.00 元').waitFor()
    await section.getByText('****3445').waitFor()
    await section.getByText('无记录', { exact: true }).waitFor()
    await section.getByRole('button', { name: '向异地协查' }).press('Enter')
    await dialog.getByLabel(members[0]?.name ?? '').press('Space')
    await dialog.getByLabel('理由').fill('核对近期余额')
    await dialog.getByRole('button', { name: '发出协查' }).press('Enter')
    await section.getByRole('button', { name: /^撤销协查\s*：邻区农商银行$/ }).press('Enter')
    await dialog.getByRole('button', { name: '撤销协查' }).press('Enter')
    await dialog.getByText('请写明理由').waitFor()
    expect(await violations(page)).toEqual([])
    await dialog.getByLabel('理由').fill('选错了单位')
    await dialog.getByRole('button', { name: '撤销协查' }).press('Enter')
    await section.getByText('对方还没有确认').waitFor()
    await section.getByText('已撤销', { exact: true }).waitFor()
    for (const size of [sizes.desktop, sizes.phone]) {
      await page.setViewportSize(size)
      expect([await violations(page), await overflow(page)]).toEqual([[], 0])
    }
    expect(complaints).toEqual([])
    await context.close()
  })
})

describe('a person on no roll', () => {
  it('is found from the progress page, and what the visit showed is noted', async () => {
    const { page, complaints, context } = await openTab(demo.browser, demo.world.url)
    await page.goto('/progress')
    await signIn(page, demo.user('centre'))
    await page.locator('.headline div', { hasText: '可能应保未保' }).getByRole('link').click()
    await page.getByRole('heading', { name: '可能应保未保的人员' }).waitFor()
    const township = page.locator('.missed tbody tr', { has: page.locator('td:last-child', { hasText: /^[1-9]/ }) }).first()
    await township.getByRole('link').click()
    await page.getByRole('heading', { name: '各村社区' }).waitFor()
    const person = page.locator('.persons > li', { hasText: '待核实' }).first()
    const name = (await person.getByRole('heading').textContent()) ?? ''
    await person.getByText('登记核实结果').click()
    const form = page.getByRole('form', { name: '登记核实结果' })
    await form.getByRole('button', { name: /签署/ }).click()
    await form.getByText('还差 3 项：').waitFor()
    await form.getByLabel(/^属实/).check()
    await form.getByLabel('理由', { exact: true }).fill('上门见到本人，已告知申请途径。')
    await form
      .getByLabel('选择文件')
      .setInputFiles({ name: '告知回执.jpg', mimeType: 'image/jpeg', buffer: dotJpeg(`receipt of ${name}`) })
    await form.getByRole('button', { name: '移除 告知回执.jpg' }).waitFor()
    await form.getByRole('button', { name: '签署“属实，已告知申请”并办结' }).click()
    await page.getByText(`已登记“${name}”的核实结果。`).waitFor()
    await page.locator('.persons > li', { hasText: name }).getByText('处置记录').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})

/** Clears what is left of class A, issues the report and follows it to paper. */
async function printNewReport(page: Page, householdNo: string): Promise<void> {
  await clearTheRest(page, householdNo)
  await visit(page, `/households/${householdNo}`)
  await page.getByRole('button', { name: /签发/ }).click()
  await page.getByText(/已签发第 \d+ 版/).waitFor()
  await page.locator('#reports li a').first().click()
  await page.getByRole('heading', { name: /^居民家庭经济状况核对更新报告$/ }).waitFor()
  expect(await page.getByRole('img', { name: '报告验真二维码' }).isVisible()).toBe(true)
  const address = (await page.getByRole('link', { name: '打印 PDF' }).getAttribute('href')) ?? ''
  const pdf = await page.context().request.get(address)
  expect(pdf.status()).toBe(200)
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')
  await page.getByRole('link', { name: '验真' }).click()
  await page.getByText('报告为真。').waitFor()
}

type Waiting = { findingId: string; class: string; clearing: string; history: unknown[] }

/** The other class A findings of the household, over the same API the page uses, signed by two persons. */
async function clearTheRest(page: Page, householdNo: string): Promise<void> {
  const api = page.context().request
  const headers = { 'x-requested-with': 'yingbao' }
  const view: { findings: Waiting[] } = await (await api.get(`/api/households/${householdNo}`)).json()
  const waiting = view.findings.filter((f) => f.class === 'A' && f.clearing !== 'cleared')
  if (waiting.length === 0) return
  const second = await openTab(demo.browser, demo.world.url)
  await signIn(second.page, demo.user('approver'))
  for (const finding of waiting) {
    let seen = finding.history.length
    if (finding.clearing === 'open') {
      const upload = await api.post('/api/files?name=a.png', { headers, data: dotPng })
      const data = { outcome: 'true', reason: '核实属实', evidence: [await upload.json()], teach: false, seen }
      expect((await api.post(`/api/findings/${finding.findingId}/clearing`, { headers, data })).status()).toBe(200)
      seen += 1
    }
    const path = `/api/findings/${finding.findingId}/confirmation`
    const confirmation = { agree: true, reason: '同意办结', seen }
    expect((await second.context.request.post(path, { headers, data: confirmation })).status()).toBe(200)
  }
  await second.context.close()
}

/** A citizen number from its first 17 digits. */
function withCheck(digits: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0)
  return `${digits}${'10X98765432'[sum % 11] ?? ''}`
}

describe('who may see what', () => {
  it('tells the auditor who looked at a person, and nothing else', async () => {
    const clerk = await openTab(demo.browser, demo.world.url)
    await signIn(clerk.page, demo.user('centre'))
    const list = await (await clerk.context.request.get('/api/households?limit=1')).json()
    const { householdNo } = list.rows[0]
    await visit(clerk.page, `/households/${householdNo}`)
    const view = await (await clerk.context.request.get(`/api/households/${householdNo}`)).json()
    await clerk.context.close()
    const { page, context, complaints } = await openTab(demo.browser, demo.world.url)
    await signIn(page, demo.user('auditor'))
    await page.getByRole('heading', { name: '不寻常的查看' }).waitFor()
    const functions = page.getByRole('navigation', { name: '主要功能' }).getByRole('link')
    expect(await functions.allTextContents()).toEqual(['首页', '查询留痕', '存证检查', '账号'])
    await functions.getByText('查询留痕').click()
    await page.getByLabel('人员编号').fill(view.subjects[0].subjectNo)
    await page.getByRole('button', { name: '查谁看过' }).click()
    await page.getByText('日志链校验完好').waitFor()
    const rows = (await page.locator('tbody').textContent()) ?? ''
    expect(rows).toContain('查看家庭核对结果')
    expect(rows).toContain('向协查单位查询')
    expect((await context.request.get(`/api/households/${householdNo}`)).status()).toBe(403)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows a township clerk only the households of the township', async () => {
    const centre = await openTab(demo.browser, demo.world.url)
    await signIn(centre.page, demo.user('centre'))
    const clerk = await openTab(demo.browser, demo.world.url)
    await signIn(clerk.page, demo.user('township'))
    const all = await (await centre.context.request.get('/api/households?limit=200')).json()
    const own = await (await clerk.context.request.get('/api/households?limit=200')).json()
    expect(own.total).toBeGreaterThan(0)
    expect(own.total).toBeLessThan(all.total)
    const numbers = new Set(own.rows.map((row: { householdNo: string }) => row.householdNo))
    const other = all.rows.find((row: { householdNo: string }) => !numbers.has(row.householdNo))
    await visit(clerk.page, `/households/${other.householdNo}`)
    const alert = clerk.page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(/[一-鿿]{4}/)
    await centre.context.close()
    await clerk.context.close()
  })

  it('opens the page asked for after signing in, and says nothing of why a sign-in failed', async () => {
    const { page, context } = await openTab(demo.browser, demo.world.url)
    await page.goto('/quality')
    await page.getByLabel('账号').fill('centre')
    await page.getByLabel('口令').fill('not the password')
    await page.getByRole('button', { name: '登录' }).click()
    const wrong = await page.getByRole('alert').textContent()
    await page.getByLabel('账号').fill('nobody-of-this-name')
    await page.getByRole('button', { name: '登录' }).click()
    await page.waitForTimeout(300)
    expect(await page.getByRole('alert').textContent()).toBe(wrong)
    await signIn(page, demo.user('centre'))
    await page.getByRole('heading', { name: '数据质量' }).waitFor()
    await context.close()
  })
})

/** From the report of the verification to the first payment, on the pages of the desks that make the steps. */
import type { Locator, Page } from 'playwright-core'
import { chineseDate } from '#kernel/chinese-date'
import { settled, visit } from './browser.ts'
import { type Desks, fillIn, panel, photo } from './case-desk.ts'

const reportWaits = 150

/** Waits until the report of the real gateways was brought to the case; gives how many findings are open. */
export async function report(desks: Desks): Promise<number> {
  for (let round = 0; round < reportWaits; round++) {
    const page = await desks.openCase('township')
    const check = page.locator('#check')
    if (((await page.locator('#timeline').textContent()) ?? '').includes('核对报告送达')) {
      const open = check.getByText(/^\d+ 项 A 类疑点待处置/)
      return (await open.count()) === 0 ? 0 : Number.parseInt((await open.textContent()) ?? '', 10)
    }
    await page.waitForTimeout(400)
  }
  throw new Error('no report came')
}

/** From the case to what the sources answered about its family; gives the findings as that page tells them. */
export async function findings(desks: Desks): Promise<string> {
  const page = await desks.openCase('centre')
  await page.locator('#check').getByRole('link', { name: '查看各来源答复和疑点' }).click()
  await page.getByRole('heading', { name: '疑点处置' }).waitFor()
  await settled(page)
  await desks.inspect(page, 'household')
  const told = (await page.locator('#findings').textContent()) ?? ''
  await desks.openCase('centre')
  await page.getByRole('region', { name: '案件概要' }).getByRole('link', { name: /^H\d/ }).click()
  await page.getByRole('heading', { name: '疑点处置' }).waitFor()
  return told
}

/** The applicant is told what the report says; the clerk ends the step. */
export async function conclude(desks: Desks, next?: string): Promise<void> {
  const today = await desks.today()
  await desks.move('township', '家庭经济状况核对', '告知核对结果', (form) => fillIn(form, { 告知日期: today }))
  await end(desks, next)
}

/** Ends the step of the verification; the panel of the step that comes next opens. */
export async function end(desks: Desks, next = '入户调查'): Promise<void> {
  const page = await desks.move('township', '家庭经济状况核对', '核对办结')
  await panel(page, next).waitFor()
}

/** The visit: planned by the clerk, written down by the assistant of the village, ended by the clerk. */
export async function visitHome(desks: Desks): Promise<void> {
  const today = await desks.today()
  await desks.move('township', '入户调查', '安排入户', (form) =>
    fillIn(form, {
      调查人员一姓名: '李入户',
      调查人员一职务: '民政干事',
      调查人员二姓名: '周调查',
      调查人员二职务: '驻村干部',
      入户日期: today,
    }),
  )
  await desks.move(desks.villageDesk, '入户调查', '登记入户调查表', async (form) => {
    await fillIn(form, {
      入户日期: today,
      见到的人: desks.family.applicant,
      住房类型: '砖木',
      '住房面积（平方米）': '60',
      住房状况: '一般',
      调查结论和理由: '家庭情况与申报相符',
    })
    await form.getByLabel('已核对在场人员身份').check()
    await form.getByLabel('住房破损').check()
    await form.getByLabel('选择文件').setInputFiles(photo)
    await form.getByRole('button', { name: `移除 ${photo.name}` }).waitFor()
  })
  await desks.move('township', '入户调查', '入户调查完成')
}

/** The township calls for a deliberation that the procedure holds only then. */
export async function callForDeliberation(desks: Desks, reason: string): Promise<void> {
  const page = await desks.openCase('township')
  await page.getByRole('navigation', { name: '本页内容' }).getByRole('link', { name: /^评议/ }).click()
  await panel(page, '民主评议（听证）').getByRole('button', { name: '要求民主评议', exact: true }).click()
  await desks.giveReason(page, '要求民主评议', reason)
}

/** The body is drawn on the village's page, the vote is entered on the case's; it passes unless `passes` is false. */
export async function deliberate(desks: Desks, passes = true): Promise<void> {
  const today = await desks.today()
  const page = await desks.openCase('township')
  const area = panel(page, '民主评议（听证）')
  const link = area.getByRole('link', { name: /民主评议$/ })
  await area.waitFor()
  await page.waitForTimeout(500)
  if (!(await link.isVisible())) await area.getByRole('button', { name: '抽取评议人员' }).click()
  await link.click()
  await page.getByRole('heading', { name: '召集评议（听证）会' }).waitFor()
  await fillIn(page, { 评议日期: today, 地点: '村委会', 主持人: '村主任' })
  await desks.inspect(page, 'deliberation, convening')
  await page.getByRole('button', { name: '抽取人员并召集' }).click()
  const itsOwn = page.getByRole('row', { name: desks.family.applicant }).filter({ hasText: '待登记' })
  const session = page.getByRole('region', { name: `${chineseDate(today)} 评议会` }).filter({ has: itsOwn })
  await session.waitFor()
  await desks.inspect(page, 'deliberation, convened')
  await session.getByRole('link', { name: desks.family.applicant }).click()
  await panel(page, '民主评议（听证）').waitFor()
  await desks.move('township', '民主评议（听证）', '登记评议结果', async (form) => {
    await fillIn(form, { 评议日期: today, 评议结论: passes ? '经评议，家庭情况属实' : '多数人不同意' })
    const roll = form.locator('.roll-call select')
    const drawn = await roll.count()
    for (let at = 0; at < drawn; at++) await roll.nth(at).selectOption('present')
    const yes = passes ? drawn : 1
    await fillIn(form, { 同意: String(yes), 不同意: String(drawn - yes) })
    await form.getByText(`到会 ${drawn} 人`).waitFor()
  })
  if (passes) await desks.move('township', '民主评议（听证）', '评议通过')
}

const levels = {
  village: { step: '村（社区）公示', by: 'township' },
  township: { step: '乡镇（街道）公示', by: 'township' },
  district: { step: '区级公示', by: 'approver' },
} as const

/** Publishes a notice and proves that it hangs. */
export async function hang(desks: Desks, level: keyof typeof levels): Promise<void> {
  const { step, by } = levels[level]
  const prover = level === 'village' ? desks.villageDesk : by
  await desks.move(by, step, '发布公示', (form) => fillIn(form, { 异议电话: '0937-1234567' }))
  const today = await desks.today(by)
  await desks.move(prover, step, '登记张贴照片', async (form) => {
    await fillIn(form, { 拍摄日期: today, 张贴地点: '公示栏' })
    await form.getByLabel('选择文件').setInputFiles(photo)
    await form.getByRole('button', { name: /^移除/ }).waitFor()
  })
}

/** Lets nine days go by. */
export async function wait(desks: Desks, account = 'township'): Promise<void> {
  await desks.pass('后七天', account)
  await desks.pass('后一天', account)
  await desks.pass('后一天', account)
}

/** Takes a notice down after its last day; gives what the case's page says of it. */
export async function takeDown(desks: Desks, level: keyof typeof levels): Promise<string> {
  const { step, by } = levels[level]
  const page = await desks.openCase(by)
  const close = panel(page, step).getByRole('button', { name: /^公示期满/ })
  if (await close.isVisible()) await desks.move(by, step, '公示期满')
  await desks.openCase(by)
  return (await page.locator('#notices .record-card').last().textContent()) ?? ''
}

/** A notice from its publication to its last day; gives what the case's page says of it. */
export async function notice(desks: Desks, level: keyof typeof levels): Promise<string> {
  await hang(desks, level)
  await wait(desks, levels[level].by)
  return takeDown(desks, level)
}

/** What no source could say a person settles, with reasons; then the sheet is confirmed. Gives its conclusion. */
export async function assess(
  desks: Desks,
  enter?: (form: Locator) => Promise<void>,
  conclusion = '四项认定符合',
): Promise<string> {
  await desks.move('township', '综合测评（3+1）', '确认测评表', async (form) => {
    await form.getByRole('button', { name: '试算' }).waitFor()
    const open = form.getByRole('group', { name: /记录不能认定，由您认定/ })
    for (let at = 0; at < (await open.count()); at++) {
      await open.nth(at).getByLabel('认定', { exact: true }).selectOption('met')
      await open.nth(at).getByLabel('理由', { exact: true }).fill('查验户口簿和证明材料，予以认定')
    }
    await enter?.(form)
    await form.getByRole('button', { name: '试算' }).click()
    await form.getByText(conclusion).waitFor()
  })
  const page = await desks.openCase('townleader')
  const sheet = page.locator('#assessment')
  await sheet.getByText(conclusion).waitFor({ state: 'attached' })
  return (await sheet.textContent()) ?? ''
}

/** Three ranks of the township, three persons. */
export async function review(desks: Desks, opinion = '情况属实，同意上报'): Promise<void> {
  for (const [account, step] of [
    ['township', '乡镇经办审核意见'],
    ['townleader', '分管领导审核'],
    ['townhead', '主要负责人签批'],
  ] as const) {
    await desks.move(account, step, '签署意见', (form) => fillIn(form, { 意见和理由: opinion }))
  }
}

/** Draws the sample, visits where the draw or the case asks for it, approves. */
export async function approve(desks: Desks): Promise<void> {
  const page = await desks.at('approver')
  await visit(page, '/samples')
  const drawing = page.getByRole('button', { name: /^对 \d+ 件抽签$/ })
  await drawing.waitFor()
  if (await drawing.isEnabled()) await drawing.click()
  await page.getByRole('heading', { level: 2 }).first().waitFor()
  await desks.inspect(page, 'samples')
  await desks.openCase('approver')
  const today = await desks.today('approver')
  const toBeVisited = page.getByText(/^(抽中入户抽查|近亲属|有过异议或举报)$/).first()
  if (await toBeVisited.isVisible()) {
    await desks.move('approver', '区级审批', '登记入户抽查', async (form) => {
      await form.getByLabel('所见与材料一致', { exact: true }).check()
      await fillIn(form, { 抽查日期: today, 抽查人员一: '区甲', 抽查人员二: '区乙', 所见情况: '与档案一致' })
    })
  }
  await desks.move('approver', '区级审批', '同意', async (form) => {
    await form.getByText(/^每月/).waitFor()
  })
}

/** Decides; gives the decision as the case's page shows it. */
export async function decide(desks: Desks): Promise<string> {
  const page = await desks.move('approver', '决定与告知', '作出决定', async (form) => {
    await form.getByText(/^每月/).waitFor()
  })
  return (await page.locator('#decisions .record-card').first().textContent()) ?? ''
}

/** The clerk hands the decision over; gives the decision as the case's page shows it then. */
export async function serve(desks: Desks): Promise<string> {
  const page = await desks.openCase('township')
  const decisions = page.locator('#decisions')
  await decisions.evaluate((part: HTMLDetailsElement) => {
    part.open = true
  })
  await decisions.getByRole('button', { name: '登记送达' }).click()
  const dialog = page.getByRole('dialog')
  await fillIn(dialog, { 送达日期: await desks.today(), 签收人: desks.family.applicant })
  await desks.inspect(page, 'decision, handing over')
  await dialog.getByRole('button', { name: '登记送达' }).click()
  await decisions.getByText('尚未告知').waitFor({ state: 'detached' })
  return (await decisions.locator('.record-card').first().textContent()) ?? ''
}

/** The number of the roll of a month that lists somebody. */
async function rollOf(page: Page, month: string, name: string): Promise<string> {
  const { request } = page.context()
  const address = `/api/payments/${month}/rolls?limit=200`
  const { rows: rolls } = (await (await request.get(address)).json()) as { rows: { rollNo: string }[] }
  for (const { rollNo } of rolls) {
    const { lines } = (await (await request.get(`/api/payment-rolls/${rollNo}?limit=200`)).json()) as {
      lines: { name: string }[]
    }
    if (lines.some((line) => line.name === name)) return rollNo
  }
  throw new Error(`${name} is on no roll of ${month}`)
}

/** Makes the rolls of the month, confirms them as somebody else, by which so many cases end; gives the page of the family's roll as text. */
export async function pay(desks: Desks, month: string, cases = 1): Promise<string> {
  while ((await desks.today('payment')).slice(0, month.length) < month) await desks.pass('后七天', 'payment')
  const maker = await desks.at('payment')
  await visit(maker, `/payments?month=${month}`)
  await maker.getByRole('button', { name: `编制 ${chineseDate(month)} 名册` }).click()
  await maker.getByText(/^编制名册 \d+ 份/).waitFor()
  await desks.inspect(maker, 'payments, made')
  const other = await desks.at('approver')
  await visit(other, `/payments?month=${month}`)
  await other.getByLabel('选择全部待确认名册').check()
  await other.getByRole('button', { name: /^确认所选名册/ }).click()
  await other.getByText(`办结案件 ${cases} 件`).waitFor()
  await desks.inspect(other, 'payments, confirmed')
  await other
    .locator(`a[href$="${await rollOf(other, month, desks.family.applicant)}"]`)
    .first()
    .click()
  await other.getByRole('heading', { name: /^发放名册/ }).waitFor()
  await other.getByRole('link', { name: desks.family.applicant }).waitFor()
  await desks.inspect(other, 'payment roll')
  return (await other.getByRole('region', { name: '名册', exact: true }).textContent()) ?? ''
}

/** What leads to a refusal and follows from it: objecting to the result of the verification, the refusal and its letter, the appeal. */
import { readFileSync } from 'node:fs'
import { visit } from './browser.ts'
import { type Desks, fillIn } from './case-desk.ts'
import { pdfText } from './pdf-text.ts'
import { openObjection } from './side-steps.ts'

const reportWaits = 150

/** Number of the report that the case shows. */
async function reportNo(desks: Desks): Promise<string> {
  const page = await desks.openCase('township')
  return (await page.locator('#check').getByRole('link').first().textContent()) ?? ''
}

/** The applicant objects to the result; the gateways are asked again; gives both reports' numbers and the trace of the case. */
export async function objectToResult(desks: Desks, reason: string): Promise<{ old: string; renewed: string; trace: string }> {
  const today = await desks.today()
  const old = await reportNo(desks)
  const fill = (form: Parameters<typeof fillIn>[0]) => fillIn(form, { 提出日期: today })
  const page = await desks.move('township', '家庭经济状况核对', '对核对结果有异议', fill, reason)
  for (let round = 0; round < reportWaits; round++) {
    await desks.openCase('township')
    const trace = (await page.locator('#timeline').textContent()) ?? ''
    if (trace.includes('复核完毕')) return { old, renewed: await reportNo(desks), trace }
    await page.waitForTimeout(400)
  }
  throw new Error('no report of the re-check came')
}

/** The district refuses; gives the text of the letter that is made with the decision, and the decision as the case's page shows it. */
export async function refuse(
  desks: Desks,
  grounds: { facts: string; rule: string; otherHelp: string; reason: string },
): Promise<{ letter: string; decision: string; headline: string; offered: string }> {
  const page = await desks.at('approver')
  const made = page.waitForEvent('download')
  const offered: string[] = []
  await desks.move(
    'approver',
    '区级审批',
    '不予批准',
    async (form) => {
      await form.getByRole('button', { name: '填入事实和依据' }).click()
      offered.push(await form.getByLabel('认定的事实').inputValue(), await form.getByLabel('依据的条款').inputValue())
      await fillIn(form, {
        认定的事实: grounds.facts,
        依据的条款: grounds.rule,
        '可以申请的其他帮助（选填）': grounds.otherHelp,
      })
    },
    grounds.reason,
  )
  const text = pdfText(readFileSync(await (await made).path()))
  await desks.openCase('approver')
  const decision = (await page.locator('#decisions .record-card').first().textContent()) ?? ''
  const headline = (await page.getByRole('region', { name: '案件概要' }).textContent()) ?? ''
  return { letter: text, decision, headline, offered: offered.join('|') }
}

/** The refused family complains at the counter; gives the receipt as the page shows it. */
export async function appeal(desks: Desks, text: string): Promise<string> {
  const page = await desks.at('township')
  await visit(page, '/objections')
  await page.getByRole('button', { name: '登记举报、投诉' }).click()
  const dialog = page.getByRole('dialog')
  await fillIn(dialog, {
    类别: 'complaint',
    所涉案件编号: desks.caseNo,
    姓名: desks.family.applicant,
    反映的内容: text,
  })
  await desks.look(page, 'appeal, taking')
  await dialog.getByRole('button', { name: '登记并出具回执' }).click()
  const receipt = (await dialog.getByRole('status').textContent()) ?? ''
  await dialog.getByRole('button', { name: '完成' }).click()
  return receipt
}

/** What the page of an appeal tells somebody who may not answer it. */
export async function barredFrom(desks: Desks, account: string, appealNo: string): Promise<string> {
  const page = await openObjection(desks, account, appealNo)
  return (await page.locator('main .notice.amber').textContent()) ?? ''
}

/** Somebody who was not involved upholds it in writing; gives the answer and what follows as the page tells them. */
export async function uphold(desks: Desks, account: string, appealNo: string, text: string): Promise<string> {
  const page = await openObjection(desks, account, appealNo)
  await page.getByLabel('成立', { exact: true }).check()
  await page.getByLabel('核实情况和答复').fill(text)
  await page.getByRole('button', { name: '答复', exact: true }).click()
  const answered = page.getByRole('region', { name: '答复', exact: true })
  await answered.waitFor()
  const following = (await page.getByRole('region', { name: '后续' }).textContent()) ?? ''
  return `${(await answered.textContent()) ?? ''} ${following}`
}

/** The clerk opens a new case after the upheld appeal; gives its number. */
export async function openAgain(desks: Desks, appealNo: string, reason: string): Promise<string> {
  const page = await openObjection(desks, 'township', appealNo)
  await page.getByLabel('重新开立的理由').fill(reason)
  await desks.look(page, 'appeal, upheld')
  await page.getByRole('button', { name: '为该家庭重新开立案件' }).click()
  await page.getByRole('heading', { name: '申请录入' }).waitFor()
  await page.getByRole('navigation', { name: '申请的各部分' }).waitFor()
  return decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')
}

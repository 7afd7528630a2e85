/** The go-live month and what was paid elsewhere, on the pages of the two persons who handle them. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { enter, openTab, overflow, violations, visit } from './browser.ts'
import type { Demo } from './demo.ts'
import type { HttpOffice } from './walk-over-http.ts'

const check = async (page: Page) => expect([await violations(page), await overflow(page)]).toEqual([[], 0])
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const patience = 100

/** Imports a payment of another system; gives the import's id. */
async function importPayment(office: HttpOffice, householdNo: string, month: string, amount: string): Promise<string> {
  const text = `payment_no,household_no,month,amount,paid_on,account_no,account_holder\nYXT1,${householdNo},${month},${amount},${month}-01,,\n`
  const sent = { type: 'application/octet-stream', body: new TextEncoder().encode(text) }
  const { sha256 } = await office.ask<{ sha256: string }>('centre', 'POST', '/api/imports/files?name=payments.csv', sent)
  const order = { files: [{ path: 'payments.csv', sha256 }], asOf: await office.today() }
  const body = { type: 'application/json', body: JSON.stringify(order) }
  const { importId } = await office.ask<{ importId: string }>('centre', 'POST', '/api/imports', body)
  await stands(office, importId, 'checked')
  const { state } = await office.ask<{ state: string }>('centre', 'POST', `/api/imports/${importId}/commit`)
  if (state === 'confirming') {
    const word = { type: 'application/json', body: JSON.stringify({ accept: true, reason: '已与原系统核对' }) }
    await office.ask('approver', 'POST', `/api/imports/${importId}/confirm`, word)
  }
  await stands(office, importId, 'done')
  return importId
}

/** Waits until an import stands there. */
async function stands(office: HttpOffice, importId: string, wanted: string): Promise<void> {
  for (let round = 0; round < patience; round++) {
    const { state, failure } = await office.ask<{ state: string; failure: string | null }>(
      'centre',
      'GET',
      `/api/imports/${importId}`,
    )
    if (state === wanted) return
    if (state === 'failed') throw new Error(failure ?? '')
    await wait(patience)
  }
  throw new Error('the import stands still')
}

async function giveReason(page: Page, button: string, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: button, exact: true }).click()
  await dialog.getByText('请写明理由，至少 4 个字').waitFor()
  await check(page)
  await dialog.getByLabel('理由').fill(reason)
  await dialog.getByRole('button', { name: button, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** One person proposes another month; the other refuses it in the task centre, and the first reads why. */
export async function refuseGoLive(demo: Demo): Promise<void> {
  const payer = await openTab(demo.browser, demo.world.url, 'phone')
  await enter(payer, demo.user('payment'))
  await visit(payer.page, '/payments')
  const card = payer.page.getByRole('region', { name: '启用月份' })
  await card.getByText('改启用月份').click()
  await card.getByLabel('启用月份').fill('2026-11')
  await card.getByRole('button', { name: '提出启用月份' }).click()
  await card.getByText('等待另一人确认').waitFor()
  await check(payer.page)
  const approver = await openTab(demo.browser, demo.world.url, 'phone')
  await enter(approver, demo.user('approver'))
  await visit(approver.page, '/tasks')
  await approver.page.getByText('启用月份 2026年11月 等待您确认').getByRole('link', { name: '去确认' }).click()
  await approver.page.getByRole('button', { name: '驳回启用月份' }).click()
  await giveReason(approver.page, '驳回', '十月起已由本系统发放')
  await approver.page.getByText('被审核人驳回：十月起已由本系统发放').waitFor()
  await check(approver.page)
  expect([...payer.complaints, ...approver.complaints]).toEqual([])
  await payer.context.close()
  await approver.context.close()
}

/** A household of an open roll turns out to be paid elsewhere: one person proposes to pay all the same, the other confirms. */
export async function clearPaidElsewhere(demo: Demo, office: HttpOffice, householdNo: string): Promise<void> {
  const month = (await office.today()).slice(0, 7)
  await importPayment(office, householdNo, month, '500.00')
  const payer = await openTab(demo.browser, demo.world.url, 'phone')
  await enter(payer, demo.user('payment'))
  await visit(payer.page, `/payments?month=${month}`)
  const differences = payer.page.getByRole('region', { name: '差异', exact: true })
  await differences.getByRole('combobox').selectOption('paid_elsewhere')
  await differences.getByText('导入的发放金额 500.00 元').waitFor()
  await check(payer.page)
  await differences.getByRole('checkbox', { name: new RegExp(householdNo) }).check()
  await differences.getByRole('button', { name: '提出仍要发放' }).click()
  await giveReason(payer.page, '提出仍要发放', '原系统的款项已全部退回')
  await differences.getByText('已提出 1 户，等待另一人确认').waitFor()
  const approver = await openTab(demo.browser, demo.world.url)
  await enter(approver, demo.user('approver'))
  await visit(approver.page, '/tasks')
  await approver.page.getByText('1 户已在别处发放的处理等待您确认').getByRole('link', { name: '去确认' }).click()
  const waiting = approver.page.getByRole('region', { name: '差异', exact: true })
  await waiting.getByText('提出仍要发放（原系统的款项已全部退回）').waitFor()
  await waiting.getByRole('checkbox', { name: new RegExp(householdNo) }).check()
  await check(approver.page)
  await waiting.getByRole('button', { name: '确认处理' }).click()
  await giveReason(approver.page, '确认处理', '已核对退款凭证')
  await approver.page.getByText('已处理 1 户').waitFor()
  expect([...payer.complaints, ...approver.complaints]).toEqual([])
  await payer.context.close()
  await approver.context.close()
}

/** A package that says a payment otherwise once the district pays by itself: the import's page tells the row, and how it is mended. */
export async function tellKept(demo: Demo, office: HttpOffice, householdNo: string): Promise<void> {
  const importId = await importPayment(office, householdNo, (await office.today()).slice(0, 7), '600.00')
  for (const size of ['desktop', 'phone'] as const) {
    const centre = await openTab(demo.browser, demo.world.url, size)
    await enter(centre, demo.user('centre'))
    await visit(centre.page, `/imports/${importId}`)
    await centre.page.getByText('不同的内容以本系统为准，列在下面').waitFor()
    const kept = centre.page.getByRole('region', { name: '以本系统为准、未采用的内容（1）' })
    await kept.getByRole('row', { name: new RegExp(`2.*${householdNo}.*请在“资金发放”的差异中由两人处理`) }).waitFor()
    await check(centre.page)
    expect(centre.complaints).toEqual([])
    await centre.context.close()
  }
}

/** Two households of the planted district stand twice: held back, one person proposes to pay the first, the other confirms; undone, it is held again. */
export async function settleDouble(demo: Demo, office: HttpOffice): Promise<void> {
  const month = (await office.today()).slice(0, 7)
  const payer = await openTab(demo.browser, demo.world.url, 'phone')
  await enter(payer, demo.user('payment'))
  await visit(payer.page, `/payments?month=${month}`)
  const differences = payer.page.getByRole('region', { name: '差异', exact: true })
  await differences.getByRole('combobox').selectOption('double')
  const first = differences.getByRole('row', { name: /同时是.+户（H\d+）的成员|账号与.+户（H\d+）相同/ }).first()
  await first.waitFor()
  await check(payer.page)
  await first.getByRole('checkbox').check()
  const propose = differences.getByRole('button', { name: '提出处理重复' })
  const verdict = payer.page.getByRole('dialog').getByLabel('怎样处理')
  await propose.click()
  await verdict.selectOption('duplicate')
  await payer.page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  // what was chosen and not sent is gone
  await propose.click()
  if ((await verdict.inputValue()) !== '') throw new Error('the verdict of the dialog before stands in the new one')
  await verdict.selectOption('right')
  await giveReason(payer.page, '提出处理重复', '入户核实，本户登记无误')
  await differences.getByText('已提出 1 户，等待另一人确认').waitFor()
  const approver = await openTab(demo.browser, demo.world.url)
  await enter(approver, demo.user('approver'))
  await visit(approver.page, '/tasks')
  await approver.page.getByText('1 户重复登记的处理等待您确认').getByRole('link', { name: '去确认' }).click()
  const waiting = approver.page.getByRole('region', { name: '差异', exact: true })
  await waiting
    .getByRole('row', { name: /提出照常发放：本户登记无误/ })
    .getByRole('checkbox')
    .check()
  await check(approver.page)
  await waiting.getByRole('button', { name: '确认重复的处理' }).click()
  await giveReason(approver.page, '确认重复的处理', '已看过核实记录')
  await approver.page.getByText('已处理 1 项').waitFor()
  await payer.page.reload()
  await payer.page.getByText('已决定照常发放的重复登记').click()
  const settled = payer.page.getByRole('listitem').filter({ hasText: '确认照常发放：本户登记无误' })
  await settled.getByRole('button', { name: /^撤销/ }).click()
  await giveReason(payer.page, '撤销处理', '另一户来信说明')
  await payer.page.getByText('没有这样的家庭').waitFor()
  await check(payer.page)
  expect([...payer.complaints, ...approver.complaints]).toEqual([])
  await payer.context.close()
  await approver.context.close()
}

/** What the verification centre does every day, measured. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { HouseholdView } from '#verification/contract'
import { follow } from './browser.ts'
import { fillIn, panel, photo } from './case-desk.ts'
import { madeIn, openRow, type Stage, send } from './click-stage.ts'

interface Listed {
  total: number
  rows: { householdNo: string; headName: string }[]
}

/** Processes of the units' gateways of this demo. */
function gateways(parentPid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
        return parent === String(parentPid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0gateway\0')
      } catch {
        return false
      }
    })
    .map(Number)
}

/** The district's campaign. */
async function campaignOf({ office }: Stage): Promise<string> {
  const { rows } = await office.ask<{ rows: { campaignId: string }[] }>('centre', 'GET', '/api/campaigns')
  return rows[0]?.campaignId ?? ''
}

/** Lets days pass until a unit is late with an answer: the questions go out a moment after they were ordered. */
async function untilLate({ office }: Stage, campaignId: string): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const { rows } = await office.ask<{ rows: { late: number }[] }>('centre', 'GET', `/api/campaigns/${campaignId}/units`)
    if (rows.some((row) => row.late > 0)) return
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await office.forward(3)
  }
  throw new Error('no unit is late')
}

export function centreTasks(stage: () => Stage): void {
  it('asks again for a household that disputes its report', async () => {
    await stage().take('centre', '因异议重新核对', 4, async (page) => {
      await openRow(page, 'disputed')
      await panel(page, '家庭经济状况核对').getByRole('button', { name: '对核对结果有异议' }).click()
      await fillIn(panel(page, '家庭经济状况核对'), { 提出日期: await stage().office.today() })
      await send(page, '家庭经济状况核对')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('理由').fill('银行存款不是本人的')
      await dialog.locator('button.primary').click()
      await page.getByText('已办：对核对结果有异议').waitFor()
    })
    const view = await stage().cases.walk('disputed').view()
    expect(madeIn(view, 'object')).toBe(1)
    expect(view.records.filter((record) => record.kind === 'commission')).toHaveLength(3)
  })

  it('resolves a contradiction', async () => {
    const { rows } = await stage().office.ask<Listed>('centre', 'GET', '/api/households?finding=A&limit=1')
    await stage().take('centre', '处置一条疑点', 4, async (page) => {
      await page
        .getByRole('region', { name: '疑点' })
        .getByRole('link', { name: rows[0]?.headName ?? '' })
        .first()
        .click()
      const form = page.getByRole('form', { name: '处置这条疑点' })
      await form.getByLabel(/^不属实/).check()
      await form.getByLabel('理由', { exact: true }).fill('入户核实，与申报相符。')
      const chooser = page.waitForEvent('filechooser')
      await form.getByLabel('选择文件').click()
      await (await chooser).setFiles(photo)
      await form.getByRole('button', { name: `移除 ${photo.name}` }).waitFor()
      await form.getByRole('button', { name: /^签署“不属实”/ }).click()
      await page.locator('.finding-list').getByText('待复核').first().waitFor()
    })
  })

  it('issues one report, and the others together', async () => {
    const { rows } = await stage().office.ask<Listed>('centre', 'GET', '/api/households?finding=A&limit=10')
    const campaignId = await campaignOf(stage())
    const chosen = rows.slice(1, 4)
    for (const { householdNo } of chosen) await stage().cases.walk('gaps').clearFindings(householdNo, campaignId)
    const versions = async (householdNo: string) =>
      (await stage().office.ask<HouseholdView>('centre', 'GET', `/api/households/${householdNo}`)).reports.length
    const before = await Promise.all(chosen.map((row) => versions(row.householdNo)))
    await stage().take('centre', '签发一份报告', 2, async (page) => {
      await page
        .getByRole('region', { name: '报告' })
        .getByRole('link', { name: chosen[0]?.headName ?? '' })
        .first()
        .click()
      await page.getByRole('button', { name: '签发新版报告' }).click()
      await page.getByText(/^已签发第 \d+ 版/).waitFor()
    })
    await stage().take('centre', '成批签发报告', 3, async (page) => {
      await page.getByRole('button', { name: '成批签发（2 户）' }).click()
      await page.getByRole('button', { name: '签发 2 份' }).click()
      await page.getByText('已签发 2 份。').waitFor()
    })
    expect(await Promise.all(chosen.map((row) => versions(row.householdNo)))).toEqual(before.map((n) => n + 1))
  })

  it('reminds a source that is late', async () => {
    const frozen = gateways(stage().world.pid)
    expect(frozen.length).toBeGreaterThan(0)
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    try {
      const { rows } = await stage().office.ask<Listed>('centre', 'GET', '/api/households?limit=1')
      const body = JSON.stringify({ reason: '重新核对，来源没有答复' })
      await stage().office.ask('centre', 'POST', `/api/households/${rows[0]?.householdNo}/runs`, {
        type: 'application/json',
        body,
      })
      await untilLate(stage(), await campaignOf(stage()))
      await stage().take('centre', '催办一个超时来源', 1, async (page) => {
        const sources = page.getByRole('region', { name: '来源答复' })
        await sources.getByRole('button', { name: /^催办/ }).first().click()
        await sources.getByText(/^已催办.+。$/).waitFor()
      })
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
    }
  })

  it('launches a batch', async () => {
    await stage().take('centre', '新建核对批次', 4, async (page) => {
      await follow(page, '核对进度')
      await page.getByRole('button', { name: '新建核对批次' }).click()
      const dialog = page.getByRole('dialog')
      await fillIn(dialog, { 批次名称: '季度复核', 核对时点: stage().world.asOf })
      await dialog.getByLabel(/^确认冻结全部 \d+ 个乡镇（街道）名册上的/).click()
      await dialog.getByRole('button', { name: '冻结名单并启动' }).click()
      await page.getByRole('heading', { name: '季度复核', level: 1 }).waitFor()
    })
  })
}

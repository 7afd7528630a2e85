import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { enter, openTab, type Size, visit } from './browser.ts'
import { demoOf } from './demo.ts'
import { faultsAt, faultsOf, states } from './page-states.ts'

/** The policy officer's desk: a revision is drafted, refused, mended, handed in, published by another person, and replayed. */
const demo = demoOf({ households: 60 })

async function inTab(who: string, size: Size, work: (page: Page) => Promise<void>): Promise<void> {
  const { page, context, complaints } = await openTab(demo.browser, demo.world.url, size)
  await enter({ page, context }, demo.user(who))
  await work(page)
  expect(complaints).toEqual([])
  await context.close()
}

async function pickParameter(page: Page, search: string, label: string): Promise<void> {
  await page.getByLabel('查找参数').fill(search)
  await page.getByLabel(/^参数（/).selectOption({ label })
}

async function fillValue(page: Page, amount: string): Promise<void> {
  await page.getByLabel('金额（元）').fill(amount)
  await page.getByLabel('单位').selectOption('month')
  await page.getByLabel('生效日').fill('2027-01-01')
  await page.getByLabel('依据（文件和条款）').fill('某区民发〔2026〕9号 第一条')
  await page.getByLabel('复核期限').fill('2027-12-31')
  await page.getByRole('button', { name: '检查并保存' }).click()
}

const urban = { assess: '核算：城市低保标准（元/人）', verify: '核对：城市低保标准（元/人）' } as const

let revision = ''
let replay = ''

describe('the policy desk', () => {
  it('drafts a revision: a wrong value is told beside its field, and one standard alone is not enough', async () => {
    await inTab('policy', 'desktop', async (page) => {
      await visit(page, '/policy/revisions')
      await page.getByLabel('修订名称').fill('提高城市低保标准')
      await page.getByRole('button', { name: '起草', exact: true }).click()
      await page.getByText('还没有修改任何值').waitFor()
      revision = new URL(page.url()).pathname
      await pickParameter(page, 'standard.urban', urban.assess)
      await fillValue(page, '很多')
      const field = page.getByLabel('金额（元）')
      await page.locator('.field', { has: field }).locator('.error-text').waitFor()
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect(await faultsOf(page, 'draft with a fault')).toEqual([])
      await fillValue(page, '1400')
      await page.getByText('两处须一并修改').waitFor()
      expect(await page.getByRole('button', { name: '提交，请另一人发布' }).isDisabled()).toBe(true)
      await pickParameter(page, 'standard_urban', urban.verify)
      await fillValue(page, '1400')
      await page.getByText('修改的值（2 项）').waitFor()
      await page.getByRole('button', { name: '提交，请另一人发布' }).click()
      await page.getByText('核对后发布修订，由另一人').waitFor()
      expect(await page.getByRole('button', { name: '核对无误，发布' }).count()).toBe(0)
      expect(await faultsOf(page, 'submitted')).toEqual([])
    })
  })

  it('replays the district and keeps the result', async () => {
    await inTab('policy', 'desktop', async (page) => {
      await visit(page, revision)
      await page.getByRole('link', { name: '测算这份修订对全区的影响' }).click()
      await page.getByRole('button', { name: '开始测算' }).click()
      await page.getByRole('heading', { name: /^全区 / }).waitFor({ timeout: 60_000 })
      await page.getByRole('heading', { name: /^变化的家庭（/ }).waitFor()
      replay = new URL(page.url()).pathname
      expect(await page.locator('#flips-title').textContent()).not.toBe('变化的家庭（0 户）')
      const names = await page.locator('section:has(#flips-title) tbody th').allTextContents()
      expect(names.length).toBeGreaterThan(0)
      expect(names.every((name) => name.includes('*'))).toBe(true)
    })
  })

  it('is published by another person, and its values stand among those of the pack', async () => {
    await inTab('policy2', 'desktop', async (page) => {
      await visit(page, revision)
      await page.getByRole('button', { name: '核对无误，发布' }).click()
      await page.getByText('已发布', { exact: true }).waitFor()
      await visit(page, '/policy?q=standard.urban')
      await page.getByRole('link', { name: '修订：提高城市低保标准' }).first().waitFor()
    })
  })

  describe.each(['desktop', 'phone'] as const)('on a %s', (size) => {
    it.each(states)('every page in its %s state is accessible, fits and holds still', async (state) => {
      const pages = [
        '/policy',
        '/policy?pack=chongqing&show=overdue',
        '/policy/difference?packA=reference&onA=2026-12-31&packB=reference&onB=2027-01-01',
        '/policy/difference?packA=national-2012&onA=2026-06-01&packB=national-2021&onB=2026-06-01',
        '/policy/revisions',
        revision,
        '/policy/replay',
        replay,
      ]
      expect(
        await faultsAt({ browser: demo.browser, url: demo.world.url, user: demo.user('policy'), size, state }, pages),
      ).toEqual([])
    })
  })
})

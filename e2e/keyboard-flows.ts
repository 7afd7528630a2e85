/** The main flows of casework by keyboard alone. */
import { expect, it } from 'vitest'
import { enter, openTab, visit } from './browser.ts'
import { applicants, approving, type Name } from './click-cases.ts'
import { type Stage, stateOf } from './click-stage.ts'
import { Keyboard } from './keyboard.ts'

export function keyboardFlows(stage: () => Stage): void {
  /** Somebody at the list of tasks, who skips to it and opens a case by its row; the page's heading has the focus then. */
  async function atCase(account: string, name: Name): Promise<{ keys: Keyboard; close: () => Promise<void> }> {
    const { page, context, complaints } = await openTab(stage().browser, stage().world.url)
    page.setDefaultTimeout(20_000)
    await enter({ page, context }, stage().user(account))
    await visit(page, '/tasks')
    const keys = new Keyboard(page)
    await keys.press('Tab')
    expect(await keys.focused()).toBe('跳到正文')
    await keys.press('Enter')
    await keys.rowOf(applicants[name])
    await keys.press('x')
    await page.getByText('已勾选 1 件').waitFor()
    await keys.press('x')
    await page.getByText('已勾选 1 件').waitFor({ state: 'detached' })
    await keys.press('Enter')
    await page.getByRole('region', { name: '案件概要' }).waitFor()
    expect(await keys.focused()).toContain(applicants[name])
    const close = async () => {
      expect(keys.faults).toEqual([])
      expect(complaints).toEqual([])
      await context.close()
    }
    return { keys, close }
  }

  it('an application is accepted; the focus goes to what came of it', async () => {
    const { keys, close } = await atCase('township', 'keyComplete')
    await keys.tabTo('.decide .move-form input[type=checkbox]')
    await keys.press('Space')
    await keys.tabTo('.decide .move-form button[type=submit]')
    await keys.press('Enter')
    await keys.page.getByText('已办：受理').waitFor()
    // If another application waits, it opens by itself, and the words stand there.
    await expect.poll(() => keys.focused()).toMatch(/^已办：受理/)
    expect(stateOf(await stage().cases.walk('keyComplete').view(), 'intake')).toBe('done')
    await close()
  })

  it('a first opinion is written; half written it survives a reload', async () => {
    const { keys, close } = await atCase('township', 'keyOpinion')
    await keys.tabTo('.decide .move-form textarea')
    // a sentence stands there already: it is written over
    await keys.press('Control+A')
    await keys.type('情况属实，')
    keys.page.on('dialog', (dialog) => void dialog.accept())
    await keys.page.reload()
    await keys.page.getByRole('region', { name: '案件概要' }).waitFor()
    await keys.tabTo('.decide .move-form textarea')
    await keys.press('Control+End')
    await keys.type('同意上报')
    await keys.tabTo('.decide .move-form button[type=submit]')
    await keys.press('Enter')
    await keys.page.getByText('已办：签署意见').waitFor()
    await expect.poll(() => keys.focused()).toMatch(/^已办：签署意见/)
    const { records } = await stage().cases.walk('keyOpinion').view()
    expect(records.find((record) => record.step === 'opinion')?.body.text).toBe('情况属实，同意上报')
    await close()
  })

  it('a case is approved, after a window was opened and left by Escape; Tab goes round without a trap', async () => {
    const views = await Promise.all(approving.map(async (name) => [name, await stage().cases.walk(name).view()] as const))
    const [name = 'approve1'] = views.find(([, view]) => !view.head.sampled && stateOf(view, 'approval') === 'open') ?? []
    const { keys, close } = await atCase('approver', name)
    expect(await keys.round()).toBeGreaterThan(30)
    await keys.tabToButton('退回')
    await keys.press('Enter')
    await keys.page.getByRole('dialog').waitFor()
    await keys.tabTo('dialog textarea')
    await keys.type('先看看')
    await keys.press('Escape')
    await keys.page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await keys.focused()).toBe('退回')
    await keys.tabTo('.decide .move-form button[type=submit]', 400)
    await keys.press('Enter')
    await keys.page.getByText('已办：同意').waitFor()
    await expect.poll(() => keys.focused()).toMatch(/^已办：同意/)
    expect(stateOf(await stage().cases.walk(name).view(), 'approval')).toBe('done')
    await close()
  })
}

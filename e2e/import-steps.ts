/** The steps of an import in the browser, for its stories and for the pictures of its guide. */
import type { Page } from 'playwright-core'
import { settled, visit } from './browser.ts'
import type { LedgerPlace } from './ledger-book.ts'

const patience = { timeout: 60_000 }

/** The part of the page that says where an import stands. */
export const status = (page: Page) => page.getByRole('region', { name: '导入情况' })

/** Waits until the import stands there. */
export const isNow = (page: Page, word: string) => status(page).getByText(word, { exact: true }).first().waitFor(patience)

/** A file as it is chosen. */
export interface Handed {
  readonly name: string
  readonly buffer: Buffer
}

/** Chooses files, or a folder, on the page of imports. */
export async function choose(page: Page, files: readonly Handed[] | string, asOf: string): Promise<void> {
  await visit(page, '/imports')
  if (typeof files === 'string') await page.getByLabel('选择整个文件夹').setInputFiles(files)
  else {
    const chosen = files.map((file) => ({ ...file, mimeType: 'application/octet-stream' }))
    await page.getByLabel('选择台账、压缩包或 CSV').setInputFiles(chosen)
  }
  await page.getByLabel('核对时点').fill(asOf)
}

/** Has the chosen files checked; the page of the import is open afterwards. */
export async function send(page: Page): Promise<void> {
  await page.getByRole('button', { name: '上传并检查' }).click()
  await status(page).waitFor()
}

/** Confirms every card that is asked, as proposed; gives how many decisions that were. */
export async function confirmCards(page: Page): Promise<number> {
  let decisions = 0
  for (;;) {
    await status(page)
      .getByText(/^(待确认读法|已检查，待提交|未导入)$/)
      .first()
      .waitFor(patience)
    const button = page.getByRole('button', { name: /^确定/ }).first()
    if (!(await button.isVisible())) return decisions
    await button.click()
    decisions += 1
    await settled(page)
  }
}

/** Villages of the demo that are no communities of a street. */
export async function ruralPlaces(page: Page): Promise<LedgerPlace[]> {
  const read = async (path: string): Promise<{ rows: { code: string; name: string }[] }> => (await page.request.get(path)).json()
  const towns = (await read('/api/divisions?level=township')).rows.filter(({ name }) => !name.endsWith('街道'))
  const lists = await Promise.all(towns.map(({ code }) => read(`/api/divisions?level=village&parent=${code}`)))
  return lists.flatMap(({ rows }, i) => rows.map(({ name }) => ({ township: towns[i]?.name ?? '', village: name })))
}

/** Twelve places of a ledger: each village in its groups. */
export const twelve = (villages: readonly LedgerPlace[]): LedgerPlace[] =>
  [...villages, ...villages, ...villages].slice(0, 12).sort((a, b) => (a.village < b.village ? -1 : 1))

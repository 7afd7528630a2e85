/** A family's application on the pages, step by step, each by the desk that makes it; every step waits for what its page says. */
import { expect } from 'vitest'
import { visit } from './browser.ts'
import { cardOf, type Desks, type Family, fillIn, numberOf, panel, photo, type Values } from './case-desk.ts'

const adult: Values = {
  婚姻状况: '20',
  健康状况: 'good',
  就业状况: 'flexible',
  在读学段: 'none',
  与户主共同生活: 'yes',
  长期不在家的情形: 'none',
  计入共同生活成员: 'yes',
}

/** Nobody of the name is known: a new family's case is opened; gives its number. */
export async function open(desks: Desks): Promise<string> {
  const page = await desks.at('township')
  await visit(page, '/intake')
  await desks.inspect(page, 'intake')
  await page.getByLabel('先查找：姓名、拼音、公民身份号码或家庭编号').fill(numberOf('19800101', `${desks.family.order}1`))
  await page.getByRole('button', { name: '查找', exact: true }).click()
  await page.getByText('没有查到登记过的家庭').waitFor()
  // The browser keeps addresses: a citizen number stands in none.
  expect(page.url()).not.toMatch(/\d{10}/)
  const village = await villageOf(desks)
  await page.getByLabel('申请人（户主）姓名').fill(desks.family.applicant)
  await page.getByLabel('村（社区）').selectOption(village)
  await page.getByLabel('救助项目').selectOption(desks.family.programme)
  await desks.inspect(page, 'intake, found nobody')
  await page.getByRole('button', { name: '开立申请' }).click()
  await page.getByRole('heading', { name: '申请录入' }).waitFor()
  await page.getByRole('navigation', { name: '申请的各部分' }).waitFor()
  return decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')
}

/** The village of the demo's assistant. */
export async function villageOf(desks: Desks): Promise<string> {
  const page = await desks.at('village')
  const { rows } = await (await page.context().request.get('/api/divisions?level=village&limit=10')).json()
  return rows[0].code
}

/** Goes to a part of the application by the list of its parts. */
export async function goTo(desks: Desks, part: string) {
  const page = await desks.at('township')
  await page
    .getByRole('navigation', { name: '申请的各部分' })
    .getByRole('link', { name: new RegExp(`^${part}( |$)`) })
    .click()
  await page.getByRole('heading', { name: part, exact: true, level: 2 }).waitFor()
  return page
}

export async function saved(desks: Desks): Promise<void> {
  const page = await desks.at('township')
  await page.getByRole('status').getByText('已保存', { exact: true }).waitFor()
}

async function writeHousehold(desks: Desks): Promise<void> {
  const page = await goTo(desks, '家庭')
  await fillIn(page.locator('.draft section'), {
    家庭住址: '甲子村1组1号',
    申请理由: '因病缺少劳动力，收入微薄',
    联系电话: '13900001234',
    开户银行: '甲子农商银行',
    账号: cardOf(desks.family.order),
    账户户名: desks.family.applicant,
    '与低保经办人员、村（社区）干部有近亲属关系': desks.family.kin === undefined ? 'no' : 'yes',
  })
  await saved(desks)
  await desks.inspect(page, 'application, household')
}

async function writeMembers(desks: Desks): Promise<void> {
  const page = await goTo(desks, '家庭成员')
  const rows = page.locator('.draft section li.card')
  await fillIn(rows.first(), {
    ...adult,
    公民身份号码: numberOf('19800101', `${desks.family.order}1`),
    性别: '1',
    出生日期: '1980-01-01',
  })
  await saved(desks)
  await page.getByRole('button', { name: '增加一名成员' }).click()
  await rows.nth(1).waitFor()
  await fillIn(rows.nth(1), {
    ...adult,
    姓名: desks.family.child,
    公民身份号码: numberOf('20160304', `${desks.family.order}3`),
    性别: '1',
    出生日期: '2016-03-04',
    与户主关系: 'child',
    就业状况: 'minor',
    在读学段: 'primary',
    婚姻状况: '10',
  })
  await saved(desks)
  await desks.inspect(page, 'application, members')
}

async function writeMoney(desks: Desks): Promise<void> {
  const page = await goTo(desks, '收入')
  await page.getByRole('button', { name: '增加一项收入' }).click()
  const row = page.locator('.draft section li.card').first()
  await row.getByLabel('取得人').selectOption({ label: desks.family.applicant })
  await fillIn(row, { 收入项目: 'wage', '期间合计（元）': desks.family.yearlyWage })
  await saved(desks)
  for (const [part, none] of [
    ['财产', '没有须申报的财产'],
    ['支出', '没有刚性支出'],
    ['赡养抚养扶养人', '没有赡养、抚养、扶养义务人'],
  ] as const) {
    await goTo(desks, part)
    await page.getByLabel(none, { exact: true }).check()
    await saved(desks)
    await desks.inspect(page, `application, ${part}`)
  }
}

async function writeKin(desks: Desks, { official, post, relation }: NonNullable<Family['kin']>): Promise<void> {
  const page = await goTo(desks, '近亲属')
  await page.getByRole('button', { name: '登记一名近亲属' }).click()
  const row = page.locator('.draft section li.card').first()
  await row.getByLabel('家庭成员').selectOption({ label: desks.family.applicant })
  await fillIn(row, { 经办人员或村干部姓名: official, 单位和职务: post, 是该成员的: relation })
  await saved(desks)
  await desks.look(page, 'application, near relatives')
}

/** A file for every proof that has to be handed in. */
export async function prove(desks: Desks): Promise<void> {
  const page = await goTo(desks, '证明材料')
  const missing = page.locator('.draft section li.card').filter({ hasText: '应当提交' })
  for (let at = 0; at < (await missing.count()); at++) {
    await missing.nth(at).locator('input[type=file]').setInputFiles(photo)
    await missing.nth(at).getByText('已收', { exact: true }).waitFor()
  }
  await desks.inspect(page, 'application, proofs')
}

/** Writes the application; gives what its last part says. */
export async function write(desks: Desks): Promise<string> {
  await writeHousehold(desks)
  await writeMembers(desks)
  await writeMoney(desks)
  if (desks.family.kin !== undefined) await writeKin(desks, desks.family.kin)
  await prove(desks)
  const page = await goTo(desks, '检查与受理')
  await desks.inspect(page, 'application, review')
  return (await page.locator('.draft section .notice').first().textContent()) ?? ''
}

/** Everybody signs; gives how many papers were signed. */
export async function sign(desks: Desks): Promise<number> {
  const page = await goTo(desks, '材料与授权')
  const { applicant, child } = desks.family
  await page.getByRole('heading', { name: new RegExp(child === '' ? applicant : child) }).waitFor()
  const signers = page.locator('.papers > li')
  for (let at = 0; at < (await signers.count()); at++) {
    const signer = signers.nth(at)
    const signing = signer.getByText('登记签字', { exact: true })
    // an authorisation of earlier may still stand
    if ((await signing.count()) === 0) continue
    await signing.click()
    const guardian = signer.getByLabel('监护人姓名')
    if ((await guardian.count()) > 0) await guardian.fill(desks.family.applicant)
    await desks.inspect(page, 'application, papers')
    await signer.getByRole('button', { name: /^登记.*的签字$/ }).click()
    await signer.getByText('未签').first().waitFor({ state: 'detached' })
  }
  await page.getByText('已签齐').waitFor()
  return page.locator('.papers .tag').count()
}

/** Accepts; the verification is commissioned by itself. */
export async function accept(desks: Desks): Promise<void> {
  const page = await goTo(desks, '检查与受理')
  await page.getByRole('button', { name: '受理', exact: true }).click()
  const warned = page.getByLabel('以上提示已逐条核对，仍予受理')
  const track = page.getByRole('region', { name: '案件概要' })
  await warned.or(track).first().waitFor()
  if (await warned.isVisible()) {
    await warned.check()
    await page.getByRole('button', { name: '受理', exact: true }).click()
  }
  await track.waitFor()
  await panel(page, '家庭经济状况核对').waitFor()
  await desks.inspect(page, 'case, accepted')
}

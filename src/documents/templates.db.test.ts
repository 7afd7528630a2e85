import { afterAll, beforeAll, expect, test } from 'vitest'
import { isProblem } from '#kernel/problem'
import type { Action, Actor, Download } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { type TestDb, testDb } from '#testkit/db'
import type { TemplateLine, TemplateVersion } from './contract/desk.ts'
import { documentsActions, renderPdf, stopPrinting, templateHash, templateText } from './index.ts'
import { loadTemplates } from './keep-templates.ts'
import { sampleForms } from './samples/index.ts'
import { builtInText, setDistrictTemplates } from './templates.ts'

type Opened = TemplateLine & { rows: TemplateVersion[]; releases: { version: number }[]; blank: boolean }

const name = 'acceptance-notice'
const officer = (role: string, userId: string): Actor => ({
  userId,
  account: userId,
  name: userId,
  role,
  divisionCode: '629901000000',
  unitCode: null,
})
const author = officer('district_admin', 'author')
const second = officer('policy_officer', 'second')
const own = builtInText(name).text.replaceAll('受理通知书', '受理告知单')

let db: TestDb
let runtime: Runtime
const actions = new Map<string, Action>(documentsActions.map((each) => [each.name, each]))

beforeAll(async () => {
  db = await testDb()
  const clock = fixedClock('2026-10-12T02:00:00Z')
  runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs: openBlobs('/nowhere', db.keys) }
})
afterAll(async () => {
  setDistrictTemplates(new Map())
  await stopPrinting()
})

async function call<O>(action: string, actor: Actor, input: { params?: object; query?: object; body?: object } = {}): Promise<O> {
  return (await runAction(runtime, actions.get(`documents.${action}`) as Action, { actor, input })) as O
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return error.message
}

const save = (text: string, actor = author) =>
  call<{ version: number }>('save-template', actor, { params: { name }, body: { text, note: '按区里版式改题头' } })
const release = (version: number, actor = second) =>
  call('release-template', actor, { params: { name }, body: { version, reason: '已看过样张' } })
const open = () => call<Opened>('open-template', second, { params: { name } })

test('every template of the program is listed with its Chinese name and prints its fictional paper', async () => {
  const { rows } = await call<{ rows: TemplateLine[] }>('list-templates', author)
  expect(rows.length).toBe(27)
  expect(rows.every((row) => row.inForce.version === 0 && /[\u4e00-\u9fff]/.test(row.label))).toBe(true)
  for (const each of ['verification-report', 'village-batch', 'authorisation', 'return-notice', 'payment-roll']) {
    const { body } = await call<Download>('print-template', author, { params: { name: each, version: 0 } })
    expect((body as Buffer).subarray(0, 5).toString()).toBe('%PDF-')
  }
}, 120_000)

test('a text that cannot be printed is neither tried nor kept', async () => {
  const attempt = (text: string) => refusal(call('try-template', author, { params: { name }, body: { text } }))
  expect(await attempt('#import "form.typ": *\n#no-such-thing')).toContain('排不出样张')
  expect(await attempt('#import "@preview/cetz:0.3.1"\n')).toContain('外部程序包')
  expect(await attempt('#let p = "@pre" + "view/cetz:0.3.1"\n#import p: *\n')).toContain('外部程序包')
  expect(await attempt('#read("/etc/passwd")')).toContain('排不出样张')
  expect(await refusal(save('#no-such-thing'))).toContain('排不出样张')
  expect(await refusal(save(builtInText(name).text))).toContain('完全相同')
  expect((await open()).rows).toHaveLength(1)
})

test('a version is in force only when another person released it, prints from then on, and goes back', async () => {
  const before = await renderPdf(name, sampleForms[name])
  expect(await save(own)).toEqual({ version: 1 })
  expect(await open()).toMatchObject({ waiting: 1, inForce: { version: 0 }, rows: [{ version: 1 }, { version: 0 }] })
  expect(templateText(name).sha256).toBe(builtInText(name).sha256)
  expect(await refusal(release(1, author))).toContain('另一人')
  await release(1)
  expect(await open()).toMatchObject({ waiting: null, inForce: { version: 1, sha256: templateHash(own) } })
  expect(templateText(name)).toEqual({ text: own, sha256: templateHash(own) })
  const after = await renderPdf(name, sampleForms[name])
  expect(after.equals(before)).toBe(false)
  expect(await refusal(release(1))).toContain('正在使用')
  await release(0)
  expect((await renderPdf(name, sampleForms[name])).equals(before)).toBe(true)
  const kept = await call<{ text: string }>('read-template-text', second, { params: { name, version: 1 } })
  expect(kept.text).toBe(own)
  expect((await open()).releases.map((each) => each.version)).toEqual([0, 1])
}, 60_000)

test('a version whose text in the database is not the one that was kept is neither shown, released nor printed by', async () => {
  const { version } = await save(own.replaceAll('受理告知单', '受理告知书'))
  await release(version)
  const inForce = () => db.as(undefined, (tx) => loadTemplates(tx))
  expect(await inForce()).toEqual([])
  expect(templateText(name).text).toContain('受理告知书')
  const put = (text: string) =>
    db.ownerPool.pool.query('update template_version set body = $2 where template = $1 and version = $3', [name, text, version])
  await put(own)
  expect(await inForce()).toEqual([name])
  expect(templateText(name).sha256).toBe(builtInText(name).sha256)
  const params = { name, version }
  expect(await refusal(call('read-template-text', second, { params }))).toContain('与保存时不符')
  expect(await refusal(call('print-template', second, { params }))).toContain('与保存时不符')
  await release(0)
  expect(await refusal(release(version))).toContain('与保存时不符')
})

test('the database itself refuses an author who releases, and changes of what was kept', async () => {
  const attempt = async (text: string): Promise<string> =>
    db
      .as(undefined, (tx) => tx.execute(text))
      .then(
        () => 'done',
        (error: Error) => error.message,
      )
  const columns = 'insert into template_release (template, version, reason, by_user, by_name, at) values'
  expect(await attempt(`${columns} ('${name}', 1, 'x', 'author', 'x', now())`)).toContain('another person')
  expect(await attempt(`${columns} ('${name}', 9, 'x', 'second', 'x', now())`)).toContain('another person')
  expect(await attempt(`update template_version set body = 'x'`)).toContain('permission denied')
  expect(await attempt('delete from template_release')).toContain('permission denied')
})

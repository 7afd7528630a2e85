/** A province nobody has written code for: another way to sign, to ask and to count, as a file alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sm3 } from 'sm-crypto-v2'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { car, other, PlatformUnit, quick, someone, third, vehicleMapping } from '#testkit/platform-unit'
import { type PlatformCallSeen, type PlatformReplyGiven, SharingPlatform } from '#testkit/sharing-platform'

const description = `
connector: sixth
title: 某省数据共享网关（SM3 签名，表单）
authentic: platform
facts:
  - {what: 全部, mark: assumed, source: 测试}
values: {app: 应用编号, key: 签名密钥}
call:
  method: POST
  carries: form
  steps:
    - {set: at, clock: seconds}
    - {set: once, random: 8}
    - {set: text, text: 'app={app}&at={at}&once={once}&id={asked.id}'}
    - {set: mac, hmac: sm3, of: '{text}', key: '{key}', as: hex}
  headers: {Authorization: 'SM3 app={app};at={at};once={once};mac={mac}'}
paging: {style: page, size: 2, first: 0}
answer:
  code: head.state
  codes: {found: [OK], none: [NODATA], later: [BUSY], refused: [DENIED]}
  http: {later: [5xx]}
  empty: failed
  rows: body.items
limits:
  {atOnce: 2, calls: 100, seconds: 1, waitSeconds: 5, patienceSeconds: 30, tries: 3, backOff: [5, 20], persons: 1, maxBytes: 100000, maxPages: 9}
`
const folder = mkdtempSync(join(tmpdir(), 'yingbao-sixth-'))
const file = join(folder, 'sixth.yaml')
writeFileSync(file, description)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows: Record<string, object[]> = { [someone]: [1, 2, 3].map((no) => car(no)), [other]: [4, 5].map((no) => car(no, other)) }
let busy = 0

function scheme(call: PlatformCallSeen): PlatformReplyGiven {
  const form = new URLSearchParams(call.body.toString('utf8'))
  const parts = /^SM3 app=(.*);at=(\d+);once=(\w{16});mac=(\w+)$/.exec(String(call.headers.authorization)) ?? []
  const [, app, at, once, mac] = parts
  const text = `app=${app}&at=${at}&once=${once}&id=${form.get('id')}`
  const expected = sm3(new TextEncoder().encode(text), { key: new TextEncoder().encode('a key of the province') })
  const isRight = mac === expected && app === '77' && Math.abs(Date.now() / 1000 - Number(at)) < 60
  const state = (word: string): PlatformReplyGiven => ({ status: 200, body: { head: { state: word } } })
  if (!isRight) return state('DENIED')
  if (busy-- > 0) return state('BUSY')
  const found = rows[form.get('id') ?? '']
  if (!found) return state('NODATA')
  const page = Number(form.get('p'))
  return { status: 200, body: { head: { state: 'OK' }, body: { items: found.slice(page * 2, page * 2 + 2) } } }
}

let platform: SharingPlatform
let unit: PlatformUnit | undefined
beforeEach(async () => {
  busy = 0
  platform = await SharingPlatform.start(scheme)
})
afterEach(async () => {
  await unit?.close()
  await platform.stop()
})

function open(key: string): PlatformUnit {
  unit = new PlatformUnit({
    kind: 'platform',
    connector: file,
    url: platform.url,
    values: { app: '77', key },
    limits: quick,
    records: { vehicles: { path: '/q', ask: { id: '{asked.id}', p: '{page.number}' }, ...vehicleMapping } },
  })
  return unit
}

test('it is asked, signed, paged and understood by its description alone', async () => {
  expect(await open('a key of the province').answers(someone, other, third)).toEqual(['京A1 京A2 京A3', '京A4 京A5', 'none'])
  busy = 2
  expect(await unit?.answers(other)).toEqual(['京A4 京A5'])
})

test('a wrong key is refused', async () => {
  expect(await open('another').answers(someone)).toEqual(['E'])
  expect(platform.seen).toHaveLength(1)
})

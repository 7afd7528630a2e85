import Fastify from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { composeFilingQr } from '#documents'
import { mountPages } from './pages.ts'

const app = Fastify()

beforeAll(() => mountPages(app, '/nowhere'))
afterAll(() => app.close())

const opened = async (caseNo: string, form: string) => {
  const code = composeFilingQr({ caseNo, form, version: 2, page: 1 }) ?? ''
  const reply = await app.inject({ method: 'GET', url: `/s/${encodeURIComponent(code)}` })
  expect(reply.statusCode).toBe(302)
  return reply.headers.location
}

it('the code on a paper opens the page of its case, notice, roll or list', async () => {
  expect(await opened('AJ2026000123', 'home-visit')).toBe('/cases/AJ2026000123')
  expect(await opened('GS2026-000123', 'notice')).toBe('/notices/GS2026-000123')
  expect(await opened('FF202610-629901001001-01', 'payment-roll')).toBe('/payments/FF202610-629901001001-01')
  expect(await opened('CQ-629901001001-2026-10', 'long-term-notice')).toBe('/standing-list?village=629901001001&month=2026-10')
})

it('a code that was misread opens nothing', async () => {
  const reply = await app.inject({ method: 'GET', url: '/s/YB1:AJ2026000123:home-visit:1::000' })
  expect(reply.statusCode).toBe(404)
})

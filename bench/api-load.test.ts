import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { type Call, load } from './api-load.ts'

/** Drives the load against a server that replies to each call with the status its path names; every call is made once. */
async function loadOn(paths: readonly string[]) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    const body = request.url ?? ''
    response.writeHead(Number(body.slice(1)), { 'content-length': body.length }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const calls = paths.map((path): Call => ({ method: 'GET', path }))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const figures = await load({ url, headers: {}, connections: 3, ms: 10_000, next: () => calls.shift() })
    return { figures, seen: seen.length }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('only what was answered with 200 is throughput; the rest is counted by status', async () => {
  const { figures, seen } = await loadOn([...Array(20).fill('/500'), ...Array(5).fill('/200'), '/409', '/302'])
  expect(seen).toBe(27)
  expect(figures.times).toHaveLength(5)
  expect(figures.errors).toEqual({ 500: 20, 409: 1, 302: 1 })
})

test('a server that only fails has no throughput at all', async () => {
  const { figures } = await loadOn(Array(9).fill('/500'))
  expect([figures.times, figures.errors]).toEqual([[], { 500: 9 }])
})

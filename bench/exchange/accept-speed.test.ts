import { mkdtempSync, rmSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { AcceptedBody } from '#wire'
import type { TlsTexts } from '#wire/server'
import { acceptPlans, makeEnds, measureAccept, requireReceipts } from './accept-speed.ts'
import { startListening } from './floor-line.ts'

const dir = mkdtempSync(join(tmpdir(), 'yingbao-accept-test-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const receipt = { id: 'a', chan: 'b', seq: 1, hash: 'c', at: '2026-12-02T00:00:00.000Z' } as AcceptedBody['receipts'][number]
const accepted: AcceptedBody = {
  kind: 'receipts',
  receipts: [receipt, receipt],
  refused: null,
  credit: { batch: 1, single: 1, bytes: 1 },
}

test('a call is accepted when every message of it has a receipt', () => {
  expect(() => requireReceipts(accepted, 2)).not.toThrow()
  expect(() => requireReceipts(accepted, 3)).toThrow('2 receipts for 3 messages')
})

test('what the gateway refused with 200 is not accepted', () => {
  const refused = { kind: 'error', code: 'full', message: 'no room', id: null, chan: null, expect: null } as const
  expect(() => requireReceipts({ ...accepted, refused }, 2)).toThrow('refused: full no room')
})

/** The status a unit answers with, or what refused the call. */
function answerOf(port: number, tls: Partial<TlsTexts> | 'plain'): Promise<number | string> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, method: 'POST', agent: false } as const
    const call = tls === 'plain' ? plainRequest(options) : request({ ...options, ...tls })
    call.on('response', (reply) => resolve(reply.resume().statusCode ?? 0))
    call.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message))
    call.end('x')
  })
}

test('both units are reached over mutual TLS alone: neither plain HTTP nor a caller without a certificate is answered', async () => {
  const ends = await makeEnds(dir)
  const units = [
    ['floor-unit.ts', { tls: ends.gateway, file: join(dir, 'floor.db'), echoes: false }],
    ['accept-unit.ts', { ...acceptPlans(dir, 'ED1').gateway, tls: ends.gateway }],
  ] as const
  for (const [program, plan] of units) {
    const { child, port } = await startListening(program, join(dir, `${program}.json`), plan)
    try {
      expect(await answerOf(port, 'plain'), program).toEqual(expect.stringMatching(/^ECONNRESET$|^EPIPE$|^HPE_/))
      expect(await answerOf(port, { ca: ends.writer.ca }), program).toEqual(expect.any(String))
      expect(await answerOf(port, ends.writer), program).toEqual(expect.any(Number))
    } finally {
      child.kill('SIGKILL')
    }
  }
})

test('product and floor carry a small load over that line', async () => {
  const { per_second, floor_per_second } = await measureAccept('ED1', { messages: 8, bytes: 64, together: 2 })
  expect(Math.min(per_second, floor_per_second)).toBeGreaterThan(0)
})

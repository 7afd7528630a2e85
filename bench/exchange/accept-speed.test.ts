import { expect, test } from 'vitest'
import type { AcceptedBody } from '#exchange/wire'
import { requireReceipts } from './accept-speed.ts'

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

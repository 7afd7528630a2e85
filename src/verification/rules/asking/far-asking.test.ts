import { expect, test } from 'vitest'
import type { LoadedAnswer, RequestStanding } from '#exchange'
import { farStanding } from './far-asking.ts'

const now = '2026-11-27T08:00:00.000Z'
const place = { request: 'r', batch: 1, round: 1, correction: false, node: '629902.banks', unit: 'banks' } as const
const records: LoadedAnswer = { kind: 'records', ...place, records: [], subjects: [], none: [] }
const refusal: LoadedAnswer = { kind: 'refused', ...place, code: 'unusable', message: '数据正在迁移' }
const sent: RequestStanding = {
  batch: 1,
  name: '邻区银行',
  expires_at: '2026-12-12T08:00:00.000Z',
  answered_at: null,
  cancelled_at: null,
  is_revoked: false,
  parked: null,
  parked_reason: null,
}
const stateOf = (change: Partial<RequestStanding>, answers: LoadedAnswer[] = []) =>
  farStanding({ ...sent, ...change }, answers, now)

test('without an answer a request is sent until it expires, is cancelled or given up', () => {
  expect(stateOf({})).toEqual({ state: 'sent', note: null })
  expect(stateOf({ expires_at: now }).state).toBe('expired')
  expect(stateOf({ expires_at: null }).state).toBe('sent')
  expect(stateOf({ cancelled_at: now, expires_at: now }).state).toBe('cancelled')
  const givenUp = { parked: 'given_up', parked_reason: '改由人工核实', cancelled_at: now } as const
  expect(stateOf(givenUp)).toEqual({ state: 'given_up', note: '改由人工核实' })
})

test('a cancelled request is confirmed by the node, and its confirmation is not a refusal of the question', () => {
  const stop: LoadedAnswer = { kind: 'refused', ...place, code: 'cancelled', message: '查询已撤销' }
  expect(stateOf({ cancelled_at: now }).note).toContain('还没有确认')
  expect(stateOf({ cancelled_at: now }, [stop])).toEqual({ state: 'cancelled', note: '对方已确认停止查询' })
  const givenUp = { parked: 'given_up', parked_reason: '改由人工核实', cancelled_at: now } as const
  expect(stateOf(givenUp, [stop])).toEqual({ state: 'given_up', note: '改由人工核实' })
  // said without having been asked to
  expect(stateOf({}, [stop])).toEqual({ state: 'refused', note: '查询已撤销' })
})

test('what keeps a request from its node is told while it waits', () => {
  expect(stateOf({ parked: 'open', parked_reason: '本节点不转送' }).note).toContain('未能送达：本节点不转送')
  expect(stateOf({ is_revoked: true }).note).toContain('已吊销')
})

test('an answer counts whenever it came; a refusal only while nothing better followed', () => {
  expect(stateOf({ expires_at: now, cancelled_at: now }, [records]).state).toBe('answered')
  expect(stateOf({}, [refusal])).toEqual({ state: 'refused', note: '数据正在迁移' })
  expect(stateOf({}, [refusal, records]).state).toBe('answered')
  const unusable: LoadedAnswer = { kind: 'unusable', ...place, message: '答复无法使用：签名不符' }
  expect(stateOf({}, [unusable])).toEqual({ state: 'refused', note: '答复无法使用：签名不符' })
})

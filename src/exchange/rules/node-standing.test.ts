import { describe, expect, test } from 'vitest'
import { isKeyDue, lateSinceOf, liesWith, lineOf } from './node-standing.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const at = 1000 * day
const facts = {
  state: 'active',
  enrolledAt: at - 20 * day,
  revokedAt: null,
  seenAt: at - minute,
  outSince: null,
  backAt: null,
  silentMinutes: 5,
} as const

describe('a line', () => {
  test('is on since the node came back, or since it was enrolled', () => {
    expect(lineOf(facts, at)).toEqual({ link: 'online', since: facts.enrolledAt })
    expect(lineOf({ ...facts, backAt: at - 2 * day }, at)).toEqual({ link: 'online', since: at - 2 * day })
  })

  test('is off since it was last heard, before the job has noted it and after', () => {
    const seenAt = at - hour
    expect(lineOf({ ...facts, seenAt }, at)).toEqual({ link: 'silent', since: seenAt })
    expect(lineOf({ ...facts, seenAt, outSince: seenAt, backAt: at - 2 * day }, at).since).toBe(seenAt)
    expect(lineOf({ ...facts, seenAt, silentMinutes: 10_080 }, at).link).toBe('online')
  })

  test('that never was is neither on nor off; a revoked one is neither', () => {
    expect(lineOf({ ...facts, seenAt: null }, at)).toEqual({ link: 'never', since: null })
    expect(lineOf({ ...facts, state: 'revoked', revokedAt: at - day }, at)).toEqual({ link: 'revoked', since: at - day })
  })

  test('that is heard again counts as on before the job has noted it', () => {
    expect(lineOf({ ...facts, outSince: at - day }, at)).toEqual({ link: 'online', since: facts.seenAt })
  })
})

test('a node is late from the agreed hour on, not before', () => {
  expect(lateSinceOf(at - 48 * hour, 48, at)).toBeNull()
  expect(lateSinceOf(at - 49 * hour, 48, at)).toBe(at - hour)
  expect(lateSinceOf(null, 48, at)).toBeNull()
})

test('a key is to be changed when it is old, when it ends soon, and when none holds', () => {
  expect(isKeyDue(at - 20 * day, null, 365, at)).toBe(false)
  expect(isKeyDue(at - 366 * day, null, 365, at)).toBe(true)
  expect(isKeyDue(at - 20 * day, at + 9 * day, 365, at)).toBe(true)
  expect(isKeyDue(null, null, 365, at)).toBe(true)
})

describe('a task lies with', () => {
  const centre = { userId: 'a', role: 'verification_centre' }
  test('everybody of the centre where nobody is named, else with the one who is', () => {
    expect(liesWith({ rank: 0, responsible: null }, centre)).toBe(true)
    expect(liesWith({ rank: 0, responsible: 'b' }, centre)).toBe(false)
    expect(liesWith({ rank: 0, responsible: 'a' }, centre)).toBe(true)
    expect(liesWith({ rank: 0, responsible: 'x' }, { userId: 'x', role: 'district_admin' })).toBe(true)
  })

  test('those above only when it was handed on', () => {
    const approver = { userId: 'c', role: 'district_approver' }
    const leader = { userId: 'd', role: 'leader' }
    expect([0, 1, 2].map((rank) => liesWith({ rank, responsible: null }, approver))).toEqual([false, true, true])
    expect([0, 1, 2].map((rank) => liesWith({ rank, responsible: null }, leader))).toEqual([false, false, true])
    expect(liesWith({ rank: 2, responsible: null }, { userId: 'e', role: 'inspector' })).toBe(false)
  })
})

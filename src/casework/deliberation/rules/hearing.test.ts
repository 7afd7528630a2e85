import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DeliberationRule } from '#policy'
import { draw, shareOf } from './draw.ts'
import { bodyFaults, drawBody, outcomeOf, type PoolMember, reaches, voteFault } from './hearing.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

const rule: DeliberationRule = {
  held: 'every',
  min_members: 11,
  odd: true,
  representatives: { num: 2, den: 3 },
  quorum: { num: 2, den: 3 },
  pass: { num: 2, den: 3 },
  pass_strict: false,
  pass_base: 'present',
  ballot: 'secret',
  drawn: 11,
  overrule: 'township_with_district',
}

function poolOf(representatives: number, others: number): PoolMember[] {
  return [...Array(representatives + others).keys()].map((n) => ({
    memberId: `m${n}`,
    name: `人${n}`,
    kind: n < representatives ? 'representative' : 'party',
  }))
}

test('the same seed and pool draw the same persons, whatever the order of the pool; another seed draws others', () => {
  const ids = [...Array(40).keys()].map((n) => `m${n}`)
  const drawn = draw('seed-1', ids, 11, digest)
  expect(draw('seed-1', [...ids].reverse(), 11, digest)).toEqual(drawn)
  expect(new Set(drawn).size).toBe(11)
  expect(draw('seed-2', ids, 11, digest)).not.toEqual(drawn)
})

test('everybody is drawn about equally often', () => {
  const ids = [...Array(20).keys()].map((n) => `m${n}`)
  const times = new Map<string, number>()
  for (let seed = 0; seed < 2000; seed++)
    for (const id of draw(`s${seed}`, ids, 5, digest)) times.set(id, (times.get(id) ?? 0) + 1)
  for (const id of ids) expect(Math.abs((times.get(id) ?? 0) - 500)).toBeLessThan(100)
})

test('a body has its share of representatives and an odd number, or it is told what lacks', () => {
  const { members, faults } = drawBody(poolOf(20, 20), rule, 'x', digest)
  expect(faults).toEqual([])
  expect(members).toHaveLength(11)
  expect(members.filter((member) => member.kind === 'representative').length).toBeGreaterThanOrEqual(8)
  expect(drawBody(poolOf(3, 20), rule, 'x', digest).faults).toEqual(['村（居）民代表应不少于 2/3，现为 3/11'])
  expect(bodyFaults(poolOf(6, 2), rule)).toEqual(['评议人员应不少于 11 人，现有 8 人', '评议人员应为单数，现为 8 人'])
})

test('quorum and pass are fractions: 2/3 of 11 are 8, and 7 are not', () => {
  const due = poolOf(11, 0).map((member) => member.memberId)
  const vote = (yes: number, no: number) => ({ yes, no, abstain: 0, invalid: 0 })
  expect(outcomeOf({ due, present: due.slice(0, 7), vote: vote(7, 0) }, rule)).toBe('no_quorum')
  expect(outcomeOf({ due, present: due.slice(0, 8), vote: vote(6, 2) }, rule)).toBe('passed')
  expect(outcomeOf({ due, present: due.slice(0, 8), vote: vote(5, 3) }, rule)).toBe('failed')
  expect(outcomeOf({ due, present: due.slice(0, 9), vote: vote(6, 3) }, { ...rule, pass_strict: true })).toBe('failed')
  expect(outcomeOf({ due, present: due.slice(0, 9), vote: vote(6, 3) }, { ...rule, pass_base: 'due' })).toBe('failed')
})

test('ballots and voters agree, or it is told by how much they do not', () => {
  const present = ['a', 'b', 'c']
  expect(voteFault({ due: present, present, vote: { yes: 2, no: 0, abstain: 1, invalid: 0 } })).toBeNull()
  expect(voteFault({ due: present, present, vote: { yes: 3, no: 1, abstain: 0, invalid: 0 } })).toMatch(
    /票数合计 4，到会有表决权 3 人，票数多于人数/,
  )
})

test('a share is never undercut by rounding', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.integer({ min: 1, max: 100 }), (all, num) => {
      const share = { num, den: 100 }
      const count = shareOf(all, share)
      expect(reaches(count, all, share)).toBe(true)
      expect(count === 0 || !reaches(count - 1, all, share)).toBe(true)
    }),
  )
})

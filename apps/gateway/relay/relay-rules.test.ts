import { expect, test } from 'vitest'
import { PlayedNode, TestNode } from '#testkit/played-node'
import { mayPass, nextHop } from './relay-rules.ts'

const asker = new PlayedNode('6201.a')
const unit = new TestNode('62.registry')
const header = (change: object) => ({ ...asker.next(unit.neighbour, []).header, ...change })
const passes = [{ from: '6201.*', to: '62.registry', purposes: ['甲'] }]
const there = { from: '6201.a', to: '62.registry' }
const back = { from: '62.registry', to: '6201.a' }

test('a question needs a pass for its purpose; its answer goes back by the same; withdrawals need any', () => {
  expect(mayPass(passes, header({ ...there, purpose: '甲' }))).toBe(true)
  expect(mayPass(passes, header({ ...there, purpose: '乙' }))).toBe(false)
  expect(mayPass(passes, header({ ...back, purpose: '甲' }))).toBe(false)
  expect(mayPass(passes, header({ ...back, type: 'answer', purpose: '甲' }))).toBe(true)
  expect(mayPass(passes, header({ ...back, type: 'answer', purpose: '乙' }))).toBe(false)
  expect(mayPass(passes, header({ ...there, type: 'authorisation', purpose: '' }))).toBe(true)
  expect(mayPass([], header({ ...there, type: 'cancel' }))).toBe(false)
  expect(mayPass([], header({ ...back, type: 'accepted', seq: 0 }))).toBe(true)
  expect(mayPass([], header({ ...back, type: 'hello', seq: 0 }))).toBe(false)
})

test('statements by which two nodes reconcile need any pass between the two, either way; a statement that answers its own', () => {
  const books = { type: 'statement', purpose: '对账', corr: null }
  expect(mayPass(passes, header({ ...there, ...books }))).toBe(true)
  expect(mayPass(passes, header({ ...back, ...books }))).toBe(true)
  expect(mayPass(passes, header({ ...back, ...books, from: '62.other' }))).toBe(false)
  expect(mayPass(passes, header({ ...back, ...books, corr: header({}).id }))).toBe(false)
})

test('the nearest route wins: a neighbour, the node by name, the longest prefix', () => {
  const routes = [
    { to: '62.*', via: 'p' },
    { to: '62.01.*', via: 'c' },
    { to: '62.01.x', via: 'd' },
  ]
  const hop = (to: string) => nextHop(routes, new Set(['n']), to)
  expect([hop('n'), hop('62.01.x'), hop('62.01.y'), hop('62.9'), hop('51.1')]).toEqual(['n', 'd', 'c', 'p', undefined])
})

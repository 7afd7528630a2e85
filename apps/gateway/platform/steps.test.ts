import { expect, test } from 'vitest'
import type { ConnectorStep } from '#sources/contract'
import { systemClock } from '../clock.ts'
import { readConnector } from './read-connector.ts'
import { runSteps } from './steps.ts'
import { fill, fillTree, TemplateFault } from './templates.ts'

const clock = { ...systemClock, nowMs: () => 1_635_478_320_000 }
const after = (connector: string, values: Record<string, string>) => {
  const { session, call } = readConnector(connector)
  return {
    session: (given = values) => runSteps(session?.after ?? [], given, clock),
    call: () => runSteps(call.steps, values, clock),
  }
}

test('sha1 over key, secret and time is the published example', () => {
  const { signature } = after('sha1-secret', { appKey: 'testOnlyAppKey', appSecret: 'testOnlyappSecret' }).call()
  expect(signature).toBe('89037df84706b6e4ebb58fde9d8f0cf94560b438')
})

test('the secret of the national platform opens as Java seals it (SHA1PRNG, AES-128-CBC)', () => {
  const cipher = 'OiEvr2iwTtLC9olvwZOG1CFmIdclWO8DuBcLufKeAcbR4jdAFyrgK5onY8IaguE3'
  const { secret, aesKey } = after('gjgxjhpt', { appKey: 'test-app-key', cipher }).session()
  expect(aesKey).toBe('5f57811e9328f230b21ef1fef3aa017a')
  expect(secret).toBe('0123456789abcdef0123456789abcdef')
  expect(() => after('gjgxjhpt', { appKey: 'another', cipher }).session()).toThrow(TemplateFault)
})

test('SM3 and HMAC-SM3, seconds, random bytes', () => {
  const steps: ConnectorStep[] = [
    { set: 'seconds', clock: 'seconds' },
    { set: 'nonce', random: 8 },
    { set: 'digest', hash: 'sm3', of: 'abc', from: 'utf8', as: 'hex' },
    { set: 'mac', hmac: 'sm3', of: '{digest}', key: '00ff', keyFrom: 'hex', as: 'hex' },
  ]
  const { seconds, nonce, digest, mac } = runSteps(steps, {}, clock)
  expect(seconds).toBe('1635478320')
  expect(nonce).toMatch(/^[0-9a-f]{16}$/)
  expect(digest).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
  expect(mac).toMatch(/^[0-9a-f]{64}$/)
})

test('texts: values, first characters, numbers, a person each; an absent value is a fault, an absent field of a row is empty', () => {
  const scope = { a: 'x', page: { number: 3 }, row: { day: '2020-01-02 08:00' } }
  expect(fill('{a}-{row.day:10}-{row.gone}', scope)).toBe('x-2020-01-02-')
  expect(() => fill('{gone}', scope)).toThrow(TemplateFault)
  const persons = [{ id: '1' }, { id: '2' }]
  expect(fillTree({ n: '{page.number:number}', list: [{ each: { no: '{asked.id}' } }] }, scope, persons)).toEqual({
    n: 3,
    list: [{ no: '1' }, { no: '2' }],
  })
})

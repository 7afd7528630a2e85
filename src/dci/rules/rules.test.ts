import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInstant, type Right } from '../contract/index.ts'
import { addressFault, callbackAddress } from './callback-address.ts'
import { headerFault } from './check-header.ts'
import { referenceOf } from './item-form.ts'
import { groundsOf } from './read-item.ts'
import { numbersAsked, QueryFault, readQuery } from './read-query.ts'
import { canonicalText, readSignature, signedText, writeSignature } from './signature-form.ts'

const right: Right = {
  purpose: 'p',
  recordType: 'Member',
  attributes: ['sex', 'birth_date', 'programme'],
  queries: ['idtype-value', 'expression', 'predicate'],
  events: [],
  validTo: null,
}
const reader = { recordType: 'Member', right, today: '2026-10-12' } as const
const number = '62990119920706001X'

describe('the signature', () => {
  it('is over the canonical header and message, whatever the order of their fields', () => {
    const one = { header: { b: 1, a: 'é' }, message: { z: [1, { y: 2, x: 3 }] } }
    const other = { header: { a: 'é', b: 1 }, message: { z: [1, { x: 3, y: 2 }] } }
    expect(canonicalText(one)).toBe('{"header":{"a":"é","b":1},"message":{"z":[1,{"x":3,"y":2}]}}')
    expect(canonicalText(other)).toBe(canonicalText(one))
    expect(canonicalText({ header: { a: 1 } })).toBe('{"header":{"a":1}}')
    expect(signedText(1, 2, 'abc=')).toBe('(created): 1\n(expires): 2\ndigest: SHA-256=abc=')
  })

  it('is read as it is written, with or without the word before it', () => {
    const parts = { senderId: 'a.b', keyId: 'k', created: 10, expires: 20, value: 'c2ln' }
    const text = writeSignature(parts)
    expect(readSignature(text)).toEqual(parts)
    expect(readSignature(text.replace('Signature: ', '').replaceAll('", ', '",'))).toEqual(parts)
    for (const bad of ['', 'no signature', text.replace('created="10"', 'created="soon"'), text.replaceAll('ed25519', 'rs256')]) {
      expect(readSignature(bad), bad).toBeUndefined()
    }
  })

  it('never throws on what a stranger writes', () => {
    fc.assert(fc.property(fc.string(), (text) => void readSignature(text)))
  })
})

describe('where answers go', () => {
  const registered = ['https://a.example/dci/v1', 'https://b.example']
  const path = '/registry/on-search'

  it('only under a registered address', () => {
    const cases: [string | undefined, string | undefined][] = [
      [undefined, 'https://a.example/dci/v1/registry/on-search'],
      ['https://b.example/', 'https://b.example/registry/on-search'],
      ['https://b.example/registry/on-search', 'https://b.example/registry/on-search'],
      ['https://b.example/on-search', 'https://b.example/on-search'],
      ['https://b.example/elsewhere', undefined],
      ['https://a.example', undefined],
      ['http://b.example', undefined],
      ['https://b.example.evil.example', undefined],
      ['https://b.example@evil.example/', undefined],
      ['https://evil.example/https://b.example/registry/on-search', undefined],
      ['https://b.example/registry/on-subscribe', undefined],
      ['nonsense', undefined],
    ]
    for (const [asked, wanted] of cases) expect(callbackAddress(asked, registered, path), asked).toBe(wanted)
    expect(callbackAddress('http://127.0.0.1:9/x', ['*'], path)).toBe('http://127.0.0.1:9/x/registry/on-search')
    expect(callbackAddress('http://10.0.0.1/x', ['*'], path)).toBeUndefined()
    expect(callbackAddress(undefined, ['*'], path)).toBeUndefined()
  })

  it('and only an address with TLS can be registered, but for the machine itself in trials', () => {
    expect(addressFault('https://a.example/x', false)).toBeUndefined()
    expect(addressFault('http://127.0.0.1:8080/x', true)).toBeUndefined()
    for (const bad of [
      'http://a.example',
      'https://u:p@a.example',
      'https://a.example?x=1',
      'https://127.0.0.1',
      'ftp://a.example',
      '',
    ]) {
      expect(addressFault(bad, false), bad).toMatch(/回调地址/)
    }
  })
})

describe('headers', () => {
  const expected = { action: 'search', ourId: 'us', partnerId: 'them', nowMs: 0, sentMs: 0 }
  const header = {
    version: '1.0.0',
    message_id: 'm',
    message_ts: '1970-01-01T00:00:00Z',
    action: 'search',
    is_msg_encrypted: false,
  }

  it('are judged by the addressee before their content', () => {
    const fault = (more: object, at = expected) =>
      headerFault({ ...header, sender_id: 'them', total_count: 1, ...more }, at)?.code
    expect(fault({})).toBeUndefined()
    expect(fault({ version: '2.1.0', message_ts: 'x' })).toBe('err.version.not_supported')
    expect(fault({ receiver_id: 'others', action: 'x' })).toBe('err.receiver_id.invalid')
    expect(fault({}, { ...expected, sentMs: -25 * 3_600_000 })).toBe('rjct.message_ts.invalid')
    expect(fault({}, { ...expected, sentMs: 6 * 60_000 })).toBe('rjct.message_ts.invalid')
  })

  it('know an instant with its zone', () => {
    for (const good of ['2026-01-05T09:00:00+08:00', '2026-01-05T09:00Z', '2026-01-05T09:00:00.123456Z'])
      expect(isInstant(good)).toBe(true)
    const bad = ['2026-01-05', '2026-01-05T09:00:00', '2026-13-05T09:00:00Z', '2026-02-30T09:00:00Z', '2026-01-05T24:00:00Z']
    for (const text of [...bad, '2026-01-05T09:60:00Z', '2026-01-05T09:00:00+24:00', 5, null]) expect(isInstant(text)).toBe(false)
  })
})

describe('items', () => {
  it('name no person, and nothing that cannot be stored', () => {
    expect(referenceOf({ reference_id: ' r-1 ' })).toBe('r-1')
    for (const bad of [number, `r-${number}`, 'r\u0000', '', 5]) expect(referenceOf({ reference_id: bad })).toBe('')
  })

  it('rest on a paper of today or before, by the day in China', () => {
    const authorize = { ts: '2026-10-13T07:00:00+08:00', purpose: { code: 'p', ref_uri: 'urn:1' } }
    expect(groundsOf({ authorize }, '2026-10-13')).toEqual({ purpose: 'p', reference: 'urn:1' })
    expect(() => groundsOf({ authorize }, '2026-10-12')).toThrow('不晚于今天')
    for (const ref_uri of [number, '13800000001']) {
      const named = { ...authorize, purpose: { code: 'p', ref_uri } }
      expect(() => groundsOf({ authorize: named }, '2026-10-13')).toThrow('不得含公民身份号码或手机号码')
    }
  })
})

describe('queries', () => {
  const read = (type: 'idtype-value' | 'expression' | 'predicate', query: unknown) => readQuery(type, query, reader)
  const expression = (query: unknown) => ({ type: 'nosql', value: { expression: { collection: 'Member', query } } })

  it('of the three kinds become one condition', () => {
    const sex = { kind: 'compare', attribute: 'sex', operator: 'eq', values: ['female'] }
    const born = { kind: 'compare', attribute: 'birth_date', operator: 'lt', values: ['1990-01-01'] }
    expect(read('idtype-value', { type: 'NationalID', value: number.toLowerCase() })).toMatchObject({ values: [number] })
    expect(
      read('predicate', [
        {
          seq_num: 1,
          expression1: { attribute_name: 'demographic_info.person.sex', operator: 'eq', attribute_value: 'female' },
          condition: 'not',
          expression2: { attribute_name: 'birth_date', operator: 'lt', attribute_value: '1990-01-01' },
        },
      ]),
    ).toEqual({ kind: 'all', of: [sex, { kind: 'not', of: born }] })
    expect(read('expression', expression({ $or: [{ sex: { $eq: 'female' } }, { birth_date: { $lt: '1990-01-01' } }] }))).toEqual({
      kind: 'any',
      of: [sex, born],
    })
    expect(numbersAsked(read('expression', expression({ $not: { uin: { $in: [number] } } })))).toEqual([number])
  })

  it('beyond the right, of unknown words or too large are refused', () => {
    const many = { $and: Array.from({ length: 21 }, () => ({ sex: 'male' })) }
    let deep: unknown = { sex: 'male' }
    for (let i = 0; i < 12; i += 1) deep = { $and: [deep] }
    const bad: [Parameters<typeof read>[0], unknown][] = [
      ['idtype-value', { type: 'PASSPORT', value: 'x' }],
      ['idtype-value', { type: 'UIN', value: '123' }],
      ['expression', expression({ name: { $eq: '壬康丰' } })],
      ['expression', expression({ sex: { $regex: '.*' } })],
      ['expression', expression({ sex: { $gt: 'male' } })],
      ['expression', expression({ sex: 'yes' })],
      ['expression', expression({ birth_date: '1990-02-40' })],
      ['expression', expression({ birth_date: { $lt: '1990-02-30' } })],
      ['expression', expression({ birth_date: { $gt: '0000-01-01' } })],
      ['expression', expression({ household_no: 'H1\u0000' })],
      ['expression', expression({ $where: 'true' })],
      ['expression', expression({})],
      ['expression', expression(many)],
      ['expression', expression(deep)],
      ['predicate', []],
      ['predicate', [{ condition: 'and' }]],
      ['predicate', [{ expression1: { attribute_name: 'sex', operator: 'eq', attribute_value: 'male' }, expression3: {} }]],
    ]
    for (const [type, query] of bad) expect(() => read(type, query), JSON.stringify(query).slice(0, 80)).toThrow(QueryFault)
  })

  it('never throw anything else, whatever a stranger writes', () => {
    fc.assert(
      fc.property(fc.constantFrom('idtype-value', 'expression', 'predicate'), fc.jsonValue(), (type, query) => {
        try {
          read(type as 'expression', type === 'expression' ? expression(query) : query)
        } catch (error) {
          expect(error).toBeInstanceOf(QueryFault)
        }
      }),
    )
  })
})

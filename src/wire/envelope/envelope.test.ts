import { beforeAll, describe, expect, test } from 'vitest'
import { type OwnKeys, type PeerKeys, type SuiteName, suiteNames } from '../contract.ts'
import { generateNodeKeys, ownKeys, peerKeys, publicHalf } from '../suites/suite.ts'
import { encodeLines, encodeRelay } from './body.ts'
import { canonicalJson } from './canonical.ts'
import {
  channelOf,
  type Draft,
  EnvelopeFault,
  type Header,
  isClear,
  laneOf,
  messageHash,
  openMessage,
  openRelay,
  parseHeader,
  readFrame,
  readFrames,
  type Sealed,
  sealMessage,
  verifyMessage,
  writeFrame,
  writeFrames,
} from './envelope.ts'
import { uuidV7 } from './ids.ts'

const draft: Draft = {
  type: 'request',
  id: uuidV7(1_790_000_000_000),
  seq: 1,
  prev: '',
  from: '629901.centre',
  to: '629901.police',
  lane: 'batch',
  via: ['629900.centre'],
  created: '2026-09-30T01:02:03.000Z',
  expires: null,
  corr: null,
  idem: '0'.repeat(64),
  auth: 'SQ-0001',
  purpose: '核对',
  legalBasis: '社会救助暂行办法',
  caseNo: 'W2026-1',
  operator: 'test',
}
const lines = ['{"kind":"prepare"}', '{"i":0}', '{"i":1}']

interface Node {
  own: OwnKeys
  peer: PeerKeys
}

function node(suite: SuiteName): Node {
  const texts = generateNodeKeys(suite)
  return { own: ownKeys(texts), peer: peerKeys(publicHalf(texts)) }
}

function faultOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof EnvelopeFault) return error.fault
    throw error
  }
  return 'none'
}

/** A frame around any header. */
function frameOf(header: object, body: Uint8Array): Buffer {
  const text = Buffer.from(canonicalJson(JSON.parse(JSON.stringify(header))))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text, body])
}

function signedAnew(header: Header, change: object, own: OwnKeys): Header {
  const unsigned = { ...header, ...change, sig: undefined }
  return { ...header, ...change, sig: own.sign(canonicalJson(unsigned)) }
}

describe.each(suiteNames)('a message under %s', (suite) => {
  let centre: Node
  let unit: Node
  let message: Sealed
  beforeAll(() => {
    centre = node(suite)
    unit = node(suite)
    message = sealMessage(draft, encodeLines(lines, suite), centre.own, unit.peer)
  })

  test('opens at its receiver with its lines', () => {
    const { header, body } = readFrame(writeFrame(message))
    verifyMessage(header, body, centre.peer)
    expect(openMessage(header, body, unit.own)).toEqual(lines)
    expect(messageHash(header)).toBe(message.hash)
    expect(header).toMatchObject({ suite, chan: '629901.centre>629901.police', via: ['629900.centre'], auth: 'SQ-0001' })
  })
  test('does not open for anybody else', () => {
    expect(faultOf(() => openMessage(message.header, message.body, centre.own))).toBe('sealed')
  })
  test('is refused when any field of the header was changed', () => {
    const changes: Partial<Record<keyof Header, unknown>>[] = [
      { type: 'cancel' },
      { id: uuidV7(1) },
      { chan: '629901.centre>629901.police#single' },
      { seq: 2 },
      { prev: 'a'.repeat(64) },
      { from: '629902.centre' },
      { to: '629901.tax' },
      { via: [] },
      { created: '2026-09-30T01:02:04.000Z' },
      { expires: '2026-09-30T01:02:04.000Z' },
      { corr: uuidV7(1) },
      { idem: '1'.repeat(64) },
      { auth: 'SQ-0002' },
      { purpose: '别的' },
      { legalBasis: '' },
      { caseNo: '' },
      { operator: '' },
      { schemaVer: '1.1' },
      { count: 2 },
      { root: '1'.repeat(64) },
      { digest: '1'.repeat(64) },
    ]
    expect(Object.keys(message.header)).toHaveLength(changes.length + 'v suite schema sig'.split(' ').length)
    for (const change of changes) {
      const { header } = readFrame(frameOf({ ...message.header, ...change }, message.body))
      expect([change, faultOf(() => verifyMessage(header, message.body, centre.peer))]).toEqual([change, 'signature'])
    }
  })
  test('is refused when its signature was written in another way', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const { sig } = message.header
    // the last character of 64 bytes has four spare bits
    const twin = `${sig.slice(0, -1)}${alphabet[alphabet.indexOf(sig.slice(-1)) ^ 1]}`
    expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(sig, 'base64url'))
    expect(faultOf(() => verifyMessage({ ...message.header, sig: twin }, message.body, centre.peer))).toBe('signature')
  })
  test('is refused when one bit of the body was changed', () => {
    for (let at = 0; at < message.body.length; at += 7) {
      const body = Buffer.from(message.body)
      body.writeUInt8(body.readUInt8(at) ^ 1, at)
      expect(faultOf(() => verifyMessage(message.header, body, centre.peer))).toBe('digest')
      expect(faultOf(() => openMessage(message.header, body, unit.own))).toBe('sealed')
    }
  })
  test('is refused when a bit of the body changes between the check and the opening', () => {
    const { header, body } = readFrame(writeFrame(message))
    verifyMessage(header, body, centre.peer)
    body.writeUInt8(body.readUInt8(body.length - 40) ^ 1, body.length - 40)
    expect(() => openMessage(header, body, unit.own)).toThrow(EnvelopeFault)
  })
  test('is refused when another node signed it', () => {
    expect(faultOf(() => verifyMessage(message.header, message.body, unit.peer))).toBe('signature')
  })
  test('is bound to its header: the body does not open under another number', () => {
    expect(faultOf(() => openMessage({ ...message.header, seq: 2 }, message.body, unit.own))).toBe('sealed')
  })
  test('is refused when the lines do not fit the root, even signed', () => {
    const other = { ...encodeLines(lines, suite), packed: encodeLines(['{"i":9}', '{"i":0}', '{"i":1}'], suite).packed }
    const forged = sealMessage(draft, other, centre.own, unit.peer)
    verifyMessage(forged.header, forged.body, centre.peer)
    expect(faultOf(() => openMessage(forged.header, forged.body, unit.own))).toBe('root')
  })
  test('keeps what a newer minor version added, and verifies it', () => {
    const added = { schemaVer: '1.7', added: { list: [1, 'ä', null], flag: true } }
    const header = signedAnew(message.header, added, centre.own)
    const read = readFrame(frameOf(header, message.body))
    expect(read.header).toMatchObject(added)
    verifyMessage(read.header, read.body, centre.peer)
    expect(writeFrame(read)).toEqual(frameOf(header, message.body))
    expect(messageHash(read.header)).toBe(messageHash(header))
    expect(messageHash(read.header)).not.toBe(message.hash)
    expect(faultOf(() => verifyMessage({ ...read.header, ...{ added: {} } }, read.body, centre.peer))).toBe('signature')
  })
  test('that is clear stands open and signed, and names its lines', () => {
    const receipt = sealMessage(
      { ...draft, type: 'accepted', seq: 0 },
      encodeLines(['{"kind":"receipt"}'], suite),
      centre.own,
      unit.peer,
    )
    verifyMessage(receipt.header, receipt.body, centre.peer)
    expect(openMessage(receipt.header, receipt.body, unit.own)).toEqual(['{"kind":"receipt"}'])
    const other = encodeLines(['{"kind":"other"}'], suite).packed
    expect(faultOf(() => verifyMessage(receipt.header, other, centre.peer))).toBe('digest')
    expect(faultOf(() => openMessage(receipt.header, other, unit.own))).toBe('root')
  })
  test('that relays another carries its frame untouched', () => {
    const inner = writeFrame(message)
    const relay = sealMessage({ ...draft, type: 'relay', to: '629900.centre' }, encodeRelay(inner, suite), centre.own, unit.peer)
    const read = readFrame(writeFrame(relay))
    verifyMessage(read.header, read.body, centre.peer)
    expect(Buffer.from(openRelay(read.header, read.body))).toEqual(inner)
    expect(faultOf(() => openMessage(read.header, read.body, unit.own))).toBe('malformed')
    expect(faultOf(() => openRelay(message.header, message.body))).toBe('malformed')
    expect(faultOf(() => openRelay(read.header, read.body.subarray(1)))).toBe('root')
  })
})

describe('one suite per link', () => {
  const gm = { a: node('GM1'), b: node('GM1') }
  const ed = { a: node('ED1'), b: node('ED1') }
  test('no message is made across suites', () => {
    expect(() => sealMessage(draft, encodeLines(lines, 'GM1'), gm.a.own, ed.b.peer)).toThrow(RangeError)
    expect(() => sealMessage(draft, encodeLines(lines, 'ED1'), gm.a.own, gm.b.peer)).toThrow(RangeError)
  })
  test('a message of the other suite is refused, sound as it is', () => {
    for (const [theirs, ours] of [
      [ed, gm],
      [gm, ed],
    ] as const) {
      const { header, body } = sealMessage(draft, encodeLines(lines, theirs.a.own.suite), theirs.a.own, theirs.b.peer)
      expect(faultOf(() => verifyMessage(header, body, ours.a.peer))).toBe('suite')
      expect(faultOf(() => openMessage(header, body, ours.b.own))).toBe('suite')
      const renamed = { ...header, suite: ours.a.own.suite }
      expect(faultOf(() => verifyMessage(renamed, body, ours.a.peer))).toBe('signature')
    }
  })
})

describe('a frame', () => {
  const [a, b] = [node('ED1'), node('ED1')]
  const message = sealMessage(draft, encodeLines(lines, 'ED1'), a.own, b.peer)
  const frame = writeFrame(message)
  const withHeader = (change: object): Buffer => frameOf({ ...message.header, ...change }, message.body)
  test.each<[object, string]>([
    [{ suite: 'XX9' }, 'suite'],
    [{ schemaVer: '2.0' }, 'version'],
    [{ schemaVer: '12.0', suite: 'XX9', unheardOf: 1 }, 'version'],
    [{ v: 2 }, 'version'],
    [{ v: 0 }, 'malformed'],
    [{ type: 'unheard-of' }, 'malformed'],
    [{ via: Array.from({ length: 9 }, () => 'a') }, 'malformed'],
    [{ from: 'a>b' }, 'malformed'],
    [{ to: 'a#single' }, 'malformed'],
    [{ auth: 'x'.repeat(201) }, 'malformed'],
    [{ added: JSON.parse('[[[[[[[[[0]]]]]]]]]') }, 'malformed'],
  ])('with %j in its header is refused as %s', (change, fault) => {
    expect(faultOf(() => readFrame(withHeader(change)))).toBe(fault)
  })
  test('whose header lacks a field is refused', () => {
    for (const name of Object.keys(message.header)) {
      expect([name, faultOf(() => readFrame(withHeader({ [name]: undefined })))]).toEqual([name, 'malformed'])
    }
  })
  test('whose header is not written canonically is refused: one message has one form', () => {
    const text = canonicalJson(message.header)
    expect(parseHeader(text)).toEqual(message.header)
    for (const other of [
      `${text} `,
      text.replace('{', '{ '),
      JSON.stringify(message.header),
      text.replace('"operator":"test"', '"operator":"x","operator":"test"'),
      text.replace('"operator":"test"', '"operator":"\\u0074est"'),
      text.replace('{', '{"__proto__":{"seq":9},'),
      text.replace('"operator":"test"', '"operator":"\\ud800"'),
      text.replace('"operator":"test"', '"number":1e999,"operator":"test"'),
      text.replace('{', `{"a":${'['.repeat(7000)}${']'.repeat(7000)},`),
    ]) {
      expect(other).not.toBe(text)
      expect(faultOf(() => parseHeader(other))).toBe('malformed')
    }
    expect(faultOf(() => parseHeader('{'))).toBe('malformed')
  })
  test('that is cut is refused', () => {
    expect(faultOf(() => readFrame(frame.subarray(0, 3)))).toBe('malformed')
    expect(faultOf(() => readFrame(frame.subarray(0, 100)))).toBe('malformed')
    expect(faultOf(() => readFrames(writeFrames([frame, frame]).subarray(0, -1)))).toBe('malformed')
  })
  test('several travel in one body', () => {
    expect(readFrames(writeFrames([frame, frame]))).toEqual([frame, frame])
    expect(readFrames(Buffer.alloc(0))).toEqual([])
  })
})

test('each direction has two lanes', () => {
  expect(channelOf('a', 'b', 'batch')).toBe('a>b')
  expect(channelOf('a', 'b', 'single')).toBe('a>b#single')
  for (const lane of ['batch', 'single'] as const) {
    expect(laneOf({ from: 'a', to: 'b', chan: channelOf('a', 'b', lane) })).toBe(lane)
  }
  for (const chan of ['b>a', 'a>c', 'a>b#other', 'a>b#']) {
    expect(faultOf(() => laneOf({ from: 'a', to: 'b', chan }))).toBe('addressee')
  }
})

test('only what names no person, or is sealed within, stands clear', () => {
  const clear = ['hello', 'accepted', 'error', 'relay'] as const
  for (const type of clear) expect(isClear(type)).toBe(true)
  const sealed = [
    'authorisation',
    'request',
    'answer',
    'refused',
    'cancel',
    'correction',
    'statement',
    'subscription',
    'notice',
    'bundle',
  ] as const
  for (const type of sealed) expect(isClear(type)).toBe(false)
})

test('ids sort by time', () => {
  const early = uuidV7(1_000)
  expect(early).toMatch(/^00000000-03e8-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(early < uuidV7(2_000)).toBe(true)
})

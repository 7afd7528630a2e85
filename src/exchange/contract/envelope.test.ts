import canonicalize from 'canonicalize'
import { describe, expect, test } from 'vitest'
import {
  canonicalJson,
  type Draft,
  decodeBody,
  EnvelopeFault,
  encodeLines,
  generateNodeKeys,
  merkleProof,
  messageHash,
  openMessage,
  ownKeys,
  peerKeys,
  prepareLines,
  provesLine,
  publicHalf,
  readFrame,
  readFrames,
  sealMessage,
  uuidV7,
  verifyMessage,
  writeFrame,
  writeFrames,
} from '#exchange/wire'

const centreTexts = generateNodeKeys('ED1')
const unitTexts = generateNodeKeys('ED1')
const centre = ownKeys(centreTexts)
const unit = ownKeys(unitTexts)
const centrePublic = peerKeys(publicHalf(centreTexts))
const unitPublic = peerKeys(publicHalf(unitTexts))

const draft: Draft = {
  type: 'request',
  id: uuidV7(1_790_000_000_000),
  seq: 1,
  prev: '',
  from: '629901.centre',
  to: '629901.police',
  created: '2026-09-30T01:02:03.000Z',
  expires: null,
  corr: null,
  idem: '0'.repeat(64),
  auth: '',
  caseNo: '',
  lane: 'batch',
  purpose: '核对',
  legalBasis: '社会救助暂行办法',
  operator: 'test',
}
const lines = ['{"kind":"prepare"}', '{"i":0}', '{"i":1}']
const message = sealMessage(draft, encodeLines(lines, 'ED1'), centre, unitPublic)

function faultOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof EnvelopeFault) return error.fault
    throw error
  }
  return 'none'
}

describe('canonical JSON', () => {
  const values = [
    { b: 1, a: [true, null, 'é\u2028"\\\n'], ä: { z: 1e21, y: -0, x: 0.000001 } },
    [],
    {},
    '字',
    { '\u{1f600}': 1, '\ufb33': 2, '1': 3, '10': 4, '9': 5 },
  ]
  test.each(values.map((value) => [value]))('is what the RFC 8785 package makes of %j', (value) => {
    expect(canonicalJson(value)).toBe(canonicalize(value))
  })
  test('leaves out what is undefined', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
  })
})

describe('a sealed message', () => {
  test('opens at its receiver with its lines', () => {
    const { header, body } = readFrame(writeFrame(message))
    verifyMessage(header, body, centrePublic)
    expect(openMessage(header, body, unit)).toEqual(lines)
    expect(messageHash(header)).toBe(message.hash)
  })
  test('does not open for anybody else', () => {
    expect(faultOf(() => openMessage(message.header, message.body, centre))).toBe('sealed')
  })
  test('is refused when a field of the header was changed', () => {
    for (const change of [{ seq: 2 }, { purpose: '别的' }, { to: '629901.tax' }, { prev: 'a'.repeat(64) }, { count: 2 }]) {
      const header = { ...message.header, ...change }
      expect(faultOf(() => verifyMessage(header, message.body, centrePublic))).toBe('signature')
    }
  })
  test('is refused when one bit of the body was changed', () => {
    for (const at of [0, 40, message.body.length - 1]) {
      const body = Buffer.from(message.body)
      body.writeUInt8(body.readUInt8(at) ^ 1, at)
      expect(faultOf(() => verifyMessage(message.header, body, centrePublic))).toBe('digest')
      expect(faultOf(() => openMessage(message.header, body, unit))).toBe('sealed')
    }
  })
  test('is refused when another node signed it', () => {
    expect(faultOf(() => verifyMessage(message.header, message.body, unitPublic))).toBe('signature')
  })
  test('is bound to its header: the body does not open under another number', () => {
    expect(faultOf(() => openMessage({ ...message.header, seq: 2 }, message.body, unit))).toBe('sealed')
  })
  test('is refused when the lines do not fit the root, even signed', () => {
    const other = { ...encodeLines(lines, 'ED1'), packed: encodeLines(['{"i":9}', '{"i":0}', '{"i":1}'], 'ED1').packed }
    const forged = sealMessage(draft, other, centre, unitPublic)
    verifyMessage(forged.header, forged.body, centrePublic)
    expect(faultOf(() => openMessage(forged.header, forged.body, unit))).toBe('root')
  })
})

describe('a frame', () => {
  const frame = writeFrame(message)
  const withHeader = (change: object): Buffer => {
    const header = Buffer.from(JSON.stringify({ ...message.header, ...change }))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(header.length)
    return Buffer.concat([length, header, message.body])
  }
  test('with an unknown suite or schema version is refused by name', () => {
    expect(faultOf(() => readFrame(withHeader({ suite: 'XX9' })))).toBe('suite')
    expect(faultOf(() => readFrame(withHeader({ schemaVer: '2.0' })))).toBe('version')
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

describe('the tree over the lines', () => {
  const many = Array.from({ length: 300 }, (_, i) => JSON.stringify({ i }))
  const body = encodeLines(many, 'ED1')
  test('gives every line back', () => {
    expect(decodeBody(body.packed, body.count, body.root, 'ED1')).toEqual(many)
    const none = encodeLines([], 'ED1')
    expect(decodeBody(none.packed, none.count, none.root, 'ED1')).toEqual([])
  })
  test('proves a line alone, and no other', () => {
    const prepared = prepareLines(many, 'ED1')
    for (const at of [0, 15, 16, 255, 299]) {
      const proof = merkleProof(prepared, at)
      expect(provesLine(many[at] ?? '', proof, body.root, 'ED1')).toBe(true)
      expect(provesLine('{"i":-1}', proof, body.root, 'ED1')).toBe(false)
    }
  })
})

test('ids sort by time', () => {
  const early = uuidV7(1_000)
  expect(early).toMatch(/^00000000-03e8-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(early < uuidV7(2_000)).toBe(true)
})

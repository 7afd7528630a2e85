import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { car, other, PlatformUnit, quick, someone, third, vehicleMapping } from '#testkit/platform-unit'
import { type PlatformCallSeen, SharingPlatform } from '#testkit/sharing-platform'
import {
  encodeLines,
  generateNodeKeys,
  type Header,
  openMessage,
  ownKeys,
  peerKeys,
  publicHalf,
  readFrame,
  sealMessage,
  uuidV7,
  verifyMessage,
  writeFrame,
} from '#wire'
import type { NodeKeyTexts, SuiteName } from '#wire/contract'
import { issueCertificate, makeAuthority } from '../../../src/wire/transports/certificates.ts'

type Tls = Awaited<ReturnType<typeof issueCertificate>>

const rows: Record<string, object[]> = { [someone]: [car(1), car(2)], [other]: [car(3, other)] }
const folder = mkdtempSync(join(tmpdir(), 'yingbao-envelope-'))
let server: Tls
let strangers: Tls
const files = { cert: join(folder, 'client.crt'), key: join(folder, 'client.key'), ca: join(folder, 'ca.crt') }

beforeAll(async () => {
  const authority = await makeAuthority('test', Date.now())
  server = await issueCertificate(authority, 'platform', ['127.0.0.1'], Date.now())
  strangers = await issueCertificate(await makeAuthority('others', Date.now()), '629901.police', [], Date.now())
  const client = await issueCertificate(authority, '629901.police', [], Date.now())
  for (const name of ['cert', 'key', 'ca'] as const) writeFileSync(files[name], client[name])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The other side: opens what is sealed to it, answers signed. */
class OtherSide {
  readonly keys: NodeKeyTexts
  readonly unitKeys: NodeKeyTexts
  readonly asked: { header: Header; text: string }[] = []
  signer: NodeKeyTexts
  answer: object | undefined
  corr: string | undefined

  constructor(suite: SuiteName) {
    this.keys = generateNodeKeys(suite)
    this.unitKeys = generateNodeKeys(suite)
    this.signer = this.keys
  }

  reply(call: PlatformCallSeen): Buffer {
    const { header, body } = readFrame(call.body)
    const unit = peerKeys(publicHalf(this.unitKeys))
    verifyMessage(header, body, unit)
    const [text = ''] = openMessage(header, body, ownKeys(this.keys))
    this.asked.push({ header, text })
    const { persons } = JSON.parse(text) as { persons: { id: string }[] }
    const found = persons.flatMap(({ id }) => rows[id] ?? [])
    const answer = this.answer ?? (found.length === 0 ? { code: 'none' } : { code: 'found', rows: found })
    const encoded = encodeLines([JSON.stringify(answer)], this.keys.suite)
    const { purpose, legalBasis } = header
    const draft = {
      type: 'answer',
      lane: 'single',
      id: uuidV7(Date.now()),
      seq: 0,
      prev: '',
      from: header.to,
      to: header.from,
      created: new Date().toISOString(),
      expires: null,
      corr: this.corr ?? header.id,
      idem: header.idem,
      auth: '',
      purpose,
      legalBasis,
      caseNo: '',
      operator: '',
    } as const
    return writeFrame(sealMessage(draft, encoded, ownKeys(this.signer), unit))
  }
}

let side: OtherSide
let platform: SharingPlatform
let unit: PlatformUnit | undefined

async function start(suite: SuiteName): Promise<void> {
  side = new OtherSide(suite)
  platform = await SharingPlatform.start((call) => ({ status: 200, body: side.reply(call) }), server)
}

function open(change: object = {}): PlatformUnit {
  const source = {
    kind: 'platform',
    connector: 'envelope',
    url: platform.url,
    values: { service: 'vehicles' },
    tls: files,
    peer: { nodeId: '620000.traffic', keys: publicHalf(side.keys) },
    limits: quick,
    records: {
      vehicles: {
        path: '/ask',
        ask: { service: '{service}', persons: [{ each: { id: '{asked.id}', name: '{asked.name}' } }] },
        ...vehicleMapping,
      },
    },
    ...change,
  }
  unit = new PlatformUnit(source, { keys: side.unitKeys })
  return unit
}

beforeEach(() => start('ED1'))
afterEach(async () => {
  await unit?.close()
  await platform.stop()
})

describe('mutual TLS and our own envelope', () => {
  test.each(['ED1', 'GM1'] as const)('suite %s: several persons in one signed question, a signed answer', async (suite) => {
    await platform.stop()
    await start(suite)
    const grounds = { purpose: '低保核对', legalBasis: '社会救助暂行办法', operator: '李经办', caseNo: 'A-1', auth: 'SQ1' }
    const prepared = (await open().prepared()).onGrounds(grounds)
    const persons = [someone, other, third].map((id) => ({ id, names: ['张三'] }))
    const { found, unanswered, proof } = await prepared.ask('police/vehicles', persons)
    expect(found.map(({ id }) => id).sort()).toEqual([someone, someone, other])
    expect(unanswered.size).toBe(0)
    expect(proof).toMatchObject({ by: 'envelope', calls: 1 })
    expect(platform.seen[0]?.client).toBe('629901.police')
    const [asked] = side.asked
    expect(asked?.header).toMatchObject({ from: '629901.police', to: '620000.traffic', suite, ...grounds })
    expect(JSON.stringify(asked?.header)).not.toContain(someone)
    expect(platform.seen[0]?.body.includes(someone)).toBe(false)
  })

  test('none for everybody, in words', async () => {
    expect(await open().answers(third)).toEqual(['none'])
    side.answer = { code: 'found', rows: [] }
    expect(await unit?.answers(third)).toEqual(['E'])
  })

  test('a client of another authority is not let in: a timeout, never “none”', async () => {
    const theirs = { cert: join(folder, 'x.crt'), key: join(folder, 'x.key') }
    writeFileSync(theirs.cert, strangers.cert)
    writeFileSync(theirs.key, strangers.key)
    expect(await open({ tls: { ...theirs, ca: files.ca } }).answers(someone)).toEqual(['T'])
    expect(platform.seen).toEqual([])
  })

  test('a server that is not of our authority is told nothing', async () => {
    writeFileSync(join(folder, 'other-ca.crt'), strangers.ca)
    expect(await open({ tls: { ...files, ca: join(folder, 'other-ca.crt') } }).answers(someone)).toEqual(['T'])
    expect(platform.seen).toEqual([])
  })

  test('an answer somebody else signed, or that belongs to another question, is no answer', async () => {
    side.signer = generateNodeKeys('ED1')
    expect(await open().answers(someone)).toEqual(['E'])
    side.signer = side.keys
    side.corr = uuidV7(Date.now())
    expect(await unit?.answers(someone)).toEqual(['E'])
    side.corr = undefined
    expect(await unit?.answers(someone)).toEqual(['京A1 京A2'])
  })
})

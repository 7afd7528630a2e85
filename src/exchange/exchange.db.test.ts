import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GatewayConfig } from '#exchange/contract'
import {
  type Draft,
  ErrorBody,
  encodeLines,
  exchangePaths,
  FRAME_TYPE,
  type Header,
  laneOf,
  messageHash,
  openMessage,
  ownKeys,
  peerKeys,
  Receipt,
  readFrame,
  readFrames,
  type Sealed,
  sealMessage,
  uuidV7,
  verifyMessage,
  writeFrame,
} from '#exchange/wire'
import { testDb } from '#testkit/db'
import { basis, CentreRig, grounds } from '#testkit/exchange-rig'
import { cancelRequests, enqueueRequests, loadAnswers, pendingRequests, unitStates } from './index.ts'

let rig: CentreRig
beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.startServer()
})
afterAll(() => rig.close())

/** A unit played by hand, message by message. */
class HandUnit {
  readonly config: GatewayConfig
  seq = 0
  head = ''

  constructor(config: GatewayConfig) {
    this.config = config
  }

  draft(change: Partial<Draft> = {}): Draft {
    return {
      type: 'answer',
      id: uuidV7(Date.now()),
      seq: this.seq + 1,
      prev: this.head,
      from: this.config.nodeId,
      to: this.config.centreId,
      created: new Date().toISOString(),
      expires: null,
      corr: null,
      idem: '0'.repeat(64),
      auth: '',
      caseNo: '',
      lane: 'batch',
      purpose: '',
      legalBasis: '',
      operator: '',
      ...change,
    }
  }

  seal(lines: readonly string[], change: Partial<Draft> = {}): Sealed {
    return sealMessage(this.draft(change), encodeLines(lines, 'ED1'), ownKeys(this.config.keys), peerKeys(this.config.centreKeys))
  }

  moveOn(message: Sealed): void {
    this.seq = message.header.seq
    this.head = message.hash
  }

  async call(path: string, frame: Buffer): Promise<{ status: number; bytes: Buffer }> {
    const response = await fetch(new URL(path, rig.url), {
      method: 'POST',
      headers: { 'content-type': FRAME_TYPE },
      body: new Uint8Array(frame),
    })
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
  }

  send(message: Pick<Sealed, 'header' | 'body'>) {
    return this.call(exchangePaths.messages, writeFrame(message))
  }

  async refusal(message: Pick<Sealed, 'header' | 'body'>): Promise<ErrorBody> {
    const { status, bytes } = await this.send(message)
    expect(status).toBeGreaterThanOrEqual(400)
    return ErrorBody.parse(JSON.parse(bytes.toString('utf8')))
  }

  receipt(bytes: Buffer): Receipt {
    const { header, body } = readFrame(bytes)
    verifyMessage(header, body, peerKeys(this.config.centreKeys))
    return Receipt.parse(JSON.parse(openMessage(header, body, ownKeys(this.config.keys))[0] ?? ''))
  }

  async poll(
    after: number,
    head: string,
    change: Partial<Draft> = {},
  ): Promise<{ status: number; messages: { header: Header; body: Buffer }[]; bytes: Buffer }> {
    const lines = [JSON.stringify({ kind: 'poll', after, head, credit: 10, creditBytes: 1e6, waitMs: 0 })]
    const { status, bytes } = await this.call(
      exchangePaths.poll,
      writeFrame(this.seal(lines, { type: 'accepted', seq: 0, prev: '', ...change })),
    )
    return { status, bytes, messages: status === 200 ? readFrames(bytes).map(readFrame) : [] }
  }
}

let batch = 0

/** Asks the unit to prepare and gives the request as it receives it. */
async function asked(unit: HandUnit): Promise<Header> {
  batch += 1
  const head = { kind: 'prepare', campaign: 'hand', batch, round: 0, basis } as const
  const [sent] = await rig.ask([{ unit: unit.config.unit, head, lines: [] }])
  const { messages } = await unit.poll(0, '')
  const request = messages.find((message) => message.header.id === sent?.id)
  if (!request) throw new Error('the request did not arrive')
  return request.header
}

function statement(unit: HandUnit, request: Header): Sealed {
  const head = {
    kind: 'statement',
    campaign: 'hand',
    batch,
    round: 0,
    unit: unit.config.unit,
    asOf: basis.asOf,
    received: 1,
    open: 0,
  }
  return unit.seal([JSON.stringify(head)], { type: 'statement', corr: request.id, idem: request.idem })
}

describe('messages of a unit', () => {
  let unit: HandUnit
  beforeAll(async () => {
    unit = new HandUnit((await rig.enrol('tax', { kind: 'package', dir: '/nowhere' })).config)
  })

  test('are stored once: a repeat gets the same receipt, other content under the same id an alarm', async () => {
    const request = await asked(unit)
    const answer = statement(unit, request)
    const first = await unit.send(answer)
    const receipt = unit.receipt(first.bytes)
    expect(receipt).toMatchObject({ id: answer.header.id, hash: answer.hash, seq: 1 })
    const again = unit.receipt((await unit.send(answer)).bytes)
    expect(again.hash).toBe(receipt.hash)
    const other = statement(unit, request)
    const forged = sealMessage(
      { ...unit.draft(), ...pickDraft(other.header), id: answer.header.id },
      encodeLines(['{}'], 'ED1'),
      ownKeys(unit.config.keys),
      peerKeys(unit.config.centreKeys),
    )
    expect((await unit.refusal(forged)).code).toBe('same_id')
    unit.moveOn(answer)
    const stored = await rig.db.ownerPool.pool.query(`select count(*)::int as n from exchange_message where direction = 'in'`)
    expect(stored.rows[0].n).toBe(1)
    const parked = await rig.db.ownerPool.pool.query(`select fault from exchange_parked`)
    expect(parked.rows).toEqual([{ fault: 'same_id' }])
  })

  test('answer a request once', async () => {
    const request = await asked(unit)
    const answer = statement(unit, request)
    await unit.send(answer)
    unit.moveOn(answer)
    expect((await unit.refusal(statement(unit, request))).code).toBe('answered_before')
  })

  test('come in order: a gap is asked for, a broken chain is an alarm', async () => {
    const request = await asked(unit)
    const answer = statement(unit, request)
    const skipping = sealMessage(
      { ...pickDraft(answer.header), seq: answer.header.seq + 1 },
      encodeLines(['{}'], 'ED1'),
      ownKeys(unit.config.keys),
      peerKeys(unit.config.centreKeys),
    )
    expect(await unit.refusal(skipping)).toMatchObject({ code: 'order', expect: answer.header.seq })
    const unchained = sealMessage(
      { ...pickDraft(answer.header), prev: 'f'.repeat(64) },
      encodeLines(['{}'], 'ED1'),
      ownKeys(unit.config.keys),
      peerKeys(unit.config.centreKeys),
    )
    expect((await unit.refusal(unchained)).code).toBe('chain')
  })

  test('are refused when forged, foreign, or an answer to nothing', async () => {
    const request = await asked(unit)
    const answer = statement(unit, request)
    expect((await unit.refusal({ header: { ...answer.header, purpose: '改' }, body: answer.body })).code).toBe('signature')
    const stranger = { ...unit.config, nodeId: '629901.nobody' }
    expect((await unit.refusal(new HandUnit(stranger).seal(['{}']))).code).toBe('unknown_sender')
    const elsewhere = new HandUnit({ ...unit.config, centreId: '110105.centre' })
    expect((await unit.refusal(elsewhere.seal(['{}']))).code).toBe('addressee')
    expect((await unit.refusal(statement(unit, { ...request, id: uuidV7(1) }))).code).toBe('unknown_request')
    expect((await unit.refusal(statement(unit, { ...request, idem: '1'.repeat(64) }))).code).toBe('idem')
  })

  test('an answer that was altered in the database is unusable, never read', async () => {
    const request = await asked(unit)
    const answer = statement(unit, request)
    await unit.send(answer)
    unit.moveOn(answer)
    const at = { campaign: 'hand', batch }
    const [loaded] = await rig.db.as(undefined, (tx) => loadAnswers(tx, at, rig.deps))
    expect(loaded?.kind).toBe('statement')
    const pool = rig.db.ownerPool.pool
    await pool.query('alter table exchange_message disable trigger exchange_message_fixed')
    await pool.query(`update exchange_message set body = set_byte(body, 50, get_byte(body, 50) # 1) where id = $1`, [
      answer.header.id,
    ])
    await pool.query('alter table exchange_message enable trigger exchange_message_fixed')
    const [spoilt] = await rig.db.as(undefined, (tx) => loadAnswers(tx, at, rig.deps))
    expect(spoilt?.kind).toBe('unusable')
  })
})

function pickDraft(header: Header): Draft {
  const { type, id, seq, prev, from, to, created, expires, corr, idem, auth, purpose, legalBasis, caseNo, operator } = header
  const lane = laneOf(header)
  return { type, id, seq, prev, from, to, lane, created, expires, corr, idem, auth, purpose, legalBasis, caseNo, operator }
}

describe('messages to a unit', () => {
  let unit: HandUnit
  beforeAll(async () => {
    unit = new HandUnit((await rig.enrol('banks', { kind: 'package', dir: '/nowhere' })).config)
  })
  const head = (number: number) => ({ kind: 'prepare', campaign: 'out', batch: number, round: 0, basis }) as const

  test('are numbered and chained, and the same question is one message', async () => {
    const [first] = await rig.ask([{ unit: 'banks', head: head(1), lines: [] }])
    const again = await rig.ask([
      { unit: 'banks', head: head(1), lines: [] },
      { unit: 'banks', head: head(2), lines: [] },
    ])
    expect(again[0]?.id).toBe(first?.id)
    const { messages } = await unit.poll(0, '')
    expect(messages.map((message) => message.header.seq)).toEqual([1, 2])
    expect(messages[1]?.header.prev).toBe(messages[0] && messageHash(messages[0].header))
  })

  test('stay until the unit says that it has them', async () => {
    const { messages } = await unit.poll(0, '')
    const [first] = messages
    if (!first) throw new Error('nothing waits')
    const rest = await unit.poll(1, messageHash(first.header))
    expect(rest.messages.map((message) => message.header.seq)).toEqual([2])
    const state = (await rig.db.as(undefined, unitStates)).find((row) => row.unit === 'banks')
    expect(state).toMatchObject({ sent: 2, receipted: 1, owed: 2 })
    expect((await unit.poll(1, '0'.repeat(64))).status).toBe(409)
    expect((await unit.poll(99, messageHash(first.header))).status).toBe(409)
  })

  test('are not written when the transaction that asks does not commit', async () => {
    const failing = rig.db.as(undefined, async (tx) => {
      await enqueueRequests(tx, [{ unit: 'banks', head: head(3), lines: [] }], grounds, rig.deps)
      throw new Error('the work failed')
    })
    await expect(failing).rejects.toThrow('the work failed')
    expect((await unit.poll(0, '')).messages).toHaveLength(2)
  })

  test('cannot be fetched with an old call', async () => {
    const created = new Date(Date.now() - 11 * 60_000).toISOString()
    const { status, bytes } = await unit.poll(0, '', { created })
    expect([status, ErrorBody.parse(JSON.parse(bytes.toString('utf8'))).code]).toEqual([409, 'clock'])
  })

  test('a cancelled request is told to the unit and no longer owed', async () => {
    expect(await rig.db.as(undefined, (tx) => cancelRequests(tx, { campaign: 'out', batch: 2 }, '撤回', grounds, rig.deps))).toBe(
      1,
    )
    const { messages } = await unit.poll(0, '')
    expect(messages.at(-1)?.header.type).toBe('cancel')
    const open = await rig.db.as(undefined, (tx) => pendingRequests(tx, { campaign: 'out' }))
    expect(open.map((request) => [request.batch, request.cancelled])).toEqual([
      [1, false],
      [2, true],
    ])
  })
})

test('a unit that is not enrolled cannot be asked, and the message says so', async () => {
  const asking = rig.ask([{ unit: 'utilities', head: { kind: 'prepare', campaign: 'x', batch: 1, round: 0, basis }, lines: [] }])
  await expect(asking).rejects.toThrow('尚未登记前置机')
})

test('whoever sees less than a district sees nothing of the exchange, and nobody changes a message', async () => {
  const village = { lo: '629901001001', hi: '629901001002', actor: 'test' }
  expect(await rig.db.rolledBack(village, unitStates)).toEqual([])
  const district = { lo: '629901', hi: '629902', actor: 'test' }
  expect(await rig.db.rolledBack(district, unitStates)).not.toEqual([])
  await expect(rig.db.rolledBack(undefined, (tx) => tx.execute(`update exchange_message set hash = 'x'`))).rejects.toThrow(
    '不得更改',
  )
  await expect(rig.db.rolledBack(undefined, (tx) => tx.execute(`delete from exchange_message`))).rejects.toThrow(
    'permission denied',
  )
})

test('asking many units takes as few statements as asking one', async () => {
  await rig.enrol('housing', { kind: 'package', dir: '/nowhere' })
  await rig.enrol('education', { kind: 'package', dir: '/nowhere' })
  const count = async (names: ('housing' | 'education')[], number: number): Promise<number> => {
    const before = rig.db.pool.statements.count
    await rig.ask(
      names.map((unit) => ({ unit, head: { kind: 'prepare', campaign: 'n', batch: number, round: 0, basis }, lines: [] })),
    )
    return rig.db.pool.statements.count - before
  }
  expect(await count(['housing'], 1)).toBe(await count(['housing', 'education'], 2))
})

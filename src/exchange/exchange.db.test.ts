import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UnitName } from '#sources/contract'
import { testDb } from '#testkit/db'
import { basis, CentreRig, grounds } from '#testkit/exchange-rig'
import { HandNode, placeOf, receiptFor } from '#testkit/hand-node'
import {
  digestHex,
  ErrorBody,
  encodeLines,
  exchangePaths,
  type Header,
  ownKeys,
  peerKeys,
  type Sealed,
  sealMessage,
  uuidV7,
  writeFrame,
} from '#wire'
import { authOf } from './actions/enqueue.ts'
import {
  cancelRequests,
  changeKeys,
  enqueueRequests,
  findReceiptFrame,
  loadAnswers,
  parkedMessages,
  pendingRequests,
  renewKeys,
  resendParked,
  revokeNode,
  setRights,
  unitStates,
} from './index.ts'

let rig: CentreRig
beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.startServer()
})
afterAll(() => rig.close())

const everything = { kind: 'package', dir: '/nowhere' } as const

async function handUnit(unit: UnitName, suite: 'ED1' | 'GM1' = 'ED1'): Promise<HandNode> {
  return new HandNode((await rig.enrol(unit, everything, { suite })).config, () => rig.url)
}

let batch = 0

/** Asks a unit to prepare and gives the request as it receives it. */
async function asked(unit: HandNode, name: UnitName): Promise<Header> {
  batch += 1
  const head = { kind: 'prepare', campaign: 'hand', batch, round: 0, basis } as const
  const [sent] = await rig.ask([{ unit: name, head, lines: [] }])
  const request = (await unit.poll()).messages.find((message) => message.header.id === sent?.id)
  if (!request) throw new Error('the request did not arrive')
  return request.header
}

const statementLine = (unit: string): string =>
  JSON.stringify({ kind: 'statement', campaign: 'hand', batch, round: 0, unit, asOf: basis.asOf, received: 1, open: 0 })

const answering = (request: Header) => ({ type: 'statement', corr: request.id, idem: request.idem }) as const

function statement(unit: HandNode, request: Header): Sealed {
  return unit.seal([statementLine('tax')], answering(request))
}

const parkedFaults = async (): Promise<string[]> => {
  const { rows } = await rig.db.ownerPool.pool.query<{ fault: string }>('select fault from exchange_parked order by parked_no')
  return rows.map((row) => row.fault)
}

/** How many statements about messages and channels some work takes; who was heard and whose keys are known is noted by time. */
async function statementsOf(work: () => Promise<void>): Promise<number> {
  const { statements } = rig.db.pool
  const of = (): number => {
    const about = [...statements.byText].filter(([text]) => /exchange_(message|channel)/.test(text))
    return about.reduce((sum, [, times]) => sum + times, 0)
  }
  statements.recording = true
  const before = of()
  await work()
  statements.recording = false
  return of() - before
}

describe('messages of a unit', () => {
  let unit: HandNode
  beforeAll(async () => {
    unit = await handUnit('tax')
  })

  test('are stored once: a repeat gets its receipt again, other content under the same id an alarm', async () => {
    const request = await asked(unit, 'tax')
    const answer = statement(unit, request)
    const first = await unit.send(answer)
    expect(first.receipts).toMatchObject([{ id: answer.header.id, hash: answer.hash, seq: 1, chan: answer.header.chan }])
    const again = await unit.send(answer, answer)
    expect(again.receipts).toEqual([first.receipts[0], first.receipts[0]])
    const forged = unit.seal(['{}'], { ...answering(request), id: answer.header.id, seq: 1, prev: '' })
    expect((await unit.send(forged)).refused?.code).toBe('same_id')
    await unit.send(forged)
    const stored = await rig.db.ownerPool.pool.query(`select count(*)::int as n from exchange_message where direction = 'in'`)
    expect(stored.rows[0].n).toBe(1)
    expect(await parkedFaults()).toEqual(['same_id'])
    unit.sent.batch = placeOf(answer.header)
  })

  test('several in one call are one transaction; the first that is not taken ends it', async () => {
    const [one, two, three] = [await asked(unit, 'tax'), await asked(unit, 'tax'), await asked(unit, 'tax')]
    const first = unit.next([statementLine('tax')], answering(one))
    const before = unit.sent.batch
    const second = unit.next([statementLine('tax')], { ...answering(two), idem: '1'.repeat(64) })
    const third = unit.next([statementLine('tax')], answering(three))
    const { receipts, refused } = await unit.send(first, second, third)
    expect(receipts.map((each) => each.id)).toEqual([first.header.id])
    expect(refused).toMatchObject({ code: 'idem', id: second.header.id, expect: null })
    unit.sent.batch = before
    const mended = [two, three].map((request) => unit.next([statementLine('tax')], answering(request)))
    const forTwo = await statementsOf(async () => expect((await unit.send(...mended)).receipts).toHaveLength(2))
    const more = await Promise.all([1, 2, 3, 4, 5, 6].map(() => asked(unit, 'tax')))
    const many = more.map((request) => unit.next([statementLine('tax')], answering(request)))
    expect(await statementsOf(async () => expect((await unit.send(...many)).receipts).toHaveLength(6))).toBe(forTwo)
  })

  test('answer a request once', async () => {
    const request = await asked(unit, 'tax')
    await unit.send(unit.next([statementLine('tax')], answering(request)))
    expect((await unit.send(statement(unit, request))).refused?.code).toBe('answered_before')
  })

  test('come in order, each lane by itself: a gap is asked for, a broken chain is an alarm', async () => {
    const request = await asked(unit, 'tax')
    const { seq } = unit.draft()
    expect((await unit.send(unit.seal(['{}'], { ...answering(request), seq: seq + 1 }))).refused).toMatchObject({
      code: 'order',
      expect: seq,
    })
    expect((await unit.send(unit.seal(['{}'], { ...answering(request), prev: 'f'.repeat(64) }))).refused?.code).toBe('chain')
    const overtaking = unit.next([statementLine('tax')], { ...answering(request), lane: 'single' })
    expect((await unit.send(overtaking)).receipts).toMatchObject([{ seq: 1, chan: '629901.tax>629901.centre#single' }])
  })

  test('are refused when forged, foreign, or an answer to nothing', async () => {
    const request = await asked(unit, 'tax')
    const answer = statement(unit, request)
    await expect(unit.send({ header: { ...answer.header, purpose: '改' }, body: answer.body })).rejects.toThrow('signature')
    const stranger = new HandNode({ ...unit.id, nodeId: '629901.nobody' }, () => rig.url)
    await expect(stranger.send(stranger.seal(['{}']))).rejects.toThrow('unknown_sender')
    const elsewhere = new HandNode({ ...unit.id, centreId: '110105.centre' }, () => rig.url)
    await expect(elsewhere.send(elsewhere.seal(['{}']))).rejects.toThrow('addressee')
    expect((await unit.send(statement(unit, { ...request, id: uuidV7(1) }))).refused?.code).toBe('unknown_request')
    expect((await unit.send(statement(unit, { ...request, idem: '1'.repeat(64) }))).refused?.code).toBe('idem')
    expect(await parkedFaults()).toEqual(expect.arrayContaining(['signature', 'unknown_sender', 'idem', 'chain']))
  })

  test('that are no messages are told and kept, whatever they claim to be', async () => {
    const frame = writeFrame(unit.seal(['{}']))
    const from = `"from":"${unit.id.nodeId}"`
    const claimed = Buffer.from(frame.toString('latin1').replace(from, from.replace('629901', '\\u0000')), 'latin1')
    const codeOf = async (path: string, bytes: Buffer) => {
      const reply = await unit.call(path, bytes)
      return [reply.status, ErrorBody.parse(JSON.parse(reply.bytes.toString('utf8'))).code]
    }
    expect(await codeOf(exchangePaths.hello, claimed)).toEqual([400, 'malformed'])
    const refused = { kind: 'error', code: 'sealed', message: '无法解封', id: 'x', chan: null, expect: null } as const
    const stored = { batch: { seq: 0, head: '' }, single: { seq: 0, head: '' } }
    const credit = { batch: 1, single: 1, bytes: 1 }
    const poll = unit.control({ kind: 'poll', receipts: [], stored, credit, refused, waitMs: 0 })
    expect(await codeOf(exchangePaths.poll, poll)).toEqual([400, 'malformed'])
    const bare = writeFrame(unit.seal(['x'], { type: 'accepted', lane: 'single', seq: 0, prev: '' }))
    expect(await codeOf(exchangePaths.poll, bare)).toEqual([400, 'malformed'])
    expect((await parkedFaults()).filter((fault) => fault === 'malformed')).toHaveLength(3)
  })

  test('a notice that cannot be read waits for a person, and is read again when it is taken again', async () => {
    const head = { kind: 'notice', unit: 'tax', records: ['police/deaths'] }
    const digests = { key: '0'.repeat(32), before: '', after: '' }
    const change = { no: uuidV7(1), record: 0, what: 'gone', on: '2026-02-31', ...digests, row: null }
    const lines = [head, change].map((line) => JSON.stringify(line))
    expect((await unit.send(unit.next(lines, { type: 'notice', lane: 'single' }))).receipts).toHaveLength(1)
    const parked = (await rig.db.as(undefined, (tx) => parkedMessages(tx))).find((row) => row.reason.includes('变动提示'))
    const resend = () => rig.db.as(undefined, (tx) => resendParked(tx, parked?.parked_no ?? 0, '王敏', rig.deps))
    await expect(resend()).rejects.toThrow('仍无法使用：变动提示')
  })

  test('an answer that was altered in the database is unusable, never read', async () => {
    const request = await asked(unit, 'tax')
    const answer = unit.next([statementLine('tax')], answering(request))
    await unit.send(answer)
    const at = { campaign: 'hand', batch }
    const [loaded] = await rig.db.as(undefined, (tx) => loadAnswers(tx, at, rig.deps))
    expect(loaded).toMatchObject({ kind: 'statement', unit: 'tax', node: null })
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

describe('messages to a unit', () => {
  let unit: HandNode
  beforeAll(async () => {
    unit = await handUnit('banks')
  })
  const head = (number: number) => ({ kind: 'prepare', campaign: 'out', batch: number, round: 0, basis }) as const
  const ask = (number: number) => rig.ask([{ unit: 'banks', head: head(number), lines: [] }])

  test('are numbered and chained, and the same question is one message', async () => {
    const [first] = await ask(1)
    const again = await rig.ask([1, 2].map((number) => ({ unit: 'banks', head: head(number), lines: [] })))
    expect(again[0]?.id).toBe(first?.id)
    const { messages } = await unit.poll()
    expect(messages.map((message) => message.header.seq)).toEqual([1, 2])
    expect(messages[1]?.header.prev).toBe(messages[0] && placeOf(messages[0].header).head)
  })

  test('stay until the unit has receipted them; the signed receipt is kept', async () => {
    const [first, second] = (await unit.poll()).messages.map((message) => message.header)
    if (!first || !second) throw new Error('nothing waits')
    const state = async () => (await rig.db.as(undefined, unitStates)).find((row) => row.unit === 'banks')
    expect(await state()).toMatchObject({ sent: 2, receipted: 0, owed: 2 })
    expect((await unit.poll({}, { receipts: [receiptFor(second)] })).code).toBe('receipt')
    expect((await unit.poll({}, { receipts: [{ ...receiptFor(first), hash: '0'.repeat(64) }] })).code).toBe('receipt')
    const rest = await unit.poll({ batch: placeOf(first) }, { receipts: [receiptFor(first)] })
    expect(rest.messages.map((message) => message.header.seq)).toEqual([2])
    expect(await state()).toMatchObject({ sent: 2, receipted: 1, owed: 2 })
    const kept = await rig.db.as(undefined, (tx) => findReceiptFrame(tx, 'banks', 'batch', 1))
    expect(kept?.frame.toString('latin1')).toContain('"type":"accepted"')
    expect(await rig.db.as(undefined, (tx) => findReceiptFrame(tx, 'banks', 'batch', 2))).toBeUndefined()
  })

  test('a unit whose book is another than the centre remembers is refused', async () => {
    const [first] = (await unit.poll()).messages
    if (!first) throw new Error('nothing waits')
    expect(await unit.poll({ batch: { seq: 1, head: '0'.repeat(64) } })).toMatchObject({ status: 409, code: 'chain' })
    expect(await unit.poll({ batch: { ...placeOf(first.header), seq: 99 } })).toMatchObject({ status: 409, code: 'ahead' })
  })

  test('are not written when the transaction that asks does not commit', async () => {
    const failing = rig.db.as(undefined, async (tx) => {
      await enqueueRequests(tx, [{ unit: 'banks', head: head(3), lines: [] }], grounds, rig.deps)
      throw new Error('the work failed')
    })
    await expect(failing).rejects.toThrow('the work failed')
    expect((await unit.poll()).messages).toHaveLength(2)
  })

  test('are not sent with a header that the unit would refuse: nothing blocks the channel', async () => {
    const asking = rig.ask([{ unit: 'banks', head: head(4), lines: [] }], { caseNo: '案'.repeat(101) })
    await expect(asking).rejects.toThrow('案件编号')
  })

  test('cannot be fetched with an old call', async () => {
    expect(await unit.poll({}, { nowMs: Date.now() - 11 * 60_000 })).toMatchObject({ status: 409, code: 'clock' })
  })

  test('a single case and a cancellation overtake a hundred messages of a batch', async () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ unit: 'banks', head: head(10 + i), lines: [] }))
    await rig.ask(many)
    const [urgent] = await rig.ask([{ unit: 'banks', head: { ...head(1), campaign: 'case' }, lines: [] }], {
      lane: 'single',
      caseNo: 'SQ2026-0007',
    })
    const cancelled = await rig.db.as(undefined, (tx) =>
      cancelRequests(tx, { campaign: 'out', batch: 109 }, '撤回', grounds, rig.deps),
    )
    expect(cancelled).toBe(1)
    const { messages } = await unit.poll()
    expect(messages.slice(0, 2).map(({ header }) => [header.id === urgent?.id, header.type, header.chan])).toEqual([
      [true, 'request', '629901.centre>629901.banks#single'],
      [false, 'cancel', '629901.centre>629901.banks#single'],
    ])
    expect(messages[0]?.header.caseNo).toBe('SQ2026-0007')
    expect(messages).toHaveLength(104)
    const open = await rig.db.as(undefined, (tx) => pendingRequests(tx, { campaign: 'out', batch: 109 }))
    expect(open.map((request) => request.cancelled)).toEqual([true])
  })

  test('the header names the paper it rests on, or how many and their hash', async () => {
    const papers = ['SQ-2', 'SQ-1', 'SQ-2']
    await rig.ask(
      [
        { unit: 'banks', head: head(200), lines: ['[]'], papers: ['SQ-1'] },
        { unit: 'banks', head: head(201), lines: ['[]'], papers },
        { unit: 'banks', head: head(202), lines: ['[]'] },
      ],
      { lane: 'single' },
    )
    const auths = (await unit.poll()).messages.filter(({ header }) => header.auth !== '').map(({ header }) => header.auth)
    expect(auths).toEqual(['SQ-1', `2:${digestHex('ED1', 'SQ-1\nSQ-2')}`])
    expect(authOf(papers, 'GM1')).toBe(`2:${digestHex('GM1', 'SQ-1\nSQ-2')}`)
  })
})

describe('keys and rights', () => {
  test('while keys are changed both sign, then only the new ones; new messages are sealed to the new', async () => {
    const unit = await handUnit('hrss', 'GM1')
    await asked(unit, 'hrss')
    const fresh = await rig.db.as(undefined, (tx) => renewKeys(tx, 'hrss', 60_000, rig.deps))
    const renewed = new HandNode({ ...unit.id, keys: fresh }, () => rig.url)
    expect((await unit.poll()).status).toBe(200)
    await asked(renewed, 'hrss')
    const newest = (await renewed.poll()).messages.at(-1)
    if (!newest) throw new Error('nothing waits')
    expect(newest.header.suite).toBe('GM1')
    expect(renewed.read(newest)).toHaveLength(1)
    expect(() => unit.read(newest)).toThrow()
    await rig.db.as(undefined, (tx) =>
      changeKeys(tx, 'hrss', { suite: 'GM1', signing: fresh.signing.publicKey, box: fresh.box.publicKey }, 0, rig.deps),
    )
    await rig.restartServer()
    expect((await unit.poll()).code).toBe('signature')
    expect((await renewed.poll()).status).toBe(200)
  })

  test('an answer signed with keys that were changed since still counts; an answer of a revoked unit too', async () => {
    const unit = await handUnit('market')
    const request = await asked(unit, 'market')
    await unit.send(unit.next([statementLine('market')], answering(request)))
    await new Promise((resolve) => setTimeout(resolve, 5))
    await rig.db.as(undefined, (tx) => renewKeys(tx, 'market', 0, rig.deps))
    const kind = async () => (await rig.db.as(undefined, (tx) => loadAnswers(tx, { campaign: 'hand', batch }, rig.deps)))[0]?.kind
    expect(await kind()).toBe('statement')
    await rig.db.as(undefined, (tx) => revokeNode(tx, 'market', rig.deps))
    expect(await kind()).toBe('statement')
  })

  test('a revoked unit is out: it hears nothing, says nothing, is asked nothing', async () => {
    const unit = await handUnit('education')
    const request = await asked(unit, 'education')
    await rig.db.as(undefined, (tx) => revokeNode(tx, 'education', rig.deps))
    // the server still remembers its keys
    expect((await unit.poll()).code).toBe('unknown_neighbour')
    await expect(unit.send(unit.seal(['{}'], answering(request)))).rejects.toThrow('unknown_neighbour')
    await rig.restartServer()
    expect((await unit.poll()).code).toBe('unknown_sender')
    await expect(unit.send(unit.seal(['{}'], answering(request)))).rejects.toThrow('unknown_sender')
    await expect(asked(unit, 'education')).rejects.toThrow('已吊销')
  })

  test('what a unit may not be asked for a purpose is refused before it is sealed, and the sentence says what', async () => {
    const unit = await handUnit('civil_affairs')
    const lookup = { kind: 'lookup', campaign: 'right', batch: 1, round: 1, basis, lookup: 'deaths' } as const
    const ask = (purpose: string) => rig.ask([{ unit: 'civil_affairs', head: lookup, lines: [] }], { purpose })
    await expect(ask('好奇')).rejects.toThrow('不得为“好奇”向民政查询“是否死亡”')
    expect((await unit.poll()).messages).toEqual([])
    await ask(grounds.purpose)
    const { messages } = await unit.poll()
    expect(messages).toHaveLength(1)
    await rig.db.as(undefined, (tx) => setRights(tx, 'civil_affairs', [{ item: 'own', purpose: '抽查' }]))
    await expect(rig.ask([{ unit: 'civil_affairs', head: { ...lookup, round: 2 }, lines: [] }])).rejects.toThrow('未授予')
  })

  test('a unit that is not enrolled cannot be asked, and the message says so', async () => {
    const head = { kind: 'prepare', campaign: 'x', batch: 1, round: 0, basis } as const
    await expect(rig.ask([{ unit: 'utilities', head, lines: [] }])).rejects.toThrow('尚未登记前置机')
  })
})

test('whoever sees less than a district sees nothing of the exchange, and nobody changes a message or a receipt', async () => {
  const village = { lo: '629901001001', hi: '629901001002', actor: 'test' }
  expect(await rig.db.rolledBack(village, unitStates)).toEqual([])
  const district = { lo: '629901', hi: '629902', actor: 'test' }
  expect(await rig.db.rolledBack(district, unitStates)).not.toEqual([])
  const doing = (text: string) => rig.db.rolledBack(undefined, (tx) => tx.execute(text))
  await expect(doing(`update exchange_message set hash = 'x'`)).rejects.toThrow('不得更改')
  await expect(doing('delete from exchange_message')).rejects.toThrow('permission denied')
  await expect(doing('update exchange_receipt set last_seq = 9')).rejects.toThrow('permission denied')
  await expect(doing(`update exchange_parked set bytes = ''`)).rejects.toThrow('permission denied')
})

test('asking many units takes as few statements as asking one', async () => {
  await rig.enrol('housing', everything)
  await rig.enrol('agriculture', everything)
  const count = async (names: readonly UnitName[], number: number): Promise<number> => {
    const before = rig.db.pool.statements.count
    await rig.ask(
      names.map((unit) => ({ unit, head: { kind: 'prepare', campaign: 'n', batch: number, round: 0, basis }, lines: [] })),
    )
    return rig.db.pool.statements.count - before
  }
  expect(await count(['housing'], 1)).toBe(await count(['housing', 'agriculture'], 2))
})

test('keys of another suite than the link has are refused', async () => {
  const unit = await handUnit('securities')
  const other = new HandNode((await rig.enrol('insurance', everything, { suite: 'GM1' })).config, () => rig.url)
  const { id: mixed } = new HandNode({ ...unit.id, keys: other.id.keys, centreKeys: other.id.centreKeys }, () => rig.url)
  const foreign = new HandNode(mixed, () => rig.url)
  await expect(foreign.send(foreign.seal(['{}']))).rejects.toThrow('suite')
  const ends = [ownKeys(unit.id.keys), peerKeys(unit.id.centreKeys)] as const
  const honest = sealMessage(unit.draft(), encodeLines(['{}'], 'ED1'), ...ends)
  expect((await unit.send(honest)).receipts).toHaveLength(1)
})

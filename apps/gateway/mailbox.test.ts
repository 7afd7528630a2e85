import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Draft,
  encodeLines,
  generateNodeKeys,
  ownKeys,
  peerKeys,
  publicHalf,
  type Sealed,
  sealMessage,
  uuidV7,
} from '#exchange/wire'
import { newLogKey } from './log-seal.ts'
import { type LogEntry, Mailbox } from './mailbox.ts'

let dir = ''
let mailbox: Mailbox
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-mailbox-'))
  mailbox = new Mailbox(dir)
})
afterEach(() => {
  mailbox.close()
  rmSync(dir, { recursive: true, force: true })
})

const keys = generateNodeKeys('ED1')
const own = ownKeys(keys)
const peer = peerKeys(publicHalf(keys))

function message(seq: number, change: Partial<Draft> = {}): Sealed {
  const draft = {
    type: 'request' as const,
    id: uuidV7(seq),
    seq,
    prev: '',
    from: 'a',
    to: 'b',
    created: '2026-09-30T00:00:00.000Z',
    expires: null,
    corr: null,
    idem: '0'.repeat(64),
    auth: '',
    caseNo: '',
    lane: 'batch' as const,
    purpose: '',
    legalBasis: '',
    operator: '',
    ...change,
  }
  return sealMessage(draft, encodeLines(['{}'], 'ED1'), own, peer)
}

const entry: LogEntry = {
  at: '2026-09-30T00:00:00.000Z',
  event: 'answer',
  message: 'm',
  from: 'a',
  purpose: 'p',
  legalBasis: 'l',
  operator: 'o',
  subject: 's',
  persons: '',
  note: '',
}

describe('the inbox', () => {
  test('knows a repeat from other content under the same id', () => {
    const first = message(1)
    expect(mailbox.store(first.header, first.body)).toBe('new')
    expect(mailbox.store(first.header, first.body)).toBe('repeated')
    expect(mailbox.store(message(1, { id: first.header.id, purpose: 'x' }).header, first.body)).toBe('other_content')
    expect(mailbox.store(message(1).header, first.body)).toBe('other_content')
    expect(mailbox.received()).toEqual({ seq: 1, head: first.hash })
  })
  test('gives open requests in order, and drops the body of a settled one', () => {
    const [first, second] = [message(1), message(2)]
    for (const each of [first, second]) mailbox.store(each.header, each.body)
    expect(mailbox.nextOpen(5).map((each) => each.header.seq)).toEqual([1, 2])
    mailbox.settle(first.header.id, 'answered')
    expect(mailbox.nextOpen(5).map((each) => each.header.seq)).toEqual([2])
    expect(mailbox.openCount()).toBe(1)
  })
})

describe('the outbox', () => {
  test('gives what has no receipt, byte for byte, and again when the centre lost it', () => {
    const [first, second] = [message(1, { type: 'answer' }), message(2, { type: 'answer' })]
    mailbox.post(first)
    mailbox.post(second)
    expect(mailbox.nextUnsent()).toEqual({ header: first.header, body: first.body })
    mailbox.receipt(first.header.id)
    expect(mailbox.nextUnsent()?.header.seq).toBe(2)
    mailbox.resendAfter(0)
    expect(mailbox.nextUnsent()).toEqual({ header: first.header, body: first.body })
    mailbox.resendAfter(2)
    expect(mailbox.nextUnsent()).toBeUndefined()
  })
  test('a repeated request makes its stored answer go out again', () => {
    const request = message(1)
    mailbox.store(request.header, request.body)
    const answer = message(1, { type: 'answer', corr: request.header.id, id: uuidV7(9) })
    mailbox.post(answer)
    mailbox.receipt(answer.header.id)
    mailbox.store(request.header, request.body)
    expect(mailbox.nextUnsent()).toEqual({ header: answer.header, body: answer.body })
  })
  test('has one answer per request', () => {
    const request = message(1)
    mailbox.post(message(1, { type: 'answer', corr: request.header.id, id: uuidV7(8) }))
    expect(() => mailbox.post(message(2, { type: 'answer', corr: request.header.id, id: uuidV7(9) }))).toThrow('UNIQUE')
  })
})

describe('the log', () => {
  test('is a chain: it cannot be changed in place, and a change from outside shows', () => {
    mailbox.log(entry)
    mailbox.log({ ...entry, note: 'two' })
    expect(mailbox.readLog()).toMatchObject({ intact: true, entries: [{ note: '' }, { note: 'two' }] })
    mailbox.close()
    const db = new DatabaseSync(join(dir, 'mailbox.db'))
    expect(() => db.exec(`update log set entry = '{}' where seq = 1`)).toThrow('append-only')
    db.exec(`drop trigger log_fixed; update log set entry = replace(entry, '"o"', '"x"') where seq = 1`)
    db.close()
    mailbox = new Mailbox(dir)
    expect(mailbox.readLog().intact).toBe(false)
  })
  test('names persons only to whoever holds the key of this gateway', () => {
    mailbox.log({ ...entry, persons: '11010519491231002X H 1 SQ1' })
    expect(mailbox.readLog().entries[0]?.persons).toBe('11010519491231002X H 1 SQ1')
    mailbox.close()
    const db = new DatabaseSync(join(dir, 'mailbox.db'))
    expect(String(db.prepare('select entry from log').get()?.entry)).not.toContain('11010519491231002X')
    db.exec(`update meta set value = '${newLogKey()}' where key = 'log_key'`)
    db.close()
    mailbox = new Mailbox(dir)
    expect(() => mailbox.readLog()).toThrow()
  })
})

test('one process alone holds a mailbox', () => {
  expect(() => new Mailbox(dir, 50)).toThrow('正被另一个前置机进程使用')
})

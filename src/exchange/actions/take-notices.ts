/** Notices that came in: each change is kept once, in the transaction that stores its message, and told as an event. */
import { z } from 'zod'
import { today } from '#platform/clock'
import type { Sql, Tx } from '#platform/db'
import { emitAll } from '#platform/events'
import { type Notice, readNotices, recordNames } from '#sources/contract'
import { EnvelopeFault, Header, openMessage, writeFrame } from '#wire'
import { centreKeys, type ExchangeDeps } from '../node.ts'
import type { StoredMessage } from '../store/outbox.ts'
import type { NewParked } from '../store/parked.ts'
import { findIncoming, insertNotices, listNoticesOf, type NewNotice, type NoticeRow } from '../store/subscriptions.ts'

declare module '#platform/events' {
  interface EventPayloads {
    /** A member unit noticed changes of persons it watches; they stand with the message. */
    'exchange.noticed': { readonly unit: string; readonly messageId: string }
  }
}

type NoticeMessage = Pick<StoredMessage, 'unit' | 'header' | 'body'>

function read({ header, body }: Omit<NoticeMessage, 'unit'>, deps: Pick<ExchangeDeps, 'keys'>): Notice[] {
  return readNotices(openMessage(header, body, centreKeys(deps, header.suite)))
}

function rowsOf(message: NoticeMessage, deps: ExchangeDeps): NewNotice[] {
  const { unit, header } = message
  return read(message, deps).map((notice, i) => {
    const { row: _row, ...rest } = notice
    return { ...rest, unit, messageId: header.id, line: i + 1, bit: 1 << recordNames.indexOf(notice.record) }
  })
}

/** Keeps the changes of stored messages; what cannot be opened or read is parked. Two statements at most. */
export async function takeNotices(
  tx: Tx,
  stored: readonly NoticeMessage[],
  parked: NewParked[],
  at: string,
  deps: ExchangeDeps,
): Promise<void> {
  const messages = stored.filter(({ header }) => header.type === 'notice')
  if (messages.length === 0) return
  const notices = messages.flatMap((message) => {
    try {
      return rowsOf(message, deps)
    } catch (error) {
      const isUnusable = [EnvelopeFault, z.ZodError, SyntaxError, RangeError].some((each) => error instanceof each)
      if (!isUnusable) throw error
      const { header } = message
      const reason = '变动提示报文无法打开或格式未知'
      parked.push({ sender: header.from, via: null, request: null, fault: 'malformed', reason, bytes: writeFrame(message) })
      return []
    }
  })
  if (notices.length === 0) return
  const kept = new Set(await insertNotices(tx, notices, today(deps.clock), at))
  const news = messages.filter(({ header }) => kept.has(header.id)).map(({ unit, header }) => ({ unit, messageId: header.id }))
  await emitAll(tx, 'exchange.noticed', news)
}

/** A change with what the unit's row says. */
export type LoadedNotice = NoticeRow & Pick<Notice, 'row'>

/** The changes of a message that were kept, opened. Two statements. */
export async function loadNotices(
  sql: Sql,
  { unit, messageId }: { unit: string; messageId: string },
  deps: Pick<ExchangeDeps, 'keys'>,
): Promise<LoadedNotice[]> {
  const [rows, message] = await Promise.all([listNoticesOf(sql, unit, messageId), findIncoming(sql, unit, messageId)])
  if (message === undefined || rows.length === 0) return []
  const said = read({ header: Header.parse(JSON.parse(message.header)), body: message.body }, deps)
  return rows.map((row) => ({ ...row, row: said[row.line - 1]?.row ?? null }))
}

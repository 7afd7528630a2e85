/** SQL of the receipts that nodes gave for what went out to them. */

import type { Sql } from '#platform/db'
import type { Lane } from '#wire'

/** A receipt of one message, with the lane its channel is. */
export interface ReceiptRow {
  lane: Lane
  id: string
  seq: number
  hash: string
}

/**
 * Keeps the signed frame with the numbers it is for, lane by lane. Nothing is kept, and false given, when a receipt fits no
 * message sent or one before it is missing. One statement.
 */
export async function writeReceipts(
  sql: Sql,
  unit: string,
  receipts: readonly ReceiptRow[],
  frame: Uint8Array,
  at: string,
): Promise<boolean> {
  const { fits } = await sql.one<{ fits: boolean }>(
    `with r as (
       select * from unnest($2::text[], $3::uuid[], $4::bigint[], $5::text[]) as t(lane, id, seq, hash)
     ), reached as (
       select r.lane, min(r.seq) as first, max(r.seq) as last, count(distinct r.seq) as given,
              coalesce((select max(k.last_seq) from exchange_receipt k where k.unit = $1 and k.lane = r.lane), 0) as kept
         from r group by r.lane
     ), verdict as (
       select (select bool_and(first <= kept + 1 and last - first + 1 = given) from reached)
          and (select count(*) from r cross join lateral (
                 select id, hash from exchange_message where unit = $1 and lane = r.lane and direction = 'out' and seq = r.seq limit 1) m
                where m.id = r.id and m.hash = r.hash)
              = (select count(*) from r) as fits
     ), written as (
       insert into exchange_receipt (unit, lane, first_seq, last_seq, frame, at)
       select $1, lane, greatest(first, kept + 1), last, $6, $7::timestamptz from reached, verdict where fits and last > kept
       on conflict do nothing
     )
     select fits from verdict`,
    [
      unit,
      receipts.map((each) => each.lane),
      receipts.map((each) => each.id),
      receipts.map((each) => each.seq),
      receipts.map((each) => each.hash),
      frame,
      at,
    ],
  )
  return fits
}

/** Marks what a far node has stored: it was never handed out to it directly. */
export async function markDelivered(sql: Sql, unit: string, receipts: readonly ReceiptRow[], at: string): Promise<void> {
  await sql.execute(
    `update exchange_message set delivered_at = $3 where unit = $1 and direction = 'out' and id = any($2::uuid[]) and delivered_at is null`,
    [unit, receipts.map((each) => each.id), at],
  )
}

/** The signed frame that proves that a node has stored a message; undefined while it has not said so. */
export function findReceiptFrame(
  sql: Sql,
  unit: string,
  lane: Lane,
  seq: number,
): Promise<{ frame: Buffer; at: string } | undefined> {
  return sql.maybe(
    `select frame, at from exchange_receipt where unit = $1 and lane = $2 and first_seq <= $3 and last_seq >= $3`,
    [unit, lane, seq],
  )
}

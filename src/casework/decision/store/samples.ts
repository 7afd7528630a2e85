/** SQL of the draws of households to visit before approval. */

import { nameOf } from '#platform/actor-name'
import type { Tx } from '#platform/db'

export interface DrawRow {
  draw_id: string
  seed: string
  method: string
  division_code: string
  share: string
  cases: string[]
  drawn: string[]
  by_name: string
  at: string
}

export interface WaitingCase {
  case_no: string
  pack_hash: string
  pack_on: string
  pack_id: string
}

/** Cases of an area that lie at approval and took part in no draw, held until the transaction ends. */
export function listUndrawn(tx: Tx, lo: string, hi: string): Promise<WaitingCase[]> {
  return tx.query<WaitingCase>(
    `select c.case_no, c.pack_hash, c.pack_on, c.pack_id
     from case_step s join casefile c on c.case_no = s.case_no
     where s.step = 'approval' and s.state = 'open' and s.division_code >= $1 and s.division_code < $2 and c.result is null
       and not exists (select from sample_draw d where d.cases @> array[c.case_no])
     order by c.case_no for update of c`,
    [lo, hi],
  )
}

/** Whether a case took part in a draw. */
export async function tookPart(tx: Tx, caseNo: string): Promise<boolean> {
  const { there } = await tx.one<{ there: boolean }>(
    'select exists (select from sample_draw where cases @> array[$1::text]) as there',
    [caseNo],
  )
  return there
}

/** Keeps a draw and marks the cases drawn. Two statements. */
export async function saveDraw(tx: Tx, draw: Omit<DrawRow, 'by_name'> & { by_user: string }): Promise<void> {
  await tx.execute(
    `insert into sample_draw (draw_id, division_code, seed, method, cases, drawn, share, by_user, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [draw.draw_id, draw.division_code, draw.seed, draw.method, draw.cases, draw.drawn, draw.share, draw.by_user, draw.at],
  )
  await tx.execute('update casefile set sampled = true where case_no = any($1)', [draw.drawn])
}

export function listDraws(tx: Tx, limit: number): Promise<DrawRow[]> {
  return tx.query<DrawRow>(
    `select d.draw_id, d.seed, d.method, d.division_code, d.share, d.cases, d.drawn, ${nameOf('u.display_name', 'd.by_user')} as by_name, d.at
     from sample_draw d left join app_user u on u.user_id = d.by_user order by d.at desc limit $1`,
    [limit],
  )
}

/** How many cases at approval took part in no draw yet. */
export async function countUndrawn(tx: Tx): Promise<number> {
  const { n } = await tx.one<{ n: number }>(
    `select count(*)::int as n from case_step s join casefile c on c.case_no = s.case_no
     where s.step = 'approval' and s.state = 'open' and c.result is null
       and not exists (select from sample_draw d where d.cases @> array[c.case_no])`,
  )
  return n
}

/** What faults may leave behind: questions asked or answered twice in effect, questions and answers lost. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Db } from '#platform/db'
import { units } from '#sources/contract'

/** Counts by what was found; all zero when nothing went wrong. */
export type Faults = Record<string, number>

/** Number of requests by unit, batch, round and kind. */
export type Asked = ReadonlyMap<string, number>

async function numberOf(owner: Db, text: string, values: unknown[]): Promise<number> {
  const { rows } = await owner.pool.query<{ n: string | number | null }>(text, values)
  return Number(rows[0]?.n ?? 0)
}

/** What a campaign asked. */
export async function askedBy(owner: Db, campaignId: string): Promise<Asked> {
  const { rows } = await owner.pool.query<{ place: string; n: number }>(
    `select concat_ws('|', unit, batch, round, kind) as place, count(*)::int as n from exchange_message
     where campaign = $1 and type = 'request' group by 1`,
    [campaignId],
  )
  return new Map(rows.map((row) => [row.place, row.n]))
}

function surplus(asked: Asked, calm: Asked): number {
  let more = 0
  for (const [place, n] of asked) more += Math.max(0, n - (calm.get(place) ?? 0))
  return more
}

/** In the centre, asked or answered twice: held against a campaign that nothing disturbed. */
export async function doubledInCentre(owner: Db, campaignId: string, calm: Asked): Promise<Faults> {
  const of = (text: string): Promise<number> => numberOf(owner, text, [campaignId])
  return {
    same_question: await of(
      `select count(*) - count(distinct (unit, idem)) as n from exchange_message where campaign = $1 and type = 'request'`,
    ),
    more_than_calm: surplus(await askedBy(owner, campaignId), calm),
    answers: await of(
      `select count(*) - count(distinct (unit, corr)) as n from exchange_message
       where campaign = $1 and direction = 'in' and type <> 'correction'`,
    ),
    journal: await of(
      `select count(*) - count(distinct detail ->> 'batch') as n from journal
       where chain = 'campaign:' || $1 and action = 'verification.query'`,
    ),
    reports: await of('select count(*) - count(distinct household_no) as n from report where campaign_id = $1'),
  }
}

/** In the centre, lost: questions never asked or never answered, households without a report, gaps in the channels. */
export async function lostInCentre(owner: Db, campaignId: string, calm: Asked): Promise<Faults> {
  const of = (text: string): Promise<number> => numberOf(owner, text, [campaignId])
  return {
    unanswered: await of(
      `select count(*) as n from exchange_message m where campaign = $1 and type = 'request' and not exists
         (select 1 from exchange_message a where a.unit = m.unit and a.direction = 'in' and a.corr = m.id)`,
    ),
    less_than_calm: surplus(calm, await askedBy(owner, campaignId)),
    reports: await of(
      `select count(*) as n from commission c where campaign_id = $1 and not exists
         (select 1 from report r where r.campaign_id = c.campaign_id and r.household_no = c.household_no and r.version = c.version)`,
    ),
    channel_gaps: await numberOf(
      owner,
      'select sum(last - n) as n from (select max(seq) as last, count(*) as n from exchange_message group by unit, lane, direction) c',
      [],
    ),
  }
}

function gatewayFaults(file: string): { doubled: number; lost: number } {
  const store = new DatabaseSync(file, { readOnly: true })
  const n = (text: string): number => Number(store.prepare(text).get()?.n ?? 0)
  try {
    return {
      doubled:
        n(`select count(*) - count(distinct sender || json_extract(header, '$.idem')) as n from inbox where type = 'request'`) +
        n(`select count(*) - count(distinct corr) as n from outbox where corr is not null and type <> 'correction'`) +
        n(`select count(*) - count(distinct json_extract(entry, '$.message')) as n from log
           where json_extract(entry, '$.event') in (select distinct type from outbox where corr is not null)`),
      lost: n(`select count(*) as n from inbox where type = 'request' and state = 'open'`),
    }
  } finally {
    store.close()
  }
}

/** In the gateways' own stores (they must have stopped): answered twice, never answered. */
export function gatewaysFaults(plantDir: string): { doubled: number; lost: number } {
  const found = units.map(({ name }) => gatewayFaults(join(plantDir, 'gateways', name, 'ledger.db')))
  return {
    doubled: found.reduce((sum, each) => sum + each.doubled, 0),
    lost: found.reduce((sum, each) => sum + each.lost, 0),
  }
}

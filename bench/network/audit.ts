/** What faults may leave behind, read from the books of every node once all is quiet. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { loadAnswers, parkedMessages } from '#exchange'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { canonicalJson, digestHex, type Json } from '#wire'
import { campaign } from './load.ts'
import { asked, type Network } from './plant.ts'

/** Counts by what was found; all zero when nothing went wrong. */
export interface Audit {
  items: number
  lost: Record<string, number>
  doubled: Record<string, number>
  out_of_order: Record<string, number>
  parked: Record<string, number>
}

function inside<T>(network: Network, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(network.installation.workerDb, wholeScope('system:bench'), work)
}

const nOf = async (tx: Tx, text: string): Promise<number> => Number((await tx.one<{ n: number }>(text)).n)

/** Answers held against the first answer to the same chunk: as many items, and the same said of each. */
async function compareAnswers(
  network: Network,
  batches: number,
  chunks: number,
): Promise<{ items: number; missing: number; different: number }> {
  const answers = await inside(network, (tx) => loadAnswers(tx, { campaign }, network.installation))
  const first = new Map<string, string>()
  let items = 0
  let different = 0
  for (const answer of answers) {
    if (answer.kind !== 'records') continue
    items += answer.subjects.length + answer.none.length
    const said = JSON.stringify([answer.subjects, answer.none])
    const key = `${answer.unit} ${answer.batch % chunks}`
    if (said !== (first.get(key) ?? said)) different += 1
    first.set(key, said)
  }
  const usable = answers.filter((answer) => answer.kind === 'records').length
  return { items, missing: batches * asked.length - usable, different }
}

interface Channel {
  chan: string
  seq: number
  header: string
}

/** Messages whose number does not follow, or that do not name the hash of the one before. */
function disorder(rows: readonly Channel[]): number {
  const last = new Map<string, { seq: number; hash: string }>()
  let wrong = 0
  for (const row of rows) {
    const header = JSON.parse(row.header) as { suite: 'ED1' | 'GM1'; prev: string }
    const before = last.get(row.chan) ?? { seq: 0, hash: '' }
    if (Number(row.seq) !== before.seq + 1 || header.prev !== before.hash) wrong += 1
    last.set(row.chan, { seq: Number(row.seq), hash: digestHex(header.suite, canonicalJson(header as unknown as Json)) })
  }
  return wrong
}

/** The books of a gateway or relay: order of arrival, order of sending, answers per request, what was parked. */
function auditNode(stateDir: string) {
  const db = new DatabaseSync(join(stateDir, 'ledger.db'), { readOnly: true })
  try {
    const rows = (text: string) => db.prepare(text).all() as unknown as Channel[]
    const n = (text: string) => Number(db.prepare(text).get()?.n ?? 0)
    return {
      arrival: disorder(rows('select chan, seq, header from inbox order by n')),
      sending: disorder(rows('select chan, seq, header from outbox order by chan, seq')),
      answers: n(
        `select count(*) - count(distinct corr) as n from outbox where corr is not null and type in ('answer', 'refused', 'statement')`,
      ),
      logged: n(`select count(*) - count(distinct entry ->> '$.message') as n from log where entry ->> '$.event' = 'answer'`),
      unreceipted: n('select count(*) as n from outbox where receipt is null'),
      parked: n('select count(*) as n from parked'),
    }
  } finally {
    db.close()
  }
}

/** Reads the books of all nodes; the processes are stopped, the database runs. */
export async function auditNetwork(network: Network, batches: number, chunks: number): Promise<Audit> {
  const answers = await compareAnswers(network, batches, chunks)
  const books = Object.entries(network.stateDirs).map(([name, dir]) => [name, auditNode(dir)] as const)
  const of = (key: keyof ReturnType<typeof auditNode>) =>
    Object.fromEntries(books.map(([name, book]) => [`${key}_${name}`, book[key]]))
  return inside(network, async (tx) => {
    const rows = await tx.query<Channel>(
      `select unit || direction || lane as chan, seq, header from exchange_message order by unit, direction, lane, seq`,
    )
    return {
      items: answers.items,
      lost: {
        unanswered: await nOf(
          tx,
          `select count(*)::int as n from exchange_message where type = 'request' and answered_at is null`,
        ),
        answers_missing: answers.missing,
        answers_different: answers.different,
        ...of('unreceipted'),
      },
      doubled: {
        questions: await nOf(
          tx,
          `select (count(*) - count(distinct (unit, idem)))::int as n from exchange_message where type = 'request'`,
        ),
        answers: await nOf(
          tx,
          `select (count(*) - count(distinct (unit, corr)))::int as n from exchange_message where direction = 'in' and type = 'answer'`,
        ),
        ...of('answers'),
        ...of('logged'),
      },
      out_of_order: { centre: disorder(rows), ...of('arrival'), ...of('sending') },
      parked: { centre: (await parkedMessages(tx)).length, ...of('parked') },
    }
  })
}

/**
 * A member unit as floor and peers ask it: a small HTTP service of its own process over the unit's prepared store. No check of an
 * authorisation, no log, no names compared.
 *
 * GET /<number> answers about one person, from all tables, by prepared, indexed queries: the peers' way; neither signed nor sealed.
 * POST / takes one sealed and signed question of a batch, keeps it, answers with one sealed and signed answer, kept too: the floor.
 *
 * Arguments: the plan as JSON. Writes its port to standard output.
 */
import { createServer } from 'node:http'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ownKeys, peerKeys } from '#wire'
import type { NodeKeyTexts, PeerKeyTexts } from '#wire/contract'
import { closedMessage, openedMessage } from './sealed-message.ts'

/** What the process is given. */
export interface UnitPlan {
  /** the store that the unit's gateway prepared */
  store: string
  /** where questions and answers are kept */
  kept: string
  keys: NodeKeyTexts
  centre: PeerKeyTexts
}

const plan = JSON.parse(process.argv[2] ?? '') as UnitPlan
const own = ownKeys(plan.keys)
const centre = peerKeys(plan.centre)
const db = new DatabaseSync(plan.store, { readOnly: true })
db.exec('pragma mmap_size = 1073741824')
/** A record type the unit did not answer has none. */
const tables = db.prepare(`select name from sqlite_master where type = 'table' and name like 'rows\\_%' escape '\\'`).all()
const single: StatementSync[] = tables.map(({ name }) => db.prepare(`select cells from ${String(name)} where id = ?`))
const together: StatementSync[] = tables.map(({ name }) =>
  db.prepare(`select id, cells from ${String(name)} where id in (select value from json_each(?))`),
)

const kept = new DatabaseSync(plan.kept)
kept.exec(`pragma journal_mode = wal; pragma synchronous = full;
  create table message (seq integer primary key, question blob not null, answer blob not null)`)
const keep = kept.prepare('insert into message (question, answer) values (?, ?)')

function answerBatch(question: Buffer): Buffer {
  const { bound, plain } = openedMessage(question, own, centre)
  const ids = plain.toString('utf8')
  const lines = together.flatMap((statement) => statement.all(ids).map(({ id, cells }) => `${String(id)}${String(cells)}`))
  const answer = closedMessage(Buffer.from(lines.join('\n')), `answer ${bound}`, own, centre)
  keep.run(question, answer)
  return answer
}

const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    response.end(answerBatch(Buffer.concat(parts)))
    return
  }
  const id = (request.url ?? '').slice(1)
  const rows = single.flatMap((statement) => statement.all(id))
  response.setHeader('content-type', 'application/json')
  response.end(`[${rows.map((row) => String(row.cells)).join(',')}]`)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`)
})

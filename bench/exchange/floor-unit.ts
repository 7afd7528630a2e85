/**
 * The unit of the floor: takes the messages of a call over mutual TLS and stores them, one commit a call; where it echoes it stores an
 * answer as long to each and gives them back. No signature, no seal, no order, no log. The messages of a call are all as long.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import type { TlsTexts } from '#wire/server'

/** What the process reads from the file it is given. */
export interface FloorPlan {
  tls: TlsTexts
  file: string
  echoes: boolean
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as FloorPlan
const db = new DatabaseSync(plan.file)
db.exec(`pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;
  create table inbox (seq integer primary key, body blob not null); create table outbox (seq integer primary key, body blob not null)`)
const received = db.prepare('insert into inbox (body) values (?)')
const answered = db.prepare('insert into outbox (body) values (?)')

function store(call: Buffer, messages: number): void {
  const size = call.length / messages
  db.exec('begin immediate')
  for (let i = 0; i < messages; i++) {
    const body = call.subarray(i * size, (i + 1) * size)
    received.run(body)
    if (plan.echoes) answered.run(body)
  }
  db.exec('commit')
}

const server = createServer({ ...plan.tls, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const call = Buffer.concat(parts)
  store(call, Number(request.headers['x-messages'] ?? 1))
  const reply = plan.echoes ? call : Buffer.from('kept')
  response.writeHead(200, { 'content-length': reply.length })
  response.end(reply)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('SIGTERM', () => process.exit(0))

/** The unit of the floor: takes a body over mutual TLS, stores it, stores an answer as long, and gives it back. No signature. */

import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import type { TlsTexts } from '#exchange/line'

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as { tls: TlsTexts; file: string }
const db = new DatabaseSync(plan.file)
db.exec(`pragma journal_mode = wal; pragma synchronous = full;
  create table inbox (seq integer primary key, body blob not null); create table outbox (seq integer primary key, body blob not null)`)
const received = db.prepare('insert into inbox (body) values (?)')
const answered = db.prepare('insert into outbox (body) values (?)')

const server = createServer({ ...plan.tls, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts)
  db.exec('begin immediate')
  received.run(body)
  answered.run(body)
  db.exec('commit')
  response.writeHead(200, { 'content-length': body.length })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('SIGTERM', () => process.exit(0))

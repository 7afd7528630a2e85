/**
 * A member unit as the peers ask it: a small HTTP service of its own process that answers one question about one person
 * with one prepared, indexed query in the unit's store. No signature, no encryption, no check of an authorisation.
 *
 * Arguments: the unit's prepared store. Writes its port to standard output. GET /<table>?<number> → rows as JSON.
 */
import { createServer } from 'node:http'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

const [path = ''] = process.argv.slice(2)
const db = new DatabaseSync(path, { readOnly: true })
db.exec('pragma mmap_size = 1073741824')
/** By table; a record type the unit did not answer has none. */
const statements = new Map<string, StatementSync>()
for (const { name } of db
  .prepare(`select name from sqlite_master where type = 'table' and name like 'rows\\_%' escape '\\'`)
  .all()) {
  statements.set(String(name), db.prepare(`select cells from ${String(name)} where id = ?`))
}

const server = createServer((request, response) => {
  const [table = '', id = ''] = (request.url ?? '').slice(1).split('?')
  const rows = statements.get(table)?.all(id) ?? []
  response.setHeader('content-type', 'application/json')
  response.end(`[${rows.map((row) => String(row.cells)).join(',')}]`)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`)
})

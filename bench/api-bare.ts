/**
 * The bare server of `yingbao bench api`, a process of its own: Node's own HTTP server that replays recorded SQL by plain pg
 * prepared statements, the same statements in the same transactions and round trips, journal included, and sends the bytes of the
 * answer that was recorded. No framework, no session, no permission, no checked input, no decryption, no view, nothing written as JSON.
 * Arguments: connection string, file of recordings.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import type { Recording, Statement, Waves } from './api-record.ts'

/** What the bare server replays. */
export interface BareFile {
  scope: { lo: string; hi: string; actor: string }
  operations: Record<string, Recording[]>
}

const [url = '', file = ''] = process.argv.slice(2)
const connections = 16
const { scope, operations } = JSON.parse(readFileSync(file, 'utf8')) as BareFile

function live(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(live)
  if (typeof value === 'object' && value !== null && 'base64' in value) return Buffer.from(String(value.base64), 'base64')
  return value
}

for (const recordings of Object.values(operations)) {
  for (const { transaction, reads } of recordings) {
    for (const statement of [...transaction, ...reads].flat()) statement.values = statement.values.map(live)
  }
}

/** pg sends statements without waiting for the answers before them when told so; its types do not know it. */
type Client = pg.PoolClient & { pipeline: boolean }

const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig

function openPool(more: string): pg.Pool {
  const options = `-c timezone=UTC${more}`
  return new pg.Pool({ connectionString: url, max: connections, options, types: asText })
}

const writing = openPool('')
const reading = openPool(
  ` -c default_transaction_read_only=on -c app.scope_lo=${scope.lo} -c app.scope_hi=${scope.hi} -c app.actor=${scope.actor}`,
)

async function replay(pool: pg.Pool, waves: Waves): Promise<void> {
  const client = (await pool.connect()) as Client
  client.pipeline = true
  try {
    for (const wave of waves) await Promise.all(wave.map((statement: Statement) => client.query(statement)))
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.pipeline = false
    client.release()
  }
}

interface Entry {
  values: unknown[][]
  done(): void
  failed(error: unknown): void
}

/** Entries of reads of the same moment share one statement and one commit, as in the product. */
class Ledger {
  #waiting: Entry[] = []
  #busy = false

  append(values: unknown[][], text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ values, done: resolve, failed: reject })
      if (this.#busy) return
      this.#busy = true
      setImmediate(() => this.#flush(text))
    })
  }

  async #flush(text: string): Promise<void> {
    for (let group = this.#waiting; group.length > 0; group = this.#waiting) {
      this.#waiting = []
      const columns = group[0]?.values.map((_, i) => group.flatMap((entry) => entry.values[i]))
      const opening = `begin; select set_config('app.scope_lo', '0', true), set_config('app.scope_hi', ':', true), set_config('app.actor', 'system:journal', true)`
      const wave = [
        { text: opening, values: [] },
        { name: 'journal', text, values: columns ?? [] },
        { text: 'commit', values: [] },
      ]
      await replay(writing, [wave]).then(
        () => group.forEach(({ done }) => void done()),
        (error: unknown) => group.forEach(({ failed }) => void failed(error)),
      )
    }
    this.#busy = false
  }
}

const ledger = new Ledger()

async function answer({ transaction, reads, journal, journalText, reply }: Recording): Promise<string> {
  if (reads.length > 0) await replay(reading, reads)
  if (transaction.length > 0) await replay(writing, transaction)
  if (journal !== null) await ledger.append(journal, journalText)
  return reply
}

const server = createServer(async (request, response) => {
  const [, , operation = '', place = ''] = (request.url ?? '').split('/')
  try {
    for await (const _part of request);
    const recording = operations[operation]?.[Number(place)]
    if (recording === undefined) throw new Error('no such recording')
    const reply = Buffer.from(await answer(recording))
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': reply.length })
    response.end(reply)
  } catch (error) {
    process.stderr.write(`${String(error)}\n`)
    response.writeHead(500, { 'content-length': 0 })
    response.end()
  }
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`))
process.once('SIGTERM', () => process.exit(0))

/** The people of an office who bring ledgers in: one uploads, answers and commits, another confirms. Every step is an action or a job of the product. */
import { setImmediate as turn } from 'node:timers/promises'
import { openSessions } from '#identity'
import { CsvParser } from '#kernel/csv'
import { isProblem } from '#kernel/problem'
import type { Action, Actor } from '#platform/action'
import { wholeScope, withTransaction } from '#platform/db'
import type { Job } from '#platform/job'
import type { Queue } from '#platform/queue'
import { packageFiles } from '#registry'
import type { ImportDetail } from '#registry/contract'
import { type Runtime, runAction, runJob } from '#runner'
import { actionsOf } from '../../apps/server/actions.ts'
import type { KeyTable } from '../../synth/ledgers/index.ts'

type Cells = Readonly<Record<string, string>>

/** A queue whose jobs are done as soon as they are asked for. */
class Desk implements Queue {
  readonly #waiting: { job: Job<never>; input: unknown }[] = []

  async send<I extends object>(job: Job<I>, input: I): Promise<void> {
    this.#waiting.push({ job: job as unknown as Job<never>, input })
  }

  retry = async (): Promise<void> => undefined
  work = async (): Promise<void> => undefined
  stop = async (): Promise<void> => undefined

  async doAll(runtime: Runtime): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await runJob(runtime, next.job, next.input, new AbortController().signal)
      await turn()
    }
  }
}

function person(account: string, role: string): Actor {
  return { userId: `bench-${account}`, account, name: account, role, divisionCode: '629901000000', unitCode: null }
}

const centre = person('centre', 'verification_centre')
const second = person('second', 'district_approver')

/** What was told of a row of the workbook. */
export interface Told {
  readonly sheet: string
  readonly row: number
  readonly file: string
  readonly column: string
  readonly code: string
  readonly severity: 'error' | 'warn'
}

interface CallParts {
  readonly params?: object
  readonly query?: object
  readonly body?: object
  readonly upload?: object
}

export class LedgerOffice {
  readonly #runtime: Runtime
  readonly #desk = new Desk()
  readonly #actions: ReadonlyMap<string, Action>

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    const sessions = openSessions(runtime.db, runtime.keys, runtime.clock)
    const actions = actionsOf({ runtime, sessions, queue: this.#desk, packId: 'reference' })
    this.#actions = new Map(actions.map((action) => [action.name, action]))
  }

  async #call<O>(actor: Actor, name: string, parts: CallParts): Promise<O> {
    const action = this.#actions.get(name)
    if (action === undefined) throw new Error(`no action ${name}`)
    return (await runAction(this.#runtime, action, { actor, input: { params: {}, query: {}, body: undefined, ...parts } })) as O
  }

  /** Uploads a file and has it read; gives the run. */
  async upload(name: string, bytes: AsyncIterable<Uint8Array>, asOf: string): Promise<ImportDetail> {
    const upload = { stream: bytes, mediaType: 'application/octet-stream' }
    const { sha256 } = await this.#call<{ sha256: string }>(centre, 'registry.upload-file', { query: { name }, upload })
    const body = { files: [{ path: name, sha256 }], asOf }
    return this.#settled((await this.#call<{ importId: string }>(centre, 'registry.start-import', { body })).importId)
  }

  async #settled(importId: string): Promise<ImportDetail> {
    await this.#desk.doAll(this.#runtime)
    return this.#call<ImportDetail>(centre, 'registry.read-import', { params: { importId } })
  }

  async answer(importId: string, answers: object): Promise<ImportDetail> {
    await this.#call(centre, 'registry.answer-import', { params: { importId }, body: { answers } })
    return this.#settled(importId)
  }

  /** Commits, and lets the second person confirm where one is needed. Gives the run, or why it was refused. */
  async commit(importId: string): Promise<ImportDetail> {
    await this.#call(centre, 'registry.commit-import', { params: { importId }, body: {} })
    const run = await this.#settled(importId)
    if (run.state !== 'confirming') return run
    await this.#call(second, 'registry.confirm-import', {
      params: { importId },
      body: { accept: true, reason: '已与台账核对一致' },
    })
    return this.#settled(importId)
  }

  async drop(importId: string): Promise<void> {
    await this.#call(centre, 'registry.drop-import', { params: { importId }, body: {} }).catch((error: unknown) => {
      if (!isProblem(error)) throw error
    })
  }

  /** What an import told of its rows. */
  told(importId: string): Promise<Told[]> {
    return withTransaction(this.#runtime.workerDb, wholeScope('bench'), (tx) =>
      tx.query<Told>(
        `select coalesce(place_sheet, '') as sheet, coalesce(place_row, row) as row, file, column_name as "column", code, severity
         from import_issue where import_id = $1`,
        [importId],
      ),
    )
  }

  /** Tables of the register as a package would have them. */
  register(tables: readonly KeyTable[]): Promise<ReadonlyMap<string, Cells[]>> {
    const { db, keys } = this.#runtime
    return withTransaction(db, wholeScope('bench'), async (tx) => {
      const found = new Map<string, Cells[]>()
      for await (const { name, chunks } of packageFiles(tx, keys, '2026-09-30')) {
        const table = name.replace('.csv', '')
        if (tables.some((each) => each === table)) found.set(table, await rowsOf(chunks))
        else for await (const _ of chunks);
      }
      return found
    })
  }
}

async function rowsOf(chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>): Promise<Cells[]> {
  const parser = new CsvParser()
  const records = []
  for await (const chunk of chunks) records.push(...parser.push(Buffer.from(chunk)))
  records.push(...parser.end())
  const [header, ...rows] = records
  return rows.map(({ fields }) => Object.fromEntries((header?.fields ?? []).map((name, at) => [name, fields[at] ?? ''])))
}

/**
 * Writes down the SQL an action really sends: statements, values, connections, and which of them travelled together.
 * What is written down is replayed by the bare routes of bench/api-bare.ts.
 */
import pg from 'pg'

/** A statement as it was sent; bytes as base64. */
export interface Statement {
  name?: string
  text: string
  values: (unknown | { base64: string })[]
}

/** Statements of one connection, in groups that travelled together. */
export type Waves = Statement[][]

/** The SQL of one call. */
export interface Recording {
  /** under a transaction, begin and commit included */
  transaction: Waves
  /** reads under a scope kept by the connection, without a transaction */
  reads: Waves
  /** values of the journal's insert that reads share with others of the same moment: one array of one value each */
  journal: unknown[][] | null
  journalText: string
  /** the answer as the product sends it */
  reply: string
}

interface Sent extends Statement {
  client: object
  wave: number
}

type Query = (this: object, config: unknown, ...rest: unknown[]) => unknown

function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return { base64: value.toString('base64') }
  return Array.isArray(value) ? value.map(plain) : value
}

function wavesOf(sent: readonly Sent[]): Waves {
  const waves = new Map<number, Statement[]>()
  for (const { wave, name, text, values } of sent) {
    const statement = name === undefined ? { text, values } : { name, text, values }
    waves.set(wave, [...(waves.get(wave) ?? []), statement])
  }
  return [...waves.values()]
}

function isBegin({ text }: Statement): boolean {
  return text.startsWith('begin')
}

/** A connection may serve one transaction after another within a call: each is a group of its own. */
function transactionsOf(sent: readonly Sent[]): Sent[][] {
  const groups: Sent[][] = []
  for (const each of sent) {
    const last = groups.at(-1)
    if (last === undefined || isBegin(each)) groups.push([each])
    else last.push(each)
  }
  return groups
}

/** Listens to every connection of this process. */
export class SqlRecorder {
  readonly #original = pg.Client.prototype.query as unknown as Query
  #sent: Sent[] = []
  #outstanding = 0
  #wave = 0
  #listening = false
  #undo = false

  constructor() {
    const take = (client: object, config: unknown): unknown => this.#take(client, config)
    const settled = (): void => {
      this.#outstanding -= 1
    }
    const original = this.#original
    const listening: Query = function (config, ...rest) {
      const result = original.call(this, take(this, config), ...rest)
      if (result instanceof Promise) result.then(settled, settled)
      return result
    }
    pg.Client.prototype.query = listening as unknown as typeof pg.Client.prototype.query
  }

  #take(client: object, config: unknown): unknown {
    if (this.#outstanding === 0) this.#wave += 1
    this.#outstanding += 1
    if (!this.#listening) return config
    const query = (typeof config === 'string' ? { text: config } : config) as { name?: string; text: string; values?: unknown[] }
    const { name, text, values = [] } = query
    this.#sent.push({ client, wave: this.#wave, text, values: values.map(plain), ...(name === undefined ? {} : { name }) })
    return this.#undo && text === 'commit' ? 'rollback' : config
  }

  /** Records what one call sends. With `undo` its transaction is rolled back at the end and its failure ignored. */
  async record(call: () => Promise<unknown>, undo = false): Promise<Recording> {
    this.#sent = []
    this.#listening = true
    this.#undo = undo
    let answer: unknown = null
    try {
      answer = await call()
    } catch (error) {
      if (!undo) throw error
    } finally {
      this.#listening = false
      this.#undo = false
    }
    return this.#recording(JSON.stringify(answer) ?? 'null')
  }

  #recording(reply: string): Recording {
    const groups = [...Map.groupBy(this.#sent, (each) => each.client).values()].flatMap(transactionsOf)
    const recording: Recording = { transaction: [], reads: [], journal: null, journalText: '', reply }
    for (const group of groups) {
      const journal = group.find(({ text }) => text.includes('insert into journal'))
      if (journal !== undefined && group.some((each) => isBegin(each) && each.text.includes('system:journal'))) {
        recording.journal = journal.values as unknown[][]
        recording.journalText = journal.text
      } else if (group.some(isBegin)) recording.transaction.push(...wavesOf(group))
      else recording.reads.push(...wavesOf(group.filter(({ name }) => name !== 'use_scope')))
    }
    return recording
  }

  /** Stops listening for good. */
  stop(): void {
    pg.Client.prototype.query = this.#original as unknown as typeof pg.Client.prototype.query
  }
}

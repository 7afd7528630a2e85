/** Statements of a gateway or relay: given once a day and when asked, got and compared with its own books. Nothing is repaired. */
import { z } from 'zod'
import {
  compareStand,
  EnvelopeFault,
  encodeLines,
  type Frame,
  isReconciliation,
  type LogLine,
  mirrored,
  openByAge,
  ReconciliationHead,
  writeFrame,
} from '#wire'
import type { LogEntry } from './ledger/log-entry.ts'
import type { SqliteLedger } from './ledger/sqlite-ledger.ts'

/** Entries of the log told in one statement; the next one goes on. */
const LOG_LINES = 50_000

/** The statements of one ledger. */
export class Reconciling {
  readonly #ledger: SqliteLedger

  constructor(ledger: SqliteLedger) {
    this.#ledger = ledger
  }

  /** Gives statements to the nodes that had none for a day. */
  sendDue(nodes: readonly string[]): void {
    const { statements, clock } = this.#ledger
    for (const node of nodes) {
      this.#ledger.transaction(() => {
        if (statements.isDue(node, clock.nowMs(), clock)) this.#send(node)
      })
    }
  }

  /** The part of the log since the last statement to a node; ids and hashes of messages only where they are its own. */
  #logPart(node: string, after: number, before: string): { part: ReconciliationHead['log']; lines: LogLine[] } {
    const { log } = this.#ledger
    const rows = log.rows(after, LOG_LINES)
    const lines = rows.map(({ n, entry, entryHash }): LogLine => {
      const { from, to, message, replyHash } = JSON.parse(entry) as LogEntry
      const isTheirs = from === node || to === node
      return [n, entryHash, isTheirs ? message : '', isTheirs ? replyHash : '']
    })
    const last = rows.at(-1)
    return { part: { suite: log.suite, after, before, n: last?.n ?? after, head: last?.hash ?? before }, lines }
  }

  /** Writes a statement to a node into the outbox; within a transaction. */
  #send(node: string): void {
    const { statements, clock } = this.#ledger
    const given = statements.last(node, 'out')
    const at = this.#ledger.now()
    const { part, lines } = this.#logPart(node, given?.said.log?.n ?? 0, given?.said.log?.head ?? '')
    const open = statements.listOpen(node).map((received) => clock.msOf(received))
    const said: ReconciliationHead = {
      kind: 'reconciliation',
      from: given?.at ?? null,
      to: at,
      channels: statements.stands(node),
      open: openByAge(open, clock.nowMs(), (ms) => clock.iso(ms)),
      parked: statements.countParked(node),
      found: statements.last(node, 'in')?.differences.length ?? 0,
      log: part,
      anchor: null,
      journal: statements.last(node, 'in')?.said.journal ?? null,
      asks: false,
    }
    const content = { type: 'statement', purpose: '对账', operator: this.#ledger.nodeId } as const
    const texts = [JSON.stringify(said), ...lines.map((line) => JSON.stringify(line))]
    this.#ledger.post(node, 'single', content, (suite) => encodeLines(texts, suite))
    statements.keep({ node, direction: 'out', at, said, differences: [] })
  }

  /** Compares a statement that came in, and gives one back when asked; within the transaction that stores it. */
  take(frame: Frame, received: string): void {
    const { header } = frame
    const said = this.#read(frame)
    if (said === null) return
    const { statements } = this.#ledger
    const differences = said.channels.flatMap((theirs) =>
      compareStand(statements.own(header.from, theirs.lane, mirrored(theirs.direction), theirs.seq), theirs),
    )
    statements.keep({ node: header.from, direction: 'in', at: received, said, differences })
    const note = differences.map((each) => each.message).join('；')
    this.#ledger.note('reconciliation', header, { code: differences.length === 0 ? 'reconciled' : 'differs', note })
    if (differences.length > 0) {
      const message = `与 ${header.from} 对账不符：${note}`
      this.#ledger.parkNow({ from: header.from, code: 'difference', message, bytes: writeFrame(frame) }, header)
    }
    if (said.asks) this.#send(header.from)
  }

  /** The head of a statement that reconciles; null for any other. What cannot be used is parked: its channel goes on. */
  #read(frame: Frame): ReconciliationHead | null {
    const { header } = frame
    try {
      const head: unknown = JSON.parse(this.#ledger.open(frame)[0] ?? 'null')
      if (isReconciliation(head)) return ReconciliationHead.parse(head)
      this.#ledger.note('received', header, { bytesIn: frame.body.length })
      return null
    } catch (error) {
      const isUnusable = error instanceof EnvelopeFault || error instanceof z.ZodError || error instanceof SyntaxError
      if (!isUnusable) throw error
      const code = error instanceof EnvelopeFault ? error.fault : 'malformed'
      this.#ledger.parkNow({ from: header.from, code, message: '对账报文无法打开或格式未知', bytes: writeFrame(frame) }, header)
      return null
    }
  }
}

/** The ledger of a whole district in an installation with its own processes: how long it is read, checked and compared, and what memory that takes. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ImportDetail } from '#registry/contract'
import type { Installation } from '../../apps/run/installation.ts'
import { roleCommand } from '../../apps/run/roles.ts'
import { type Supervised, supervise } from '../../apps/run/supervised.ts'
import { monotonicMs } from '../../src/platform/clock.ts'
import { freePort } from '../../src/platform/free-port.ts'
import type { LedgerRun } from '../../synth/ledgers/index.ts'
import { signIn, untilAnswers } from '../export.bench.ts'
import { familyOf, peakIfThere, peakOf } from '../processes.ts'
import { answerQuestions } from './answer-questions.ts'
import { requireChecked } from './require-checked.ts'

const LOOK_MS = 100

type Ask = Awaited<ReturnType<typeof signIn>>

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return new Uint8Array(Buffer.concat(all))
}

/** Largest memory of a process and of the largest of its children, while it is looked at; throws when it has ended. */
class Memory {
  own = 0
  child = 0
  readonly #pid: number

  constructor(pid: number) {
    this.#pid = pid
  }

  look(): void {
    this.own = Math.max(this.own, peakOf(this.#pid))
    for (const each of familyOf(this.#pid)) {
      if (each !== this.#pid) this.child = Math.max(this.child, peakIfThere(each) ?? 0)
    }
  }

  /** The largest of the children; throws when none was seen. */
  seenChild(): number {
    if (this.child === 0) throw new Error('the process that reads was never seen')
    return this.child
  }
}

async function settled(ask: Ask, importId: string, memory: Memory): Promise<ImportDetail> {
  for (;;) {
    memory.look()
    const run = (await (await ask('GET', `/api/imports/${importId}`)).json()) as ImportDetail
    if (!['uploaded', 'checking', 'applying'].includes(run.state)) return run
    await wait(LOOK_MS)
  }
}

async function upload(ask: Ask, name: string, bytes: Uint8Array<ArrayBuffer>, asOf: string): Promise<string> {
  const stored = await ask('POST', `/api/imports/files?name=${encodeURIComponent(name)}`, undefined, bytes)
  const { sha256 } = (await stored.json()) as { sha256: string }
  const run = await ask('POST', '/api/imports', { files: [{ path: name, sha256 }], asOf })
  return ((await run.json()) as { importId: string }).importId
}

function pidOf({ pid }: Supervised): number {
  if (pid === undefined) throw new Error('the worker did not start')
  return pid
}

/** Reads the ledger, answers, and has it read, checked and compared; throws when it was not. */
export async function readDistrict(installation: Installation, dir: string, { ledgers }: LedgerRun): Promise<object> {
  const [ledger] = ledgers
  if (ledger === undefined) throw new Error('no ledger')
  const bytes = await bytesOf(ledger.bytes())
  const port = await freePort()
  const env = { YINGBAO_DATA_DIR: dir, YINGBAO_KEYS_FILE: join(dir, 'keys.json'), YINGBAO_LOG: 'error', PORT: String(port) }
  const server = supervise(roleCommand('server', installation.urls, env))
  const worker = supervise(roleCommand('jobs', installation.urls, env))
  try {
    const url = `http://127.0.0.1:${port}`
    await untilAnswers(url)
    const ask = await signIn(url, installation)
    const memory = new Memory(pidOf(worker))
    const importId = await upload(ask, ledger.name, bytes, ledger.key.asOf)
    const begun = monotonicMs()
    let run = await settled(ask, importId, memory)
    const readSeconds = (monotonicMs() - begun) / 1000
    const { answers, decisions, unknown } =
      run.reading === null ? { answers: {}, decisions: 0, unknown: [] } : answerQuestions(run.reading, ledger.key.answers)
    const answered = monotonicMs()
    if (run.state === 'asking') {
      await ask('POST', `/api/imports/${importId}/answers`, { answers })
      run = await settled(ask, importId, memory)
    }
    requireChecked(run, unknown)
    return {
      state: run.state,
      rows: run.rows,
      changed: run.changed,
      file_mb: Number((bytes.length / 2 ** 20).toFixed(1)),
      decisions,
      first_read_seconds: Number(readSeconds.toFixed(1)),
      seconds: Number(((monotonicMs() - answered) / 1000).toFixed(1)),
      reader_mb: Math.round(memory.seenChild()),
      worker_mb: Math.round(memory.own),
    }
  } finally {
    await Promise.all([server.stop(), worker.stop()])
  }
}

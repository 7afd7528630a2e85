import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CsvFault, type CsvFaultKind } from '#kernel/csv'
import { Problem, type ProblemDetails } from '#kernel/problem'

/**
 * A process of its own for work on what comes from outside. It is asked one question after another; whoever waits too long for an answer, or
 * whose process takes too much memory, ends it. It gets no environment, so none of the installation's secrets.
 */

/** What a process may use. */
export interface Confinement {
  /** The program; it calls `serve`. */
  readonly program: URL
  /** Memory of the whole process, in bytes. */
  readonly mostBytes: number
  /** Of that, what JavaScript may hold, in MiB. */
  readonly heapMb: number
  /** Longest wait for one answer. */
  readonly answerMs: number
  /** Longest wait for all answers together: what the asking side does between them is not counted. */
  readonly totalMs: number
  /** `files`: reads files, writes none, loads no native code, starts nothing. `native`: native code, and no network. */
  readonly rights: 'files' | 'native'
}

/** Why a process ended before it answered. */
export type EndReason = 'time' | 'memory' | 'failed'

/** A process ended before it answered. */
export class ConfinedEnd extends Error {
  override readonly name = 'ConfinedEnd'
  readonly reason: EndReason
  constructor(reason: EndReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** What a process answers. */
export type Answer =
  | { readonly value: unknown }
  | { readonly problem: { code: string; message: string; status: number; details: ProblemDetails } }
  | { readonly csvFault: { fault: CsvFaultKind; row: number } }
  | { readonly failure: string }

/** The watch inside the process ends it by this signal when it takes too much memory. */
export const MEMORY_SIGNAL = 'SIGUSR2'

/** No proxy listens here: what looks for a way out by these variables finds none. */
const nowhere = 'http://127.0.0.1:9'
const noWayOut = {
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  ALL_PROXY: nowhere,
  http_proxy: nowhere,
  https_proxy: nowhere,
  all_proxy: nowhere,
}

/** Node's own model of rights: it holds for JavaScript, and native code would be outside it. */
const root = fileURLToPath(new URL('../../', import.meta.url))
/** The program's own files; not what an installation keeps beside them. */
const readable = ['src', 'node_modules', 'package.json'].map((path) => `--allow-fs-read=${root}${path}`)
const rightsOf = { files: ['--permission', ...readable, '--allow-worker'], native: [] }

function start({ program, heapMb, mostBytes, rights }: Confinement): ChildProcess {
  return fork(program, [String(mostBytes), rights], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${heapMb}`, '--disable-warning=ExperimentalWarning', ...rightsOf[rights]],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: noWayOut,
  })
}

/** V8 ends a process whose JavaScript holds too much by itself. */
function reasonOf(signal: NodeJS.Signals | null): EndReason {
  return signal === MEMORY_SIGNAL || signal === 'SIGABRT' ? 'memory' : 'failed'
}

function saidBy(answer: Answer): unknown {
  if ('value' in answer) return answer.value
  if ('csvFault' in answer) throw new CsvFault(answer.csvFault.fault, answer.csvFault.row)
  if ('failure' in answer) throw new ConfinedEnd('failed', answer.failure)
  const { code, message, status, details } = answer.problem
  throw new Problem(code, message, { status, details })
}

/** One process. Ask one question at a time; `close` ends it. */
export class Confined {
  readonly #child: ChildProcess
  readonly #limits: Confinement
  #leftMs: number
  #ended: ConfinedEnd | undefined
  #settle: ((answer: Answer | ConfinedEnd) => void) | undefined

  constructor(limits: Confinement) {
    this.#limits = limits
    this.#leftMs = limits.totalMs
    this.#child = start(limits)
    this.#child.on('message', (answer) => this.#settle?.(answer as Answer))
    this.#child.on('error', (error) => this.#end(new ConfinedEnd('failed', error.message)))
    this.#child.on('exit', (code, signal) => this.#end(new ConfinedEnd(reasonOf(signal), `ended with ${signal ?? code}`)))
    this.idle()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isOver(): boolean {
    return this.#ended !== undefined
  }

  /** Does not keep the asking process alive while nobody waits for an answer. */
  idle(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }

  #end(end: ConfinedEnd): void {
    this.#ended ??= end
    this.#child.kill('SIGKILL')
    this.#settle?.(this.#ended)
  }

  /** Throws what the program throws as a Problem, ConfinedEnd when the process ended or was ended. */
  async ask<T>(question: unknown): Promise<T> {
    if (this.#ended !== undefined) throw this.#ended
    const begun = performance.now()
    const wait = Math.min(this.#limits.answerMs, this.#leftMs)
    this.#child.ref()
    this.#child.channel?.ref()
    const timer = setTimeout(() => this.#end(new ConfinedEnd('time', `no answer within ${wait} ms`)), wait)
    const answer = await new Promise<Answer | ConfinedEnd>((resolve) => {
      this.#settle = resolve
      this.#child.send(question as object, (error) => {
        if (error !== null) this.#end(new ConfinedEnd('failed', error.message))
      })
    })
    clearTimeout(timer)
    this.#settle = undefined
    this.idle()
    this.#leftMs -= performance.now() - begun
    if (answer instanceof ConfinedEnd) throw answer
    return saidBy(answer) as T
  }

  close(): void {
    this.#end(new ConfinedEnd('failed', 'closed'))
  }
}

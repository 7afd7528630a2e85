import { Problem } from '#kernel/problem'
import { Confined, ConfinedEnd, type Confinement } from '#sandbox'
import type { PrintAnswer, PrintJob } from './print-process.ts'

/** Papers are laid out in processes of their own: two at most for the templates of the program, one for those that people wrote, one for each trial. */

const MB = 2 ** 20

/** Measured: a printing process takes 150 to 250 MB; a paper of 93 rows takes 9 MB while it is laid out. */
const confinement = {
  program: new URL('./print-process.ts', import.meta.url),
  mostBytes: 1024 * MB,
  heapMb: 384,
  totalMs: Number.POSITIVE_INFINITY,
  rights: 'native',
} as const

function ended({ reason }: ConfinedEnd, longestMs: number): Problem {
  const said = {
    time: `文书 ${longestMs / 1000} 秒没有排完，已停止。请检查模板中的循环`,
    memory: `文书排版所需的内存超过 ${confinement.mostBytes / MB} MB，已停止。请检查模板中的循环，或减少一次打印的份数`,
    failed: '文书排版进程意外退出，请重试',
  }[reason]
  return new Problem('documents.not-printed', said, { status: 422 })
}

/** What the compiler says, in as few of its words as there are. */
function problemOf(problem: string, failing: string): Problem {
  if (/download package|package not found/.test(problem)) {
    const said = '模板引用了外部程序包，系统不联网，不能使用；只可引用 form.typ 和 paper.typ，请改正后重试'
    return new Problem('documents.template-refused', said, { status: 422 })
  }
  const words = [...problem.matchAll(/"message":("(?:[^"\\]|\\.)*")/g)].map(([, word]) => JSON.parse(word ?? '""') as string)
  const said = words.length > 0 ? [...new Set(words)].join('；') : problem
  return new Problem('documents.not-printed', `${failing}，请检查模板。排版程序报告：${said}`, { status: 422 })
}

async function printBy(process: Confined, job: PrintJob, longestMs: number, failing: string): Promise<Buffer> {
  try {
    const answer = await process.ask<PrintAnswer>(job)
    if ('problem' in answer) throw problemOf(answer.problem, failing)
    return Buffer.from(answer.pdf.buffer, answer.pdf.byteOffset, answer.pdf.byteLength)
  } catch (error) {
    throw error instanceof ConfinedEnd ? ended(error, longestMs) : error
  }
}

/** A kept process that prints one paper after the other; one that was ended is started again for the next paper. */
export class Printer {
  readonly #limits: Confinement
  #process: Confined | undefined
  #last: Promise<unknown> = Promise.resolve()
  #round = 0
  #waiting = 0

  constructor(longestMs: number) {
    this.#limits = { ...confinement, answerMs: longestMs }
  }

  /** Papers that are being printed or wait. */
  get waiting(): number {
    return this.#waiting
  }

  /** Throws Problem `documents.not-printed`, `documents.template-refused`. */
  print(job: PrintJob): Promise<Buffer> {
    const round = this.#round
    this.#waiting += 1
    const stopped = new Problem('documents.not-printed', '打印已停止')
    const mine = this.#last.then(async () => {
      if (round !== this.#round) throw stopped
      if (this.#process === undefined || this.#process.isOver) this.#process = new Confined(this.#limits)
      try {
        return await printBy(this.#process, job, this.#limits.answerMs, '文书排版失败')
      } catch (error) {
        throw round === this.#round ? error : stopped
      }
    })
    this.#last = mine
      .catch(() => undefined)
      .finally(() => {
        this.#waiting -= 1
      })
    return mine
  }

  /** Ends the process; papers that wait or are being printed fail. */
  stop(): void {
    this.#round++
    this.#process?.close()
  }
}

/** Several of them: a paper goes to the one with the least to do, so that a second process starts when the first is busy. */
export class Printers {
  readonly #printers: readonly [Printer, ...Printer[]]

  constructor(longestMs: number, processes: number) {
    this.#printers = [new Printer(longestMs), ...Array.from({ length: processes - 1 }, () => new Printer(longestMs))]
  }

  /** Throws Problem `documents.not-printed`, `documents.template-refused`. */
  print(job: PrintJob): Promise<Buffer> {
    return this.#printers.reduce((least, each) => (each.waiting < least.waiting ? each : least)).print(job)
  }

  stop(): void {
    for (const printer of this.#printers) printer.stop()
  }
}

/** Prints one paper on trial in a process that ends with it. */
export async function printOnce(job: PrintJob, longestMs: number): Promise<Buffer> {
  const process = new Confined({ ...confinement, answerMs: longestMs })
  try {
    return await printBy(process, job, longestMs, '模板排不出样张')
  } finally {
    process.close()
  }
}

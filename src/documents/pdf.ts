import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Problem } from '#kernel/problem'
import type { PrintedDocuments, TemplateName } from './contract.ts'
import { fontFiles } from './fonts.ts'
import type { PrintAnswer, PrintJob, PrintSettings } from './pdf-worker.ts'
import { printView } from './print.ts'

type Waiting = { resolve: (pdf: Buffer) => void; reject: (error: Error) => void }

let worker: Worker | undefined
let nextId = 1
const waiting = new Map<number, Waiting>()

function settle(answer: PrintAnswer): void {
  const job = waiting.get(answer.id)
  waiting.delete(answer.id)
  if (waiting.size === 0) worker?.unref()
  if (job === undefined) return
  if ('pdf' in answer) job.resolve(Buffer.from(answer.pdf.buffer, answer.pdf.byteOffset, answer.pdf.byteLength))
  else job.reject(new Problem('documents.not-printed', `文书排版失败：${answer.problem}`))
}

/** Half a surrogate pair is no character; the template's JSON reader would refuse the whole paper. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value
}

/** All jobs still waiting fail; the next one starts a new thread. */
function giveUp(error: Error): void {
  worker = undefined
  for (const job of waiting.values()) job.reject(error)
  waiting.clear()
}

function runningWorker(): Worker {
  if (worker) return worker
  const workerData: PrintSettings = { templates: join(import.meta.dirname, 'templates'), fonts: fontFiles() }
  const started = new Worker(new URL('./pdf-worker.ts', import.meta.url), { workerData })
  started.on('message', settle)
  started.on('error', giveUp)
  started.on('exit', () => {
    if (worker === started) giveUp(new Problem('documents.not-printed', '文书排版线程意外退出，请重试'))
  })
  worker = started
  return started
}

/**
 * Prints a paper as tagged PDF/A-2b, in a thread of its own. The same document gives the same bytes: the creation date is the
 * paper's own date. Throws Problem `documents.not-printed` when the template does not compile.
 */
export function renderPdf<T extends TemplateName>(template: T, document: PrintedDocuments[T]): Promise<Buffer> {
  const { view, madeOn } = printView(template, document)
  const job: PrintJob = { id: nextId++, template, view: JSON.stringify(view, wellFormed), madeOn }
  return new Promise((resolve, reject) => {
    const thread = runningWorker()
    waiting.set(job.id, { resolve, reject })
    thread.ref()
    thread.postMessage(job)
  })
}

/** Ends the printing thread; papers still being printed fail. For tests and the graceful stop of a server. */
export async function stopPrinting(): Promise<void> {
  const running = worker
  giveUp(new Problem('documents.not-printed', '打印已停止'))
  await running?.terminate()
}

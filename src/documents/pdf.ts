import { Worker } from 'node:worker_threads'
import { Problem } from '#kernel/problem'
import { bindPdfs } from './bind-pdf.ts'
import type { FormDocuments, FormName, TemplateName } from './contract/index.ts'
import { fontFiles } from './fonts.ts'
import type { PrintAnswer, PrintJob, PrintSettings } from './pdf-worker.ts'
import { type Printable, printView } from './print.ts'
import { formsView, type PrintOptions, type PrintView } from './print-forms.ts'
import { checkTemplateText, districtText, templateFolder } from './templates.ts'

type Waiting = { resolve: (pdf: Buffer) => void; reject: (error: Error) => void }

const largestBatch = 2000
/** Measured: a notice of 93 rows takes 9 MB while it is laid out. */
const papersPerPart = 10

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
  const workerData: PrintSettings = { templates: templateFolder, fonts: fontFiles() }
  const started = new Worker(new URL('./pdf-worker.ts', import.meta.url), { workerData })
  started.on('message', settle)
  started.on('error', giveUp)
  started.on('exit', () => {
    if (worker === started) giveUp(new Problem('documents.not-printed', '文书排版线程意外退出，请重试'))
  })
  worker = started
  return started
}

function printed(
  template: TemplateName,
  { view, madeOn, images }: PrintView,
  source: string | undefined,
  tagged: boolean,
): Promise<Buffer> {
  const text = JSON.stringify(view, wellFormed)
  const job: PrintJob = { id: nextId++, template, view: text, madeOn, images, source: source ?? null, tagged }
  return new Promise((resolve, reject) => {
    const thread = runningWorker()
    waiting.set(job.id, { resolve, reject })
    thread.ref()
    thread.postMessage(job)
  })
}

/**
 * Prints a paper as tagged PDF/A-2b, in a thread of its own; `null` prints a form of casework blank. The same document gives the same
 * bytes: the creation date is the paper's own date. Throws Problem `documents.not-printed` when the template does not compile,
 * `documents.template-refused` when a district's template may not be used.
 */
export async function renderPdf<T extends TemplateName>(
  template: T,
  document: Printable<T>,
  options: PrintOptions = {},
): Promise<Buffer> {
  if (options.templateText !== undefined) checkTemplateText(options.templateText)
  return await printed(template, printView(template, document, options), options.templateText ?? districtText(template), true)
}

/**
 * Prints many papers of one form as one PDF, each beginning on a page 1 of its own. Laid out in parts of a few papers, one after the
 * other, so that memory does not grow with their number; without tags, for the printer. Throws like `renderPdf`, and
 * `documents.batch-size` for none or too many.
 */
export async function renderBatch<F extends FormName>(
  form: F,
  documents: readonly FormDocuments[F][],
  options: PrintOptions = {},
): Promise<Buffer> {
  if (documents.length < 1 || documents.length > largestBatch) {
    throw new Problem('documents.batch-size', `一次成册打印须为1至${largestBatch}份，现有${documents.length}份，请分册打印`)
  }
  if (options.templateText !== undefined) checkTemplateText(options.templateText)
  const parts: Buffer[] = []
  for (let from = 0; from < documents.length; from += papersPerPart) {
    const view = formsView(form, documents.slice(from, from + papersPerPart), { ...options, batch: true })
    parts.push(await printed(form, view, options.templateText ?? districtText(form), false))
  }
  return bindPdfs(parts)
}

/** Ends the printing thread; papers still being printed fail. For tests and the graceful stop of a server. */
export async function stopPrinting(): Promise<void> {
  const running = worker
  giveUp(new Problem('documents.not-printed', '打印已停止'))
  await running?.terminate()
}

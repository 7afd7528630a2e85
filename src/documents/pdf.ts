import { Problem } from '#kernel/problem'
import { bindPdfs } from './bind-pdf.ts'
import type { FormDocuments, FormName, TemplateName } from './contract/index.ts'
import { type Printable, printView } from './print.ts'
import { formsView, type PrintOptions, type PrintView } from './print-forms.ts'
import { Printer, Printers } from './printer.ts'
import { checkTemplateText, districtText } from './templates.ts'

const largestBatch = 2000
/** A part of a batch: measured, a notice of 93 rows, each of them different, takes 80 MB while it is laid out. */
const papersPerPart = 10
const rowsPerPart = 300

/**
 * A template of the district that never ends holds up papers by such templates only. Measured: ten reports take a second, 200 rows of a payment
 * list a few.
 */
const printers = { own: new Printers(120_000, 2), district: new Printer(60_000) }

/** Half a surrogate pair is no character; the template's JSON reader would refuse the whole paper. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value
}

function printed(
  template: TemplateName,
  { view, madeOn, images }: PrintView,
  source: string | undefined,
  tagged: boolean,
): Promise<Buffer> {
  const job = { template, view: JSON.stringify(view, wellFormed), madeOn, images, source: source ?? null, tagged }
  return printers[source === undefined ? 'own' : 'district'].print(job)
}

/**
 * Prints a paper as tagged PDF/A-2b, in a process of its own; `null` prints a form of casework blank. The same document gives the same
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

/** Rows of all lists of a paper. */
function rowsOf(document: object): number {
  return Object.values(document).reduce((sum: number, value: unknown) => sum + (Array.isArray(value) ? value.length : 0), 0)
}

/** Papers in parts that are laid out one at a time: few papers each, and fewer where their lists are long. */
function partsOf<D extends object>(documents: readonly D[]): D[][] {
  const parts: D[][] = []
  let rows = 0
  for (const document of documents) {
    const last = parts.at(-1)
    rows += rowsOf(document)
    if (last === undefined || last.length === papersPerPart || rows > rowsPerPart) {
      parts.push([document])
      rows = rowsOf(document)
    } else last.push(document)
  }
  return parts
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
  for (const papers of partsOf(documents)) {
    const view = formsView(form, papers, { ...options, batch: true })
    parts.push(await printed(form, view, options.templateText ?? districtText(form), false))
  }
  return bindPdfs(parts)
}

/** Ends the printing processes; papers still being printed fail. For tests and the graceful stop of a server. */
export async function stopPrinting(): Promise<void> {
  printers.own.stop()
  printers.district.stop()
}

/**
 * Process that compiles papers with Typst: CPU bound and synchronous, so it never runs where requests are answered. A template is a program that
 * a person wrote: it has no network here, and is ended when it goes on for too long.
 */
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { serve } from '#sandbox/serve'
import { fontFiles } from './fonts.ts'
import { lackingCharacters, withoutCharacters } from './rules/lacking-characters.ts'
import { templateFolder } from './templates.ts'

/**
 * `view` is the JSON text a template prints; `madeOn` (ms since 1970) is the creation date inside the PDF; `images` are shown by path;
 * `source` is a district's own text of the template.
 */
export type PrintJob = {
  template: string
  view: string
  madeOn: number
  images: { path: string; bytes: Uint8Array }[]
  source: string | null
  /** Tags for reading aloud; a batch goes to the printer and does without, which makes it a fraction of the size. */
  tagged: boolean
}
export type PrintAnswer = { pdf: Uint8Array } | { problem: string }

/**
 * Papers after which layouts are dropped that none of them used: most of a report is as in the one before. Measured: sixteen instead of eight
 * save an eighth of the CPU for 15 MB.
 */
const PAPERS_KEPT = 16
/** Bytes of memory from which everything is let go: a notice of 93 rows leaves 73 MB, and a process that passes 1024 MB is ended. */
const MUCH_KEPT = 400 * 1024 * 1024
let printed = 0

const compiler = NodeCompiler.create({ workspace: templateFolder, fontArgs: [{ fontPaths: fontFiles() }] })

function compile(job: PrintJob, view: string): Uint8Array {
  const main = job.source === null ? { mainFilePath: `${templateFolder}/${job.template}.typ` } : { mainFileContent: job.source }
  const document = compiler.compile({ ...main, inputs: { data: view } })
  if (document.result === null) throw new Error(JSON.stringify(document.takeDiagnostics()?.shortDiagnostics ?? 'no diagnostics'))
  return compiler.pdf(document.result, {
    pdfStandard: 'a-2b',
    pdfTags: job.tagged,
    creationTimestamp: Math.floor(job.madeOn / 1000),
  })
}

/** PDF/A refuses characters that no font has; they are printed as 〓 and named in a note, so that the paper can be printed at all. */
function print(job: PrintJob): Uint8Array {
  try {
    return compile(job, job.view)
  } catch (error) {
    const lacking = lackingCharacters(messageOf(error))
    if (lacking.length === 0) throw error
    return compile(job, withoutCharacters(job.view, lacking))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Parts of a batch are large and each is laid out once: of those nothing is kept, and nothing at all once there is much of it. */
function letGo(job: PrintJob): void {
  printed += 1
  if (!job.tagged || process.memoryUsage.rss() > MUCH_KEPT) compiler.evictCache(0)
  else if (printed % PAPERS_KEPT === 0) compiler.evictCache(1)
}

function answerTo(job: PrintJob): PrintAnswer {
  try {
    for (const { path, bytes } of job.images) compiler.mapShadow(`${templateFolder}/${path}`, Buffer.from(bytes))
    return { pdf: print(job) }
  } catch (error) {
    return { problem: messageOf(error) }
  } finally {
    for (const { path } of job.images) compiler.unmapShadow(`${templateFolder}/${path}`)
    letGo(job)
  }
}

serve((job) => answerTo(job as PrintJob))

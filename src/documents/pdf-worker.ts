/** Thread that compiles papers with Typst: CPU bound and synchronous, so it never runs on a thread that answers requests. */
import { parentPort, workerData } from 'node:worker_threads'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { lackingCharacters, withoutCharacters } from './rules/lacking-characters.ts'

/**
 * `view` is the JSON text a template prints; `madeOn` (ms since 1970) is the creation date inside the PDF; `images` are shown by path;
 * `source` is a district's own text of the template.
 */
export type PrintJob = {
  id: number
  template: string
  view: string
  madeOn: number
  images: { path: string; bytes: Uint8Array }[]
  source: string | null
  /** Tags for reading aloud; a batch goes to the printer and does without, which makes it a fraction of the size. */
  tagged: boolean
}
export type PrintAnswer = { id: number; pdf: Uint8Array } | { id: number; problem: string }
export type PrintSettings = { templates: string; fonts: string[] }

const settings = workerData as PrintSettings
const compiler = NodeCompiler.create({ workspace: settings.templates, fontArgs: [{ fontPaths: settings.fonts }] })

function compile(job: PrintJob, view: string): Uint8Array {
  const main =
    job.source === null ? { mainFilePath: `${settings.templates}/${job.template}.typ` } : { mainFileContent: job.source }
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

parentPort?.on('message', (job: PrintJob) => {
  let answer: PrintAnswer
  try {
    for (const { path, bytes } of job.images) compiler.mapShadow(`${settings.templates}/${path}`, Buffer.from(bytes))
    answer = { id: job.id, pdf: print(job) }
  } catch (error) {
    answer = { id: job.id, problem: messageOf(error) }
  }
  parentPort?.postMessage(answer)
  for (const { path } of job.images) compiler.unmapShadow(`${settings.templates}/${path}`)
  // Measured: keeping more than the last paper's layout saves no time and costs 200 MB after some hundred papers.
  compiler.evictCache(1)
})

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Problem } from '#kernel/problem'
import type { TemplateName } from './contract/index.ts'
import { fontFiles } from './fonts.ts'
import type { PrintAnswer, PrintJob, PrintSettings } from './pdf-worker.ts'
import { printView } from './print.ts'
import { sampleAuthorisation, sampleForms, sampleReport, sampleReturnNotice } from './samples/index.ts'
import { checkTemplateText, templateFolder } from './templates.ts'

/** Prints fictional papers by a template that is not in force, in a thread of its own: one that never ends holds nobody up. */

const LONGEST_MS = 30_000

/** True for the forms of casework, which are printed blank too. */
export function printsBlank(name: TemplateName): boolean {
  return Object.hasOwn(sampleForms, name)
}

function sampleView(name: TemplateName, text: string, blank: boolean) {
  const options = { templateText: text }
  if (name === 'verification-report') return printView(name, sampleReport, options)
  if (name === 'authorisation') return printView(name, sampleAuthorisation, options)
  if (name === 'return-notice') return printView(name, sampleReturnNotice, options)
  if (name === 'village-batch') {
    const about = { title: '全村核对报告', place: '甲子镇甲子村', campaignTitle: '样张', printedOn: sampleReport.signedOn }
    return printView(name, { ...about, reports: [sampleReport] }, options)
  }
  return printView(name, (blank ? null : sampleForms[name]) as never, options)
}

/** The fictional paper by a text. Throws `documents.template-refused` or `documents.not-printed` in the words of the compiler. */
export async function printSample(name: TemplateName, text: string, blank: boolean): Promise<Buffer> {
  checkTemplateText(text)
  const { view, madeOn, images } = sampleView(name, text, blank)
  const workerData: PrintSettings = { templates: templateFolder, fonts: fontFiles() }
  const thread = new Worker(new URL('./pdf-worker.ts', import.meta.url), { workerData })
  try {
    const job: PrintJob = { id: 1, template: name, view: JSON.stringify(view), madeOn, images, source: text, tagged: true }
    thread.postMessage(job)
    const [answer] = (await once(thread, 'message', { signal: AbortSignal.timeout(LONGEST_MS) })) as [PrintAnswer]
    if ('pdf' in answer) return Buffer.from(answer.pdf)
    throw new Problem('documents.not-printed', `模板排不出样张：${answer.problem}`, { status: 422 })
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') {
      throw new Problem('documents.not-printed', `样张 ${LONGEST_MS / 1000} 秒没有排完，请检查模板中的循环`, { status: 422 })
    }
    throw error
  } finally {
    await thread.terminate()
  }
}

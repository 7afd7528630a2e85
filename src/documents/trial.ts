import { Slots } from '#sandbox'
import type { TemplateName } from './contract/index.ts'
import { printView } from './print.ts'
import { printOnce } from './printer.ts'
import { sampleAuthorisation, sampleForms, sampleReport, sampleReturnNotice } from './samples/index.ts'
import { checkTemplateText } from './templates.ts'

/** Prints fictional papers by a template that is not in force, in a process of its own: one that never ends holds nobody up. */

const LONGEST_MS = 30_000
/** Trials at a time, and waiting: one person writes templates, another releases them. */
const trials = new Slots(2, 10)

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
  const done = await trials.take()
  try {
    return await printOnce({ template: name, view: JSON.stringify(view), madeOn, images, source: text, tagged: true }, LONGEST_MS)
  } finally {
    done()
  }
}

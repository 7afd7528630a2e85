/** The text of a paper as another program reads it, without white space. */
import { execFileSync } from 'node:child_process'

const reader = 'pdftotext'

/** Text of a PDF in its layout's order; throws where it is none. */
export function pdfText(pdf: Buffer): string {
  return execFileSync(reader, ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' }).replace(/\s/g, '')
}

/** Printing a paper of a case: numbered, filed with the case, and marked with the version of what it says. */
import { composeFilingQr, type FormDocuments, type FormName, type PaperFace, renderPdf, templateText } from '#documents'
import type { ActionContext, Download } from '#platform/action'
import { nowIso } from '#platform/clock'
import { sha256 } from '#platform/crypto'
import { remember } from '../../procedure/actions/case-note.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { filedForm } from '../rules/paper-forms.ts'
import { findPaperVersion, insertPapers, takePaperNumbers } from '../store/papers.ts'

/** What changes from printing to printing while the paper says the same of its case. */
const PASSING: ReadonlySet<string> = new Set(['paper', 'townshipSealImage', 'contact', 'issuedOn', 'filledOn', 'fromOn'])

function contentHash(context: ActionContext, document: object): string {
  const content = JSON.stringify(document, (key, value: unknown) => (PASSING.has(key) ? undefined : value))
  return context.keys.blindIndex('paper', sha256(content).toString('hex')).toString('hex')
}

/** The face of a paper before its version is known. */
export type Face = Pick<PaperFace, 'serialNo' | 'unit' | 'sealImage'>

function faceOf(face: Face, caseNo: string, form: FormName, version: number): PaperFace {
  const qrText = composeFilingQr({ caseNo, form, version, page: null }) ?? face.serialNo
  return { ...face, formVersion: String(version), qrText }
}

/**
 * Makes a paper of a case and files it. `build` gets the paper's number and gives what it says; a paper that says the same as the last
 * printing keeps its version, another one has the next, which its QR code carries.
 */
export async function preparePaper<F extends FormName>(
  context: ActionContext,
  file: CaseFile,
  form: F,
  build: (paperNo: string) => Promise<FormDocuments[F]>,
): Promise<FormDocuments[F]> {
  const { tx, actor, clock } = context
  const { case_no: caseNo, division_code: divisionCode } = file.row
  const filed = filedForm(form) ?? form
  const at = nowIso(clock)
  const numbers = await takePaperNumbers(tx, at, 1)
  const document = await build(numbers[0] ?? '')
  const hash = contentHash(context, document)
  const version = await findPaperVersion(tx, caseNo, filed, hash)
  const paper = { form: filed, subjectNo: null, signature: null, signedOn: null, sha256: null, fileName: null }
  await insertPapers(
    tx,
    { caseNo, divisionCode, by: actor.userId, at },
    [{ ...paper, templateHash: templateText(form).sha256, version, contentHash: hash }],
    numbers,
  )
  return { ...document, paper: faceOf(document.paper, caseNo, form, version) }
}

/** Prints a paper of a case as `preparePaper` makes it. */
export async function printForm<F extends FormName>(
  context: ActionContext,
  file: CaseFile,
  form: F,
  build: (paperNo: string) => Promise<FormDocuments[F]>,
  options: { largePrint?: boolean } = {},
): Promise<Download> {
  const document = await preparePaper(context, file, form, build)
  const body = await renderPdf(form, document as never, options)
  const reply: Download = { fileName: `${file.row.case_no}-${form}.pdf`, mediaType: 'application/pdf', body }
  await remember(context, reply, file)
  return reply
}

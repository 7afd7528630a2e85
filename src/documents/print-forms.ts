import { daysBetween } from '#kernel/dates'
import { isPicture } from '#kernel/file-type'
import { Problem } from '#kernel/problem'
import type { FormDocuments, FormName } from './contract/index.ts'
import { filingText } from './filing-address.ts'
import { qrSvg } from './qr.ts'
import { composeFilingQr, readFilingQr } from './rules/filing-qr.ts'
import { formData } from './rules/form-data.ts'
import { formView, type PlacedImage } from './rules/form-view.ts'
import { templateHash, templateText } from './templates.ts'

/** What a template gets, the pictures it shows, and the creation date of the paper (ms since 1970, UTC midnight). */
export type PrintView = { view: object; madeOn: number; images: PlacedImage[] }

/** `templateText` prints by a district's own text; `largePrint` is the edition with 16 pt body text; `onA3` is for a notice board: the same paper, larger in all. */
export type PrintOptions = { templateText?: string; largePrint?: boolean; onA3?: boolean }

/** Pages that get a code with their own number; a page beyond carries the code of the whole paper. */
const numberedPages = 8

/** The code of the whole paper, then those of its pages; only a filing code is numbered by page. */
function codes(qrText: string): string[] {
  const statement = readFilingQr(qrText)
  const pages = statement === null ? [] : Array.from({ length: numberedPages }, (_each, index) => index + 1)
  const texts = [qrText, ...pages.map((page) => (statement && composeFilingQr({ ...statement, page })) ?? qrText)]
  return texts.map((text) => qrSvg(statement === null ? text : filingText(text)))
}

function checkImages(images: readonly PlacedImage[]): void {
  if (images.some(({ bytes }) => !isPicture(bytes))) {
    throw new Problem('documents.not-an-image', '印章、签名或照片不是 PNG 或 JPEG 图片，请重新上传')
  }
}

/** Milliseconds since 1970 of a date's UTC midnight, by the civil calendar (no clock is read). */
export function instantOf(date: string): number {
  return daysBetween('1970-01-01', date) * 86_400_000
}

const ownDates = ['issuedOn', 'madeOn', 'postedOn', 'updatedOn', 'filledOn', 'heldOn', 'visitedOn', 'interviewedOn', 'assessedOn']

function paperDate(document: object): number {
  const dates = new Map(Object.entries(document))
  const date: unknown = ownDates.map((key) => dates.get(key)).find((each) => typeof each === 'string' && each !== '')
  return typeof date === 'string' ? instantOf(date) : 0
}

/** The view of one or many papers of one form; no document = one blank form. Throws when a document must not be printed. */
export function formsView<F extends FormName>(
  form: F,
  documents: readonly FormDocuments[F][],
  options: PrintOptions & { batch?: boolean },
): PrintView {
  const images: PlacedImage[] = []
  const views = documents.map((document) => ({
    ...formView(formData(form, document), images),
    qrs: codes(document.paper.qrText),
  }))
  checkImages(images)
  const hash = options.templateText === undefined ? templateText(form).sha256 : templateHash(options.templateText)
  const view = {
    form,
    template: hash.slice(0, 8),
    largePrint: options.largePrint === true,
    a3: options.onA3 === true,
    batch: options.batch === true,
    documents: views.length === 0 ? [{ blank: '是' }] : views,
  }
  const first = documents[0]
  return { view, images, madeOn: first === undefined ? 0 : paperDate(first) }
}

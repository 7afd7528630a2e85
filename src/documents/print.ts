import type {
  AuthorisationDocument,
  FormName,
  PrintedDocuments,
  ReturnNoticeDocument,
  TemplateName,
  VillageBatchDocument,
} from './contract/index.ts'
import { formsView, instantOf, type PrintOptions, type PrintView } from './print-forms.ts'
import { qrSvg } from './qr.ts'
import { printedDate, reportView } from './rules/print-view.ts'

function report(document: PrintedDocuments['verification-report']): PrintView {
  return { view: reportView(document, qrSvg(document.qrText)), madeOn: instantOf(document.signedOn), images: [] }
}

function batch(document: VillageBatchDocument): PrintView {
  const reports = document.reports.map((each) => reportView(each, qrSvg(each.qrText)))
  const { title, place, campaignTitle, printedOn } = document
  return {
    view: { title, place, campaign: campaignTitle, printedOn: printedDate(printedOn), reports },
    madeOn: instantOf(printedOn),
    images: [],
  }
}

function authorisation(document: AuthorisationDocument): PrintView {
  const { qrText, ...view } = document
  return { view: { ...view, qr: qrSvg(qrText) }, madeOn: 0, images: [] }
}

function returnNotice(document: ReturnNoticeDocument): PrintView {
  const { qrText, ...view } = document
  const dates = {
    receivedOn: printedDate(document.receivedOn),
    dueOn: printedDate(document.dueOn),
    issuedOn: printedDate(document.issuedOn),
  }
  return { view: { ...view, ...dates, qr: qrSvg(qrText) }, madeOn: instantOf(document.issuedOn), images: [] }
}

/** What may be printed by a template: its data, or `null` for a blank form, which only the forms of casework have. */
export type Printable<T extends TemplateName> = T extends FormName ? PrintedDocuments[T] | null : PrintedDocuments[T]

function form<F extends FormName>(name: F) {
  return (document: PrintedDocuments[F] | null, options: PrintOptions): PrintView =>
    formsView(name, document === null ? [] : [document], options)
}

/** Template name → function that makes its view. */
const views: { [T in TemplateName]: (document: Printable<T>, options: PrintOptions) => PrintView } = {
  'verification-report': report,
  'village-batch': batch,
  authorisation,
  'return-notice': returnNotice,
  application: form('application'),
  proxy: form('proxy'),
  'acceptance-notice': form('acceptance-notice'),
  'rejection-notice': form('rejection-notice'),
  'missing-items-notice': form('missing-items-notice'),
  'household-economics': form('household-economics'),
  'verification-order': form('verification-order'),
  'home-visit': form('home-visit'),
  'neighbour-interview': form('neighbour-interview'),
  'written-inquiry': form('written-inquiry'),
  deliberation: form('deliberation'),
  'three-plus-one': form('three-plus-one'),
  notice: form('notice'),
  'review-form': form('review-form'),
  confirmation: form('confirmation'),
  refusal: form('refusal'),
  'related-party': form('related-party'),
  'long-term-notice': form('long-term-notice'),
  'dynamic-record': form('dynamic-record'),
  adjustment: form('adjustment'),
  'payment-roll': form('payment-roll'),
  'card-agreement': form('card-agreement'),
  'archive-cover': form('archive-cover'),
}

export function printView<T extends TemplateName>(template: T, document: Printable<T>, options: PrintOptions): PrintView {
  return views[template](document, options)
}

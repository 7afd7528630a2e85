import { daysBetween } from '#kernel/dates'
import type {
  AuthorisationDocument,
  PrintedDocuments,
  ReturnNoticeDocument,
  TemplateName,
  VillageBatchDocument,
} from './contract.ts'
import { qrSvg } from './qr.ts'
import { printedDate, reportView } from './rules/print-view.ts'

/** What a template gets, and the date the paper carries as its creation date (ms since 1970, UTC midnight). */
export type PrintView = { view: object; madeOn: number }

function report(document: PrintedDocuments['verification-report']): PrintView {
  return { view: reportView(document, qrSvg(document.qrText)), madeOn: instantOf(document.signedOn) }
}

function batch(document: VillageBatchDocument): PrintView {
  const reports = document.reports.map((each) => reportView(each, qrSvg(each.qrText)))
  const { title, place, campaignTitle, printedOn } = document
  return {
    view: { title, place, campaign: campaignTitle, printedOn: printedDate(printedOn), reports },
    madeOn: instantOf(printedOn),
  }
}

function authorisation(document: AuthorisationDocument): PrintView {
  const { qrText, ...view } = document
  return { view: { ...view, qr: qrSvg(qrText) }, madeOn: 0 }
}

function returnNotice(document: ReturnNoticeDocument): PrintView {
  const { qrText, ...view } = document
  const dates = {
    receivedOn: printedDate(document.receivedOn),
    dueOn: printedDate(document.dueOn),
    issuedOn: printedDate(document.issuedOn),
  }
  return { view: { ...view, ...dates, qr: qrSvg(qrText) }, madeOn: instantOf(document.issuedOn) }
}

/** Milliseconds since 1970 of a date's UTC midnight, by the civil calendar (no clock is read). */
function instantOf(date: string): number {
  return daysBetween('1970-01-01', date) * 86_400_000
}

/** Template name → function that makes its view. */
const views: { [T in TemplateName]: (document: PrintedDocuments[T]) => PrintView } = {
  'verification-report': report,
  'village-batch': batch,
  authorisation,
  'return-notice': returnNotice,
}

export function printView<T extends TemplateName>(template: T, document: PrintedDocuments[T]): PrintView {
  return views[template](document)
}

/**
 * What is counted for a form before it is printed: pages of a payment roll, page ranges of an archive, and the refusal to print a
 * notice that shows what it must not.
 */
import { Problem } from '#kernel/problem'
import type {
  ArchiveCoverDocument,
  FormDocuments,
  FormName,
  LongTermNoticeDocument,
  NoticeDocument,
  PaymentRollDocument,
} from '../contract/index.ts'
import { noticeFaults } from './notice-guard.ts'
import { paymentPages } from './payment-pages.ts'

function notice(document: NoticeDocument | LongTermNoticeDocument): object {
  const faults = noticeFaults(document.rows ?? [])
  if (faults.length > 0) throw new Problem('documents.notice-shows-private-data', faults.join('；'), { details: { faults } })
  return document
}

function paymentRoll(document: PaymentRollDocument): object {
  const { rows, ...rest } = document
  return rows === null ? rest : { ...rest, pages: paymentPages(rows) }
}

/** Page ranges of the sheets, one after the other; a sheet of one page has the same first and last page. */
function archiveCover(document: ArchiveCoverDocument): object {
  let last = 0
  const sheets = document.sheets?.map((sheet) => {
    const first = last + 1
    last += sheet.pages
    return { ...sheet, range: sheet.pages === 1 ? String(first) : `${first}—${last}` }
  })
  return { ...document, sheets: sheets ?? null, count: sheets?.length ?? null, totalPages: sheets ? last : null }
}

const counted: { [F in FormName]?: (document: FormDocuments[F]) => object } = {
  notice,
  'long-term-notice': notice,
  'payment-roll': paymentRoll,
  'archive-cover': archiveCover,
}

/** The document with what is counted for its form. Throws `documents.notice-shows-private-data`. */
export function formData<F extends FormName>(form: F, document: FormDocuments[F]): object {
  return counted[form]?.(document) ?? document
}

/**
 * The QR code that files a scanned sheet: which case, which form, which version, which page.
 *
 * F1 `YB1:<case>:<form>:<version>:<page>:<check>`; the page is empty on a code for a whole paper;
 * F2 the check holds every character before it: one changed or two swapped characters are noticed;
 * F3 reading back what was composed gives the same parts, also behind the address of an installation (https://…/s/<code>); any other
 * text is refused, never half read.
 */

/** What a filing code says. `page` counts from 1; null = the paper as a whole. */
export type FilingStatement = { caseNo: string; form: string; version: number; page: number | null }

const shape = /^YB1:([A-Za-z0-9〔〕()号第-]{1,40}):([a-z0-9-]{1,32}):([1-9]\d{0,3}):([1-9]\d{0,2})?:([0-9a-z]{3})$/
const behindAddress = /^https?:\/\/[^\s?#]+\/s\//
/** A prime below 36³, so that three figures of base 36 hold every remainder. */
const prime = 46_649

function checkOf(text: string): string {
  let sum = 0
  for (const each of text) sum = (sum * 31 + (each.codePointAt(0) ?? 0)) % prime
  return sum.toString(36).padStart(3, '0')
}

/** The text of a filing code; null when a part has no valid form. */
export function composeFilingQr({ caseNo, form, version, page }: FilingStatement): string | null {
  const body = `YB1:${caseNo}:${form}:${version}:${page ?? ''}:`
  const text = `${body}${checkOf(body)}`
  return shape.test(text) ? text : null
}

/** Reads a scanned text; null when it is no filing code of ours or a character was misread. */
export function readFilingQr(text: string): FilingStatement | null {
  const clean = text.trim().replace(behindAddress, '')
  const [, caseNo, form, version, page, check] = shape.exec(clean) ?? []
  if (!caseNo || !form || !version || !check || checkOf(clean.slice(0, -3)) !== check) return null
  return { caseNo, form, version: Number(version), page: page === undefined ? null : Number(page) }
}

/**
 * What the forms of casework share. Plain data; the name of a field says how it is printed: `…On` a date 'YYYY-MM-DD', `…Month` a
 * month 'YYYY-MM', `…Fen` money in whole fen, `…Area` hundredths of m², `…Votes` a count that is also printed in capital numerals,
 * `…Image` the bytes of a PNG or JPEG. `null` is an empty box to be filled in by hand; an empty list says that there are none.
 * Citizen numbers are printed as they arrive: masked, unless the paper needs them in full.
 */

/** What every paper carries. */
export type PaperFace = {
  serialNo: string
  /** Version of the form as the district numbers it, e.g. 2026-1. */
  formVersion: string
  /** The unit that issues the paper and whose seal it carries. */
  unit: string
  /** Text of the QR code: a filing code by `composeFilingQr` gets the page number on every page; anything else is printed as it is. */
  qrText: string
  sealImage: Uint8Array | null
}

/** Who signs: without an image an empty line is printed. */
export type Signing = { name: string | null; signatureImage: Uint8Array | null; signedOn: string | null }

/** The person a paper is about. */
export type PaperApplicant = { name: string; idNumber: string; address: string }

/** The same with a telephone, on the papers that need one. */
export type PaperPerson = PaperApplicant & { phone: string | null }

/** Whom to ask about a paper. */
export type PaperContact = { name: string; telephone: string; address: string | null }

/** How a decision can be attacked; bodies, periods and clause come from the policy pack. */
export type Remedies = {
  reviewBody: string
  reviewDays: number
  court: string
  suitMonths: number
  clause: string
}

/** Proof of service (送达回证), on the page after a decision. */
export type ServiceReturn = {
  receiver: string | null
  way: 'direct' | 'left' | 'post' | 'electronic' | 'proxy' | null
  place: string | null
  servedOn: string | null
  receivedBy: string | null
  relation: string | null
  refusal: string | null
  servers: string | null
  witness: string | null
}

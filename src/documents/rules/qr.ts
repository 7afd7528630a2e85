/**
 * The QR code of a paper: what it says, what is signed, how it is read back. Pure; the signature itself is made and checked
 * in ../qr.ts.
 *
 * Q1 the code carries report number, version, conclusion, both dates, key id, content hash and signature, at most 300 characters;
 * Q2 the signature covers every other part, in the order of the text, so the code can be checked without the database;
 * Q3 reading back what was composed gives the same parts; any other text is refused, never half read.
 */

export type QrConclusion = 'consistent' | 'inconsistent' | 'undetermined'

/** The signed parts of a report's QR code. `contentHash` is 64 hex digits of the report's signed content. */
export type QrStatement = {
  reportNo: string
  version: number
  conclusion: QrConclusion | null
  signedOn: string
  validTo: string
  keyId: string
  contentHash: string
}

export const qrLimit = 300
const mark = 'YB1'
const letters = { consistent: 'C', inconsistent: 'I', undetermined: 'U' } as const
const conclusions: Readonly<Record<string, QrConclusion | null>> = {
  C: 'consistent',
  I: 'inconsistent',
  U: 'undetermined',
  N: null,
}
const shape =
  /^YB1;([^;\s]{1,60});([1-9]\d{0,3});([CIUN]);(\d{4}-\d{2}-\d{2});(\d{4}-\d{2}-\d{2});([^;\s]{1,32});([0-9a-f]{64})(?:;([A-Za-z0-9_-]{86}))?$/

/** The text under the signature: all parts but the signature. */
export function qrStatementText(statement: QrStatement): string {
  const { reportNo, version, conclusion, signedOn, validTo, keyId, contentHash } = statement
  const letter = conclusion === null ? 'N' : letters[conclusion]
  return [mark, reportNo, version, letter, signedOn, validTo, keyId, contentHash].join(';')
}

/** Statement and signature (86 characters of base64url, 64 bytes) as the text of the QR code. Null when a part has no valid form. */
export function composeQr(statement: QrStatement, signature: string): string | null {
  const text = `${qrStatementText(statement)};${signature}`
  return text.length <= qrLimit && shape.test(text) ? text : null
}

/** Reads a scanned text: statement, the text under the signature and the signature; null when it is no code of ours. */
export function readQr(text: string): { statement: QrStatement; signed: string; signature: string } | null {
  const found = shape.exec(text.trim())
  const [, reportNo, version, letter, signedOn, validTo, keyId, contentHash, signature] = found ?? []
  if (!reportNo || !version || !letter || !signedOn || !validTo || !keyId || !contentHash || !signature) return null
  const statement = {
    reportNo,
    version: Number(version),
    conclusion: conclusions[letter] ?? null,
    signedOn,
    validTo,
    keyId,
    contentHash,
  }
  return { statement, signed: qrStatementText(statement), signature }
}

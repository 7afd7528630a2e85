/**
 * RFC 8785 canonical JSON of plain values: keys in order of UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them. Signatures and message hashes are taken over these bytes.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * Canonical text of a plain value; members that are undefined are left out. Throws RangeError for numbers that are not
 * finite and for halves of surrogate pairs: text cut from elsewhere is made sound before (`toWellFormed`).
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('canonical JSON has no NaN or Infinity')
    return JSON.stringify(value)
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members: string[] = []
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) members.push(`${quotedKey(key)}:${canonicalJson(member)}`)
  }
  return `{${members.join(',')}}`
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('canonical JSON has no half of a surrogate pair')
  return JSON.stringify(text)
}

/** Keys seen before, quoted: headers and receipts have the same few. */
const quotedKeys = new Map<string, string>()
const MAX_QUOTED_KEYS = 256

function quotedKey(key: string): string {
  const known = quotedKeys.get(key)
  if (known !== undefined) return known
  const text = quoted(key)
  if (quotedKeys.size < MAX_QUOTED_KEYS) quotedKeys.set(key, text)
  return text
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/**
 * The texts of a header: the canonical JSON that travels and is hashed, the same without the signature, which is signed, and without the
 * digest too, which the seal is bound to. Each header is written out once; the others are cut from that.
 */
import { canonicalJson, type Json } from './canonical.ts'

type Members = Readonly<Record<string, Json | undefined>>

const texts = new WeakMap<Members, string>()

/** Canonical JSON of a header. The header does not change any more: it is frozen. */
export function headerText(header: Members): string {
  const known = texts.get(header)
  if (known !== undefined) return known
  const text = canonicalJson(header)
  texts.set(Object.freeze(header), text)
  return text
}

/** Notes that a header just read has this canonical text. */
export function noteHeaderText<T extends Members>(header: T, text: string): T {
  texts.set(Object.freeze(header), text)
  return header
}

/** Where canonical JSON of a header begins, unless members of a newer version come first: it is never without `auth`. */
const CANONICAL = '{"auth":'

/** A header as this node kept it, by `headerText`. */
export function keptHeader<T extends Members>(text: string): T {
  const header = JSON.parse(text) as T
  return text.startsWith(CANONICAL) ? noteHeaderText(header, text) : header
}

/**
 * A text without one of its members that hold no quote. A quote inside a string is escaped, so what looks like the member is one; in what a
 * newer version added it may stand again, and then the text is written anew.
 */
function without(text: string, header: Members, ...keys: readonly ('sig' | 'digest')[]): string {
  let rest = text
  for (const key of keys) {
    const mark = `,"${key}":"`
    const start = rest.indexOf(mark)
    if (start < 0 || start !== rest.lastIndexOf(mark)) {
      return canonicalJson({ ...header, ...Object.fromEntries(keys.map((each) => [each, undefined])) })
    }
    rest = rest.slice(0, start) + rest.slice(rest.indexOf('"', start + mark.length) + 1)
  }
  return rest
}

/** What the sender signs. */
export function signedText(header: Members): string {
  return without(headerText(header), header, 'sig')
}

/** What the seal of the body is bound to: digest and signature are made after sealing. */
export function boundText(header: Members): string {
  return without(headerText(header), header, 'sig', 'digest')
}

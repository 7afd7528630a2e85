import { min } from './money.ts'

/**
 * Text as the interchange reads it.
 * Cleaning deletes U+FEFF, U+200B–U+200F, U+2060, U+0000–U+001F and U+007F–U+009F anywhere, then cuts Unicode white
 * space at both ends. Text, keys and names are kept as cleaned.
 */

/** True if every character is printable ASCII without the space: such text is its own cleaned and NFKC form. */
export function isPlainAscii(x: string): boolean {
  for (let i = 0; i < x.length; i++) {
    const c = x.charCodeAt(i)
    if (c < 0x21 || c > 0x7e) return false
  }
  return true
}

function isInvisible(c: number): boolean {
  if (c < 0x20) return true
  if (c < 0x7f) return false
  return c <= 0x9f || (c >= 0x200b && c <= 0x200f) || c === 0x2060 || c === 0xfeff
}

function withoutInvisible(x: string): string {
  let out = ''
  let start = 0
  for (let i = 0; i < x.length; i++) {
    if (isInvisible(x.charCodeAt(i))) {
      out += x.slice(start, i)
      start = i + 1
    }
  }
  return out + x.slice(start)
}

/** The cleaned form of a field. An empty result means that the field is empty. */
export function clean(x: string): string {
  for (let i = 0; i < x.length; i++) {
    if (isInvisible(x.charCodeAt(i))) return withoutInvisible(x).trim()
  }
  const last = x.length - 1
  if (last < 0) return x
  return isInk(x.charCodeAt(0)) && isInk(x.charCodeAt(last)) ? x : x.trim()
}

/** True for characters that are certainly no white space: printable ASCII and the basic Chinese block. */
function isInk(c: number): boolean {
  return (c > 0x20 && c < 0x7f) || (c >= 0x4e00 && c <= 0x9fff)
}

/** NFKC form: full-width to half-width, compatibility ideographs to their ordinary form. */
export function nfkc(x: string): string {
  return isPlainAscii(x) ? x : x.normalize('NFKC')
}

/** Shorter texts are copied when they are cut out; longer ones keep the whole alive. */
const CUT_FROM = 13

/** A copy of the text that does not keep the longer text alive which it was cut from; for what stays longer than that one. */
export function owned(x: string): string {
  return x.length < CUT_FROM ? x : (JSON.parse(JSON.stringify(x)) as string)
}

function isDigits(x: string): boolean {
  for (let i = 0; i < x.length; i++) {
    const c = x.charCodeAt(i)
    if (c < 0x30 || c > 0x39) return false
  }
  return true
}

/** The digits of a number as people write it, full-width ones too; empty where there are none. */
export function digitsOf(x: string): string {
  return isDigits(x) ? x : nfkc(x).replace(/[^0-9]/g, '')
}

/** Order of two texts by Unicode code point; negative, zero or positive. */
export function compareCodePoints(a: string, b: string): number {
  const n = min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return surrogateLast(x) - surrogateLast(y)
  }
  return a.length - b.length
}

/** UTF-16 puts surrogates (characters beyond U+FFFF) before U+E000–U+FFFF; code point order puts them after. */
function surrogateLast(c: number): number {
  return c >= 0xd800 && c <= 0xdfff ? c + 0x10000 : c
}

/** Number of code points. */
export function lengthOf(x: string): number {
  let n = 0
  for (let i = 0; i < x.length; i++) {
    const c = x.charCodeAt(i)
    if (c < 0xdc00 || c > 0xdfff || i === 0 || !isHighSurrogate(x.charCodeAt(i - 1))) n++
  }
  return n
}

function isHighSurrogate(c: number): boolean {
  return c >= 0xd800 && c <= 0xdbff
}

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d
  return code !== 0xfffe && code !== 0xffff && !(code >= 0xd800 && code <= 0xdfff)
}

/** The text without characters that XML cannot carry. */
export function xmlCharacters(x: string): string {
  return [...x].filter((character) => isXmlCharacter(character.codePointAt(0) ?? 0)).join('')
}

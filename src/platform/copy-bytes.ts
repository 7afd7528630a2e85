/** COPY lines of PostgreSQL's text form as bytes: written once, where text put together of short pieces is copied three times. */
import { type CopyValue, copyField, escapeText } from './copy-text.ts'

const TAB = 9
const LF = 10
const CR = 13
const BACKSLASH = 92
const LETTER_X = 120
const NULL = [BACKSLASH, 78] as const
const LETTERS: Readonly<Record<number, number>> = { [TAB]: 116, [LF]: 110, [CR]: 114, [BACKSLASH]: BACKSLASH }
const HEX = Buffer.from('0123456789abcdef', 'latin1')
/** Most bytes of one UTF-16 unit, escaped or not. */
const WIDEST = 3
const SMALLEST = 1 << 16

/** Takes lines and gives their bytes in pieces. */
export class CopyBytes {
  #bytes = Buffer.allocUnsafeSlow(SMALLEST)
  #end = 0

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#end
  }

  /** Adds one line. */
  line(row: readonly CopyValue[]): void {
    for (let i = 0; i < row.length; i += 1) {
      // every field leaves room for the sign after it
      if (i > 0) this.#bytes[this.#end++] = TAB
      const value = row[i]
      if (typeof value === 'string') this.#text(value)
      else if (value instanceof Uint8Array) this.#hex(value)
      else if (value === null || value === undefined) this.#null()
      else if (typeof value === 'number') this.#text(String(value))
      else this.#plain(copyField(value))
    }
    this.#reserve(0)[this.#end++] = LF
  }

  /** The lines since the last taking; they belong to the caller. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#end)
    this.#bytes = Buffer.allocUnsafeSlow(this.#bytes.length)
    this.#end = 0
    return taken
  }

  /** Room for so many bytes and the sign after them. */
  #reserve(count: number): Buffer {
    const need = this.#end + count + 1
    if (need <= this.#bytes.length) return this.#bytes
    const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(need)))
    larger.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = larger
    return larger
  }

  #null(): void {
    const bytes = this.#reserve(NULL.length)
    bytes[this.#end++] = NULL[0]
    bytes[this.#end++] = NULL[1]
  }

  #text(text: string): void {
    const bytes = this.#reserve(text.length * WIDEST)
    let at = this.#end
    for (let i = 0; i < text.length; i += 1) {
      const c = text.charCodeAt(i)
      if (c === TAB || c === LF || c === CR || c === BACKSLASH) {
        bytes[at++] = BACKSLASH
        bytes[at++] = LETTERS[c] as number
      } else if (c < 0x80) {
        bytes[at++] = c
      } else if (c < 0x800) {
        bytes[at++] = 0xc0 | (c >> 6)
        bytes[at++] = 0x80 | (c & 63)
      } else if (c < 0xd800 || c > 0xdfff) {
        bytes[at++] = 0xe0 | (c >> 12)
        bytes[at++] = 0x80 | ((c >> 6) & 63)
        bytes[at++] = 0x80 | (c & 63)
      } else {
        // beyond the basic plane: two units make one character
        this.#plain(escapeText(text))
        return
      }
    }
    this.#end = at
  }

  /** Text that is escaped already. */
  #plain(text: string): void {
    this.#end += this.#reserve(text.length * WIDEST).write(text, this.#end, 'utf8')
  }

  #hex(value: Uint8Array): void {
    const bytes = this.#reserve(WIDEST + value.length * 2)
    let at = this.#end
    bytes[at++] = BACKSLASH
    bytes[at++] = BACKSLASH
    bytes[at++] = LETTER_X
    for (let i = 0; i < value.length; i += 1) {
      const byte = value[i] as number
      bytes[at++] = HEX[byte >> 4] as number
      bytes[at++] = HEX[byte & 15] as number
    }
    this.#end = at
  }
}

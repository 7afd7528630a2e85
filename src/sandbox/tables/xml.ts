import { Problem } from '#kernel/problem'

/**
 * Cuts XML into tags and texts while it comes in: each character is looked at a fixed number of times, and nothing is held but a tag that has
 * begun. Documents that define entities are refused, so none is ever expanded.
 */
export interface XmlListener {
  /** A tag begins an element; `attributes` is what stands in it behind the name. An empty element is closed at once. */
  open(name: string, attributes: string): void
  close(name: string): void
  /** A piece of text as it stands in the file, references unresolved. */
  text(piece: string): void
}

/** Longest tag; those of a workbook take a few hundred characters. */
const LONGEST_TAG = 65_536

export function notXml(): Problem {
  return new Problem('workbook.invalid', '文件不是 .xlsx 工作簿或已损坏，请用表格软件另存为 .xlsx 后重新上传', { status: 422 })
}

const QUOTE = 34
const APOSTROPHE = 39
const SLASH = 47
const END = 62

/** Position behind the `>` of a tag, those in quoted values passed over; -1 when it has not come yet. */
function endOfTag(text: string, start: number): number {
  let quote = 0
  for (let at = start; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (quote !== 0) {
      if (c === quote) quote = 0
    } else if (c === END) return at + 1
    else if (c === QUOTE || c === APOSTROPHE) quote = c
  }
  return -1
}

function endAt(text: string, start: number, mark: string): number {
  const at = text.indexOf(mark, start)
  return at < 0 ? -1 : at + mark.length
}

const CDATA = '<![CDATA['

/** Position behind what begins with `<` at `at`; -1 when it has not come whole yet. */
function endOf(text: string, at: number): number {
  const second = text[at + 1]
  if (second === '?') return endAt(text, at, '?>')
  if (second !== '!') return endOfTag(text, at + 1)
  if (text.startsWith('<!--', at)) return endAt(text, at + 4, '-->')
  if (text.startsWith(CDATA, at)) return endAt(text, at, ']]>')
  // `<!`, `<!-` and `<![CD` may be the begin of either
  if (text.length - at < CDATA.length && (CDATA.startsWith(text.slice(at)) || '<!--'.startsWith(text.slice(at)))) return -1
  throw notXml()
}

export class XmlReader {
  readonly #listener: XmlListener
  #held = ''

  constructor(listener: XmlListener) {
    this.#listener = listener
  }

  push(piece: string): void {
    const text = this.#held + piece
    let at = 0
    while (at < text.length) {
      const tag = text.indexOf('<', at)
      if (tag !== at) this.#listener.text(text.slice(at, tag < 0 ? text.length : tag))
      if (tag < 0) {
        at = text.length
        break
      }
      at = tag
      const end = endOf(text, at)
      if (end < 0) break
      this.#markup(text.slice(at, end))
      at = end
    }
    this.#held = text.slice(at)
    if (this.#held.length > LONGEST_TAG) throw notXml()
  }

  /** Throws when the document breaks off within a tag. */
  end(): void {
    if (this.#held !== '') throw notXml()
  }

  #markup(markup: string): void {
    const second = markup.charCodeAt(1)
    if (markup.startsWith(CDATA)) this.#listener.text(markup.slice(CDATA.length, -3).replaceAll('&', '&amp;'))
    else if (second === SLASH) this.#listener.close(markup.slice(2, -1).trimEnd())
    else if (second !== 33 && second !== 63) this.#tag(markup)
  }

  #tag(markup: string): void {
    const isEmpty = markup.charCodeAt(markup.length - 2) === SLASH
    const inside = markup.slice(1, isEmpty ? -2 : -1)
    const space = inside.search(/\s/)
    const name = space < 0 ? inside : inside.slice(0, space)
    this.#listener.open(name, space < 0 ? '' : inside.slice(space))
    if (isEmpty) this.#listener.close(name)
  }
}

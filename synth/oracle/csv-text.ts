/** A CSV text taken apart character by character; null when it cannot be read (a quote never closed, text after a quote). */
export interface CsvRecord {
  /** Number as a spreadsheet shows it: 1 is the header, empty lines count. */
  readonly row: number
  readonly fields: string[]
  /** The text of the record without its line end. */
  readonly raw: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a file, without byte order mark; null if it is not UTF-8. */
export function decode(bytes: Uint8Array): string | null {
  try {
    const text = utf8.decode(bytes)
    return text.startsWith('\uFEFF') ? text.slice(1) : text
  } catch {
    return null
  }
}

class Parser {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Reads a quoted field; the place is behind the opening quote. */
  private quoted(): string | null {
    let field = ''
    for (;;) {
      const end = this.text.indexOf('"', this.at)
      if (end < 0) return null
      field += this.text.slice(this.at, end)
      this.at = end + 1
      if (this.text[this.at] !== '"') return field
      field += '"'
      this.at += 1
    }
  }

  private atEnd(): boolean {
    const c = this.text[this.at]
    return c === undefined || c === '\n' || (c === '\r' && this.text[this.at + 1] === '\n')
  }

  private plain(): string {
    const start = this.at
    while (!this.atEnd() && this.text[this.at] !== ',') this.at += 1
    return this.text.slice(start, this.at)
  }

  private record(): string[] | null {
    const fields: string[] = []
    for (;;) {
      if (this.text[this.at] === '"') {
        this.at += 1
        const field = this.quoted()
        if (field === null || !(this.atEnd() || this.text[this.at] === ',')) return null
        fields.push(field)
      } else fields.push(this.plain())
      if (this.atEnd()) return fields
      this.at += 1
    }
  }

  all(): CsvRecord[] | null {
    const records: CsvRecord[] = []
    for (let row = 1; this.at < this.text.length; row++) {
      const start = this.at
      const fields = this.record()
      if (fields === null) return null
      if (this.at > start) records.push({ row, fields, raw: this.text.slice(start, this.at) })
      this.at += this.text[this.at] === '\r' ? 2 : 1
    }
    return records
  }
}

export const parseCsv = (text: string): CsvRecord[] | null => new Parser(text).all()

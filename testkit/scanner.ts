/** For tests: a scanner. Papers as PDF become grey pictures, turned, skewed and noisy, bound again into a PDF. */
import { deflateSync } from 'node:zlib'
import { PDFiumLibrary } from '@hyzyla/pdfium'

/** A grey picture: one byte a point. */
export interface Sheet {
  readonly width: number
  readonly height: number
  readonly dpi: number
  readonly points: Uint8Array
}

/** The pages of a PDF as grey pictures. */
export async function scanned(pdf: Uint8Array, dpi: number): Promise<Sheet[]> {
  const library = await PDFiumLibrary.init()
  const document = await library.loadDocument(pdf)
  const sheets: Sheet[] = []
  for (const page of document.pages()) {
    const { width, height, data } = await page.render({ scale: dpi / 72, render: 'bitmap', colorSpace: 'Gray' })
    sheets.push({ width, height, dpi, points: Uint8Array.from(data.subarray(0, width * height)) })
  }
  document.destroy()
  library.destroy()
  return sheets
}

/** The sheet turned by an angle about its middle, on a white page of the size it then needs. */
export function turned(sheet: Sheet, degrees: number): Sheet {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const width = Math.ceil(Math.abs(sheet.width * cos) + Math.abs(sheet.height * sin))
  const height = Math.ceil(Math.abs(sheet.width * sin) + Math.abs(sheet.height * cos))
  const points = new Uint8Array(width * height).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - width / 2, y - height / 2]
      const [fromX, fromY] = [
        Math.floor(dx * cos + dy * sin + sheet.width / 2),
        Math.floor(dy * cos - dx * sin + sheet.height / 2),
      ]
      if (fromX < 0 || fromY < 0 || fromX >= sheet.width || fromY >= sheet.height) continue
      points[y * width + x] = sheet.points[fromY * sheet.width + fromX] ?? 255
    }
  }
  return { width, height, dpi: sheet.dpi, points }
}

/** Grey noise as a cheap scanner makes it; the same seed makes the same noise. */
export function noisy(sheet: Sheet, strength: number, seed = 1): Sheet {
  let state = seed
  const points = sheet.points.map((point) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.max(0, Math.min(255, 20 + point * 0.86 + ((state >>> 16) % (2 * strength)) - strength))
  })
  return { ...sheet, points }
}

/** The sheet without what stands in its upper right corner: a code that was torn off. */
export function withoutCode(sheet: Sheet): Sheet {
  const points = sheet.points.slice()
  for (let y = 0; y < sheet.height * 0.12; y++) points.fill(255, y * sheet.width, (y + 1) * sheet.width)
  return { ...sheet, points }
}

/** Sheets bound into one PDF, a picture a page; none makes a PDF without pages. */
export function boundPdf(sheets: readonly Sheet[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')]
  const offsets: number[] = []
  let length = parts[0]?.length ?? 0
  function add(...pieces: (string | Buffer)[]): void {
    const whole = Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)))
    parts.push(whole)
    length += whole.length
  }
  function object(...pieces: (string | Buffer)[]): void {
    offsets.push(length)
    add(`${offsets.length} 0 obj\n`, ...pieces, '\nendobj\n')
  }
  object('<< /Type /Catalog /Pages 2 0 R >>')
  object(`<< /Type /Pages /Count ${sheets.length} /Kids [${sheets.map((_sheet, index) => `${3 + index * 3} 0 R`).join(' ')}] >>`)
  for (const [index, { width, height, dpi, points }] of sheets.entries()) {
    const [own, w, h] = [3 + index * 3, (width * 72) / dpi, (height * 72) / dpi]
    const drawing = `q ${w} 0 0 ${h} 0 0 cm /I Do Q`
    const data = deflateSync(points)
    object(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${w} ${h}] /Contents ${own + 1} 0 R /Resources << /XObject << /I ${own + 2} 0 R >> >> >>`,
    )
    object(`<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`)
    object(
      `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode /Length ${data.length} >>\nstream\n`,
      data,
      '\nendstream',
    )
  }
  const table = length
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  add(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${entries}`)
  add(`trailer << /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`)
  return Buffer.concat(parts)
}

/** The text of a PDF without blanks: what a reader finds on it, however its lines are broken. */
export async function textOf(pdf: Uint8Array): Promise<string> {
  const library = await PDFiumLibrary.init()
  const document = await library.loadDocument(pdf)
  const text = [...document.pages()].map((page) => page.getText()).join('')
  document.destroy()
  library.destroy()
  return text.replace(/\s+/g, '')
}

/**
 * Process that opens a scanned file and reads the QR codes of its pages, one page per question: what was scanned comes from outside, so it is
 * opened in WebAssembly, in a process that is thrown away with its memory when the file is read.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type PDFiumDocument, PDFiumLibrary } from '@hyzyla/pdfium'
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader'
import { pictureSize } from '#kernel/picture-size'
import { serve } from '#sandbox/serve'
import { encodePng } from './png.ts'

/** What is wrong with a file as a whole. */
export type ScanFault = 'encrypted' | 'broken' | 'no-pages' | 'too-many-pages' | 'too-large' | 'not-a-picture'
export type ScanOpened = { pages: number } | { fault: ScanFault; pages: number }
export type ScanPageRead =
  | { texts: string[]; digest: string; blank: boolean; picture: Uint8Array | null }
  | { unreadable: string }
export type ScanFile = { bytes: Uint8Array; kind: 'pdf' | 'png' | 'jpeg'; mostPages: number }
/** The file first, then the number of a page from 0. */
export type ScanQuestion = ScanFile | { page: number }

const INCH = 72
/** Enough to look at, and for the codes of our papers; half the detail that a code needs at least is lost below it. */
const VIEW_DPI = 150
/** A second look, where the first found nothing. */
const CLOSE_DPI = 300
/** Longest side of what is drawn of a page, whatever the file says of its size. */
const LONGEST = 4200
/** Points of a picture: 40 million are A3 at 400 dpi and more. */
const MOST_POINTS = 40_000_000
/** A page is blank when fewer than one point in 4000 is dark. */
const DARK = 128

const reading: ReaderOptions = { formats: ['QRCode'], tryHarder: true, tryRotate: true, tryInvert: false, maxNumberOfSymbols: 8 }

type Drawing = { data: Uint8Array; width: number; height: number }

let picture: Uint8Array = new Uint8Array(0)
let document: PDFiumDocument | undefined

async function openPdf({ bytes, mostPages }: ScanFile): Promise<ScanOpened> {
  const library = await PDFiumLibrary.init()
  try {
    document = await library.loadDocument(bytes)
  } catch (error) {
    const says = error instanceof Error ? error.message : ''
    return { fault: /password|security/i.test(says) ? 'encrypted' : 'broken', pages: 0 }
  }
  const pages = document.getPageCount()
  if (pages < 1) return { fault: 'no-pages', pages }
  return pages > mostPages ? { fault: 'too-many-pages', pages } : { pages }
}

function openPicture({ bytes, kind }: ScanFile): ScanOpened {
  picture = bytes
  const size = pictureSize(bytes, kind === 'png' ? 'png' : 'jpeg')
  if (size === null) return { fault: 'not-a-picture', pages: 0 }
  return size.width * size.height > MOST_POINTS ? { fault: 'too-large', pages: 0 } : { pages: 1 }
}

async function open(file: ScanFile): Promise<ScanOpened> {
  const require = createRequire(import.meta.url)
  const wasm = readFileSync(require.resolve('zxing-wasm/reader/zxing_reader.wasm'))
  prepareZXingModule({
    overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer },
  })
  return file.kind === 'pdf' ? await openPdf(file) : openPicture(file)
}

async function drawn(pdf: PDFiumDocument, index: number, dpi: number): Promise<Drawing> {
  const page = pdf.getPage(index)
  const { originalWidth, originalHeight } = page.getOriginalSize()
  const scale = Math.min(dpi / INCH, LONGEST / Math.max(originalWidth, originalHeight, 1))
  return await page.render({ scale, render: 'bitmap' })
}

async function textsIn({ data, width, height }: Drawing): Promise<string[]> {
  const points = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
  const found = await readBarcodes({ data: points, width, height, colorSpace: 'srgb' } as ImageData, reading)
  return found.filter((code) => code.isValid).map((code) => code.text)
}

function isBlank({ data }: Drawing): boolean {
  let dark = 0
  for (let at = 1; at < data.length; at += 4) if ((data[at] ?? 255) < DARK) dark++
  return dark * 16_000 < data.length
}

async function readPdfPage(pdf: PDFiumDocument, index: number): Promise<ScanPageRead> {
  const view = await drawn(pdf, index, VIEW_DPI)
  const blank = isBlank(view)
  const texts = await textsIn(view)
  if (texts.length === 0 && !blank) texts.push(...(await textsIn(await drawn(pdf, index, CLOSE_DPI))))
  const digest = createHash('sha256').update(`${view.width}x${view.height}:`).update(view.data).digest('hex')
  return { texts, digest, blank, picture: encodePng(view.data, view.width, view.height) }
}

async function readPicture(): Promise<ScanPageRead> {
  const found = await readBarcodes(picture, reading)
  const failed = found.find((code) => code.error !== '')
  if (failed !== undefined && found.every((code) => !code.isValid) && /decode|image|load/i.test(failed.error))
    return { unreadable: failed.error }
  const texts = found.filter((code) => code.isValid).map((code) => code.text)
  return { texts, digest: createHash('sha256').update(picture).digest('hex'), blank: false, picture: null }
}

async function read(index: number): Promise<ScanPageRead> {
  try {
    return document === undefined ? await readPicture() : await readPdfPage(document, index)
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) }
  }
}

serve((asked) => {
  const question = asked as ScanQuestion
  return 'page' in question ? read(question.page) : open(question)
})

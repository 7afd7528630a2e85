import { fileType } from '#kernel/file-type'
import { Problem } from '#kernel/problem'
import { Confined, ConfinedEnd, type Confinement } from '#sandbox'
import { type FilingStatement, readFilingQr } from './rules/filing-qr.ts'
import type { ScanFault, ScanFile, ScanOpened, ScanPageRead, ScanQuestion } from './scan-process.ts'

/**
 * Scanned papers: the pages of a PDF, or a JPEG or PNG, with the filing codes found on each. One page at a time: memory does not grow with
 * their number.
 */

export const MOST_SCAN_PAGES = 500
/** A file is held in memory while it is read, here and in the reading process. */
export const LARGEST_SCAN_FILE = 100 * 1024 * 1024
const confinement: Confinement = {
  program: new URL('./scan-process.ts', import.meta.url),
  // Measured: 200 MB for stacks as they are scanned; the largest picture taken is drawn in 160 MB.
  mostBytes: 1024 * 2 ** 20,
  heapMb: 256,
  // Measured: a page takes 0.1 to 1 second; a file that takes a minute for one is not a scan.
  answerMs: 60_000,
  totalMs: 1_800_000,
  rights: 'native',
}

/** One page. `codes`: what its filing codes say, each once; `unreadable`: the file has the page but it cannot be shown. */
export interface ScannedPage {
  /** From 1. */
  readonly page: number
  readonly codes: readonly FilingStatement[]
  /** Digest of what the page shows: the same page of the same file once more has the same. */
  readonly digest: string
  readonly blank: boolean
  readonly unreadable: boolean
  /** A picture to look at, and its kind; null when the page cannot be shown. */
  readonly picture: Buffer | null
  readonly mediaType: 'image/png' | 'image/jpeg'
}

const faults: Readonly<Record<ScanFault, string>> = {
  encrypted: '这个 PDF 设有密码，打不开。请在扫描软件中取消密码后重新上传',
  broken: '这个 PDF 已损坏，打不开。请重新扫描，或换一种方式保存后再上传',
  'no-pages': '这个 PDF 里没有页面。请检查扫描是否成功后重新上传',
  'too-many-pages': `这个 PDF 超过 ${MOST_SCAN_PAGES} 页。请分成几份上传`,
  'too-large': '这张图片的尺寸过大。请用 300 dpi 或更低的分辨率重新扫描后上传',
  'not-a-picture': '这个文件不是完整的图片。请重新扫描或拍照后上传',
}

function problemOf(fault: ScanFault, pages: number): Problem {
  const many = fault === 'too-many-pages' ? `（共 ${pages} 页）` : ''
  return new Problem(`documents.scan-${fault}`, `${faults[fault]}${many}。`, { status: 422 })
}

/** What a file is by its first bytes. */
function kindOf(bytes: Buffer): ScanFile['kind'] {
  if (bytes.subarray(0, 1024).includes('%PDF-')) return 'pdf'
  const type = fileType(bytes)
  if (type === 'image/png' || type === 'image/jpeg') return type === 'image/png' ? 'png' : 'jpeg'
  const isTiff = ['II*\0', 'MM\0*'].includes(bytes.subarray(0, 4).toString('latin1'))
  const what = isTiff ? '不支持 TIFF 图片，请在扫描软件中选择保存为 PDF' : '这不是扫描件：只能上传 PDF、JPEG 或 PNG 文件'
  throw new Problem('documents.scan-kind', `${what}。`, { status: 422 })
}

/** Asks the process; its failing, ending or silence is told as the page's. */
async function ask<T>(process: Confined, question: ScanQuestion, where: string): Promise<T> {
  try {
    return await process.ask<T>(question)
  } catch (error) {
    if (!(error instanceof ConfinedEnd)) throw error
    const what = error.reason === 'memory' ? '所需的内存超过上限' : '时间过长或出错'
    const said = `${where}${what}，没有读完。请把这一页用 300 dpi 或更低的分辨率重新扫描，单独上传。`
    throw new Problem('documents.scan-stopped', said, { status: 422, cause: error })
  }
}

/** What the filing codes among the texts say, each once; other codes are none of ours. */
function statementsIn(texts: readonly string[]): FilingStatement[] {
  return [...new Set(texts)].flatMap((text) => readFilingQr(text) ?? [])
}

function pageOf(page: number, read: ScanPageRead, kind: ScanFile['kind'], bytes: Buffer): ScannedPage {
  const mediaType = kind === 'jpeg' ? 'image/jpeg' : 'image/png'
  if ('unreadable' in read) {
    return { page, codes: [], digest: '', blank: false, unreadable: true, picture: null, mediaType }
  }
  const picture = read.picture === null ? bytes : Buffer.from(read.picture)
  const { digest, blank } = read
  return { page, codes: statementsIn(read.texts), digest, blank, unreadable: false, picture, mediaType }
}

/**
 * Reads a scanned file page by page, from page `from`, in a process of its own that ends with the reading. `onPages` hears the number of pages
 * first. Throws Problem `documents.scan-…` that says what is wrong with the file and how to mend it.
 */
export async function* readScan(
  bytes: Buffer,
  onPages: (pages: number) => Promise<void>,
  from = 1,
  limits: Partial<Confinement> = {},
): AsyncGenerator<ScannedPage> {
  const kind = kindOf(bytes)
  const process = new Confined({ ...confinement, ...limits })
  try {
    const opened = await ask<ScanOpened>(process, { bytes, kind, mostPages: MOST_SCAN_PAGES }, '打开文件')
    if ('fault' in opened) throw problemOf(opened.fault, opened.pages)
    await onPages(opened.pages)
    for (let page = from; page <= opened.pages; page++) {
      const read = await ask<ScanPageRead>(process, { page: page - 1 }, `第 ${page} 页`)
      yield pageOf(page, read, kind, bytes)
    }
  } finally {
    process.close()
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boundPdf, noisy, type Sheet, scanned, turned, withoutCode } from '#testkit/scanner'
import { renderBatch, renderPdf, stopPrinting } from './pdf.ts'
import { encodePng } from './png.ts'
import { composeFilingQr } from './rules/filing-qr.ts'
import { sampleForms } from './samples/index.ts'
import { readScan, type ScannedPage } from './scan.ts'

const minute = 60_000
const caseNo = 'AJ2026000012'

async function pagesOf(bytes: Buffer, from?: number): Promise<ScannedPage[]> {
  const pages: ScannedPage[] = []
  for await (const page of readScan(bytes, async () => undefined, from)) pages.push(page)
  return pages
}

async function printed(form: 'application' | 'proxy'): Promise<Buffer> {
  const qrText = composeFilingQr({ caseNo, form, version: 3, page: null }) ?? ''
  const paper = { ...sampleForms[form].paper, qrText }
  return form === 'proxy'
    ? renderPdf(form, { ...sampleForms.proxy, paper })
    : renderPdf(form, { ...sampleForms.application, paper })
}

const pngOf = ({ width, height, points }: Sheet): Buffer =>
  encodePng(
    Uint8Array.from({ length: width * height * 4 }, (_, at) => (at % 4 === 3 ? 255 : (points[at >> 2] ?? 255))),
    width,
    height,
  )

/** A PDF of a few hundred bytes whose page draws one form ten times, which draws another ten times, and so on. */
function multiplied(depth: number): Buffer {
  const form = (number: number, drawing: string, next: string): string =>
    `${number} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] ${next} /Length ${drawing.length} >>\nstream\n${drawing}\nendstream\nendobj\n`
  const resources = (number: number): string => `/Resources << /XObject << /F ${number} 0 R >> >>`
  const forms = Array.from({ length: depth }, (_, i) => form(5 + i, '/F Do '.repeat(10), resources(6 + i)))
  return Buffer.from(
    [
      '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n',
      `3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R ${resources(5)} >>\nendobj\n`,
      '4 0 obj\n<< /Length 5 >>\nstream\n/F Do\nendstream\nendobj\n',
      ...forms,
      form(5 + depth, '0 0 600 800 re f ', ''),
      'trailer\n<< /Root 1 0 R >>\n%%EOF\n',
    ].join(''),
  )
}

describe('scanned papers', () => {
  let sheets: Sheet[] = []
  let fine: Sheet[] = []
  beforeAll(async () => {
    const application = await printed('application')
    sheets = await scanned(application, 150)
    fine = await scanned(application, 300)
    await stopPrinting()
  }, minute)
  afterAll(stopPrinting)

  it(
    'reads every page of a stack, whichever way up, skewed, noisy, coarse and fine',
    async () => {
      const [first, second, third] = sheets as [Sheet, Sheet, Sheet]
      const stack = [
        noisy(first, 40),
        noisy(turned(second, 90), 30),
        noisy(turned(third, 180), 30),
        noisy(turned(first, 270), 30),
        noisy(turned(second, 3.5), 40),
        noisy(turned(third, -4), 20),
        noisy(turned(fine[0] as Sheet, 92), 40),
      ]
      const pages = await pagesOf(boundPdf(stack))
      expect(pages.map(({ page, codes }) => [page, ...codes.map((code) => code.page)])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 1],
        [5, 2],
        [6, 3],
        [7, 1],
      ])
      expect(pages.every(({ codes }) => codes[0]?.caseNo === caseNo && codes[0].form === 'application')).toBe(true)
      expect(pages[0]?.picture?.subarray(1, 4).toString()).toBe('PNG')
    },
    2 * minute,
  )

  it(
    'a page without its code, and a blank one, are pages all the same',
    async () => {
      const white: Sheet = { ...(sheets[0] as Sheet), points: (sheets[0] as Sheet).points.slice().fill(250) }
      const pages = await pagesOf(boundPdf([withoutCode(sheets[0] as Sheet), white]))
      expect(pages.map(({ codes, blank, unreadable }) => [codes.length, blank, unreadable])).toEqual([
        [0, false, false],
        [0, true, false],
      ])
    },
    minute,
  )

  it(
    'the same page once more has the same digest, another one another; a reading goes on where it stopped',
    async () => {
      const stack = boundPdf([sheets[0], sheets[1], sheets[0]] as Sheet[])
      const pages = await pagesOf(stack)
      expect(pages[2]?.digest).toBe(pages[0]?.digest)
      expect(pages[1]?.digest).not.toBe(pages[0]?.digest)
      expect((await pagesOf(stack, 3)).map(({ page, digest }) => [page, digest === pages[0]?.digest])).toEqual([[3, true]])
    },
    minute,
  )

  it(
    'reads a picture, and keeps it as it is',
    async () => {
      const png = pngOf(noisy(turned(sheets[1] as Sheet, 180), 10))
      const [page] = await pagesOf(png)
      expect(page?.codes).toEqual([{ caseNo, form: 'application', version: 3, page: 2 }])
      expect(page?.picture?.equals(png)).toBe(true)
    },
    minute,
  )

  it(
    'says in Chinese what is wrong with a file and how to mend it',
    async () => {
      const whole = boundPdf([sheets[0] as Sheet])
      const huge = Buffer.concat([pngOf({ width: 2, height: 2, dpi: 72, points: new Uint8Array(4) })])
      huge.writeUInt32BE(90_000, 16)
      huge.writeUInt32BE(90_000, 20)
      const bad: [Buffer, string][] = [
        [Buffer.from('扫描件说明'), '只能上传 PDF、JPEG 或 PNG'],
        [Buffer.from('II*\0rest of a picture', 'latin1'), '不支持 TIFF'],
        [Buffer.from('%PDF-1.4\nnothing of a document'), '已损坏'],
        [encrypted(), '设有密码'],
        [boundPdf([]), '没有页面'],
        [boundPdf(Array.from({ length: 501 }, () => ({ width: 1, height: 1, dpi: 72, points: new Uint8Array(1) }))), '共 501 页'],
        [huge, '尺寸过大'],
        [Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2]), '不是完整的图片'],
      ]
      for (const [bytes, message] of bad) await expect(pagesOf(bytes)).rejects.toThrow(message)
      expect((await pagesOf(whole)).length).toBe(1)
    },
    minute,
  )

  it(
    'a picture whose inside is broken is a page that cannot be shown',
    async () => {
      const png = pngOf(sheets[0] as Sheet)
      const [page] = await pagesOf(png.subarray(0, 400))
      expect(page).toMatchObject({ unreadable: true, codes: [] })
    },
    minute,
  )
})

/** A PDF that asks for a password: its key stands for no known one. */
function encrypted(): Buffer {
  const plain = boundPdf([{ width: 1, height: 1, dpi: 72, points: new Uint8Array(1) }]).toString('latin1')
  const key = '<'.concat('41'.repeat(32), '>')
  const entry = `/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O ${key} /U ${key} >> /ID [${key} ${key}] /Root`
  return Buffer.from(plain.replace('/Root', entry), 'latin1')
}

it('a notice for the board is A3, the same paper larger in all', async () => {
  const [small, large] = [
    await renderBatch('notice', [sampleForms.notice]),
    await renderBatch('notice', [sampleForms.notice], { onA3: true }),
  ]
  await stopPrinting()
  const [[a4], [a3]] = [await scanned(small, 72), await scanned(large, 72)]
  expect([a4?.width, a4?.height, a3?.width, a3?.height]).toEqual([595, 841, 841, 1190])
})

describe('pictures of pages', () => {
  it('are grey where nothing is coloured, and keep the red of a seal', () => {
    const grey = new Uint8Array(100 * 100 * 4).fill(200)
    const red = grey.slice()
    for (let at = 0; at < 400; at += 4) red.set([220, 20, 20, 255], at)
    expect([encodePng(grey, 100, 100)[25], encodePng(red, 100, 100)[25]]).toEqual([0, 2])
  })

  it(
    'of a PDF that draws without end or fills the memory is given up with a sentence',
    async () => {
      const reading = async (bytes: Buffer, limits: Parameters<typeof readScan>[3]) => {
        for await (const page of readScan(bytes, async () => undefined, 1, limits)) expect(page.page).toBe(1)
      }
      await expect(reading(multiplied(5), { answerMs: 3000, mostBytes: 4 * 2 ** 30 })).rejects.toThrow(
        '第 1 页时间过长或出错，没有读完',
      )
      const large = { width: 4000, height: 4000, dpi: 300, points: new Uint8Array(16_000_000) }
      await expect(reading(boundPdf([large]), { mostBytes: 100 * 2 ** 20 })).rejects.toThrow('所需的内存超过上限')
    },
    minute,
  )
})

import { afterAll, describe, expect, it } from 'vitest'
import { renderBatch, renderPdf, stopPrinting } from './pdf.ts'
import { sampleForms } from './samples/index.ts'
import { templateHash, templateText } from './templates.ts'

afterAll(stopPrinting)

describe('long notices', () => {
  const rows = 93
  const notices = (papers: number) =>
    Array.from({ length: papers }, (_paper, paper) => ({
      ...sampleForms.notice,
      rows: Array.from({ length: rows }, (_row, row) => ({
        name: `甲${String.fromCharCode(0x4e00 + paper * rows + row)}`,
        members: 1,
      })),
    }))

  it('of a batch are laid out in parts that fit into the memory of a printing process', { timeout: 60_000 }, async () => {
    await expect(renderBatch('notice', notices(30))).resolves.toBeInstanceOf(Buffer)
  })

  it('printed one after the other leave memory for the next', { timeout: 60_000 }, async () => {
    for (const notice of notices(14)) await expect(renderPdf('notice', notice)).resolves.toBeInstanceOf(Buffer)
  })
})

describe('forms that must not or cannot be printed', () => {
  it('refuses a notice with a citizen number and says where', async () => {
    const rows = [
      { name: '甲明', members: 1 },
      { name: '乙丽 99010119800101002X', members: 2 },
    ]
    await expect(renderPdf('notice', { ...sampleForms.notice, rows })).rejects.toThrow('公示单第2行含有公民身份号码')
    await expect(renderBatch('long-term-notice', [{ ...sampleForms['long-term-notice'], rows }])).rejects.toThrow('第2行')
  })

  it('refuses a seal that is no picture', async () => {
    const paper = { ...sampleForms.proxy.paper, sealImage: new Uint8Array([1, 2, 3, 4]) }
    await expect(renderPdf('proxy', { ...sampleForms.proxy, paper })).rejects.toThrow('不是 PNG 或 JPEG 图片')
  })

  it('refuses an empty batch and one that is too long', async () => {
    await expect(renderBatch('proxy', [])).rejects.toThrow('一次成册打印须为1至2000份')
    await expect(
      renderBatch(
        'proxy',
        Array.from({ length: 2001 }, () => sampleForms.proxy),
      ),
    ).rejects.toThrow('现有2001份')
  })
})

it('shows the pictures of each paper, not those of the paper printed before', async () => {
  const sealImage = sampleForms['home-visit'].photos?.[0]?.photoImage ?? null
  const first = await renderPdf('confirmation', sampleForms.confirmation)
  const replaced = await renderPdf('confirmation', {
    ...sampleForms.confirmation,
    paper: { ...sampleForms.confirmation.paper, sealImage },
  })
  const again = await renderPdf('confirmation', sampleForms.confirmation)
  expect(first.equals(replaced)).toBe(false)
  expect(first.equals(again)).toBe(true)
})

describe('templates of a district', () => {
  it('gives the built-in text and its hash', () => {
    const { text, sha256 } = templateText('refusal')
    expect(text).toContain('不予确认告知书')
    expect(sha256).toBe(templateHash(text))
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('names the line of a package from outside, and refuses a text that is too long', async () => {
    const outside = '// own\n#import "@preview/cetz:0.3.0": canvas\n'
    await expect(renderPdf('proxy', null, { templateText: outside })).rejects.toThrow('模板第2行引用了外部程序包')
    await expect(renderPdf('proxy', null, { templateText: ' '.repeat(200_001) })).rejects.toThrow('模板过长')
  })

  it('says what is wrong with a text that does not compile, and prints the next paper', async () => {
    await expect(renderPdf('proxy', null, { templateText: '#import "form.typ": *\n#unknown-thing' })).rejects.toThrow(
      'unknown-thing',
    )
    await expect(renderPdf('proxy', null)).resolves.toBeInstanceOf(Buffer)
  })

  it('cannot read a file outside the folder of templates', async () => {
    for (const path of ['/etc/passwd', '../pdf.ts', '../../../package.json']) {
      await expect(renderPdf('proxy', null, { templateText: `#read("${path}")` })).rejects.toThrow('文书排版失败')
    }
  })
})

it('gives the same bytes for the same form, and for the same batch', async () => {
  const once = [await renderPdf('review-form', sampleForms['review-form']), await renderBatch('proxy', [sampleForms.proxy])]
  const again = [await renderPdf('review-form', sampleForms['review-form']), await renderBatch('proxy', [sampleForms.proxy])]
  expect(once.map((pdf, index) => pdf.equals(again[index] ?? Buffer.alloc(0)))).toEqual([true, true])
})

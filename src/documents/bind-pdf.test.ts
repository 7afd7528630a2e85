import { afterAll, describe, expect, it } from 'vitest'
import { bindPdfs } from './bind-pdf.ts'
import { renderBatch, stopPrinting } from './pdf.ts'
import { sampleForms } from './samples/index.ts'

afterAll(stopPrinting)

/** Every object the offset table names begins where the table says; every reference has an object. */
function faults(pdf: Buffer): string[] {
  const text = pdf.toString('latin1')
  const table = text.slice(Number(/startxref\s+(\d+)/.exec(text.slice(-200))?.[1]))
  const offsets = [...table.matchAll(/^(\d{10}) \d{5} ([nf])/gm)]
  const present = new Set(offsets.flatMap(([, , kind], number) => (kind === 'n' ? [number] : [])))
  const misplaced = offsets.flatMap(([, offset, kind], number) =>
    kind === 'n' && !text.startsWith(`${number} 0 obj`, Number(offset)) ? [`object ${number}`] : [],
  )
  const heads = text.replace(/stream\n[\s\S]*?endstream/g, '')
  const dangling = [...heads.matchAll(/\b(\d+) 0 R\b/g)]
    .map(([, number]) => Number(number))
    .filter((number) => !present.has(number))
  return [...misplaced, ...dangling.map((number) => `reference ${number}`)]
}

describe('binding files into one', () => {
  it('keeps the pages of all parts, in one tree without dangling references', async () => {
    const documents = Array.from({ length: 23 }, (_each, index) => ({ ...sampleForms.notice, village: `第${index}村` }))
    const pdf = await renderBatch('notice', documents)
    const text = pdf.toString('latin1')
    expect(/^1 0 obj\n<<\n {2}\/Type \/Pages\n {2}\/Count (\d+)/m.exec(text)?.[1]).toBe('23')
    expect(text.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(23)
    expect(faults(pdf)).toEqual([])
  })

  it('the check of this test notices a moved object', async () => {
    const pdf = await renderBatch('proxy', [sampleForms.proxy, sampleForms.proxy])
    expect(faults(pdf)).toEqual([])
    expect(faults(Buffer.concat([Buffer.from('%PDF-1.7\n\n'), pdf.subarray(9)])).length).toBeGreaterThan(0)
  })

  it('refuses files of another make', () => {
    expect(() => bindPdfs([Buffer.from('%PDF-1.4'), Buffer.from('%PDF-1.4')])).toThrow('成册失败')
    expect(() => bindPdfs([])).toThrow('没有文件')
  })
})

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderPdf, stopPrinting } from '#documents'
import { sampleAuthorisation, sampleReport, sampleReturnNotice } from '../src/documents/samples/index.ts'

/** Papers as another program reads them: poppler's view of text, fonts and pages. */
const folder = mkdtempSync(join(tmpdir(), 'yingbao-papers-'))

afterAll(async () => {
  await stopPrinting()
  rmSync(folder, { recursive: true, force: true })
})

function poppler(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

/** Text without white space: line breaks of a narrow column do not matter. */
function textOf(path: string): string {
  return poppler('pdftotext', '-raw', path, '-').replace(/\s/g, '')
}

async function printed(name: string, pdf: Promise<Buffer>): Promise<string> {
  const path = join(folder, `${name}.pdf`)
  writeFileSync(path, await pdf)
  return path
}

describe('the report on paper', () => {
  let path = ''
  beforeAll(async () => {
    path = await printed('report', renderPdf('verification-report', sampleReport))
  })

  it('carries number, members, every source, every finding, conclusion and notice', () => {
    const text = textOf(path)
    const wanted = [
      sampleReport.reportNo,
      ...sampleReport.members.map((member) => member.name),
      ...sampleReport.sources.map((source) => source.record),
      ...sampleReport.findings.map((finding) => finding.message),
      ...sampleReport.missing,
      '结论：不一致',
      sampleReport.objectionNotice,
    ]
    expect(wanted.filter((each) => !text.includes(each.replace(/\s/g, '')))).toEqual([])
  })

  it('keeps every character within the page', () => {
    const boxes = poppler('pdftotext', '-bbox', path, '-')
    const words = [...boxes.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g)]
    expect(words.length).toBeGreaterThan(100)
    const [width, height, edge] = [595.3, 841.9, 20]
    const outside = words.filter(([, left, top, right, bottom]) => {
      return Number(left) < edge || Number(top) < edge || Number(right) > width - edge || Number(bottom) > height - edge
    })
    expect(outside).toEqual([])
  })

  it('embeds its fonts as outlines, none as Type 3, and is tagged', () => {
    const fonts = poppler('pdffonts', path)
      .split('\n')
      .slice(2)
      .filter((line) => line !== '')
    expect(fonts.length).toBeGreaterThan(0)
    for (const line of fonts) {
      expect(line).not.toContain('Type 3')
      expect(line).toMatch(/yes yes yes/)
    }
    expect(poppler('pdfinfo', path)).toMatch(/Tagged:\s+yes/)
  })

  it('fits the usual household on two sheets', () => {
    expect(poppler('pdfinfo', path)).toMatch(/Pages:\s+2\n/)
  })
})

describe('other papers', () => {
  it('prints a village with a cover and every report', async () => {
    const reports = [1, 2, 3].map((number) => ({ ...sampleReport, reportNo: `HD-${number}` }))
    const batch = {
      title: '核对报告（成册）',
      place: '百草社区',
      campaignTitle: '2026年9月核对',
      printedOn: '2026-09-03',
      reports,
    }
    const path = await printed('village', renderPdf('village-batch', batch))
    expect(poppler('pdfinfo', path)).toMatch(/Pages:\s+7\n/)
    const text = textOf(path)
    for (const report of reports) expect(text.split(`编号：${report.reportNo}`).length).toBe(2)
  })

  it('keeps an authorisation on one sheet and offers it in large print', async () => {
    const usual = await printed('authorisation', renderPdf('authorisation', sampleAuthorisation))
    const large = await printed('large', renderPdf('authorisation', { ...sampleAuthorisation, largePrint: true }))
    expect(poppler('pdfinfo', usual)).toMatch(/Pages:\s+1\n/)
    expect(textOf(large)).toContain('由监护人代签')
  })

  it('names every gap in a return notice', async () => {
    const text = textOf(await printed('return', renderPdf('return-notice', sampleReturnNotice)))
    for (const gap of sampleReturnNotice.gaps) expect(text).toContain(gap.mend.replace(/\s/g, ''))
    expect(text).toContain('送达回执')
  })
})

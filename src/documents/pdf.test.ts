import { afterAll, describe, expect, it } from 'vitest'
import { renderPdf, stopPrinting } from './pdf.ts'
import { sampleAuthorisation, sampleReport, sampleReturnNotice } from './samples/index.ts'

afterAll(stopPrinting)

const batch = {
  title: '核对报告（成册）',
  place: '虚构区青溪街道百草社区',
  campaignTitle: '2026年9月核对',
  printedOn: '2026-09-03',
  reports: [sampleReport, { ...sampleReport, reportNo: 'HD-990101-2026-000124' }],
}

/** The XMP metadata of a PDF/A stand uncompressed in the file. */
function metadata(pdf: Buffer): string {
  return pdf.toString('latin1')
}

describe('papers', () => {
  it('prints a report as tagged PDF/A-2b with a title', async () => {
    const pdf = await renderPdf('verification-report', sampleReport)
    expect(pdf.subarray(0, 8).toString('latin1')).toBe('%PDF-1.7')
    expect(metadata(pdf)).toMatch(/pdfaid:part>2</)
    expect(metadata(pdf)).toMatch(/pdfaid:conformance>B</)
    expect(metadata(pdf)).toContain('/MarkInfo')
    expect(pdf.toString('utf8')).toContain('家庭经济状况核对报告')
  })

  it('gives the same bytes for the same report', async () => {
    const [first, second] = [
      await renderPdf('verification-report', sampleReport),
      await renderPdf('verification-report', sampleReport),
    ]
    expect(first.equals(second)).toBe(true)
  })

  it('prints a long report without failing', async () => {
    const findings = sampleReport.findings.flatMap((finding) => Array.from({ length: 30 }, () => finding))
    const pdf = await renderPdf('verification-report', {
      ...sampleReport,
      findings,
      supporters: [],
      calculation: [],
      missing: [],
    })
    expect(pdf.length).toBeGreaterThan(10_000)
  })

  it('takes text with the marks of the template language as plain text', async () => {
    const strange = { ...sampleReport, conclusionText: '#panic("x") $1+1$ *a* _b_ @c <d> \\e [f] "g"' }
    await expect(renderPdf('verification-report', strange)).resolves.toBeInstanceOf(Buffer)
  })

  it('prints names with characters no font has: private use, beyond the basic plane, replacement mark', async () => {
    const applicant = { ...sampleReport.applicant, name: '丙\ue123𪚥\ufffd□\ud800\u0000' }
    await expect(renderPdf('verification-report', { ...sampleReport, applicant })).resolves.toBeInstanceOf(Buffer)
  })

  it('prints a village as one file, larger than one report and smaller than its reports apart', async () => {
    const one = await renderPdf('verification-report', sampleReport)
    const all = await renderPdf('village-batch', batch)
    expect(all.length).toBeGreaterThan(one.length)
    expect(all.length).toBeLessThan(2 * one.length)
  })

  it('prints authorisation forms, large print too, and return notices', async () => {
    const papers = await Promise.all([
      renderPdf('authorisation', sampleAuthorisation),
      renderPdf('authorisation', { ...sampleAuthorisation, largePrint: true }),
      renderPdf('return-notice', sampleReturnNotice),
    ])
    for (const pdf of papers) expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-')
    expect(papers[0]?.equals(papers[1] ?? Buffer.alloc(0))).toBe(false)
  })

  it('starts again after it was stopped', async () => {
    await stopPrinting()
    await expect(renderPdf('return-notice', sampleReturnNotice)).resolves.toBeInstanceOf(Buffer)
  })

  it('fails the papers that were still being printed when it is stopped', async () => {
    const printing = renderPdf('verification-report', sampleReport)
    const outcome = expect(printing).rejects.toThrow('打印已停止')
    await stopPrinting()
    await outcome
  })
})

/** How many report PDFs a second the printing makes, from the signed documents of a campaign. */
import { renderPdf, stopPrinting } from '../src/documents/index.ts'
import { monotonicMs } from '../src/platform/clock.ts'
import { loadPrintedReports } from '../src/verification/index.ts'
import { inside, type Plant } from './district-run.ts'

const papers = 100

export async function measurePdf(plant: Plant, campaignId: string): Promise<number> {
  const reports = await inside(plant.installation, (tx) => loadPrintedReports(tx, plant.installation.keys, campaignId, papers))
  if (reports.length === 0) return 0
  const started = monotonicMs()
  for (const report of reports) await renderPdf('verification-report', report)
  const perSecond = (reports.length * 1000) / (monotonicMs() - started)
  await stopPrinting()
  return Number(perSecond.toFixed(1))
}

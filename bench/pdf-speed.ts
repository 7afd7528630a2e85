/** How many report PDFs a second the printing makes for several people at once, from the signed documents of a campaign. */

import { loadPrintedReports } from '#verification'
import { renderPdf, stopPrinting } from '../src/documents/index.ts'
import { monotonicMs } from '../src/platform/clock.ts'
import { inside, type Plant } from './district-run.ts'

/** Those of a township; the start of the printing processes is counted in. */
const papers = 400
/** Papers asked for at once: more than there are processes that print. */
const atOnce = 4

export async function measurePdf(plant: Plant, campaignId: string): Promise<number> {
  const reports = await inside(plant.installation, (tx) => loadPrintedReports(tx, plant.installation.keys, campaignId, papers))
  if (reports.length === 0) return 0
  const started = monotonicMs()
  const queue = reports.values()
  const ask = async (): Promise<void> => {
    for (const report of queue) await renderPdf('verification-report', report)
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
  const perSecond = (reports.length * 1000) / (monotonicMs() - started)
  await stopPrinting()
  return Number(perSecond.toFixed(1))
}

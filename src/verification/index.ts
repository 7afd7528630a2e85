/** The door of the verification: starting campaigns, running the worker, taking out results. */
export { exportRun, runFiles } from './actions/export-run.ts'
export { loadPrintedReports } from './actions/reports.ts'
export { type CampaignOrder, releaseCampaign, startCampaign } from './actions/start-campaign.ts'
export type { RunKey } from './actions/summarise.ts'
export { startWorker, type Worker } from './jobs/worker.ts'
export type { Workshop } from './jobs/workshop.ts'
export { type CampaignFacts, findCampaign, listCampaignIds } from './store/campaigns.ts'
export { countReports } from './store/results.ts'

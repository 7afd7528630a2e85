/** The door of the verification: starting campaigns, running the worker, taking out results. */
export { verificationActions } from './actions/all.ts'
export { listAsked } from './actions/asked-of.ts'
export { loadHints } from './actions/change-hints.ts'
export { type CommissionDeps, commissionHouseholds, type SingleOrder } from './actions/commission-households.ts'
export { type EvidenceDeps, exportEvidence, findEvidenceHousehold } from './actions/export-evidence.ts'
export { exportRun, runFiles } from './actions/export-run.ts'
export {
  type AssessmentOrder,
  assessmentOf,
  type FindingLine,
  findReportOf,
  type HouseholdAssessment,
  listOpenFindings,
  listRegisterKin,
  loadFindings,
  type MissingSource,
  type RegisterKin,
  type UsableReport,
} from './actions/household-findings.ts'
export { keepWatched, listWatchHouseholds, tellWatches, type WatchDeps } from './actions/keep-watched.ts'
export { loadPrintedReports } from './actions/reports.ts'
export { type CampaignOrder, releaseCampaign, startCampaign } from './actions/start-campaign.ts'
export { alteredText, checkReports, refuseAlteredReport } from './actions/stored-report.ts'
export type { RunKey } from './actions/summarise.ts'
export { verificationNews } from './actions/take-up-news.ts'
export { loadVerifiedFacts } from './actions/verified-facts.ts'
export { startWorker, type Worker } from './jobs/worker.ts'
export type { Workshop } from './jobs/workshop.ts'
export { schemeOf, verificationPurposes, watching } from './rules/household/schemes.ts'
export {
  type CampaignFacts,
  findCampaign,
  findFinishedCampaign,
  listCampaignIds,
  listVerified,
  type VerifiedHousehold,
} from './store/campaigns.ts'
export { countReports } from './store/results.ts'
export { findTrouble } from './store/troubles.ts'
export { verificationExports } from './table-exports.ts'

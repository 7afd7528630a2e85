/** Verification's routes; the server mounts each, the browser client is typed from them. */
import {
  listAnswerShares,
  listCampaigns,
  listHouseholds,
  listUnits,
  printVillage,
  readProgress,
  readStatistics,
  remindUnits,
  rerunHousehold,
  resumeHousehold,
  startCampaign,
  suspendHousehold,
  terminateHousehold,
} from './campaign.ts'
import { downloadDataStandard, readDataStandard } from './data-standard.ts'
import { askFarNode, cancelFarAsking, listFarAskings } from './far.ts'
import {
  clearFinding,
  confirmClearing,
  explainHousehold,
  listExemptions,
  openVerification,
  readEvidence,
  reopenFinding,
  withdrawExemption,
} from './household.ts'
import { listMissed } from './missed.ts'
import {
  checkReport,
  issueReport,
  printReport,
  raiseObjection,
  readObjectionFile,
  readReport,
  reviewObjection,
} from './report.ts'
import { listTroubles, retryCampaign } from './troubles.ts'

export * from './campaign.ts'
export * from './change-hint.ts'
export * from './data-standard.ts'
export * from './far.ts'
export * from './household.ts'
export * from './missed.ts'
export * from './page-words.ts'
export * from './report.ts'
export * from './troubles.ts'
export * from './words.ts'

export const verificationRoutes = {
  listCampaigns,
  startCampaign,
  readProgress,
  listHouseholds,
  listMissed,
  listAnswerShares,
  listUnits,
  remindUnits,
  listTroubles,
  retryCampaign,
  printVillage,
  readStatistics,
  suspendHousehold,
  terminateHousehold,
  resumeHousehold,
  rerunHousehold,
  openVerification,
  explainHousehold,
  listFarAskings,
  askFarNode,
  cancelFarAsking,
  clearFinding,
  confirmClearing,
  readEvidence,
  reopenFinding,
  listExemptions,
  withdrawExemption,
  readReport,
  printReport,
  issueReport,
  checkReport,
  raiseObjection,
  readObjectionFile,
  reviewObjection,
  readDataStandard,
  downloadDataStandard,
}

/** The door of the edge: endpoints, background work, partners, and asking other registries. */
export {
  type Asked,
  askForChanges,
  askForLater,
  askNow,
  askStatus,
  endChanges,
  findAsked,
  listNotices,
  type Question,
} from './actions/ask-registry.ts'
export type { DciDeps } from './actions/deps.ts'
export { listParkedMessages, sendParkedAgain } from './actions/parked.ts'
export {
  addPartner,
  disablePartner,
  grantRight,
  type ListedPartner,
  listKnownPartners,
  type PartnerInput,
  type PartnerSettings,
  partnerNames,
  setSignatureStubs,
} from './actions/partners.ts'
export { type DciWorker, startDciWorker } from './jobs/worker.ts'
export { DCI_PREFIX, dciRoutes } from './routes.ts'

/** Evidence of one household for a third party: what was asked about it, on which authorisation, what was answered. */
import { collectEvidence, type ExchangeDeps, sealEvidence } from '#exchange'
import { append } from '#journal'
import { Problem } from '#kernel/problem'
import { type Blobs, contentOf } from '#platform/blobs'
import type { Keys } from '#platform/crypto'
import type { Sql, Tx } from '#platform/db'
import { listSubjectIndexes } from '#registry'
import { findDivision, listCommissionsOf, listHouseholdPlaces } from '../store/evidence.ts'
import { listFarPlaces } from '../store/far-askings.ts'
import { exchangeCampaign } from './far-askings.ts'

export interface EvidenceDeps extends ExchangeDeps {
  keys: Keys
  blobs: Pick<Blobs, 'has' | 'read'>
}

/** What is exported: the commissions of one household. */
export interface EvidenceOf {
  /** case file or commission, as the folder names it */
  about: string
  campaignIds: readonly string[]
  householdNo: string
}

/** The commissions of a case. Problem 404 when it has none, 409 when they are of several households and none is named. */
export async function findEvidenceHousehold(sql: Sql, caseNo: string, householdNo: string | undefined): Promise<EvidenceOf> {
  const commissions = await listCommissionsOf(sql, caseNo)
  const households = [...new Set(commissions.flatMap((each) => each.householdNos))]
  const [only] = householdNo === undefined ? households : households.filter((each) => each === householdNo)
  if (only === undefined) throw new Problem('verification.no_commission', `案件 ${caseNo} 没有这一户的核对委托`, { status: 404 })
  if (householdNo === undefined && households.length > 1) {
    throw new Problem(
      'verification.which_household',
      `案件 ${caseNo} 的核对涉及 ${households.length} 户，请用 --household 指明`,
      { status: 409 },
    )
  }
  const campaignIds = commissions.filter((each) => each.householdNos.includes(only)).map((each) => each.campaignId)
  return { about: `案件 ${caseNo}`, campaignIds, householdNo: only }
}

/**
 * The files of the folder, by their path. The export stands in the journal, with the persons it is about. Problem 404 when the
 * household was not asked about.
 */
export async function exportEvidence(
  tx: Tx,
  { about, campaignIds, householdNo }: EvidenceOf,
  by: { purpose: string; operator: string },
  deps: EvidenceDeps,
): Promise<Map<string, Buffer>> {
  const places = []
  for (const campaign of campaignIds) {
    for (const place of await listHouseholdPlaces(tx, campaign, householdNo)) places.push({ campaign, ...place })
  }
  const campaign = exchangeCampaign(householdNo)
  for (const place of await listFarPlaces(tx, campaignIds, householdNo)) places.push({ campaign, ...place })
  const folder = await collectEvidence(tx, places, deps)
  for (const sha256 of new Set(folder.scans)) {
    if (await deps.blobs.has(sha256)) folder.files.set(`scans/${sha256}`, await contentOf(deps.blobs, sha256))
  }
  await sealEvidence(tx, folder, { about, household: householdNo, purpose: by.purpose }, deps)
  const [first = ''] = campaignIds
  await append(tx, {
    chain: `household:${householdNo}`,
    action: 'verification.export-evidence',
    divisionCode: (await findDivision(tx, first, householdNo)) ?? '',
    subjects: await listSubjectIndexes(tx, householdNo),
    basis: '个人信息保护法第五十四条（处理活动合规审计）',
    purpose: by.purpose,
    detail: { about, operator: by.operator, queries: folder.queries.length },
  })
  return folder.files
}

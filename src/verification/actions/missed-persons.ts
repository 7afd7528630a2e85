/** Persons on no roll who may have been left out: the list under a campaign, and each as a finding under which an outcome is noted. */
import { loadAnswers } from '#exchange'
import { isPermitted, roleLabel } from '#identity'
import { divisionAt, rangeOf } from '#kernel/division'
import { maskIdNumber } from '#kernel/id-number'
import { maskName } from '#kernel/person-name'
import { labelOf } from '#kernel/terms'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { readCursor, writeCursor } from '#platform/cursor'
import { inWholeDistrict } from '#registry'
import type { Finding } from '../contract/household.ts'
import { listMissed, type MissedPerson, type MissedPlace } from '../contract/missed.ts'
import { keyWithin, stepOf } from '../jobs/open-counts.ts'
import { type ClearingStanding, standingOf } from '../rules/findings/clearing.ts'
import type { ListedCertificate } from '../rules/household/dossier.ts'
import { type ClearingRow, listClearingOf } from '../store/household-page.ts'
import { listMissedRows, type MissedRow } from '../store/missed.ts'
import type { CampaignRow } from '../store/pages.ts'
import { campaignView, getCampaignRow } from './campaign-pages.ts'
import { findingView } from './finding-view.ts'

/** Batch and round in which the federation's list was asked for. */
const listAsked = { batch: 0, round: 1 }

/**
 * The federation's list of the campaign by record. It stays sealed as it came and is opened for this reply only; what is shown of
 * it are the findings in the reader's sight.
 */
async function openList({ tx, keys, clock }: ActionContext, campaignId: string): Promise<Map<string, ListedCertificate>> {
  const answers = await inWholeDistrict(tx, () => loadAnswers(tx, { campaign: campaignId, ...listAsked }, { keys, clock }))
  const rows = answers.flatMap((answer) =>
    answer.kind === 'lookup' && answer.lookup === 'disability_list' ? (answer.rows as unknown as ListedCertificate[]) : [],
  )
  return new Map(rows.map((row) => [row.source_record_id, row]))
}

/** What the views of these findings are made from. */
export interface MissedParts {
  context: ActionContext
  campaign: CampaignRow
  clearing: readonly ClearingRow[]
  certificates: ReadonlyMap<string, ListedCertificate>
}

/** Everything beside the rows themselves. */
export async function missedPartsOf(context: ActionContext, campaignId: string): Promise<MissedParts> {
  const campaign = await getCampaignRow(context.tx, campaignId)
  const clearing = await listClearingOf(context.tx, campaignId, [''])
  return { context, campaign, clearing, certificates: await openList(context, campaignId) }
}

/** Whoever works on cases sees names; whoever inspects or leads sees them masked. */
function seesNames({ actor }: ActionContext): boolean {
  return isPermitted(actor.role, 'registry.reveal')
}

/** The certificate a finding rests on, and what of the person is shown. */
function personOf(row: MissedRow, { context, certificates }: MissedParts) {
  const certificate = certificates.get(row.source_record_id)
  const name = certificate?.name ?? row.message.split(' ')[0] ?? ''
  return { certificate, name, shown: seesNames(context) ? name : maskName(name) }
}

/** One of them in the form of a finding: its person is known by name only, in no household. */
export function missedFinding(row: MissedRow, parts: MissedParts): Finding {
  const { actor, today } = parts.context
  const { name, shown, certificate } = personOf(row, parts)
  const view = findingView(row, {
    campaignId: parts.campaign.campaign_id,
    packId: parts.campaign.pack_id,
    asOf: parts.campaign.as_of,
    today,
    batch: null,
    clearing: parts.clearing,
    exemptions: [],
    actor,
    mayClear: isPermitted(actor.role, 'verification.clear'),
    mayConfirm: isPermitted(actor.role, 'verification.confirm'),
    roleLabel,
  })
  const certified =
    certificate === undefined
      ? []
      : [
          { label: '残疾等级', value: labelOf('disability_grade', certificate.grade) },
          { label: '证件有效期至', value: certificate.valid_to },
        ]
  const message = row.message.replaceAll(name, shown)
  return { ...view, subjectName: shown, message, explanation: [message], found: [...view.found, ...certified] }
}

/** Keyed index of the person of a finding, for the journal. */
export function missedSubject(row: MissedRow, { context, certificates }: MissedParts): Buffer[] {
  const certificate = certificates.get(row.source_record_id)
  return certificate === undefined ? [] : [context.keys.blindIndex('id', certificate.id_number)]
}

function missedView(row: MissedRow, parts: MissedParts): MissedPerson {
  const { certificate, shown } = personOf(row, parts)
  return {
    name: shown,
    idMasked: certificate === undefined ? null : maskIdNumber(certificate.id_number),
    gradeLabel: certificate === undefined ? null : labelOf('disability_grade', certificate.grade),
    validTo: certificate?.valid_to ?? null,
    townshipCode: row.township_code,
    townshipName: row.township_name,
    villageCode: row.division_code,
    villageName: row.village_name,
    finding: missedFinding(row, parts),
  }
}

/** A row with how it stands after what was noted under it. */
interface Standing {
  row: MissedRow
  standing: ClearingStanding
}

function standingsOf(rows: readonly MissedRow[], clearing: readonly ClearingRow[]): Standing[] {
  const steps = Map.groupBy(clearing, keyWithin)
  return rows.map((row) => ({ row, standing: standingOf(row.class, (steps.get(keyWithin(row)) ?? []).map(stepOf)) }))
}

/** Counts per township, or per village of one; the rows come in order of place. */
function placesOf(rows: readonly Standing[], township: string | undefined): MissedPlace[] {
  const places = new Map<string, MissedPlace>()
  for (const { row, standing } of rows) {
    const code = township === undefined ? row.township_code : row.division_code
    const name = township === undefined ? row.township_name : row.village_name
    const place = places.get(code) ?? { code, name, persons: 0, open: 0 }
    places.set(code, place)
    place.persons++
    if (standing.state !== 'cleared') place.open++
  }
  return [...places.values()]
}

type Wanted = { state?: string | undefined; village?: string | undefined; q?: string | undefined }

function fits({ row, standing }: Standing, { state, village, q = '' }: Wanted, parts: MissedParts): boolean {
  if (village !== undefined && row.division_code !== village) return false
  if (state === 'open' && standing.state === 'cleared') return false
  if (state !== undefined && state !== 'open' && (standing.state !== 'cleared' || standing.outcome !== state)) return false
  if (q === '') return true
  const { certificate, name } = personOf(row, parts)
  if (row.source_record_id === q || certificate?.id_number === q.toUpperCase()) return true
  return seesNames(parts.context) && name.includes(q)
}

/** Keyed indexes of the persons shown, kept beside the reply. */
const shown = new WeakMap<object, Buffer[]>()

export const listMissedAction: Action = routeAction(listMissed, {
  async run(context, input) {
    const { campaignId, township, village, state, q, cursor, limit } = input
    const parts = await missedPartsOf(context, campaignId)
    const within = township ?? (village === undefined ? undefined : divisionAt(village, 'township'))
    const area = within === undefined ? context.scope : rangeOf(within)
    const all = standingsOf(await listMissedRows(context.tx, campaignId, area), parts.clearing)
    const found = all.filter((each) => fits(each, { state, village, q }, parts))
    const from = Number(readCursor(context.keys, listMissed.name, cursor)?.[0] ?? 0)
    const page = found.slice(from, from + limit).map(({ row }) => row)
    const reply = {
      campaign: campaignView(parts.campaign),
      places: placesOf(all, within),
      rows: page.map((row) => missedView(row, parts)),
      total: found.length,
      next: from + limit < found.length ? writeCursor(context.keys, listMissed.name, [String(from + limit)]) : null,
    }
    shown.set(
      reply,
      page.flatMap((row) => missedSubject(row, parts)),
    )
    return reply
  },
  journal: (input, output, { actor }) => ({
    chain: `user:${actor.userId}`,
    divisionCode: input.village ?? input.township ?? actor.divisionCode,
    subjects: shown.get(output) ?? [],
    basis: '社会救助暂行办法：主动发现、主动告知',
    purpose: '查看应保未保人员',
    detail: {
      campaign: input.campaignId,
      q: input.q === undefined ? '' : '有搜索词',
      rows: 'rows' in output ? output.rows.length : 0,
    },
  }),
})

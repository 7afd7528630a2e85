/** 末端公示: who is on aid in a village in a month, on the screen and on paper. */

import { type LongTermNoticeDocument, renderBatch } from '#documents'
import { sealImages } from '#identity'
import { monthOf } from '#kernel/dates'
import { divisionAt, rangeOf, rankOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { labelOf } from '#kernel/terms'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { caseworkParametersOf, packAt, packInForce, packOf, type ResolvedPack, verifyParametersOf } from '#policy'
import { maskNames, publishedName } from '../../cases/rules/masked-name.ts'
import { printStandingLists, readStandingList } from '../contract/notice.ts'
import { totalsOf } from '../rules/notice.ts'
import { findLastTelephone, findPlaceName, type GrantRow, listGrants, takePrintings } from '../store/notices.ts'
import { isMinor } from './listing.ts'
import { faceOf, namesOnPaper, programmeOf } from './papers.ts'

const basis = '社会救助暂行办法 第十一条'

interface Grant extends GrantRow {
  /** as it may be published: of a minor only the surname */
  readonly listed: string
  readonly pack: ResolvedPack
}

/** Who is on aid in an area in a month; an older grant without a case goes by the pack in force. */
async function loadGrants(
  { tx, today }: ActionContext,
  area: { packId: string; division: string; month: string },
): Promise<Grant[]> {
  const current = packAt(await packInForce(tx, area.packId), today)
  const grants: Grant[] = []
  for (const row of await listGrants(tx, rangeOf(area.division), area.month)) {
    const { packId: pack_id, packHash: pack_hash, packOn: pack_on } = row
    const isCased = pack_id !== null && pack_hash !== null && pack_on !== null
    const pack = isCased ? await packOf(tx, { pack_id, pack_hash, pack_on }) : current
    const minor = isMinor(row.born, today, verifyParametersOf(pack).adult_age)
    grants.push({ ...row, pack, listed: publishedName(row.name, minor) })
  }
  return grants
}

/** A tier as people read it: the registry keeps its code, a decision its name. */
function tierName(tier: string | null): string | null {
  return tier === null ? null : labelOf('tier', tier)
}

export function readStandingListAction({ packId }: { packId: string }): Action {
  return routeAction(readStandingList, {
    async run(context, { village, month }) {
      if (rankOf(village) !== 'village') throw new Problem('casework.place', '请选择一个村（社区）', { status: 422 })
      const { tx, today } = context
      const asOf = month ?? monthOf(today)
      const grants = await loadGrants(context, { packId, division: village, month: asOf })
      const place = await findPlaceName(tx, village)
      const names = maskNames(grants.map(({ listed }) => listed))
      const { households, persons, amount } = totalsOf(grants)
      return {
        villageCode: village,
        villageName: place?.name ?? village,
        townshipName: place?.township ?? '',
        month: asOf,
        telephone: await findLastTelephone(tx, village),
        lines: grants.map(({ members, amount: sum, tier, programme, fromMonth }, at) => ({
          number: at + 1,
          name: names[at] ?? '',
          members,
          amount: sum,
          tier: tierName(tier),
          programme,
          fromMonth,
        })),
        totals: { households, persons, amount: amount ?? 0 },
      }
    },
    journal: ({ village }) => ({ chain: 'system:casework', divisionCode: village, basis, purpose: '查看长期公示' }),
  })
}

type Posting = {
  today: string
  month: string
  telephone: string
  sealImage: Uint8Array | null
  printings: ReadonlyMap<string, number>
}

const paperOf = (villageCode: string, month: string): string => `CQ-${villageCode}-${month}`

function standingDocument(
  grants: readonly [Grant, ...Grant[]],
  { today, month, telephone, sealImage, printings }: Posting,
): LongTermNoticeDocument {
  const [first] = grants
  const names = namesOnPaper(
    grants.map(({ listed }) => listed),
    caseworkParametersOf(first.pack).paper_names,
  )
  return {
    paper: faceOf(paperOf(first.villageCode, month), 'long-term-notice', first.townshipName, sealImage),
    township: first.townshipName,
    village: first.villageName,
    programmeName: programmeOf(grants),
    columns: ['amount', ...(grants.some(({ tier }) => tier !== null) ? (['tier'] as const) : []), 'fromMonth'],
    rows: grants.map(({ members, amount, tier, fromMonth }, at) => ({
      name: names[at] ?? '',
      members,
      amountFen: amount,
      ...(tier === null ? {} : { tier: tierName(tier) ?? '' }),
      fromMonth,
    })),
    asOfMonth: month,
    policyText: null,
    complaintTelephone: telephone === '' ? null : telephone,
    printSerial: printings.get(paperOf(first.villageCode, month)) ?? null,
    updatedOn: today,
  }
}

interface Ordered {
  readonly packId: string
  readonly division: string
  readonly month: string
  readonly telephone: string | undefined
}

/** The lists of an area as papers, one for each village that has somebody on it; each is counted as one more printing. */
export async function standingDocuments(
  context: ActionContext,
  { packId, division, month, telephone }: Ordered,
): Promise<LongTermNoticeDocument[]> {
  const { tx, today, actor, clock } = context
  const grants = await loadGrants(context, { packId, division, month })
  const posting = { today, month, telephone: telephone ?? (await findLastTelephone(tx, division)) }
  const townshipOf = ({ villageCode }: GrantRow): string => divisionAt(villageCode, 'township')
  const seals = await sealImages(context, grants.map(townshipOf))
  const villages = [...new Set(grants.map(({ villageCode }) => villageCode))]
  const printings = await takePrintings(
    tx,
    villages.map((code) => paperOf(code, month)),
    { by: actor.userId, at: nowIso(clock) },
  )
  return [...Map.groupBy(grants, ({ villageCode }) => villageCode).values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [standingDocument([first, ...more], { ...posting, printings, sealImage: seals.get(townshipOf(first)) ?? null })],
  )
}

export function printStandingListsAction({ packId }: { packId: string }): Action {
  return routeAction(printStandingLists, {
    async run(context, { division, month, telephone }): Promise<Download> {
      const asOf = month ?? monthOf(context.today)
      const documents = await standingDocuments(context, { packId, division, month: asOf, telephone })
      if (documents.length === 0) throw new Problem('casework.not-found', '所选地区该月没有在保家庭，不需要打印', { status: 404 })
      const body = await renderBatch('long-term-notice', documents)
      return { fileName: `${division}-${asOf}.pdf`, mediaType: 'application/pdf', body }
    },
    journal: ({ division, month }) => ({
      chain: 'system:casework',
      divisionCode: division,
      basis,
      purpose: '打印长期公示',
      detail: { month: month ?? '' },
    }),
  })
}

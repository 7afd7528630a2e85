/** Notices and standing lists on paper, and the standing list of a village on the screen. */

import { composeFilingQr, type LongTermNoticeDocument, type NoticeDocument, type PaperFace, renderBatch } from '#documents'
import { sealImages } from '#identity'
import { monthOf } from '#kernel/dates'
import { divisionAt, rangeOf, rankOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import type { Tx } from '#platform/db'
import { type NoticeRow, printNotice, printNotices, printStandingLists, readStandingList } from '../contract/notice.ts'
import { maskNames, publishedName } from '../rules/masked-name.ts'
import { levelLabel, noticeRule, stageLabel, totalsOf } from '../rules/notice.ts'
import {
  findLastTelephone,
  findPlaceName,
  type GrantRow,
  listForNotice,
  listGrants,
  listNoticeLines,
  listNoticeRows,
  type StoredLine,
} from '../store/notices.ts'
import { parametersOf } from './case-pack.ts'
import { adultAgeOf, isMinor } from './notice-listing.ts'
import { getNotice, noFilter, noticeView } from './notice-view.ts'

const basis = '社会救助暂行办法 第十一条'
const MOST_PAPERS = 1000

const programmes = { urban: '城市最低生活保障', rural: '农村最低生活保障' } as const

const subjectsOf = new WeakMap<object, readonly Buffer[]>()

function faceOf(serialNo: string, form: string, unit: string, sealImage: Uint8Array | null): PaperFace {
  const qrText = composeFilingQr({ caseNo: serialNo, form, version: 1, page: null }) ?? serialNo
  return { serialNo, formVersion: '1', unit, qrText, sealImage }
}

/** 城市最低生活保障, 农村最低生活保障, or both. */
function programmeOf(rows: readonly { programme: 'urban' | 'rural' }[]): string {
  const kinds = new Set(rows.map(({ programme }) => programme))
  const [only] = kinds
  return kinds.size === 1 && only !== undefined ? programmes[only] : '城乡最低生活保障'
}

/** Names as the pack wants them on paper: in full, so that neighbours can object, or masked. */
function namesOnPaper(names: readonly string[], way: 'full' | 'masked'): readonly string[] {
  return way === 'masked' ? maskNames(names) : names
}

async function noticeDocument(
  { tx }: ActionContext,
  notice: NoticeRow,
  lines: readonly StoredLine[],
  sealImage: Uint8Array | null,
): Promise<NoticeDocument> {
  const [first] = lines
  if (first === undefined || notice.stage === 'long_term') {
    throw new Problem('casework.not-found', '这张公示单没有您辖区内的案件', { status: 404 })
  }
  const parameters = await parametersOf(tx, underPack(first))
  const names = namesOnPaper(
    lines.map(({ name }) => name),
    parameters.paper_names,
  )
  const withAmount = lines.some(({ amount }) => amount !== null)
  const unit = notice.level === 'village' ? notice.townshipName : notice.placeName
  return {
    paper: faceOf(notice.noticeNo, 'notice', unit, sealImage),
    stageName: stageLabel(notice.level, notice.stage),
    levelName: levelLabel(notice.level),
    village: notice.placeName,
    programmeName: programmeOf(lines),
    columns: [
      ...(withAmount ? (['amount'] as const) : []),
      ...(lines.some(({ tier }) => tier !== null) ? (['tier'] as const) : []),
      ...(lines.some(({ fromMonth }) => fromMonth !== null) ? (['fromMonth'] as const) : []),
    ],
    rows: lines.map(({ members, amount, tier, fromMonth }, at) => ({
      name: names[at] ?? '',
      members,
      ...(amount === null ? {} : { amountFen: amount }),
      ...(tier === null ? {} : { tier }),
      ...(fromMonth === null ? {} : { fromMonth }),
    })),
    fromOn: notice.fromOn,
    toOn: notice.toOn,
    days: noticeRule(parameters, notice.level, notice.stage)?.days ?? null,
    objectionTelephone: notice.telephone,
    objectionAddress: null,
    printSerial: null,
    postedOn: notice.fromOn,
  }
}

/** Whose office a notice is from: the township's hangs in its villages too. */
function issuerOf({ level, divisionCode }: NoticeRow): string {
  return level === 'district' ? divisionCode : divisionAt(divisionCode, 'township')
}

/** The papers of notices, without what was taken down; all that is printed of them stands in these. */
export async function noticeDocuments(context: ActionContext, notices: readonly NoticeRow[]): Promise<NoticeDocument[]> {
  const lines = await listNoticeLines(
    context.tx,
    notices.map(({ noticeNo }) => noticeNo),
  )
  const byNotice = Map.groupBy(lines, (line) => line.noticeNo)
  const documents: NoticeDocument[] = []
  const seals = await sealImages(context, notices.map(issuerOf))
  for (const notice of notices) {
    const own = (byNotice.get(notice.noticeNo) ?? []).filter(({ state }) => state !== 'withdrawn')
    if (own.length > 0) documents.push(await noticeDocument(context, notice, own, seals.get(issuerOf(notice)) ?? null))
  }
  return documents
}

async function printed(context: ActionContext, notices: readonly NoticeRow[], fileName: string): Promise<Download> {
  const { tx } = context
  const documents = await noticeDocuments(context, notices)
  if (documents.length === 0) throw new Problem('casework.not-found', '没有可以打印的公示单', { status: 404 })
  const download: Download = { fileName, mediaType: 'application/pdf', body: await renderBatch('notice', documents) }
  const lines = await listNoticeLines(
    tx,
    notices.map(({ noticeNo }) => noticeNo),
  )
  const known = await listForNotice(
    tx,
    lines.map(({ caseNo }) => caseNo),
    'village',
  )
  subjectsOf.set(
    download,
    known.flatMap(({ subjects }) => subjects),
  )
  return download
}

export const printNoticeAction: Action = routeAction(printNotice, {
  run: async (context, { noticeNo }) => printed(context, [await getNotice(context, noticeNo)], `${noticeNo}.pdf`),
  journal: ({ noticeNo }, output) => ({
    chain: `notice:${noticeNo}`,
    subjects: subjectsOf.get(output) ?? [],
    basis,
    purpose: '打印公示单',
  }),
})

export const printNoticesAction: Action = routeAction(printNotices, {
  async run(context, { division, level }) {
    const { tx, today } = context
    const rows = await listNoticeRows(tx, { ...noFilter, ...rangeOf(division), level, state: 'posted', limit: MOST_PAPERS })
    const inOrder = rows.map((row) => noticeView(row, today)).sort((a, b) => (a.divisionCode < b.divisionCode ? -1 : 1))
    return printed(context, inOrder, `${division}-${level}.pdf`)
  },
  journal: ({ division, level }, output) => ({
    chain: 'system:casework',
    divisionCode: division,
    subjects: subjectsOf.get(output) ?? [],
    basis,
    purpose: '成批打印公示单',
    detail: { level },
  }),
})

/** The name a grant is listed under: of a minor only the surname. */
async function grantName(tx: Tx, row: GrantRow, today: string): Promise<string> {
  return publishedName(row.name, isMinor(row.born, today, await adultAgeOf(tx, underPack(row))))
}

/** The pack a grant's case stands under. */
function underPack({ packId, packHash, packOn }: Pick<GrantRow, 'packId' | 'packHash' | 'packOn'>) {
  return { pack_id: packId, pack_hash: packHash, pack_on: packOn }
}

/** Names grants are listed under, in their order. */
async function grantNames(tx: Tx, rows: readonly GrantRow[], today: string): Promise<string[]> {
  const names: string[] = []
  for (const row of rows) names.push(await grantName(tx, row, today))
  return names
}

export const readStandingListAction: Action = routeAction(readStandingList, {
  async run({ tx, today }, { village, month }) {
    if (rankOf(village) !== 'village') throw new Problem('casework.place', '请选择一个村（社区）', { status: 422 })
    const asOf = month ?? monthOf(today)
    const rows = await listGrants(tx, rangeOf(village), asOf)
    const place = await findPlaceName(tx, village)
    const names = maskNames(await grantNames(tx, rows, today))
    const { households, persons, amount } = totalsOf(rows)
    return {
      villageCode: village,
      villageName: place?.name ?? village,
      townshipName: place?.township ?? '',
      month: asOf,
      telephone: await findLastTelephone(tx, village),
      lines: rows.map(({ caseNo, members, amount: sum, tier, programme, fromMonth }, at) => ({
        caseNo,
        name: names[at] ?? '',
        members,
        amount: sum,
        tier,
        programme,
        fromMonth,
      })),
      totals: { households, persons, amount: amount ?? 0 },
    }
  },
  journal: ({ village }) => ({ chain: 'system:casework', divisionCode: village, basis, purpose: '查看长期公示' }),
})

async function standingDocument(
  tx: Tx,
  rows: readonly GrantRow[],
  day: { today: string; month: string },
  telephone: string,
  sealImage: Uint8Array | null,
): Promise<LongTermNoticeDocument> {
  const [first] = rows
  if (first === undefined) throw new Error('a standing list without a grant')
  const { paper_names: way } = await parametersOf(tx, underPack(first))
  const names = namesOnPaper(await grantNames(tx, rows, day.today), way)
  return {
    paper: faceOf(`CQ-${first.villageCode}-${day.month}`, 'long-term-notice', first.townshipName, sealImage),
    village: first.villageName,
    programmeName: programmeOf(rows),
    columns: ['amount', ...(rows.some(({ tier }) => tier !== null) ? (['tier'] as const) : []), 'fromMonth'],
    rows: rows.map(({ members, amount, tier, fromMonth }, at) => ({
      name: names[at] ?? '',
      members,
      amountFen: amount,
      ...(tier === null ? {} : { tier }),
      fromMonth,
    })),
    asOfMonth: day.month,
    policyText: null,
    complaintTelephone: telephone === '' ? null : telephone,
    printSerial: null,
    updatedOn: day.today,
  }
}

export const printStandingListsAction: Action = routeAction(printStandingLists, {
  async run(context, { division, month, telephone }): Promise<Download> {
    const { tx, today } = context
    const asOf = month ?? monthOf(today)
    const rows = await listGrants(tx, rangeOf(division), asOf)
    if (rows.length === 0) throw new Problem('casework.not-found', '所选地区该月没有在保家庭，不需要打印', { status: 404 })
    const known = telephone ?? (await findLastTelephone(tx, division))
    const villages = [...Map.groupBy(rows, (row) => row.villageCode).values()]
    const documents: LongTermNoticeDocument[] = []
    const townshipOf = ([first]: readonly GrantRow[]): string => divisionAt(first?.villageCode ?? division, 'township')
    const seals = await sealImages(context, villages.map(townshipOf))
    for (const list of villages) {
      documents.push(await standingDocument(tx, list, { today, month: asOf }, known, seals.get(townshipOf(list)) ?? null))
    }
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

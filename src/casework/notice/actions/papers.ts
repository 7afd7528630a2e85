/** Notices on paper. */

import { composeFilingQr, type NoticeDocument, type PaperFace, renderBatch } from '#documents'
import { sealImages } from '#identity'
import { divisionAt, rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { parametersOf } from '#policy'
import { maskNames } from '../../cases/rules/masked-name.ts'
import { type NoticeRow, printNotice, printNotices } from '../contract/notice.ts'
import { levelLabel, noticeRule, stageLabel } from '../rules/notice.ts'
import { listForNotice, listNoticeLines, listNoticeRows, type StoredLine, takePrintings } from '../store/notices.ts'
import { getNotice, noFilter, noticeView } from './view.ts'

const basis = '社会救助暂行办法 第十一条'
const MOST_PAPERS = 1000

const programmes = { urban: '城市最低生活保障', rural: '农村最低生活保障' } as const

const subjectsOf = new WeakMap<object, readonly Buffer[]>()

export function faceOf(serialNo: string, form: string, unit: string, sealImage: Uint8Array | null): PaperFace {
  const qrText = composeFilingQr({ caseNo: serialNo, form, version: 1, page: null }) ?? serialNo
  return { serialNo, formVersion: '1', unit, qrText, sealImage }
}

/** 城市最低生活保障, 农村最低生活保障, or both. */
export function programmeOf(rows: readonly { programme: 'urban' | 'rural' }[]): string {
  const kinds = new Set(rows.map(({ programme }) => programme))
  const [only] = kinds
  return kinds.size === 1 && only !== undefined ? programmes[only] : '城乡最低生活保障'
}

/** Names as the pack wants them on paper: in full, so that neighbours can object, or masked. */
export function namesOnPaper(names: readonly string[], way: 'full' | 'masked'): readonly string[] {
  return way === 'masked' ? maskNames(names) : names
}

async function noticeDocument(
  { tx }: ActionContext,
  notice: NoticeRow,
  lines: readonly StoredLine[],
  sealImage: Uint8Array | null,
  printSerial: number | null,
): Promise<NoticeDocument> {
  const [first] = lines
  if (first === undefined || notice.stage === 'long_term') {
    throw new Problem('casework.not-found', '这张公示单没有您辖区内的案件', { status: 404 })
  }
  const parameters = await parametersOf(tx, { pack_id: first.packId, pack_hash: first.packHash, pack_on: first.packOn })
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
    township: notice.level === 'district' ? `全区（${notice.placeName}）` : notice.townshipName,
    village: notice.level === 'village' ? notice.placeName : '所辖各村（社区）',
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
    objectionAddress: notice.address === '' ? null : notice.address,
    printSerial,
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
  const byNotice = Map.groupBy(
    lines.filter(({ state }) => state !== 'withdrawn'),
    (line) => line.noticeNo,
  )
  const printed = notices.filter(({ noticeNo }) => byNotice.has(noticeNo))
  const documents: NoticeDocument[] = []
  const seals = await sealImages(context, printed.map(issuerOf))
  const printings = await takePrintings(
    context.tx,
    printed.map(({ noticeNo }) => noticeNo),
    { by: context.actor.userId, at: nowIso(context.clock) },
  )
  for (const notice of printed) {
    const own = byNotice.get(notice.noticeNo) ?? []
    const seal = seals.get(issuerOf(notice)) ?? null
    documents.push(await noticeDocument(context, notice, own, seal, printings.get(notice.noticeNo) ?? null))
  }
  return documents
}

async function printed(
  context: ActionContext,
  notices: readonly NoticeRow[],
  fileName: string,
  sheet: 'a4' | 'a3',
): Promise<Download> {
  const { tx } = context
  const documents = await noticeDocuments(context, notices)
  if (documents.length === 0) throw new Problem('casework.not-found', '没有可以打印的公示单', { status: 404 })
  const body = await renderBatch('notice', documents, { onA3: sheet === 'a3' })
  const download: Download = { fileName, mediaType: 'application/pdf', body }
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
  run: async (context, { noticeNo, sheet }) => printed(context, [await getNotice(context, noticeNo)], `${noticeNo}.pdf`, sheet),
  journal: ({ noticeNo }, output) => ({
    chain: `notice:${noticeNo}`,
    subjects: subjectsOf.get(output) ?? [],
    basis,
    purpose: '打印公示单',
  }),
})

export const printNoticesAction: Action = routeAction(printNotices, {
  async run(context, { division, level, sheet }) {
    const { tx, today } = context
    const rows = await listNoticeRows(tx, { ...noFilter, ...rangeOf(division), level, state: 'posted', limit: MOST_PAPERS })
    const inOrder = rows.map((row) => noticeView(row, today)).sort((a, b) => (a.divisionCode < b.divisionCode ? -1 : 1))
    return printed(context, inOrder, `${division}-${level}.pdf`, sheet)
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

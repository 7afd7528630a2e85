/** Publishing one list for many cases: read, decided and written as sets, so that the statements do not grow with the cases. */
import { chineseDate } from '#kernel/chinese-date'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { clauseOf, packOf, parametersOf } from '#policy'
import { maskNames } from '../../cases/rules/masked-name.ts'
import { loadSet, moveSet, type SetCase } from '../../procedure/actions/move-set.ts'
import type { CaseRow } from '../../procedure/store/cases.ts'
import { listNoticePlans, type NoticeLevel, type NoticeStage, previewNotice, publishNotice } from '../contract/notice.ts'
import { levelLabel, type NoticePeriod, noticeStep, noticeTitle, totalsOf } from '../rules/notice.ts'
import { findLastContact, findPlaceName, listForNotice, listPlanCases, listPlans } from '../store/notices.ts'
import { type Listing, listingOf } from './listing.ts'
import { periodOf, placeAt, writeNotice } from './writing.ts'

const basis = '社会救助暂行办法 第十一条'

export const listNoticePlansAction: Action = routeAction(listNoticePlans, {
  async run({ tx }, { level, township }) {
    const rows = await listPlans(tx, level ?? null, township === undefined ? null : rangeOf(township))
    return { rows, cases: rows.reduce((sum, { cases }) => sum + cases, 0) }
  },
  journal: () => null,
})

interface Candidate {
  readonly each: SetCase
  readonly listing: Listing
  readonly period: NoticePeriod | null
  readonly fault: string | null
}

interface Wanted {
  readonly level: NoticeLevel
  readonly stage: NoticeStage
  readonly division: string
  readonly fromOn: string
  readonly fromMonth: string | null
}

/** Why a case does not belong on this list, beyond its own figures. */
function placeFault(row: CaseRow, listing: Listing, { level, stage, division }: Wanted): string | null {
  if (placeAt(level, row.division_code) !== division) return '不属于本公示单的地区，请在所属地区公示'
  if (listing.stage === stage) return null
  return stage === 'again' ? '首次公示的案件，请另列首次公示单' : '公示过的案件再次公示，请另列再次公示单'
}

/** The cases of a list, each judged: a constant number of statements. */
async function loadCandidates(
  context: ActionContext,
  caseNos: readonly string[],
  wanted: Wanted,
  lock: boolean,
): Promise<Candidate[]> {
  const { tx, today } = context
  const known = new Map((await listForNotice(tx, caseNos, wanted.level)).map((each) => [each.case_no, each]))
  const candidates: Candidate[] = []
  for (const each of await loadSet(context, caseNos, lock)) {
    const { row, state } = each
    const day = { today, fromMonth: wanted.fromMonth }
    const listing = await listingOf(tx, row, state.procedure, wanted.level, known.get(row.case_no), day)
    const fault = placeFault(row, listing, wanted) ?? listing.fault
    const period = fault === null ? periodOf(await parametersOf(tx, row), wanted, wanted.fromOn, today) : null
    candidates.push({ each, listing, period, fault })
  }
  return oneLength(candidates)
}

/** A list hangs equally long for all: a case whose pack has another length is told so. */
function oneLength(candidates: Candidate[]): Candidate[] {
  const first = candidates.find(({ period }) => period !== null)?.period
  return candidates.map((one) => {
    if (one.period === null || first === null || first === undefined || one.period.toOn === first.toOn) return one
    return {
      ...one,
      fault: `所依政策的公示期到 ${chineseDate(one.period.toOn)}，与同单其他案件的 ${chineseDate(first.toOn)} 不同，请另列公示单`,
    }
  })
}

export const previewNoticeAction: Action = routeAction(previewNotice, {
  async run(context, { level, stage, division, from }) {
    const { tx, today } = context
    const wanted = { level, stage, division, fromOn: from ?? today, fromMonth: null }
    const candidates = await loadCandidates(context, await listPlanCases(tx, level, stage, division), wanted, false)
    const place = await findPlaceName(tx, division)
    const names = maskNames(candidates.map(({ listing }) => listing.line.name))
    const good = candidates.filter(({ fault }) => fault === null)
    const [first] = good
    return {
      title: noticeTitle(place?.name ?? division, level, stage),
      placeName: place?.name ?? division,
      period: first?.period ?? null,
      clause: first === undefined ? '' : clauseOf(await packOf(tx, first.each.row), stage === 'again' ? 'renotice' : 'notices'),
      lines: candidates.map(({ each, listing: { line }, fault }, at) => ({
        caseNo: each.row.case_no,
        version: each.row.version,
        name: names[at] ?? '',
        members: line.members,
        amount: line.amount,
        tier: line.tier,
        fault,
      })),
      totals: totalsOf(good.map(({ listing }) => listing.line)),
      ...(await findLastContact(tx, division)),
    }
  },
  journal: ({ level, division }, output) => ({
    chain: 'system:casework',
    divisionCode: division,
    basis,
    purpose: '编制公示名单',
    detail: { level, cases: 'lines' in output ? output.lines.length : 0 },
  }),
})

/** Refuses the whole list with every fault in it, each with its case. */
function checkAll(candidates: readonly Candidate[], asked: readonly { caseNo: string; version: number }[]): void {
  const seen = new Map(candidates.map((one) => [one.each.row.case_no, one]))
  const faults = asked.flatMap(({ caseNo, version }) => {
    const candidate = seen.get(caseNo)
    if (candidate === undefined) return [{ path: [caseNo], message: `${caseNo}：没有这个案件，或不在您的辖区内` }]
    const {
      each: { row },
      fault,
    } = candidate
    const changed = row.version === version ? null : '刚刚由他人办理过，请刷新后再公示'
    const told = fault ?? changed
    return told === null ? [] : [{ path: [caseNo], message: `${row.applicant_name}（${caseNo}）：${told}` }]
  })
  if (faults.length === 0) return
  const [first] = faults
  throw new Problem('casework.notice-faults', `公示名单有 ${faults.length} 处须先更正。${first?.message ?? ''}`, {
    status: 422,
    details: { issues: faults },
  })
}

const subjectsOf = new WeakMap<object, readonly Buffer[]>()

export const publishNoticeAction: Action = routeAction(publishNotice, {
  async run(context, { level, stage, division, cases, telephone, address, ...when }) {
    const { today } = context
    const step = noticeStep(level)
    const caseNos = cases.map(({ caseNo }) => caseNo)
    const wanted = { level, stage, division, fromOn: when.fromOn ?? today, fromMonth: when.fromMonth ?? null }
    const candidates = await loadCandidates(context, caseNos, wanted, true)
    checkAll(candidates, cases)
    const period = candidates[0]?.period
    if (period === null || period === undefined) throw new Error(`no period for ${levelLabel(level)}`)
    const lines = candidates.map(({ listing }) => listing.line)
    const { noticeNo, title } = await writeNotice(context, {
      level,
      stage,
      divisionCode: division,
      telephone,
      address,
      period,
      lines,
    })
    await moveSet(
      context,
      candidates.map(({ each }) => each),
      {
        step,
        command: 'publish',
        detail: { noticeNo },
        facts: () => new Set([`${step}-listed`]),
        dues: () => ({ [step]: period.toOn }),
      },
    )
    const reply = { noticeNo, title, period, totals: totalsOf(lines) }
    subjectsOf.set(
      reply,
      candidates.flatMap(({ listing }) => listing.subjects),
    )
    return reply
  },
  journal: ({ level, division, cases }, output) => ({
    chain: 'noticeNo' in output ? `notice:${output.noticeNo}` : 'system:casework',
    divisionCode: division,
    subjects: subjectsOf.get(output) ?? [],
    basis,
    purpose: '发布公示',
    detail: { level, cases: cases.map(({ caseNo }) => caseNo) },
  }),
})

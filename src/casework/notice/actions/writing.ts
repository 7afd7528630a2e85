/** Writing a notice: its number, its days, its rows. */
import { chineseDate } from '#kernel/chinese-date'
import { divisionAt } from '#kernel/division'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { nowIso } from '#platform/clock'
import type { CaseworkParameters } from '#policy'
import { nextNumber } from '../../procedure/store/cases.ts'
import type { NoticeLevel, NoticeStage } from '../contract/notice.ts'
import { levelLabel, type NoticePeriod, noticePeriod, noticeRule, noticeTitle, type PublishedLine } from '../rules/notice.ts'
import { findLastContact, findPlaceName, insertNotice } from '../store/notices.ts'

/** The next number of a kind of paper in a district and year: GS-629901-2026-000001. */
export async function nextPaperNumber(context: ActionContext, kind: string, divisionCode: string): Promise<string> {
  const series = `${kind}-${divisionCode.slice(0, 6)}-${context.today.slice(0, 4)}`
  return `${series}-${String(await nextNumber(context.tx, series)).padStart(6, '0')}`
}

/** Days of a notice under a pack; refused in words where the pack sets none, or a day lies behind us. */
export function periodOf(
  parameters: CaseworkParameters,
  { level, stage }: { level: NoticeLevel; stage: NoticeStage },
  fromOn: string,
  today: string,
): NoticePeriod {
  if (fromOn < today)
    throw new Problem('casework.notice-day', `公示起始日 ${chineseDate(fromOn)} 早于今天，请改为今天或以后的日期`, {
      status: 422,
    })
  const rule = noticeRule(parameters, level, stage)
  if (rule === undefined) {
    throw new Problem('casework.notice-rule', `政策包没有规定${levelLabel(level)}公示的天数，请联系政策管理员补充`, {
      status: 409,
    })
  }
  return noticePeriod(rule, fromOn)
}

export interface NoticeDraft {
  readonly level: NoticeLevel
  readonly stage: NoticeStage
  readonly divisionCode: string
  readonly telephone: string
  readonly address: string
  readonly period: NoticePeriod
  readonly lines: readonly PublishedLine[]
}

/** Place a case of a village is published at. */
export function placeAt(level: NoticeLevel, villageCode: string): string {
  return divisionAt(villageCode, level)
}

/** Writes notice and lines; gives number and heading. Five statements, however many lines. */
export async function writeNotice(context: ActionContext, draft: NoticeDraft): Promise<{ noticeNo: string; title: string }> {
  const { tx, actor, clock } = context
  const { level, stage, divisionCode, telephone, period, lines } = draft
  const address = draft.address === '' ? (await findLastContact(tx, divisionCode)).address : draft.address
  const noticeNo = await nextPaperNumber(context, 'GS', divisionCode)
  const place = await findPlaceName(tx, divisionCode)
  const title = noticeTitle(place?.name ?? divisionCode, level, stage)
  const { fromOn, toOn, provisional } = period
  const row = {
    noticeNo,
    divisionCode,
    level,
    stage,
    title,
    fromOn,
    toOn,
    provisional,
    telephone,
    address,
    by: actor.userId,
    at: nowIso(clock),
  }
  await insertNotice(tx, row, lines)
  return { noticeNo, title }
}

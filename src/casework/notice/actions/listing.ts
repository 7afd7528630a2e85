/** What a case would be listed with, and whether its figures agree. */

import { ageOn } from '#kernel/id-number'
import type { Tx } from '#platform/db'
import { packOf, verifyParametersOf } from '#policy'
import { publishedName } from '../../cases/rules/masked-name.ts'
import type { Procedure } from '../../procedure/rules/model.ts'
import type { CaseRow } from '../../procedure/store/cases.ts'
import type { NoticeLevel, NoticeStage } from '../contract/notice.ts'
import { listingFault, type PublishedLine, showsAmount } from '../rules/notice.ts'
import { type CaseForList, listForNotice } from '../store/notices.ts'

/** Age of majority by the pack a case stands under, as it was kept when the case was opened. */
export async function adultAgeOf(tx: Tx, row: Pick<CaseRow, 'pack_id' | 'pack_hash' | 'pack_on'>): Promise<number> {
  return verifyParametersOf(await packOf(tx, row)).adult_age
}

/** Whether somebody born on a day is a minor; an unknown birth date is no minor's. */
export function isMinor(born: string | null, on: string, adultAge: number): boolean {
  return born !== null && ageOn(born, on) < adultAge
}

export interface Listing {
  readonly line: PublishedLine
  readonly stage: NoticeStage
  readonly fault: string | null
  readonly subjects: readonly Buffer[]
}

/** The line of a case at a level, from its row and what the lists know of it. */
export async function listingOf(
  tx: Tx,
  row: CaseRow,
  procedure: Procedure,
  level: NoticeLevel,
  known: CaseForList | undefined,
  day: { today: string; fromMonth: string | null },
): Promise<Listing> {
  const withAmount = showsAmount(procedure, level)
  const { case_no: caseNo, members, covered, base, top_up: topUp, amount } = row
  const figures = { caseNo, name: row.applicant_name, members, covered, base, topUp, amount }
  const minor = isMinor(known?.born ?? null, day.today, await adultAgeOf(tx, row))
  return {
    line: {
      caseNo,
      name: publishedName(row.applicant_name, minor),
      members: withAmount ? (covered ?? members) : members,
      amount: withAmount ? amount : null,
      tier: withAmount ? row.tier : null,
      fromMonth: withAmount ? day.fromMonth : null,
    },
    stage: known?.again === true ? 'again' : 'review',
    fault: listingFault(figures, withAmount),
    subjects: known?.subjects ?? [],
  }
}

/** The listing of one case. */
export async function loadListing(
  tx: Tx,
  file: { row: CaseRow; procedure: Procedure },
  level: NoticeLevel,
  day: { today: string; fromMonth: string | null },
): Promise<Listing> {
  const [known] = await listForNotice(tx, [file.row.case_no], level)
  return listingOf(tx, file.row, file.procedure, level, known, day)
}

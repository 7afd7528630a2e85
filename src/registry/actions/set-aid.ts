/** What a decision changes in the row of a household. */
import { Problem } from '#kernel/problem'
import { codesOf } from '#kernel/terms'
import type { Tx } from '#platform/db'
import { type AidRow, saveAid } from '../store/household-rows.ts'
import { notFound } from './households.ts'

/** Aid as it was decided: months `YYYY-MM`, a tier of the code list, fen a month. */
export type Aid = AidRow

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/

function refuse(message: string): never {
  throw new Problem('registry.aid', message, { status: 422 })
}

function check({ aidFrom, aidTo, tier, approvedAmount }: Aid): void {
  if (aidFrom !== null && !MONTH.test(aidFrom)) refuse('保障起始月应写成 2026-09 的形式，请改正')
  if (aidTo !== null && !MONTH.test(aidTo)) refuse('保障终止月应写成 2026-09 的形式，请改正')
  if (aidTo !== null && aidFrom === null) refuse('只有终止月没有起始月，请补填保障起始月')
  if (aidFrom !== null && aidTo !== null && aidTo < aidFrom) refuse('保障终止月早于起始月，请核对起止时间')
  if (tier !== null && !codesOf('tier').has(tier))
    refuse(`保障类别“${tier}”不在代码表内，请填写 ${[...codesOf('tier')].join('、')}`)
  if (approvedAmount !== null && (!Number.isSafeInteger(approvedAmount) || approvedAmount < 0)) {
    refuse('月保障金额应为不小于零的整数（分），请核对')
  }
}

/**
 * Writes the aid of a household as decided; with a first month it counts as an existing one, without one as a new one. Gives the household's division. Problem
 * 422 for what no decision can say, 404 when the household is not in scope.
 */
export async function setAid(tx: Tx, householdNo: string, aid: Aid): Promise<string> {
  check(aid)
  const divisionCode = await saveAid(tx, householdNo, aid)
  if (divisionCode === undefined) throw notFound('这一户')
  return divisionCode
}

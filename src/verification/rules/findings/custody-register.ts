/** Custody and the household register. */

import { dateOf, dayNumber, daysInMonth, monthIndex } from '#kernel/dates'
import { labelOf } from '#kernel/terms'
import type { PoliceCustodyRow, PoliceRegisterRow } from '#sources/contract'
import { coveredMonths, type Member, rowsOf } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import type { Rule } from './rule.ts'

/** Days of a month that lie in [from, to], both ends included. */
export function daysOfMonthWithin(month: string, from: string, to: string): number {
  const index = monthIndex(month)
  const year = (index - (index % 12)) / 12
  const number = (index % 12) + 1
  const first = dateOf(year, number, 1)
  const last = dateOf(year, number, daysInMonth(year, number))
  const start = from > first ? from : first
  const end = to < last ? to : last
  return end < start ? 0 : dayNumber(end) - dayNumber(start) + 1
}

function endOf(row: PoliceCustodyRow, asOf: string): string {
  return row.to_date !== null && row.to_date < asOf ? row.to_date : asOf
}

const paidInCustody: Rule = {
  id: 'PRI-1',
  title: '服刑羁押人员享受',
  class: 'A',
  scope: 'R',
  clause: '《最低生活保障审核确认办法》：服刑、强制隔离戒毒等人员不计入共同生活的家庭成员',
  silent: ['police/custody'],
  find(h, ctx, report) {
    for (const member of h.members) {
      const rows = rowsOf(member, 'police/custody')
      if (rows.length === 0) continue
      const covered = coveredMonths(h, member)
      for (const row of rows) {
        if (!ctx.sets.custody_states.has(row.state)) continue
        const end = endOf(row, ctx.asOf)
        const months = covered.filter((month) => daysOfMonthWithin(month, row.from_date, end) >= ctx.params.pri1_min_days)
        if (months.length === 0) continue
        report({
          person: member.no,
          source: 'police/custody',
          record: row,
          value: String(months.length),
          text:
            `${member.name} 自 ${row.from_date} 起${row.to_date === null ? '至今' : `至 ${row.to_date}`}羁押服刑，` +
            `其间 ${months.length} 个月（${months.join('、')}，当月在押不少于 ${ctx.params.pri1_min_days} 天）仍享受低保`,
        })
      }
    }
  },
}

const registeredElsewhere: Rule = {
  id: 'REG-1',
  title: '户籍在区外',
  class: 'A',
  scope: 'NR',
  clause: '《最低生活保障审核确认办法》：持有当地常住户口的居民可以申请；例外按本区规定',
  silent: ['police/register'],
  find(h, ctx, report) {
    const digits = ctx.params.district_prefix_digits
    const here = ctx.districtCode.slice(0, digits)
    for (const member of h.members) {
      const row = member.identity
      if (row === null || row.state !== 'normal' || row.division_code.slice(0, digits) === here) continue
      if (member.row.relation !== null && ctx.sets.reg1_exempt_relations.has(member.row.relation)) continue
      if (ctx.sets.reg1_exempt_register_types.has(row.register_type)) continue
      report({
        person: member.no,
        source: 'police/register',
        record: row,
        value: row.division_code,
        text: `${member.name} 的户籍在 ${row.division_code}，不在本区（${here}）`,
      })
    }
  },
}

function isExplained(row: PoliceRegisterRow, ctx: RuleContext): boolean {
  return row.state === 'cancelled' && row.cancel_reason !== null && ctx.sets.reg2_exempt_reasons.has(row.cancel_reason)
}

/** Register rows that are irregular: a row of identity that is not normal, or further normal rows of another book. */
function irregularRows(member: Member, own: PoliceRegisterRow, ctx: RuleContext): readonly PoliceRegisterRow[] {
  if (own.state !== 'normal') return isExplained(own, ctx) ? [] : [own]
  return rowsOf(member, 'police/register').filter(
    (row) => row.state === 'normal' && row.register_household_no !== own.register_household_no,
  )
}

const irregularRegister: Rule = {
  id: 'REG-2',
  title: '户籍状态异常',
  class: 'A',
  scope: 'NR',
  clause: '《最低生活保障审核确认办法》：持有当地常住户口的居民可以申请；户籍注销、重户须先由公安查实',
  silent: ['police/register'],
  find(h, ctx, report) {
    for (const member of h.members) {
      const own = member.identity
      if (own === null) continue
      for (const row of irregularRows(member, own, ctx)) {
        const what =
          row.state === 'normal' ? '另有一处正常户籍登记在别的户口簿' : `户籍状态为${labelOf('register_state', row.state)}`
        report({ person: member.no, source: 'police/register', record: row, value: row.state, text: `${member.name} ${what}` })
      }
    }
  },
}

export const custodyRegisterRules: readonly Rule[] = [paidInCustody, registeredElsewhere, irregularRegister]

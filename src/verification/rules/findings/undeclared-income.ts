/** Income that was not declared or declared too low, and income at or above the standard. */

import { formatYuan } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import type { HrssBenefitsRow } from '#sources/contract'
import {
  before,
  declaredRate,
  groupBy,
  hasDeclared,
  type Member,
  membersRows,
  oncePer,
  rowsOf,
  smallest,
} from '../household/view.ts'
import { type RuleContext, reachesStandard, standardFen } from './prepare.ts'
import type { Rule } from './rule.ts'

const clause = '《最低生活保障审核确认办法》：家庭收入应当如实申报，转移净收入计入家庭收入'

/** Pensions being paid: per benefit the row last paid, if it is paying and recent. */
function runningPensions(member: Member, ctx: RuleContext): HrssBenefitsRow[] {
  const rows = rowsOf(member, 'hrss/benefits').filter((row) => row.kind === 'employee_pension')
  const running: HrssBenefitsRow[] = []
  for (const group of groupBy(rows, (row) => row.benefit_no).values()) {
    let last: HrssBenefitsRow | null = null
    for (const row of group) {
      if (last === null || row.last_paid_month > last.last_paid_month) last = row
      else if (row.last_paid_month === last.last_paid_month && before(last.source_record_id, row.source_record_id)) last = row
    }
    if (last !== null && last.state === 'paying' && last.last_paid_month >= ctx.recentSince) running.push(last)
  }
  return running
}

const pension: Rule = {
  id: 'INC-1',
  title: '养老金未申报或少报',
  class: 'B',
  scope: 'NR',
  clause,
  silent: ['hrss/benefits'],
  find(h, ctx, report) {
    for (const member of h.members) {
      const rows = runningPensions(member, ctx)
      if (rows.length === 0) continue
      const found = rows.reduce((sum, row) => sum + row.monthly_amount, 0)
      const declared = declaredRate(h.dossier.incomes, member.no, 'pension')
      if (found - declared <= ctx.params.inc1_tolerance) continue
      const [value, limit] = [formatYuan(found), formatYuan(declared)]
      report({
        person: member.no,
        source: 'hrss/benefits',
        record: smallest(rows),
        value,
        limit,
        text: `${member.name} 每月领取职工养老金 ${value} 元，申报每月 ${limit} 元，差额超过 ${formatYuan(ctx.params.inc1_tolerance)} 元`,
      })
    }
  },
}

const otherBenefits: Rule = {
  id: 'INC-2',
  title: '失业金、遗属、抚恤未申报',
  class: 'B',
  scope: 'NR',
  clause,
  silent: ['hrss/benefits'],
  find(h, ctx, report) {
    const rows = membersRows(
      h.members,
      'hrss/benefits',
      (row) => ctx.sets.inc2_kinds.has(row.kind) && row.from_month <= ctx.window.to && row.last_paid_month >= ctx.window.from,
    ).filter(({ member, row }) => !hasDeclared(h.dossier.incomes, member.no, row.kind))
    for (const { member, row } of oncePer(rows, (each) => each.benefit_no)) {
      const value = formatYuan(row.monthly_amount)
      report({
        person: member.no,
        source: 'hrss/benefits',
        record: row,
        value,
        text: `${member.name} 领取${labelOf('benefit_kind', row.kind)}每月 ${value} 元（${row.from_month} 至 ${row.last_paid_month}），未申报`,
      })
    }
  },
}

const perCapita: Rule = {
  id: 'INC-3',
  title: '人均收入不低于标准',
  class: 'A',
  scope: 'NR',
  clause: '《社会救助暂行办法》：家庭成员人均收入低于当地最低生活保障标准的，给予最低生活保障',
  silent: [
    'tax/personal_income',
    'finance/payroll',
    'hrss/contributions',
    'housing_fund/accounts',
    'hrss/benefits',
    'finance/subsidy_card',
  ],
  needs: 'members',
  find(h, ctx, report, totals) {
    const { income, per_capita_monthly } = totals().verified
    const months = ctx.params.income_months * h.headCount
    if (per_capita_monthly === null || !reachesStandard(income, months, h.standard)) return
    const [value, limit] = [formatYuan(per_capita_monthly), formatYuan(standardFen(1, h.standard))]
    report({ value, limit, text: `核定人均月收入 ${value} 元，不低于低保标准 ${limit} 元` })
  },
}

export const incomeRules: readonly Rule[] = [pension, otherBenefits, perCapita]

/** Money: deposits, securities, insurance. */

import { formatYuan } from '#kernel/money'
import type { InsurancePoliciesRow } from '#sources/contract'
import { membersRows, type Owned, oncePer, rowsOf, smallest } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import { aboveStandard, standardFen } from './prepare.ts'
import type { Rule } from './rule.ts'

const clause = '《最低生活保障审核确认办法》：现金、存款、证券、保险等属于家庭财产，超过规定标准的须查实'

const monetary: Rule = {
  id: 'FIN-1',
  title: '货币财产超限',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['banks/deposits', 'third_party_payment/balances', 'securities/holdings', 'insurance/policies'],
  needs: 'members',
  find(h, ctx, report, totals) {
    const sum = totals().verified.monetary
    const months = ctx.params.fin1_months * h.headCount
    if (!aboveStandard(sum, months, h.standard)) return
    const [value, limit] = [formatYuan(sum), formatYuan(standardFen(months, h.standard))]
    report({
      value,
      limit,
      text: `核定货币财产 ${value} 元，超过 ${h.headCount} 人 ${ctx.params.fin1_months} 个月低保标准 ${limit} 元`,
    })
  },
}

const outflow: Rule = {
  id: 'FIN-2',
  title: '大额支出',
  class: 'B',
  scope: 'N',
  clause,
  silent: ['banks/deposits'],
  find(h, ctx, report) {
    const limit = ctx.params.fin2_limit
    const rows = membersRows(
      h.members,
      'banks/deposits',
      (row) =>
        row.outflow_6m !== null &&
        row.outflow_6m > limit &&
        (row.outflow_purpose === null || !ctx.sets.fin2_exempt_purposes.has(row.outflow_purpose)),
    )
    for (const { member, row } of oncePer(rows, (each) => `${each.bank}\u0000${each.account_no}`)) {
      const [value, held] = [formatYuan(row.outflow_6m ?? 0), formatYuan(limit)]
      report({
        person: member.no,
        source: 'banks/deposits',
        record: row,
        value,
        limit: held,
        text: `${member.name} 在${row.bank}的账户六个月内大额支出 ${value} 元，超过 ${held} 元`,
      })
    }
  },
}

const securities: Rule = {
  id: 'FIN-3',
  title: '证券基金理财',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['securities/holdings'],
  find(h, ctx, report) {
    const limit = ctx.params.fin3_limit
    for (const member of h.members) {
      const rows = rowsOf(member, 'securities/holdings')
      if (rows.length === 0) continue
      const accounts = oncePer(
        rows.map((row) => ({ member, row })),
        (row) => `${row.broker}\u0000${row.account_no}`,
      )
      const sum = accounts.reduce((total, { row }) => total + row.market_value + (row.cash ?? 0), 0)
      if (sum <= limit) continue
      const [value, held] = [formatYuan(sum), formatYuan(limit)]
      const record = smallest(rows)
      report({
        person: member.no,
        source: 'securities/holdings',
        record,
        value,
        limit: held,
        text: `${member.name} 持有证券基金 ${value} 元，超过 ${held} 元`,
      })
    }
  },
}

function countsAsPremium(row: InsurancePoliciesRow, ctx: RuleContext): boolean {
  if (row.role !== 'holder' || row.payer !== 'self' || row.state !== 'in_force') return false
  if (row.last_paid_on === null || row.last_paid_on <= ctx.yearBefore || row.last_paid_on > ctx.asOf) return false
  if (ctx.sets.fin4_exempt_kinds.has(row.kind)) return false
  return row.kind !== 'health' || row.annual_premium > ctx.params.fin4_health_exempt
}

const premiums: Rule = {
  id: 'FIN-4',
  title: '商业保险',
  class: 'B',
  scope: 'NR',
  clause,
  silent: ['insurance/policies'],
  find(h, ctx, report) {
    const rows: Owned<InsurancePoliciesRow>[] = membersRows(h.members, 'insurance/policies', (row) => countsAsPremium(row, ctx))
    let sum = 0
    for (const { row } of oncePer(rows, (each) => each.policy_no)) sum += row.annual_premium
    if (sum <= ctx.params.fin4_limit) return
    const [value, limit] = [formatYuan(sum), formatYuan(ctx.params.fin4_limit)]
    report({ value, limit, text: `本户自费商业保险一年保费 ${value} 元，超过 ${limit} 元` })
  },
}

export const moneyRules: readonly Rule[] = [monetary, outflow, securities, premiums]

/** Work that was not declared: contributions, housing fund, income tax. */
import { formatYuan, round } from '#kernel/money'
import { declaredRate, groupBy, hasDeclared, latest, rowsOf, taxRowsInForce } from '../household/view.ts'
import { aboveStandard, inRange, standardFen } from './prepare.ts'
import type { Rule } from './rule.ts'

const clause = '《最低生活保障审核确认办法》：工资性收入应当如实申报，可以参考社会保险、公积金缴费基数核算'

const contributing: Rule = {
  id: 'EMP-1',
  title: '职工社保在缴未申报就业',
  class: 'B',
  scope: 'NR',
  clause,
  silent: ['hrss/contributions'],
  find(h, ctx, report) {
    for (const member of h.members) {
      if (member.row.work_status === 'employed') continue
      const rows = rowsOf(member, 'hrss/contributions').filter(
        (row) =>
          inRange(ctx.recent, row.month) &&
          ctx.sets.emp1_insurance_kinds.has(row.insurance_kind) &&
          ctx.sets.emp1_payer_kinds.has(row.payer_kind),
      )
      const row = latest(rows, (each) => each.month)
      if (row === null || hasDeclared(h.dossier.incomes, member.no, 'wage')) continue
      report({
        person: member.no,
        source: 'hrss/contributions',
        record: row,
        value: formatYuan(row.base),
        text: `${member.name} ${row.month} 由${row.payer_unit ?? '用人单位'}缴纳职工社保，缴费基数 ${formatYuan(row.base)} 元，未申报就业和工资`,
      })
    }
  },
}

const PERCENT_SCALE = 100
const WHOLE = 100 * PERCENT_SCALE

const housingFund: Rule = {
  id: 'EMP-2',
  title: '公积金在缴与申报不符',
  class: 'B',
  scope: 'NR',
  clause,
  silent: ['housing_fund/accounts'],
  find(h, ctx, report) {
    const { emp2_tolerance_percent: percent, emp2_tolerance_amount: amount } = ctx.params
    const share = WHOLE + round(percent * PERCENT_SCALE)
    for (const member of h.members) {
      const rows = rowsOf(member, 'housing_fund/accounts')
      if (rows.length === 0) continue
      const wage = declaredRate(h.dossier.incomes, member.no, 'wage')
      for (const account of groupBy(rows, (row) => row.account_no).values()) {
        const row = latest(account, (each) => each.last_month)
        if (row === null || row.state !== 'active' || row.last_month < ctx.recentSince) continue
        if (row.base * WHOLE <= wage * share || row.base - wage <= amount) continue
        const [value, limit] = [formatYuan(row.base), formatYuan(wage)]
        report({
          person: member.no,
          source: 'housing_fund/accounts',
          record: row,
          value,
          limit,
          text:
            `${member.name} 公积金缴至 ${row.last_month}，缴存基数每月 ${value} 元，申报工资每月 ${limit} 元，` +
            `超出 ${percent}% 且超出 ${formatYuan(amount)} 元`,
        })
      }
    }
  },
}

const taxedIncome: Rule = {
  id: 'EMP-3',
  title: '个税收入超标',
  class: 'A',
  scope: 'NR',
  clause: '《社会救助暂行办法》：家庭人均收入低于当地最低生活保障标准',
  silent: ['tax/personal_income'],
  needs: 'members',
  find(h, ctx, report) {
    let sum = 0
    for (const member of h.members) {
      for (const row of taxRowsInForce(member, ctx)) if (ctx.sets.emp3_items.has(row.item)) sum += row.income
    }
    const months = ctx.params.income_months * h.headCount
    if (!aboveStandard(sum, months, h.standard)) return
    report({
      value: formatYuan(sum),
      text:
        `个人所得税申报显示本户 ${ctx.window.from} 至 ${ctx.window.to} 收入合计 ${formatYuan(sum)} 元，` +
        `超过 ${h.headCount} 人 ${ctx.params.income_months} 个月的低保标准 ${formatYuan(standardFen(months, h.standard))} 元`,
    })
  },
}

export const workRules: readonly Rule[] = [contributing, housingFund, taxedIncome]

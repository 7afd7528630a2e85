/** Shops, posts in enterprises, shares. */

import { formatYuan } from '#kernel/money'
import { nfkc } from '#kernel/text'
import type { MarketOfficersRow } from '#sources/contract'
import { groupBy, type HouseholdView, rowsOf, smallest } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import type { Rule } from './rule.ts'

const clause = '《最低生活保障审核确认办法》：市场主体、投资等财产状况纳入核对，按本区规定认定'

const fold = (text: string): string => nfkc(text).toUpperCase()

function declaredBusinesses(h: HouseholdView): Set<string> {
  const codes = new Set<string>()
  for (const { kind, identifier } of h.dossier.assets) if (kind === 'business' && identifier !== null) codes.add(fold(identifier))
  return codes
}

const shop: Rule = {
  id: 'BUS-1',
  title: '个体工商户',
  class: 'B',
  scope: 'NR',
  clause,
  silent: ['market/self_employed'],
  find(h, _ctx, report) {
    let declared: Set<string> | null = null
    for (const member of h.members) {
      const open = rowsOf(member, 'market/self_employed').filter((row) => row.state === 'open')
      if (open.length === 0) continue
      declared ??= declaredBusinesses(h)
      for (const [code, rows] of groupBy(open, (row) => row.credit_code)) {
        if (declared.has(fold(code))) continue
        const row = smallest(rows)
        const since = row === null ? '' : `，${row.opened_on} 开业`
        report({
          person: member.no,
          source: 'market/self_employed',
          record: row,
          text: `${member.name} 名下有开业状态的个体工商户${row?.shop_name ?? ''}${since}，未申报`,
        })
      }
    }
  },
}

/** Whether an officer's row counts: a post that matters in an active enterprise of a form that is not exempt. */
export function isCountedOfficer(row: MarketOfficersRow, ctx: RuleContext): boolean {
  return (
    row.enterprise_state === 'active' &&
    !ctx.sets.bus_exempt_enterprise_types.has(row.enterprise_type) &&
    ctx.sets.bus2_posts.has(row.post)
  )
}

const officer: Rule = {
  id: 'BUS-2',
  title: '企业法人高管',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['market/officers'],
  find(h, ctx, report) {
    for (const member of h.members) {
      const rows = rowsOf(member, 'market/officers').filter((row) => isCountedOfficer(row, ctx))
      for (const group of groupBy(rows, (row) => row.credit_code).values()) {
        const row = smallest(group)
        report({
          person: member.no,
          source: 'market/officers',
          record: row,
          text: `${member.name} 在存续企业${row?.enterprise ?? ''}担任法定代表人或高级管理职务`,
        })
      }
    }
  },
}

const investor: Rule = {
  id: 'BUS-3',
  title: '投资入股',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['market/investors'],
  find(h, ctx, report) {
    const limit = ctx.params.bus3_capital_limit
    for (const member of h.members) {
      const rows = rowsOf(member, 'market/investors').filter(
        (row) => row.enterprise_state === 'active' && !ctx.sets.bus_exempt_enterprise_types.has(row.enterprise_type),
      )
      for (const group of groupBy(rows, (row) => row.credit_code).values()) {
        let capital = 0
        for (const row of group) if (row.subscribed_capital > capital) capital = row.subscribed_capital
        if (capital <= limit) continue
        const [value, held] = [formatYuan(capital), formatYuan(limit)]
        const record = smallest(group)
        report({
          person: member.no,
          source: 'market/investors',
          record,
          value,
          limit: held,
          text: `${member.name} 对企业${record?.enterprise ?? ''}认缴出资 ${value} 元，超过 ${held} 元`,
        })
      }
    }
  },
}

export const businessRules: readonly Rule[] = [shop, officer, investor]

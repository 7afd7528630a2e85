/** Housing: dwellings, business property, purchases, transfers, housing aid beside a dwelling of one's own. */

import { addMonths } from '#kernel/dates'
import { formatYuan, mulDivHalfUp } from '#kernel/money'
import type { HousingHousingAidRow } from '#sources/contract'
import { type HouseholdView, membersRows, oncePer, rowsOf } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import type { Rule } from './rule.ts'

const clause = '《最低生活保障审核确认办法》：房屋属于家庭财产，认定标准由本区规定'

const severalDwellings: Rule = {
  id: 'HOU-1',
  title: '两套及以上住房',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['natural_resources/titles'],
  needs: 'members',
  find(h, ctx, report) {
    const count = h.dwellings.length
    if (count === 0 || count < ctx.params.hou1_min_count) return
    const urban = h.dossier.household.programme === 'urban'
    const limit = urban ? ctx.params.hou1_area_per_head_urban : ctx.params.hou1_area_per_head_rural
    const total = h.dwellings.reduce((sum, dwelling) => sum + dwelling.area, 0)
    if (total <= h.headCount * limit) return
    const [value, held] = [formatYuan(mulDivHalfUp(total, 1, h.headCount)), formatYuan(limit)]
    report({ value, limit: held, text: `本户有 ${count} 处住宅，人均 ${value} 平方米，超过 ${held} 平方米` })
  },
}

const businessProperty: Rule = {
  id: 'HOU-2',
  title: '商铺写字楼厂房',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['natural_resources/titles'],
  find(h, ctx, report) {
    const titles = membersRows(
      h.members,
      'natural_resources/titles',
      (row) => row.state === 'valid' && ctx.sets.hou2_uses.has(row.house_use),
    )
    for (const { member, row } of oncePer(titles, (each) => each.unit_no)) {
      const text = `${member.name} 名下有商业、办公或工业用房一处，面积 ${formatYuan(row.area)} 平方米`
      report({ person: member.no, source: 'natural_resources/titles', record: row, text })
    }
  },
}

/** First day of the window in which a purchase is asked about, or null when the household has no first month of aid. */
function purchaseWindow(h: HouseholdView, ctx: RuleContext): string | null {
  const { applied_on: appliedOn, aid_from: aidFrom } = h.dossier.household
  const start = h.isNew ? appliedOn : aidFrom === null ? null : `${aidFrom}-01`
  return start === null ? null : addMonths(start, -ctx.params.hou3_months_before)
}

const purchase: Rule = {
  id: 'HOU-3',
  title: '享受期间或申请前购房',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['housing/presale_contracts', 'natural_resources/titles'],
  find(h, ctx, report) {
    const since = purchaseWindow(h, ctx)
    if (since === null) return
    const within = (date: string): boolean => date >= since && date <= ctx.asOf
    const contracts = oncePer(
      membersRows(h.members, 'housing/presale_contracts', (row) => row.state === 'valid' && within(row.signed_on)),
      (row) => row.unit_no,
    )
    const contracted = new Set(contracts.map(({ row }) => row.unit_no))
    for (const { member, row } of contracts) {
      const text = `${member.name} 于 ${row.signed_on} 签订商品房买卖合同，在 ${since} 至核对时点之间`
      report({ person: member.no, source: 'housing/presale_contracts', record: row, text })
    }
    const titles = membersRows(
      h.members,
      'natural_resources/titles',
      (row) =>
        row.state === 'valid' &&
        within(row.issued_on) &&
        !ctx.sets.hou3_exempt_acquisition.has(row.acquired_by) &&
        !contracted.has(row.unit_no),
    )
    for (const { member, row } of oncePer(titles, (each) => each.unit_no)) {
      const text = `${member.name} 于 ${row.issued_on} 取得不动产登记，在 ${since} 至核对时点之间`
      report({ person: member.no, source: 'natural_resources/titles', record: row, text })
    }
  },
}

const transferred: Rule = {
  id: 'HOU-4',
  title: '申请前转移房产',
  class: 'B',
  scope: 'N',
  clause,
  silent: ['natural_resources/transfers'],
  find(h, ctx, report) {
    const since = addMonths(h.dossier.household.applied_on, -ctx.params.hou4_months_before)
    const rows = membersRows(
      h.members,
      'natural_resources/transfers',
      (row) => row.transferred_on >= since && row.transferred_on <= ctx.asOf && !ctx.sets.hou4_exempt_kinds.has(row.kind),
    )
    for (const { member, row } of oncePer(rows, (each) => each.unit_no)) {
      const text = `${member.name} 于 ${row.transferred_on} 转出不动产，在申请前 ${ctx.params.hou4_months_before} 个月（自 ${since}）以内`
      report({ person: member.no, source: 'natural_resources/transfers', record: row, text })
    }
  },
}

function conflictsWithDwelling(h: HouseholdView, row: HousingHousingAidRow, ctx: RuleContext): boolean {
  if (row.project === 'public_rental' || row.project === 'rent_subsidy') {
    const isRunning = row.state === 'active' && row.from_date <= ctx.asOf && (row.to_date === null || row.to_date >= ctx.asOf)
    return isRunning && h.dwellings.length > 0
  }
  if (row.project !== 'dilapidated_rebuild' || row.state === 'cancelled' || row.from_date < ctx.rebuildSince) return false
  return h.dwellings.some((dwelling) => dwelling.unitNo !== row.unit_no)
}

const housingAid: Rule = {
  id: 'HOU-5',
  title: '住房救助冲突',
  class: 'B',
  scope: 'NR',
  clause: '核对规则：住房保障、危房改造对象另有自有住房的，应当核实',
  silent: ['housing/housing_aid', 'natural_resources/titles'],
  find(h, ctx, report) {
    if (h.dwellings.length === 0) return
    for (const member of h.members) {
      for (const row of rowsOf(member, 'housing/housing_aid')) {
        if (!conflictsWithDwelling(h, row, ctx)) continue
        const what = row.project === 'dilapidated_rebuild' ? '危房改造' : '住房保障'
        const text = `${member.name} 自 ${row.from_date} 享受${what}，本户另有自有住宅 ${h.dwellings.length} 处`
        report({ person: member.no, source: 'housing/housing_aid', record: row, text })
      }
    }
  },
}

export const housingRules: readonly Rule[] = [severalDwellings, businessProperty, purchase, transferred, housingAid]

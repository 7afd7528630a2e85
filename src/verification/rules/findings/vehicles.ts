/** Vehicles and large machines. Two rows of one plate are one vehicle; its owner is the person of the row with the smallest id. */

import { monthOf } from '#kernel/dates'
import { formatYuan } from '#kernel/money'
import type { PoliceVehiclesRow } from '#sources/contract'
import { type HouseholdView, type Owned, rowsOf } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import type { Rule } from './rule.ts'

const clause = '《最低生活保障审核确认办法》：机动车辆（残疾人功能性补偿代步机动车辆除外）属于家庭财产'

function privateVehicles(h: HouseholdView, ctx: RuleContext): Owned<PoliceVehiclesRow>[] {
  return h.vehicles.filter(({ row }) => !ctx.sets.veh_commercial_uses.has(row.vehicle_use))
}

const vehicle: Rule = {
  id: 'VEH-1',
  title: '名下有机动车',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['police/vehicles', 'disabled_federation/certificates'],
  find(h, ctx, report) {
    for (const { member, row } of privateVehicles(h, ctx)) {
      report({
        person: member.no,
        source: 'police/vehicles',
        record: row,
        text: `${member.name} 名下有非营运机动车${row.brand ?? ''}，${row.acquired_on} 登记取得`,
      })
    }
  },
}

const dearOrNewVehicle: Rule = {
  id: 'VEH-2',
  title: '高价值或享受期间购车',
  class: 'A',
  scope: 'R',
  clause,
  silent: ['police/vehicles', 'disabled_federation/certificates'],
  find(h, ctx, report) {
    const limit = ctx.params.veh2_price_limit
    const aidFrom = h.dossier.household.aid_from
    for (const { member, row } of privateVehicles(h, ctx)) {
      const price = row.purchase_price
      const isDear = price !== null && price > limit
      const isNew = aidFrom !== null && monthOf(row.acquired_on) >= aidFrom
      if (!isDear && !isNew) continue
      const reasons: string[] = []
      if (isDear) reasons.push(`购置价 ${formatYuan(price)} 元，超过 ${formatYuan(limit)} 元`)
      if (isNew) reasons.push(`${row.acquired_on} 取得，在享受低保期间（自 ${aidFrom} 起）`)
      report({
        person: member.no,
        source: 'police/vehicles',
        record: row,
        value: price === null ? '' : formatYuan(price),
        limit: formatYuan(limit),
        text: `${member.name} 名下机动车${row.brand ?? ''}${reasons.join('；')}`,
      })
    }
  },
}

const severalVehicles: Rule = {
  id: 'VEH-3',
  title: '多车',
  class: 'A',
  scope: 'NR',
  clause,
  silent: ['police/vehicles', 'disabled_federation/certificates'],
  find(h, ctx, report) {
    const count = privateVehicles(h, ctx).length
    if (count === 0 || count < ctx.params.veh3_min_count) return
    report({ value: String(count), text: `本户有 ${count} 辆非营运机动车，达到 ${ctx.params.veh3_min_count} 辆` })
  },
}

const commercial: Rule = {
  id: 'VEH-4',
  title: '营运车辆、大型农机',
  class: 'B',
  scope: 'NR',
  clause,
  silent: ['police/vehicles', 'agriculture/machinery'],
  find(h, ctx, report) {
    for (const { member, row } of h.vehicles) {
      if (!ctx.sets.veh_commercial_uses.has(row.vehicle_use)) continue
      const text = `${member.name} 名下有营运机动车${row.brand ?? ''}，${row.acquired_on} 登记取得`
      report({ person: member.no, source: 'police/vehicles', record: row, text })
    }
    const limit = ctx.params.veh4_machine_price
    for (const member of h.members) {
      for (const row of rowsOf(member, 'agriculture/machinery')) {
        if (row.owner_kind !== 'individual' || row.price < limit) continue
        const [value, held] = [formatYuan(row.price), formatYuan(limit)]
        report({
          person: member.no,
          source: 'agriculture/machinery',
          record: row,
          value,
          limit: held,
          text: `${member.name} 个人购置农机${row.machine_kind ?? ''}，价格 ${value} 元，达到 ${held} 元`,
        })
      }
    }
  },
}

export const vehicleRules: readonly Rule[] = [vehicle, dearOrNewVehicle, severalVehicles, commercial]

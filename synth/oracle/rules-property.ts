import { addMonths, firstDay, monthNumber } from '../calendar.ts'
import type { Case } from './case.ts'
import { fen, halfUp, idOf, max, type Subject, smallest, yuan } from './facts.ts'
import type { Row } from './reader.ts'
import { officerRows } from './rules-people.ts'
import { countableVehicles, dwellings } from './totals.ts'

type Owned = { who: Subject; row: Row }

/** Of rows with the same key the one with the smallest record number, with its person. */
function onePer(rows: readonly Owned[], key: (x: Owned) => string): Owned[] {
  return [...Map.groupBy(rows, key).values()].map((group) => {
    const row = smallest(group.map((g) => g.row))
    return group.find((g) => g.row === row) as Owned
  })
}

function vehicles(c: Case): void {
  const { family } = c
  const record = 'police/vehicles'
  const limit = c.facts.values.money('veh2_price_limit')
  const counted = countableVehicles(family)
  const own = counted.filter(({ row }) => !c.in('veh_commercial_uses', row.v.vehicle_use))
  for (const { who, row } of own) {
    c.add('VEH-1', who, record, idOf(row))
    const price = row.v.purchase_price as string
    const bought = family.existing && monthNumber(row.v.acquired_on as string) >= monthNumber(family.row.v.aid_from as string)
    const dear = family.existing && fen(price) > limit
    if (dear || bought) c.add('VEH-2', who, record, idOf(row), price === '' ? '' : yuan(fen(price)), yuan(limit))
  }
  if (own.length >= c.facts.values.number('veh3_min_count')) c.add('VEH-3', null, '', '', String(own.length))
  for (const { who, row } of counted) if (!own.some((x) => x.row === row)) c.add('VEH-4', who, record, idOf(row))
}

function machines(c: Case): void {
  for (const { who, row } of c.family.rows('agriculture/machinery')) {
    const large = fen(row.v.price) >= c.facts.values.money('veh4_machine_price')
    if (row.v.owner_kind === 'individual' && large) c.add('VEH-4', who, 'agriculture/machinery', idOf(row))
  }
}

function hou1(c: Case): void {
  const { family } = c
  if (family.incompleteMembers || family.n === 0) return
  const homes = dwellings(family)
  const area = homes.reduce((a, d) => a + d.area, 0n)
  const perHead = c.facts.values.money(`hou1_area_per_head_${family.row.v.programme}`)
  if (homes.length >= c.facts.values.number('hou1_min_count') && area > perHead * BigInt(family.n)) {
    c.add('HOU-1', null, '', '', yuan(halfUp(area, BigInt(family.n))), yuan(perHead))
  }
}

function houses(c: Case): void {
  const { facts, family } = c
  const titles = family.rows('natural_resources/titles').filter(({ row }) => row.v.state === 'valid')
  const unit = ({ row }: Owned): string => row.v.unit_no as string
  const business = titles.filter(({ row }) => c.in('hou2_uses', row.v.house_use))
  for (const { who, row } of onePer(business, unit)) c.add('HOU-2', who, 'natural_resources/titles', idOf(row))

  const base = family.existing ? firstDay(monthNumber(family.row.v.aid_from as string)) : (family.row.v.applied_on as string)
  const from = addMonths(base, -facts.values.number('hou3_months_before'))
  const within = (date: string): boolean => date >= from && date <= facts.asOf
  const contracts = family
    .rows('housing/presale_contracts')
    .filter(({ row }) => row.v.state === 'valid' && within(row.v.signed_on as string))
  const bought = titles.filter(
    ({ row }) => within(row.v.issued_on as string) && !c.in('hou3_exempt_acquisition', row.v.acquired_by),
  )
  const signed = onePer(contracts, unit)
  for (const { who, row } of signed) c.add('HOU-3', who, 'housing/presale_contracts', idOf(row))
  for (const x of onePer(bought, unit)) {
    if (!signed.some((s) => unit(s) === unit(x))) c.add('HOU-3', x.who, 'natural_resources/titles', idOf(x.row))
  }
  if (family.existing) return
  const edge = addMonths(family.row.v.applied_on as string, -facts.values.number('hou4_months_before'))
  const sold = family.rows('natural_resources/transfers').filter(({ row: { v } }) => {
    const on = v.transferred_on as string
    return on >= edge && on <= facts.asOf && !c.in('hou4_exempt_kinds', v.kind)
  })
  for (const { who, row } of onePer(sold, unit)) c.add('HOU-4', who, 'natural_resources/transfers', idOf(row))
}

function hou5(c: Case): void {
  const { facts, family } = c
  const homes = dwellings(family).map((d) => d.unitNo)
  const edge = addMonths(facts.asOf, -facts.values.number('hou5_rebuild_months'))
  for (const { who, row } of family.rows('housing/housing_aid')) {
    const { v } = row
    const from = v.from_date as string
    const running = v.state === 'active' && from <= facts.asOf && (v.to_date === '' || (v.to_date as string) >= facts.asOf)
    const conflict =
      v.project === 'dilapidated_rebuild'
        ? v.state !== 'cancelled' && from >= edge && homes.some((u) => u !== v.unit_no)
        : running && homes.length > 0
    if (conflict) c.add('HOU-5', who, 'housing/housing_aid', idOf(row))
  }
}

const fold = (x: string): string => x.normalize('NFKC').toUpperCase()

function business(c: Case): void {
  const { facts, family } = c
  const perFirm = ({ who, row }: Owned): string => `${who.no}|${row.v.credit_code}`
  const declared = new Set(c.declared.assets.filter((r) => r.v.kind === 'business').map((r) => fold(r.v.identifier as string)))
  const shops = family
    .rows('market/self_employed')
    .filter(({ row }) => row.v.state === 'open' && !declared.has(fold(row.v.credit_code as string)))
  for (const { who, row } of onePer(shops, perFirm)) c.add('BUS-1', who, 'market/self_employed', idOf(row))
  const posts = family.members.flatMap((who) => officerRows(c, who).map((row) => ({ who, row })))
  for (const { who, row } of onePer(posts, perFirm)) c.add('BUS-2', who, 'market/officers', idOf(row))
  const shares = family
    .rows('market/investors')
    .filter(({ row: { v } }) => v.enterprise_state === 'active' && !c.in('bus_exempt_enterprise_types', v.enterprise_type))
  const limit = facts.values.money('bus3_capital_limit')
  for (const group of Map.groupBy(shares, perFirm).values()) {
    const most = group.reduce((a, { row }) => max(a, fen(row.v.subscribed_capital)), 0n)
    const [first] = onePer(group, () => '')
    if (first && most > limit) c.add('BUS-3', first.who, 'market/investors', idOf(first.row), yuan(most), yuan(limit))
  }
}

export const propertyRules = [vehicles, machines, hou1, houses, hou5, business]

/** Public pay, and close relatives of officials. */

import { formatYuan } from '#kernel/money'
import type { OfficialRow } from '#registry'
import type { FinancePayrollRow, PoliceRegisterRow } from '#sources/contract'
import type { OfficialLinks } from '../household/dossier.ts'
import { before, type HouseholdView, latest, type Member, rowsOf, type Subject } from '../household/view.ts'
import { inRange, type RuleContext } from './prepare.ts'
import type { Rule } from './rule.ts'

/** The latest payroll row of a post on public pay within the recent months, of equals the smallest record id. */
export function recentPublicPay(s: Subject, ctx: RuleContext): FinancePayrollRow | null {
  const rows = rowsOf(s, 'finance/payroll')
  if (rows.length === 0) return null
  const recent = rows.filter((row) => ctx.sets.fis1_post_kinds.has(row.post_kind) && inRange(ctx.recent, row.month))
  return latest(recent, (row) => row.month)
}

const onPublicPay: Rule = {
  id: 'FIS-1',
  title: '财政供养人员享受',
  class: 'A',
  scope: 'NR',
  clause: '核对规则：财政供养人员家庭申请或享受低保的，须逐户查实收入',
  silent: ['finance/payroll'],
  find(h, ctx, report) {
    for (const member of h.members) {
      const row = recentPublicPay(member, ctx)
      if (row === null) continue
      report({
        person: member.no,
        source: 'finance/payroll',
        record: row,
        value: formatYuan(row.net_pay),
        text: `${member.name} ${row.month} 由财政统发工资 ${formatYuan(row.net_pay)} 元`,
      })
    }
  },
}

/** Whether an official is in office on a date. */
export function inOffice(official: OfficialRow, on: string): boolean {
  return official.in_office_from <= on && (official.in_office_to === null || official.in_office_to >= on)
}

/** Officials by every number that can tie them to somebody: their own and those of their parents and spouses. */
type OfficialIndex = ReadonlyMap<string, readonly OfficialLinks[]>

const indexes = new WeakMap<readonly OfficialLinks[], OfficialIndex>()

function numbersOf({ official, rows }: OfficialLinks): Set<string> {
  const numbers = new Set([official.id_number])
  for (const row of rows) {
    for (const number of [row.father_id, row.mother_id, row.spouse_id]) if (number !== null) numbers.add(number)
  }
  return numbers
}

function indexOf(officials: readonly OfficialLinks[]): OfficialIndex {
  const known = indexes.get(officials)
  if (known !== undefined) return known
  const index = new Map<string, OfficialLinks[]>()
  for (const links of officials) {
    for (const number of numbersOf(links)) {
      const list = index.get(number)
      if (list === undefined) index.set(number, [links])
      else list.push(links)
    }
  }
  indexes.set(officials, index)
  return index
}

function officialsNear(index: OfficialIndex, member: Member, own: PoliceRegisterRow): Set<OfficialLinks> {
  const near = new Set<OfficialLinks>()
  for (const number of [member.idNumber, own.spouse_id, own.father_id, own.mother_id]) {
    if (number !== null) for (const links of index.get(number) ?? []) near.add(links)
  }
  return near
}

function shared(a: string | null, b: string | null): boolean {
  return a !== null && a === b
}

/** What a member is to an official by the register, in Chinese, or null. */
function kinship(member: Member, own: PoliceRegisterRow, { official, rows }: OfficialLinks): string | null {
  const his = official.id_number
  const mine = member.idNumber
  if (mine === his) return '本人'
  if (own.spouse_id === his || rows.some((row) => row.spouse_id === mine)) return '配偶'
  if (own.father_id === his || own.mother_id === his) return '子女'
  if (rows.some((row) => row.father_id === mine || row.mother_id === mine)) return '父母'
  if (rows.some((row) => shared(row.father_id, own.father_id) || shared(row.mother_id, own.mother_id))) return '兄弟姐妹'
  return null
}

function isFiled(h: HouseholdView, officialNo: string, asOf: string): boolean {
  const { household, filings } = h.dossier
  return filings.some(
    (row) => row.official_no === officialNo && row.household_no === household.household_no && row.filed_on <= asOf,
  )
}

/** Relatives of the household among the officials in office, filed or not: official → the member with the smallest number, and the kinship. */
export function relatives(h: HouseholdView, ctx: RuleContext): Map<OfficialRow, { member: Member; kin: string }> {
  const found = new Map<OfficialRow, { member: Member; kin: string }>()
  const index = indexOf(h.dossier.lookups.officials)
  for (const member of h.members) {
    const own = member.identity
    if (own === null) continue
    for (const links of officialsNear(index, member, own)) {
      if (!inOffice(links.official, ctx.asOf)) continue
      const kin = kinship(member, own, links)
      if (kin === null) continue
      const known = found.get(links.official)
      if (known === undefined || before(member.no, known.member.no)) found.set(links.official, { member, kin })
    }
  }
  return found
}

const unfiledRelative: Rule = {
  id: 'FIS-2',
  title: '近亲属未备案',
  class: 'B',
  scope: 'NR',
  clause: '《最低生活保障审核确认办法》：低保经办人员和村（居）干部近亲属享受低保的，应当单独登记备案',
  silent: ['police/register'],
  find(h, ctx, report) {
    for (const [official, { member, kin }] of relatives(h, ctx)) {
      if (isFiled(h, official.official_no, ctx.asOf)) continue
      report({
        person: member.no,
        other: official.official_no,
        text: `${member.name} 是在任人员 ${official.name}（编号 ${official.official_no}）的${kin}，截至核对时点未作近亲属备案`,
      })
    }
  },
}

export const publicPayRules: readonly Rule[] = [onPublicPay, unfiledRelative]

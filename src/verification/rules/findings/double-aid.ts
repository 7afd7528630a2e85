/** Aid received twice, and the accounts aid is paid into. */

import { sameName } from '#kernel/person-name'
import { compareCodePoints, digitsOf } from '#kernel/text'
import type { CivilAffairsOtherAidRow } from '#sources/contract'
import { before, coveredMonths, type HouseholdView, rowsOf } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import { inOffice } from './public-pay.ts'
import type { Report, Rule } from './rule.ts'

const programmeLabels: Readonly<Record<string, string>> = { urban: '城市低保', rural: '农村低保' }

const bothProgrammes: Rule = {
  id: 'DUP-1',
  title: '城乡低保重复',
  class: 'A',
  scope: 'X',
  clause: '《社会救助暂行办法》：同一居民不得重复享受城乡最低生活保障',
  silent: [],
  find(h, _ctx, report) {
    if (h.isNew) return
    const { household, sameNumber } = h.dossier
    for (const member of h.members) {
      for (const other of sameNumber) {
        if (other.id_number !== member.idNumber || other.counted !== 'yes' || other.kind !== 'existing') continue
        if (other.household_no === household.household_no || other.programme === household.programme) continue
        const label = programmeLabels[other.programme] ?? other.programme
        report({
          person: member.no,
          other: other.person_no,
          text: `${member.name} 同时在家庭 ${other.household_no} 享受${label}（人员编号 ${other.person_no}）`,
        })
      }
    }
  },
}

function overlap(row: CivilAffairsOtherAidRow, covered: readonly string[], ctx: RuleContext): number {
  let months = 0
  for (const month of covered) {
    if (month <= ctx.asOfMonth && row.from_month <= month && (row.to_month === null || row.to_month >= month)) months++
  }
  return months
}

const otherAid: Rule = {
  id: 'DUP-2',
  title: '低保与特困、孤儿重复',
  class: 'A',
  scope: 'R',
  clause: '《社会救助暂行办法》：特困人员供养、孤儿保障与最低生活保障不得重复享受',
  silent: ['civil_affairs/other_aid'],
  find(h, ctx, report) {
    for (const member of h.members) {
      const rows = rowsOf(member, 'civil_affairs/other_aid').filter(
        (row) => ctx.sets.dup2_projects.has(row.project) && row.state !== 'cancelled',
      )
      if (rows.length === 0) continue
      const covered = coveredMonths(h, member)
      for (const row of rows) {
        const months = overlap(row, covered, ctx)
        if (months === 0) continue
        report({
          person: member.no,
          source: 'civil_affairs/other_aid',
          record: row,
          value: String(months),
          text: `${member.name} 自 ${row.from_month} 享受特困供养或孤儿保障，与低保重叠 ${months} 个月`,
        })
      }
    }
  },
}

/** The digits of an account number, by which two accounts are held to be one; empty when there are none. */
export function accountDigits(accountNo: string | null): string {
  return accountNo === null ? '' : digitsOf(accountNo)
}

function sharedAccount(h: HouseholdView, report: Report): void {
  const [other] = h.dossier.sameAccount.toSorted(compareCodePoints)
  if (other === undefined) return
  const others = h.dossier.sameAccount.length > 1 ? `等 ${h.dossier.sameAccount.length} 户` : ''
  report({ other, text: `本户领取低保金的账户与在保家庭 ${other} ${others}相同` })
}

function foreignHolder(h: HouseholdView, ctx: RuleContext, report: Report): void {
  const { account_no, account_holder, account_holder_id, account_proxy_filed, incomplete_members } = h.dossier.household
  if (incomplete_members || account_no === null || account_holder === null || account_proxy_filed === 'yes') return
  const isListed = h.persons.some(
    (person) => person.idNumber === account_holder_id || sameName(person.name, account_holder, ctx.variants),
  )
  if (!isListed) report({ text: `领取低保金的账户户名 ${account_holder} 不是本户成员，且没有代管协议备案` })
}

const account: Rule = {
  id: 'DUP-5',
  title: '账户异常',
  class: 'B',
  scope: 'R',
  clause: '《最低生活保障审核确认办法》：低保金按月发放到家庭账户；代领代管须有协议备案',
  silent: [],
  find(h, ctx, report) {
    sharedAccount(h, report)
    foreignHolder(h, ctx, report)
  },
}

const heldByOfficial: Rule = {
  id: 'DUP-6',
  title: '账户由经办人员或干部持有',
  class: 'A',
  scope: 'NR',
  clause: '核对规则：经办人员、村（居）干部不得持有低保家庭的领款账户',
  silent: [],
  find(h, ctx, report) {
    const holder = h.dossier.household.account_holder_id
    if (holder === null || h.persons.some((person) => person.idNumber === holder)) return
    let official: { official_no: string; name: string } | null = null
    for (const links of h.dossier.lookups.officials) {
      const each = links.official
      if (each.id_number !== holder || !inOffice(each, ctx.asOf)) continue
      if (official === null || before(each.official_no, official.official_no)) official = each
    }
    if (official === null) return
    report({
      other: official.official_no,
      text: `领取低保金的账户登记在在任人员 ${official.name}（编号 ${official.official_no}）名下`,
    })
  },
}

export const doubleAidRules: readonly Rule[] = [bothProgrammes, otherAid, account, heldByOfficial]

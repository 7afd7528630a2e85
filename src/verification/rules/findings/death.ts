/** Death: aid that went on after a member died, and death dates the sources disagree about. */
import { daysBetween } from '#kernel/dates'
import { formatYuan, mulDivHalfUp } from '#kernel/money'
import { coveredMonths, type HouseholdView, isCovered, type Member, rowsOf } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import type { Report, Rule } from './rule.ts'

const clause = '《社会救助暂行办法》：家庭人口状况变化后应当及时增发、减发或者停发最低生活保障金'

/** The months after that of death in which the member is still covered. */
function monthsAfterDeath(h: HouseholdView, member: Member): string[] {
  const death = member.death
  return death === null ? [] : coveredMonths(h, member).filter((month) => month > death.month)
}

/** What was paid for the member in these months: the household's payment shared by the members covered, per month half up. */
function paidFor(h: HouseholdView, months: readonly string[]): number {
  let sum = 0
  for (const month of months) {
    const covered = h.members.filter((member) => isCovered(h, member, month)).length
    sum += mulDivHalfUp(h.paid.get(month) ?? 0, 1, covered)
  }
  return sum
}

const paidAfterDeath: Rule = {
  id: 'DEA-1',
  title: '死亡人员享受低保',
  class: 'A',
  scope: 'R',
  clause,
  silent: ['police/deaths', 'civil_affairs/funerals'],
  find(h, _ctx, report) {
    for (const member of h.members) {
      const months = monthsAfterDeath(h, member)
      if (member.death === null || months.length === 0) continue
      report({
        person: member.no,
        source: member.death.source,
        record: member.death.row,
        value: String(months.length),
        text: `${member.name} 于 ${member.death.date} 死亡，此后仍有 ${months.length} 个月（${months.join('、')}）发放低保金`,
      })
    }
  },
}

const notStoppedInTime: Rule = {
  id: 'DEA-2',
  title: '死亡后超期未停发',
  class: 'A',
  scope: 'R',
  clause,
  silent: ['police/deaths', 'civil_affairs/funerals'],
  find(h, ctx, report) {
    for (const member of h.members) {
      const months = monthsAfterDeath(h, member)
      if (member.death === null || months.length <= ctx.params.dea2_grace_months) continue
      const amount = formatYuan(paidFor(h, months))
      report({
        person: member.no,
        source: member.death.source,
        record: member.death.row,
        value: amount,
        text:
          `${member.name} 于 ${member.death.date} 死亡后仍发放 ${months.length} 个月，超过宽限 ${ctx.params.dea2_grace_months} 个月，` +
          `按当月在册人数分摊计 ${amount} 元`,
      })
    }
  },
}

function conflictingFunerals(member: Member, ctx: RuleContext, report: Report): void {
  let earliest: string | null = null
  for (const row of rowsOf(member, 'police/deaths')) if (earliest === null || row.death_date < earliest) earliest = row.death_date
  if (earliest === null) return
  for (const row of rowsOf(member, 'civil_affairs/funerals')) {
    const days = daysBetween(earliest, row.death_date)
    if (days <= ctx.params.dea3_days && -days <= ctx.params.dea3_days) continue
    report({
      person: member.no,
      source: 'civil_affairs/funerals',
      record: row,
      value: row.death_date,
      text: `${member.name} 的殡葬记录死亡日期 ${row.death_date} 与公安登记的 ${earliest} 相差 ${days < 0 ? -days : days} 天，超过 ${ctx.params.dea3_days} 天`,
    })
  }
}

function signsOfLife(member: Member, report: Report): void {
  const { death } = member
  if (death === null) return
  for (const row of rowsOf(member, 'hrss/benefits')) {
    if (row.last_paid_month <= death.month) continue
    report({
      person: member.no,
      source: 'hrss/benefits',
      record: row,
      value: row.last_paid_month,
      text: `${member.name} 登记于 ${death.date} 死亡，社保待遇却发放至 ${row.last_paid_month}`,
    })
  }
  for (const row of rowsOf(member, 'medical_security/settlements')) {
    if (row.admitted_on <= death.date) continue
    report({
      person: member.no,
      source: 'medical_security/settlements',
      record: row,
      value: row.admitted_on,
      text: `${member.name} 登记于 ${death.date} 死亡，却于 ${row.admitted_on} 住院`,
    })
  }
}

const conflictingDeath: Rule = {
  id: 'DEA-3',
  title: '死亡信息矛盾',
  class: 'B',
  scope: 'NR',
  clause: '核对规则：死亡登记须与殡葬、社保待遇、住院结算互相印证，矛盾时先查实再停发',
  silent: ['police/deaths', 'civil_affairs/funerals', 'hrss/benefits', 'medical_security/settlements'],
  find(h, ctx, report) {
    for (const member of h.members) {
      conflictingFunerals(member, ctx, report)
      signsOfLife(member, report)
    }
  },
}

export const deathRules: readonly Rule[] = [paidAfterDeath, notStoppedInTime, conflictingDeath]

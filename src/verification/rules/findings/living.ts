/** Way of living, care granted or missed, and payments outside the approved months. */

import { ageOn } from '#kernel/id-number'
import { formatYuan } from '#kernel/money'
import type { DisabledFederationCertificatesRow } from '#sources/contract'
import { latest, type Member, rowsOf, smallest } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import type { Report, Rule } from './rule.ts'

function trips(member: Member, ctx: RuleContext, report: Report): void {
  const rows = rowsOf(member, 'police/exit_entry').filter(
    (row) => ctx.sets.liv1_trip_reasons.has(row.reason) && row.departed_on > ctx.tripsSince && row.departed_on <= ctx.asOf,
  )
  const row = latest(rows, (each) => each.departed_on)
  const days = new Set(rows.map((each) => each.departed_on)).size
  if (row === null || days < ctx.params.liv1_trips) return
  report({
    person: member.no,
    source: 'police/exit_entry',
    record: row,
    text: `${member.name} 近 ${ctx.params.liv1_months} 个月因私出境 ${days} 次，最近一次 ${row.departed_on}`,
  })
}

function fees(member: Member, ctx: RuleContext, report: Report): void {
  const limit = ctx.params.liv1_school_fee
  for (const row of rowsOf(member, 'education/enrolments')) {
    if (row.state !== 'enrolled' || row.fee_payer !== 'self' || row.annual_fee === null || row.annual_fee <= limit) continue
    const [value, held] = [formatYuan(row.annual_fee), formatYuan(limit)]
    report({
      person: member.no,
      source: 'education/enrolments',
      record: row,
      value,
      limit: held,
      text: `${member.name} 自费就读，每年费用 ${value} 元，超过 ${held} 元`,
    })
  }
}

const highSpending: Rule = {
  id: 'LIV-1',
  title: '高消费',
  class: 'C',
  scope: 'NR',
  clause: '《最低生活保障审核确认办法》：自费高标准入学、出境旅游等仅作辅助参考',
  silent: ['police/exit_entry', 'education/enrolments'],
  find(h, ctx, report) {
    for (const member of h.members) {
      trips(member, ctx, report)
      fees(member, ctx, report)
    }
  },
}

function isSevereAndValid(row: DisabledFederationCertificatesRow, ctx: RuleContext): boolean {
  return ctx.sets.mis2_disability_grades.has(row.grade) && row.state === 'valid' && row.valid_to >= ctx.asOf
}

const certificates = 'disabled_federation/certificates'

const missedTopUp: Rule = {
  id: 'MIS-2',
  title: '分类施保漏享',
  class: 'C',
  scope: 'R',
  clause: '《社会救助暂行办法》：对生活仍有困难的老年人、未成年人、重度残疾人等给予生活保障',
  silent: [certificates],
  find(h, ctx, report) {
    const { mis2_elder_age: elder, mis2_minor_age: minor } = ctx.params
    for (const member of h.members) {
      if (member.row.top_ups.length > 0) continue
      const record = smallest(rowsOf(member, certificates).filter((row) => isSevereAndValid(row, ctx)))
      const age = ageOn(member.idNumber, ctx.asOf)
      const classes: string[] = []
      if (age >= elder) classes.push(`年满 ${elder} 周岁`)
      if (age < minor) classes.push('未成年')
      if (record !== null) classes.push('重度残疾')
      if (classes.length === 0) continue
      const text = `${member.name} ${classes.join('、')}，未享受分类施保增发`
      report({ person: member.no, source: certificates, record, text })
    }
  },
}

const lapsedCertificate: Rule = {
  id: 'MIS-3',
  title: '残疾证失效仍享受',
  class: 'B',
  scope: 'R',
  clause: '核对规则：重度残疾增发以有效的一、二级残疾人证为据',
  silent: [certificates],
  find(h, ctx, report) {
    for (const member of h.members) {
      if (!member.row.top_ups.includes('severe_disability')) continue
      const rows = rowsOf(member, certificates)
      if (rows.some((row) => isSevereAndValid(row, ctx))) continue
      const record = latest(rows, (row) => row.valid_to)
      if (record !== null) {
        const text = `${member.name} 享受重度残疾增发，残疾人证 ${record.grade} 级、有效期至 ${record.valid_to}，已不符合`
        report({ person: member.no, source: certificates, record, text })
      } else if (member.answers.status[certificates] === 'NO_RECORD') {
        report({ person: member.no, text: `${member.name} 享受重度残疾增发，残联没有其残疾人证` })
      }
    }
  },
}

const paymentOutside: Rule = {
  id: 'PAY-1',
  title: '未批先发、停后仍发',
  class: 'A',
  scope: 'NR',
  clause: '《最低生活保障审核确认办法》：低保金自确认同意之日的次月起发放，停发后不得再发',
  silent: [],
  find(h, _ctx, report) {
    const { aid_from: from, aid_to: to } = h.dossier.household
    for (const payment of h.dossier.payments) {
      if (payment.amount <= 0) continue
      const isEarly = from !== null && payment.month < from
      const isLate = to !== null && payment.month > to
      if (!h.isNew && !isEarly && !isLate) continue
      const why = h.isNew ? '本户为新申请' : isEarly ? `早于批准起始月 ${from}` : `晚于停保月 ${to}`
      const value = formatYuan(payment.amount)
      report({
        other: payment.payment_no,
        value,
        text: `${payment.month} 发放低保金 ${value} 元（${payment.paid_on} 支付），${why}`,
      })
    }
  },
}

export const livingRules: readonly Rule[] = [highSpending, missedTopUp, lapsedCertificate, paymentOutside]

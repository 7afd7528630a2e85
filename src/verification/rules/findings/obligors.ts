/** Supporters who stand out, and students who no longer are: rules that look at a person's other records. */
import { ageOn } from '#kernel/id-number'
import { formatYuan } from '#kernel/money'
import { countsByKind, latest, rowsOf, type Subject, smallest } from '../household/view.ts'
import { isCountedOfficer } from './business.ts'
import type { RuleContext } from './prepare.ts'
import { recentPublicPay } from './public-pay.ts'
import type { Observation, Rule } from './rule.ts'

type Found = Omit<Observation, 'person'>

function severalDwellings(s: Subject, ctx: RuleContext): Found | null {
  const titles = rowsOf(s, 'natural_resources/titles').filter((row) => row.house_use === 'residential' && row.state === 'valid')
  const units = new Set(titles.map((row) => row.unit_no)).size
  if (titles.length === 0 || units < ctx.params.fam6_dwellings) return null
  return {
    source: 'natural_resources/titles',
    record: smallest(titles),
    text: `义务人 ${s.name} 名下有 ${units} 处住宅，达到 ${ctx.params.fam6_dwellings} 处`,
  }
}

function dearVehicle(s: Subject, ctx: RuleContext): Found | null {
  const limit = ctx.params.fam6_vehicle_price
  const row = smallest(
    rowsOf(s, 'police/vehicles').filter(
      (each) =>
        countsByKind(each, ctx) &&
        !ctx.sets.veh_commercial_uses.has(each.vehicle_use) &&
        each.purchase_price !== null &&
        each.purchase_price > limit,
    ),
  )
  if (row === null) return null
  const price = formatYuan(row.purchase_price ?? 0)
  return {
    source: 'police/vehicles',
    record: row,
    text: `义务人 ${s.name} 的机动车购置价 ${price} 元，超过 ${formatYuan(limit)} 元`,
  }
}

function officerPost(s: Subject, ctx: RuleContext): Found | null {
  const row = smallest(rowsOf(s, 'market/officers').filter((each) => isCountedOfficer(each, ctx)))
  if (row === null) return null
  return { source: 'market/officers', record: row, text: `义务人 ${s.name} 在存续企业${row.enterprise ?? ''}任职` }
}

function publicPay(s: Subject, ctx: RuleContext): Found | null {
  const row = recentPublicPay(s, ctx)
  if (row === null) return null
  return { source: 'finance/payroll', record: row, text: `义务人 ${s.name} ${row.month} 由财政发放工资` }
}

const obligorWithMeans: Rule = {
  id: 'FAM-6',
  title: '义务人财产或收入突出',
  class: 'B',
  scope: 'NR',
  clause: '《最低生活保障审核确认办法》：赡养费、抚养费、扶养费按义务人的履行能力计算',
  silent: ['natural_resources/titles', 'police/vehicles', 'market/officers', 'finance/payroll'],
  find(h, ctx, report) {
    for (const s of h.supporters) {
      const found = severalDwellings(s, ctx) ?? dearVehicle(s, ctx) ?? officerPost(s, ctx) ?? publicPay(s, ctx)
      if (found !== null) report({ ...found, person: s.no })
    }
  },
}

function levelOutside(s: Subject, ctx: RuleContext): Found | null {
  const attending = rowsOf(s, 'education/enrolments').filter((row) => row.state === 'enrolled' || row.state === 'on_leave')
  if (attending.length === 0 || attending.some((row) => ctx.sets.dependent_study_levels.has(row.level))) return null
  return {
    source: 'education/enrolments',
    record: smallest(attending),
    text: `${s.name} 申报为在校学生，学籍层次不属于仍计为共同生活成员的就学层次`,
  }
}

function leftSchool(s: Subject, ctx: RuleContext): Found | null {
  const rows = rowsOf(s, 'education/enrolments')
  if (rows.some((row) => row.state === 'enrolled' || row.state === 'on_leave')) return null
  const left = rows.filter((row) => row.leaving_on !== null && row.leaving_on <= ctx.leftSchoolBy)
  const row = latest(left, (each) => each.leaving_on ?? '')
  if (row === null) return null
  const on = row.leaving_on ?? ''
  return {
    source: 'education/enrolments',
    record: row,
    value: on,
    text: `${s.name} 申报为在校学生，学籍显示已于 ${on} 离校，超过 ${ctx.params.fam7_grace_days} 天`,
  }
}

function noSchoolRecord(s: Subject, ctx: RuleContext): Found | null {
  if (s.answers.status['education/enrolments'] !== 'NO_RECORD') return null
  const age = ageOn(s.idNumber, ctx.asOf)
  const limit = ctx.params.fam7_max_age
  if (age <= limit) return null
  return {
    value: String(age),
    limit: String(limit),
    text: `${s.name} 申报为在校学生，年满 ${age} 周岁（超过 ${limit} 周岁）而教育部门无学籍`,
  }
}

const noLongerStudent: Rule = {
  id: 'FAM-7',
  title: '学生身份已变',
  class: 'B',
  scope: 'R',
  clause: '《最低生活保障审核确认办法》：不能独立生活的成年子女（在校接受本科及以下学历教育）计为共同生活成员',
  silent: ['education/enrolments'],
  find(h, ctx, report) {
    for (const member of h.members) {
      const level = member.row.student_level
      if (level === null || level === 'none') continue
      const found = levelOutside(member, ctx) ?? leftSchool(member, ctx) ?? noSchoolRecord(member, ctx)
      if (found !== null) report({ ...found, person: member.no })
    }
  },
}

export const obligorRules: readonly Rule[] = [obligorWithMeans, noLongerStudent]

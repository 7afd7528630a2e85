import { addDays, addMonths, firstDay, lastDay, lengthOfMonth, monthNumber, monthText } from '../calendar.ts'
import type { Draft, Person } from '../draft.ts'
import { also, type Kit, main, type Scenario } from './kit.ts'

/** Two people on the roll, the second of whom is the one the plant is about; 420.00 paid in each of the last twelve months. */
function two(k: Kit, paidTo = k.month): { h: Draft; p: Person } {
  const h = k.existing()
  h.head()
  const p = h.add('other')
  h.pay(k.month - 11, paidTo, '420.00')
  return { h, p }
}
const deaths = 'police/deaths'
const funerals = 'civil_affairs/funerals'
const custody = 'police/custody'

export const deathPlants: readonly Scenario[] = [
  main('死亡四个月仍发放（月末死亡）', (k) => {
    const { h, p } = two(k)
    const id = h.source(deaths, p, { death_date: lastDay(k.month - 4) })
    h.expect('DEA-1', p, deaths, id, '4')
    h.expect('DEA-2', p, deaths, id, '840.00')
    h.expect('FAM-4', p, deaths, id)
  }),
  main('死亡日期矛盾：火化早三十二天，死后领养老金、住院', (k) => {
    const { h, p } = two(k, k.month - 9)
    const died = addDays(firstDay(k.month - 7), 14)
    h.source(deaths, p, { death_date: died })
    const early = addDays(died, -32)
    const funeral = h.source(funerals, p, { death_date: early })
    const dead = monthNumber(early)
    const pension = h.source('hrss/benefits', p, {
      kind: 'resident_pension',
      base_part: '140.00',
      last_paid_month: monthText(dead + 1),
    })
    const right = h.source('hrss/benefits', p, {
      kind: 'resident_pension',
      base_part: '140.00',
      last_paid_month: monthText(dead),
    })
    const stay = h.source('medical_security/settlements', p, { admitted_on: addDays(early, 1), discharged_on: '' })
    const same = h.source('medical_security/settlements', p, { admitted_on: early, discharged_on: '' })
    h.expect('DEA-3', p, funerals, funeral)
    h.expect('DEA-3', p, 'hrss/benefits', pension)
    h.expect('DEA-3', p, 'medical_security/settlements', stay)
    h.forbid('DEA-3', p, right)
    h.forbid('DEA-3', p, same)
  }),
  also('死亡后只发一个月：不算超期', (k) => {
    const { h, p } = two(k)
    const id = h.source(funerals, p, { death_date: lastDay(k.month - 1) })
    h.expect('DEA-1', p, funerals, id, '1')
    h.expect('FAM-4', p, funerals, id)
    h.forbid('DEA-2', p)
  }),
  also('死亡后发两个月，三人均摊有零头', (k) => {
    const h = k.existing()
    h.head()
    const p = h.add('other')
    h.add('other')
    h.pay(k.month - 9, k.month, '100.01')
    const id = h.source(deaths, p, { death_date: firstDay(k.month - 2) })
    h.expect('DEA-1', p, deaths, id, '2')
    h.expect('DEA-2', p, deaths, id, '66.68')
  }),
  also('最后发放月即死亡月', (k) => {
    const { h, p } = two(k, k.month - 3)
    h.source(deaths, p, { death_date: lastDay(k.month - 3) })
    h.forbid('DEA-1', p)
    h.forbid('DEA-2', p)
  }),
  also('本人已停保，家庭仍在发', (k) => {
    const { h, p } = two(k)
    p.row.cells.aid_to = monthText(k.month - 4)
    const id = h.source(deaths, p, { death_date: lastDay(k.month - 4) })
    h.forbid('DEA-1', p)
    h.forbid('DEA-2', p)
    h.expect('FAM-4', p, deaths, id)
  }),
  also('死亡名单同号不同名', (k) => {
    const { h, p } = two(k)
    h.source(deaths, p, { name: h.human().name })
    for (const rule of ['DEA-1', 'DEA-2', 'DEA-3', 'FAM-4']) h.forbid(rule, p)
  }),
  also('两处死亡日期相同：以公安记录为准', (k) => {
    const { h, p } = two(k)
    const date = addDays(firstDay(k.month - 3), 2)
    const ids = [h.source(deaths, p, { death_date: date }), h.source(deaths, p, { death_date: date })].sort()
    const funeral = h.source(funerals, p, { death_date: date })
    h.expect('DEA-1', p, deaths, ids[0] as string, '3')
    h.forbid('DEA-1', p, funeral)
    h.forbid('DEA-3', p)
  }),
  also('死亡日期相差三十一天与三十二天', (k) => {
    const { h, p } = two(k)
    const date = addDays(firstDay(k.month - 6), 9)
    h.source(deaths, p, { death_date: date })
    h.source(deaths, p, { death_date: addDays(date, 3) })
    const near = h.source(funerals, p, { death_date: addDays(date, 31) })
    const far = h.source(funerals, p, { death_date: addDays(date, 32) })
    h.forbid('DEA-3', p, near)
    h.expect('DEA-3', p, funerals, far)
  }),
  also('新申请家庭的成员本月死亡', (k) => {
    const h = k.applicant()
    h.head()
    const p = h.add('other')
    const id = h.source(deaths, p, { death_date: firstDay(k.month) })
    h.expect('FAM-4', p, deaths, id)
    h.forbid('DEA-1', p)
    const stay = h.source('medical_security/settlements', p, { admitted_on: lastDay(k.month - 1), discharged_on: '' })
    h.forbid('DEA-3', p, stay)
  }),
  also('在保家庭的成员本月死亡', (k) => {
    const { h, p } = two(k)
    h.source(deaths, p, { death_date: firstDay(k.month) })
    h.forbid('FAM-4', p)
    h.forbid('DEA-1', p)
  }),
  also('本月死亡而下月已预发', (k) => {
    const { h, p } = two(k, k.month + 1)
    const id = h.source(deaths, p, { death_date: firstDay(k.month) })
    h.expect('DEA-1', p, deaths, id, '1')
    h.forbid('DEA-2', p)
    h.forbid('FAM-4', p)
  }),
  also('无授权：公安不答，本局殡葬照查', (k) => {
    const { h, p } = two(k)
    p.auth = null
    h.source(deaths, p, { death_date: firstDay(k.month - 6) })
    const id = h.source(funerals, p, { death_date: firstDay(k.month - 4) })
    h.expect('DEA-1', p, funerals, id, '4')
    h.forbid('DEA-3', p)
  }),
  also('公安对本人未作答', (k) => {
    const { h, p } = two(k)
    h.source(deaths, p)
    h.unanswered('police', p.id, 'deaths')
    for (const rule of ['DEA-1', 'DEA-2', 'FAM-4']) h.forbid(rule, p)
  }),
  also('死者列名但不计入', (k) => {
    const { h, p } = two(k)
    p.row.cells.counted = 'no'
    h.source(deaths, p)
    for (const rule of ['DEA-1', 'DEA-2', 'DEA-3', 'FAM-4']) h.forbid(rule, p)
  }),
  main('服刑期间仍发放', (k) => {
    const { h, p } = two(k)
    const id = h.source(custody, p, { from_date: firstDay(k.month - 4), to_date: lastDay(k.month - 2) })
    h.expect('PRI-1', p, custody, id, '3')
    h.forbid('FAM-4', p)
  }),
  also('月内恰好十五天与十四天', (k) => {
    const { h, p } = two(k)
    const [full, less] = [k.month - 5, k.month - 3]
    const id = h.source(custody, p, { state: 'detention', from_date: addDays(lastDay(full), -14), to_date: lastDay(full) })
    const short = h.source(custody, p, {
      state: 'compulsory_rehab',
      from_date: addDays(lastDay(less), -13),
      to_date: addDays(lastDay(less), 14),
    })
    h.expect('PRI-1', p, custody, id, '1')
    h.forbid('PRI-1', p, short)
  }),
  also('仍在服刑', (k) => {
    const { h, p } = two(k, k.month - 1)
    const from = addDays(lastDay(k.month - 3), -15)
    const id = h.source(custody, p, { from_date: from })
    h.expect('PRI-1', p, custody, id, '3')
    h.expect('FAM-4', p, custody, id)
  }),
  also('到核对日止的羁押与前一天止的羁押', (k) => {
    const { h, p } = two(k)
    const gone = h.source(custody, p, { to_date: addDays(k.asOf, -1) })
    const still = h.source(custody, p, { from_date: addMonths(k.asOf, -1), to_date: k.asOf })
    h.forbid('FAM-4', p, gone)
    h.expect('FAM-4', p, custody, still)
  }),
  also('社区矫正', (k) => {
    const { h, p } = two(k)
    h.source(custody, p, { state: 'community_correction' })
    h.forbid('PRI-1', p)
    h.forbid('FAM-4', p)
  }),
  also('服刑前已停保', (k) => {
    const { h, p } = two(k)
    p.row.cells.aid_to = monthText(k.month - 8)
    h.source(custody, p, { from_date: firstDay(k.month - 7) })
    h.forbid('PRI-1', p)
  }),
  also('新申请家庭成员正在服刑', (k) => {
    const h = k.applicant()
    h.head()
    const p = h.add('other')
    const ids = [h.source(custody, p), h.source(custody, p, { state: 'detention' })].sort()
    h.expect('FAM-4', p, custody, ids[0] as string)
    h.forbid('FAM-4', p, ids[1])
    h.forbid('PRI-1', p)
  }),
  also('服刑人员列名但不计入', (k) => {
    const { h, p } = two(k)
    p.row.cells.counted = 'no'
    h.source(custody, p)
    h.forbid('FAM-4', p)
    h.forbid('PRI-1', p)
  }),
  also('服刑整月跨闰月月末', (k) => {
    const { h, p } = two(k)
    const id = h.source(custody, p, {
      from_date: lastDay(k.month - 8),
      to_date: addDays(firstDay(k.month - 6), lengthOfMonth(k.month - 6) - 1),
    })
    h.expect('PRI-1', p, custody, id, '2')
  }),
]

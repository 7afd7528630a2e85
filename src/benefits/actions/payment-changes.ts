/** This month against the last, for whoever sees payments. */
import { addMonths } from '#kernel/dates'
import { rangeOf } from '#kernel/division'
import { type Action, routeAction } from '#platform/action'
import { readCursor, writeCursor } from '#platform/cursor'
import type { PaymentSum } from '../contract/payment.ts'
import { CHANGES, comparePaymentMonths, listPaymentChanges } from '../contract/payment-change.ts'
import { changeLabel, changeReason } from '../rules/payment-changes.ts'
import { listChanges, sumChanges } from '../store/payment-changes.ts'
import { type PaymentSums, sumDue } from '../store/payments.ts'

const MONTH_LENGTH = 7

function before(month: string): string {
  return addMonths(`${month}-01`, -1).slice(0, MONTH_LENGTH)
}

/** What is due, as pages show it. */
export function dueView(due: PaymentSums): PaymentSum {
  return {
    households: due.due_households,
    persons: due.due_persons,
    base: due.due_base,
    topUp: due.due_top_up,
    total: due.due_total,
  }
}

export const comparePaymentMonthsAction: Action = routeAction(comparePaymentMonths, {
  async run(context, { month, township }) {
    const { tx } = context
    const area = rangeOf(township ?? context.actor.divisionCode)
    const lastMonth = before(month)
    const found = new Map((await sumChanges(tx, month, lastMonth, area)).map((group) => [group.kind, group]))
    const groups = CHANGES.flatMap((kind) => {
      const group = found.get(kind)
      if (group === undefined) return []
      const { rows, households, persons, base, top_up: topUp, total } = group
      return [{ kind, label: changeLabel(kind), rows, households, persons, base, topUp, total }]
    })
    return {
      month,
      lastMonth,
      last: dueView(await sumDue(tx, lastMonth, area)),
      groups,
      current: dueView(await sumDue(tx, month, area)),
    }
  },
  journal: () => null,
})

export const listPaymentChangesAction: Action = routeAction(listPaymentChanges, {
  async run(context, { month, kind, township, cursor, limit }) {
    const list = `${listPaymentChanges.name} ${kind}`
    const after = readCursor(context.keys, list, cursor)?.[0] ?? null
    const wanted = { kind, after, limit: limit + 1 }
    const found = await listChanges(context.tx, month, before(month), rangeOf(township ?? context.actor.divisionCode), wanted)
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    return {
      rows: rows.map((row) => ({
        kind,
        label: changeLabel(kind),
        householdNo: row.household_no,
        caseNo: row.case_no,
        name: row.name,
        townshipName: row.township_name,
        villageName: row.village_name,
        personsBefore: row.persons_before,
        persons: row.persons,
        amountBefore: row.amount_before,
        amount: row.amount,
        why: changeReason(kind, row.decided_anew),
      })),
      total: found[0]?.total ?? 0,
      next: last === undefined ? null : writeCursor(context.keys, list, [last.division_code + last.household_no]),
    }
  },
  journal: ({ month, kind }, output) => ({
    chain: 'system:payment',
    basis: '民发〔2021〕57号 第二十五条',
    purpose: '查看本月与上月的发放变动',
    detail: {
      month,
      kind,
      households: output instanceof Object && 'rows' in output ? output.rows.map((row) => row.householdNo) : [],
    },
  }),
})

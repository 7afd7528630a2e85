/** Monthly payment: rolls from standing grants, differences, confirmation by a second person. */
import { lockMonth } from '#casework'
import { chineseDate } from '#kernel/chinese-date'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { chinaDate, nowIso } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import { holdPayments, recordPayments } from '#registry'
import {
  confirmRolls,
  type Difference,
  listDifferences,
  listRolls,
  makeRolls,
  type PaymentRoll,
  readPaymentMonth,
  withdrawRoll,
} from '../contract/payment.ts'
import { clearanceLabel, differenceLabel, differenceReason, STILL_LISTED } from '../rules/payment-words.ts'
import {
  type Area,
  type ConfirmableRoll,
  countDifferences,
  findRoll,
  insertPayMoves,
  insertRolls,
  type ListedDifference,
  listDifferenceRows,
  listMonths,
  listPaidLines,
  listRollPage,
  lockRolls,
  markConfirmed,
  markWithdrawn,
  type RollRow,
  sumDue,
  sumTownships,
  type TownshipSum,
} from '../store/payments.ts'
import { doublesOf, heldByDoubles } from './doubles.ts'
import { checkPayable } from './go-live.ts'
import { dueView } from './payment-changes.ts'

const basis = '民发〔2021〕57号 第二十五条'
const chain = 'system:payment'

/** A township, or everything the caller sees. */
function areaOf({ actor }: ActionContext, township: string | undefined): Area {
  return rangeOf(township ?? actor.divisionCode)
}

/** A roll as pages show it. */
export function rollView(row: RollRow, userId: string): PaymentRoll {
  return {
    rollNo: row.roll_no,
    month: row.month,
    villageCode: row.division_code,
    villageName: row.village_name,
    townshipName: row.township_name,
    bankName: row.bank_name,
    households: row.households,
    persons: row.persons,
    base: row.base,
    topUp: row.top_up,
    total: row.total,
    madeByName: row.made_by_name,
    madeAt: row.made_at,
    confirmedByName: row.confirmed_by_name,
    confirmedAt: row.confirmed_at,
    withdrawnAt: row.withdrawn_at,
    mine: row.made_by === userId,
  }
}

/** The figures of several townships, added up. */
function sumOf(townships: readonly TownshipSum[]) {
  const nothing = { rolls: 0, confirmed: 0, households: 0, persons: 0, base: 0, topUp: 0, total: 0 }
  return townships.reduce(
    (sum, each) => ({
      rolls: sum.rolls + each.rolls,
      confirmed: sum.confirmed + each.confirmed,
      households: sum.households + each.households,
      persons: sum.persons + each.persons,
      base: sum.base + each.base,
      topUp: sum.topUp + each.top_up,
      total: sum.total + each.total,
    }),
    nothing,
  )
}

export const readPaymentMonthAction: Action = routeAction(readPaymentMonth, {
  async run(context, { month, township }) {
    const { tx, actor } = context
    const area = areaOf(context, township)
    const townships = await sumTownships(tx, month, actor.userId)
    const { rolls, confirmed, ...listed } = sumOf(townships.filter(({ code }) => code >= area.lo && code < area.hi))
    const due = await sumDue(tx, month, area)
    const counts = await countDifferences(tx, month, area, await heldByDoubles(context, month, area))
    return {
      months: await listMonths(tx),
      townships: townships.map(({ persons: _persons, base: _base, top_up: _topUp, ...each }) => each),
      month: {
        month,
        rolls,
        confirmed,
        listed,
        due: dueView(due),
        differences: counts.map(({ kind, count }) => ({ kind, label: differenceLabel(kind), count })),
      },
    }
  },
  journal: () => null,
})

export const listRollsAction: Action = routeAction(listRolls, {
  async run(context, { month, township, cursor, limit }) {
    const after = readCursor(context.keys, listRolls.name, cursor)?.[0] ?? null
    const found = await listRollPage(context.tx, month, areaOf(context, township), { after, limit: limit + 1 })
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    return {
      rows: rows.map((roll) => rollView(roll, context.actor.userId)),
      total: found[0]?.of_all ?? 0,
      next: last === undefined ? null : writeCursor(context.keys, listRolls.name, [last.roll_no]),
    }
  },
  journal: () => null,
})

/** What was paid elsewhere, and how somebody proposes to clear it. */
function elsewhereOf({ keys, actor }: ActionContext, row: ListedDifference): Difference['elsewhere'] {
  if (row.kind !== 'paid_elsewhere') return null
  const waiting =
    row.clearance === null
      ? null
      : {
          clearanceId: row.clearance,
          kind: row.cleared_as,
          kindLabel: clearanceLabel(row.cleared_as),
          reason: keys.openText(row.reason),
          proposedByName: row.proposed_by_name,
          proposedAt: row.proposed_at,
          mine: row.proposed_by === actor.userId,
        }
  return { paid: row.paid ?? 0, counted: row.counted, waiting }
}

function whyOf({ kind, counted, valid_to: validTo }: ListedDifference): string {
  if (kind === 'paid_elsewhere' && counted) return STILL_LISTED
  return kind === 'expired' ? `${differenceReason(kind)}（${chineseDate(validTo ?? '')}）` : differenceReason(kind)
}

export const listDifferencesAction: Action = routeAction(listDifferences, {
  async run(context, { month, township, kind, cursor, limit }) {
    const area = areaOf(context, township)
    const held = await heldByDoubles(context, month, area)
    const after = readCursor(context.keys, listDifferences.name, cursor)?.[0] ?? null
    const found = await listDifferenceRows(context.tx, month, area, held, { kind: kind ?? null, after, limit: limit + 1 })
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    const twice = rows.filter((row) => row.kind === 'double').map(({ household_no: no }) => no)
    const doubles = await doublesOf(context, month, area, twice)
    return {
      rows: rows.map((row) => ({
        kind: row.kind,
        label: differenceLabel(row.kind),
        householdNo: row.household_no,
        caseNo: row.case_no,
        decisionNo: row.decision_no,
        name: row.name,
        townshipName: row.township_name,
        villageName: row.village_name,
        amount: row.amount,
        listed: row.listed,
        rollNo: row.roll_no,
        elsewhere: elsewhereOf(context, row),
        doubles: [...(row.kind === 'double' ? (doubles.get(row.household_no) ?? []) : [])],
        why: whyOf(row),
      })),
      total: found[0]?.total ?? 0,
      next: last === undefined ? null : writeCursor(context.keys, listDifferences.name, [last.place]),
    }
  },
  journal: ({ month }, output) => ({
    chain,
    basis,
    purpose: '查看发放差异',
    detail: { month, households: output instanceof Object && 'rows' in output ? output.rows.map((row) => row.householdNo) : [] },
  }),
})

export const makeRollsAction: Action = routeAction(makeRolls, {
  async run(context, { month, township }) {
    const { tx, actor, clock, today } = context
    if (month > today.slice(0, 7)) {
      throw new Problem('payment.future', `${chineseDate(month)} 还没有到，只能编制本月或以前月份的名册`, { status: 422 })
    }
    await checkPayable(context, month)
    await lockMonth(tx, month)
    const area = areaOf(context, township)
    const doubles = await heldByDoubles(context, month, area)
    const made = await insertRolls(tx, month, area, doubles, { madeBy: actor.userId, at: nowIso(clock) })
    return { ...made, doubles: doubles.length }
  },
  journal: ({ month, township }, output) => ({
    chain,
    basis,
    purpose: '编制发放名册',
    ...(township === undefined ? {} : { divisionCode: township }),
    detail: { month, ...(output as object) },
  }),
})

type Doubles = Awaited<ReturnType<typeof doublesOf>>

const NAMED = 3

/** That a roll lists households that are doubles, the first of them with the other household. */
function doubledIn(householdNos: readonly string[], twice: Doubles): string {
  const named = householdNos.slice(0, NAMED).map((no) => `${no}：${(twice.get(no) ?? []).map(({ text }) => text).join('、')}`)
  const more = householdNos.length > NAMED ? ' 等' : ''
  return `名册中有 ${householdNos.length} 户与其他在保家庭重复（${named.join('；')}${more}），请先处理差异`
}

/** Why a roll cannot be confirmed now; null when it can. */
function refusalOf(roll: ConfirmableRoll | undefined, month: string, userId: string, twice: Doubles): string | null {
  if (roll === undefined || roll.month !== month) return '没有这份名册，或不在您的辖区内'
  if (roll.confirmed_at !== null) return '这份名册已经确认'
  if (roll.withdrawn) return '这份名册已经撤回'
  if (roll.made_by === userId) return '您编制了这份名册，须由另一人确认'
  if (roll.elsewhere > 0) return `名册中有 ${roll.elsewhere} 户本月已在别处发放（导入的发放记录），请先处理差异`
  if (roll.doubles.length > 0) return doubledIn(roll.doubles, twice)
  return roll.off === 0 ? null : `名册中有 ${roll.off} 户已撤回、停发或金额有变：请查明差异，由资金发放员撤回名册后重新编制`
}

export const confirmRollsAction: Action = routeAction(confirmRolls, {
  async run(context, { month, rollNos }) {
    const { tx, actor, clock } = context
    await checkPayable(context, month)
    // what stands and what was paid elsewhere do not change while it is confirmed
    await lockMonth(tx, month)
    await holdPayments(tx)
    const area = areaOf(context, undefined)
    const rolls = await lockRolls(tx, month, rollNos, await heldByDoubles(context, month, area))
    const twice = await doublesOf(
      context,
      month,
      area,
      rolls.flatMap(({ doubles }) => doubles.slice(0, NAMED)),
    )
    const held = new Map(rolls.map((roll) => [roll.roll_no, roll]))
    const judged = [...new Set(rollNos)].map((rollNo) => ({
      rollNo,
      message: refusalOf(held.get(rollNo), month, actor.userId, twice),
    }))
    const fit = judged.filter(({ message }) => message === null).map(({ rollNo }) => rollNo)
    const at = nowIso(clock)
    const confirmed = await markConfirmed(tx, fit, actor.userId, at)
    const settledCases = await insertPayMoves(tx, fit, at)
    const paid = (await listPaidLines(tx, fit)).map((line) => ({
      rollNo: line.roll_no,
      householdNo: line.household_no,
      month: line.month,
      amount: line.amount,
      accountHolder: line.account_holder,
      sealed: line.sealed,
    }))
    await recordPayments(tx, paid, chinaDate(at))
    const refused = judged.flatMap(({ rollNo, message }) => (message === null ? [] : [{ rollNo, message }]))
    return { confirmed, settledCases, refused }
  },
  journal: ({ month, rollNos }, output) => {
    const { refused, settledCases } = output as { refused: { rollNo: string }[]; settledCases: number }
    const names = new Set(refused.map(({ rollNo }) => rollNo))
    const detail = { month, rolls: rollNos.filter((rollNo) => !names.has(rollNo)), settledCases }
    return { chain, basis, purpose: '确认发放名册', detail }
  },
})

/** Takes back a roll nobody has confirmed: what it lists may be listed anew. */
export const withdrawRollAction: Action = routeAction(withdrawRoll, {
  async run({ tx, keys, actor, clock }, { rollNo, reason }) {
    const row = await findRoll(tx, rollNo)
    if (row === undefined) throw new Problem('payment.not-found', '没有这份名册，或不在您的辖区内', { status: 404 })
    await lockMonth(tx, row.month)
    if (!(await markWithdrawn(tx, rollNo, actor.userId, nowIso(clock), keys.seal(reason)))) {
      throw new Problem('payment.roll-settled', '名册已经确认或撤回，不能撤回', { status: 409 })
    }
    return rollView((await findRoll(tx, rollNo)) ?? row, actor.userId)
  },
  journal: ({ rollNo }, output) => ({
    chain,
    basis,
    purpose: '撤回发放名册',
    divisionCode: (output as PaymentRoll).villageCode,
    detail: { rollNo },
  }),
})

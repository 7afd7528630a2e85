/** Monthly payment: rolls per village and bank from what stands (decisions, and older grants that run on), what differs from it, confirmation by a second person. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DivisionCode, Fen, InstantText, MonthText, pageOf, pageQuery, Reason } from '#kernel/schema'
import { Double } from './double.ts'
import { PayMonth as Month, PaidElsewhere } from './go-live.ts'

export const PaymentSum = z.object({ households: Count, persons: Count, base: Fen, topUp: Fen, total: Fen })
export type PaymentSum = z.infer<typeof PaymentSum>

export const DIFFERENCES = [
  'no_account',
  'stopped',
  'suspended',
  'paid_elsewhere',
  'double',
  'not_made',
  'undone',
  'amount',
  'expired',
] as const
export const DifferenceKind = z.enum(DIFFERENCES)
export type DifferenceKind = z.infer<typeof DifferenceKind>

export const PaymentMonth = z.object({
  month: MonthText,
  rolls: Count,
  confirmed: Count,
  listed: PaymentSum,
  /** by what stands in the month */
  due: PaymentSum,
  differences: z.array(z.object({ kind: DifferenceKind, label: z.string(), count: Count })),
})
export type PaymentMonth = z.infer<typeof PaymentMonth>

export const PaymentRoll = PaymentSum.extend({
  rollNo: z.string(),
  month: MonthText,
  villageCode: DivisionCode,
  villageName: z.string(),
  townshipName: z.string(),
  bankName: z.string(),
  madeByName: z.string(),
  madeAt: InstantText,
  confirmedByName: z.string().nullable(),
  confirmedAt: InstantText.nullable(),
  withdrawnAt: InstantText.nullable(),
  /** the caller made it, so another person has to confirm it */
  mine: z.boolean(),
})
export type PaymentRoll = z.infer<typeof PaymentRoll>

/** A township's rolls of a month in figures. */
export const TownshipRolls = z.object({
  code: DivisionCode,
  name: z.string(),
  rolls: Count,
  confirmed: Count,
  households: Count,
  total: Fen,
  /** numbers of the rolls the caller may confirm now: open, and made by somebody else */
  confirmable: z.array(z.string()),
})
export type TownshipRolls = z.infer<typeof TownshipRolls>

/** One month: sums, differences in figures, and its rolls by township. */
export const readPaymentMonth = defineRoute({
  name: 'casework.read-payment-month',
  method: 'GET',
  path: '/api/payments/:month',
  permission: 'payment.read',
  params: z.object({ month: Month }),
  query: z.object({ township: DivisionCode.optional() }),
  output: z.object({
    months: z.array(MonthText),
    /** all of the caller's, whichever was asked for */
    townships: z.array(TownshipRolls),
    month: PaymentMonth,
  }),
})

/** The rolls of a month, a page at a time. */
export const listRolls = defineRoute({
  name: 'casework.list-payment-rolls',
  method: 'GET',
  path: '/api/payments/:month/rolls',
  permission: 'payment.read',
  params: z.object({ month: Month }),
  query: z.object({ township: DivisionCode.optional(), ...pageQuery }),
  output: pageOf(PaymentRoll),
})

export const Difference = z.object({
  kind: DifferenceKind,
  label: z.string(),
  householdNo: z.string(),
  /** null for a grant that was registered, not decided here */
  caseNo: z.string().nullable(),
  decisionNo: z.string().nullable(),
  name: z.string(),
  townshipName: z.string(),
  villageName: z.string(),
  /** as it stands */
  amount: Fen,
  /** as listed; null when not on a roll */
  listed: Fen.nullable(),
  rollNo: z.string().nullable(),
  /** where imported payments show the month as paid */
  elsewhere: PaidElsewhere.nullable(),
  /** where the household, or its account, stands twice */
  doubles: z.array(Double),
  why: z.string(),
})
export type Difference = z.infer<typeof Difference>

/** Who has a standing grant but is not on a roll, or otherwise than it says, and why. */
export const listDifferences = defineRoute({
  name: 'casework.list-payment-differences',
  method: 'GET',
  path: '/api/payments/:month/differences',
  permission: 'payment.read',
  params: z.object({ month: Month }),
  query: z.object({
    township: DivisionCode.optional(),
    kind: DifferenceKind.optional(),
    ...pageQuery,
  }),
  output: pageOf(Difference),
})

/** Makes the rolls of a month from standing grants that are not listed in it yet. */
export const makeRolls = defineRoute({
  name: 'casework.make-payment-rolls',
  method: 'POST',
  path: '/api/payments/:month/rolls',
  permission: 'payment.make',
  params: z.object({ month: Month }),
  body: z.object({ township: DivisionCode.optional() }),
  output: z.object({
    rolls: Count,
    households: Count,
    total: Fen,
    /** households that are held back, for another one that is paid has the same person or account */
    doubles: Count,
  }),
})

/** Confirms rolls another person made; the cases on them are settled. */
export const confirmRolls = defineRoute({
  name: 'casework.confirm-payment-rolls',
  method: 'POST',
  path: '/api/payments/:month/confirmation',
  permission: 'payment.confirm',
  params: z.object({ month: Month }),
  body: z.object({ rollNos: z.array(z.string()).min(1, '请先勾选名册').max(2000, '一次最多确认 2000 份名册') }),
  output: z.object({
    confirmed: Count,
    settledCases: Count,
    refused: z.array(z.object({ rollNo: z.string(), message: z.string() })),
  }),
})

export const RollLine = z.object({
  householdNo: z.string(),
  /** null for a grant that was registered, not decided here: it runs on */
  caseNo: z.string().nullable(),
  decisionNo: z.string().nullable(),
  name: z.string(),
  persons: Count,
  base: Fen,
  topUp: Fen,
  amount: Fen,
  accountHolder: z.string(),
  /** masked; in clear only in the bank's workbook of the payment officer */
  accountMasked: z.string(),
})
export type RollLine = z.infer<typeof RollLine>

/** One roll with a page of its lines, accounts masked. */
export const openRoll = defineRoute({
  name: 'casework.open-payment-roll',
  method: 'GET',
  path: '/api/payment-rolls/:rollNo',
  permission: 'payment.read',
  params: z.object({ rollNo: z.string() }),
  query: z.object(pageQuery),
  output: z.object({ roll: PaymentRoll, lines: z.array(RollLine), next: z.string().nullable() }),
})

/** The roll as a workbook; accounts in clear only for the payment officer, of a confirmed roll. */
export const downloadRoll = defineRoute({
  name: 'casework.download-payment-roll',
  method: 'GET',
  path: '/api/payment-rolls/:rollNo/workbook',
  permission: 'payment.read',
  params: z.object({ rollNo: z.string() }),
  output: z.instanceof(Uint8Array),
  download: true,
})

/** The roll on paper (发放花名册), accounts masked. */
export const printRoll = defineRoute({
  name: 'casework.print-payment-roll',
  method: 'GET',
  path: '/api/payment-rolls/:rollNo/paper',
  permission: 'payment.read',
  params: z.object({ rollNo: z.string() }),
  output: z.instanceof(Uint8Array),
  download: true,
})

/** Takes back a roll that nobody has confirmed, with a reason; its households may be listed anew. */
export const withdrawRoll = defineRoute({
  name: 'casework.withdraw-payment-roll',
  method: 'POST',
  path: '/api/payment-rolls/:rollNo/withdrawal',
  permission: 'payment.make',
  params: z.object({ rollNo: z.string() }),
  body: z.object({ reason: Reason }),
  output: PaymentRoll,
})

export const paymentRoutes = {
  readPaymentMonth,
  listRolls,
  listDifferences,
  makeRolls,
  confirmRolls,
  openRoll,
  downloadRoll,
  printRoll,
  withdrawRoll,
}

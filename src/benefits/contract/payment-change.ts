/** This month against the last: what is due in both, and the households that make the difference, in groups that add up. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DivisionCode, Fen, MonthText, pageOf, pageQuery } from '#kernel/schema'
import { PayMonth as Month } from './go-live.ts'
import { PaymentSum } from './payment.ts'

export const CHANGES = [
  'granted',
  'resumed',
  'back',
  'other_in',
  'stopped',
  'suspended',
  'elsewhere',
  'other_out',
  'raised',
  'lowered',
  'members',
] as const
export const PaymentChangeKind = z.enum(CHANGES)
export type PaymentChangeKind = z.infer<typeof PaymentChangeKind>

/** What a group adds to the month before, or takes from it. */
const Delta = z.object({
  households: z.number().int(),
  persons: z.number().int(),
  base: z.number().int(),
  topUp: z.number().int(),
  total: z.number().int(),
})

export const PaymentChangeGroup = Delta.extend({
  kind: PaymentChangeKind,
  label: z.string(),
  /** households that are listed under it */
  rows: Count,
})
export type PaymentChangeGroup = z.infer<typeof PaymentChangeGroup>

/** The sums of what is due in two months, and the groups between them: last month and all groups add up to this month. */
export const comparePaymentMonths = defineRoute({
  name: 'casework.compare-payment-months',
  method: 'GET',
  path: '/api/payments/:month/comparison',
  permission: 'payment.read',
  params: z.object({ month: Month }),
  query: z.object({ township: DivisionCode.optional() }),
  output: z.object({
    month: MonthText,
    lastMonth: MonthText,
    last: PaymentSum,
    groups: z.array(PaymentChangeGroup),
    current: PaymentSum,
  }),
})

export const PaymentChange = z.object({
  kind: PaymentChangeKind,
  label: z.string(),
  householdNo: z.string(),
  caseNo: z.string().nullable(),
  name: z.string(),
  townshipName: z.string(),
  villageName: z.string(),
  personsBefore: Count,
  persons: Count,
  amountBefore: Fen,
  amount: Fen,
  why: z.string(),
})
export type PaymentChange = z.infer<typeof PaymentChange>

/** The households of one group, a page at a time. */
export const listPaymentChanges = defineRoute({
  name: 'casework.list-payment-changes',
  method: 'GET',
  path: '/api/payments/:month/changes',
  permission: 'payment.read',
  params: z.object({ month: Month }),
  query: z.object({ kind: PaymentChangeKind, township: DivisionCode.optional(), ...pageQuery }),
  output: pageOf(PaymentChange),
})

export const paymentChangeRoutes = { comparePaymentMonths, listPaymentChanges }

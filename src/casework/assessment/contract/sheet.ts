/** The sheet of the "3+1" assessment (综合测评表): four findings, every fact with who said it, and the amount that follows. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, Fen, InstantText } from '#kernel/schema'

export const PILLARS = ['residence', 'income', 'assets', 'deliberation'] as const
export const Pillar = z.enum(PILLARS)
export type Pillar = z.infer<typeof Pillar>

/** `not_called`: not held: a deliberation that was not called for, or a test of income and assets of a household in which nobody counts. */
export const PillarFinding = z.enum(['met', 'not_met', 'undetermined', 'not_called'])
export type PillarFinding = z.infer<typeof PillarFinding>

/** A fact of the sheet; a null value says that nobody has answered, never that there is none. */
export const SheetFact = z.object({
  fact: z.string(),
  value: z.string().nullable(),
  saidBy: z.string(),
  source: z.string(),
  asOf: DateText.nullable(),
  contradiction: z.string().nullable(),
  clause: z.string().nullable(),
  /** income set by rule because facts were missing */
  imputed: z.boolean(),
})
export type SheetFact = z.infer<typeof SheetFact>

export const PillarView = z.object({
  pillar: Pillar,
  label: z.string(),
  finding: PillarFinding,
  /** who settled it: the sums and records themselves, or a person with reasons */
  settledBy: z.enum(['facts', 'person']),
  why: z.array(z.string()),
  facts: z.array(SheetFact),
})
export type PillarView = z.infer<typeof PillarView>

/** Amounts in whole fen per month. */
export const SheetFigures = z.object({
  eligible: z.boolean(),
  counted: Count,
  countableIncome: Fen,
  perCapita: Fen.nullable(),
  standard: Fen,
  base: Fen,
  topUp: Fen,
  total: Fen,
  tier: z.string().nullable(),
  topUps: z.array(z.object({ member: z.string(), label: z.string(), amount: Fen })),
  /** lines of the neighbouring schemes that follow from the standard: whoever is refused may be under one of them */
  lines: z.object({ marginalMonthly: Fen, marginalYearly: Fen, extremeHardshipMonthly: Fen, extremeHardshipYearly: Fen }),
  /** the sum in sentences, each with its clause */
  trace: z.array(z.object({ text: z.string(), value: z.string(), clause: z.string(), lines: z.array(z.string()) })),
})
export type SheetFigures = z.infer<typeof SheetFigures>

/** A ground on which the pack lists households as not to be aided: a lead for a person, never a verdict. */
export const ExclusionLead = z.object({
  code: z.string(),
  label: z.string(),
  clause: z.string(),
  raisedBy: z.array(z.object({ what: z.string(), state: z.string() })),
})
export type ExclusionLead = z.infer<typeof ExclusionLead>

export const SheetView = z.object({
  caseNo: z.string(),
  householdNo: z.string().nullable(),
  applicantName: z.string(),
  programme: z.enum(['urban', 'rural']),
  members: Count,
  /** counted members, for entries that name one */
  persons: z.array(z.object({ id: z.string(), name: z.string() })),
  villageName: z.string(),
  /** the sheet as it was confirmed, or as it would be today */
  state: z.enum(['draft', 'confirmed']),
  confirmedBy: z.string().nullable(),
  confirmedAt: InstantText.nullable(),
  pack: z.object({ id: z.string(), on: DateText, hash: z.string() }),
  reportNo: z.string().nullable(),
  asOf: DateText.nullable(),
  pillars: z.array(PillarView),
  conclusion: z.enum(['eligible', 'ineligible', 'undetermined']),
  figures: SheetFigures.nullable(),
  exclusions: z.array(ExclusionLead),
  /** refused only because of income that was set by rule: a person has to confirm it with reasons */
  restsOnImputed: z.boolean(),
  /** what was assumed or left out, and what speaks against signing */
  notes: z.array(z.string()),
})
export type SheetView = z.infer<typeof SheetView>

const Words = z.string().trim().min(4, '请写明理由，至少 4 个字').max(2000, '不超过 2000 字')

/** Sections of a household's facts a person may put right, each as a household file writes it. */
export const AMENDED_SECTIONS = [
  'members',
  'single_applicant',
  'family',
  'tier',
  'incomes',
  'expenses',
  'supporters',
  'assets',
] as const

export const Amendment = z.object({
  section: z.enum(AMENDED_SECTIONS),
  value: z.unknown(),
  source: z.string().trim().min(2, '请写明依据的材料').max(200),
  reason: Words,
})
export type Amendment = z.infer<typeof Amendment>

/** Income set by rule where facts are missing (推定收入), always named as such. */
export const ImputedIncome = z.object({
  member: z.string().trim().min(1, '请选择推定收入的成员'),
  item: z.string(),
  /** fen a month */
  amount: z.int().min(1, '推定收入应大于 0'),
  method: z.string().trim().min(4, '请写明推定的方法').max(500),
  clause: z.string().trim().min(2, '请写明推定依据的条款').max(200),
})
export type ImputedIncome = z.infer<typeof ImputedIncome>

/** What a person settles where facts alone do not: the finding and why. */
export const Settlement = z.object({ pillar: Pillar, finding: z.enum(['met', 'not_met']), reason: Words })
export type Settlement = z.infer<typeof Settlement>

/** Form of `sheet.assess`. */
export const SheetOrder = z.object({
  settled: z
    .array(Settlement)
    .max(4)
    .default([])
    .refine((list) => new Set(list.map((each) => each.pillar)).size === list.length, '同一项认定只能填写一次'),
  amended: z
    .array(Amendment)
    .max(AMENDED_SECTIONS.length)
    .default([])
    .refine((list) => new Set(list.map((each) => each.section)).size === list.length, '同一部分事实只能更正一次'),
  imputed: z.array(ImputedIncome).max(20).default([]),
  /** confirmation by a person that a refusal may rest on imputed income */
  imputedReason: Words.optional(),
})
export type SheetOrder = z.infer<typeof SheetOrder>

/** The sheet as confirmed, or as it would be from today's records; journalled as a read of every person of the household. */
export const readSheet = defineRoute({
  name: 'casework.read-sheet',
  method: 'GET',
  path: '/api/cases/:caseNo/sheet',
  permission: 'casework.read',
  params: z.object({ caseNo: z.string() }),
  query: z.object({ as: z.enum(['kept', 'today']).default('kept') }),
  output: SheetView,
})

/** The sheet with a person's entries tried on it; nothing is kept. */
export const trySheet = defineRoute({
  name: 'casework.try-sheet',
  method: 'POST',
  path: '/api/cases/:caseNo/sheet/trial',
  permission: 'casework.move',
  params: z.object({ caseNo: z.string() }),
  body: SheetOrder,
  output: SheetView,
})

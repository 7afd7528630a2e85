/** What the pages see of households and divisions as the district handed them in. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, Fen, InstantText, MaybeFen, MonthText, Reason } from '#kernel/schema'
import { AuthorisationPaper } from './authorisations.ts'

/** A township, street, village or community; `households` counts those in the caller's scope below it. */
export const Division = z.object({
  code: DivisionCode,
  name: z.string(),
  level: z.enum(['district', 'township', 'village']),
  kind: z.enum(['district', 'township', 'street', 'village', 'community']),
  parentCode: DivisionCode.nullable(),
  parentName: z.string().nullable(),
  households: Count,
  /** Earlier names of the same code, and codes whose place it took; each with the day it ended. */
  formerly: z.array(z.object({ code: DivisionCode, name: z.string(), until: DateText })),
})
export type Division = z.infer<typeof Division>

/** Divisions under one parent (townships without one), or by name / pinyin initials; only within the caller's scope. */
export const listDivisions = defineRoute({
  name: 'registry.list-divisions',
  method: 'GET',
  path: '/api/divisions',
  permission: 'signed-in',
  query: z.object({
    parent: DivisionCode.optional(),
    level: z.enum(['district', 'township', 'village']).optional(),
    q: z.string().trim().max(40).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(100),
  }),
  output: z.object({ rows: z.array(Division) }),
})

/** Member or supporter as declared; the citizen number is masked. */
export const RegistryPerson = z.object({
  subjectNo: z.string(),
  role: z.enum(['member', 'listed', 'supporter']),
  name: z.string(),
  idMasked: z.string(),
  gender: z.string(),
  birthDate: DateText.nullable(),
  age: z.int().nullable(),
  relation: z.string().nullable(),
  relationLabel: z.string(),
  counted: z.boolean(),
  aidFrom: MonthText.nullable(),
  aidTo: MonthText.nullable(),
  topUps: z.array(z.string()),
  /** For supporters: whom they owe support. */
  supports: z.string().nullable(),
  /** The same number in another household of the district; empty when there is none. */
  alsoIn: z.array(z.string()),
})
export type RegistryPerson = z.infer<typeof RegistryPerson>

/** One declared line (income, asset or expenditure) in words and fen. */
export const DeclaredLine = z.object({
  lineNo: z.string(),
  table: z.enum(['declared_income', 'declared_assets', 'declared_expenditure']),
  subjectNo: z.string(),
  subjectName: z.string(),
  item: z.string(),
  itemLabel: z.string(),
  amount: MaybeFen,
  /** Hundredths of a square metre, for dwellings. */
  area: z.int().nullable(),
  identifier: z.string().nullable(),
  periodFrom: MonthText.nullable(),
  periodTo: MonthText.nullable(),
})
export type DeclaredLine = z.infer<typeof DeclaredLine>

/** The registry part of a household: what was declared, nothing checked. */
export const RegistryHousehold = z.object({
  householdNo: z.string(),
  programme: z.enum(['urban', 'rural']),
  kind: z.enum(['new', 'existing']),
  townshipCode: DivisionCode,
  townshipName: z.string(),
  villageCode: DivisionCode,
  villageName: z.string(),
  headName: z.string(),
  address: z.string().nullable(),
  appliedOn: DateText,
  aidFrom: MonthText.nullable(),
  aidTo: MonthText.nullable(),
  tier: z.string().nullable(),
  approvedAmount: MaybeFen,
  singleApplicant: z.boolean(),
  accountMasked: z.string().nullable(),
  accountHolder: z.string().nullable(),
  handlerName: z.string().nullable(),
  paidLast12Months: Fen,
  persons: z.array(RegistryPerson),
  authorisations: z.array(AuthorisationPaper),
  declared: z.array(DeclaredLine),
})
export type RegistryHousehold = z.infer<typeof RegistryHousehold>

/** Open the registry part of one household; journalled as a read of every person in it. */
export const openHousehold = defineRoute({
  name: 'registry.open-household',
  method: 'GET',
  path: '/api/registry/households/:householdNo',
  permission: 'registry.read',
  params: z.object({ householdNo: z.string() }),
  output: RegistryHousehold,
})

/** Shows one citizen number in clear; a reason is required and stands in the journal. */
export const revealNumber = defineRoute({
  name: 'registry.reveal-number',
  method: 'POST',
  path: '/api/registry/subjects/:subjectNo/reveal',
  permission: 'registry.reveal',
  params: z.object({ subjectNo: z.string() }),
  body: z.object({ reason: Reason }),
  output: z.object({ subjectNo: z.string(), idNumber: z.string() }),
})

/** A correction of one registry field with the value before and after. */
export const correctField = defineRoute({
  name: 'registry.correct-field',
  method: 'POST',
  path: '/api/registry/rows/:table/:key',
  permission: 'registry.correct',
  params: z.object({ table: z.string(), key: z.string() }),
  body: z.object({
    /** Column name of the package → text as a clerk would write it in the file. */
    fields: z.record(z.string(), z.string().max(500)),
    reason: Reason,
  }),
  output: z.object({
    accepted: z.boolean(),
    issues: z.array(z.object({ column: z.string(), code: z.string(), severity: z.enum(['error', 'warn']), message: z.string() })),
    /** Subjects whose questions must be asked again because of this correction. */
    touched: z.array(z.string()),
    correctedAt: InstantText.nullable(),
  }),
})

export const Correction = z.object({
  correctionId: z.string(),
  tableLabel: z.string(),
  /** numbers, accounts and telephones masked */
  changes: z.array(z.object({ column: z.string(), label: z.string(), before: z.string(), after: z.string() })),
  reason: z.string(),
  byName: z.string(),
  at: InstantText,
})
export type Correction = z.infer<typeof Correction>

/** What was corrected in the rows of a household by one person, old and new; journalled as a read of the household. */
export const listCorrections = defineRoute({
  name: 'registry.list-corrections',
  method: 'GET',
  path: '/api/registry/households/:householdNo/corrections',
  permission: 'registry.read',
  params: z.object({ householdNo: z.string() }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  output: z.object({ rows: z.array(Correction), total: Count }),
})

/** Data quality of one township: what the founding complaint "identity not accurate" is in figures. */
export const QualityRow = z.object({
  code: DivisionCode,
  name: z.string(),
  /** Persons and supporters, accepted or refused. */
  entries: Count,
  /** Entries accepted at first without any issue of their own row (IDQ-1 … IDQ-9): accounts and papers are not part of it. */
  firstTimeRight: Count,
  returned: Count,
  corrected: Count,
  /** IDQ-11 → households with an account, IDQ-12 → signed authorisations: what those rules were held against. */
  checked: z.record(z.string(), Count),
  /** IDQ-1 … IDQ-12 → rows. */
  byRule: z.record(z.string(), Count),
  /** Why rows fail IDQ-11 and IDQ-12: cause → rows; a row may fail for several causes. */
  byCause: z.record(z.string(), Count),
  /** Median working days from return to correction; null while nothing was corrected. */
  medianDays: z.number().nullable(),
})
export type QualityRow = z.infer<typeof QualityRow>

/** Data quality per township, or per village of one township. */
export const listQuality = defineRoute({
  name: 'registry.list-quality',
  method: 'GET',
  path: '/api/quality',
  permission: 'registry.read',
  query: z.object({ township: DivisionCode.optional() }),
  output: z.object({ rows: z.array(QualityRow), total: QualityRow }),
})

/** One row that fails a rule of quality, as a question to the township. */
export const QualityCase = z.object({
  householdNo: z.string(),
  villageCode: DivisionCode,
  villageName: z.string(),
  authorisationNo: z.string().nullable(),
  question: z.string(),
})
export type QualityCase = z.infer<typeof QualityCase>

/** What of a township fails IDQ-10, IDQ-11 or IDQ-12, row by row; `total` counts beyond the limit. */
export const listQualityCases = defineRoute({
  name: 'registry.list-quality-cases',
  method: 'GET',
  path: '/api/quality/cases',
  permission: 'registry.read',
  query: z.object({
    township: DivisionCode,
    rule: z.enum(['IDQ-10', 'IDQ-11', 'IDQ-12']),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  output: z.object({ rows: z.array(QualityCase), total: Count }),
})

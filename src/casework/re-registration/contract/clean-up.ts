/** 全面清理: every recipient of a frozen list applies anew; an old grant is settled by a person, never by itself. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, pageOf, pageQuery, Reason } from '#kernel/schema'

export const CleanUp = z.object({
  cleanUpId: z.string(),
  label: z.string(),
  divisionCode: DivisionCode,
  divisionName: z.string(),
  frozenOn: DateText,
  deadlineOn: DateText,
  /** the deadline lies behind us */
  late: z.boolean(),
  /** working days left; negative once it is over */
  daysLeft: z.int(),
  oldGrants: z.enum(['until_decision', 'task_at_deadline']),
  households: Count,
  applied: Count,
  decided: Count,
  settled: Count,
  /** without an application that runs or was decided on, and not settled */
  open: Count,
  /** of the open ones those whose stop is proposed and waits for a second person */
  pending: Count,
})
export type CleanUp = z.infer<typeof CleanUp>

export const listCleanUps = defineRoute({
  name: 'casework.list-clean-ups',
  method: 'GET',
  path: '/api/clean-ups',
  permission: 'casework.read',
  output: z.object({ rows: z.array(CleanUp) }),
})

/** Freezes the list of all recipients of an area in one statement. */
export const startCleanUp = defineRoute({
  name: 'casework.start-clean-up',
  method: 'POST',
  path: '/api/clean-ups',
  permission: 'casework.clean-up',
  body: z.object({
    label: z.string().trim().min(4, '请填写名称，至少 4 个字').max(60, '名称不超过 60 个字'),
    divisionCode: DivisionCode,
    deadlineOn: DateText,
    /** how many were confirmed: nothing is frozen where the list has changed since */
    households: Count.optional(),
  }),
  output: z.object({ cleanUpId: z.string(), households: Count }),
})

/** How far an area is: a township, or a village of one. */
export const CleanUpProgress = z.object({
  code: DivisionCode,
  name: z.string(),
  households: Count,
  applied: Count,
  running: Count,
  granted: Count,
  refused: Count,
  /** ended without a decision: withdrawn, terminated, not accepted */
  ended: Count,
  settled: Count,
  /** without an application that runs or was decided on, and not settled */
  open: Count,
})
export type CleanUpProgress = z.infer<typeof CleanUpProgress>

const Params = z.object({ cleanUpId: z.uuid('清理编号不对') })

export const readCleanUp = defineRoute({
  name: 'casework.read-clean-up',
  method: 'GET',
  path: '/api/clean-ups/:cleanUpId',
  permission: 'casework.read',
  params: Params,
  query: z.object({ township: DivisionCode.optional() }),
  output: CleanUp.extend({
    areas: z.array(CleanUpProgress),
    /** the township that was asked for, with its own figures; null: the whole list in sight */
    place: CleanUpProgress.nullable(),
  }),
})

export const CleanUpHousehold = z.object({
  householdNo: z.string(),
  headName: z.string(),
  villageCode: DivisionCode,
  villageName: z.string(),
  caseNo: z.string().nullable(),
  result: z.string().nullable(),
  settled: z.enum(['kept', 'stopped']).nullable(),
  /** the proposed or confirmed change of the grant by which it is stopped */
  changeNo: z.string().nullable(),
  settledReason: z.string().nullable(),
  settledBy: z.string().nullable(),
})
export type CleanUpHousehold = z.infer<typeof CleanUpHousehold>

/** Households of a clean-up, those that have not applied anew first asked for. */
export const listCleanUpHouseholds = defineRoute({
  name: 'casework.list-clean-up-households',
  method: 'GET',
  path: '/api/clean-ups/:cleanUpId/households',
  permission: 'casework.read',
  params: Params,
  query: z.object({
    ...pageQuery,
    area: DivisionCode.optional(),
    state: z.enum(['open', 'applied', 'settled', 'all']).default('open'),
    q: z.string().trim().max(40).optional(),
  }),
  output: pageOf(CleanUpHousehold),
})

/** Opens the cases of households of the list: named ones, or all of a village or township that have none; all in one transaction. */
export const openCleanUpCases = defineRoute({
  name: 'casework.open-clean-up-cases',
  method: 'POST',
  path: '/api/clean-ups/:cleanUpId/cases',
  permission: 'casework.open',
  params: Params,
  body: z
    .object({
      area: DivisionCode.optional(),
      householdNos: z.array(z.string().max(40)).min(1, '请先勾选家庭').max(500, '一次最多开立 500 件').optional(),
    })
    .refine(({ area, householdNos }) => (area === undefined) !== (householdNos === undefined), '请选择一个地区，或勾选家庭'),
  output: z.object({
    opened: z.array(z.object({ householdNo: z.string(), headName: z.string(), caseNo: z.string() })),
    refused: z.array(
      z.object({
        householdNo: z.string(),
        headName: z.string(),
        message: z.string(),
        /** the case that stands in the way */
        caseNo: z.string().nullable(),
      }),
    ),
    /** households of the area that were left for the next call */
    left: Count,
  }),
})

/** Whom a clean-up of an area would list today: looked at before anything is frozen. */
export const previewCleanUp = defineRoute({
  name: 'casework.preview-clean-up',
  method: 'GET',
  path: '/api/clean-up-preview',
  permission: 'casework.clean-up',
  query: z.object({ divisionCode: DivisionCode }),
  output: z.object({
    households: Count,
    townships: z.array(z.object({ code: DivisionCode, name: z.string(), households: Count })),
  }),
})

/**
 * What becomes of an old grant whose household did not apply anew, by a person after the deadline, with the reason. Stopping one is proposed only:
 * another person decides about the change (`changeNo`). Null where nothing ran any more.
 */
export const settleOldGrant = defineRoute({
  name: 'casework.settle-old-grant',
  method: 'POST',
  path: '/api/clean-ups/:cleanUpId/settlements',
  permission: 'casework.settle',
  params: Params,
  body: z.object({ householdNo: z.string().max(40), settled: z.enum(['kept', 'stopped'], '请选择保留或停发'), reason: Reason }),
  output: z.object({ householdNo: z.string(), settled: z.enum(['kept', 'stopped']), changeNo: z.string().nullable() }),
})

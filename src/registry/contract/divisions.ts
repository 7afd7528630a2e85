/** Changes of the division table: renamed, merged and split villages and townships, each with its day. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, Reason } from '#kernel/schema'
import { Division } from './household.ts'

/** A division with the days of its states; no household is counted here. */
export const DatedDivision = Division.omit({ households: true }).extend({
  /** First day of the present state; null = as far back as the registry goes. */
  since: DateText.nullable(),
})
export type DatedDivision = z.infer<typeof DatedDivision>

/** A code that is no longer in use, under its last name. */
export const EndedDivision = z.object({
  code: DivisionCode,
  name: z.string(),
  level: z.string(),
  from: DateText.nullable(),
  until: DateText,
  successorCode: DivisionCode.nullable(),
  successorName: z.string().nullable(),
})
export type EndedDivision = z.infer<typeof EndedDivision>

/** Divisions of the caller's area with their history, for whoever keeps the table. */
export const listDivisionHistory = defineRoute({
  name: 'registry.list-division-history',
  method: 'GET',
  path: '/api/division-history',
  permission: 'division.read',
  query: z.object({
    parent: DivisionCode.optional(),
    level: z.enum(['district', 'township', 'village']).optional(),
    q: z.string().trim().max(40).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
  }),
  output: z.object({ rows: z.array(DatedDivision), ended: z.array(EndedDivision) }),
})

const Name = z.string().trim().min(2, '请填写新的名称').max(60, '名称不超过 60 字')
const Params = z.object({ code: DivisionCode })

export const renameDivision = defineRoute({
  name: 'registry.rename-division',
  method: 'POST',
  path: '/api/divisions/:code/rename',
  permission: 'division.edit',
  params: Params,
  body: z.object({
    name: Name,
    kind: z.enum(['township', 'street', 'village', 'community']).optional(),
    on: DateText,
    reason: Reason,
  }),
  output: z.object({ code: DivisionCode, formerName: z.string() }),
})

/** A village ends on a day and is continued by another one: its households, officials and duties go over. */
export const mergeDivision = defineRoute({
  name: 'registry.merge-division',
  method: 'POST',
  path: '/api/divisions/:code/merge',
  permission: 'division.edit',
  params: Params,
  body: z.object({ into: DivisionCode, on: DateText, reason: Reason }),
  output: z.object({ households: Count, officials: Count, duties: Count }),
})

/** A new village begins on a day with some households of an existing one, which goes on. */
export const splitDivision = defineRoute({
  name: 'registry.split-division',
  method: 'POST',
  path: '/api/divisions/:code/split',
  permission: 'division.edit',
  params: Params,
  body: z.object({
    newCode: DivisionCode,
    name: Name,
    kind: z.enum(['village', 'community']),
    on: DateText,
    householdNos: z.array(z.string().trim().min(1).max(60)).min(1, '请列出划入新村的户号').max(2000),
    reason: Reason,
  }),
  output: z.object({ households: Count }),
})

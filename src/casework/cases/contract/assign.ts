/** Whose task a case is. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'

/** Assigns a case on the caller's own desk to a person, or back to the desk. */
export const assignCase = defineRoute({
  name: 'casework.assign-case',
  method: 'POST',
  path: '/api/cases/:caseNo/assignment',
  permission: 'casework.assign',
  params: z.object({ caseNo: z.string() }),
  body: z.object({ userId: z.string().nullable(), version: z.int().min(0) }),
  output: z.object({ caseNo: z.string(), assignedTo: z.string().nullable() }),
})

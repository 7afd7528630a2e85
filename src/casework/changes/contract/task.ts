/** Tasks that follow from hints of member units: a person looks, and writes down what came of it. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { DateText, InstantText, pageOf, pageQuery, Reason } from '#kernel/schema'

/** no_effect: nothing changes for the household; in_case: dealt with in the running case; review: its aid is looked at anew. */
export const ChangeOutcome = z.enum(['no_effect', 'in_case', 'review'])
export type ChangeOutcome = z.infer<typeof ChangeOutcome>

export const ChangeTask = z.object({
  hintNo: z.int().positive(),
  householdNo: z.string(),
  headName: z.string(),
  caseNo: z.string().nullable(),
  villageName: z.string(),
  subjectName: z.string(),
  /** e.g. 变动提示：死亡登记（公安）新增 */
  title: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  /** false: no authorisation covers the facts any more */
  covered: z.boolean(),
  seenOn: DateText,
  raisedAt: InstantText,
  assignedTo: z.string().nullable(),
  mine: z.boolean(),
  outcome: ChangeOutcome.nullable(),
  note: z.string().nullable(),
  settledBy: z.string().nullable(),
  settledAt: InstantText.nullable(),
})
export type ChangeTask = z.infer<typeof ChangeTask>

/** Hints nobody has looked at yet, oldest first; or those that were, newest first. */
export const listChangeTasks = defineRoute({
  name: 'casework.list-change-tasks',
  method: 'GET',
  path: '/api/change-tasks',
  permission: 'casework.change',
  query: z.object({ ...pageQuery, state: z.enum(['open', 'settled']).default('open') }),
  /** `note`: what a hint is, and that a person decides */
  output: pageOf(ChangeTask).extend({ note: z.string() }),
})

/** Writes down what a person made of a hint. Nothing follows by itself. */
export const settleChangeTask = defineRoute({
  name: 'casework.settle-change-task',
  method: 'POST',
  path: '/api/change-tasks/:hintNo/outcome',
  permission: 'casework.change',
  params: z.object({ hintNo: z.coerce.number().int().positive() }),
  body: z.object({ outcome: ChangeOutcome, note: Reason }),
  output: z.object({ hintNo: z.int().positive() }),
})

export const changeTaskRoutes = { listChangeTasks, settleChangeTask }

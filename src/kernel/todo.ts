/** What is to be done next, as data: what, by whom, and on which page. Pages show it, tests follow it. */
import { z } from 'zod'

export const Todo = z.object({
  /** a short sentence without a full stop: 登记签字材料 */
  what: z.string(),
  /** roles that do it; empty: nobody has to, a day or an answer is waited for */
  by: z.array(z.string()),
  /** somebody else of these roles: the reader did the other half */
  another: z.boolean(),
  /** address of the page, with what is looked for on it, and the words of the link; null: on the page it is told on */
  page: z.object({ to: z.string(), label: z.string() }).nullable(),
})
export type Todo = z.infer<typeof Todo>

/** Handlers of moves that only write a form down, and the days typed into it. */
import type { z } from 'zod'
import type { ActionContext } from '#platform/action'
import type { CaseFile } from './file-model.ts'
import { type Effect, handler, type MoveHandler } from './handler.ts'
import { keepRecord } from './keep-record.ts'
import { appliedOn, refuseDay, type TypedDay } from './typed-days.ts'

/** A handler that only writes its form down as a record of `kind`. */
export function keeping<T extends object>(
  { step, kind, provides = [] }: { step: string; kind: string; provides?: readonly string[] },
  form: z.ZodType<T>,
  check?: (form: T, context: ActionContext, file: CaseFile) => Promise<void>,
): MoveHandler<never> {
  return handler<T>({
    form,
    provides,
    async run(context, file, body): Promise<Effect> {
      await check?.(body, context, file)
      await keepRecord(context, file, { step, kind, body })
      return {}
    },
  })
}

/** Days of a form, each not before the application and not in the future. */
export function daysOf<T>(pick: (form: T) => readonly TypedDay[]) {
  return async (form: T, context: ActionContext, file: CaseFile): Promise<void> => {
    const applied = await appliedOn(context, file)
    for (const each of pick(form)) refuseDay(context, { ...each, after: [applied] })
  }
}

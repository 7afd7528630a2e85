/** A fact a move may need: whether it is there, looked up when a move asks for it. */
import type { ActionContext } from '#platform/action'
import type { CaseFile } from './file-model.ts'

export type Fact = (context: ActionContext, file: CaseFile) => boolean | Promise<boolean>
export type Facts = Readonly<Record<string, Fact>>

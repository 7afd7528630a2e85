/** The one way cases move: one, many, and the dry run before many. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, Fen } from '#kernel/schema'
import { CaseHead, StepState } from '../../cases/contract/case.ts'

/** What every move carries; `record` is what its form holds (contract/moves.ts), checked by its kind. */
export const MoveOrder = z.object({
  step: z.string().max(40),
  command: z.string().max(40),
  /** the case's version the mover saw */
  version: z.int().min(0),
  reason: z.string().trim().max(2000).optional(),
  reopen: z.string().max(40).optional(),
  record: z.record(z.string(), z.unknown()).optional(),
})
export type MoveOrder = z.infer<typeof MoveOrder>

/** Moves a case: the one way for pages, commands and jobs. Answers with the case's new version. */
export const moveCase = defineRoute({
  name: 'casework.move-case',
  method: 'POST',
  path: '/api/cases/:caseNo/moves',
  permission: 'casework.move',
  params: z.object({ caseNo: z.string() }),
  body: MoveOrder,
  output: z.object({ caseNo: z.string(), version: Count, step: z.string(), state: StepState, result: CaseHead.shape.result }),
})

/** What the mover would be told, without doing it, for many cases at once: the dry run before a batch. */
export const previewMoves = defineRoute({
  name: 'casework.preview-moves',
  method: 'POST',
  path: '/api/cases/preview',
  permission: 'casework.move',
  body: z.object({
    caseNos: z.array(z.string()).min(1, '请先勾选案件').max(500, '一次最多办理 500 件'),
    step: z.string(),
    command: z.string(),
  }),
  output: z.object({
    rows: z.array(
      z.object({
        caseNo: z.string(),
        applicantName: z.string(),
        version: Count,
        amount: Fen.nullable(),
        refusal: z.string().nullable(),
      }),
    ),
  }),
})

/** The same move for many cases, each in its own transaction: what was refused is told row by row, the rest is done. */
export const moveCases = defineRoute({
  name: 'casework.move-cases',
  method: 'POST',
  path: '/api/cases/moves',
  permission: 'casework.move',
  body: z.object({
    cases: z
      .array(z.object({ caseNo: z.string(), version: z.int().min(0) }))
      .min(1, '请先勾选案件')
      .max(500, '一次最多办理 500 件'),
    step: z.string(),
    command: z.string(),
    reason: z.string().trim().max(2000).optional(),
    reopen: z.string().max(40).optional(),
    record: z.record(z.string(), z.unknown()).optional(),
  }),
  output: z.object({
    done: Count,
    refused: z.array(z.object({ caseNo: z.string(), message: z.string() })),
  }),
})

/** Moving cases: one, many, and the dry run before many. */
import { invalidInput } from '#kernel/input-message'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import { checkAssignee } from '../../cases/actions/assignee.ts'
import { assignCase } from '../../cases/contract/assign.ts'
import { commissionByItself } from '../../intake/actions/commission.ts'
import { type MoveOrder, moveCase, moveCases, previewMoves } from '../contract/move.ts'
import { setCase } from '../store/cases.ts'
import { advance, checkPossible, checkVersion, loadCaseFile, refusalUnder } from './case-file.ts'
import { gatherSetFacts, loadCaseFiles } from './case-files.ts'
import { noteOn, remember } from './case-note.ts'
import type { CaseFile } from './file-model.ts'
import { handlerOf, providedBy } from './handlers.ts'
import { attachMoveFiles } from './move-files.ts'
import { lookAround, needsOf, todoFor } from './next-todos.ts'

const basis = '社会救助暂行办法 第十一条'

/** The form of a move, checked; a move without a form takes none. */
function formOf(key: string, record: Record<string, unknown> | undefined): unknown {
  const known = handlerOf(key)
  if (known === undefined) return undefined
  const parsed = known.form.safeParse(record ?? {})
  if (parsed.success) return parsed.data
  throw invalidInput(parsed.error.issues, ['record'])
}

/** Refusals that somebody can do something about: what is missing, or who else may. */
const mendable: ReadonlySet<string> = new Set(['casework.need_missing', 'casework.not_your_role', 'casework.same_person'])

/** The refusal with what can be done about it, by whom and where. */
async function withTodo(context: ActionContext, file: CaseFile, { step, command }: MoveOrder, error: unknown): Promise<unknown> {
  if (!(error instanceof Problem) || !mendable.has(error.code)) return error
  const todo = todoFor(context, file, await lookAround(context, file, needsOf(file, step, command)), step, command)
  const { code, message, status, details } = error
  return new Problem(code, message, { status, details: { ...details, todo }, cause: error })
}

/** Makes one move with its form, and what follows from it by itself. */
export async function makeMove(context: ActionContext, caseNo: string, order: MoveOrder): Promise<CaseFile> {
  const before = await loadCaseFile(context, caseNo, true)
  checkVersion(before, order.version, order.step)
  try {
    return await moveOn(context, before, order)
  } catch (error) {
    throw await withTodo(context, before, order, error)
  }
}

async function moveOn(context: ActionContext, before: CaseFile, order: MoveOrder): Promise<CaseFile> {
  const { case_no: caseNo } = before.row
  const key = `${order.step}.${order.command}`
  await checkPossible(context, before, order)
  const form = await attachMoveFiles(context, before, formOf(key, order.record))
  const known = handlerOf(key)
  const effect = known === undefined ? {} : await known.run(context, before, form as never)
  const file = known === undefined ? before : await loadCaseFile(context, caseNo, true)
  const { step, command, reason, reopen } = order
  const moved = await advance(context, file, { step, command, reason, reopen, ...effect })
  const followed = (await known?.after?.(context, moved)) ?? moved
  const { verification: was } = before.state.steps
  return was !== 'open' && followed.state.steps.verification === 'open' ? commissionByItself(context, followed) : followed
}

export const moveCaseAction: Action = routeAction(moveCase, {
  async run(context, { caseNo, ...order }) {
    const file = await makeMove(context, caseNo, order)
    const { row, state } = file
    const reply = {
      caseNo,
      version: row.version,
      step: order.step,
      state: state.steps[order.step] ?? ('waiting' as const),
      result: state.result,
    }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, step, command }, output) => noteOn(output, caseNo, '办理案件', { step, command }),
})

export const previewMovesAction: Action = routeAction(previewMoves, {
  kind: 'read',
  async run(context, { caseNos, step, command }) {
    const files = await loadCaseFiles(context, caseNos)
    const order = { step, command, reason: '批量办理' }
    const facts = await gatherSetFacts(context, files, order, providedBy(`${step}.${command}`))
    const rows = files.map((file) => ({
      caseNo: file.row.case_no,
      applicantName: file.row.applicant_name,
      version: file.row.version,
      amount: file.row.amount,
      refusal: refusalUnder(context, file, order, facts.get(file.row.case_no) ?? new Set()),
    }))
    return { rows }
  },
  journal: ({ step, command, caseNos }) => ({
    chain: 'system:casework',
    basis,
    purpose: '批量办理前预览',
    detail: { step, command, cases: caseNos.length },
  }),
})

/** Runs one case of a batch in a transaction of its own. */
function inTransaction<T>(context: ActionContext, work: (own: ActionContext) => Promise<T>): Promise<T> {
  return withTransaction(context.db, context.scope, (tx) =>
    work({ ...context, tx, emit: (name, payload) => emit(tx, name, payload) }),
  )
}

export const moveCasesAction: Action = routeAction(moveCases, {
  transaction: 'own',
  async run(context, { cases, ...order }) {
    const refused: { caseNo: string; message: string }[] = []
    let done = 0
    for (const { caseNo, version } of cases) {
      try {
        await inTransaction(context, (own) => makeMove(own, caseNo, { ...order, version }))
        done += 1
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        refused.push({ caseNo, message: error.message })
      }
    }
    return { done, refused }
  },
  journal: ({ step, command, cases }, output) => ({
    chain: 'system:casework',
    basis,
    purpose: '批量办理案件',
    detail: {
      step,
      command,
      cases: cases.map((each) => each.caseNo),
      refused: (output as { refused: unknown[] }).refused.length,
    },
  }),
})

export const assignCaseAction: Action = routeAction(assignCase, {
  async run(context, { caseNo, userId, version }) {
    const file = await loadCaseFile(context, caseNo, true)
    checkVersion(file, version)
    if (userId !== null) await checkAssignee(context, file, userId, ['userId'])
    await setCase(context.tx, caseNo, { assigned_to: userId })
    const reply = { caseNo, assignedTo: userId }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, userId }, output) => noteOn(output, caseNo, '指派案件', { to: userId ?? '' }),
})

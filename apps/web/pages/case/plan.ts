/** What the case page makes of a case: where its steps stand, which part is to be decided, which move comes first. Pure. */
import type { CaseView, OfferedMove, StepView } from '#casework/contract'
import { asideMoves, finishingMoves } from '#casework/words'

/** The parts of the page in their order; a step belongs to one of them. */
export const parts = [
  { id: 'application', label: '申请与成员', steps: ['intake'] },
  { id: 'check', label: '核对', steps: ['verification'] },
  { id: 'visits', label: '入户', steps: ['visit'] },
  { id: 'deliberations', label: '评议', steps: ['deliberation'] },
  { id: 'assessment', label: '测评', steps: ['sheet'] },
  { id: 'opinions', label: '审核审批', steps: ['opinion', 'leader', 'head', 'approval'] },
  { id: 'notices', label: '公示', steps: ['notice_village', 'notice_township', 'notice_district'] },
  { id: 'objections', label: '异议', steps: [] },
  { id: 'decisions', label: '决定', steps: ['decision'] },
  { id: 'payments', label: '发放', steps: ['payment'] },
  { id: 'papers', label: '材料', steps: [] },
  { id: 'looks', label: '谁看过', steps: [] },
] as const
export type PartId = (typeof parts)[number]['id']

/** The part a step belongs to. */
export function partOf(step: string): PartId {
  return parts.find((part) => (part.steps as readonly string[]).includes(step))?.id ?? 'opinions'
}

const isOver = (step: StepView | undefined): boolean => step === undefined || step.state === 'done' || step.state === 'idle'

/** Steps in columns by what they come after: steps of one column run beside each other. */
export function columnsOf(steps: readonly StepView[]): StepView[][] {
  const depth = new Map<string, number>()
  for (const { step, after } of steps) depth.set(step, Math.max(-1, ...after.map((id) => depth.get(id) ?? -1)) + 1)
  const columns: StepView[][] = []
  for (const step of steps) {
    const at = depth.get(step.step) ?? 0
    const column = columns[at] ?? []
    column.push(step)
    columns[at] = column
  }
  return columns.filter((column) => column !== undefined)
}

/** After a vote that failed nothing of the session is left to do. */
const ofSession = new Set(['convene', 'hold', 'pass'])

/** Moves that end a case for good: kept apart. */
const endings = new Set(['discard', 'terminate', 'withdraw'])

/** Moves that another page makes by itself: the application saves as it is written. */
const elsewhere = new Set(['intake.save'])

export interface Choice {
  /** the one move to make now; undefined when every move still misses something */
  readonly first: OfferedMove | undefined
  readonly others: readonly OfferedMove[]
  readonly endings: readonly OfferedMove[]
  /** what is missing for the move that finishes the step, in words */
  readonly missing: string | null
}

type Known = (move: OfferedMove) => boolean

function made(view: CaseView, move: OfferedMove): boolean {
  const reopened = view.moves.findLast((each) => each.reopenedLabel !== null)?.seq ?? 0
  return view.moves.some((each) => each.seq > reopened && each.step === move.step && each.command === move.command)
}

/**
 * The moves of one step as the page offers them: the one that finishes the step as soon as nothing is missing for it, until then the next
 * one that was not made yet. A form may be looked at before it can be sent.
 */
export function choiceOf(view: CaseView, step: string, hasForm: Known): Choice {
  const offered = view.offered.filter((move) => move.step === step && !elsewhere.has(`${step}.${move.command}`))
  const voteFailed = offered.some(({ command, missing }) => command === 'reinvestigate' && missing === null)
  const all = voteFailed ? offered.filter(({ command }) => !ofSession.has(command)) : offered
  const ahead = all.filter((move) => !asideMoves.has(move.command))
  const finish = ahead.find((move) => finishingMoves.has(move.command) && move.missing === null)
  const ready = ahead.filter((move) => move.missing === null)
  const fresh = finish ?? ready.find((move) => !made(view, move))
  // While an answer or a day is waited for, nothing that was done before is offered as the next.
  const waits = view.next.some((next) => next.step === step && next.by.length === 0)
  const first = fresh ?? (waits ? undefined : (ready.at(-1) ?? ahead.find(hasForm)))
  const missing = ahead.find((move) => finishingMoves.has(move.command) && move.missing !== null)?.missing ?? null
  return {
    first,
    others: all.filter((move) => move !== first && !endings.has(move.command)),
    endings: all.filter((move) => endings.has(move.command)),
    missing: finish === undefined ? missing : null,
  }
}

/** The step to decide: the one asked for if the caller has a move there, otherwise the first that can be moved ahead. */
export function stepToDecide(view: CaseView, asked: string | undefined): string | undefined {
  const offered = view.offered.filter((move) => move.command !== 'call' && !endings.has(move.command))
  if (asked !== undefined && offered.some((move) => move.step === asked)) return asked
  return (offered.find((move) => !asideMoves.has(move.command)) ?? offered.find((move) => move.missing === null))?.step
}

/** Labels of the steps that open when `step` is done. */
export function opensNext(view: CaseView, step: string): string[] {
  const byId = new Map(view.steps.map((each) => [each.step, each]))
  return view.steps
    .filter((each) => each.state === 'waiting' && each.after.includes(step))
    .filter((each) => each.after.every((id) => id === step || isOver(byId.get(id))))
    .map((each) => each.label)
}

/** The label of a move with its result: '受理，转入入户调查'. */
export function resultLabel(view: CaseView, move: OfferedMove): string {
  const keepsOpen = new Set(['answer', 'publish', 'recheck', 'reinvestigate', 'supply'])
  if (!finishingMoves.has(move.command) || keepsOpen.has(move.command)) return move.label
  const next = opensNext(view, move.step)
  return next.length === 0 ? move.label : `${move.label}，转入${next.join('、')}`
}

/** Whether a move finishes its step. */
function finishes(command: string): boolean {
  return finishingMoves.has(command) || asideMoves.has(command)
}

export interface Finished {
  readonly move: Pick<OfferedMove, 'command'>
  readonly answer: { readonly state: string; readonly result: string | null }
}

/** Whether the page may go on to the next case after a move: not after 不予受理, of which the family is told by a letter first. */
export function leadsOn({ move, answer }: Finished): boolean {
  const over = answer.state === 'done' || answer.state === 'waiting' || answer.result !== null
  return finishes(move.command) && over && move.command !== 'decline'
}

const dayMs = 86_400_000

export interface Wait {
  readonly label: string
  readonly days: number
  readonly from: string
  readonly to: string
}

/** The longest time between two moves of the case, told by the step that was moved at its end; undefined when none took a day. */
export function longestWait(view: Pick<CaseView, 'head' | 'moves'>): Wait | undefined {
  const instants = [view.head.openedAt, ...view.moves.map((move) => move.at)]
  const waits = view.moves.map((move, at): Wait => {
    const from = instants[at] ?? move.at
    return { label: move.stepLabel, days: Math.floor((Date.parse(move.at) - Date.parse(from)) / dayMs), from, to: move.at }
  })
  const longest = waits.reduce<Wait | undefined>((most, each) => (each.days > (most?.days ?? 0) ? each : most), undefined)
  return longest
}

/** Steps that run and whose last day is over. */
export function lateSteps({ steps }: Pick<CaseView, 'steps'>): StepView[] {
  return steps.filter(
    ({ state, clock }) => (state === 'open' || state === 'posted') && clock.stoppedOn === null && (clock.left ?? 0) < 0,
  )
}

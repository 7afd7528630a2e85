import { describe, expect, it, vi } from 'vitest'
import type { CaseView, OfferedMove, StepView } from '#casework/contract'
import { choiceOf, columnsOf, lateSteps, longestWait, opensNext, partOf, resultLabel, stepToDecide } from './plan.ts'

vi.mock('virtual:route-table', () => ({ routeTable: {} }))

const still = { dueOn: null, light: 'none', left: null, unit: null, stoppedOn: null, period: false, provisional: false } as const

function step(id: string, state: StepView['state'], after: string[] = []): StepView {
  return { step: id, label: id, state, level: 'township', after, since: '2026-06-21T00:00:00Z', clock: still, waits: null }
}

function offer(name: string, missing: string | null = null, change: Partial<OfferedMove> = {}): OfferedMove {
  const [id = '', command = ''] = name.split('.')
  return { step: id, command, label: command, clause: '', reason: false, reopen: [], missing, ...change }
}

/** Verification and visit run beside each other; the deliberation waits for both. */
const beside = [
  step('intake', 'done'),
  step('verification', 'open', ['intake']),
  step('visit', 'open', ['intake']),
  step('deliberation', 'waiting', ['visit', 'verification']),
  step('sheet', 'waiting', ['deliberation']),
]

function caseOf(offered: OfferedMove[], moves: CaseView['moves'] = [], steps = beside, next: object[] = []): CaseView {
  return { steps, offered, moves, next } as unknown as CaseView
}

const never = () => false

describe('the track', () => {
  it('puts steps that run beside each other into one column', () => {
    expect(columnsOf(beside).map((column) => column.map((each) => each.step))).toEqual([
      ['intake'],
      ['verification', 'visit'],
      ['deliberation'],
      ['sheet'],
    ])
  })

  it('knows what opens next: only what waits for nothing else', () => {
    expect(opensNext(caseOf([]), 'visit')).toEqual([])
    const after = beside.map((each) => (each.step === 'verification' ? { ...each, state: 'done' as const } : each))
    expect(opensNext(caseOf([], [], after), 'visit')).toEqual(['deliberation'])
  })
})

describe('the first move', () => {
  it('is the one that finishes the step once nothing is missing, and says what comes of it', () => {
    const view = caseOf([offer('visit.plan'), offer('visit.record'), offer('visit.complete'), offer('visit.withdraw')])
    const choice = choiceOf(view, 'visit', never)
    expect(choice.first?.command).toBe('complete')
    expect(choice.missing).toBeNull()
    expect(choice.endings.map((move) => move.command)).toEqual(['withdraw'])
    const done = beside.map((each) => (each.step === 'verification' ? { ...each, state: 'done' as const } : each))
    expect(resultLabel({ ...view, steps: done }, offer('visit.complete'))).toBe('complete，转入deliberation')
    expect(resultLabel(view, offer('visit.plan'))).toBe('plan')
  })

  it('is otherwise the next that was not made, with what is missing in words', () => {
    const made = { seq: 3, step: 'visit', command: 'plan', reopenedLabel: null } as CaseView['moves'][number]
    const offered = [offer('visit.plan'), offer('visit.record'), offer('visit.complete', '还没有双方签字')]
    expect(choiceOf(caseOf(offered), 'visit', never).first?.command).toBe('plan')
    const choice = choiceOf(caseOf(offered, [made]), 'visit', never)
    expect(choice.first?.command).toBe('record')
    expect(choice.missing).toBe('还没有双方签字')
  })

  it('is none while an answer is waited for', () => {
    const made = { seq: 3, step: 'verification', command: 'commission', reopenedLabel: null } as CaseView['moves'][number]
    const offered = [offer('verification.commission'), offer('verification.conclude', '还没有核对报告')]
    const waits = { step: 'verification', command: null, by: [] }
    const { first, others } = choiceOf(caseOf(offered, [made], beside, [waits]), 'verification', () => true)
    expect([first, others.map(({ command }) => command)]).toEqual([undefined, ['commission', 'conclude']])
    expect(choiceOf(caseOf(offered, [made]), 'verification', never).first?.command).toBe('commission')
  })

  it('begins anew after the case was sent back', () => {
    const move = (seq: number, change: object) => ({ seq, step: 'visit', command: 'plan', reopenedLabel: null, ...change })
    const moves = [move(3, {}), move(9, { step: 'leader', command: 'send-back', reopenedLabel: '入户调查' })] as CaseView['moves']
    const offered = [offer('visit.plan'), offer('visit.record'), offer('visit.complete', '还没有双方签字')]
    expect(choiceOf(caseOf(offered, moves), 'visit', never).first?.command).toBe('plan')
  })

  it('is the new investigation once the vote has failed; nothing of the session is offered beside it', () => {
    const before = [offer('deliberation.convene'), offer('deliberation.hold'), offer('deliberation.pass', '没有通过')]
    const open = choiceOf(caseOf([...before, offer('deliberation.reinvestigate', '没有票数')]), 'deliberation', never)
    expect(open.first?.command).toBe('convene')
    const view = caseOf([...before, offer('deliberation.reinvestigate'), offer('deliberation.withdraw')])
    const { first, others, missing } = choiceOf(view, 'deliberation', never)
    expect([first?.command, others, missing]).toEqual(['reinvestigate', [], null])
    expect(resultLabel(view, offer('deliberation.reinvestigate'))).toBe('reinvestigate')
  })

  it('is never one that leads back or ends the case', () => {
    const offered = ['send-back', 'refuse', 'withdraw', 'terminate'].map((command) => offer(`approval.${command}`))
    const choice = choiceOf(caseOf([offer('approval.approve', '还没有核定金额'), ...offered]), 'approval', never)
    expect(choice.first).toBeUndefined()
    expect(choice.others.map((move) => move.command)).toEqual(['approve', 'send-back', 'refuse'])
    expect(choiceOf(caseOf([offer('approval.approve', '还没有核定金额')]), 'approval', () => true).first?.command).toBe('approve')
  })
})

describe('the part to decide', () => {
  it('is the step asked for if the caller can do something there, otherwise the first to move ahead', () => {
    const view = caseOf([offer('verification.withdraw'), offer('visit.plan'), offer('visit.withdraw')])
    expect(stepToDecide(view, 'visit')).toBe('visit')
    expect(stepToDecide(view, 'verification')).toBe('visit')
    expect(stepToDecide(view, undefined)).toBe('visit')
    expect(stepToDecide(caseOf([offer('leader.withdraw'), offer('leader.terminate')]), 'leader')).toBeUndefined()
    expect(stepToDecide(caseOf([offer('payment.undo', '已超过可以撤回的时限')]), undefined)).toBeUndefined()
  })

  it('belongs to one part of the page for every step', () => {
    expect(partOf('notice_district')).toBe('notices')
    expect(partOf('head')).toBe('opinions')
    expect(partOf('sheet')).toBe('assessment')
  })
})

describe('why a case is late', () => {
  it('names the steps that run over their last day, not those that stand still or are done', () => {
    const over = { ...still, dueOn: '2026-06-21', left: -2, unit: 'working', light: 'red' } as const
    const steps = [
      { ...step('verification', 'open'), clock: over },
      { ...step('visit', 'paused'), clock: { ...over, stoppedOn: '2026-06-20' } },
      { ...step('intake', 'done'), clock: over },
      { ...step('deliberation', 'open'), clock: { ...over, left: 0 } },
    ]
    expect(lateSteps({ steps }).map((each) => each.step)).toEqual(['verification'])
  })

  it('tells the longest time between two moves by the step that ended it', () => {
    const head = { openedAt: '2026-06-01T01:00:00Z' } as CaseView['head']
    const moves = [
      { stepLabel: '受理', at: '2026-06-02T01:00:00Z' },
      { stepLabel: '核对', at: '2026-06-12T02:00:00Z' },
      { stepLabel: '入户', at: '2026-06-15T01:00:00Z' },
    ] as CaseView['moves']
    expect(longestWait({ head, moves })).toEqual({
      label: '核对',
      days: 10,
      from: '2026-06-02T01:00:00Z',
      to: '2026-06-12T02:00:00Z',
    })
    expect(longestWait({ head, moves: moves.slice(0, 0) })).toBeUndefined()
  })
})

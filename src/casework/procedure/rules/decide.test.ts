import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CaseState, decide, evolve, findMove, newCase } from './decide.ts'
import { faultsOf, move, type Procedure, type Step } from './model.ts'
import { KNOWN_NEEDS } from './needs.ts'
import { PROCEDURES } from './styles/index.ts'

/** A procedure that knows no aid: the core must not either. */
const libraryCard: Procedure = {
  id: 'library-card',
  label: '借书证',
  style: 'custom',
  steps: [
    {
      id: 'ask',
      label: '申请',
      after: [],
      called: false,
      level: 'village',
      clock: null,
      moves: [move('hand-in', '交表', ['open', 'done'], ['village_assistant'])],
    },
    {
      id: 'photo',
      label: '照相',
      after: ['ask'],
      called: false,
      level: 'village',
      clock: null,
      moves: [move('take', '照相', ['open', 'done'], ['village_assistant'])],
    },
    {
      id: 'address',
      label: '核对住址',
      after: ['ask'],
      called: false,
      level: 'township',
      clock: null,
      moves: [move('check', '核对', ['open', 'done'], ['township_clerk'])],
    },
    {
      id: 'card',
      label: '发证',
      after: ['photo', 'address'],
      called: false,
      level: 'township',
      clock: null,
      moves: [
        move('send-back', '退回', ['open', 'waiting'], ['township_clerk'], { reopens: 'chosen', reason: true }),
        move('hand-out', '发证', ['open', 'done'], ['township_clerk'], {
          ends: 'granted',
          notBy: ['address.check'],
          clause: '借阅规则 第二条',
        }),
      ],
    },
  ],
}

const all = [...PROCEDURES.values(), libraryCard]
const everything: ReadonlySet<string> = new Set(KNOWN_NEEDS)

/** Every move of a procedure as a command of a person of the right role; each move by a person of its own. */
function commandsOf(procedure: Procedure) {
  return procedure.steps.flatMap((step) =>
    step.moves.map((each) => ({
      step: step.id,
      command: each.command,
      by: { userId: `${step.id}.${each.command}`, role: (each.by[0] ?? 'system') as string },
      reason: '因为测试',
      facts: everything,
    })),
  )
}

function run(state: CaseState, command: ReturnType<typeof commandsOf>[number], reopen?: string): CaseState {
  const decided = decide(state, { ...command, ...(reopen === undefined ? {} : { reopen }) })
  return decided.ok ? evolve(state, decided.value) : state
}

const isOver = (state: string | undefined): boolean => state === 'done' || state === 'idle'

/** P1 as it stands on one state: nothing is on a desk before what it comes after is over, and an aided case has every step done. */
function holdsOrder(state: CaseState): boolean {
  const { steps } = state.procedure
  if (state.result === 'granted') return steps.every((step) => step.called || state.steps[step.id] === 'done')
  if (state.result !== null) return true
  const reached = steps.filter((step) => !['waiting', 'idle'].includes(state.steps[step.id] ?? ''))
  return reached.every((step) => step.after.every((id) => isOver(state.steps[id])))
}

/** The shortest way to the end: from every step the move that finishes it without ending the case otherwise. */
function straightOn(procedure: Procedure): CaseState {
  const finishing = procedure.steps.flatMap((step) => {
    const way = step.moves.filter((each) => each.reopens === null && (each.ends === null || each.ends === 'granted'))
    const publish = way.find((each) => each.to === 'posted' && each.from.includes('open'))
    const done = way.find((each) => each.to === 'done')
    return [publish, done].flatMap((each) => (each === undefined ? [] : [`${step.id}.${each.command}`]))
  })
  const commands = commandsOf(procedure)
  return finishing.reduce((state, name) => {
    const command = commands.find((each) => `${each.step}.${each.command}` === name)
    return command === undefined ? state : run(state, command)
  }, newCase(procedure))
}

describe.each(all)('$id', (procedure) => {
  test('is sound as data, and every need has its words', () => {
    expect(faultsOf(procedure)).toEqual([])
    const needs = procedure.steps.flatMap((step) => step.moves.flatMap((each) => each.needs))
    expect(needs.filter((need) => !KNOWN_NEEDS.has(need))).toEqual([])
  })

  test('P1: no order of commands reaches the last step without every step it demands', () => {
    const commands = commandsOf(procedure)
    const ids = procedure.steps.map((step) => step.id)
    const pick = fc.record({ command: fc.constantFrom(...commands), reopen: fc.constantFrom(...ids) })
    fc.assert(
      fc.property(fc.array(pick, { maxLength: 120 }), (picks) => {
        let state = newCase(procedure)
        for (const { command, reopen } of picks) {
          state = run(state, command, reopen)
          expect(holdsOrder(state)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('P2: nothing moves after the end', () => {
    const ended = straightOn(procedure)
    expect(ended.result).toBe('granted')
    expect(holdsOrder(ended)).toBe(true)
    for (const command of commandsOf(procedure)) {
      expect(decide(ended, command)).toMatchObject({ ok: false, refusal: { code: 'ended' } })
    }
  })
})

/** The states one command away, by every choice of a step to open again. */
function nextStates(state: CaseState): CaseState[] {
  const ids = state.procedure.steps.map((step) => step.id)
  return commandsOf(state.procedure).flatMap((command) =>
    (findMove(state, command.step, command.command)?.reopens === 'chosen' ? ids : ['']).flatMap((reopen) => {
      const decided = decide(state, { ...command, reopen })
      return decided.ok ? [evolve(state, decided.value)] : []
    }),
  )
}

/** Every state a case of the procedure can reach, each once, by every order of commands. */
function reachable(procedure: Procedure): CaseState[] {
  const seen = new Map<string, CaseState>()
  const queue = [newCase(procedure)]
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    const key = JSON.stringify([state.steps, state.result])
    if (seen.has(key)) continue
    seen.set(key, state)
    queue.push(...nextStates(state))
  }
  return [...seen.values()]
}

/** States in which a case is decided although a step that is always held was not held to its end. */
function decidedTooEarly(procedure: Procedure): CaseState[] {
  const demanded = procedure.steps.slice(
    0,
    procedure.steps.findIndex((step) => step.id === 'payment'),
  )
  return reachable(procedure).filter(
    ({ steps, result }) =>
      (steps.decision === 'done' || result === 'granted' || steps.payment === 'open') &&
      !demanded.every((step) => step.called || steps[step.id] === 'done'),
  )
}

/** A command is refused with the clause of its move, or leaves the case as the procedure says: with all facts, and with none. */
function expectJudged(state: CaseState, command: ReturnType<typeof commandsOf>[number]): void {
  const move = findMove(state, command.step, command.command)
  for (const facts of [everything, new Set<string>()]) {
    const decided = decide(state, { ...command, facts, reopen: 'intake' })
    if (!decided.ok) {
      expect(decided.refusal).toMatchObject({ basis: move?.clause, message: expect.stringMatching(/[一-鿿]/) })
      continue
    }
    const after = evolve(state, decided.value)
    expect(after).toMatchObject({ result: move?.ends ?? null, version: state.version + 1 })
    if (move?.reopens === null) expect(after.steps[command.step]).toBe(move.to)
  }
}

describe.each([...PROCEDURES.values()])('every state of $id', (procedure) => {
  const states = reachable(procedure)

  test('P1: no order of commands whatever reaches payment without every step of the procedure held to its end', () => {
    expect(states.length).toBeGreaterThan(40)
    expect(states.some((state) => state.result === 'granted')).toBe(true)
    expect(decidedTooEarly(procedure)).toEqual([])
    for (const state of states) expect(holdsOrder(state), JSON.stringify(state.steps)).toBe(true)
  })

  test('P5: every command moves as the procedure says or is refused with the clause of its move', () => {
    for (const state of states) for (const command of commandsOf(procedure)) expectJudged(state, command)
    const clauses = procedure.steps.flatMap((step) => step.moves.map((each) => [`${step.id}.${each.command}`, each.clause]))
    expect(clauses.filter(([, clause]) => clause === '')).toEqual([])
  })

  test('P3: the three ranks, whoever approves, and whoever answers are other persons than those before them', () => {
    const apart = procedure.steps.flatMap((step) =>
      step.moves.filter((each) => each.notBy.length > 0).map((each) => ({ step, each })),
    )
    expect(apart.length).toBeGreaterThan(3)
    for (const { step, each } of apart) {
      const state = states.find(
        (one) => each.from.includes(one.steps[step.id] ?? 'waiting') && each.requires.every((id) => one.steps[id] === 'done'),
      )
      if (state === undefined) throw new Error(`${step.id}.${each.command} is never reached`)
      for (const name of each.notBy) {
        const by = { userId: 'same', role: each.by[0] ?? 'system' }
        const order = { step: step.id, command: each.command, by, reason: '因为测试', facts: everything, reopen: 'intake' }
        const refused = decide({ ...state, movers: { ...state.movers, [name]: ['same'] } }, order)
        expect(refused, `${step.id}.${each.command} after ${name}`).toMatchObject({
          ok: false,
          refusal: { code: 'same_person', basis: each.clause },
        })
      }
    }
  })
})

test('P1: the search finds a case that is decided too early when a demand is taken away', () => {
  const procedure = PROCEDURES.get('dibao-2012')
  if (procedure === undefined) throw new Error('dibao-2012 is missing')
  const without = (change: (step: Step) => Step): Procedure => ({ ...procedure, steps: procedure.steps.map(change) })
  const withoutNotices = without((step) => ({ ...step, moves: step.moves.map((each) => ({ ...each, requires: [] })) }))
  const withoutVisit = without((step) => ({ ...step, after: step.after.filter((id) => id !== 'visit') }))
  expect(decidedTooEarly(withoutNotices).length).toBeGreaterThan(0)
  expect(decidedTooEarly(withoutVisit).length).toBeGreaterThan(0)
})

test('faults of a procedure are told', () => {
  const [ask, ...others] = libraryCard.steps
  if (ask === undefined) throw new Error('no step')
  const wrong: Procedure = {
    ...libraryCard,
    steps: [
      { ...ask, after: ['card'], moves: [move('wait', '等', ['open', 'open'], [], { notBy: ['x.y'], reopens: 'nowhere' })] },
      ask,
      ...others,
    ],
  }
  expect(faultsOf(wrong)).toEqual([
    'a step id stands twice',
    'ask comes after card, which does not stand before it',
    'ask can never be done',
    'ask.wait names the unknown move x.y',
    'ask.wait reopens the unknown nowhere',
  ])
})

test('P3: maker and checker are two persons, told with the clause', () => {
  let state = newCase(libraryCard)
  const by = (userId: string, role: string) => ({ by: { userId, role }, facts: everything, reason: '理由' })
  state = run(state, { step: 'ask', command: 'hand-in', ...by('a', 'village_assistant') })
  state = run(state, { step: 'photo', command: 'take', ...by('a', 'village_assistant') })
  state = run(state, { step: 'address', command: 'check', ...by('b', 'township_clerk') })
  expect(decide(state, { step: 'card', command: 'hand-out', ...by('b', 'township_clerk') })).toEqual({
    ok: false,
    refusal: { code: 'same_person', message: '您已办理过“核对”，这一步须由另一人办理', basis: '借阅规则 第二条' },
  })
  expect(decide(state, { step: 'card', command: 'hand-out', ...by('c', 'village_assistant') })).toMatchObject({
    refusal: { code: 'not_your_role' },
  })
  expect(decide(state, { step: 'card', command: 'hand-out', ...by('c', 'township_clerk') }).ok).toBe(true)
})

test('P4: a step sent back to is open, what stands behind it waits, what stands beside it keeps its state', () => {
  let state = newCase(libraryCard)
  for (const command of commandsOf(libraryCard).slice(0, 3)) state = run(state, command)
  const back = { step: 'card', command: 'send-back', by: { userId: 'c', role: 'township_clerk' }, facts: everything }
  expect(decide(state, { ...back, reopen: 'photo' })).toMatchObject({ refusal: { code: 'reason_missing' } })
  expect(decide(state, { ...back, reason: '照片不清', reopen: 'card' })).toMatchObject({ refusal: { code: 'reopen_missing' } })
  state = run(state, { ...back, reason: '照片不清' }, 'photo')
  expect(state.steps).toEqual({ ask: 'done', photo: 'open', address: 'done', card: 'waiting' })
})

test('P5: a missing fact is told in words, with its clause', () => {
  const procedure = PROCEDURES.get('dibao-2012')
  if (procedure === undefined) throw new Error('dibao-2012 is missing')
  const accept = { step: 'intake', command: 'accept', by: { userId: 'a', role: 'township_clerk' }, facts: new Set<string>() }
  expect(decide(newCase(procedure), accept)).toMatchObject({
    refusal: {
      code: 'need_missing',
      message: '还不能“受理”：申请内容还不完整，请按提示补齐',
      basis: '社会救助暂行办法 第十一条',
    },
  })
})

test('2021: a deliberation that is called for makes the notice wait again; one that is not called for counts as over', () => {
  const procedure = PROCEDURES.get('dibao-2021')
  if (procedure === undefined) throw new Error('dibao-2021 is missing')
  let state = newCase(procedure)
  expect(state.steps.deliberation).toBe('idle')
  const commands = commandsOf(procedure)
  const make = (name: string): void => {
    const command = commands.find((each) => `${each.step}.${each.command}` === name)
    if (command === undefined) throw new Error(name)
    state = run(state, command)
  }
  for (const name of [
    'intake.accept',
    'verification.conclude',
    'visit.complete',
    'sheet.assess',
    'opinion.agree',
    'leader.agree',
    'head.agree',
    'notice_village.publish',
    'notice_village.object',
  ])
    make(name)
  expect(state.steps.notice_village).toBe('paused')
  make('deliberation.call')
  expect(state.steps).toMatchObject({
    deliberation: 'open',
    sheet: 'waiting',
    opinion: 'waiting',
    notice_village: 'waiting',
    visit: 'done',
  })
})

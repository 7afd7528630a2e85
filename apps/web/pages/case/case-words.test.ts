import { describe, expect, it, vi } from 'vitest'
import { CaseHead, type Clock } from '#casework/contract'
import { originLabels } from '#casework/words'
import { PROCEDURES } from '../../../../src/casework/procedure/rules/styles/index.ts'
import { clockWords } from '../../ui/clock.tsx'
import { batchMoves, batchMovesOf, refusalsOf } from '../task/batch-moves.ts'
import { parts } from './plan.ts'
import { isBlank, valueText } from './record-body.tsx'
import { fieldLabel } from './record-words.ts'
import { resultWords, stepWords } from './words.ts'

vi.mock('virtual:route-table', () => ({ routeTable: {} }))

const steps = [...PROCEDURES.values()].flatMap((procedure) => procedure.steps)

describe('the pages and the procedures', () => {
  it('have the same steps', () => {
    expect(Object.keys(stepWords).sort()).toEqual([...new Set(steps.map((step) => step.id))].sort())
    expect(parts.flatMap((part) => [...part.steps]).sort()).toEqual(Object.keys(stepWords).sort())
  })

  it('offer in batches only moves that exist, under their label, to a role that makes them', () => {
    for (const { step, command, label, by } of batchMoves) {
      const known = steps
        .filter((each) => each.id === step)
        .flatMap((each) => each.moves.filter((move) => move.command === command))
      expect(known.length, `${step}.${command}`).toBeGreaterThan(0)
      expect(
        known.every((move) => move.label === label && !move.reason && move.reopens === null),
        `${step}.${command}`,
      ).toBe(true)
      for (const role of by)
        expect(
          known.some((move) => (move.by as readonly string[]).includes(role)),
          `${step} ${role}`,
        ).toBe(true)
    }
    expect(batchMovesOf('leader', ['township_leader']).map((move) => move.command)).toEqual(['agree'])
    expect(batchMovesOf('leader', ['township_clerk'])).toEqual([])
  })

  it('have words for every result and origin', () => {
    expect(Object.keys(resultWords).sort()).toEqual([...CaseHead.shape.result.unwrap().options].sort())
    expect(Object.keys(originLabels).sort()).toEqual([...CaseHead.shape.origin.options].sort())
  })
})

describe('a dry run', () => {
  it('tells refusals by reason, the most frequent first', () => {
    const row = (caseNo: string, refusal: string | null) => ({ caseNo, applicantName: caseNo, refusal })
    expect(refusalsOf([row('甲', '异议未结'), row('乙', null), row('丙', '公示未满'), row('丁', '公示未满')])).toEqual([
      { reason: '公示未满', names: ['丙', '丁'] },
      { reason: '异议未结', names: ['甲'] },
    ])
  })
})

describe('a clock', () => {
  const clock: Clock = {
    dueOn: '2026-12-01',
    light: 'green',
    left: 3,
    unit: 'working',
    stoppedOn: null,
    period: false,
    provisional: false,
  }

  it('says everything in words', () => {
    expect(clockWords(clock)).toMatchObject({ text: '剩 3 工作日', tone: 'green' })
    expect(clockWords({ ...clock, left: -2, light: 'red' })).toMatchObject({ text: '超期 2 工作日', tone: 'red' })
    expect(clockWords({ ...clock, left: 0, light: 'yellow' }).text).toBe('今日到期')
    expect(clockWords({ ...clock, unit: 'calendar' }).text).toBe('剩 3 天')
    expect(clockWords({ ...clock, provisional: true }).text).toBe('剩 3 工作日（暂定）')
    expect(clockWords({ ...clock, stoppedOn: '2026-11-20' })).toMatchObject({ text: '停表', tone: 'grey' })
    const notice = { ...clock, period: true, unit: 'calendar' as const }
    const told = [3, 2, 1, 0, -1].map((left) => clockWords({ ...notice, left }).text)
    expect(told).toEqual(['剩 2 天', '剩 1 天', '最后一天，明日起可办结', '期满，今日可办结', '超期 1 天'])
    expect(clockWords({ ...clock, dueOn: null, left: null, unit: null }).text).toBe('不计时')
  })
})

describe('a record', () => {
  it('is shown in words, never as the program keeps it', () => {
    expect(valueText('amount', 123_400)).toBe('1,234.00')
    expect(valueText('area', 86.5)).toBe('86.5')
    expect(valueText('agrees', true)).toBe('是')
    expect(valueText('kind', 'fingerprint')).toBe('按指纹')
    expect(isBlank({ name: '', sha256: 'a'.repeat(64) })).toBe(true)
    expect(isBlank({ name: '王某' })).toBe(false)
    expect(isBlank([[], ''])).toBe(true)
  })

  it('has a label for every field of the forms', async () => {
    const contract: Record<string, unknown> = await import('#casework/contract')
    const forms = [
      ...['Visit', 'VisitPlan', 'Interview', 'NonCooperation', 'Consultation'],
      ...['ReviewOpinion', 'SampleVisit', 'Approval', 'Refusal', 'Decision', 'Service'],
      ...['AskMissing', 'SupplyMissing', 'AcceptIntake', 'DeclineIntake', 'TellResult', 'ObjectToResult'],
    ]
    const unknown = forms.flatMap((form) => {
      const schema = contract[form] as { shape?: Record<string, unknown> } | undefined
      return Object.keys(schema?.shape ?? {}).filter((field) => fieldLabel(field) === field && field !== 'sha256')
    })
    expect(unknown).toEqual([])
  })
})

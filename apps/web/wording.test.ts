import { describe, expect, it, vi } from 'vitest'
import { AnswerState, ClearingOutcome, CommissionState, Conclusion } from '#verification/contract'
import { permissionsOf } from '../../src/identity/contract/permissions.ts'
import { ROLES } from '../../src/identity/contract/roles.ts'
import { clockText, duration, figure, instant, percent, shareOf, yuan } from './format.ts'
import { changedFields } from './pages/household/correct-dialog.tsx'
import { inOrder } from './pages/household/findings.tsx'
import { actionsFor } from './pages/household/household-actions.tsx'
import { correctionOf } from './pages/household/registry.tsx'
import { unitState } from './pages/household/sources.tsx'
import { advice } from './pages/import/correct-row-page.tsx'
import { homeOf } from './session.ts'
import { parseSearch, pick, stringifySearch } from './ui/search.ts'
import {
  answerGroups,
  answerOrder,
  answerWords,
  commissionWords,
  conclusionWords,
  missedWords,
  outcomeWords,
  stepGroups,
} from './wording.ts'

vi.mock('virtual:route-table', () => ({ routeTable: {} }))

/** The word lists reach the browser as types only; here they are held against the schemas. */
describe('words', () => {
  it('exist for every code, once', () => {
    expect(Object.keys(answerWords).sort()).toEqual([...AnswerState.options].sort())
    expect([...answerOrder].sort()).toEqual([...AnswerState.options].sort())
    expect(answerGroups.flatMap((g) => g.states).sort()).toEqual([...AnswerState.options].sort())
    expect(stepGroups.flatMap((g) => g.states).sort()).toEqual([...CommissionState.options].sort())
    expect(Object.keys(commissionWords).sort()).toEqual([...CommissionState.options].sort())
    expect(Object.keys(conclusionWords).sort()).toEqual([...Conclusion.options].sort())
    expect(Object.keys(outcomeWords).sort()).toEqual([...ClearingOutcome.options].sort())
    expect(Object.keys(missedWords).sort()).toEqual([...ClearingOutcome.options].sort())
  })

  it('never write silence with the word of "none"', () => {
    for (const state of AnswerState.options) {
      if (state !== 'NO_RECORD') expect(answerWords[state].label).not.toBe(answerWords.NO_RECORD.label)
      if (state !== 'NO_RECORD') expect(answerWords[state].mark).not.toBe(answerWords.NO_RECORD.mark)
    }
  })
})

describe('figures', () => {
  it('write fen as yuan, and what is not known as a dash', () => {
    expect(yuan(123_450)).toBe('1,234.50')
    expect(yuan(-5)).toBe('-0.05')
    expect(yuan(null)).toBe('—')
    expect(figure(6_250, 'area')).toBe('62.50')
    expect(percent(shareOf(0, 0))).toBe('—')
    expect(percent(shareOf(1, 3))).toBe('33.3 %')
  })

  it('write instants in China’s time wherever the browser is', () => {
    expect(instant('2026-08-31T16:30:00Z')).toBe('2026-09-01 00:30')
    expect(instant(null)).toBe('—')
  })

  it('put the clock into words', () => {
    expect([null, -2, 0, 3].map(clockText)).toEqual(['不计时', '超期 2 工作日', '今日到期', '剩 3 工作日'])
  })

  it('put how long it took into words, and nothing measured as a dash', () => {
    expect([null, 0.4, 8.2, 210, 3_024].map(duration)).toEqual(['—', '不到 1 分钟', '8 分钟', '3.5 小时', '2.1 天'])
  })
})

const answer = (state: AnswerState) => ({
  unit: 'police',
  unitName: '公安',
  record: 'police/vehicles',
  recordName: '机动车',
  state,
  reason: null,
  asOf: null,
  answeredAt: null,
  rows: 0,
})

describe('a cell of the matrix', () => {
  it('shows none only when every record type said none', () => {
    expect(unitState([answer('NO_RECORD'), answer('NO_RECORD')])).toBe('NO_RECORD')
    expect(unitState([answer('NO_RECORD'), answer('HIT')])).toBe('HIT')
    expect(unitState([])).toBeNull()
    for (const state of AnswerState.options) {
      if (state !== 'NO_RECORD') expect(unitState([answer('NO_RECORD'), answer(state)])).toBe(state)
    }
  })

  it('lets silence outweigh a hit, so that nobody takes the unit for answered', () => {
    expect(unitState([answer('HIT'), answer('TIMEOUT')])).toBe('TIMEOUT')
  })
})

describe('the household page', () => {
  it('offers only what the state allows', () => {
    expect(actionsFor('suspended')).toEqual(['resume', 'terminate'])
    expect(actionsFor('terminated')).toEqual([])
    expect(actionsFor('compared')).toContain('rerun')
  })

  it('puts first what the caller can sign, last what is cleared, and A before B', () => {
    const findings = [
      { class: 'A', clearing: 'cleared', maySign: true, rule: 'a' },
      { class: 'C', clearing: 'open', maySign: true, rule: 'b' },
      { class: 'A', clearing: 'awaiting_second', maySign: false, rule: 'e' },
      { class: 'B', clearing: 'open', maySign: true, rule: 'c' },
      { class: 'A', clearing: 'awaiting_second', maySign: true, rule: 'd' },
    ]
    const sorted = inOrder(findings as unknown as Parameters<typeof inOrder>[0])
    expect(sorted.map((f) => f.rule)).toEqual(['d', 'c', 'b', 'e', 'a'])
  })
})

describe('a correction', () => {
  const person = {
    subjectNo: 'H1-1',
    role: 'member',
    name: '甲春',
    birthDate: '1970-02-28',
  } as Parameters<typeof correctionOf>[0]

  it('sends only what was changed, and never the masked number', () => {
    const correction = correctionOf(person)
    const form = new FormData()
    form.set('name', '甲椿')
    form.set('birth_date', '1970-02-28')
    form.set('id_number', '')
    expect(changedFields(correction, form)).toEqual({ name: '甲椿' })
  })
})

describe('addresses of filters', () => {
  it('keep text as text and leave out what is empty', () => {
    expect(stringifySearch({ township: '990101001000', q: '甲 春', village: undefined, kind: '' })).toBe(
      '?township=990101001000&q=%E7%94%B2+%E6%98%A5',
    )
    expect(parseSearch('?township=990101001000')).toEqual({ township: '990101001000' })
    expect(pick({ a: '1', b: 2, c: '' }, ['a', 'b', 'c'])).toEqual({ a: '1' })
  })
})

describe('import', () => {
  it('joins what is wrong and how to mend it into sentences', () => {
    expect(advice({ message: '日期不存在', remedy: '请改正。' })).toBe('日期不存在。请改正。')
    expect(advice({ message: '日期不存在。', remedy: '' })).toBe('日期不存在。')
  })
})

describe('home', () => {
  it('is the task centre for whoever moves cases, otherwise a first screen', () => {
    const home = (role: string) => homeOf(permissionsOf(role))
    const roles = Object.keys(ROLES)
    expect(roles.filter((role) => home(role) === '/tasks').sort()).toEqual(
      [
        'district_approver',
        'township_clerk',
        'township_head',
        'township_leader',
        'verification_centre',
        'village_assistant',
      ].sort(),
    )
    expect(roles.filter((role) => home(role) === undefined).sort()).toEqual(
      ['auditor', 'inspector', 'leader', 'payment_officer', 'security_admin', 'unit_officer'].sort(),
    )
    expect(home('policy_officer')).toBe('/policy')
    expect(home('district_admin')).toBe('/imports')
  })
})

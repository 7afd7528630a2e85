import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { benches } from '../apps/cli/bench.ts'
import type { Check, Figure, Kept, Source } from '../bench/figures/figure.ts'
import { figureGroups } from '../bench/figures/figures.ts'
import { sources } from '../bench/figures/sources.ts'
import type { KeptRun } from '../bench/kept-results.ts'
import { allFigures, betweenMarks, documentWithFigures, figuresTable, runsTable, shortFigures } from './generate-figures.ts'

/** Figures made from planted results: what is missed is bold, what nobody ran is said, what was changed by hand is noticed. */

const source: Source = { name: 'district', label: null, options: { households: 25_000 } }
const base: Source = { ...source, label: 'base' }
const figure: Figure = {
  what: { en: 'verification', zh: '核对' },
  source,
  checks: [{ path: 'ratio', digits: 2, bar: { side: '≤', at: 4 } }],
}
const machine = { cpu: 'a cpu', cores: 2, memory_gib: 24, kernel: '6.1', node: 'v24.0.0', postgres: '18.4' }

function runOf(result: KeptRun['result'], options: KeptRun['options'] = source.options): KeptRun {
  return { date: '2026-12-02T15:00:00.000Z', args: ['--json'], options, commit: 'abc1234', machine, result }
}

function keptOf(...runs: KeptRun[]): Kept {
  return ({ name, label }) => (name === 'district' && label === null ? { name, label, runs } : undefined)
}

/** Measured and result of the only figure of a table. */
function lineOf(kept: Kept, one: Figure = figure, language: 'en' | 'zh' = 'en'): string {
  return figuresTable([one], kept, language).trimEnd().split('\n')[2] ?? ''
}

describe('a figure', () => {
  it.each([
    ['met', [3.9], '| verification | ≤ 4 | 3.90 | met | `bench district --households 25000` |'],
    ['just met', [4], '| 4.00 | met |'],
    ['missed, though it rounds to the bar', [4.004], '| 4.00 | **missed** |'],
    ['missed in some', [3.9, 5.99, 3], '| 3.90, 5.99, 3.00 | **missed** in 1 of 3 |'],
    ['of many runs', [1, 2, 3, 4, 3.5], '| 1.00 to 4.00 | met |'],
  ])('%s', (_name, ratios, line) => {
    expect(lineOf(keptOf(...ratios.map((ratio) => runOf({ ratio }))))).toContain(line)
  })

  it('is told in Chinese', () => {
    expect(lineOf(keptOf(runOf({ ratio: 3 }), runOf({ ratio: 5 })), figure, 'zh')).toContain(
      '| 3.00、5.00 | **未达标** 2 次中 1 次 |',
    )
  })

  it('that nobody ran has no number and no result', () => {
    const nobody: Kept = () => undefined
    expect(lineOf(nobody)).toContain('| ≤ 4 | not run yet |  |')
    expect(lineOf(nobody, figure, 'zh')).toContain('| ≤ 4 | 尚未运行 |  |')
  })

  it('says nothing of a smaller run, nor of a result without the number', () => {
    expect(lineOf(keptOf(runOf({ ratio: 1 }, { households: 40 })))).toContain('| not run yet |  |')
    expect(lineOf(keptOf(runOf({ other: 1 })))).toContain('| not run yet |  |')
  })

  it('is not met while one of its runs lacks the number', () => {
    expect(lineOf(keptOf(runOf({ ratio: 3 }), runOf({ other: 1 })))).toContain('| 3.00, not run yet | not run yet |')
    expect(lineOf(keptOf(runOf({ ratio: 5 }), runOf({ other: 1 })))).toContain('| 5.00, not run yet | **missed** in 1 of 2 |')
    expect(lineOf(keptOf(runOf({ other: 1 }), runOf({ other: 1 })))).toContain('| not run yet |  |')
    // a range does not hide it
    const many = [1, 2, 3, 4].map((ratio) => runOf({ ratio }))
    expect(lineOf(keptOf(...many, runOf({})))).toContain('| 1.00, 2.00, 3.00, 4.00, not run yet | not run yet |')
  })

  it('whose number is none is missed', () => {
    expect(lineOf(keptOf(runOf({ ratio: null })))).toContain('| none | **missed** |')
  })

  it('is not met while one of its numbers is missing', () => {
    const two: Figure = {
      ...figure,
      checks: [...figure.checks, { path: 'lost', of: { en: 'lost', zh: '丢失' }, bar: { side: '=', at: 0 } }],
    }
    expect(lineOf(keptOf(runOf({ ratio: 3 })), two)).toContain('| ≤ 4, lost 0 | 3.00; lost not run yet | not run yet |')
    expect(lineOf(keptOf(runOf({ ratio: 3, lost: 2 })), two)).toContain('| 3.00; lost 2 | **missed** lost |')
    expect(lineOf(keptOf(runOf({ ratio: 3, lost: 0 })), two)).toContain('| 3.00; lost 0 | met |')
  })

  it('reads yes and no, elements of lists, and the largest of many', () => {
    const of = (check: Figure['checks'][number]): Figure => ({ ...figure, checks: [check] })
    const yes = of({ path: 'identical', yes: { en: 'identical', zh: '一致' }, bar: { side: '=', at: 1 } })
    expect(lineOf(keptOf(runOf({ identical: true })), yes)).toContain('| identical | met |')
    expect(lineOf(keptOf(runOf({ identical: false })), yes)).toContain('| not identical | **missed** |')
    const results = [
      { operation: 'open', connections: 64, ratio: 0.2 },
      { operation: 'open', connections: 16, ratio: 0.7 },
    ]
    const open = of({ path: 'results.[operation=open,connections=16].ratio', digits: 1, bar: { side: '≥', at: 0.5 } })
    expect(lineOf(keptOf(runOf({ results })), open)).toContain('| ≥ 0.5 | 0.7 | met |')
    const slowest = of({ path: 'lcp.*', bar: { side: '≤', at: 1800 } })
    expect(lineOf(keptOf(runOf({ lcp: { home: 1700, tasks: 2250 } })), slowest)).toContain('| 2,250 | **missed** |')
  })

  it('that did better than its floor was held against none, and is not met', () => {
    const times: Figure = { ...figure, checks: figure.checks.map((check) => ({ ...check, isToFloor: true as const })) }
    expect(lineOf(keptOf(runOf({ ratio: 3 }), runOf({ ratio: 0.99 })), times)).toContain('| 3.00, 0.99 | **not a floor** |')
    expect(lineOf(keptOf(runOf({ ratio: 1 })), times)).toContain('| 1.00 | met |')
    const check = (name: string): Check => ({
      path: name,
      of: { en: name, zh: name },
      digits: 2,
      isToFloor: true,
      bar: { side: '≥', at: 0.5 },
    })
    const shares: Figure = { ...figure, checks: [check('open'), check('submit'), check('list')] }
    const kept = keptOf(runOf({ open: 0.4, submit: 1.06, list: 1 }))
    expect(lineOf(kept, shares)).toContain('| **missed** open; **not a floor** submit |')
    expect(lineOf(kept, shares, 'zh')).toContain('| **未达标** open；**对照并非下限** submit |')
  })

  it('against an older commit is divided by the middle of its runs, which need not have the total', () => {
    const half: Figure = {
      ...figure,
      checks: [{ path: 'total|parts.*', fold: 'sum', over: base, digits: 2, bar: { side: '≤', at: 0.5 } }],
    }
    const runs = [runOf({ parts: { server: 30, worker: 50 } }), runOf({ total: 100 }), runOf({ total: 90 })]
    const kept: Kept = (of) => ({ ...of, runs: of.label === 'base' ? runs : [runOf({ total: 36, parts: { server: 1 } })] })
    expect(lineOf(kept, half)).toContain('| 0.40 | met |')
    expect(lineOf(keptOf(runOf({ total: 36 })), half)).toContain('| not run yet |  |')
  })
})

describe('a document of figures', () => {
  const groups = [{ title: 'One', figures: [{ ...figure, isShort: true as const }] }]
  const empty = 'before\n<!-- figures:begin -->\nold\n<!-- figures:end -->\nafter\n'
  const writtenOver = (text: string, ratio: number): string => betweenMarks(text, allFigures(groups, keptOf(runOf({ ratio }))))

  it('keeps what stands around its marks, and throws when they are gone', () => {
    const written = writtenOver(empty, 3)
    expect(written.startsWith('before\n<!-- figures:begin -->\n## One\n')).toBe(true)
    expect(written.endsWith('<!-- figures:end -->\nafter\n')).toBe(true)
    expect(() => betweenMarks('no marks', 'x')).toThrow('figures:begin')
  })

  it('is stale when a figure was changed by hand, a missed bar made met, or another result kept', () => {
    const isFresh = (text: string, ratio: number): boolean => writtenOver(text, ratio) === text
    const [met, missed] = [writtenOver(empty, 3), writtenOver(empty, 5)]
    expect([isFresh(met, 3), isFresh(missed, 5)]).toEqual([true, true])
    expect(met).toContain('| 3.00 | met |')
    expect(isFresh(met.replace('| 3.00 |', '| 2.00 |'), 3)).toBe(false)
    expect(missed).toContain('| 5.00 | **missed** |')
    expect(isFresh(missed.replace('**missed**', 'met'), 5)).toBe(false)
    expect(isFresh(met, 3.5)).toBe(false)
  })

  it('names date, commit and machine of every run, and a tree with changes', () => {
    const run = { ...runOf({ ratio: 3 }, sources.district.options), dirty: true as const }
    expect(runsTable(keptOf(run))).toContain(
      '| `bench/results/district.json` | `bench district --households 25000 --json --keep` | 2026-12-02 15:00 | abc1234 with changes | a cpu, 2 cores, 24 GiB, Linux 6.1, Node v24.0.0, PostgreSQL 18.4 |',
    )
    const changed = { ...runOf({ ratio: 3 }), dirty: true as const }
    expect(shortFigures(groups, keptOf(runOf({ ratio: 3 }), changed), 'en')).toContain('commit abc1234, abc1234 with changes, on')
    expect(shortFigures(groups, keptOf(changed), 'zh')).toContain('提交 abc1234（有改动），')
    expect(shortFigures(groups, keptOf(runOf({ ratio: 3 })), 'zh')).toContain(
      '测于 2026-12-02，提交 abc1234，机器 a cpu × 2, 24 GiB。',
    )
  })
})

describe('the published figures', () => {
  it.each(Object.entries(sources))('%s asks a bench for what it takes', (_name, { name, options }) => {
    const bench = benches[name]
    const words = Object.fromEntries(Object.entries(bench?.words ?? {}).map(([key, [first = '']]) => [key, first]))
    const whole: Record<string, number | string> = { ...bench?.options, ...words }
    // what a run keeps as its options has these keys and no others
    expect(Object.keys(options).toSorted()).toEqual(Object.keys(whole).toSorted())
  })

  it.each(['README.md', 'README.zh.md', 'docs/figures.md'])('%s is what the kept results say', (path) => {
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe(documentWithFigures(path))
  })

  it('are few in the READMEs, and each is held against something', () => {
    const short = figureGroups.flatMap(({ figures }) => figures).filter(({ isShort }) => isShort === true)
    expect(short.length).toBeGreaterThanOrEqual(8)
    expect(short.length).toBeLessThanOrEqual(10)
    for (const { checks } of short) expect(checks.some(({ bar }) => bar !== undefined)).toBe(true)
  })
})

/** The published figures: tables of the READMEs and of docs/figures.md, made from the kept results of the benches and nothing else. */
import { existsSync, readFileSync } from 'node:fs'
import {
  type Check,
  type Figure,
  isBeyondFloor,
  isMet,
  type Kept,
  type Language,
  measuredBy,
  runsOf,
  type Source,
  type Value,
  type Words,
} from '../bench/figures/figure.ts'
import { type FigureGroup, figureGroups } from '../bench/figures/figures.ts'
import { commandOf, keepingCommandOf, sources } from '../bench/figures/sources.ts'
import { type KeptFile, type KeptMachine, type KeptRun, keptPath, readKept } from '../bench/kept-results.ts'

const [BEGIN, END] = ['<!-- figures:begin -->', '<!-- figures:end -->']

/** So many runs are told one by one; of more, the least and the most. */
const TOLD_SINGLY = 4

const says = {
  notRun: { en: 'not run yet', zh: '尚未运行' },
  met: { en: 'met', zh: '达标' },
  missed: { en: '**missed**', zh: '**未达标**' },
  noFloor: { en: '**not a floor**', zh: '**对照并非下限**' },
  noBar: { en: 'no bar', zh: '无指标' },
  none: { en: 'none', zh: '无' },
  and: { en: '; ', zh: '；' },
  comma: { en: ', ', zh: '、' },
  to: { en: ' to ', zh: ' 至 ' },
  not: { en: 'not ', zh: '不' },
  withChanges: { en: ' with changes', zh: '（有改动）' },
} as const satisfies Record<string, Words>

function numberText(number: Value, { digits = 0, yes }: Check, language: Language): string {
  if (number === undefined) return says.notRun[language]
  if (number === null) return says.none[language]
  if (yes !== undefined) return `${number === 1 ? '' : says.not[language]}${yes[language]}`
  return number.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function named(check: Check, text: string, language: Language): string {
  return check.of === undefined ? text : `${check.of[language]} ${text}`
}

/** No run says the number. */
const isNotRun = (numbers: readonly Value[]): boolean => numbers.every((number) => number === undefined)

/** All runs of a number, or from the least to the most when they are many. */
function measuredText(check: Check, numbers: readonly Value[], language: Language): string {
  if (isNotRun(numbers)) return named(check, says.notRun[language], language)
  const known = numbers.filter((number) => typeof number === 'number')
  const isRange = numbers.length > TOLD_SINGLY && known.length === numbers.length
  const told = isRange ? [Math.min(...known), Math.max(...known)] : numbers
  const texts = told.map((number) => numberText(number, check, language))
  const unit = check.unit?.[language] ?? ''
  return named(check, `${texts.join(says[isRange ? 'to' : 'comma'][language])}${unit}`, language)
}

/** What the checks are held against; each with its name where they differ. */
function barText({ checks, bar }: Figure, language: Language): string {
  if (bar !== undefined) return bar[language]
  const held = checks.flatMap((check) => {
    if (check.bar === undefined) return []
    const { side, at } = check.bar
    // as it is judged, however few digits the figure has
    const number = at.toLocaleString('en-US', { maximumFractionDigits: 6 })
    return [{ check, text: `${side === '=' ? '' : `${side} `}${number}${check.unit?.[language] ?? ''}` }]
  })
  const texts = [...new Set(held.map(({ text }) => text))]
  if (texts.length === 0) return says.noBar[language]
  const isEachItsOwn = texts.length > 1 && texts.length === held.length
  return (isEachItsOwn ? held.map(({ check, text }) => named(check, text, language)) : texts).join(says.comma[language])
}

/** Which of a figure's checks were missed, and in how many of the runs; what was not measured was not missed, nor met. */
function missedText(judged: readonly { check: Check; numbers: readonly Value[] }[], language: Language): string {
  const faults = judged.flatMap(({ check, numbers }) => {
    const missed = numbers.filter((number) => number !== undefined && !isMet(number, check.bar)).length
    if (missed === 0) return []
    const part = { en: `in ${missed} of ${numbers.length}`, zh: `${numbers.length} 次中 ${missed} 次` }
    const often = missed === numbers.length ? '' : part[language]
    return [[check.of?.[language] ?? '', often].filter((text) => text !== '').join(' ')]
  })
  if (faults.length === 0) return ''
  const which = faults.filter((text) => text !== '')
  return which.length === 0 ? says.missed[language] : `${says.missed[language]} ${which.join(says.comma[language])}`
}

/** Which of a figure's checks have a run that did better than its floor: what it was held against there is none. */
function noFloorText(judged: readonly { check: Check; numbers: readonly Value[] }[], language: Language): string {
  const beyond = judged.filter(({ check, numbers }) => numbers.some((number) => isBeyondFloor(number, check)))
  if (beyond.length === 0) return ''
  const which = beyond.flatMap(({ check }) => check.of?.[language] ?? [])
  return which.length === 0 ? says.noFloor[language] : `${says.noFloor[language]} ${which.join(says.comma[language])}`
}

/** Measured, and whether it is met: never met while a run lacks a number with a bar, or was held against a floor that is none. */
function outcomeOf({ checks, source }: Figure, kept: Kept, language: Language): { measured: string; result: string } {
  const judged = checks.map((check) => ({ check, numbers: measuredBy(check, source, kept) }))
  if (judged.every(({ numbers }) => isNotRun(numbers))) return { measured: says.notRun[language], result: '' }
  const measured = judged.map(({ check, numbers }) => measuredText(check, numbers, language)).join(says.and[language])
  const barred = judged.filter(({ check }) => check.bar !== undefined)
  if (barred.length === 0) return { measured, result: '' }
  const faults = [missedText(barred, language), noFloorText(barred, language)].filter((text) => text !== '')
  if (faults.length > 0) return { measured, result: faults.join(says.and[language]) }
  const isWhole = barred.every(({ numbers }) => numbers.length > 0 && !numbers.includes(undefined))
  return { measured, result: isWhole ? says.met[language] : says.notRun[language] }
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |\n`

const heads = {
  en: ['What', 'Bar', 'Measured', 'Result', 'Command'],
  zh: ['内容', '指标', '实测', '结果', '命令'],
} as const

/** A table of figures. */
export function figuresTable(figures: readonly Figure[], kept: Kept, language: Language): string {
  const rows = figures.map((figure) => {
    const { measured, result } = outcomeOf(figure, kept, language)
    return row(figure.what[language], barText(figure, language), measured, result, `\`${commandOf(figure.source)}\``)
  })
  return `${row(...heads[language])}|---|---|---|---|---|\n${rows.join('')}`
}

function machineText({ cpu, cores, memory_gib: memory, kernel, node, postgres }: KeptMachine): string {
  const parts = [
    cpu,
    `${cores} cores`,
    memory === undefined ? [] : `${memory} GiB`,
    kernel === undefined ? [] : `Linux ${kernel}`,
    `Node ${node}`,
    postgres === undefined ? [] : `PostgreSQL ${postgres}`,
  ]
  return parts.flat().join(', ')
}

function codeText({ commit, dirty }: KeptRun, language: Language): string {
  return dirty === true ? `${commit}${says.withChanges[language]}` : commit
}

/** Every run that a figure is made from, with date, commit and machine. */
export function runsTable(kept: Kept): string {
  const rows = Object.values(sources).flatMap((source: Source) => {
    const file = `\`${keptPath(source.name, source.label)}\``
    const runs = runsOf(source, kept(source))
    const asked = `\`${keepingCommandOf(source)}\``
    if (runs.length === 0) return [row(file, asked, says.notRun.en, '', '')]
    return runs.map((run) =>
      row(file, asked, run.date.slice(0, 16).replace('T', ' '), codeText(run, 'en'), machineText(run.machine)),
    )
  })
  return `${row('File', 'Command', 'Run (UTC)', 'Commit', 'Machine')}|---|---|---|---|---|\n${rows.join('')}`
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].toSorted()

/** When, of which commits and where the short figures were measured. */
function measuredOn(figures: readonly Figure[], kept: Kept, language: Language): string {
  const runs = figures.flatMap(({ source }) => runsOf(source, kept(source)))
  if (runs.length === 0) return { en: 'No run is kept yet.\n', zh: '尚无保存的测量。\n' }[language]
  const days = unique(runs.map(({ date }) => date.slice(0, 10)))
  const span = [...new Set([days[0] ?? '', days.at(-1) ?? ''])].join(says.to[language])
  const commits = unique(runs.map((run) => codeText(run, language))).join(says.comma[language])
  const machineOf = ({ machine: { cpu, cores, memory_gib: memory } }: KeptRun): string =>
    `${cpu} × ${cores}${memory === undefined ? '' : `, ${memory} GiB`}`
  const machines = unique(runs.map(machineOf)).join('; ')
  return {
    en: `Measured ${span}, commit ${commits}, on ${machines}.\n`,
    zh: `测于 ${span}，提交 ${commits}，机器 ${machines}。\n`,
  }[language]
}

/** A text with what stands between its marks written anew; throws when the marks are gone. */
export function betweenMarks(text: string, body: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`a document of figures needs ${BEGIN} and ${END}`)
  return `${text.slice(0, from)}${BEGIN}\n${body}${text.slice(to)}`
}

/** What a README shows. */
export function shortFigures(groups: readonly FigureGroup[], kept: Kept, language: Language): string {
  const figures = groups.flatMap((group) => group.figures.filter(({ isShort }) => isShort === true))
  return `${measuredOn(figures, kept, language)}\n${figuresTable(figures, kept, language)}`
}

/** What docs/figures.md shows. */
export function allFigures(groups: readonly FigureGroup[], kept: Kept): string {
  const tables = groups.map(({ title, figures }) => `## ${title}\n\n${figuresTable(figures, kept, 'en')}`)
  return `${tables.join('\n')}\n## Runs\n\n${runsTable(kept)}`
}

const keptHere: Kept = ({ name, label }): KeptFile | undefined => readKept(name, label)

/** A document with the figures of the kept results; null when there is no such document. */
export function documentWithFigures(path: string): string | null {
  if (!existsSync(path)) return null
  const text = readFileSync(path, 'utf8')
  if (path === 'docs/figures.md') return betweenMarks(text, allFigures(figureGroups, keptHere))
  return betweenMarks(text, shortFigures(figureGroups, keptHere, path.endsWith('.zh.md') ? 'zh' : 'en'))
}

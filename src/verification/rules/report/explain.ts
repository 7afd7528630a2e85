/**
 * Explains every figure of a household line by line. It runs the very computation of the totals with a collector, so
 * that the explanation and the figure cannot differ.
 */

import { formatYuan } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import { recordLabel } from '#sources/contract'
import type { Figure, FigureLine } from '../../contract/household.ts'
import { type RuleContext, standardFen } from '../findings/prepare.ts'
import type { ItemChoice, TotalLine } from '../found/income-kinds.ts'
import { type Totals, totalsOf } from '../found/totals.ts'
import type { Dossier } from '../household/dossier.ts'
import { type HouseholdView, viewHousehold } from '../household/view.ts'
import { type FigureCard, figureCards, silenceSentences } from './figures.ts'

/** Every figure of one household, with the standard and the window it was worked out for. */
export interface Explanation {
  figures: Figure[]
  members: number
  /** S, in fen half up */
  standard: number
  perCapita: number | null
  windowFrom: string
  windowTo: string
}

interface Collected {
  lines: TotalLine[]
  choices: ItemChoice[]
}

function nameOf(h: HouseholdView, no: string | null): string | null {
  if (no === null) return null
  return (h.persons.find((person) => person.no === no) ?? h.supporters.find((supporter) => supporter.no === no))?.name ?? null
}

function lineOf(line: TotalLine, h: HouseholdView): FigureLine {
  return {
    side: line.side,
    subjectName: nameOf(h, line.subject),
    text: line.text,
    record: line.source ?? null,
    recordName: line.source === undefined ? null : recordLabel(line.source),
    recordId: line.row?.source_record_id ?? null,
    asOf: line.row?.as_of_date ?? null,
    amount: line.amount,
    counted: line.counted,
    why: line.why,
  }
}

function choiceSentence(choice: ItemChoice, h: HouseholdView): string {
  const who = nameOf(h, choice.subject) ?? '本户'
  const what = labelOf('income_item', choice.item)
  const sides = `${who} ${what}：申报 ${formatYuan(choice.declared)} 元，查得 ${formatYuan(choice.found)} 元`
  if (choice.excluded) return `${sides}，不计入收入（参数 income_excluded_items）`
  return `${sides}，取较大者 ${formatYuan(choice.verified)} 元`
}

function propertySentence(figure: FigureCard, declared: number, found: number, verified: number): string {
  const unit = figure.unit === 'area' ? '平方米' : '元'
  const rule = figure.takes === 'larger' ? '取较大者' : '以查得为准，'
  return `申报 ${formatYuan(declared)} ${unit}，查得 ${formatYuan(found)} ${unit}，${rule} ${formatYuan(verified)} ${unit}`
}

function isProperty(key: FigureCard['key'], totals: Totals): key is keyof Totals['found'] {
  return Object.hasOwn(totals.found, key)
}

const CLAUSES: Readonly<Record<FigureCard['group'], string>> = {
  income: '《最低生活保障审核确认办法》：家庭收入按工资性、经营净、财产净、转移净收入核算，按本区规定扣除',
  property: '《最低生活保障审核确认办法》：家庭财产包括不动产、机动车、货币财产、市场主体等，限额由本区规定',
  expenditure: '《低保边缘家庭和刚性支出困难家庭认定办法》：刚性支出包括医疗、教育等，按扣除报销救助后的自付计',
}

function figureOf(figure: FigureCard, h: HouseholdView, totals: Totals, collected: Collected): Figure {
  const { key, label, group, unit } = figure
  const choices = collected.choices.filter((choice) => choice.figure === key)
  const found = isProperty(key, totals) ? totals.found[key] : choices.reduce((sum, choice) => sum + choice.found, 0)
  const declared = totals.declared[key]
  const verified = totals.verified[key]
  const silent = silenceSentences(figure, h)
  const sentences =
    group === 'income'
      ? choices.map((choice) => choiceSentence(choice, h))
      : [propertySentence(figure, declared, found, verified)]
  return {
    key,
    label,
    group,
    unit,
    declared,
    found,
    verified,
    partial: silent.length > 0,
    silent,
    sentences,
    clause: CLAUSES[group],
    lines: collected.lines.filter((line) => line.figure === key).map((line) => lineOf(line, h)),
  }
}

/** Every figure of a household with the rows behind it, in Chinese. The order of lines follows the computation. */
export function explainFigures(dossier: Dossier, ctx: RuleContext): Explanation {
  const h = viewHousehold(dossier, ctx)
  const collected: Collected = { lines: [], choices: [] }
  const totals = totalsOf(h, ctx, {
    line: (line) => collected.lines.push(line),
    choice: (choice) => collected.choices.push(choice),
  })
  return {
    figures: figureCards.map((figure) => figureOf(figure, h, totals, collected)),
    members: h.headCount,
    standard: standardFen(1, h.standard),
    perCapita: totals.verified.per_capita_monthly,
    windowFrom: ctx.window.from,
    windowTo: ctx.window.to,
  }
}

/** The figures of a sheet, in whole fen, from an assessment. */
import { parseYuan } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import type { Assessment } from '#policy'
import type { SheetFigures } from '../contract/sheet.ts'

/** An assessment in whole fen; base and top-ups add up to the total, whatever the pack. */
export function figuresOf(assessment: Assessment): SheetFigures {
  const { eligible, counted, tier, lines } = assessment
  return {
    eligible,
    counted,
    countableIncome: parseYuan(assessment.countable_income),
    perCapita: assessment.per_capita_income === null ? null : parseYuan(assessment.per_capita_income),
    standard: parseYuan(assessment.standard),
    base: parseYuan(assessment.base_amount),
    topUp: parseYuan(assessment.top_up_total),
    total: parseYuan(assessment.total),
    tier,
    topUps: assessment.top_ups.map(({ member, class: name, amount }) => ({
      member,
      label: labelOf('top_up', name),
      amount: parseYuan(amount),
    })),
    lines: {
      marginalMonthly: parseYuan(lines.marginal_monthly),
      marginalYearly: parseYuan(lines.marginal_yearly),
      extremeHardshipMonthly: parseYuan(lines.extreme_hardship_monthly),
      extremeHardshipYearly: parseYuan(lines.extreme_hardship_yearly),
    },
    trace: assessment.trace.map(({ text, value, clause, lines }) => ({ text, value, clause, lines: [...lines] })),
  }
}

/** Whether a household is supported in full: nothing of its own is counted. */
export function isFull(figures: Pick<SheetFigures, 'countableIncome'>): boolean {
  return figures.countableIncome === 0
}

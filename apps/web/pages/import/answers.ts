/** Answers of a person to what the reading of a workbook asks, as they stand on the page. */
import type { ReadAnswers, ReadQuestion } from '#registry/contract'

export type Given = Readonly<Record<string, Readonly<Record<string, string>>>>
type Line = ReadQuestion['lines'][number]

/** What stands in a line: what was typed or chosen here, answered before, or proposed; null while nothing is. */
export function heldIn(given: Given, question: ReadQuestion, line: Line): string | null {
  return given[question.id]?.[line.key] ?? line.answer ?? line.proposed
}

/** Lines that still need an answer. */
export function missingOf(given: Given, question: ReadQuestion): Line[] {
  return question.lines.filter((line) => {
    const value = heldIn(given, question, line)
    // '' is an answer where it is among the choices: not wanted
    const isEmpty = value === null || (value === '' && !line.choices?.some((choice) => choice.value === ''))
    return isEmpty && !line.optional
  })
}

/** All that is sent for some questions: each line with a value. */
export function answersOf(given: Given, questions: readonly ReadQuestion[]): ReadAnswers {
  return Object.fromEntries(
    questions.map((question) => [
      question.id,
      Object.fromEntries(
        question.lines.flatMap((line) => {
          const value = heldIn(given, question, line)
          return value === null ? [] : [[line.key, value]]
        }),
      ),
    ]),
  )
}

/** Answers with one line set. */
export function withAnswer(given: Given, questionId: string, key: string, value: string): Given {
  return { ...given, [questionId]: { ...given[questionId], [key]: value } }
}

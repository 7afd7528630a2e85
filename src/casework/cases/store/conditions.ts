/** Pieces of the lists' statements: only the conditions that are asked stand in a text, so that each text has one good plan. */
import { divisionAt, rangeOf, rankOf } from '#kernel/division'
import type { Scope } from '#platform/db'

/** Values of a statement as its text is put together. */
export class Values {
  readonly list: unknown[] = []

  /** Takes a value; gives its place in the statement. */
  put(value: unknown): string {
    return `$${this.list.push(value)}`
  }
}

const lastCharacter = '\u{10FFFF}'
const fullCode = 12

/** `column` begins with a text: a range of an index of text_pattern_ops, whatever signs the text has. */
export function beginsWith(values: Values, column: string, text: string): string {
  return `(${column} ~>=~ ${values.put(text)} and ${column} ~<~ ${values.put(`${text}${lastCharacter}`)})`
}

/** The township a scope lies in; null for whoever sees more than one. */
export function townshipOf({ lo, hi }: Scope): string | null {
  if (lo.length !== fullCode || rankOf(lo) === 'district') return null
  const township = divisionAt(lo, 'township')
  return hi <= rangeOf(township).hi && rankOf(township) === 'township' ? township : null
}

import { type ExactValue, isExactObject } from './exact-value.ts'
import { date, listOf, nullable, object, oneOf, type Reader, ReadingFault, text, within } from './reader.ts'

/** How well a value or its clause is known: read in a source, known reliably, to be checked, or our own example. */
export type Mark = 'sourced' | 'known' | 'uncertain' | 'proposal'

/** One value of a parameter: in force from `from` until the next value's `from` (half-open). */
export interface DatedValue {
  readonly from: string
  /** last day on which somebody has confirmed the value; null where no review is asked */
  readonly reviewed_until: string | null
  readonly value: ExactValue
  readonly clause: string
  readonly mark: Mark
}

export interface Parameter {
  /** dotted name, e.g. `support.rate` */
  readonly name: string
  readonly label: string
  readonly unit: string
  /** in order of `from` */
  readonly values: readonly DatedValue[]
}

/** A document clauses may name. */
export interface LawDocument {
  readonly name: string
  readonly title: string
  readonly issuer: string
  readonly from: string | null
  readonly to: string | null
  readonly text: 'held' | 'paraphrase' | 'own'
}

export interface Pack {
  readonly id: string
  readonly label: string
  readonly effective_from: string
  readonly origin: 'built-in' | 'file'
  readonly law: readonly LawDocument[]
  /** parameters of the verification rules; null in a pack that holds none */
  readonly verify: ReadonlyMap<string, Parameter> | null
  /** parameters of the assessment; null in a pack that holds none */
  readonly assess: ReadonlyMap<string, Parameter> | null
}

const mark: Reader<Mark> = oneOf('sourced', 'known', 'uncertain', 'proposal')
const anyValue: Reader<ExactValue> = (value) => value

const datedValue = object({ from: date, value: anyValue }, { reviewed_until: nullable(date), clause: text, mark })
const parameterFields = object({ label: text, unit: text, clause: text, mark, values: listOf(datedValue) })

/** A value in force as a snapshot stores it. */
export const storedValue: Reader<DatedValue> = object({
  from: date,
  reviewed_until: nullable(date),
  clause: text,
  mark,
  value: anyValue,
})

/** The dated parameter that the YAML entry `value` describes. */
export const parameter = (name: string): Reader<Parameter> => {
  return (value, place) => {
    const entry = parameterFields(value, place)
    if (entry.values.length === 0) throw new ReadingFault(place, `“${place}.values”至少要有一个值`)
    const values = entry.values.map((dated) => ({
      from: dated.from,
      reviewed_until: dated.reviewed_until ?? null,
      value: dated.value,
      clause: dated.clause ?? entry.clause,
      mark: dated.mark ?? entry.mark,
    }))
    for (const [i, dated] of values.entries()) {
      if (i > 0 && dated.from <= (values[i - 1]?.from ?? '')) {
        throw new ReadingFault(place, `“${place}.values”须按生效日期先后排列，且日期不得重复`)
      }
    }
    return { name, label: entry.label, unit: entry.unit, values }
  }
}

/** Every entry of a parameter file, by name. */
export const parameterFile: Reader<ReadonlyMap<string, Parameter>> = (value, place) => {
  if (!isExactObject(value)) throw new ReadingFault(place, '参数文件应为“参数名: 内容”的对象')
  return new Map(Object.keys(value).map((name) => [name, parameter(name)(value[name] ?? null, within(place, name))]))
}

export const lawFile: Reader<readonly LawDocument[]> = listOf(
  object({
    name: text,
    title: text,
    issuer: text,
    from: nullable(date),
    to: nullable(date),
    text: oneOf('held', 'paraphrase', 'own'),
  }),
)

/** The value in force on a date, or undefined before the first one. */
export function valueOn(parameter: Parameter, on: string): DatedValue | undefined {
  return parameter.values.findLast((dated) => dated.from <= on)
}

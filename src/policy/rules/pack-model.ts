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
  /** id of the pack that states the value: the pack itself or one it inherits from */
  readonly origin: string
}

export interface Parameter {
  /** dotted name, e.g. `support.rate` */
  readonly name: string
  readonly label: string
  readonly unit: string
  /** in order of `from` */
  readonly values: readonly DatedValue[]
}

/** Parameters by name. */
export type Parameters = ReadonlyMap<string, Parameter>

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
  /** id of the built-in pack whose values hold where this one gives none; null in a pack that stands alone */
  readonly inherits: string | null
  readonly place: string
  /** what the pack cannot express and what a policy officer should know, in Chinese */
  readonly notes: readonly string[]
  readonly law: readonly LawDocument[]
  /** parameters of the verification rules; null in a pack that holds none */
  readonly verify: Parameters | null
  /** parameters of the assessment; null in a pack that holds none */
  readonly assess: Parameters | null
  /** parameters of the procedure; null in a pack that holds none */
  readonly casework: Parameters | null
}

/** The parts of a pack that hold parameters. */
export const SECTIONS = ['verify', 'assess', 'casework'] as const
export type SectionName = (typeof SECTIONS)[number]

const mark: Reader<Mark> = oneOf('sourced', 'known', 'uncertain', 'proposal')
const anyValue: Reader<ExactValue> = (value) => value

const datedValue = object({ from: date, value: anyValue }, { reviewed_until: nullable(date), clause: text, mark })
const parameterFields = object({ clause: text, mark, values: listOf(datedValue) }, { label: text, unit: text })

/** A value in force as a snapshot stores it; `origin` is written where it is not the pack itself. */
export const storedValue = object(
  { from: date, reviewed_until: nullable(date), clause: text, mark, value: anyValue },
  { origin: text },
)

/** `own` laid over what is inherited: the inherited values hold until the first own one begins. */
export function laidOver(own: Parameter, inherited: Parameter | undefined): Parameter {
  const begins = own.values[0]?.from ?? ''
  return { ...own, values: [...(inherited?.values ?? []).filter(({ from }) => from < begins), ...own.values] }
}

/** The parameter that the YAML entry `value` of the pack `origin` describes, over the inherited one, which lends its label and unit. */
const parameter = (name: string, origin: string, inherited: Parameter | undefined): Reader<Parameter> => {
  return (value, place) => {
    const entry = parameterFields(value, place)
    const { label = inherited?.label, unit = inherited?.unit } = entry
    if (label === undefined || unit === undefined) {
      const missing = within(place, label === undefined ? 'label' : 'unit')
      throw new ReadingFault(missing, `缺少必填字段“${missing}”`)
    }
    if (entry.values.length === 0) throw new ReadingFault(place, `“${place}.values”至少要有一个值`)
    const values = entry.values.map((dated) => ({
      from: dated.from,
      reviewed_until: dated.reviewed_until ?? null,
      value: dated.value,
      clause: dated.clause ?? entry.clause,
      mark: dated.mark ?? entry.mark,
      origin,
    }))
    for (const [i, dated] of values.entries()) {
      if (i > 0 && dated.from <= (values[i - 1]?.from ?? '')) {
        throw new ReadingFault(place, `“${place}.values”须按生效日期先后排列，且日期不得重复`)
      }
    }
    return laidOver({ name, label, unit, values }, inherited)
  }
}

/** Every entry of a parameter file of the pack `origin`, by name, laid over the inherited ones. */
export const parameterFile = (origin: string, inherited: Parameters | null): Reader<Parameters> => {
  return (value, place) => {
    if (!isExactObject(value)) throw new ReadingFault(place, '参数文件应为“参数名: 内容”的对象')
    const own = Object.keys(value).map((name): [string, Parameter] => [
      name,
      parameter(name, origin, inherited?.get(name))(value[name] ?? null, within(place, name)),
    ])
    return new Map([...(inherited ?? []), ...own])
  }
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

/**
 * For tests: messages made from the published OpenAPI files alone. Of every operation the fullest message that its schema describes, and
 * every way to write one of its fields rightly or wrongly. Only what a field means (who asks, about whom, when) is filled in by name.
 */
import { randomUUID } from 'node:crypto'
import type { Demand, Json, JsonObject, Spec } from './dci-spec.ts'

/** What a field is filled with, by its name; a function of the field's place gives a new value each time. */
export type Meanings = Readonly<Record<string, Json | (() => Json)>>

/** One way of writing a message. */
export interface Case {
  readonly name: string
  readonly path: readonly (string | number)[]
  /** Whether the message is a right one. */
  readonly isRight: boolean
  readonly change: (body: JsonObject) => JsonObject
}

/** The fullest message that the schema of an operation describes. */
export function fullMessage(spec: Spec, path: string, meanings: Meanings): JsonObject {
  const built = build(spec, spec.requestPointer(path), '', meanings)
  const errors = spec.requestErrors(path, built)
  if (errors.length > 0) throw new Error(`no right message for ${path}: ${errors.join('; ')}`)
  return built as JsonObject
}

function meaningOf(meanings: Meanings, name: string): Json | undefined {
  const meaning = meanings[name]
  return typeof meaning === 'function' ? meaning() : meaning
}

function build(spec: Spec, pointer: string, name: string, meanings: Meanings): Json {
  const known = meaningOf(meanings, name)
  if (known !== undefined) return structuredClone(known)
  const schema = spec.schemaAt(pointer)
  if (typeof schema.$ref === 'string') return build(spec, schema.$ref.slice(1), name, meanings)
  for (const word of ['oneOf', 'anyOf'])
    if (schema[word] !== undefined) return build(spec, `${pointer}/${word}/0`, name, meanings)
  if (schema.allOf !== undefined) {
    const parts = (schema.allOf as Json[]).map((_, i) => build(spec, `${pointer}/allOf/${i}`, name, meanings))
    return parts.every((part) => typeof part === 'object') ? Object.assign({}, ...parts) : (parts.at(-1) ?? null)
  }
  if (schema.properties !== undefined) {
    const names = Object.keys(schema.properties as JsonObject).filter((one) => meanings[one] !== null)
    const at = (one: string): string => `${pointer}/properties/${encodeURIComponent(one)}`
    return Object.fromEntries(names.map((one) => [one, build(spec, at(one), one, meanings)]))
  }
  return leaf(spec, pointer, schema, name, meanings)
}

function leaf(spec: Spec, pointer: string, schema: JsonObject, name: string, meanings: Meanings): Json {
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null
  if (schema.type === 'array') return [build(spec, `${pointer}/items`, `${name}[]`, meanings)]
  if (schema.format === 'date-time') return meaningOf(meanings, 'timestamp') ?? null
  const plain: Record<string, Json> = { number: 1, integer: 1, boolean: false, object: {} }
  return plain[String(schema.type)] ?? randomUUID()
}

/** The message with one value set, or taken away where it is undefined. */
export function withValue(body: JsonObject, path: readonly (string | number)[], value: Json | undefined): JsonObject {
  const copy = structuredClone(body)
  let node: Json = copy
  for (const step of path.slice(0, -1)) node = (node as JsonObject)[step as string] ?? null
  const last = path.at(-1) as string
  if (value === undefined) delete (node as JsonObject)[last]
  else (node as JsonObject)[last] = value
  return copy
}

const TIMES = {
  right: ['2026-10-12T02:00:00Z', '2026-10-12T10:00:00+08:00', '2026-10-12T10:00:00.123+08:00'],
  wrong: ['2026-10-12T10:00:00', '2026-10-12', '2026-10-12 10:00', '2026-13-45T10:00:00Z', 'soon', ''],
}
const LOCALES = { right: ['eng', 'zho'], wrong: ['en', 'ENG', 'zh-CN', 'engl'] }
const PAGES = { right: [1, 100], wrong: [0, -1, 101, 1.5, 'ten'] }
const PAGE_NUMBERS = { right: [1, 2], wrong: [0, -1, 1.5, 'one'] }

type Writings = { readonly right: readonly Json[]; readonly wrong: readonly Json[] }

function longText(length: number): string {
  return randomUUID().padEnd(length, 'x')
}

function writingsOf(demand: Demand, isRequest: boolean): Writings | undefined {
  const name = String(demand.path.at(-1))
  if (demand.kind === 'maxLength') {
    const most = Number(demand.limit)
    return { right: [longText(most)], wrong: [longText(most + 1)] }
  }
  if (demand.kind === 'enum') return { right: [], wrong: ['no-such-value', 5] }
  if (demand.kind === 'pattern') return LOCALES
  // A time in a request is the moment it was sent, for which there are limits of its own: only its writing is looked at here.
  if (demand.kind === 'format' && demand.limit === 'date-time') return TIMES
  if (demand.kind === 'integer') return { right: [], wrong: ['many', 1.5] }
  if (demand.kind === 'number' && isRequest) return name === 'page_size' ? PAGES : PAGE_NUMBERS
  return undefined
}

/** Every right and wrong way of writing a field of an operation's message. */
export function casesOf(spec: Spec, path: string, body: JsonObject, isRequest: boolean): Case[] {
  return spec.demands(path, body).flatMap((demand): Case[] => {
    const place = { path: demand.path }
    const field = demand.path.join('.')
    if (demand.kind === 'required' || demand.kind === 'optional') {
      const isRight = demand.kind === 'optional'
      return [{ ...place, name: `${field} missing`, isRight, change: (one) => withValue(one, demand.path, undefined) }]
    }
    const writings = writingsOf(demand, isRequest)
    if (writings === undefined) return []
    const written = (values: readonly Json[], isRight: boolean): Case[] =>
      values.map((value) => {
        const shown = typeof value === 'string' && value.length > 30 ? `${value.length} characters` : JSON.stringify(value)
        return { ...place, name: `${field} ${shown}`, isRight, change: (one) => withValue(one, demand.path, value) }
      })
    return [...written(writings.right, true), ...written(writings.wrong, false)]
  })
}

import { z } from 'zod'
import type { Route } from '#kernel/route'

/** JSON schemas of replies, made from the contracts: for the serialiser (undeclared fields never leave) and for OpenAPI. */

export type JsonSchema = { [key: string]: unknown }

/** Words that say what a value must look like; a serialiser has no use for them. */
const checks = new Set([
  'pattern',
  'format',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  '$schema',
  'exclusiveMinimum',
])

function isSchema(x: unknown): x is JsonSchema {
  return typeof x === 'object' && x !== null && !Array.isArray(x)
}

/** X where the schema says "X or null", written either way; the serialiser then needs not try out alternatives. */
function nullable(schema: JsonSchema): JsonSchema | undefined {
  const { type, anyOf: either } = schema
  if (Array.isArray(type) && type.length === 2 && type.includes('null'))
    return { ...schema, type: type.find((name) => name !== 'null') }
  if (!Array.isArray(either) || either.length !== 2) return undefined
  const [only, ...more] = either.filter((option) => !(isSchema(option) && option.type === 'null'))
  return more.length === 0 && isSchema(only) && typeof only.type === 'string' ? only : undefined
}

function leanEntry([key, value]: [string, unknown]): [string, unknown] {
  if (key === 'required' || key === 'enum') return [key, value]
  if (key !== 'properties' || !isSchema(value)) return [key, lean(value)]
  return [key, Object.fromEntries(Object.entries(value).map(([name, property]) => [name, lean(property)]))]
}

function lean(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lean)
  if (!isSchema(schema)) return schema
  const inner = nullable(schema)
  if (inner !== undefined) return { ...(lean(inner) as JsonSchema), nullable: true }
  const kept = Object.entries(schema).filter(([key]) => !checks.has(key))
  return Object.fromEntries(kept.map(leanEntry))
}

/** Schema of what a route answers, for the serialiser. */
export function replySchema(route: Route): unknown {
  return lean(z.toJSONSchema(route.output, { target: 'draft-7', io: 'output', unrepresentable: 'any' }))
}

/** A zod schema as JSON schema for documentation. */
export function documentedSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' }) as JsonSchema
  return rest
}

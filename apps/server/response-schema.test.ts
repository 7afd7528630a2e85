import fastify from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { benefitsRoutes } from '#benefits/contract'
import { caseworkRoutes } from '#casework/contract'
import { documentsRoutes } from '#documents/contract'
import { lineRoutes } from '#exchange/contract'
import { exportsRoutes } from '#exports/contract'
import { filesRoutes } from '#files/contract'
import { identityRoutes } from '#identity/contract'
import { journalRoutes } from '#journal/contract'
import type { Route } from '#kernel/route'
import { PACK_ID } from '#kernel/schema'
import { registryRoutes } from '#registry/contract'
import { revisionsRoutes } from '#revisions/contract'
import { verificationRoutes } from '#verification/contract'
import { openApiOf } from './openapi.ts'
import { documentedSchema, type JsonSchema, replySchema } from './response-schema.ts'

/** What leaves the server is what the action gave: for every route, a value with every null, one with none, and each alternative. */

const routes: readonly Route[] = [
  benefitsRoutes,
  caseworkRoutes,
  revisionsRoutes,
  documentsRoutes,
  exportsRoutes,
  filesRoutes,
  identityRoutes,
  journalRoutes,
  lineRoutes,
  registryRoutes,
  verificationRoutes,
].flatMap((table) => Object.values(table))
const isSchema = (x: unknown): x is JsonSchema => typeof x === 'object' && x !== null && !Array.isArray(x)

const simple: Readonly<Record<string, (pick: number, full: boolean) => unknown>> = {
  null: () => null,
  boolean: (pick) => pick % 2 === 0,
  integer: (_, full) => (full ? 1_234_567_890_123 : 0),
  number: () => 0.5,
  string: () => '汉字 "\\ \n\u2028',
}

/** A value that fits a JSON schema; `pick` chooses among alternatives, `full` fills optional fields and arrays. */
function exampleOf(schema: unknown, pick: number, full: boolean): unknown {
  if (!isSchema(schema)) return 'anything'
  const options = (schema.anyOf ?? schema.oneOf) as unknown[] | undefined
  if (options !== undefined) return exampleOf(options[pick % options.length], pick, full)
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[pick % schema.enum.length]
  return typedExampleOf(schema, pick, full)
}

function typedExampleOf(schema: JsonSchema, pick: number, full: boolean): unknown {
  const { type } = schema
  if (Array.isArray(type)) return exampleOf({ ...schema, type: type[pick % type.length] }, pick, full)
  if (type === 'array') return full ? [exampleOf(schema.items, pick, full), exampleOf(schema.items, pick + 1, full)] : []
  if (type === 'object') return objectOf(schema, pick, full)
  return simple[String(type)]?.(pick, full) ?? (type === 'null' ? null : { free: ['form', 1, null] })
}

function objectOf(schema: JsonSchema, pick: number, full: boolean): Record<string, unknown> {
  const required = new Set((schema.required ?? []) as string[])
  const fields = Object.entries((schema.properties ?? {}) as JsonSchema).filter(([name]) => full || required.has(name))
  const out: Record<string, unknown> = Object.fromEntries(
    fields.map(([name, field], i) => [name, exampleOf(field, pick + (full ? i : 0), full)]),
  )
  if (isSchema(schema.additionalProperties) && full) {
    const names =
      isSchema(schema.propertyNames) && Array.isArray(schema.propertyNames.enum)
        ? (schema.propertyNames.enum as string[])
        : ['键']
    for (const name of names) out[name] = exampleOf(schema.additionalProperties, pick, full)
  }
  return out
}

test.each(routes.filter((route) => route.download !== true).map((route) => [route.name, route] as const))(
  '%s',
  async (_, route) => {
    const schema = z.toJSONSchema(route.output, { target: 'draft-7', io: 'output', unrepresentable: 'any' })
    const app = fastify()
    let value: unknown
    app.get('/', { schema: { response: { 200: replySchema(route) } } }, async () => value)
    for (let pick = 0; pick < 4; pick += 1) {
      for (const full of [true, false]) {
        value = exampleOf(schema, pick, full)
        const reply = await app.inject('/')
        expect(reply.json()).toEqual(value)
      }
    }
    if (isSchema(schema) && schema.additionalProperties === false) {
      value = { ...(value as object), undeclared: '330106199001011234' }
      expect((await app.inject('/')).body).not.toContain('undeclared')
    }
    await app.close()
  },
)

test('the description of the API names every route once', () => {
  const document = openApiOf(routes) as { paths: Record<string, Record<string, { operationId: string }>> }
  const named = Object.values(document.paths).flatMap((operations) =>
    Object.values(operations).map((operation) => operation.operationId),
  )
  expect(named.sort()).toEqual(routes.map((route) => route.name).sort())
})

/** Every property of a schema, at any depth. */
function* propertiesOf(schema: unknown): Generator<[string, Readonly<Record<string, unknown>>]> {
  if (Array.isArray(schema)) for (const part of schema) yield* propertiesOf(part)
  if (!isSchema(schema)) return
  for (const [name, value] of Object.entries(isSchema(schema.properties) ? schema.properties : {})) {
    if (isSchema(value)) yield [name, value]
  }
  for (const part of Object.values(schema)) yield* propertiesOf(part)
}

test('a pack is taken by its id alone, wherever one is named', () => {
  const named = routes.flatMap((route) =>
    [route.params, route.query, route.body].flatMap((part) =>
      part === undefined
        ? []
        : [...propertiesOf(documentedSchema(part, 'input'))].map((property) => [route.name, ...property] as const),
    ),
  )
  const packs = named.filter(([, name, { type }]) => /^pack(Id|[A-Z])?$/.test(name) && type === 'string')
  expect(new Set(packs.map(([route]) => route))).toContain('verification.start-campaign')
  expect(packs.length).toBeGreaterThan(7)
  expect(packs.filter(([, , { pattern }]) => pattern !== PACK_ID.source)).toEqual([])
})

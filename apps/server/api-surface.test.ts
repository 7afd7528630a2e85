import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { breaksOf, type Surface, surfaceOf, versionFaults } from './api-surface.ts'
import { openApiOf } from './openapi.ts'

/** One planted change per line; what breaks a caller must be named, what does not must pass. */

const query = z.object({ q: z.string().optional(), limit: z.int() })
const body = z.object({
  note: z.string(),
  kind: z.enum(['a', 'b']).optional(),
  moves: z.array(
    z.discriminatedUnion('do', [z.object({ do: z.literal('set'), to: z.string() }), z.object({ do: z.literal('drop') })]),
  ),
})
const output = z.object({
  id: z.string(),
  n: z.int().nullable(),
  state: z.enum(['open', 'closed']),
  rows: z.array(z.object({ name: z.string(), hint: z.string().optional() })),
})

type Parts = { query?: z.ZodType; body?: z.ZodType; output?: z.ZodType; permission?: string }

function surface(parts: Parts = {}, version = '1.0.0'): Surface {
  const route = defineRoute({
    name: 'test.move',
    method: 'POST',
    path: '/api/things/:thingId',
    permission: 'public',
    params: z.object({ thingId: z.string() }),
    query,
    body,
    output,
    ...parts,
  })
  return { ...surfaceOf(openApiOf([route])), version }
}

const was = surface()
const changes = (parts: Parts): string[] =>
  breaksOf(was, surface(parts)).map((text) => text.replace('POST /things/{thingId}: ', ''))

test('a surface lists every field with its type, alternatives apart', () => {
  expect(was.operations['POST /things/{thingId}']).toEqual({
    signedIn: false,
    input: {
      'path.thingId': 'string',
      'query.limit': 'integer',
      'query.q': 'string ?',
      body: 'object',
      'body.note': 'string',
      'body.kind': '"a" | "b" ?',
      'body.moves': 'array',
      'body.moves[]': 'object',
      'body.moves[]<do=set>': 'object',
      'body.moves[]<do=set>.do': '"set"',
      'body.moves[]<do=set>.to': 'string',
      'body.moves[]<do=drop>': 'object',
      'body.moves[]<do=drop>.do': '"drop"',
    },
    output: {
      reply: 'object',
      'reply.id': 'string',
      'reply.n': 'integer | null',
      'reply.state': '"closed" | "open"',
      'reply.rows': 'array',
      'reply.rows[]': 'object',
      'reply.rows[].name': 'string',
      'reply.rows[].hint': 'string ?',
    },
  })
})

const rowsOf = (row: z.ZodType) => ({ output: output.extend({ rows: z.array(row) }) })
const drop = z.object({ do: z.literal('drop') })

test.each<[string, Parts, string]>([
  ['a reply without a field', { output: output.omit({ id: true }) }, 'reply.id is no longer given'],
  ['a row without a field', rowsOf(z.object({ hint: z.string().optional() })), 'reply.rows[].name is no longer given'],
  ['a field that may be missing', { output: output.partial({ id: true }) }, 'reply.id may now be missing'],
  ['a field that may be null', { output: output.extend({ id: z.string().nullable() }) }, 'reply.id may now be null'],
  ['a reply of another type', { output: output.extend({ n: z.string() }) }, 'reply.n may now be string'],
  ['a number that may be broken', { output: output.extend({ n: z.number().nullable() }) }, 'reply.n may now be number'],
  ['a closed list that is open', { output: output.extend({ state: z.string() }) }, 'reply.state may now be string'],
  ['a new field to be given', { body: body.extend({ why: z.string() }) }, 'body.why must be given and is new'],
  ['a new parameter to be given', { query: query.extend({ on: z.string() }) }, 'query.on must be given and is new'],
  ['a field that must now be given', { query: query.required({ q: true }) }, 'query.q must now be given'],
  ['a field that is no longer taken', { body: body.omit({ kind: true }) }, 'body.kind is no longer taken'],
  ['a value that is no longer taken', { body: body.extend({ kind: z.enum(['a']).optional() }) }, 'body.kind no longer takes "b"'],
  ['an input of another type', { body: body.extend({ note: z.int() }) }, 'body.note no longer takes string'],
  ['an alternative that is gone', { body: body.extend({ moves: z.array(drop) }) }, 'body.moves[]<do=set> is no longer taken'],
  ['an open operation that needs an account', { permission: 'signed-in' }, 'needs an account now'],
])('%s breaks a caller', (_, parts, named) => {
  expect(changes(parts)).toContain(named)
})

test('an operation that is gone breaks a caller', () => {
  expect(breaksOf(was, { version: '1.1.0', operations: {} })).toEqual(['POST /things/{thingId}: is gone'])
})

test.each<[string, Parts]>([
  ['a new field in the reply', { output: output.extend({ more: z.string() }) }],
  ['a new value of a closed list in the reply', { output: output.extend({ state: z.enum(['open', 'closed', 'kept']) }) }],
  ['a reply that is never null', { output: output.extend({ n: z.int() }) }],
  ['a reply field that is always there', rowsOf(z.object({ name: z.string(), hint: z.string() }))],
  ['a new field that may be given', { body: body.extend({ why: z.string().optional() }) }],
  ['a new object whose own field must be given', { body: body.extend({ more: z.object({ x: z.int() }).optional() }) }],
  ['a field that may now be left out', { body: body.partial({ note: true }) }],
  ['an open list that was closed', { body: body.extend({ kind: z.string().optional() }) }],
  ['a wider number', { query: query.extend({ limit: z.number() }) }],
  [
    'a further alternative',
    {
      body: body.extend({
        moves: z.array(z.discriminatedUnion('do', [...bodyMoves(), z.object({ do: z.literal('swap'), by: z.int() })])),
      }),
    },
  ],
])('%s breaks nobody', (_, parts) => {
  expect(changes(parts)).toEqual([])
})

function bodyMoves() {
  return [z.object({ do: z.literal('set'), to: z.string() }), z.object({ do: z.literal('drop') })] as const
}

test('a break needs a new major, any other change a new minor', () => {
  const broken = { output: output.omit({ id: true }) }
  const grown = { output: output.extend({ more: z.string() }) }
  expect(versionFaults(was, surface(broken, '1.9.0'))).toEqual(['POST /things/{thingId}: reply.id is no longer given'])
  expect(versionFaults(was, surface(broken, '2.0.0'))).toEqual([])
  expect(versionFaults(was, surface(grown, '1.0.0'))).toEqual(['the API has changed: raise the minor of 1.0.0'])
  expect(versionFaults(was, surface(grown, '1.1.0'))).toEqual([])
  expect(versionFaults(was, was)).toEqual([])
})

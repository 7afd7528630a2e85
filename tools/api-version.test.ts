import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Surface, surfaceOf, versionFaults } from '../apps/server/api-surface.ts'
import { API_VERSION, openApiOf } from '../apps/server/openapi.ts'
import { readRoutes } from './generate-api.ts'

/** The description of the API is a valid one, and keeps what its released version promises (docs/api.md). */

type Json = Record<string, unknown>
const released = JSON.parse(readFileSync('docs/openapi-baseline.json', 'utf8')) as Surface
let document: Json

beforeAll(async () => {
  document = openApiOf(await readRoutes())
})

// ajv takes the dynamic anchor of the innermost scope; without a dialect of its own the reference always means the plain schema.
const published = readFileSync('testkit/fixtures/openapi-3.1-schema.yaml', 'utf8')
const rules = parse(published.replaceAll("$dynamicRef: '#meta'", "$ref: '#/$defs/schema'")) as Json
const ajv = new Ajv2020({ strict: false, validateFormats: false })
const isDocument = ajv.compile(rules)

function faultsOf(given: Json): string[] {
  isDocument(given)
  return (isDocument.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`)
}

/** Every schema within the document. */
function schemasIn(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === 'schema' ? [inner as Json] : schemasIn(inner)))
}

it('is an OpenAPI 3.1 document', () => {
  expect(faultsOf(document)).toEqual([])
  expect(schemasIn(document).length).toBeGreaterThan(100)
  for (const schema of schemasIn(document)) expect(ajv.validateSchema(schema)).toBe(true)
})

it('a document at fault is told', () => {
  expect(faultsOf({ ...document, info: { title: '应保' } })).toContain("/info must have required property 'version'")
  expect(faultsOf({ ...document, paths: { sessions: {} } })).not.toEqual([])
  expect(ajv.validateSchema({ type: 'text' })).toBe(false)
})

it('keeps what the released version promises', () => {
  expect(API_VERSION).toMatch(/^\d+\.\d+\.\d+$/)
  expect(versionFaults(released, surfaceOf(document))).toEqual([])
})

it('a promise that is broken is told', () => {
  const paths = document.paths as Record<string, Json>
  const { '/session': _, ...others } = paths
  expect(
    versionFaults(
      released,
      surfaceOf({ ...document, info: { ...(document.info as Json), version: released.version }, paths: others }),
    ),
  ).toContain('GET /session: is gone')
})

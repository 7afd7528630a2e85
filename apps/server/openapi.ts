import type { z } from 'zod'
import type { Route } from '#kernel/route'
import { documentedSchema, type JsonSchema } from './response-schema.ts'

/** The API's description, made from the same routes that are mounted. */

/** Version of the API, not of the product: docs/api.md says what raises it, and docs/openapi-baseline.json holds the released one. */
export const API_VERSION = '2.0.0'

/** Address under which this major version is served; the pages of the same release use the one without a version. */
export const API_ROOT = `/api/v${API_VERSION.split('.')[0] ?? ''}`

const problem: JsonSchema = {
  description: '未完成的原因：code 固定不变，message 为中文说明',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['code', 'status', 'message'],
        properties: {
          code: { type: 'string' },
          status: { type: 'integer' },
          message: { type: 'string' },
          details: { type: 'object' },
          requestId: { type: 'string' },
        },
      },
    },
  },
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): JsonSchema[] {
  if (schema === undefined) return []
  const { properties, required } = documentedSchema(schema, 'input')
  const needed = new Set(Array.isArray(required) ? (required as string[]) : [])
  return Object.entries((properties ?? {}) as Record<string, unknown>).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || needed.has(name),
    schema: property,
  }))
}

function bodyOf(route: Route): JsonSchema {
  if (route.upload === true) return { requestBody: { required: true, content: { 'application/octet-stream': { schema: {} } } } }
  if (route.body === undefined) return {}
  return { requestBody: { required: true, content: { 'application/json': { schema: documentedSchema(route.body, 'input') } } } }
}

function operationOf(route: Route): JsonSchema {
  const reply =
    route.download === true
      ? { 'application/octet-stream': { schema: {} } }
      : { 'application/json': { schema: documentedSchema(route.output, 'output') } }
  return {
    operationId: route.name,
    tags: [route.name.split('.')[0] ?? ''],
    'x-permission': route.permission,
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...bodyOf(route),
    ...(route.permission === 'public' ? { security: [] } : {}),
    responses: { 200: { description: '完成', content: reply }, default: problem },
  }
}

/** The OpenAPI 3.1 document of a list of routes, with addresses under the versioned root. */
export function openApiOf(routes: readonly Route[]): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const route of routes) {
    const path = route.path.slice('/api'.length).replace(/:([A-Za-z]+)/g, '{$1}')
    const operations = paths[path] ?? {}
    operations[route.method.toLowerCase()] = operationOf(route)
    paths[path] = operations
  }
  return {
    openapi: '3.1.0',
    info: { title: '应保 Yingbao', version: API_VERSION },
    servers: [{ url: API_ROOT }],
    security: [{ session: [] }],
    components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'yingbao' } } },
    paths,
  }
}

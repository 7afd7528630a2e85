/** OpenAPI description and permission matrix, read from the contracts of all capabilities. */
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Route } from '#kernel/route'

type Json = Record<string, unknown>

function isRoute(value: unknown): value is Route {
  return (
    typeof value === 'object' &&
    value !== null &&
    'method' in value &&
    'path' in value &&
    'permission' in value &&
    'output' in value
  )
}

/** Every route of every contract, by path and method; the same route exported twice counts once. */
export async function readRoutes(): Promise<Route[]> {
  const files = [...globSync('src/*/contract.ts'), ...globSync('src/*/contract/*.ts')].filter(
    (file) => !file.endsWith('.test.ts'),
  )
  const routes = new Map<string, Route>()
  for (const file of files.sort()) {
    const module = (await import(join(process.cwd(), file))) as Json
    for (const value of Object.values(module)) if (isRoute(value)) routes.set(`${value.path} ${value.method}`, value)
  }
  return [...routes.keys()]
    .sort()
    .map((key) => routes.get(key))
    .filter((route) => route !== undefined)
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'openapi-3.0' }) as Json
  return rest
}

function parametersOf(route: Route): Json[] {
  const list = (schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] => {
    if (schema === undefined) return []
    const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Json; required?: string[] }
    return Object.entries(properties).map(([name, each]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema: each,
    }))
  }
  return [...list(route.params, 'path'), ...list(route.query, 'query')]
}

function requestBody(route: Route): Json | undefined {
  if (route.upload)
    return { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } }
  if (route.body === undefined) return undefined
  return { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } }
}

function operation(route: Route): Json {
  const reply = route.download
    ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
    : { 'application/json': { schema: schemaOf(route.output, 'output') } }
  const body = requestBody(route)
  return {
    operationId: route.name,
    tags: [route.name.split('.')[0]],
    'x-permission': route.permission,
    parameters: parametersOf(route),
    ...(body ? { requestBody: body } : {}),
    responses: {
      200: { description: 'OK', content: reply },
      default: { description: 'Problem', content: { 'application/problem+json': {} } },
    },
  }
}

/** docs/openapi.json: OpenAPI 3.0, one operation per route. */
export function openApi(routes: readonly Route[]): string {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  const document = {
    openapi: '3.0.3',
    info: {
      title: '应保 Yingbao',
      version: '0.1.0',
      description: 'Generated from the contracts by npm run gen; do not edit.',
      license: { name: 'Apache-2.0' },
    },
    paths,
  }
  return `${JSON.stringify(document, null, 1)}\n`
}

type RoleTable = { rolePermissions: Readonly<Record<string, readonly string[]>>; roleLabels?: Readonly<Record<string, string>> }

/** docs/permissions.md: route × role; null while identity has no table of permissions. */
export async function permissionMatrix(routes: readonly Route[]): Promise<string | null> {
  const file = 'src/identity/permissions.ts'
  if (!existsSync(file)) return null
  const { rolePermissions, roleLabels } = (await import(join(process.cwd(), file))) as RoleTable
  if (rolePermissions === undefined) return null
  const roles = Object.keys(rolePermissions)
  const may = (role: string, permission: string): string =>
    permission === 'public' || permission === 'signed-in' || rolePermissions[role]?.includes(permission) ? '✓' : ''
  const rows = routes.map((route) => {
    return `| ${route.method} | \`${route.path}\` | ${route.permission} | ${roles.map((role) => may(role, route.permission)).join(' | ')} |\n`
  })
  const head = `| Method | Path | Permission | ${roles.map((role) => roleLabels?.[role] ?? role).join(' | ')} |\n|${'---|'.repeat(roles.length + 3)}\n`
  return `# Who may do what\n\n<!-- Generated from the contracts and src/identity/permissions.ts by npm run gen; do not edit. -->\n\n${head}${rows.join('')}`
}

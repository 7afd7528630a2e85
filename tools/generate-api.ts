/** OpenAPI description and permission matrix, read from the contracts of all capabilities. */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { isPermitted, ROLES } from '#identity'
import type { Route } from '#kernel/route'
import { surfaceOf } from '../apps/server/api-surface.ts'
import { openApiOf } from '../apps/server/openapi.ts'

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

/** docs/openapi.json: the document the server gives at /api/v2/openapi.json, a line for each path. */
export function openApi(routes: readonly Route[]): string {
  const { paths, ...head } = openApiOf(routes)
  const line = ([path, operations]: [string, unknown]): string => `${JSON.stringify(path)}:${JSON.stringify(operations)}`
  const lines = Object.entries(paths ?? {})
    .map(line)
    .join(',\n')
  return `${JSON.stringify(head).slice(0, -1)},"paths":{\n${lines}\n}}\n`
}

/** docs/openapi-baseline.json: what the released version of the API promises; later ones are held against it. */
export function releasedApi(routes: readonly Route[]): string {
  return `${JSON.stringify(surfaceOf(openApiOf(routes)), null, 1)}\n`
}

/** docs/permissions.md: route × role. */
export function permissionMatrix(routes: readonly Route[]): string {
  const roles = Object.entries(ROLES)
  const rows = routes.map((route) => {
    const marks = roles.map(([role]) => (isPermitted(role, route.permission) ? '✓' : ''))
    return `| ${route.method} | \`${route.path}\` | ${route.permission} | ${marks.join(' | ')} |\n`
  })
  const head = `| Method | Path | Permission | ${roles.map(([, label]) => label).join(' | ')} |\n|${'---|'.repeat(roles.length + 3)}\n`
  return `# Who may do what\n\n<!-- Generated from the contracts and src/identity/contract/permissions.ts by npm run gen; do not edit. -->\n\n${head}${rows.join('')}`
}

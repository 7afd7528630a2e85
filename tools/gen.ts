/**
 * Writes every generated file (`npm run gen`), or tells which of them are stale (`--check`, exit code 1).
 * A generated file says so in its first lines; its source is the code, never the other way round.
 * `--release-api` also writes what the API promises from now on (docs/api.md); nothing else may change that file.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { openApi, permissionMatrix, readRoutes, releasedApi } from './generate-api.ts'
import { architectureLevels, codeLists, glossary, packageTables, parameters } from './generate-docs.ts'
import { documentWithFigures } from './generate-figures.ts'

/** Path → text. `null` leaves the file alone (its source does not exist). */
async function outputs(): Promise<Map<string, string | null>> {
  const routes = await readRoutes()
  return new Map([
    ['docs/glossary.md', glossary()],
    ['docs/code-lists.md', codeLists()],
    ['docs/package-tables.md', packageTables()],
    ['docs/parameters.md', parameters()],
    ['docs/openapi.json', openApi(routes)],
    ['docs/openapi-baseline.json', process.argv.includes('--release-api') ? releasedApi(routes) : null],
    ['docs/permissions.md', permissionMatrix(routes)],
    ['ARCHITECTURE.md', architectureLevels('ARCHITECTURE.md')],
    ...['README.md', 'README.zh.md', 'docs/figures.md'].map((path) => [path, documentWithFigures(path)] as const),
  ])
}

const check = process.argv.includes('--check')
const stale: string[] = []
for (const [path, text] of await outputs()) {
  if (text === null || (existsSync(path) && readFileSync(path, 'utf8') === text)) continue
  stale.push(path)
  if (check) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
const verb = check ? 'stale, run npm run gen' : 'written'
process.stdout.write(stale.length > 0 ? `${verb}: ${stale.join(', ')}\n` : 'generated files are fresh\n')
if (check && stale.length > 0) process.exitCode = 1

/**
 * Violations of the architecture, one or more per rule of .dependency-cruiser.cjs. tools/architecture.test.ts writes them into a
 * copy of the tree and expects each to be reported under the rule named here.
 */
export type Planted = { rule: string; path: string; code: string }

/** A capability that `name` must not import, per level table. */
export type Level = { level: number; name: string }

/** The module that planted files import; it stands in every folder of src/, and in apps/. */
export const target = 'planted-target.ts'
export const targetCode = 'export const planted = 1\n'

function importing(rule: string, path: string, from: string): Planted {
  return { rule, path, code: `import { planted } from '${from}'\nexport const value = planted\n` }
}

/** One violation of every level rule: an import of the next capability that stands on the same or a higher level. */
export function plantedLevels(levels: readonly Level[]): Planted[] {
  return levels.flatMap(({ level, name }) => {
    const other = levels.find((candidate) => candidate.level >= level && candidate.name !== name)
    return other ? [importing(`level-${name}`, `src/${name}/planted-level.ts`, `../${other.name}/${target}`)] : []
  })
}

/** The other half of the planted cycle: a cycle is reported once, at the file that is read first. */
export const plantedHalf: Planted = importing('no-cycle', 'src/journal/planted-b.ts', './planted-a.ts')

/** Violations of all other rules. */
export const plantedImports: readonly Planted[] = [
  importing('no-cycle', 'src/journal/planted-a.ts', './planted-b.ts'),
  importing('known-folder', 'src/journal/planted-unknown.ts', `../sundry/${target}`),
  importing('src-stands-alone', 'src/journal/planted-app.ts', `../../apps/${target}`),
  importing('use-the-door', 'src/verification/planted-deep.ts', `../registry/${target}`),
  importing('use-the-door-from-outside', 'apps/server/planted-deep.ts', `../../src/registry/${target}`),
  importing('gateway-sees-kernel-wire-and-sources', 'apps/gateway/planted.ts', `../../src/platform/${target}`),
  importing('wire-sees-kernel', 'src/wire/transports/planted.ts', `../../platform/${target}`),
  importing('browser-sees-kernel-and-contracts', 'apps/web/planted.ts', `../../src/platform/${target}`),
  {
    rule: 'browser-without-node',
    path: 'apps/web/planted-node.ts',
    code: "import { readFileSync } from 'node:fs'\nexport const value = readFileSync\n",
  },
  {
    rule: 'browser-without-node',
    path: 'src/registry/contract/planted-node.ts',
    code: "import { readFileSync } from 'node:fs'\nexport const value = readFileSync\n",
  },
  importing('contract-is-portable', 'src/registry/contract/planted.ts', `../${target}`),
  importing('rules-pure', 'src/verification/rules/planted.ts', `../${target}`),
  importing('rules-pure', 'src/verification/rules/planted-platform.ts', `../../platform/${target}`),
  {
    rule: 'rules-without-node',
    path: 'src/verification/rules/planted-node.ts',
    code: "import { hash } from 'node:crypto'\nexport const value = hash\n",
  },
  {
    rule: 'rules-without-node',
    path: 'src/kernel/planted-node.ts',
    code: "import { hash } from 'node:crypto'\nexport const value = hash\n",
  },
  {
    rule: 'rules-without-packages',
    path: 'src/verification/rules/planted-package.ts',
    code: "import pg from 'pg'\nexport const value = pg\n",
  },
  { rule: 'sql-in-stores', path: 'src/verification/actions/planted.ts', code: "import pg from 'pg'\nexport const value = pg\n" },
  {
    rule: 'sql-in-stores',
    path: 'src/verification/actions/planted-type.ts',
    code: "import type { Pool } from 'pg'\nexport type Value = Pool\n",
  },
  importing('not-resolvable', 'src/journal/planted-lost.ts', './planted-nowhere.ts'),
]

const lines = (count: number, line: string): string => `${line}\n`.repeat(count)

/** Violations of the lint rules the house relies on; tools/architecture.test.ts expects Biome to name each rule. */
export const plantedLint: readonly Planted[] = [
  {
    rule: 'suspicious/noImportCycles',
    path: 'src/journal/cycle-a.ts',
    code: "import { b } from './cycle-b.ts'\nexport const a = () => b\n",
  },
  {
    rule: 'suspicious/noImportCycles',
    path: 'src/journal/cycle-b.ts',
    code: "import { a } from './cycle-a.ts'\nexport const b = () => a\n",
  },
  { rule: 'style/noExcessiveLinesPerFile', path: 'src/journal/long.ts', code: lines(401, 'export {}') },
  {
    rule: 'complexity/noExcessiveLinesPerFunction',
    path: 'src/journal/long-function.ts',
    code: `export function long() {\n${lines(61, '  work()')}}\n`,
  },
  {
    rule: 'complexity/noExcessiveCognitiveComplexity',
    path: 'src/journal/tangled.ts',
    code: `export function tangled(x: number) {\n${lines(8, '  if (x > 1) { if (x > 2) { x += 1 } }')}  return x\n}\n`,
  },
  { rule: 'style/noDefaultExport', path: 'src/journal/default.ts', code: 'export default 1\n' },
  { rule: 'style/useFilenamingConvention', path: 'src/journal/CamelCase.ts', code: 'export const a = 1\n' },
  {
    rule: 'nursery/noFloatingPromises',
    path: 'src/journal/floating.ts',
    code: 'async function later(): Promise<number> { return await Promise.resolve(1) }\nexport function now() { later() }\n',
  },
  { rule: 'style/noProcessEnv', path: 'src/journal/environment.ts', code: 'export const home = process.env.HOME\n' },
  { rule: 'style/noRestrictedGlobals', path: 'src/verification/rules/asking/clock.ts', code: 'export const now = Date.now()\n' },
  { rule: 'style/noRestrictedGlobals', path: 'src/kernel/float.ts', code: 'export const half = Math.round(0.5)\n' },
  { rule: 'style/noRestrictedGlobals', path: 'src/verification/actions/clock.ts', code: 'export const now = new Date()\n' },
  { rule: 'suspicious/noConsole', path: 'src/journal/loud.ts', code: "console.log('x')\nexport {}\n" },
  { rule: 'suspicious/noExplicitAny', path: 'src/journal/any.ts', code: 'export const x = (y: any) => y\n' },
  { rule: 'suspicious/noTsIgnore', path: 'src/journal/ignored.ts', code: '// @ts-ignore\nexport const x = 1\n' },
  {
    rule: 'suspicious/noSkippedTests',
    path: 'src/journal/skipped.test.ts',
    code: "import { it } from 'vitest'\nit.skip('x', () => {})\n",
  },
  {
    rule: 'suspicious/noFocusedTests',
    path: 'src/journal/focused.test.ts',
    code: "import { it } from 'vitest'\nit.only('x', () => {})\n",
  },
  { rule: 'style/noNonNullAssertion', path: 'src/journal/sure.ts', code: 'export const x = (y: string | null) => y!.length\n' },
  { rule: 'style/noEnum', path: 'src/journal/enumerated.ts', code: 'export enum Colour { Red }\n' },
]

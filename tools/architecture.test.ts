import { execFile } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Level,
  type Planted,
  plantedHalf,
  plantedImports,
  plantedLevels,
  plantedLint,
  target,
  targetCode,
} from './planted-imports.ts'

/**
 * The guards are tested themselves: a copy of the tree gets one violation per rule, and each must be reported by that rule.
 * A guard that reads nothing would pass for ever, so the number of modules read is held against the number of files.
 */
const root = process.cwd()
const require = createRequire(import.meta.url)
const { levels } = require('./levels.cjs') as { levels: Level[] }
const cruiserConfig = require('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] }
const folders = ['src', 'apps', 'packs', 'synth', 'bench', 'testkit', 'tools'].filter((folder) => existsSync(folder))

type CruiseResult = {
  modules: { source: string }[]
  summary: { violations: { from: string; rule: { name: string } }[] }
}

const made: string[] = []

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yingbao-guards-'))
  made.push(folder)
  return folder
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** Runs a tool; a non-zero exit is expected when violations are planted. */
function output(program: string, args: string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, maxBuffer: 1 << 28 }, (_error, stdout, stderr) => resolve(stdout || stderr))
  })
}

function copyOfTheTree(): string {
  const copy = temporaryFolder()
  const isCode = (path: string) => !/\.[a-z0-9]+$/.test(path) || /\.(ts|tsx|cjs|mjs|json)$/.test(path)
  for (const folder of folders) cpSync(folder, join(copy, folder), { recursive: true, filter: isCode })
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) cpSync(file, join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

describe('levels and doors', () => {
  const planted: Planted[] = [...plantedLevels(levels), ...plantedImports]
  let result: CruiseResult
  let files: string[]

  beforeAll(async () => {
    const copy = copyOfTheTree()
    files = folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: copy }))
    for (const { name } of levels) write(copy, `src/${name}/${target}`, targetCode)
    write(copy, `src/sundry/${target}`, targetCode)
    write(copy, `apps/${target}`, targetCode)
    for (const { path, code } of [...planted, plantedHalf]) write(copy, path, code)
    const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
    const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders]
    result = JSON.parse(await output(process.execPath, args, copy)) as CruiseResult
  }, 120_000)

  it('reads every TypeScript file of the tree', () => {
    expect(files.length).toBeGreaterThan(100)
    const read = new Set(result.modules.map((module) => module.source))
    expect(files.filter((file) => !read.has(file))).toEqual([])
    expect(read.size).toBeGreaterThanOrEqual(files.length)
  })

  it.each(planted)('$rule catches $path', ({ rule, path }) => {
    const rules = result.summary.violations.filter((violation) => violation.from === path).map((violation) => violation.rule.name)
    expect(rules).toContain(rule)
  })

  it('has a planted violation for every rule', () => {
    const proven = new Set(planted.map((entry) => entry.rule))
    expect(cruiserConfig.forbidden.map((rule) => rule.name).filter((name) => !proven.has(name))).toEqual([])
  })

  it('knows every folder of src', () => {
    const present = new Set(globSync('src/*/').map((path) => path.replace(/\/$/, '').slice('src/'.length)))
    expect([...present].filter((name) => !levels.some((level) => level.name === name))).toEqual([])
  })
})

describe('lint rules', () => {
  let found: { rule: string; path: string }[]

  beforeAll(async () => {
    const folder = temporaryFolder()
    for (const { path, code } of plantedLint) write(folder, path, code)
    const settings = JSON.parse(readFileSync('biome.json', 'utf8')) as Record<string, unknown>
    write(folder, 'biome.json', JSON.stringify({ ...settings, $schema: undefined, vcs: { enabled: false } }))
    write(folder, 'package.json', '{"name":"planted","type":"module"}')
    const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.']
    const text = await output(join(root, 'node_modules/.bin/biome'), args, folder)
    const report = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as {
      diagnostics: { category: string; severity: string; location: { path: string | { file: string } } }[]
    }
    found = report.diagnostics
      .filter((entry) => entry.severity === 'error')
      .map(({ category, location }) => ({
        rule: category.replace('lint/', ''),
        path: typeof location.path === 'string' ? location.path : location.path.file,
      }))
  }, 60_000)

  it.each(plantedLint)('$rule catches $path', ({ rule, path }) => {
    expect(found.filter((entry) => entry.path.endsWith(path)).map((entry) => entry.rule)).toContain(rule)
  })
})

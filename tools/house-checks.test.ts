import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type Check,
  foldersNamedWrong,
  migrationsInOrder,
  noForbiddenNames,
  noLeftovers,
  noLongFiles,
  noSkippedTests,
  noSuppressions,
  pathsNamedIn,
  pathsThatAreMissing,
  readmesOfOnePage,
  sqlOnlyInStores,
  type TreeFile,
} from './house-checks.ts'

const folders = ['src', 'apps', 'packs', 'synth', 'bench', 'testkit', 'e2e', 'db', 'scripts', 'bin', 'tools']
const proofs = new Set(['tools/house-checks.ts', 'tools/house-checks.test.ts', 'tools/planted-imports.ts'])
const code: TreeFile[] = folders
  .flatMap((folder) => globSync(`${folder}/**/*`))
  .filter((path) => !proofs.has(path) && !path.includes('node_modules') && statSync(path).isFile())
  .map((path) => ({ path, text: /\.(ts|tsx|mjs|cjs|js|sql|md)$/.test(path) ? readFileSync(path, 'utf8') : '' }))
const documents: TreeFile[] = ['ARCHITECTURE.md', 'README.md', 'README.zh.md', 'CONTRIBUTING.md']
  .filter((path) => existsSync(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const tree = [...code, ...documents]

/** One planted fault and one clean neighbour per check: the check must report the first only. */
const cases: { name: string; check: Check; fault: TreeFile; clean: TreeFile }[] = [
  {
    name: 'no skipped tests',
    check: noSkippedTests,
    fault: { path: 'src/a/x.test.ts', text: "describe.skipIf(true)('x', () => {})" },
    clean: { path: 'src/a/y.test.ts', text: "it('skips blank lines', () => {})" },
  },
  {
    name: 'no long files',
    check: noLongFiles,
    fault: { path: 'src/a/x.ts', text: 'a\n'.repeat(401) },
    clean: { path: 'src/a/y.ts', text: 'a\n'.repeat(400) },
  },
  {
    name: 'no forbidden names',
    check: noForbiddenNames,
    fault: { path: 'src/a/date-utils.ts', text: '' },
    clean: { path: 'src/a/database.ts', text: '' },
  },
  {
    name: 'no suppressions',
    check: noSuppressions,
    fault: { path: 'src/a/x.ts', text: '// biome-ignore lint: because' },
    clean: { path: 'src/a/y.ts', text: '// ignores nothing' },
  },
  {
    name: 'nothing left for later',
    check: noLeftovers,
    fault: { path: 'src/a/x.ts', text: '// TODO: later' },
    clean: { path: 'src/a/y.ts', text: "const todo = 'x'" },
  },
  {
    name: 'SQL only in stores',
    check: sqlOnlyInStores,
    fault: { path: 'src/a/actions/x.ts', text: "await tx.query('select 1 from household')" },
    clean: { path: 'src/a/store.ts', text: "await tx.query('select 1 from household')" },
  },
  {
    name: 'migrations in order',
    check: migrationsInOrder,
    fault: { path: 'db/migrations/0003_registry.sql', text: '' },
    clean: { path: 'db/migrations/0001_registry.sql', text: '' },
  },
  {
    name: 'READMEs of one page',
    check: readmesOfOnePage,
    fault: { path: 'README.zh.md', text: 'a\n'.repeat(81) },
    clean: { path: 'README.md', text: 'a\n'.repeat(80) },
  },
]

describe.each(cases)('$name', ({ check, fault, clean }) => {
  it('reports the planted fault', () => {
    expect(check([fault])).not.toEqual([])
  })
  it('leaves the clean neighbour alone', () => {
    expect(check([clean])).toEqual([])
  })
  it('holds in the tree', () => {
    expect(check(tree)).toEqual([])
  })
})

describe('paths named in documents', () => {
  it('finds paths in prose and in back quotes', () => {
    expect(pathsNamedIn('see `src/kernel/money.ts`, apps/web/ and docs/rules.md.')).toEqual([
      'src/kernel/money.ts',
      'apps/web/',
      'docs/rules.md',
    ])
  })
  it('reports a path that is missing', () => {
    expect(pathsThatAreMissing([{ path: 'A.md', text: 'src/kernel/none.ts' }], () => false)).toEqual([
      'A.md names src/kernel/none.ts',
    ])
  })
  it('exist', () => {
    expect(pathsThatAreMissing(documents, existsSync)).toEqual([])
  })
})

describe('folders named in a README', () => {
  const foldersOf = (pattern: string): string[] => globSync(pattern).filter((path) => statSync(path).isDirectory())
  const ignored = readFileSync('.gitignore', 'utf8').split('\n')
  const folders = foldersOf('*').filter((path) => !ignored.includes(`${path}/`))
  const capabilities = foldersOf('src/*').map((path) => path.slice('src/'.length))
  const table = '| `src/` | parts: kernel 基础、files |\n| `a/`, `b/` | x |\n'

  it('are held against those that are there', () => {
    expect(foldersNamedWrong({ path: 'R.md', text: table }, ['src', 'a', 'b'], ['kernel', 'files'])).toEqual([])
    expect(foldersNamedWrong({ path: 'R.md', text: table }, ['src', 'b', 'c'], ['kernel', 'ledgers'])).toEqual([
      'R.md lacks c/',
      'R.md names a/',
      'R.md lacks src/ledgers/',
      'R.md names src/files/',
    ])
  })

  it.each(documents.filter(({ path }) => path.startsWith('README')))('are those of the tree: $path', (readme) => {
    expect(folders.length).toBeGreaterThan(10)
    expect(capabilities.length).toBeGreaterThan(10)
    expect(foldersNamedWrong(readme, folders, capabilities)).toEqual([])
  })
})

it('finds a README of few, long lines too long for a page', () => {
  expect(readmesOfOnePage([{ path: 'README.md', text: `${'a'.repeat(200)}\n`.repeat(60) }])).toEqual([
    'README.md 60 lines, 12060 characters',
  ])
})

it('reads the tree', () => {
  expect(tree.length).toBeGreaterThan(50)
})

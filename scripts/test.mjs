// `npm test`: installs what is missing, then runs every guard and every test, and ends with the plain line
// `N passed, N failed`. `npm test -- word` runs only tests whose file name contains the word;
// `npm test -- --only=guards,unit,db,server,web,e2e` picks steps.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgresServer } from './postgres-server.mjs'
import { buildWeb, checkStarter, installDependencies, installTestPackages, node24, root, run, say } from './setup.mjs'

const allSteps = ['guards', 'unit', 'web', 'db', 'server', 'e2e']
const options = process.argv.slice(2)
const only = options.find((option) => option.startsWith('--only='))
const words = options.filter((option) => !option.startsWith('--'))
const steps = only ? only.slice('--only='.length).split(',') : words.length > 0 ? ['unit', 'web', 'db'] : allSteps
const unknown = [
  ...steps.filter((step) => !allSteps.includes(step)),
  ...options.filter((option) => option.startsWith('--') && option !== only),
]
const reports = join(root, 'var', 'test')
const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []

function count(name, passed, detail = '') {
  if (passed) total.passed += 1
  else {
    total.failed += 1
    failures.push(name)
  }
  console.log(`${passed ? '✓' : '✗'} ${name}${detail}`)
}

/** One guard = one check. Its output is shown only when it fails. */
async function guard(name, program, args) {
  const began = Date.now()
  const { code, output } = await run(program, args, { capture: true, minutes: 10 })
  if (code !== 0) console.log(output)
  count(name, code === 0, ` (${((Date.now() - began) / 1000).toFixed(1)} s)`)
}

function tool(path) {
  return join(root, 'node_modules', path)
}

async function runGuards() {
  const node = node24()
  const first = [
    ['biome: format and lint', tool('.bin/biome'), ['check', '--error-on-warnings', '.']],
    [
      'dependency-cruiser: levels and doors',
      node,
      [
        tool('dependency-cruiser/bin/dependency-cruise.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err',
        'src',
        'apps',
        'packs',
        'synth',
        'bench',
        'testkit',
        'tools',
      ],
    ],
    ['generated files are fresh', node, ['tools/gen.ts', '--check']],
  ]
  const second = [
    ['tsc: types', node, [tool('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json']],
    ['knip: nothing unused', node, [tool('knip/bin/knip.js'), '--no-progress']],
  ]
  await Promise.all(
    [first, second].map(async (lane) => {
      for (const [name, program, args] of lane) await guard(name, program, args)
    }),
  )
}

/** One vitest run; its tests are counted from the JSON report, and a run that reports nothing counts as failed. */
async function vitest(name, projects, env = {}) {
  const report = join(reports, `${name}.json`)
  rmSync(report, { force: true })
  const args = [
    tool('vitest/vitest.mjs'),
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...words,
  ]
  const { code } = await run(node24(), args, { env: { FORCE_COLOR: process.stdout.isTTY ? '1' : '0', ...env }, minutes: 40 })
  if (!existsSync(report)) return count(`${name}: vitest gave no report (exit ${code})`, false)
  const result = JSON.parse(readFileSync(report, 'utf8'))
  const emptyFiles = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = result.numFailedTests + emptyFiles.length
  total.passed += result.numPassedTests
  total.failed += failed
  total.skipped += result.numPendingTests + result.numTodoTests
  for (const file of result.testResults) {
    for (const test of file.assertionResults)
      if (test.status === 'failed') failures.push(`${name}: ${file.name.slice(root.length + 1)} › ${test.fullName}`)
  }
  for (const file of emptyFiles) failures.push(`${name}: ${file.name.slice(root.length + 1)} did not run`)
  if (code !== 0 && failed === 0) count(`${name}: vitest ended with ${code}`, false)
  if (result.numTotalTests === 0 && words.length === 0) count(`${name}: no test was found`, false)
}

async function runServerTests() {
  let server
  try {
    server = await startPostgresServer()
  } catch (error) {
    count(`PostgreSQL server: ${error.message}`, false)
    return
  }
  say(`数据库测试再次运行于 ${server.version}`, `Database tests once more, on ${server.version}`)
  try {
    await vitest('server', ['db'], { DATABASE_URL: server.url })
  } finally {
    await server.stop()
  }
}

async function main() {
  if (unknown.length > 0) {
    say(`不认识的选项：${unknown.join(' ')}`, `Unknown option: ${unknown.join(' ')}; steps are ${allSteps.join(', ')}`)
    process.exit(2)
  }
  checkStarter()
  await installDependencies()
  if (steps.includes('e2e') || steps.includes('server')) await installTestPackages()
  mkdirSync(reports, { recursive: true })
  if (steps.includes('guards')) await runGuards()
  if (steps.includes('unit')) await vitest('unit', ['unit'])
  if (steps.includes('web')) await vitest('web', ['web'])
  if (steps.includes('db')) await vitest('db', ['db', 'sums'], { DATABASE_URL: undefined })
  if (steps.includes('server')) await runServerTests()
  if (steps.includes('e2e')) {
    count('web pages build', (await buildWeb({ force: true })) === 0)
    const demos = mkdtempSync(join(tmpdir(), 'yingbao-demos-'))
    await vitest('e2e', ['e2e'], { DATABASE_URL: undefined, PAGES_BUILT: 'yes', DEMOS_DIR: demos })
    rmSync(demos, { recursive: true, force: true })
  }
  if (!only && words.length === 0 && total.skipped > 0) count(`${total.skipped} tests did not run`, false)
  if (failures.length > 0) console.log(`\n${failures.map((failure) => `✗ ${failure}`).join('\n')}`)
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
}

await main()

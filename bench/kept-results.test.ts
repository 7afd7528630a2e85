import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { benches, runBench } from '../apps/cli/bench.ts'
import {
  contradicted,
  type KeptFile,
  type KeptRun,
  keep,
  keptPath,
  keptText,
  machineOfRun,
  machineTold,
  RESULTS_FOLDER,
  readKept,
  takeKeeping,
  withRun,
} from './kept-results.ts'

const root = mkdtempSync(join(tmpdir(), 'yingbao-kept-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const machine = { cpu: 'a cpu', cores: 2, memory_gib: 24, kernel: '6.1', node: 'v24.0.0', postgres: '18.4' }
const runOf = (seconds: number): KeptRun => ({
  date: '2026-12-02T15:00:00.000Z',
  args: ['--households', '40', '--json'],
  options: { households: 40 },
  commit: 'abc1234',
  machine,
  result: { seconds },
})
const label = null

describe('what the command line says of keeping', () => {
  it.each([
    [['--json'], { rest: ['--json'] }],
    [['--json', '--keep'], { rest: ['--json'], keeping: { label: null, anew: false } }],
    [['--keep', '--json'], { rest: ['--json'], keeping: { label: null, anew: false } }],
    [['--keep', 'base', '--json'], { rest: ['--json'], keeping: { label: 'base', anew: false } }],
    [['--keep=base', '--households', '40'], { rest: ['--households', '40'], keeping: { label: 'base', anew: false } }],
    [['--keep-anew', 'full'], { rest: [], keeping: { label: 'full', anew: true } }],
  ])('%j', (argv, taken) => expect(takeKeeping(argv)).toEqual(taken))

  it.each([[['--keep', '../outside']], [['--keep=']], [['--keep', '--keep-anew', 'x']]])(
    '%j is refused with a sentence',
    (argv) => expect(takeKeeping(argv)).toEqual(expect.any(String)),
  )
})

describe('a kept file', () => {
  it('has a name by bench and label', () => {
    expect(keptPath('district', null)).toBe('bench/results/district.json')
    expect(keptPath('district', 'base')).toBe('bench/results/district-base.json')
  })

  it('gets one run more, or begins again', () => {
    const once = withRun(undefined, 'export', { label, anew: false }, runOf(1))
    const twice = withRun(once, 'export', { label, anew: false }, runOf(2))
    expect(twice.runs.map(({ result }) => result.seconds)).toEqual([1, 2])
    expect(withRun(twice, 'export', { label, anew: true }, runOf(3)).runs.map(({ result }) => result.seconds)).toEqual([3])
  })

  it('is read as it was written, and written alike each time', () => {
    expect(readKept('export', null, root)).toBeUndefined()
    expect(keep('export', { label, anew: false }, runOf(1), root)).toBe('bench/results/export.json')
    keep('export', { label, anew: false }, runOf(2), root)
    const kept = readKept('export', null, root)
    expect(kept).toEqual({ name: 'export', label: null, runs: [runOf(1), runOf(2)] })
    expect(readFileSync(join(root, 'bench/results/export.json'), 'utf8')).toBe(kept && keptText(kept))
    expect(readKept('export', 'base', root)).toBeUndefined()
  })
})

describe('a result that was written before', () => {
  it('is of this machine in nothing that it does not say', () => {
    const said = { cpu: 'theirs', cores: 64, node: 'v1' }
    expect(machineTold({ machine: said })).toEqual(said)
    expect(machineTold({ machine: { ...said, memory_gb: 512, kernel: '5.4', postgres: '17.2' } })).toEqual({
      ...said,
      memory_gib: 512,
      kernel: '5.4',
      postgres: '17.2',
    })
    expect(machineTold({})).toBeUndefined()
  })

  it('is contradicted by an option that it names otherwise', () => {
    expect(contradicted({ households: 25_000, transport: 'plain' }, { households: 25_000 })).toBeUndefined()
    expect(contradicted({ households: 25_000 }, { households: 2500 })).toEqual({ option: 'households', said: 2500 })
    expect(contradicted({ households: 0 }, { households: 2500 }, ['households'])).toBeUndefined()
    expect(contradicted({ households: 0 }, { households: 2500 })).toEqual({ option: 'households', said: 2500 })
    expect(contradicted({ households: 40 }, { households: [4, 40] })).toBeUndefined()
    expect(contradicted({ households: 40 }, { households: [4, 8] })).toEqual({ option: 'households', said: 8 })
  })

  it('of another size is refused with a sentence, and nothing is kept', async () => {
    const file = join(root, 'result.json')
    writeFileSync(file, JSON.stringify({ households: 2500, machine: { cpu: 'theirs', cores: 64, node: 'v1' } }))
    const said: string[] = []
    const stream = { write: (text: string) => said.push(text) }
    const argv = ['district', '--from', file, '--commit', 'abc1234', '--keep', 'of-another-size']
    expect(await runBench(argv, { stdout: stream, stderr: stream })).toBe(2)
    expect(said).toEqual([`${file} 的 households 为 2500，参数为 25000\n`])
    expect(readKept('district', 'of-another-size')).toBeUndefined()
  })

  it.each(readdirSync(RESULTS_FOLDER).filter((name) => name.endsWith('.json')))(
    '%s contradicts no option of its runs',
    (name) => {
      const file = JSON.parse(readFileSync(join(RESULTS_FOLDER, name), 'utf8')) as KeptFile
      for (const { options, result } of file.runs) expect(contradicted(options, result, benches[file.name]?.own)).toBeUndefined()
    },
  )
})

describe('the machine of a run', () => {
  it('is the one the result names, with the kernel', () => {
    const said = machineOfRun({ machine: { cpu: 'theirs', cores: 64, memory_gb: 512, node: 'v1', postgres: '17.2' } })
    expect(said).toMatchObject({ cpu: 'theirs', cores: 64, memory_gib: 512, node: 'v1', postgres: '17.2' })
    expect(said.kernel).not.toBe('')
  })

  it('is this one where the result names none', () => {
    expect(machineOfRun({})).toMatchObject({ node: process.version, cores: expect.any(Number), memory_gib: expect.any(Number) })
  })
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { childEnvironment, mayDrawOver } from '#platform/config'
import { progressDisplay } from './progress.ts'

/** Progress as a person sees it on a terminal (made by script(1)), and as it stands in a pipe. */

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'yingbao-progress-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DRAWN_OVER = '\r\u001b[2K'
const plain = { CI: '', TERM: 'xterm' }

interface Told {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function tell(program: string, args: readonly string[], env: Record<string, string>): Told {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env: childEnvironment(env), encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

/** Runs a command with a pseudo-terminal as its input and outputs. */
function onTerminal(command: readonly string[], env: Record<string, string>): Told {
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return tell('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], env)
}

const generate = (out: string): string[] => {
  const options = ['--seed', '1', '--households', '400', '--out', join(folder, out)]
  return [process.execPath, join(root, 'bin/yingbao.js'), 'generate', ...options]
}

describe('progress of a command', () => {
  it('is a bar that is drawn over on a terminal', () => {
    const { code, out } = onTerminal(generate('terminal'), plain)
    expect(code).toBe(0)
    const drawings = out.split(DRAWN_OVER).filter((one) => one.includes('已生成'))
    expect(drawings.length).toBeGreaterThan(0)
    expect(drawings[0]).toMatch(/^\[#+\.+\] +\d+% 已生成 \d+\/400 户，来源数据 \d+ 行 {2}\d+ 秒/)
    expect(out).toContain(`${DRAWN_OVER}已写出`)
    // Colour is no part of it.
    expect(out.replaceAll(DRAWN_OVER, '')).not.toContain('\u001b')
  })

  it('is lines in a pipe and on the terminal of CI, and standard output has the result alone', () => {
    const [program = '', ...args] = generate('pipe')
    const piped = tell(program, args, plain)
    expect(piped.out.trim().split('\n')).toEqual([expect.stringMatching(/^已写出 .*400 户/)])
    expect(piped.err).toMatch(/^生成 400 户\n已生成 \d+\/400 户，来源数据 \d+ 行\n/)
    const ci = onTerminal(generate('ci'), { ...plain, CI: 'true', NO_COLOR: '1' })
    expect([ci.code, ci.out]).toEqual([0, expect.not.stringContaining('\u001b')])
    expect(ci.out).toContain('已生成')
  })

  it('of a start, before anything is installed: a bar on a terminal, nothing of a quick step in a pipe', () => {
    const wait = `import('./scripts/setup.mjs').then(({ working }) => working(new Promise((done) => setTimeout(done, 700)), () => 0.5))`
    const seen = onTerminal([process.execPath, '--eval', wait], plain)
    expect([seen.code, seen.out]).toEqual([0, expect.stringMatching(/\[#{12}\.{12}\] +50% {2}\d+ 秒 s/)])
    expect(tell(process.execPath, ['--eval', wait], plain)).toEqual({ code: 0, out: '', err: '' })
  })

  it('says nothing twice in lines', () => {
    const written: string[] = []
    const display = progressDisplay({ write: (text: string) => written.push(text) })
    for (const [stage, text] of [
      ['a', '一'],
      ['b', '一'],
      ['b', '二'],
      ['c', '三'],
      ['c', '四'],
    ] as const)
      display.show(stage, text)
    display.end('好')
    expect(written).toEqual(['一\n', '二\n', '三\n', '好\n'])
  })

  it('fits the line of the terminal, since a line that wraps could not be drawn over', () => {
    const written: string[] = []
    const display = progressDisplay({ write: (text: string) => written.push(text), isTTY: true, columns: 40 }, mayDrawOver(plain))
    display.show('verify', '核对'.repeat(40), 0.5)
    const [line = ''] = written
    const width = [...line.replace(DRAWN_OVER, '')].reduce((sum, one) => sum + (one > '\u1100' ? 2 : 1), 0)
    expect(width).toBeGreaterThan(36)
    expect(width).toBeLessThan(40)
    expect(mayDrawOver({ TERM: 'dumb' })).toBe(false)
    expect(mayDrawOver({ CI: 'true', TERM: 'xterm' })).toBe(false)
  })
})

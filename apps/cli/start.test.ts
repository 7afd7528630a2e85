import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { childEnvironment } from '#platform/config'

/** The steps of `npm start` before the product runs, on a folder that is made for it. */

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'yingbao-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function put(path: string, text: string): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Runs an expression with what scripts/setup.mjs exports as `setup` and the folder as `folder`; gives what was printed. */
function told(expression: string, env: Record<string, string> = {}): { code: number | null; out: string; err: string } {
  const script = `const folder = ${JSON.stringify(folder)}; const setup = await import('./scripts/setup.mjs'); ${expression}`
  const args = ['--input-type=module', '--eval', script]
  const options = { cwd: root, env: childEnvironment({ CI: '', ...env }), encoding: 'utf8', timeout: 20_000 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options)
  return { code: status, out: stdout, err: stderr }
}

describe('npm start', () => {
  it('knows how much of what npm installs here is there', () => {
    const packages = {
      '': {},
      'node_modules/a': {},
      'node_modules/b': { os: [process.platform], cpu: [process.arch] },
      'node_modules/elsewhere': { os: ['aix'] },
      'node_modules/other-machine': { cpu: ['s390x'] },
      'node_modules/linked': { link: true },
    }
    put('package-lock.json', JSON.stringify({ packages }))
    const steps = ['a', 'b'].map((name) => {
      const dir = JSON.stringify(join(folder, 'node_modules', name))
      return `mkdirSync(${dir}, { recursive: true }); writeFileSync(${dir} + '/package.json', '{}'); shares.push(share())`
    })
    const script = `const { mkdirSync, writeFileSync } = await import('node:fs')
      const share = setup.installedShare(folder); const shares = [share()]; ${steps.join('\n')}; console.log(JSON.stringify(shares))`
    expect(told(script)).toEqual({ code: 0, out: '[0,0.5,1]\n', err: '' })
  })

  it('says nothing of what the build tool prints, unless the build fails', () => {
    const timings = 'built in 312ms'
    put('package-lock.json', '{}')
    put(
      'node_modules/vite/bin/vite.js',
      `console.log('${timings}'); console.error('x 1.2 kB'); process.exit(Number(process.env.FAKE_CODE))`,
    )
    const build = 'console.log("ended with " + (await setup.buildWeb({ force: true, folder })))'
    const good = told(build, { FAKE_CODE: '0' })
    expect([good.code, good.err, good.out.split('\n').slice(0, -1)]).toEqual([
      0,
      '',
      [expect.stringContaining('正在构建网页'), expect.stringContaining('Building the web pages'), 'ended with 0'],
    ])
    const bad = told(build, { FAKE_CODE: '3' })
    expect(bad.out).toContain(timings)
    expect(bad.out).toContain('x 1.2 kB')
    expect(bad.out).toContain('ended with 3')
  })
})

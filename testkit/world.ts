/** The whole product for browser tests: `yingbao serve --demo` with a small district, its member units, and signed reports. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '#platform/free-port'

export interface World {
  /** e.g. http://127.0.0.1:40123 */
  readonly url: string
  /** One user for each role, two for the centre. */
  readonly users: readonly { account: string; password: string }[]
  /** The district package that was imported. */
  readonly packageDir: string
  /** As-of date of its campaign. */
  readonly asOf: string
  /** What its starts printed, from the first. */
  readonly told: string
  /** The supervising process; its children are the database, the server, the workers and the units' gateways. */
  readonly pid: number
  /** Stops every process and removes the folder. */
  stop(): Promise<void>
}

const program = join(import.meta.dirname, '../bin/yingbao.js')
/** Where the programs keep their compiled code. */
const compiled = join(import.meta.dirname, '../node_modules/.cache/yingbao')
const patience = 280_000

/** Accounts and passwords from the lines the first start prints, `  account  password  role name`: when they are made, and again at the end. */
function usersOf(output: string): { account: string; password: string }[] {
  const lines = output.matchAll(/^ {2}(\w+) +([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}) /gm)
  const passwords = new Map([...lines].map(([, account = '', password = '']) => [account, password]))
  return [...passwords].map(([account, password]) => ({ account, password }))
}

/** Which demo. */
export interface DemoOptions {
  households: number
  packId?: string
}

interface Running {
  readonly url: string
  readonly pid: number
  readonly output: string
  stop(): Promise<void>
}

/** Starts the demo in a folder and waits until every household has its report. Throws with what it printed when it ends before. */
async function serveDemo(dataDir: string, { households, packId }: DemoOptions): Promise<Running> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [program, 'serve', '--demo', '--households', String(households), '--port', String(port), '--pack', packId ?? 'reference'],
    {
      env: {
        ...process.env,
        DATABASE_URL: '',
        YINGBAO_DATA_DIR: dataDir,
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: compiled,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the demo was not ready in time:\n${output}`)), patience)
      child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${output}`)))
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
          if (!output.includes('应保正在运行')) return
          clearTimeout(late)
          resolve()
        })
      }
    })
    return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, output, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Files run side by side: one of them makes the demo that several begin with, the others wait for it. */
function mayMake(making: string): boolean {
  try {
    mkdirSync(making)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Makes the demo in a file's own folder and lays a copy down; whoever waits makes it when this fails. */
async function makeShared(
  { made, printed, making }: { made: string; printed: string; making: string },
  dataDir: string,
  options: DemoOptions,
): Promise<string> {
  try {
    const first = await serveDemo(dataDir, options)
    await first.stop()
    execFileSync('cp', ['-aT', dataDir, made])
    writeFileSync(`${printed}.part`, first.output)
    renameSync(`${printed}.part`, printed)
    return first.output
  } finally {
    rmSync(making, { recursive: true })
  }
}

/**
 * Fills a demo's folder, and gives what its first start printed: several files begin with the same demo, so it is made and verified once a
 * run and copied. DEMOS_DIR is where a run keeps what it made; without it every file makes its own.
 */
async function fillFolder(demosDir: string, dataDir: string, options: DemoOptions): Promise<string> {
  const made = join(demosDir, `${options.packId ?? 'reference'}-${options.households}`)
  const printed = `${made}.txt`
  const making = `${made}.making`
  while (!existsSync(printed)) {
    if (!mayMake(making)) await wait(500)
    else if (existsSync(printed)) rmSync(making, { recursive: true })
    else return await makeShared({ made, printed, making }, dataDir, options)
  }
  execFileSync('cp', ['-a', `${made}/.`, dataDir])
  return readFileSync(printed, 'utf8')
}

/** Starts a demo of its own; with `shared` from a copy of the one that others of this run begin with as well. */
export async function startDemo(options: DemoOptions, shared = false): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yingbao-world-'))
  const removed = () => rmSync(dataDir, { recursive: true, force: true })
  const demosDir = shared ? process.env.DEMOS_DIR : undefined
  try {
    const before = demosDir === undefined ? '' : await fillFolder(demosDir, dataDir, options)
    const { url, pid, output, stop } = await serveDemo(dataDir, options)
    const packageDir = join(dataDir, 'demo/package')
    const manifest: { as_of_hint: string } = JSON.parse(readFileSync(join(packageDir, 'manifest.json'), 'utf8'))
    return {
      ...{ url, pid, packageDir, asOf: manifest.as_of_hint, users: usersOf(before + output), told: before + output },
      stop: async () => {
        await stop()
        removed()
      },
    }
  } catch (error) {
    removed()
    throw error
  }
}

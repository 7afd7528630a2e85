/** The whole product for browser tests: `yingbao serve --demo` with a small district, its member units, and signed reports. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface World {
  /** e.g. http://127.0.0.1:40123 */
  readonly url: string
  /** One user for each role, two for the centre. */
  readonly users: readonly { account: string; password: string }[]
  /** The district package that was imported. */
  readonly packageDir: string
  /** As-of date of its campaign. */
  readonly asOf: string
  /** The supervising process; its children are the database, the server, the workers and the units' gateways. */
  readonly pid: number
  /** Stops every process and removes the folder. */
  stop(): Promise<void>
}

const program = join(import.meta.dirname, '../bin/yingbao.js')
const patience = 280_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Accounts and passwords from the lines the first start prints: `  account  password  role name`. */
function usersOf(output: string): { account: string; password: string }[] {
  return [...output.matchAll(/^ {2}(\w+) +([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}) /gm)].map((line) => ({
    account: line[1] ?? '',
    password: line[2] ?? '',
  }))
}

/** Starts the demo and waits until every household has its report. Throws with what it printed when it ends before. */
export async function startDemo({ households, packId }: { households: number; packId?: string }): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yingbao-world-'))
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [program, 'serve', '--demo', '--households', String(households), '--port', String(port), '--pack', packId ?? 'reference'],
    {
      env: { ...process.env, DATABASE_URL: '', YINGBAO_DATA_DIR: dataDir, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    rmSync(dataDir, { recursive: true, force: true })
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
    const packageDir = join(dataDir, 'demo/package')
    const manifest: { as_of_hint: string } = JSON.parse(readFileSync(join(packageDir, 'manifest.json'), 'utf8'))
    return {
      url: `http://127.0.0.1:${port}`,
      users: usersOf(output),
      packageDir,
      asOf: manifest.as_of_hint,
      pid: child.pid ?? 0,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

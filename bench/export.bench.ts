/** `yingbao bench export`: the household list as a workbook, asked for over HTTP and written by the product's process of jobs. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { makeDemoUsers } from '#identity'
import { packageRoot } from '#platform/config'
import { loadPack } from '#policy'
import { importFolder } from '../apps/run/import-package.ts'
import { type Installation, openInstallation } from '../apps/run/installation.ts'
import { roleCommand } from '../apps/run/roles.ts'
import { type Supervised, supervise } from '../apps/run/supervised.ts'
import { jobs } from '../apps/server/jobs.ts'
import { monotonicMs } from '../src/platform/clock.ts'
import { freePort } from '../src/platform/free-port.ts'
import { benchPackage } from './district.bench.ts'
import { asOf } from './district-run.ts'
import { cpuOf, machineOf, peakOf } from './processes.ts'

const places = { district: '629901000000', township: '629901001000', village: '629901001001', unitCode: 'police' }
const lookEveryMs = 100
const bytesPerMb = 1_048_576

/** What a signed-in person asks, or hands in as a file, and gets. */
type Ask = (method: 'GET' | 'POST', path: string, body?: object, file?: Uint8Array<ArrayBuffer>) => Promise<Response>

export async function untilAnswers(url: string): Promise<void> {
  for (;;) {
    const reply = await fetch(`${url}/api/health`).catch(() => undefined)
    if (reply?.ok === true) return
    await wait(lookEveryMs)
  }
}

export async function signIn(url: string, installation: Installation): Promise<Ask> {
  const user = (await makeDemoUsers(installation.db, places)).find(({ account }) => account === 'centre')
  const headers = { 'content-type': 'application/json', 'x-requested-with': 'yingbao' }
  const credentials = JSON.stringify({ account: user?.account, password: user?.password })
  const reply = await fetch(`${url}/api/session`, { method: 'POST', headers, body: credentials })
  if (!reply.ok) throw new Error(`sign-in: ${reply.status} ${await reply.text()}`)
  const cookie = (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  return async (method, path, body, file) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, cookie, ...(file === undefined ? {} : { 'content-type': 'application/octet-stream' }) },
      ...(file === undefined ? {} : { body: file }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}

/** A process that takes no more CPU has loaded what it needs. */
async function untilIdle(pid: number | undefined): Promise<void> {
  for (let last = -1, now = cpuOf(pid); now !== last; now = cpuOf(pid)) {
    last = now
    await wait(10 * lookEveryMs)
  }
}

interface Exported {
  readonly seconds: number
  readonly rows: number
  readonly fileBytes: number
}

/** Asks for the list, waits until it is written, and takes the file. */
export async function exportOnce(ask: Ask): Promise<Exported> {
  const begin = monotonicMs()
  const started = (await (await ask('POST', '/api/exports', { kind: 'households', params: {} })).json()) as { exportId: string }
  for (;;) {
    const job = (await (await ask('GET', `/api/exports/${started.exportId}`)).json()) as {
      state: string
      rows: number
      failure: string | null
    }
    if (job.state === 'failed') throw new Error(job.failure ?? 'failed')
    if (job.state === 'done') {
      const seconds = (monotonicMs() - begin) / 1000
      const file = await (await ask('GET', `/api/exports/${started.exportId}/file`)).arrayBuffer()
      return { seconds, rows: job.rows, fileBytes: file.byteLength }
    }
    await wait(lookEveryMs)
  }
}

/** The server, which is asked, and the process of jobs, which writes. */
function startCentre(installation: Installation, dir: string, port: number): readonly [Supervised, Supervised] {
  const env = {
    YINGBAO_DATA_DIR: dir,
    YINGBAO_KEYS_FILE: join(dir, 'keys.json'),
    YINGBAO_LOG: 'error',
    PORT: String(port),
  }
  return [supervise(roleCommand('server', installation.urls, env)), supervise(roleCommand('jobs', installation.urls, env))]
}

/** Runs the bench; the keys named in the issue of the bench are fixed. */
export async function runExportBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const packageDir = await benchPackage(options.households ?? 0, say)
  const dir = join(packageRoot, 'var/bench/export')
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const installation = await openInstallation({ dataDir: dir, jobs })
  let centre: readonly Supervised[] = []
  try {
    say('导入……')
    await importFolder(installation, { packageDir, pack: loadPack('reference'), asOf, actor: 'system:bench' })
    const port = await freePort()
    const [server, writer] = startCentre(installation, dir, port)
    centre = [server, writer]
    const url = `http://127.0.0.1:${port}`
    await untilAnswers(url)
    const ask = await signIn(url, installation)
    const { pid } = writer
    await untilIdle(pid)
    const before = peakOf(pid)
    say('导出……')
    const { seconds, rows, fileBytes } = await exportOnce(ask)
    return {
      seconds: Number(seconds.toFixed(2)),
      peak_mb: Math.round(peakOf(pid)),
      before_mb: Math.round(before),
      rows,
      file_mb: Number((fileBytes / bytesPerMb).toFixed(2)),
      machine: machineOf(),
    }
  } finally {
    await Promise.all(centre.map((process) => process.stop()))
    await installation.stop()
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { childEnvironment, packageRoot } from '#platform/config'
import { freePort } from '#platform/free-port'
import { testDb } from '#testkit/db'

const dir = mkdtempSync(join(tmpdir(), 'yingbao-serve-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

interface Served {
  readonly child: ChildProcess
  told(): string
}

function serve(url: string, options: { port: number; env?: Record<string, string> }, ...more: string[]): Served {
  const child = spawn(process.execPath, [join(packageRoot, 'bin/yingbao.js'), 'serve', '--port', String(options.port), ...more], {
    env: childEnvironment({
      DATABASE_URL: url,
      YINGBAO_DATA_DIR: dir,
      YINGBAO_PROFILE: '',
      YINGBAO_LOG: 'error',
      ...options.env,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  return { child, told: () => said }
}

describe('yingbao serve without --demo', async () => {
  const db = await testDb()

  it('makes no demo users, and a second one on the same data ends with a sentence', async () => {
    const firstPort = await freePort()
    const first = serve(db.url, { port: firstPort })
    try {
      await expect.poll(() => first.told(), { timeout: 60_000, interval: 100 }).toContain('应保正在运行')
      const { port } = new URL(/打开 (\S+) ，用您的账号登录；按 Ctrl\+C 停止/.exec(first.told())?.[1] ?? 'http://none/')
      expect(port).toBe(String(firstPort))
      expect((await db.ownerPool.pool.query('select count(*) as n from app_user')).rows).toEqual([{ n: 0 }])
      expect(first.told()).not.toContain('演示用户')
      const second = serve(db.url, { port: await freePort() })
      expect(await once(second.child, 'exit')).toEqual([2, null])
      expect(second.told()).toContain(`这份数据已有一个应保在运行（进程 ${first.child.pid}，`)
      expect((await once(first.child.kill('SIGTERM') ? first.child : second.child, 'exit'))[0]).toBe(0)
    } finally {
      first.child.kill('SIGKILL')
    }
  })

  it('refuses --demo where the installation is said to be in production', async () => {
    const env = { YINGBAO_PROFILE: 'production' }
    const { child, told } = serve(db.url, { port: await freePort(), env }, '--demo')
    expect(await once(child, 'exit')).toEqual([2, null])
    expect(told()).toContain('不能以 --demo 运行')
  })
})

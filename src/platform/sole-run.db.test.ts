import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { testDb } from '#testkit/db'
import { packageRoot } from './config.ts'
import { RunningAlready, runAlone } from './sole-run.ts'

describe('one centre on one database', async () => {
  const db = await testDb()

  it('names who runs already, and lets the next one in after it', async () => {
    const first = await runAlone(db.url)
    await expect(runAlone(db.url)).rejects.toThrow(RunningAlready)
    await expect(runAlone(db.url)).rejects.toThrow(new RegExp(`已有一个应保在运行（进程 ${process.pid}，主机 .+ UTC 起）`))
    await first.release()
    await (await runAlone(db.url)).release()
  })

  it('holds on after its connection was lost, as when the database is started again', async () => {
    const first = await runAlone(db.url)
    await db.ownerPool.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'yingbao-serve %' and datname = current_database()`,
    )
    await wait(1000)
    await expect(runAlone(db.url)).rejects.toThrow(RunningAlready)
    await first.release()
  })

  it('is not blocked by one that was killed', async () => {
    const holding = `const { runAlone } = await import('./src/platform/sole-run.ts'); await runAlone(${JSON.stringify(db.url)}); console.log('held'); setInterval(() => 0, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', holding], {
      cwd: packageRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await expect(runAlone(db.url)).rejects.toThrow(`进程 ${child.pid}`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await expect
      .poll(() =>
        runAlone(db.url)
          .then((run) => run.release())
          .then(
            () => 'free',
            () => 'held',
          ),
      )
      .toBe('free')
  })
})

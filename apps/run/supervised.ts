/** A child process that is started again when it dies, until it is told to stop. */
import { type ChildProcess, spawn } from 'node:child_process'
import { childEnvironment } from '#platform/config'

export interface Supervised {
  readonly pid: number | undefined
  /** kills it without warning; it comes back by itself */
  kill(): void
  stop(): Promise<void>
}

export interface SupervisedOptions {
  program: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
  /** false: what it writes to standard output is not shown */
  quiet?: boolean
  onExit?(code: number | null, signal: string | null): void
}

const comeBackAfterMs = 200

export function supervise(options: SupervisedOptions): Supervised {
  let stopped = false
  let child: ChildProcess
  const start = (): void => {
    child = spawn(options.program, [...options.args], {
      stdio: ['ignore', options.quiet === true ? 'ignore' : 'inherit', options.quiet === true ? 'ignore' : 'inherit'],
      env: childEnvironment(options.env ?? {}),
    })
    child.on('exit', (code, signal) => {
      if (stopped) return
      options.onExit?.(code, signal)
      setTimeout(() => stopped || start(), comeBackAfterMs)
    })
  }
  start()
  return {
    get pid() {
      return child.pid
    },
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      stopped = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** Watches the embedded database of an installation and starts it again when it is gone. */
import { setTimeout as wait } from 'node:timers/promises'
import { type EmbeddedServer, startEmbedded } from '#platform/embedded-postgres'
import type { Installation } from './installation.ts'

const lookEveryMs = 300

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * The same installation with its embedded database kept running until `stop`; a start that fails is tried again.
 * An installation on DATABASE_URL is given back as it is.
 */
export function keepDatabase(installation: Installation, dataDir: string): Installation {
  if (installation.postgresPid === undefined) return installation
  const ending = new AbortController()
  const { signal } = ending
  let pid = installation.postgresPid
  let restarted: EmbeddedServer | undefined
  const look = async (): Promise<void> => {
    while (!signal.aborted) {
      await wait(lookEveryMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted || isAlive(pid)) continue
      restarted = await startEmbedded({ dataDir }).catch(() => undefined)
      pid = restarted?.pid ?? pid
    }
  }
  const looking = look()
  return {
    ...installation,
    get postgresPid() {
      return pid
    },
    stop: async () => {
      ending.abort()
      await looking
      await installation.stop()
      await restarted?.stop()
    },
  }
}

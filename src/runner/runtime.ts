import type { SessionDoor } from '#platform/action'
import type { Blobs } from '#platform/blobs'
import type { Clock } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Db } from '#platform/db'
import type { Log } from '#platform/log'

/** What every call needs, made once per process. */
export interface Runtime {
  /** Connections as the application role. */
  readonly db: Db
  /** Connections as the role of bulk work; for jobs only. */
  readonly workerDb: Db
  readonly keys: Keys
  readonly clock: Clock
  readonly log: Log
  readonly blobs: Blobs
}

/** A session door that leads nowhere: commands and jobs. */
export const noSession: SessionDoor = { token: undefined, set: () => undefined, address: '' }

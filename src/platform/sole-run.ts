import os from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { type Db, openDb, withSession } from './db.ts'

/**
 * One centre on one database: whoever supervises it holds an advisory lock of a connection of its own, which the database drops when the
 * process dies, however it dies. Nothing stays behind that would block the next start.
 */

/** Session advisory lock of the process that supervises a centre. */
const LOCK = 7_355_610
/** A lock whose connection broke (the database was started again) is taken again after so long. */
const AGAIN_MS = 300

export class RunningAlready extends Error {
  override readonly name = 'RunningAlready'
}

export interface SoleRun {
  release(): Promise<void>
}

interface Holder {
  readonly name: string
  readonly since: string
}

const holderName = /^yingbao-serve (?<pid>\d+) (?<host>.+)$/

function sentenceOf(holder: Holder | undefined): string {
  const { pid, host } = holderName.exec(holder?.name ?? '')?.groups ?? {}
  const who = pid === undefined ? '' : `（进程 ${pid}，主机 ${host}，${holder?.since.slice(0, 19).replace('T', ' ')} UTC 起）`
  return `这份数据已有一个应保在运行${who}。同一份数据只能运行一个：请先停止它，或用 YINGBAO_DATA_DIR、DATABASE_URL 指明另一份数据`
}

async function findHolder(db: Db): Promise<Holder | undefined> {
  const found = await db.pool.query<Holder>(
    `select a.application_name as name, a.backend_start as since from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
       and l.classid = 0 and l.objid = $1 and l.objsubid = 1`,
    [LOCK],
  )
  return found.rows[0]
}

/** Holds the lock on one connection until it is told to end or the connection breaks; false when somebody else has it. */
function hold(db: Db, ending: Promise<void>, held: () => void): Promise<boolean> {
  return withSession(db, async (session, client) => {
    const { got } = await session.one<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK])
    if (!got) return false
    const broken = new Promise<void>((resolve) => client.once('end', resolve))
    held()
    await Promise.race([ending, broken])
    return true
  })
}

/** Becomes the only centre on a database, until released. Throws RunningAlready (in Chinese, with who it is) when there is one. */
export async function runAlone(url: string): Promise<SoleRun> {
  const db = openDb({ url, max: 2, applicationName: `yingbao-serve ${process.pid} ${os.hostname().slice(0, 30)}` })
  let release = (): void => undefined
  let released = false
  const ending = new Promise<void>((resolve) => {
    release = () => {
      released = true
      resolve()
    }
  })
  let over: Promise<unknown> = Promise.resolve()
  const got = await new Promise<boolean>((resolve, reject) => {
    over = hold(db, ending, () => resolve(true)).then((had) => resolve(had), reject)
  })
  if (!got) {
    const holder = await findHolder(db).finally(() => db.close())
    throw new RunningAlready(sentenceOf(holder))
  }
  const keeping = over.then(async () => {
    while (!released) {
      await Promise.race([wait(AGAIN_MS), ending])
      await hold(db, ending, () => undefined).catch(() => undefined)
    }
  })
  return {
    async release() {
      release()
      await keeping
      await db.close()
    },
  }
}

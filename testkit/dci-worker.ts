/** For tests: the DCI edge's background work as a process of its own. Arguments: database URL, the instant in milliseconds, key file. */
import { startDciWorker } from '#dci'
import { openDb } from '#platform/db'
import { loadKeys } from '#platform/key-file'
import { silentLog } from '#platform/log'

const [url = '', now = '0', keysFile = ''] = process.argv.slice(2)
startDciWorker({ db: openDb({ url, max: 4 }), keys: loadKeys(keysFile), clock: { nowMs: () => Number(now) }, log: silentLog })

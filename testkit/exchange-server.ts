/** For tests: the exchange endpoints as a process of their own. Arguments: database URL, key file, port. */

import { systemClock } from '#platform/clock'
import { openDb } from '#platform/db'
import { loadKeys } from '#platform/key-file'
import { silentLog } from '#platform/log'
import { openCentreLine } from '../apps/run/centre-endpoint.ts'

const [url = '', keysFile = '', port = '0'] = process.argv.slice(2)
const line = openCentreLine({ db: openDb({ url, max: 4 }), keys: loadKeys(keysFile), clock: systemClock, log: silentLog })
const listening = await line.listen({ host: '127.0.0.1', port: Number(port) })
process.stdout.write(`http://127.0.0.1:${listening.port}\n`)

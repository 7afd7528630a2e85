/** The centre's exchange endpoint alone: what the gateways dial when no pages are served beside it. */

import type { Log } from '#platform/log'
import { openCentreLine } from './centre-endpoint.ts'
import type { Installation } from './installation.ts'

export interface Centre {
  url: string
  stop(): Promise<void>
}

/** Listens on a free port of the loopback address, without TLS: nothing of it is seen outside the machine. */
export async function startCentre({ workerDb, keys, clock }: Installation, log: Log): Promise<Centre> {
  const endpoint = openCentreLine({ db: workerDb, keys, clock, log })
  const { port } = await endpoint.listen({ host: '127.0.0.1', port: 0 })
  return { url: `http://127.0.0.1:${port}`, stop: () => endpoint.close() }
}

/** Ways to the centre beside the line: a message bus, and bundles in folders. All feed the same ledger. */
import type { GatewayConfig } from '#exchange/contract'
import { BundleFolder } from '#exchange/line'
import type { GatewayIo } from './io.ts'
import type { SqliteLedger } from './ledger/sqlite-ledger.ts'
import { readTls } from './tls-files.ts'

/** Runs what the configuration names, until the signal ends it. */
export async function runCarriers(config: GatewayConfig, ledger: SqliteLedger, { clock, say, signal }: GatewayIo): Promise<void> {
  const { bundles, nats, centreId } = config
  const neighbours = [centreId]
  const running: Promise<void>[] = []
  if (bundles) running.push(new BundleFolder({ ledger, ...bundles, neighbours, clock, say }).run(signal))
  if (nats) {
    const { NatsLine } = await import('#exchange/nats')
    const access = { servers: nats.servers, tls: readTls(nats.tls) }
    running.push(new NatsLine({ ledger, access, listNeighbours: async () => neighbours, clock, say, signal }).run())
  }
  await Promise.all(running)
}
